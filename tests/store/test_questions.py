"""Questions to the city: each is sent once, in time, and its answer outlives the line."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.store import questions
from kiosk.store.database import Store
from tests.clocks import FakeClock
from tests.databases import look, raw

DAY_MS = 24 * 3600 * 1000
SUBJECT = b"s" * 16


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with contextlib.closing(Store.open(tmp_path / "kiosk.db", FakeClock())) as opened:
        yield opened


def _ask(store: Store, now_ms: int = 1000, subject: bytes = SUBJECT) -> int:
    with store.write() as tx:
        return questions.ask(tx, "dossier", subject, now_ms, now_ms + 8000)


def test_a_question_waits_until_it_is_sent(store: Store) -> None:
    first, second = _ask(store), _ask(store, 2000)
    assert [question.id for question in questions.unsent(look(store), 2000)] == [first, second]
    with store.write() as tx:
        questions.mark_sent(tx, first, 2001)
    assert [question.id for question in questions.unsent(look(store), 2001)] == [second]


def test_a_question_nobody_waits_for_any_more_is_not_sent(store: Store) -> None:
    _ask(store, 1000)
    assert questions.unsent(look(store), 9000) == []


def test_an_answer_is_kept_also_when_it_comes_late(store: Store) -> None:
    number = _ask(store, 1000)
    assert questions.answer_of(look(store), number) is None
    assert questions.latest(look(store), "dossier", SUBJECT) is None
    with store.write() as tx:
        questions.settle(tx, number, "{}", 99_000)
    assert questions.answer_of(look(store), number) == "{}"
    assert questions.latest(look(store), "dossier", SUBJECT) == ("{}", 99_000)


def test_the_newest_answer_counts_and_only_about_its_subject(store: Store) -> None:
    for place, answer in enumerate(("old", "new")):
        number = _ask(store, 1000 + place)
        with store.write() as tx:
            questions.settle(tx, number, answer, 5000 + place)
    _ask(store, 7000)
    assert questions.latest(look(store), "dossier", SUBJECT) == ("new", 5001)
    assert questions.latest(look(store), "dossier", b"another") is None
    assert questions.latest(look(store), "booking", SUBJECT) is None


def test_answers_go_after_thirty_days_and_questions_without_one_after_a_day(store: Store) -> None:
    answered, lost = _ask(store, 0), _ask(store, 0, b"lost")
    with store.write() as tx:
        questions.settle(tx, answered, "{}", 0)
        questions.prune(tx, DAY_MS)
    assert _ids(store) == [answered, lost]
    with store.write() as tx:
        questions.prune(tx, DAY_MS + 8001)
    assert _ids(store) == [answered]
    with store.write() as tx:
        questions.prune(tx, 30 * DAY_MS + 1)
    assert _ids(store) == []


def test_a_number_is_never_given_to_another_question(store: Store) -> None:
    first = _ask(store, 0)
    with store.write() as tx:
        questions.prune(tx, 90 * DAY_MS)
    assert _ask(store, 0) > first, "a late answer must not reach another visitor"


def _ids(store: Store) -> list[int]:
    return [row[0] for row in raw(store).execute("SELECT id FROM question ORDER BY id")]
