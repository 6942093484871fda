"""Serving pages, to browsers that wish us well and to those that do not: one way for officers, city and dock."""

from kiosk.serving.connections import MOST_OF_ADDRESS, sign_in
from kiosk.serving.headers import PAGE_HEADERS
from kiosk.serving.server import PageServer, listen, told

__all__ = ["MOST_OF_ADDRESS", "PAGE_HEADERS", "PageServer", "listen", "sign_in", "told"]
