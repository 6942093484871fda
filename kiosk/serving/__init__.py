"""The page server for officers, city and dock, protected against hostile clients."""

from kiosk.serving.connections import MOST_CONNECTIONS, MOST_OF_ADDRESS, keep_place
from kiosk.serving.guard import Guard, Refusal, Rules, framers, names
from kiosk.serving.headers import page_headers
from kiosk.serving.server import DOCK_FILE, PageServer, dock_origins, listen, published_address

__all__ = [
    "DOCK_FILE",
    "MOST_CONNECTIONS",
    "MOST_OF_ADDRESS",
    "Guard",
    "PageServer",
    "Refusal",
    "Rules",
    "dock_origins",
    "framers",
    "keep_place",
    "listen",
    "names",
    "page_headers",
    "published_address",
]
