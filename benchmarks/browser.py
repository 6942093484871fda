"""A browser as kiosks usually run it, for comparison; nothing where Chromium is not installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

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


def driven(program: str) -> Chrome:
    """Return this Chromium as a kiosk, driven by its own driver; `quit` it when done."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = program
    for flag in KIOSK_FLAGS:
        options.add_argument(flag)
    return Chrome(options, Service("/usr/bin/chromedriver"))
