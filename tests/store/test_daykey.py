"""The key of a day: everybody has the same one, and nothing is left of it when the day is over."""

from __future__ import annotations

import os
import stat
from functools import partial
from pathlib import Path

import pytest

from kiosk.config import Home
from kiosk.store.daykey import DayKey
from tests.disks import no_room
from tests.races import line_up, race

TODAY, TOMORROW = "2026-11-23", "2026-11-24"
_PROCESSES = 6


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path)


@pytest.fixture
def file(home: Home) -> Path:
    return home.run / "day.key"


def test_everybody_has_the_same_key_all_day(home: Home) -> None:
    key = DayKey(home).of(TODAY)
    assert len(key) == 32
    assert DayKey(home).of(TODAY) == key


def test_another_day_has_another_key_and_the_old_one_is_gone(home: Home, file: Path) -> None:
    key = DayKey(home).of(TODAY)
    assert DayKey(home).of(TOMORROW) != key
    assert key.hex() not in file.read_text()
    assert DayKey(home).of(TODAY) != key


def test_nothing_is_left_of_an_old_key_even_behind_its_name(home: Home, file: Path) -> None:
    for end in (lambda: DayKey(home).of(TOMORROW), lambda: DayKey(home).adopt(TODAY, b"k" * 32), DayKey(home).destroy):
        DayKey(home).of(TODAY)
        with file.open("rb") as behind:
            end()
            assert set(behind.read()) == {0}


def test_the_city_s_key_takes_the_place_of_ours(home: Home) -> None:
    ours, city_s = DayKey(home).of(TODAY), b"k" * 32
    DayKey(home).adopt(TODAY, city_s)
    assert DayKey(home).of(TODAY) == city_s != ours
    DayKey(home).adopt(TODAY, city_s)
    assert DayKey(home).of(TODAY) == city_s


def test_a_key_of_another_length_is_refused(home: Home, file: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes, not 16"):
        DayKey(home).adopt(TODAY, b"k" * 16)
    assert not file.exists()


def test_a_destroyed_key_never_comes_back(home: Home, file: Path) -> None:
    key = DayKey(home).of(TODAY)
    DayKey(home).destroy()
    DayKey(home).destroy()
    assert not any(home.run.iterdir())
    assert DayKey(home).of(TODAY) != key


@pytest.mark.parametrize("content", [b"", bytes(76), b"\xff" * 76, b"2026-11-23 " + b"0" * 63 + b"\n", b"2026-11-23\n"])
def test_a_broken_file_is_no_key(home: Home, file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    assert len(DayKey(home).of(TODAY)) == 32


def test_what_a_killed_process_left_half_done_is_swept_away(home: Home, file: Path) -> None:
    file.parent.mkdir(parents=True)
    part = file.with_name(".day.key.0123456789abcdef")
    part.write_text("2026-11-23 half")
    key = DayKey(home).of(TODAY)
    assert (DayKey(home).of(TODAY), part.exists()) == (key, False)
    part.write_text("2026-11-23 half")
    DayKey(home).destroy()
    assert not any(home.run.iterdir())


def test_a_full_run_directory_leaves_the_old_key_as_it_is(home: Home) -> None:
    key = DayKey(home).of(TODAY)
    with no_room(), pytest.raises(OSError, match="too large"):
        DayKey(home).adopt(TODAY, b"k" * 32)
    assert DayKey(home).of(TODAY) == key


@pytest.mark.parametrize(("folder", "expected"), [(0o700, 0o600), (0o755, 0o600), (0o2770, 0o660)])
def test_nobody_else_may_read_it(home: Home, file: Path, folder: int, expected: int) -> None:
    file.parent.mkdir(parents=True)
    file.parent.chmod(folder)
    before = os.umask(0)
    try:
        DayKey(home).of(TODAY)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == expected


def _ask(home: Home) -> tuple[bytes, ...]:
    line_up()
    return tuple(DayKey(home).of(TOMORROW) for _ in range(20))


def test_processes_that_race_agree_on_one_key(home: Home) -> None:
    DayKey(home).of(TODAY)
    found = race(_PROCESSES, partial(_ask, home))
    assert len({key for keys in found for key in keys}) == 1
