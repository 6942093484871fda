"""Somebody is asked to come: the counters see it, the screen says who comes."""

from __future__ import annotations

import pytest

from kiosk.errors import UnknownNameError
from kiosk.lobby.lobby import Lobby
from kiosk.store import journal
from tests.clocks import FakeClock
from tests.databases import look


def _answers(hall: Lobby) -> list[object]:
    return [event.payload for event in journal.pending(look(hall.store), 0, 100) if event.kind == "help.answered"]


def test_nobody_has_asked(hall: Lobby) -> None:
    assert hall.hall().help is None
    hall.help.answer(1)
    assert _answers(hall) == []


def test_the_screen_is_told_which_counter_comes(hall: Lobby) -> None:
    hall.help.request()
    asked = hall.hall().help
    assert asked is not None
    assert asked.counter is None
    hall.help.answer(2)
    view = hall.hall().help
    assert view is not None
    assert (view.requested_at, view.counter) == (asked.requested_at, 2)
    assert (hall.counter(1).help_requested_at, hall.counter(1).help_counter) == (asked.requested_at, 2)


def test_of_two_officers_who_say_so_the_first_goes(hall: Lobby) -> None:
    hall.help.request()
    hall.help.answer(2)
    hall.help.answer(3)
    assert _answers(hall) == [{"c": 2}]


def test_a_new_call_is_not_answered_by_the_answer_to_the_last(hall: Lobby) -> None:
    hall.help.request()
    hall.help.answer(2)
    hall.help.request()
    view = hall.hall().help
    assert view is not None
    assert view.counter is None
    hall.help.answer(3)
    assert _answers(hall) == [{"c": 2}, {"c": 3}]


def test_after_three_minutes_the_screen_speaks_of_it_no_more(hall: Lobby, clock: FakeClock) -> None:
    hall.help.request()
    clock.pass_time(minutes=3, seconds=1)
    assert hall.hall().help is None
    assert hall.counter(1).help_requested_at is not None


def test_a_counter_that_is_not_there_does_not_come(hall: Lobby) -> None:
    hall.help.request()
    with pytest.raises(UnknownNameError, match="no counter named '9'; known: 1, 2, 3"):
        hall.help.answer(9)
