"""A dock served by a real server on loopback, for a home whose windows and printer the test plays itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from kiosk.config import Settings
from kiosk.processes.dock import server

WORD = "b2xkLWxhY3F1ZXI"
"""What the address of a dock holds that nobody can guess."""


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Serve the dock of a home and yield its whole address, the secret word in it."""
    dock = server(settings, WORD)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=dock.run, args=[[listener]])
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/{WORD}/"
        finally:
            dock.should_exit = True
            thread.join()


def lay_out_slip(settings: Settings, number: int) -> Path:
    """Put a slip where the simulated printer puts its own, in one step as it does."""
    folder = settings.home.run / "sim" / "printer" / "slips"
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / ".part"
    Image.new("1", (576, 900), 1).save(part, "PNG")
    return part.replace(folder / f"{number:06d}.png")
