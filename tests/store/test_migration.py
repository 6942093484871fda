"""A kiosk that is updated in the middle of a day: everything is still there, and the new things work."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from sqlite_utils import Database

from kiosk.store.database import SCHEMA_VERSION, Store
from kiosk.store.schema import migrations
from tests.clocks import FakeClock
from tests.databases import raw
from tests.halls import lobby, settings

_TICKETS = """
INSERT INTO meta VALUES ('day', '2026-11-23');
INSERT INTO series VALUES ('00082', 'k00082-1', '2026-11-23', 'A', 2);
INSERT INTO ticket (site, device, day, letter, number, service, state, language, issued_ms, since_ms) VALUES
    ('00082', 'k00082-1', '2026-11-23', 'A', 1, 'A', 'waiting', 'vi', 1795399200000, 1795399200000),
    ('00082', 'k00082-1', '2026-11-23', 'A', 2, 'A', 'waiting', 'en', 1795399260000, 1795399260000);
INSERT INTO print_job (kind, ticket, state, created_ms) VALUES ('slip', 1, 'printed', 1795399200000);
INSERT INTO booking VALUES ('K7K7K7K7', '00082', '2026-11-23', 'A', 1795399200000);
"""


def _write_version_1(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        migrations.apply(Database(connection), stop_before="m002_visit")
        connection.executescript(_TICKETS)
        connection.execute("PRAGMA user_version = 1")


def test_a_day_that_began_with_version_1_goes_on(tmp_path: Path) -> None:
    _write_version_1(settings(tmp_path).home.database)
    with contextlib.closing(lobby(tmp_path, FakeClock())) as hall:
        assert [row.number for row in hall.tickets()] == ["A001", "A002"]
        assert not hall.ticket("A001").by_post
        assert hall.ticket("A001").print_state == "printed"
        hall.note_post("A001", True)
        assert hall.take("A", person=b"p" * 16).number == "A003"
        called = hall.call_next(1)
        assert called is not None
        assert called.number == "A001"


_CALLS = """
UPDATE ticket SET state = 'called', counter = 1, called_ms = 1795399300000, announced_ms = 1795399300000, calls = 1;
INSERT INTO journal (kind, at_ms, wall_ms, uptime_ms, boot, trust, payload) VALUES
    ('day.opened', 1795399100000, 0, 0, 'b', 1, '{"day":"2026-11-23","site":"00082"}'),
    ('ticket.issued', 1795399200000, 0, 0, 'b', 1, '{"t":1,"n":"A001"}'),
    ('ticket.issued', 1795399260000, 0, 0, 'b', 1, '{"t":2,"n":"A002"}'),
    ('ticket.called', 1795399300000, 0, 0, 'b', 1, '{"t":2,"c":2}'),
    ('ticket.called', 1795399300000, 0, 0, 'b', 1, '{"t":1,"c":1}'),
    ('ticket.recalled', 1795399290000, 0, 0, 'b', 1, '{"t":2,"c":2}');
"""


def test_calls_of_a_day_that_began_before_their_order_was_kept_keep_it(tmp_path: Path) -> None:
    _write_version_1(settings(tmp_path).home.database)
    with contextlib.closing(sqlite3.connect(settings(tmp_path).home.database)) as connection:
        connection.executescript(_CALLS)
    with contextlib.closing(lobby(tmp_path, FakeClock())) as hall:
        board = hall.board()
        assert board.current is not None
        assert [board.current.number, *(call.number for call in board.last)] == ["A002", "A001"]
        row = raw(hall.store).execute("SELECT issued_seq, called_seq, announced_seq FROM ticket WHERE number = 2")
        assert tuple(row.fetchone()) == (3, 4, 6)


def test_a_new_file_and_a_migrated_one_have_the_same_tables(tmp_path: Path) -> None:
    def tables(file: Path) -> list[tuple[str, str, str, int]]:
        with contextlib.closing(Store.open(file)) as store:
            assert raw(store).execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
            query = (
                "SELECT m.name, c.name, c.type, c.pk FROM sqlite_master m, pragma_table_info(m.name) c ORDER BY 1, 2"
            )
            return [tuple(row) for row in raw(store).execute(query)]

    _write_version_1(tmp_path / "old.db")
    assert tables(tmp_path / "old.db") == tables(tmp_path / "new.db")
