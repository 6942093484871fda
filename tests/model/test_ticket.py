"""Tickets: their steps and their numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import IllegalStepError
from kiosk.model.ticket import OPEN, State, Step, after, number_text, parse_number
from kiosk.model.token import token_of

_ENDED = [state for state in State if state not in OPEN]


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("state", _ENDED)
def test_nothing_wakes_an_ended_ticket(state: State, step: Step) -> None:
    with pytest.raises(IllegalStepError, match=f"A001 is {state.value}"):
        after(state, step, "A001")


def test_a_refusal_names_the_states_the_step_starts_from() -> None:
    with pytest.raises(IllegalStepError, match="A001 is waiting and cannot become done: only serving tickets can"):
        after(State.WAITING, Step.DONE, "A001")


def test_every_state_can_be_reached_from_waiting() -> None:
    reached = {State.WAITING}
    for _ in State:
        for state in list(reached):
            for step in Step:
                try:
                    reached.add(after(state, step, "A001"))
                except IllegalStepError:
                    continue
    assert reached == set(State)


@given(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), st.integers(1, 9999))
def test_a_number_reads_back_as_it_was_written(letter: str, number: int) -> None:
    assert parse_number(number_text(letter, number)) == (letter, number)
    assert parse_number(f" {number_text(letter, number).lower()} ") == (letter, number)


@given(st.text(max_size=12))
def test_no_text_makes_the_number_parser_raise(text: str) -> None:
    parsed = parse_number(text)
    assert parsed is None or 0 <= parsed[1] <= 9999


def test_a_token_says_nothing_about_its_ticket_and_differs_for_each() -> None:
    tokens = {token_of(bytes(8), "00082", "2026-11-23", number_text("A", n)) for n in range(1, 1000)}
    assert len(tokens) == 999
    assert all(len(token) == 13 and token.isalnum() and token == token.lower() for token in tokens)
    assert token_of(bytes(8), "00082", "2026-11-23", "A001") != token_of(b"8" * 8, "00082", "2026-11-23", "A001")


def test_a_refusal_names_every_state_the_step_starts_from() -> None:
    with pytest.raises(IllegalStepError, match=r"only waiting or called or serving tickets can$"):
        after(State.PARKED, Step.PARK, "A001")


def test_a_slip_printed_before_an_update_is_still_known() -> None:
    """The same on kiosk and city, whichever of them was updated first."""
    assert token_of(b"12345678", "00082", "2026-11-23", "A001") == "d6oqi322gpwlk"
