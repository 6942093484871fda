"""Who may read the databases and the homes they stand in: their owner, whatever the umask was."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest

from kiosk.city.database import CityDatabase
from kiosk.config import Home
from kiosk.defaults import write_home
from kiosk.store.database import Store

Open = Callable[[Path], AbstractContextManager[object]]

opens = pytest.mark.parametrize(
    "open_database",
    [lambda file: closing(CityDatabase.open(file)), lambda file: closing(Store.open(file))],
    ids=["city", "kiosk"],
)


@pytest.fixture(autouse=True)
def careless() -> Iterator[None]:
    """Let every file be readable to all, as a shell's usual umask does; outside a unit nobody sets another."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def _modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.lstat().st_mode) for file in folder.iterdir()}


@opens
def test_a_database_is_for_its_owner_alone_and_so_are_its_companions(tmp_path: Path, open_database: Open) -> None:
    with open_database(tmp_path / "a.db"):
        assert _modes(tmp_path) == {"a.db": 0o600, "a.db-wal": 0o600, "a.db-shm": 0o600}


@opens
def test_a_database_that_an_earlier_release_left_open_to_all_is_closed_to_them(
    tmp_path: Path, open_database: Open
) -> None:
    file = tmp_path / "a.db"
    with open_database(file):
        for one in tmp_path.iterdir():
            one.chmod(0o644)
        with open_database(file):
            assert _modes(tmp_path) == {"a.db": 0o640, "a.db-wal": 0o640, "a.db-shm": 0o640}


@opens
def test_in_a_folder_that_a_group_shares_every_member_may_write_the_database(
    tmp_path: Path, open_database: Open
) -> None:
    tmp_path.chmod(0o2770)
    with open_database(tmp_path / "a.db"):
        assert _modes(tmp_path) == {"a.db": 0o660, "a.db-wal": 0o660, "a.db-shm": 0o660}


@opens
def test_a_link_that_was_planted_in_place_of_a_companion_changes_nothing_behind_it(
    tmp_path: Path, open_database: Open
) -> None:
    strangers = tmp_path / "elsewhere"
    strangers.write_text("theirs", encoding="ascii")
    folder = tmp_path / "var"
    folder.mkdir()
    with open_database(folder / "a.db"):
        pass
    (folder / "a.db-shm").unlink(missing_ok=True)
    (folder / "a.db-shm").symlink_to(strangers)
    strangers.chmod(0o644)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("kiosk.sqlite.guarded.sqlite3.connect", _refuse)
        with pytest.raises(ZeroDivisionError):
            open_database(folder / "a.db").__enter__()
    assert stat.S_IMODE(strangers.stat().st_mode) == 0o644


def _refuse(*_words: object, **_more: object) -> None:
    raise ZeroDivisionError  # SQLite follows the link by itself; here it is only looked at who changed the rights


def test_opening_a_database_once_more_lets_no_lock_of_this_process_go(tmp_path: Path) -> None:
    """Closing any descriptor of a file drops the locks of the whole process on it (fcntl(2))."""
    file = tmp_path / "a.db"
    with closing(CityDatabase.open(file)) as first, closing(CityDatabase.open(file)):
        inode = file.stat().st_ino
        held = [line for line in Path("/proc/locks").read_text(encoding="ascii").splitlines() if f":{inode} " in line]
        with first.read() as snapshot:
            snapshot.query("SELECT count(*) FROM device").fetchone()
        assert held


def test_a_new_home_may_be_entered_by_its_owner_alone(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    write_home(home, site="00082", device=None, always_open=True)
    for folder in (home.etc, home.etc / "catalog", home.var, home.run):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_folders_that_are_there_keep_their_rights(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    home.var.mkdir()
    home.var.chmod(0o2770)
    write_home(home, site="00082", device=None, always_open=True)
    assert stat.S_IMODE(home.var.stat().st_mode) == 0o2770
