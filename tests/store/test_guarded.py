"""A damaged page, a full or a read-only card: whoever reads, and however, is told in our words and no others."""

from __future__ import annotations

import ast
import gc
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

import kiosk
from kiosk.city.database import CityDatabase
from kiosk.config import Home
from kiosk.defaults import write_home
from kiosk.errors import CorruptError, KioskError, StoreError
from kiosk.field.status import report
from kiosk.lobby.lobby import Lobby
from kiosk.store import jobs, journal, meta, tickets
from kiosk.store.database import Store
from tests.clocks import FakeClock
from tests.databases import look, raw
from tests.disks import needs_mounts, own_mounts
from tests.halls import lobby, settings

_DAY = "2026-11-23"
_READS: dict[str, Callable[[Lobby], object]] = {
    "the hall": lambda hall: hall.hall(),
    "the board": lambda hall: hall.board(),
    "a counter": lambda hall: hall.counter(1),
    "the queue": lambda hall: hall.tickets(),
    "a ticket": lambda hall: hall.ticket("A003"),
    "a token": lambda hall: hall.find_by_token("AAAAAAAAAAAAAAAA"),
    "whether the day is over": lambda hall: hall.keep_day(),
    "the next job": lambda hall: jobs.first_queued(look(hall.store)),
    "a day": lambda hall: tickets.of_day(look(hall.store), _DAY),
    "troubles": lambda hall: meta.troubles(look(hall.store)),
    "what waits for the city": lambda hall: journal.pending(look(hall.store), 0, 1000),
    "the last event": lambda hall: journal.last_seq(look(hall.store)),
    "the time": lambda hall: hall.store.now(),
    "a number": lambda hall: hall.take("A"),
}


def _pages(file: Path) -> Iterator[None]:
    """Damage one page after the other of a closed database file, as a worn card does; the first names the file."""
    sound = file.read_bytes()
    size = int.from_bytes(sound[16:18], "big")
    for begin in range(size, len(sound), size):
        file.write_bytes(sound[:begin] + b"\xa5" * size + sound[begin + size :])
        for beside in ("-wal", "-shm"):
            Path(f"{file}{beside}").unlink(missing_ok=True)
        yield


def test_every_read_of_a_damaged_page_is_told_in_our_words(tmp_path: Path) -> None:
    with closing(lobby(tmp_path)) as hall:
        for _ in range(40):
            hall.take("A")
        hall.call_next(1)
    noticed = set()
    for _ in _pages(settings(tmp_path).home.database):
        for name, read in _READS.items():
            try:
                with closing(Lobby(settings(tmp_path), FakeClock())) as hall:
                    read(hall)
            except CorruptError as error:
                assert "kiosk store set-aside" in str(error)
                noticed.add(name)
            except KioskError:
                pass  # what is gone with the page is not there: no such ticket
    assert noticed == set(_READS)


