"""What visitors ask, on its way to the city and back: only what is still of use goes, and only what fits is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.errors import WireError
from kiosk.store import questions
from kiosk.store.database import Store
from kiosk.sync.questions import AskedQuestions
from kiosk.wire.requests import DOSSIER, MAX_LEFT_MS, DossierAnswer, WireQuestion, decode_question, encode_answer
from tests import halls
from tests.clocks import FakeClock
from tests.databases import look, raw

READY = DossierAnswer("ready", 5)
LATE_S = 600.0


class Hall:
    """A store, a clock, and what the line was handed."""

    def __init__(self, root: Path) -> None:
        self.clock = FakeClock()
        self.store = Store.open(halls.settings(root).home.database, self.clock)
        self.sent: list[WireQuestion] = []
        self.asked = AskedQuestions(self.store, lambda body: self.sent.append(decode_question(body)))

    def ask(self, subject: bytes = b"digest", patience_s: float = 5.0) -> int:
        """Let a visitor ask."""
        with self.store.write() as tx:
            return questions.ask(tx, DOSSIER, subject, tx.now_ms, tx.now_ms + round(patience_s * 1000))

    def answer(self, id: int) -> str | None:
        """Return what is kept of an answer."""
        return questions.answer_of(look(self.store), id)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = Hall(tmp_path)
    with closing(made.store):
        yield made


def test_a_question_leaves_once_with_the_time_that_is_left(hall: Hall) -> None:
    hall.ask()
    hall.clock.pass_time(seconds=2.0)
    hall.asked.send()
    hall.asked.send()
    (question,) = hall.sent
    assert (question.kind, question.subject, question.left_ms) == (DOSSIER, b"digest", 3_000)


def test_more_patience_than_the_line_can_tell_is_told_as_the_most_it_can(hall: Hall) -> None:
    hall.ask(patience_s=3_600.0)
    hall.asked.send()
    assert [question.left_ms for question in hall.sent] == [MAX_LEFT_MS]


def test_a_question_whose_time_ran_out_while_others_were_sent_still_says_nothing_below_zero(hall: Hall) -> None:
    def slow(body: bytes) -> None:
        hall.sent.append(decode_question(body))
        hall.clock.pass_time(seconds=10.0)

    asked = AskedQuestions(hall.store, slow)
    hall.ask()
    hall.ask()
    asked.send()
    assert [question.left_ms for question in hall.sent] == [5_000, 0]


def test_each_answer_goes_to_its_own_question_whatever_their_order(hall: Hall) -> None:
    ids = [hall.ask(subject) for subject in (b"one", b"two")]
    hall.asked.send()
    first, second = hall.sent
    assert first.id != second.id
    hall.asked.take(encode_answer(second.id, DossierAnswer("waiting", 2)))
    hall.asked.take(encode_answer(first.id, READY))
    assert [hall.answer(id) for id in ids] == [READY.as_json(), DossierAnswer("waiting", 2).as_json()]


def test_the_first_answer_stands(hall: Hall) -> None:
    id = hall.ask()
    hall.asked.send()
    for state in ("ready", "returned"):
        hall.asked.take(encode_answer(hall.sent[0].id, DossierAnswer(state, 5)))
    assert hall.answer(id) == READY.as_json()


def test_the_id_of_a_question_tells_nobody_which_one_it_is(hall: Hall) -> None:
    ids = [hall.ask() for _ in range(40)]
    hall.asked.send()
    travelling = [question.id for question in hall.sent]
    assert len(set(travelling)) == 40 and not set(travelling) & set(ids)
    assert travelling != sorted(travelling)
    assert all(number < 2**53 for number in travelling)  # a city in any language reads it whole
    assert max(travelling) > 2**47


@pytest.mark.parametrize(("late_s", "is_kept"), [(0.0, True), (LATE_S, True), (LATE_S + 0.001, False)])
def test_a_late_answer_is_kept_for_ten_minutes_and_then_dropped(hall: Hall, late_s: float, is_kept: bool) -> None:
    id = hall.ask()
    hall.asked.send()
    hall.clock.pass_time(seconds=5.0 + late_s)
    hall.asked.take(encode_answer(hall.sent[0].id, READY))
    assert (hall.answer(id) == READY.as_json()) is is_kept


def test_a_late_answer_is_kept_also_after_others_were_asked(hall: Hall) -> None:
    id = hall.ask()
    hall.asked.send()
    hall.clock.pass_time(seconds=5.0 + LATE_S - 1.0)
    hall.ask()
    hall.asked.send()
    hall.asked.take(encode_answer(hall.sent[0].id, READY))
    assert hall.answer(id) == READY.as_json()


def test_a_hall_that_is_never_answered_does_not_remember_all_it_ever_asked(hall: Hall) -> None:
    for _ in range(200):
        hall.ask()
        hall.asked.send()
        hall.clock.pass_time(seconds=60.0)
    assert len(hall.asked._asked) <= 12


def test_an_answer_that_nobody_asked_for_changes_nothing_and_nonsense_is_refused(hall: Hall) -> None:
    id = hall.ask()
    hall.asked.send()
    hall.asked.take(encode_answer(hall.sent[0].id ^ 1, READY))
    with pytest.raises(WireError):
        hall.asked.take(b"\xff")
    assert hall.answer(id) is None


def test_an_answer_carries_when_it_came(hall: Hall) -> None:
    hall.ask()
    hall.asked.send()
    hall.clock.pass_time(seconds=2.0)
    hall.asked.take(encode_answer(hall.sent[0].id, READY))
    found = questions.latest(look(hall.store), DOSSIER, b"digest")
    assert found is not None
    assert found[1] == round(hall.clock.reading.wall.timestamp() * 1000)


def test_a_question_is_noted_as_sent_when_it_was(hall: Hall) -> None:
    hall.ask()
    hall.clock.pass_time(seconds=2.0)
    hall.asked.send()
    (sent_ms,) = raw(hall.store).execute("SELECT sent_ms FROM question").fetchone()
    assert sent_ms == round(hall.clock.reading.wall.timestamp() * 1000)
