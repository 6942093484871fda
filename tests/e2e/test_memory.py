"""What is left of a card in the memory of a real screen once its visit has ended."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import segno

from kiosk import crypto
from kiosk.cli.demo.hall import DemoHall
from kiosk.config import Home, load
from kiosk.defaults import Value, write_home
from kiosk.ui.window.mirror_client import MirrorClient
from tests.e2e.persons import Person, persons
from tests.e2e.private_day import Visits

_PATIENCE_S = 30.0


@contextmanager
def _screen(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "kiosk", "--home", str(home.etc.parent), "run", "screen"]
    screen = subprocess.Popen(command, env={**os.environ, "SDL_VIDEODRIVER": "dummy"})
    deadline = time.monotonic() + _PATIENCE_S
    try:
        while not (home.run / "screen.sock").exists():
            assert time.monotonic() < deadline, "no first frame"
            time.sleep(0.05)
        yield screen
    finally:
        screen.kill()
        screen.wait()


def left_in(pid: int, words: list[bytes]) -> dict[bytes, int]:
    """Return how often each word stands in a process's memory, of those that do."""
    found: dict[bytes, int] = {}
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            ends, rights, _ = line.split(" ", 2)
            if not rights.startswith("rw") or "[vvar" in line:
                continue
            first, last = (int(end, 16) for end in ends.split("-"))
            try:
                memory.seek(first)
                content = memory.read(last - first)
            except OSError:  # a mapping of a device
                continue
            for word in words:
                count = content.count(word)
                if count:
                    found[word] = found.get(word, 0) + count
    return found


def words_of(person: Person) -> list[bytes]:
    """Return what a memory may hold of a person: text as Python, C libraries and SDL keep it."""
    pieces = {secret for secret in person.secrets if re.search(r"[^\W\d_]|\d{9}", secret)}
    return [form for piece in pieces for form in (piece.encode(), piece.encode("utf-16-le"), piece.encode("utf-32-le"))]


@pytest.mark.skipif(os.geteuid() != 0, reason="looking into another process's memory needs root")
@pytest.mark.parametrize("driver", ["simulated", "serial", "camera"])
def test_nothing_of_a_card_is_left_in_the_screen_s_memory_after_the_visit(tmp_path: Path, driver: str) -> None:
    home = Home.at(tmp_path)
    master, slave = os.openpty()
    (pictures := tmp_path / "pictures").mkdir()
    wirings: dict[str, dict[str, Value]] = {
        "simulated": {},
        "serial": {"scanner.driver": "serial", "scanner.address": os.ttyname(slave)},
        "camera": {"scanner.driver": "camera", "scanner.camera": "folder", "scanner.address": str(pictures)},
    }
    keys = f'\n[city_keys]\nsealing = "{crypto.public_sealing_key(crypto.new_sealing_key()).hex()}"\n'
    write_home(home, always_open=True, kiosk={"screen.is_fullscreen": False, **wirings[driver]})
    with (home.etc / "site.toml").open("a", encoding="utf-8") as settings:
        settings.write(keys)
    shown = persons(4 if driver == "simulated" else 2, seed=7)
    with _screen(home) as screen, closing(MirrorClient(home.run / "screen.sock")) as mirror:
        stage = cast(DemoHall, SimpleNamespace(settings=load(home), city_root=tmp_path / "city"))
        visits = _LookedThrough(stage, mirror, screen.pid)
        if driver == "serial":
            visits.hold_up = lambda payload: os.write(master, f"{payload}\r".encode())
        elif driver == "camera":
            visits.hold_up = lambda payload: _photograph(pictures, payload)
        for place, person in enumerate(shown):
            visits.visit(place, person)
            (pictures / "card.png").unlink(missing_ok=True)
        words = [word for person in shown for word in words_of(person)]
        found = left_in(screen.pid, words)
    for line in (master, slave):
        os.close(line)
    assert visits.found_meanwhile == len(shown), "or the search would not find what lies there"
    assert found == {}


def _photograph(folder: Path, payload: str) -> None:
    part = folder / "card.part"
    segno.make(payload.encode(), micro=False).save(str(part), kind="png", scale=4)
    part.replace(folder / "card.png")


class _LookedThrough(Visits):
    """Visits in whose middle, the card having been read, the screen's memory is searched, too."""

    def __init__(self, stage: DemoHall, mirror: MirrorClient, pid: int) -> None:
        super().__init__(stage, mirror)
        self._pid = pid
        self.found_meanwhile = 0
        self.hold_up: Callable[[str], object] = super()._scan

    def _scan(self, payload: str) -> None:
        self.hold_up(payload)

    def visit(self, place: int, person: Person) -> None:
        self._person = person
        super().visit(place, person)

    def _touch(self, id: str, leads_to: str) -> None:
        if id == "priority:":
            self.found_meanwhile += bool(left_in(self._pid, words_of(self._person)))
        super()._touch(id, leads_to)
