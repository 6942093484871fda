"""A thread or task that broke ends its process, with its traceback in the log: a deaf process would be fed for ever."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import kiosk
from kiosk import threads
from kiosk.config import Home
from kiosk.defaults import write_home

_BREAKING = {
    "a thread": "threads.thread('ear', work).start(); time.sleep(60)",
    "a timer": "threads.timer('water', 0, work).start(); time.sleep(60)",
    "a task": "asyncio.run(both())",
}
_SCRIPT = """
import asyncio, time
from kiosk import threads

def work():
    raise LookupError("nobody thought of this")

async def both():
    async def coroutine():
        work()
    started = threads.task("beat", coroutine())
    await asyncio.sleep(60)

"""


@pytest.mark.parametrize("what", _BREAKING)
def test_what_nobody_thought_of_ends_the_process_and_is_told(what: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT + _BREAKING[what]], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == threads.EXIT_FAILED
    assert "broke; this process ends" in done.stderr
    assert 'raise LookupError("nobody' not in done.stderr or "Traceback" in done.stderr
    assert "LookupError: nobody thought of this" in done.stderr


def test_a_task_that_is_cancelled_or_done_ends_nothing() -> None:
    script = """
import asyncio
from kiosk import threads

async def all_is_well():
    done, cancelled = threads.task("done", asyncio.sleep(0)), threads.task("cancelled", asyncio.sleep(60))
    await done
    cancelled.cancel()
    await asyncio.sleep(0.01)

asyncio.run(all_is_well())
"""
    assert subprocess.run([sys.executable, "-c", script], timeout=50, check=False).returncode == 0


_DEAF = {
    "input thread": ("screen", "kiosk.ui.window.input_thread", "InputThread"),
    "doorbell": ("screen", "kiosk.store.doorbell", "Doorbell"),
    "input thread of the board": ("board", "kiosk.ui.window.input_thread", "InputThread"),
    "doorbell of the printer": ("printer", "kiosk.store.doorbell", "Doorbell"),
    "doorbell of the counter": ("counter", "kiosk.store.doorbell", "Doorbell"),
}


@pytest.mark.parametrize("who", _DEAF)
def test_a_process_that_has_gone_deaf_ends(tmp_path: Path, who: str) -> None:
    write_home(Home.at(tmp_path), always_open=True, kiosk={"screen.is_fullscreen": False, "counter_page.port": 0})
    process, module, kind = _DEAF[who]
    script = f"""
import os, sys
os.environ["SDL_VIDEODRIVER"] = "dummy"
import {module}

def broken(self):
    raise LookupError("it hears nothing any more")

{module}.{kind}._listen = broken
from kiosk.cli.main import run
sys.exit(run(["--home", {str(tmp_path)!r}, "run", {process!r}]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=50, check=False)
    assert (done.returncode, "it hears nothing any more" in done.stderr) == (threads.EXIT_FAILED, True), done.stderr


_MAKERS = {"Thread", "Timer", "create_task", "ensure_future", "ThreadPoolExecutor", "ProcessPoolExecutor"}
_HAVE_A_TOP = {
    ("threads.py", "Thread"),  # here they get it
    ("threads.py", "Timer"),
    ("threads.py", "create_task"),
    ("drivers/simulated_network.py", "create_task"),  # a task group waits for them
    ("counter/lobby_thread.py", "ThreadPoolExecutor"),  # whoever asks it waits for the answer, or for the exception
    # It ends one connection and is told by asyncio: nobody in the network may end the pages.
    ("serving/acceptor.py", "create_task"),
}


def test_every_thread_and_task_of_the_product_has_a_top() -> None:
    root = Path(kiosk.__file__).parent
    found = {
        (str(file.relative_to(root)), name)
        for file in root.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call | ast.ClassDef)
        for name in _named(call)
    }
    assert found == _HAVE_A_TOP


def _named(node: ast.Call | ast.ClassDef) -> set[str]:
    """Return which of the makers a call, or the bases of a class, name."""
    places = [node.func] if isinstance(node, ast.Call) else node.bases
    names = {place.attr if isinstance(place, ast.Attribute) else getattr(place, "id", "") for place in places}
    return names & _MAKERS
