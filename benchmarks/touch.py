"""From a touch to the picture, and what it costs to show it: the real screen beside the same page in a browser."""

from __future__ import annotations

import http.server
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.browser import KIOSK_FLAGS, chromium, driven
from benchmarks.first_frame import start_screen
from benchmarks.hall import open_processes, touch
from benchmarks.machine import cpu_s, family, pss_mb
from benchmarks.table import milliseconds, show
from kiosk.config import Home
from kiosk.defaults import write_home
from kiosk.ui.window.mirror_client import MirrorClient

_TOUCHES = 120
_STARTS = 7
_IDLE_S = 15.0
_PATIENCE_S = 5.0
_QUESTION = "lamgiaykhaisinhchocon"
_PAGE = Path(__file__).parent / "pages" / "welcome.html"


def measure() -> None:
    """Print the answer to a touch and the cost of the screen, ours and a browser's."""
    rows = [_ours()]
    browser = _browsers()
    if browser is not None:
        rows.append(browser)
    show(
        "From a touch to the picture",
        (
            "",
            "touch → next screen",
            "p99",
            "key → letter and answers",
            "p99",
            "first frame",
            "memory (PSS)",
            "idle CPU",
        ),
        rows,
        f"{_TOUCHES} touches and keys, {_STARTS} starts, 1080×1920. Ours: from the lifted finger to the scene on the "
        "window, through the mirror, with the full catalogue searched at each key. The browser: from the event's own "
        "time stamp to the frame after it, a page that only draws the same six choices. "
        "Target: touch p99 ≤ 50 ms, search ≤ 50 ms, first frame ≤ 0.5 s, ≤ 100 MB, CPU ≈ 0.",
    )


def _ours() -> tuple[str, ...]:
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        write_home(Home.at(Path(folder)), always_open=True)
        starts = [start_screen(Path(folder)) for _ in range(_STARTS)]
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder,
        open_processes(Path(folder), ("screen",), {}) as (settings, processes),
        closing(MirrorClient(settings.home.run / "screen.sock")) as mirror,
    ):
        screens = [until_changed(mirror, id) for _ in range(_TOUCHES // 2) for id in ("comfort", "back")]
        touch(mirror, "ask")
        keys: list[float] = []
        while len(keys) < _TOUCHES:
            keys += [until_changed(mirror, f"key:{letter}") for letter in _QUESTION]
            touch(mirror, "back")
            touch(mirror, "ask")
        idle, memory = _idle(lambda: [processes.pid("screen")])
    return ("`kiosk run screen`", *milliseconds(screens), *milliseconds(keys), milliseconds(starts)[0], memory, idle)


def until_changed(mirror: MirrorClient, id: str) -> float:
    """Touch a target and return the seconds from the lifted finger until the picture is another one.

    Raises:
        TimeoutError: nothing changes.
    """
    lifted_monotonic_s, before = touch(mirror, id)
    while _looks(mirror.scene()) == _looks(before):
        if time.monotonic() - lifted_monotonic_s > _PATIENCE_S:
            raise TimeoutError(f"the screen did not answer a touch of {id!r} within {_PATIENCE_S:.0f} s")
        time.sleep(0.0005)
    return time.monotonic() - lifted_monotonic_s


def _looks(scene: dict[str, Any]) -> tuple[object, ...]:
    """Return what tells one picture from another."""
    return scene["screen"], tuple(scene["texts"])


def _browsers() -> tuple[str, ...] | None:
    program = chromium()
    if program is None:
        return None
    with served() as (url, painted):
        starts, times = [], []
        for number in range(_STARTS):
            painted.clear()
            started = time.monotonic()
            with _opened(program, url, port=0) as browser:
                painted.wait(30)
                starts.append(time.monotonic() - started)
                if number == _STARTS - 1:
                    time.sleep(5)
                    idle, memory = _idle(lambda: family(browser.pid))
        times = _touched(program, url)
    return (
        "Chromium in kiosk mode, the same page",
        *milliseconds(times),
        "",
        "",
        milliseconds(starts)[0],
        memory,
        idle,
    )


def _idle(pids: Callable[[], list[int]]) -> tuple[str, str]:
    """Return the processor's share over some idle seconds, and the memory after them."""
    time.sleep(2)
    members = pids()
    before = sum(map(cpu_s, members))
    time.sleep(_IDLE_S)
    share = (sum(map(cpu_s, members)) - before) / _IDLE_S
    return f"{share:.2%}", f"{sum(map(pss_mb, members)):.0f} MB"


@contextmanager
def served() -> Iterator[tuple[str, threading.Event]]:
    """Serve the page on loopback; the event is set when the browser says that it has painted it."""
    painted = threading.Event()

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/painted":
                painted.set()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"" if self.path == "/painted" else _PAGE.read_bytes())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", painted
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def _opened(program: str, url: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-", ignore_cleanup_errors=True) as profile:
        command = [program, *KIOSK_FLAGS, f"--user-data-dir={profile}", f"--remote-debugging-port={port}", url]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield browser
        finally:
            browser.terminate()
            browser.wait()


def _touched(program: str, url: str) -> list[float]:
    """Touch the page and return the seconds that it noted itself."""
    driver = driven(program)
    try:
        driver.get(url)
        for _ in range(_TOUCHES):
            for kind in ("touchStart", "touchEnd"):
                points = [{"x": 400, "y": 400}] if kind == "touchStart" else []
                driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
            time.sleep(0.05)
        return [float(ms) / 1000 for ms in driver.execute_script("return window.times")]
    finally:
        driver.quit()
