from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from kiosk.city import schema
from kiosk.city.database import SCHEMA_VERSION, CityDatabase
from tests.races import line_up, race


def _open_each(files: list[Path]) -> int:
    for file in files:
        line_up()
        CityDatabase.open(file).close()
    return len(files)


def test_line_and_pages_may_open_a_new_file_at_the_same_moment(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.db" for number in range(60)]
    assert race(3, partial(_open_each, files)) == [60, 60, 60]


def _tables(file: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        return connection.execute(
            "SELECT m.name, c.name, c.type FROM sqlite_schema AS m, pragma_table_info(m.name) AS c ORDER BY 1, 2"
        ).fetchall()


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_a_file_of_any_version_becomes_what_a_new_one_is(tmp_path: Path, version: int) -> None:
    """Files from before sqlite-utils made the tables have a number and no names: nothing is made twice in them."""
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    with closing(sqlite3.connect(old)) as connection:
        for statements in (schema._EVENTS, schema._VISITS, schema._SITES, schema._ORDER)[:version]:
            connection.executescript(statements)
        connection.execute("INSERT INTO device (device, site) VALUES ('k00082-1', '00082')")
        connection.execute(f"PRAGMA user_version = {version}")
        connection.commit()
    for file in (new, old, old):
        CityDatabase.open(file).close()
    assert _tables(old) == _tables(new)
    with closing(CityDatabase.open(old)) as city, city.read() as snapshot:
        assert [row[0] for row in snapshot.query("SELECT site FROM device")] == ["00082"]


def test_a_thread_reads_within_its_own_read_while_others_wait_for_their_turn(tmp_path: Path) -> None:
    with closing(CityDatabase.open(tmp_path / "city.db")) as city:

        def add() -> None:
            with city.write() as tx:
                tx.execute("INSERT INTO device (device) VALUES ('k00082-1')")

        count = "SELECT count(*) FROM device"
        with city.read() as outer:
            writer = threading.Thread(target=add)
            writer.start()
            with city.read() as inner:
                assert inner is outer
            assert outer.query(count).fetchone()[0] == 0
            assert writer.is_alive()
        writer.join(10)
        with city.read() as snapshot:
            assert snapshot.query(count).fetchone()[0] == 1
