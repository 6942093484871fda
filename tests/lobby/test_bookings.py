"""Checking in what was booked online: once, at its time, in its ward, and never a code the city did not make."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk import crypto
from kiosk.errors import CapReachedError, ClosedError, UnknownNameError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import CheckIn, Refusal
from kiosk.model.booking import SignedBooking, code_of, encode, written_code
from kiosk.model.paper import PrintState
from kiosk.records import replace
from kiosk.store import bookings, journal
from kiosk.store.bookings import Booking
from kiosk.store.database import to_ms
from tests.clocks import FakeClock
from tests.databases import look
from tests.halls import DAYS, text
from tests.lobby.wards import EXTRACT
from tests.lobby.wards import lobby as open_hall

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PRIVATE, OTHER_PRIVATE = b"k" * 32, b"o" * 32
KEYS = {"booking": [crypto.public_signing_key(PRIVATE).hex()]}
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)
"""The fake clock's beginning."""
SIGNED = SignedBooking("00082", "2026-11-23", 9 * 60 + 30, "A", code_of(123_456_789))
CODE = SIGNED.code
PAYLOAD = encode(SIGNED, PRIVATE)
LISTED = Booking(CODE, "00082", "2026-11-23", "A", to_ms(datetime(2026, 11, 23, 2, 30, tzinfo=UTC)))
PERSON = b"p" * 16


@pytest.fixture
def hall(tmp_path: Path, clock: FakeClock) -> Iterator[Lobby]:
    with contextlib.closing(open_hall(tmp_path, clock, city_keys=KEYS)) as opened:
        yield opened


def _list(hall: Lobby, *listed: Booking, day: str = "2026-11-23") -> None:
    with hall.store.write() as tx:
        bookings.replace_day(tx, "00082", day, listed)


def _check_in(hall: Lobby, payload: str = PAYLOAD) -> CheckIn:
    return hall.bookings.check_in(payload, language="vi")


def _number(result: CheckIn) -> str:
    assert result.ticket is not None, result.refusal
    return result.ticket.number


def _kinds(hall: Lobby) -> list[str]:
    return [event.kind for event in journal.pending(look(hall.store), 0, 1000)]


def test_a_signed_code_is_enough_while_the_line_is_down(hall: Lobby) -> None:
    result = _check_in(hall)
    assert result.ticket is not None
    assert result.ticket.number == "A001"
    assert result.ticket.booked_at == NINE + timedelta(minutes=30)
    assert result.ticket.print_state is PrintState.QUEUED
    assert hall.counter(1).queue[0].booked_at == NINE + timedelta(minutes=30)


def test_a_number_and_its_booking_are_told_together(hall: Lobby) -> None:
    _check_in(hall)
    assert _kinds(hall) == ["day.opened", "ticket.issued", "booking.checked_in"]
    assert journal.pending(look(hall.store), 2, 1)[0].payload == {"t": 1, "k": CODE}


@pytest.mark.parametrize("typed", [CODE, written_code(CODE), f"  {CODE.lower()} ", "\ufeff" + CODE])
def test_a_typed_code_is_found_in_the_list(hall: Lobby, typed: str) -> None:
    _list(hall, LISTED)
    assert _number(_check_in(hall, typed)) == "A001"


def test_a_typed_code_that_is_not_in_the_list_is_unknown(hall: Lobby) -> None:
    _list(hall)
    assert _check_in(hall, CODE).refusal is Refusal.UNKNOWN


def test_a_typed_code_without_a_list_asks_for_the_qr_code(hall: Lobby) -> None:
    assert _check_in(hall, CODE).refusal is Refusal.NO_LIST
    assert _number(_check_in(hall)) == "A001"


@pytest.mark.parametrize("payload", ["", "hello", "HNK1.", "001090000123", "x" * 100_000, "\x1b@\x1dV\x00", "🎫"])
def test_what_is_no_booking_is_unknown(hall: Lobby, payload: str) -> None:
    assert _check_in(hall, payload).refusal is Refusal.UNKNOWN
    assert journal.last_seq(look(hall.store)) == 0


def test_a_code_signed_by_somebody_else_is_forged(hall: Lobby) -> None:
    _list(hall, LISTED)
    assert _check_in(hall, encode(SIGNED, OTHER_PRIVATE)).refusal is Refusal.FORGED
    assert "ticket.issued" not in _kinds(hall)


