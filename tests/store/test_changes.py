"""A change is whole or nothing, a look is one moment, and an event keeps all that the clocks said."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from kiosk.store import journal
from kiosk.store.database import Store
from tests.clocks import FakeClock
from tests.databases import append_raw, change, look, raw
from tests.halls import lobby, settings


def test_another_process_is_waited_for_as_long_as_before_once_the_log_was_shed(tmp_path: Path) -> None:
    lobby(tmp_path).close()
    with contextlib.closing(Store.open(settings(tmp_path).home.database, FakeClock())) as store:
        before = raw(store).execute("PRAGMA busy_timeout").fetchone()[0]
        store.shed_log()
        assert raw(store).execute("PRAGMA busy_timeout").fetchone()[0] == before == 30_000


def test_a_change_and_a_look_end_as_they_should_also_when_they_fail(tmp_path: Path) -> None:
    lobby(tmp_path).close()
    file = settings(tmp_path).home.database
    with contextlib.closing(Store.open(file, FakeClock())) as store, contextlib.closing(Store.open(file)) as other:
        for _ in range(2):
            with pytest.raises(ZeroDivisionError), store.read() as snapshot:
                snapshot.query("SELECT 1 FROM meta").fetchone()
                raise ZeroDivisionError
            with pytest.raises(ZeroDivisionError), store.write() as tx:
                tx.execute("INSERT INTO meta VALUES ('day', '2026-11-23')")
                raise ZeroDivisionError
        with store.read() as snapshot:
            assert snapshot.query("SELECT count(*) FROM meta WHERE key = 'day'").fetchone()[0] == 0
            with other.write() as tx:
                tx.execute("INSERT INTO meta VALUES ('day', '2026-11-23')")
            assert snapshot.query("SELECT count(*) FROM meta WHERE key = 'day'").fetchone()[0] == 0, "one moment"
        assert raw(store).execute("SELECT value FROM meta WHERE key = 'day'").fetchone()[0] == "2026-11-23"


def test_each_event_carries_all_that_the_clocks_said(tmp_path: Path) -> None:
    clock = FakeClock()
    with contextlib.closing(Store.open(tmp_path / "kiosk.db", clock)) as store:
        store.confirm_time(clock.read().wall)
        clock.pass_time(seconds=1.5)
        clock.step(seconds=-30)
        with store.write() as tx:
            assert append_raw(tx, "help.requested", {"é": 1, "n": None, "on": True}) == 1
        (row,) = raw(store).execute("SELECT * FROM journal").fetchall()
        wall_ms = round(clock.read().wall.timestamp() * 1000)
        assert tuple(row) == (
            *(1, "help.requested", wall_ms + 30_000, wall_ms, 1_001_500, "boot-1", 2),
            '{"é":1,"n":null,"on":true}',
        )


def test_old_events_stay_while_only_a_doubtful_clock_calls_them_old(tmp_path: Path) -> None:
    with contextlib.closing(Store.open(tmp_path / "kiosk.db", FakeClock())) as store:
        for seq, (at_ms, trust) in enumerate([(50, 1), (10, 0), (20, 1), (5, 0), (90, 1)], 1):
            values = [seq, at_ms, trust]
            raw(store).execute("INSERT INTO journal VALUES (?, 'x', ?, 0, 0, 'b', ?, '{}')", values)
        journal.acknowledge(change(store), 5)
        assert journal.prune(change(store), 20) == 0
        assert journal.prune(change(store), 21) == 3
        assert [event.seq for event in journal.pending(look(store), 0, 10)] == [4, 5]
        assert (journal.last_seq(look(store)), journal.acked(look(store))) == (5, 5)
