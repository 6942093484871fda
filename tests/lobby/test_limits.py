"""Two numbers a person a day over both channels, one for each field: nobody is wronged and nobody slips through."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.errors import LimitError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import Refusal
from kiosk.model.booking import code_of
from kiosk.store import bookings, journal
from kiosk.store.bookings import Booking
from kiosk.store.database import to_ms
from tests.clocks import MONDAY_MORNING, FakeClock
from tests.databases import look, raw
from tests.halls import lobby as open_hall
from tests.halls import text

ONE, OTHER = b"1" * 16, b"2" * 16
SERVICES = [
    {"letter": letter, "name": text(letter), "short": text(letter), "hint": text(letter), "icon": "stamp"}
    for letter in "ABC"
]


@pytest.fixture
def hall(tmp_path: Path, clock: FakeClock) -> Iterator[Lobby]:
    with contextlib.closing(open_hall(tmp_path, clock, services=SERVICES)) as opened:
        yield opened


def _refused(hall: Lobby, letter: str, person: bytes) -> str:
    with pytest.raises(LimitError) as refused:
        hall.take(letter, person=person)
    return refused.value.code


def test_the_second_number_of_one_field_is_refused(hall: Lobby) -> None:
    hall.take("A", person=ONE)
    assert _refused(hall, "A", ONE) == Refusal.SAME_FIELD
    assert hall.take("A", person=OTHER).number == "A002"


def test_the_third_number_of_a_day_is_refused(hall: Lobby) -> None:
    hall.take("A", person=ONE)
    hall.take("B", person=ONE)
    assert _refused(hall, "C", ONE) == Refusal.TOO_MANY
    assert _refused(hall, "A", ONE) == Refusal.TOO_MANY, "another field would not help either"


def test_a_refused_number_is_used_up_by_nobody(hall: Lobby) -> None:
    hall.take("A", person=ONE)
    seq = journal.last_seq(look(hall.store))
    _refused(hall, "A", ONE)
    assert journal.last_seq(look(hall.store)) == seq
    assert hall.take("A", person=OTHER).number == "A002"


def test_a_number_that_was_given_back_does_not_count(hall: Lobby) -> None:
    hall.cancel(hall.take("A", person=ONE).number)
    assert hall.take("A", person=ONE).number == "A002"


def test_who_shows_no_card_is_not_counted(hall: Lobby) -> None:
    assert [hall.take("A").number for _ in range(4)] == ["A001", "A002", "A003", "A004"]


def test_a_new_day_forgets_who_came(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A", person=ONE)
    clock.pass_time(days=1)
    assert hall.take("A", person=ONE).number == "A001"
    assert raw(hall.store).execute("SELECT count(*) FROM person").fetchone()[0] == 1


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ({"numbers_a_day": None, "one_a_field": False}, 5),
        ({"numbers_a_day": 3, "one_a_field": False}, 3),
        ({"numbers_a_day": None, "one_a_field": True}, 1),
    ],
)
def test_the_rules_are_the_wards(tmp_path: Path, rules: dict[str, object], allowed: int) -> None:
    with contextlib.closing(open_hall(tmp_path, rules=rules)) as hall:
        given_out = 0
        with contextlib.suppress(LimitError):
            for _ in range(5):
                hall.take("A", person=ONE)
                given_out += 1
        assert given_out == allowed


def test_a_transfer_to_another_service_leaves_the_field_that_was_taken(hall: Lobby) -> None:
    hall.take("A", person=ONE)
    hall.transfer("A001", "B")
    assert _refused(hall, "A", ONE) == Refusal.SAME_FIELD
    assert hall.take("B", person=ONE).number == "B001"


def test_a_digest_leaves_no_byte_behind_when_its_day_is_over(hall: Lobby, clock: FakeClock) -> None:
    person = bytes(range(100, 116))
    hall.take("A", person=person)
    home = hall.settings.home.var
    assert any(person in file.read_bytes() for file in home.iterdir()), "else this test proves nothing"
    clock.pass_time(days=1)
    hall.context.keep_day()
    assert not any(person in file.read_bytes() for file in home.iterdir())


def test_the_day_is_not_turned_by_a_clock_that_nobody_vouches_for(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A")
    clock.step(days=3)
    hall.context.keep_day()
    clock.step(days=-3)
    assert hall.ticket("A001").state == "waiting"


_STEPS = st.lists(
    st.tuples(st.sampled_from(["take", "book", "cancel"]), st.sampled_from("ABC"), st.sampled_from([ONE, OTHER])),
    max_size=14,
)


@settings(max_examples=25, deadline=None)
@given(_STEPS)
def test_whatever_is_taken_booked_and_given_back_the_limits_hold(steps: list[tuple[str, str, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as root, contextlib.closing(open_hall(Path(root), services=SERVICES)) as hall:
        held: dict[bytes, dict[str, str]] = {ONE: {}, OTHER: {}}
        for place, (verb, letter, person) in enumerate(steps):
            mine = held[person]
            if verb == "cancel":
                if letter in mine:
                    hall.cancel(mine.pop(letter))
                continue
            is_allowed = len(mine) < 2 and letter not in mine
            number = _booked(hall, code_of(place), letter, person) if verb == "book" else _taken(hall, letter, person)
            assert bool(number) is is_allowed
            if number:
                mine[letter] = number


def _taken(hall: Lobby, letter: str, person: bytes) -> str:
    try:
        return hall.take(letter, person=person).number
    except LimitError:
        return ""


def _booked(hall: Lobby, code: str, letter: str, person: bytes) -> str:
    booked = Booking(code, "00082", "2026-11-23", letter, to_ms(MONDAY_MORNING), person=person)
    with hall.store.write() as tx:
        bookings.replace_day(tx, "00082", "2026-11-23", [booked])
    ticket = hall.bookings.check_in(code, language="vi").ticket
    return ticket.number if ticket else ""
