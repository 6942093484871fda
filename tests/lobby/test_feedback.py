"""How was it: one word from one ticket, faces and reasons from closed lists."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import UnknownNameError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import Reason
from kiosk.model.event import Value
from kiosk.store import journal
from tests.clocks import FakeClock
from tests.databases import look
from tests.halls import lobby as open_hall


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Lobby]:
    with contextlib.closing(open_hall(tmp_path, FakeClock())) as opened:
        yield opened


def _given(hall: Lobby) -> list[dict[str, Value]]:
    return [event.payload for event in journal.pending(look(hall.store), 0, 100) if event.kind == "feedback.given"]


def test_a_word_without_a_ticket_names_none(hall: Lobby) -> None:
    hall.feedback.give(5, [])
    assert _given(hall) == [{"x": 5, "r": ""}]


def test_reasons_are_in_one_order_and_once(hall: Lobby) -> None:
    hall.take("A")
    hall.feedback.give(2, [Reason.LONG_WAIT, Reason.UNCLEAR, Reason.LONG_WAIT], "A001")
    assert _given(hall) == [{"x": 2, "r": "unclear,long_wait", "t": 1}]


def test_a_second_word_about_one_ticket_changes_nothing_and_troubles_nobody(hall: Lobby) -> None:
    hall.take("A")
    hall.take("A")
    hall.feedback.give(5, [], "A001")
    hall.feedback.give(1, [], "A001")
    hall.feedback.give(1, [], "A002")
    assert [(event["x"], event["t"]) for event in _given(hall)] == [(5, 1), (1, 2)]


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_face_that_is_not_shown_is_refused(hall: Lobby, score: int) -> None:
    with pytest.raises(UnknownNameError, match="no face"):
        hall.feedback.give(score, [])
    assert journal.last_seq(look(hall.store)) == 0


@pytest.mark.parametrize("reason", ["", "the officer Nguyễn Văn An", "slow,unkind", "x" * 10_000])
def test_nobody_smuggles_words_of_their_own_in(hall: Lobby, reason: str) -> None:
    with pytest.raises(UnknownNameError, match="no reason") as refused:
        hall.feedback.give(3, [reason])
    assert len(str(refused.value)) < 300
    assert journal.last_seq(look(hall.store)) == 0


def test_praise_and_complaint_are_offered_apart() -> None:
    assert sum(reason.is_praise for reason in Reason) == len(Reason) // 2
    assert len(json.dumps(",".join(Reason))) < 200, "the city takes no more"


def test_a_ticket_of_yesterday_cannot_be_rated(hall: Lobby) -> None:
    with pytest.raises(UnknownNameError):
        hall.feedback.give(4, [], "A001")
    assert _given(hall) == []
