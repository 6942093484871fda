"""From a code that was read to the beep and the next picture: the real screen with a reader on a real line."""

from __future__ import annotations

import os
import tempfile
import time
import tty
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from pathlib import Path

from benchmarks.browser import chromium, driven
from benchmarks.hall import open_processes
from benchmarks.table import milliseconds, show
from benchmarks.touch import until_changed
from kiosk.ui.window.mirror_client import MirrorClient

_READS = 100
_PAUSE_S = 0.25
"""Longer than a beep: one that comes while another is heard is not made."""
_PLAYER = """#!/bin/sh
head -c 2 >/dev/null
date +%s%N >{heard}
exec cat >/dev/null
"""
"""Stands where aplay does, and notes when the first sample came."""
_PAGE = """data:text/html,<body><h1>scan</h1><script>
window.times = []; let text = "";
addEventListener("keydown", event => {
  if (event.key !== "Enter") { text += event.key; return; }
  document.querySelector("h1").textContent = text; text = "";
  requestAnimationFrame(() => requestAnimationFrame(now => times.push(performance.now() - event.timeStamp)));
});</script>"""


def measure() -> None:
    """Print how long a visitor waits for the answer to a code, beside a touch and a browser with a keyboard wedge."""
    pictures, beeps, touches = _ours()
    rows = [
        ("`kiosk run screen`, a code by serial line", *milliseconds(pictures), *milliseconds(beeps)),
        ("`kiosk run screen`, a touch", *milliseconds(touches), "", ""),
    ]
    browser = _browsers()
    if browser:
        rows.append(("Chromium in kiosk mode, a code by keyboard wedge", *milliseconds(browser), "", ""))
    show(
        "From a code to its answer",
        ("", "read → next picture", "p99", "read → first sound sample at the player", "p99"),
        rows,
        f"{_READS} codes. Ours: from the last byte on the line to the scene on the window, through the mirror, and to "
        "the first sample in the hands of the program in aplay's place. The browser: from Enter's time stamp to the "
        "second frame after it. Target: both ≤ 100 ms.",
    )


def _ours() -> tuple[list[float], list[float], list[float]]:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    kiosk = {"scanner.driver": "serial", "scanner.address": os.ttyname(theirs), "sound.driver": "alsa"}
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder,
        _player(Path(folder)) as heard,
        open_processes(Path(folder), ("screen",), kiosk) as (settings, _),
        closing(MirrorClient(settings.home.run / "screen.sock")) as mirror,
    ):
        pictures, beeps = [], []
        for number, code in zip(range(_READS), cycle(("comfort", "back")), strict=False):
            time.sleep(_PAUSE_S)
            before = mirror.scene()["screen"]
            heard.unlink(missing_ok=True)
            # Byte order marks do not count: so each is another code, and none is one that is still held up.
            text = f"HNK:{code}" + "\ufeff" * number
            began, began_ns = time.monotonic(), time.time_ns()
            os.write(ours, text.encode() + b"\r")
            while mirror.scene()["screen"] == before:
                time.sleep(0.0005)
            pictures.append(time.monotonic() - began)
            beeps.append((_told(heard) - began_ns) / 1e9)
        touches = [until_changed(mirror, id) for _ in range(_READS // 2) for id in ("comfort", "back")]
    os.close(ours)
    os.close(theirs)
    return pictures, beeps, touches


def _told(heard: Path) -> int:
    """Return when the player had the first sample, in nanoseconds of the wall clock."""
    ends = time.monotonic() + 5
    while time.monotonic() < ends:
        if heard.exists() and (told := heard.read_text().strip()):
            return int(told)
        time.sleep(0.001)
    raise TimeoutError("no beep was heard within 5 s")


@contextmanager
def _player(folder: Path) -> Iterator[Path]:
    """Put our player before aplay in the search path; yield the file that it writes."""
    programs, heard, path = folder / "bin", folder / "heard", os.environ["PATH"]
    programs.mkdir()
    player = programs / "aplay"
    player.write_text(_PLAYER.format(heard=heard))
    player.chmod(0o755)
    os.environ["PATH"] = f"{programs}:{path}"
    try:
        yield heard
    finally:
        os.environ["PATH"] = path


def _browsers() -> list[float]:
    program = chromium()
    if program is None:
        return []
    driver = driven(program)
    try:
        driver.get(_PAGE)
        for _ in range(_READS):
            for key in (*"HNK", "Enter"):
                text = {"text": "\r" if key == "Enter" else key, "key": key}
                driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyDown", **text})
                driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyUp", "key": key})
            time.sleep(0.05)
        return [float(ms) / 1000 for ms in driver.execute_script("return window.times")]
    finally:
        driver.quit()
