"""The database file: what a crash, a full disk, damage and several processes may do to it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.config import Home
from kiosk.errors import CorruptError, FullError, StoreError
from kiosk.model.event import HelpRequested
from kiosk.store import journal
from kiosk.store.database import Store
from kiosk.store.doorbell import Doorbell
from kiosk.store.health import health_file
from kiosk.store.repair import check, set_aside
from tests.clocks import MONDAY_MORNING, FakeClock
from tests.databases import append_raw, change, look, raw
from tests.descriptors import open_descriptors
from tests.halls import lobby, settings
from tests.healths import write_health


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with contextlib.closing(Store.open(tmp_path / "kiosk.db", FakeClock())) as opened:
        yield opened


def _append(store: Store, kind: str = "help.requested") -> int:
    with store.write() as tx:
        return append_raw(tx, kind, {})


def test_seqs_have_no_gap_after_a_change_that_failed(store: Store) -> None:
    _append(store)
    with pytest.raises(ZeroDivisionError), store.write() as tx:
        tx.append(HelpRequested())
        raise ZeroDivisionError
    assert _append(store) == 2


def test_every_commit_is_synced_to_the_disk(store: Store) -> None:
    assert raw(store).execute("PRAGMA synchronous").fetchone()[0] == 2
    assert raw(store).execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_the_citys_mark_only_moves_forward_and_never_past_the_end(store: Store) -> None:
    for _ in range(5):
        _append(store)
    journal.acknowledge(change(store), 3)
    for mark in (2, 6, -1):
        journal.acknowledge(change(store), mark)
    assert journal.acked(look(store)) == 3
    assert [event.seq for event in journal.pending(look(store), 3, 10)] == [4, 5]


def test_pruning_keeps_what_the_city_has_not_and_never_gives_a_seq_twice(store: Store) -> None:
    for _ in range(3):
        _append(store)
    journal.acknowledge(change(store), 3)
    with store.write() as tx:
        assert journal.prune(change(store), tx.now_ms + 1) == 3
    assert _append(store) == 4
    with store.write() as tx:
        assert journal.prune(change(store), tx.now_ms + 1) == 0


def _open_and_append(file: Path, count: int) -> None:
    with contextlib.closing(Store.open(file)) as opened:
        for _ in range(count):
            _append(opened)


def test_eight_processes_may_make_the_file_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_open_and_append, args=(tmp_path / "kiosk.db", 20)) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 8
    with contextlib.closing(Store.open(tmp_path / "kiosk.db")) as opened:
        assert [event.seq for event in journal.pending(look(opened), 0, 1000)] == list(range(1, 161))


def test_the_bell_rings_for_another_processs_commit(store: Store) -> None:
    with Doorbell(store.file) as bell:
        bell.wait(5)
        assert not bell.wait(0.05)
        context = multiprocessing.get_context("spawn")
        other = context.Process(target=_open_and_append, args=(store.file, 1))
        other.start()
        assert bell.wait(20)
        other.join()


def test_the_bell_does_not_ring_for_a_change_that_was_taken_back(store: Store) -> None:
    with Doorbell(store.file) as bell:
        bell.wait(5)
        with contextlib.suppress(ZeroDivisionError), store.write() as tx:
            tx.append(HelpRequested())
            raise ZeroDivisionError
        assert not bell.wait(0.1)
        _append(store)
        assert bell.wait(5)


def test_a_commit_that_takes_seconds_rings_too(store: Store, tmp_path: Path) -> None:
    _append(store)
    log = Path(f"{store.file}-wal")
    # Through links in another folder a commit is not heard: it can only be seen, as one whose disk was slow.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in (store.file.name, log.name, f"{store.file.name}-shm"):
        (elsewhere / name).hardlink_to(store.file.with_name(name))
    slow = Store.open(elsewhere / store.file.name)
    with Doorbell(store.file) as bell:
        bell.wait(5)
        assert not bell.wait(0.05)
        with log.open("r+b") as written:
            first = written.read(1)
            written.seek(0)
            written.write(first)  # heard, and nothing is there to be seen yet
        assert not bell.wait(2.5)
        _append(slow)
        assert bell.wait(5)
    slow.close()


def test_the_bell_rings_when_the_printer_is_not_as_it_was_and_for_no_other_process(store: Store) -> None:
    home = Home.at(store.file.parent)
    with Doorbell(store.file, health_file(home, "printer")) as bell:
        bell.wait(5)
        write_health(home, "sync", {"pending": 3})
        assert not bell.wait(0.1)
        write_health(home, "printer", {"status": "paper_out"})
        assert bell.wait(5)
        assert not bell.wait(0.05)


def test_bells_leave_no_descriptor_open(store: Store) -> None:
    Doorbell(store.file).close()  # SQLite keeps one descriptor of the file for its next opening
    before = open_descriptors()
    for _ in range(20):
        bell = Doorbell(store.file)
        bell.close()
        bell.close()
    assert open_descriptors() <= before


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"gone/kiosk\.db cannot be opened.*kiosk init"):
        Store.open(tmp_path / "gone" / "kiosk.db")


def test_a_file_from_a_newer_kiosk_is_left_alone(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "kiosk.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer release"):
        Store.open(tmp_path / "kiosk.db")


def test_damage_is_said_plainly_and_nothing_is_changed(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.db"
    file.write_bytes(b"this was a database once" * 1000)
    before = file.read_bytes()
    with pytest.raises(CorruptError, match="set-aside"):
        Store.open(file)
    assert file.read_bytes() == before


def _damage(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096 * 2 :] = os.urandom(len(content) - 4096 * 2)
    file.write_bytes(content)


def test_a_damaged_file_set_aside_gives_no_number_twice(tmp_path: Path) -> None:
    place = settings(tmp_path)
    hall = lobby(tmp_path)
    given = {hall.take("A").number for _ in range(5)}
    hall.close()
    _damage(place.home.database)
    assert check(place.home.database)
    kept, _ = set_aside(place, FakeClock())
    assert kept.exists()
    with contextlib.closing(lobby(tmp_path)) as again:
        assert again.take("A").number not in given


def test_a_file_set_aside_under_a_wrong_date_gives_no_number_of_the_true_day_twice(tmp_path: Path) -> None:
    place = settings(tmp_path)
    with contextlib.closing(lobby(tmp_path, FakeClock())) as hall:
        given = {hall.take("A").number for _ in range(5)}
        raw(hall.store).execute("PRAGMA writable_schema = ON")
        spoil = "UPDATE sqlite_schema SET sql = replace(sql, 'booked_ms INTEGER', 'booked_ms INTEGER NOT NULL')"
        raw(hall.store).execute(spoil)
    assert check(place.home.database)
    clock = FakeClock(MONDAY_MORNING + timedelta(days=20))
    set_aside(place, clock)
    with contextlib.closing(lobby(tmp_path, clock)) as again:
        assert again.take("A").day == "2026-12-13"
        clock.synchronise(MONDAY_MORNING)
        taken = again.take("A")
        assert taken.day == "2026-11-23"
        assert taken.number not in given


def test_a_sound_file_is_not_set_aside(tmp_path: Path) -> None:
    place = settings(tmp_path)
    lobby(tmp_path).close()
    with pytest.raises(StoreError, match="sound"):
        set_aside(place)


def test_what_was_deleted_leaves_no_bytes_once_the_log_is_shed(store: Store) -> None:
    with store.write() as tx:
        tx.execute("INSERT INTO meta VALUES ('secret', ?)", [b"planted" * 4])
    with store.write() as tx:
        tx.execute("DELETE FROM meta WHERE key = 'secret'")
    with contextlib.closing(Store.open(store.file)) as other, other.read() as snapshot:
        snapshot.query("SELECT count(*) FROM meta").fetchone()
        assert not store.shed_log(), "somebody still reads what was before"
    assert store.shed_log()
    for file in store.file.parent.iterdir():
        assert b"planted" not in file.read_bytes()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if mount.returncode:
        pytest.skip("mounting a small disk needs root")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_refuses_and_goes_on_by_itself(small_disk: Path) -> None:
    hall = lobby(small_disk)
    with contextlib.closing(hall):
        assert hall.take("A").number == "A001"
        ballast = small_disk / "ballast"
        with contextlib.suppress(OSError), ballast.open("wb") as file:
            while True:
                file.write(bytes(65536))
                file.flush()
        last = journal.last_seq(look(hall.store))
        with pytest.raises(FullError, match="no space left"):
            for _ in range(200):
                hall.take("A")
                last = journal.last_seq(look(hall.store))
        assert journal.last_seq(look(hall.store)) == last
        assert hall.hall().faults[0] == "disk_full"
        ballast.unlink()
        assert hall.take("B").number == "B001"
        assert "disk_full" not in hall.hall().faults
        assert check(hall.store.file) == []


def test_the_bell_rings_when_a_damaged_file_has_been_replaced(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.db"
    file.write_bytes(b"this was a database once" * 1000)
    with Doorbell(file) as bell:
        bell.wait(5)
        assert not bell.wait(0.05)
        file.unlink()
        Store.open(file).close()
        assert bell.wait(5)
