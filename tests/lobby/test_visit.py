"""What else a visit leaves in the hall: a wish for the post, a slip found again, a box that stays shut."""

from __future__ import annotations

import base64

import pytest

from kiosk.errors import UnknownNameError
from kiosk.lobby.lobby import Lobby
from kiosk.store import journal
from kiosk.wire.batch import decode_batch, fit_batch
from tests.clocks import FakeClock
from tests.databases import look


def test_a_wish_for_the_post_stands_on_the_ticket_and_in_the_queue(hall: Lobby) -> None:
    assert not hall.take("A").by_post
    hall.note_post("A001", True)
    assert hall.ticket("A001").by_post
    assert hall.counter(1).queue[0].by_post
    hall.note_post("A001", False)
    assert not hall.ticket("A001").by_post


def test_a_wish_told_twice_is_one_event(hall: Lobby) -> None:
    hall.take("A")
    for is_by_post in (True, True, False):
        hall.note_post("A001", is_by_post)
    told = [event.payload for event in journal.pending(look(hall.store), 0, 100) if event.kind == "ticket.post"]
    assert told == [{"t": 1, "on": True}, {"t": 1, "on": False}]


def test_a_slip_is_found_by_its_token_today_and_not_tomorrow(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A")
    token = hall.take("B").token
    found = hall.find_by_token(token)
    assert found is not None
    assert found.number == "B001"
    assert hall.find_by_token("a" * 13) is None
    clock.pass_time(days=1)
    assert hall.find_by_token(token) is None


def test_a_wish_for_a_ticket_nobody_has_is_refused(hall: Lobby) -> None:
    with pytest.raises(UnknownNameError):
        hall.note_post("A001", True)


def test_a_sealed_box_goes_into_the_journal_with_its_ticket(hall: Lobby) -> None:
    box = bytes(range(256))
    hall.take("A", sealed=box)
    event = journal.pending(look(hall.store), 2, 1)[0]
    assert event.kind == "identity.sealed"
    assert event.payload["t"] == 1
    assert base64.b64decode(str(event.payload["b"])) == box


def test_the_largest_box_fits_the_line(hall: Lobby) -> None:
    hall.take("A", sealed=bytes(768 + 64))
    body, _ = fit_batch(hall.store.epoch, journal.pending(look(hall.store), 2, 1))
    assert [event.kind for event in decode_batch(body).events] == ["identity.sealed"]
