"""Who waits at a bell hears each ring once, a signal too, and nothing after it was closed."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.config import Home
from kiosk.model.event import HelpRequested
from kiosk.model.health import PrinterHealth, SyncHealth
from kiosk.store.database import Store
from kiosk.store.doorbell import Doorbell, set_by_signals
from kiosk.store.health import Health, health_file
from tests.clocks import FakeClock
from tests.healths import health_words


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with contextlib.closing(Store.open(tmp_path / "kiosk.db", FakeClock())) as opened:
        yield opened


def _is_readable(bell: Doorbell) -> bool:
    return bool(select.select([bell.fileno()], [], [], 0)[0])


def _silent(database: Path) -> Doorbell:
    bell = Doorbell(database)
    bell.wait(5)
    while bell.wait(0.05):
        pass
    return bell


def test_however_often_it_rang_it_is_heard_once(store: Store) -> None:
    with _silent(store.file) as bell:
        assert not _is_readable(bell)
        for _ in range(3):
            bell.ring()
        assert _is_readable(bell)
        assert bell.has_rung()
        assert not bell.has_rung()
        assert not _is_readable(bell)


def test_every_commit_is_heard_and_a_look_is_not(store: Store) -> None:
    with _silent(store.file) as bell:
        for _ in range(3):
            with store.write() as tx:
                tx.append(HelpRequested())
            assert bell.wait(5)
        with store.read() as snapshot:
            snapshot.query("SELECT 1 FROM meta").fetchone()
        assert not bell.wait(0.1)


def test_a_closed_bell_has_ended_its_thread(store: Store) -> None:
    before = threading.active_count()
    bell = Doorbell(store.file)
    assert threading.active_count() == before + 1
    bell.close()
    bell.close()
    assert threading.active_count() == before


def test_a_file_that_comes_later_is_heard(tmp_path: Path) -> None:
    with _silent(tmp_path / "kiosk.db") as bell:
        Store.open(tmp_path / "kiosk.db").close()
        assert bell.wait(5)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_wait(store: Store, number: signal.Signals) -> None:
    before = {known: signal.getsignal(known) for known in (signal.SIGTERM, signal.SIGINT)}
    try:
        with _silent(store.file) as bell:
            ended = set_by_signals(bell)
            assert not ended.is_set()
            os.kill(os.getpid(), number)
            assert bell.wait(5)
            assert ended.is_set()
    finally:
        for known, way in before.items():
            signal.signal(known, way)


def test_a_health_file_says_what_was_told_by_whom_and_when_and_its_folder_may_be_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, now = Home.at(tmp_path), [1000.26]
    monkeypatch.setattr("kiosk.store.health._uptime_s", lambda: now[0])
    with Health(home, "printer") as printer:
        printer.tell(PrinterHealth("ready"))
        assert health_words(home) == {
            "printer": {
                "status": "ready",
                "pid": os.getpid(),
                "uptime_s": 1000.3,
                "is_running": True,
                "is_current": True,
            }
        }
        lock = health_file(home, "printer").with_suffix(".lock")
        assert lock.stat().st_mode & 0o777 == 0o660
        assert lock.read_text() == f"{os.getpid():>10} {1000.26:>15.1f}\n"
        now[0] = 1000.26 + 59.9
        assert health_words(home)["printer"]["is_current"]
        now[0] = 1000.26 + 61
        assert health_words(home) == {"printer": {"is_running": True, "is_current": False, "pid": os.getpid()}}
        printer.tell(PrinterHealth("ready"))
        assert health_words(home)["printer"]["uptime_s"] == 1000.3, "the words are as old as they are"
        printer.tell(PrinterHealth())
        assert health_words(home)["printer"]["uptime_s"] == 1061.3
    printer.close()
    (home.run / "health" / ".printer.json.0123").write_text("{}")
    assert health_words(home) == {
        "printer": {"pid": None, "uptime_s": 1061.3, "is_running": False, "is_current": False}
    }


def test_a_process_whose_word_cannot_be_read_runs_all_the_same(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    with Health(home, "sync") as sync:
        sync.tell(SyncHealth("online"))
        health_file(home, "sync").with_suffix(".lock").write_text("half a line")
        assert health_words(home) == {"sync": {"is_running": True, "is_current": False, "pid": None}}