def test_every_row_of_a_damaged_city_is_told_in_our_words(tmp_path: Path) -> None:
    file = tmp_path / "city.db"
    with closing(CityDatabase.open(file)) as city, city.write() as tx:
        names = [name for (name,) in tx.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for number in range(400):
            tx.execute("INSERT INTO device (device) VALUES (?)", [f"k{number:05}-1{'x' * 100}"])
    noticed = 0
    for _ in _pages(file):
        try:
            with closing(CityDatabase.open(file)) as city, city.read() as snapshot:
                for name in names:
                    for _row in snapshot.query(f"SELECT * FROM {name}"):
                        pass
        except CorruptError as error:
            assert "restore a backup" in str(error)
            noticed += 1
        except StoreError:
            pass
    assert noticed > 3


@pytest.mark.parametrize(
    "read",
    [
        lambda rows: rows.fetchone(),
        lambda rows: rows.fetchmany(5),
        lambda rows: rows.fetchall(),
        lambda rows: next(rows),
        list,
    ],
)
def test_a_row_that_cannot_be_fetched_is_told_however_it_is_asked_for(
    tmp_path: Path, read: Callable[[sqlite3.Cursor], object]
) -> None:
    with closing(Store.open(tmp_path / "kiosk.db")) as store:
        connection = raw(store)
        connection.create_function("breaks", 0, _breaks)
        with pytest.raises(StoreError, match="user-defined function"):
            read(connection.execute("SELECT breaks()"))
        with pytest.raises(StoreError):
            connection.executemany("INSERT INTO no_such_table VALUES (?)", [[1]])
        with pytest.raises(StoreError):
            connection.executescript("SELECT nonsense")


def _breaks() -> int:
    raise LookupError


def test_a_damaged_file_is_noticed_at_once_by_an_optimized_python_too(tmp_path: Path) -> None:
    write_home(Home.at(tmp_path), always_open=True)
    Home.at(tmp_path).database.write_bytes(b"this was a database once" * 1000)
    program = f"""
from kiosk.config import Home, load
from kiosk.lobby.lobby import Lobby
from pathlib import Path
Lobby.open(load(Home.at(Path({str(tmp_path)!r}))))
"""
    done = subprocess.run([sys.executable, "-O", "-c", program], capture_output=True, text=True, check=False)
    assert "CorruptError" in done.stderr


def test_a_lobby_that_is_closed_leaves_no_connection_open(tmp_path: Path) -> None:
    before = _open_connections()
    with closing(lobby(tmp_path)) as hall:
        hall.take("A")
        hall.guide.search("khai sinh", "vi")
        assert len(_open_connections() - before) == 2
    report(settings(tmp_path).home)
    assert not _open_connections() - before


def _open_connections() -> set[sqlite3.Connection]:
    found = set()
    for thing in gc.get_objects():
        if isinstance(thing, sqlite3.Connection):
            with suppress(sqlite3.ProgrammingError):  # it is closed
                assert thing.total_changes >= 0
                found.add(thing)
    return found


_OPENED_BY = {
    "sqlite/guarded.py",
    "store/doorbell.py",  # a file that cannot be read has no version there
    "store/repair.py",  # it says what is wrong with a file, and expects it
    "search/index.py",  # in memory
}


def test_no_database_is_opened_beside_the_guard() -> None:
    root = Path(kiosk.__file__).parent
    found = {
        str(file.relative_to(root))
        for file in root.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "sqlite3.connect"
    }
    assert found == _OPENED_BY


@needs_mounts
@pytest.mark.parametrize("was_there", [True, False])
def test_a_card_that_has_become_read_only_is_called_that(tmp_path: Path, was_there: bool) -> None:
    folder = tmp_path / "card"
    folder.mkdir()
    if was_there:
        Store.open(folder / "kiosk.db").close()
    script = f"mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}"
    program = f"""
from pathlib import Path
from kiosk.errors import StoreError
from kiosk.model.event import HelpRequested
from kiosk.store.database import Store
try:
    store = Store.open(Path({str(folder / "kiosk.db")!r}))
    with store.write() as tx:
        tx.append(HelpRequested())
except StoreError as error:
    print(error)
"""
    done = subprocess.run(own_mounts(script, sys.executable, "-c", program), capture_output=True, text=True, check=True)
    assert "its file system is read-only" in done.stdout, done
    assert "change the card" in done.stdout


def test_a_row_that_names_a_ticket_which_is_not_there_is_refused(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path / "kiosk.db")) as store:
        with pytest.raises(StoreError, match="FOREIGN KEY"), store.write() as tx:
            jobs.enqueue(tx, jobs.JobKind.SLIP, 4711, tx.now_ms)
        with store.read() as snapshot:
            assert jobs.first_queued(snapshot) is None


def test_the_series_of_a_day_go_with_its_tickets_and_the_next_one_begins_at_one(tmp_path: Path) -> None:
    clock = FakeClock()
    with closing(lobby(tmp_path, clock)) as hall:
        assert hall.take("A").number == "A001"
        clock.pass_time(days=400)
        assert hall.take("A").number == "A001"
        days = [day for (day,) in raw(hall.store).execute("SELECT DISTINCT day FROM series")]
        assert days == [hall.context.today()]
