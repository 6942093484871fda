from __future__ import annotations

import multiprocessing
from multiprocessing.synchronize import Barrier
from pathlib import Path

from kiosk.city.database import CityDatabase
from kiosk.errors import StoreError

_PROCESSES, _FILES = 3, 60


def _open_each(folder: Path, barrier: Barrier, answers: multiprocessing.SimpleQueue[list[str]]) -> None:
    troubles = []
    for number in range(_FILES):
        barrier.wait()
        try:
            CityDatabase.open(folder / f"{number}.db").close()
        except StoreError as error:
            troubles.append(str(error))
    answers.put(troubles)


def test_line_and_pages_may_open_a_new_file_at_the_same_moment(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(_PROCESSES), context.SimpleQueue()
    openers = [context.Process(target=_open_each, args=(tmp_path, barrier, answers)) for _ in range(_PROCESSES)]
    for opener in openers:
        opener.start()
    troubles = [answers.get() for _ in openers]
    for opener in openers:
        opener.join()
    assert troubles == [[]] * _PROCESSES
