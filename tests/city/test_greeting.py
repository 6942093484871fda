"""Kiosks that were there before the city listened: they are told so, and send again what reached nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.city.database import CityDatabase
from kiosk.wire.link import Message
from kiosk.wire.messages import Ack, DeviceState, decode_ack, encode_state
from tests.city.stories import EPOCH
from tests.city.test_flood import Talk


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    with closing(CityDatabase.open(tmp_path / "city.db")) as database:
        yield Talk(tmp_path, database)


def _answers(talk: Talk, device: str) -> list[Ack]:
    return [decode_ack(body) for body in talk.link.sent.get(f"a/{device}", ())]


def _state(device: str, *, is_online: bool = True, is_retained: bool) -> Message:
    return Message(f"s/{device}", encode_state(DeviceState(is_online, EPOCH)), is_retained)


def test_a_city_that_begins_to_listen_greets_who_is_there_already(talk: Talk) -> None:
    """The broker had thrown away what they said before: without the greeting they would wait for their timers."""
    talk.link.arrived.append(_state("k00070-1", is_retained=True))
    talk.step()
    assert [ack.is_greeting for ack in _answers(talk, "k00070-1")] == [True]


def test_a_kiosk_that_comes_while_the_city_listens_is_answered_without_a_greeting(talk: Talk) -> None:
    talk.link.arrived.append(_state("k00070-1", is_retained=False))
    talk.step()
    assert [ack.is_greeting for ack in _answers(talk, "k00070-1")] == [False]


def test_who_is_greeted_beside_others_is_greeted_alone(talk: Talk) -> None:
    talk.link.arrived.append(_state("k00070-1", is_retained=True))
    talk.link.arrived.append(_state("k00082-1", is_retained=False))
    talk.step()
    assert [ack.is_greeting for ack in _answers(talk, "k00070-1")] == [True]
    assert [ack.is_greeting for ack in _answers(talk, "k00082-1")] == [False]


def test_what_a_kiosk_says_right_after_it_was_greeted_takes_no_greeting_away(talk: Talk) -> None:
    talk.link.arrived.append(_state("k00070-1", is_retained=True))
    talk.say("k00070-1", 1)
    talk.step()
    (ack,) = _answers(talk, "k00070-1")
    assert (ack.is_greeting, ack.up_to) == (True, 1)


def test_a_kiosk_that_is_away_is_not_greeted(talk: Talk) -> None:
    talk.link.arrived.append(_state("k00070-1", is_online=False, is_retained=True))
    talk.step()
    assert _answers(talk, "k00070-1") == []
