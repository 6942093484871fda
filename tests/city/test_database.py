from __future__ import annotations

from functools import partial
from pathlib import Path

from kiosk.city.database import CityDatabase
from tests.races import line_up, race


def _open_each(files: list[Path]) -> int:
    for file in files:
        line_up()
        CityDatabase.open(file).close()
    return len(files)


def test_line_and_pages_may_open_a_new_file_at_the_same_moment(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.db" for number in range(60)]
    assert race(3, partial(_open_each, files)) == [60, 60, 60]
