"""A browser as kiosks usually run it, for comparison; nothing where Chromium is not installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

KIOSK_FLAGS = (
    "--headless=new",
    "--kiosk",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1080,1920",
)
"""As a browser kiosk on a standing panel is run, without a display."""
_BOARD_SIZE = "--window-size=1920,1080"


def chromium() -> str | None:
    """Return the browser's program, or None where there is none."""
    return shutil.which("chromium")


@contextmanager
def open_board_in_browser(url: str) -> Iterator[int | None]:
    """Show a page in Chromium and yield its process id, or None when there is no Chromium."""
    program = chromium()
    if program is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-", ignore_cleanup_errors=True) as profile:
        command = [
            program,
            *KIOSK_FLAGS,
            _BOARD_SIZE,
            f"--user-data-dir={profile}",
            "--remote-debugging-port=0",
            url,
        ]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield browser.pid
        finally:
            browser.terminate()
            browser.wait()