def test_while_a_key_is_being_replaced_both_are_believed(tmp_path: Path) -> None:
    keys = [crypto.public_signing_key(private).hex() for private in (OTHER_PRIVATE, PRIVATE)]
    with contextlib.closing(open_hall(tmp_path, city_keys={"booking": keys})) as hall:
        assert _number(_check_in(hall)) == "A001"


def test_a_ward_without_a_key_calls_nothing_forged(tmp_path: Path) -> None:
    with contextlib.closing(open_hall(tmp_path)) as hall:
        assert _check_in(hall).refusal is Refusal.UNKNOWN


def test_a_booking_of_another_ward_is_told_which(hall: Lobby) -> None:
    result = _check_in(hall, encode(replace(SIGNED, site="00166"), PRIVATE))
    assert (result.refusal, result.site) == (Refusal.OTHER_WARD, "00166")
    assert result.at == NINE + timedelta(minutes=30)


def test_a_booking_of_another_day_is_told_when(hall: Lobby) -> None:
    result = _check_in(hall, encode(replace(SIGNED, day="2026-11-24"), PRIVATE))
    assert (result.refusal, result.at) == (Refusal.OTHER_DAY, NINE + timedelta(days=1, minutes=30))


def test_who_comes_too_early_is_told_from_when(hall: Lobby, clock: FakeClock) -> None:
    early = encode(replace(SIGNED, minute=11 * 60), PRIVATE)
    result = _check_in(hall, early)
    assert result.refusal is Refusal.EARLY
    assert (result.at, result.opens_at) == (NINE + timedelta(hours=2), NINE + timedelta(hours=1))
    clock.pass_time(hours=1)
    assert _number(_check_in(hall, early)) == "A001"


def test_late_is_what_the_ward_calls_late(tmp_path: Path, clock: FakeClock) -> None:
    rules = {"checkin_late_minutes": 15}
    with contextlib.closing(open_hall(tmp_path, clock, city_keys=KEYS, rules=rules)) as hall:
        clock.pass_time(minutes=45, seconds=1)
        result = _check_in(hall)
        assert (result.refusal, result.at) == (Refusal.LATE, NINE + timedelta(minutes=30))


def test_without_a_limit_a_booking_is_good_until_the_hall_closes(tmp_path: Path, clock: FakeClock) -> None:
    hours: dict[str, object] = {day: [["08:00", "12:00"], ["13:30", "17:00"]] for day in DAYS}
    hours["closed"] = text("closed")
    with contextlib.closing(open_hall(tmp_path, clock, city_keys=KEYS, hours=hours)) as hall:
        clock.pass_time(hours=4)
        with pytest.raises(ClosedError):
            _check_in(hall)  # the midday break
        clock.pass_time(hours=3)
        assert _number(_check_in(hall)) == "A001"
        clock.pass_time(hours=1, seconds=1)
        second = replace(SIGNED, code=code_of(2))
        assert _check_in(hall, encode(second, PRIVATE)).refusal is Refusal.LATE


def test_a_used_code_stays_used_after_a_restart_and_a_new_list(hall: Lobby, clock: FakeClock) -> None:
    _list(hall, LISTED)
    _check_in(hall)
    _list(hall, LISTED)
    hall.cancel("A001")
    with contextlib.closing(Lobby.open(hall.settings, clock)) as again:
        for payload in (PAYLOAD, CODE):
            result = _check_in(again, payload)
            assert (result.refusal, result.number) == (Refusal.USED, "A001")


def test_a_booking_that_was_moved_counts_at_its_new_time(hall: Lobby) -> None:
    _list(hall, replace(LISTED, service="B", at_ms=LISTED.at_ms + 15 * 60_000))
    result = _check_in(hall)
    assert result.ticket is not None
    assert (result.ticket.number, result.ticket.booked_at) == ("B001", NINE + timedelta(minutes=45))


def test_a_booking_that_was_moved_to_tomorrow_is_not_checked_in_today(hall: Lobby) -> None:
    moved = replace(LISTED, day="2026-11-24", at_ms=LISTED.at_ms + 86_400_000)
    _list(hall, moved, day="2026-11-24")
    assert _check_in(hall).refusal is Refusal.OTHER_DAY


