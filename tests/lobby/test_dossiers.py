"""Where a dossier is: asked in time, remembered while the line is down, and late only when it truly is."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import DossierState
from kiosk.store import journal, questions
from kiosk.store.database import to_ms
from tests.clocks import MONDAY_MORNING, FakeClock
from tests.databases import look

CODE = "000.00.01.H26-260930-0012"
NOW_MS = to_ms(MONDAY_MORNING)
ANSWER: dict[str, object] = {
    "state": "processing",
    "received": "2026-11-02",
    "due": "2026-11-27",
    "counter": None,
    "as_of_ms": NOW_MS,
}


def _settle(hall: Lobby, question: int, answer: str) -> None:
    with hall.store.write() as tx:
        questions.settle(tx, question, answer, tx.now_ms)


def _say(hall: Lobby, question: int, **changes: object) -> None:
    _settle(hall, question, msgspec.json.encode({**ANSWER, **changes}).decode())


def test_the_code_itself_is_written_down_nowhere(hall: Lobby) -> None:
    hall.dossiers.ask(CODE)
    assert [event.payload for event in journal.pending(look(hall.store), 1, 10)] == [{}]
    for file in hall.settings.home.var.iterdir():
        assert CODE.encode() not in file.read_bytes()


def test_the_line_is_asked_with_a_deadline(hall: Lobby) -> None:
    question = hall.dossiers.ask(CODE)
    (waiting,) = questions.unsent(look(hall.store), NOW_MS)
    assert (waiting.id, waiting.kind) == (question, "dossier")
    assert waiting.deadline_ms - waiting.asked_ms == hall.dossiers.deadline_s * 1000


def test_the_citys_answer_is_seen(hall: Lobby) -> None:
    question = hall.dossiers.ask(CODE)
    assert hall.dossiers.answer(question) is None
    _say(hall, question, counter=3, state="ready")
    view = hall.dossiers.answer(question)
    assert view is not None
    assert (view.state, view.counter, view.is_late) == (DossierState.READY, 3, False)
    assert (view.received_on, view.due_on) == (date(2026, 11, 2), date(2026, 11, 27))
    assert view.as_of == MONDAY_MORNING
    assert view.as_of.utcoffset() is not None


def test_the_last_answer_is_known_while_the_line_is_down(hall: Lobby, clock: FakeClock) -> None:
    assert hall.dossiers.last(CODE) is None
    _say(hall, hall.dossiers.ask(CODE))
    clock.pass_time(days=2)
    hall.dossiers.ask(CODE)
    view = hall.dossiers.last(CODE)
    assert view is not None
    assert view.as_of == MONDAY_MORNING
    assert hall.dossiers.last(CODE.replace("0012", "0013")) is None


@pytest.mark.parametrize(
    ("state", "due", "is_late"),
    [
        ("processing", "2026-11-22", True),
        ("received", "2026-11-22", True),
        ("processing", "2026-11-23", False),
        ("processing", None, False),
        ("waiting", "2026-11-22", False),
        ("ready", "2026-11-22", False),
        ("returned", "2026-11-22", False),
        ("unknown", None, False),
    ],
)
def test_late_is_what_the_office_still_has_after_its_day(
    hall: Lobby, state: str, due: str | None, is_late: bool
) -> None:
    question = hall.dossiers.ask(CODE)
    _say(hall, question, state=state, due=due)
    view = hall.dossiers.answer(question)
    assert view is not None
    assert view.is_late is is_late


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "not json",
        "[]",
        "{}",
        msgspec.json.encode({**ANSWER, "state": "burnt"}).decode(),
        msgspec.json.encode({**ANSWER, "due": "yesterday"}).decode(),
        msgspec.json.encode({**ANSWER, "applicant": "Nguyễn Văn An"}).decode(),
        msgspec.json.encode({**ANSWER, "as_of_ms": 10**17}).decode(),
        msgspec.json.encode({**ANSWER, "counter": "3"}).decode(),
    ],
)
def test_an_answer_that_makes_no_sense_is_none(hall: Lobby, answer: str, caplog: pytest.LogCaptureFixture) -> None:
    question = hall.dossiers.ask(CODE)
    _settle(hall, question, answer)
    assert hall.dossiers.answer(question) is None
    assert hall.dossiers.last(CODE) is None
    assert "cannot be used" in caplog.text
    assert "Nguyễn" not in caplog.text