def test_a_booked_procedure_stands_on_the_slip_and_one_we_do_not_know_does_not_matter(hall: Lobby) -> None:
    for number, procedure in enumerate((EXTRACT.code, "9.999999")):
        code = code_of(number)
        _list(hall, replace(LISTED, code=code, service="B", procedure=procedure))
        result = _check_in(hall, code)
        assert result.ticket is not None
        assert result.ticket.procedure_name == (EXTRACT.name if procedure == EXTRACT.code else None)


def test_a_service_that_the_ward_gave_up_is_named(hall: Lobby) -> None:
    with pytest.raises(UnknownNameError, match="no service named 'Z'"):
        _check_in(hall, encode(replace(SIGNED, service="Z"), PRIVATE))


def test_booked_and_walk_in_numbers_of_one_person_count_together(hall: Lobby) -> None:
    _list(hall, replace(LISTED, person=PERSON))
    hall.take("A", person=PERSON)
    seq = journal.last_seq(look(hall.store))
    assert _check_in(hall, CODE).refusal is Refusal.SAME_FIELD
    assert journal.last_seq(look(hall.store)) == seq
    hall.cancel("A001")
    assert _number(_check_in(hall, CODE)) == "A002"
    assert hall.people.refusal("A", PERSON) is Refusal.SAME_FIELD


def test_whom_the_list_does_not_name_is_who_shows_a_card(hall: Lobby) -> None:
    hall.take("B", person=PERSON)
    assert hall.bookings.check_in(PAYLOAD, language="vi", person=PERSON).ticket is not None
    assert hall.people.refusal("B", PERSON) is Refusal.TOO_MANY


def test_who_has_booked_gets_a_number_however_many_walked_in(tmp_path: Path) -> None:
    name = text("Copies")
    service = {"letter": "A", "name": name, "short": name, "hint": name, "icon": "stamp", "daily_cap": 1}
    counters = [{"id": 1, "services": ["A"]}]
    with contextlib.closing(open_hall(tmp_path, services=[service], counters=counters, city_keys=KEYS)) as hall:
        hall.take("A")
        with pytest.raises(CapReachedError):
            hall.take("A")
        assert _number(_check_in(hall)) == "A002"


def test_who_has_booked_is_called_around_the_booked_time(hall: Lobby, clock: FakeClock) -> None:
    """The policy lets a booking arrive ten minutes before its time: at 9:20."""
    hall.take("A")
    _check_in(hall)
    clock.pass_time(minutes=10)
    hall.take("A")
    clock.pass_time(minutes=15)
    hall.take("A")
    assert [row.number for row in hall.counter(1).queue] == ["A001", "A003", "A002", "A004"]


def test_yesterdays_codes_are_forgotten(hall: Lobby, clock: FakeClock) -> None:
    _list(hall, LISTED)
    _check_in(hall)
    clock.pass_time(days=1)
    assert _check_in(hall, PAYLOAD).refusal is Refusal.OTHER_DAY
    assert _check_in(hall, CODE).refusal is Refusal.NO_LIST


def test_eight_kiosk_windows_that_see_one_code_at_once_give_one_number(tmp_path: Path) -> None:
    with contextlib.closing(open_hall(tmp_path, city_keys=KEYS)) as hall:
        _list(hall, LISTED)
    results: list[CheckIn] = []

    def visitor() -> None:
        with contextlib.closing(open_hall(tmp_path, city_keys=KEYS)) as window:
            results.append(_check_in(window))

    _at_once(visitor, 8)
    assert sorted(result.refusal or "" for result in results) == ["", *[Refusal.USED] * 7]
    with contextlib.closing(open_hall(tmp_path, city_keys=KEYS)) as hall:
        assert _kinds(hall).count("ticket.issued") == _kinds(hall).count("booking.checked_in") == 1


def _at_once(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_code_with_anything_changed_in_it_gives_no_number(hall: Lobby, data: st.DataObject) -> None:
    place = data.draw(st.integers(5, len(PAYLOAD) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").filter(lambda new: new != PAYLOAD[place]))
    changed = PAYLOAD[:place] + letter + PAYLOAD[place + 1 :]
    assert _check_in(hall, changed).refusal is Refusal.FORGED
    assert hall.tickets() == ()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payload=st.text(max_size=200))
def test_no_text_at_all_upsets_it(hall: Lobby, payload: str) -> None:
    assert _check_in(hall, payload).ticket is None
