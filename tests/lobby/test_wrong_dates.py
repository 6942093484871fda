"""One wrong date moves the business day for a while at most, and costs nobody anything."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import Refusal, TicketView
from kiosk.model.time import CLAIM_STANDS, SETTLES, Source
from kiosk.records import replace
from kiosk.store import bookings, journal
from kiosk.store.bookings import Booking
from tests.clocks import MONDAY_MORNING, FakeClock
from tests.databases import change, look, raw
from tests.halls import lobby as open_hall

TODAY = "2026-11-23"
IN_2036 = MONDAY_MORNING.replace(year=2036)
PERSON = b"p" * 16


@pytest.fixture
def hall(tmp_path: Path, clock: FakeClock) -> Iterator[Lobby]:
    with contextlib.closing(open_hall(tmp_path, clock, rules={"numbers_a_day": 2, "one_a_field": False})) as opened:
        yield opened


def _named(*taken: TicketView) -> list[tuple[str, str]]:
    return [(ticket.day, ticket.number) for ticket in taken]


def _is_confirmed(hall: Lobby, clock: FakeClock) -> None:
    hall.store.confirm_time(clock.read().wall)


def test_a_time_server_at_2036_for_one_moment_moves_nothing(hall: Lobby, clock: FakeClock) -> None:
    first = hall.take("A")
    clock.synchronise(IN_2036)
    second = hall.take("A")
    clock.synchronise(MONDAY_MORNING)
    assert _named(first, second, hall.take("A")) == [(TODAY, "A001"), (TODAY, "A002"), (TODAY, "A003")]
    assert [row.state for row in hall.tickets()] == ["waiting"] * 3


def test_one_answer_of_the_city_from_2099_moves_nothing(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A")
    hall.store.confirm_time(MONDAY_MORNING.replace(year=2099))
    hall.take("A")
    hall.store.confirm_time(MONDAY_MORNING)
    assert _named(hall.take("A")) == [(TODAY, "A003")]


def test_a_clock_chip_at_2080_is_not_believed_in_a_new_home(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2080, 5, 5, tzinfo=UTC))
    clock.reading = replace(clock.reading, has_rtc=True)
    with contextlib.closing(open_hall(tmp_path, clock)) as hall:
        hall.take("A")
        clock.synchronise(MONDAY_MORNING)
        assert _named(hall.take("A")) == [(TODAY, "A001")]


def test_a_clock_chip_that_comes_back_from_a_power_cut_in_2036_is_not_believed(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A")
    clock.reboot(IN_2036)
    clock.reading = replace(clock.reading, has_rtc=True)
    assert _named(hall.take("A")) == [(TODAY, "A002")]
    clock.synchronise(MONDAY_MORNING + timedelta(minutes=9))
    assert _named(hall.take("A")) == [(TODAY, "A003")]


def test_a_home_that_began_in_2036_comes_back_with_the_first_word_of_the_city(tmp_path: Path) -> None:
    clock = FakeClock(IN_2036)
    with contextlib.closing(open_hall(tmp_path, clock)) as hall:
        assert _named(hall.take("A")) == [("2036-11-23", "A001")]
        clock.pass_time(hours=30)
        hall.take("A")
        hall.store.confirm_time(MONDAY_MORNING)
        assert _named(hall.take("A"), hall.take("A")) == [(TODAY, "A001"), (TODAY, "A002")]
        assert hall.counter(1).queue[0].number == "A001"


def test_a_home_that_an_older_release_left_in_2080_comes_back(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A")
    far_ms = round(datetime(2080, 5, 5, tzinfo=UTC).timestamp() * 1000)
    with hall.store.write() as tx:
        tx.execute("UPDATE meta SET value = '2080-05-05' WHERE key = 'day'")
        tx.execute("UPDATE meta SET value = ? WHERE key = 'anchor'", [f'["boot-1",1000.0,{far_ms},0,2]'])
        tx.execute("UPDATE journal SET at_ms = ?", [far_ms])
    assert _named(hall.take("A")) == [(TODAY, "A002")]
    _is_confirmed(hall, clock)
    assert _named(hall.take("A")) == [(TODAY, "A003")]


def test_a_time_server_that_stays_wrong_for_a_day_deletes_nothing_and_repeats_no_number(
    hall: Lobby, clock: FakeClock
) -> None:
    clock.synchronise(MONDAY_MORNING)
    hall.take("A")
    hall.call_next(1)
    hall.take("A")
    with hall.store.write() as tx:
        list_of_today = [Booking("K7K7K7K7", "00082", TODAY, "A", 0)]
        bookings.replace_day(tx, "00082", TODAY, list_of_today)
    journal.acknowledge(change(hall.store), journal.last_seq(look(hall.store)))
    before = journal.pending(look(hall.store), 0, 100)
    clock.synchronise(IN_2036)
    hall.keep_day()
    clock.pass_time(seconds=CLAIM_STANDS.total_seconds())
    assert hall.take("A").day == "2036-11-23", "what stands for so long must be believed: perhaps it is true"
    for _ in range(3):
        clock.pass_time(hours=12)
        hall.keep_day()
        hall.take("A")
    clock.synchronise(MONDAY_MORNING + timedelta(hours=37))
    hall.keep_day()
    clock.pass_time(seconds=CLAIM_STANDS.total_seconds())
    assert _named(hall.take("A")) == [("2026-11-24", "A001")]
    assert journal.pending(look(hall.store), 0, 100)[: len(before)] == before
    with hall.store.read() as snapshot:
        assert bookings.has_list(snapshot, "00082", TODAY)
        assert snapshot.query("SELECT last FROM series WHERE day = ?", [TODAY]).fetchone()[0] == 2


def test_who_waits_is_still_called_after_the_date_was_wrong_for_a_moment(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A")
    clock.step(days=20)
    there = hall.take("A")
    assert there.day == "2026-12-13", "a hand may set a clock by days"
    assert [row.number for row in hall.counter(1).queue] == ["A001", "A001"]
    clock.synchronise(MONDAY_MORNING)
    assert _named(hall.take("A")) == [(TODAY, "A002")]
    assert [hall.call_next(counter).day for counter in (1, 2)] == [TODAY, "2026-12-13"]  # type: ignore[union-attr]


def test_who_waits_since_before_a_reboot_under_a_wrong_date_is_called_when_the_date_is_right(
    hall: Lobby, clock: FakeClock
) -> None:
    clock.synchronise(MONDAY_MORNING)
    hall.take("A")
    clock.reboot(MONDAY_MORNING + timedelta(days=3))
    clock.reading = replace(clock.reading, has_rtc=True)
    hall.take("A")
    assert hall.hall().waiting == 1, "three days later nobody waits since Monday"
    _is_confirmed(hall, FakeClock(MONDAY_MORNING + timedelta(minutes=5)))
    hall.take("A")
    assert [row.number for row in hall.counter(1).queue] == ["A001", "A001", "A002"]
    assert "ticket.expired" not in [event.kind for event in journal.pending(look(hall.store), 0, 100)]


def test_who_took_a_number_before_the_time_was_known_is_not_sent_home_when_it_is(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A")
    clock.pass_time(days=1)
    clock.reboot(MONDAY_MORNING)
    waiting = hall.take("A")
    assert waiting.day == TODAY, "without a clock chip nobody can tell that a day has gone by"
    clock.pass_time(minutes=3)
    clock.synchronise(MONDAY_MORNING + timedelta(days=1, minutes=3))
    clock.pass_time(seconds=SETTLES.total_seconds())
    hall.keep_day()
    assert [row.number for row in hall.counter(1).queue] == ["A002"]
    assert _named(hall.take("A")) == [("2026-11-24", "A001")]


def test_who_took_numbers_under_a_wrong_date_is_refused_on_no_later_day(hall: Lobby, clock: FakeClock) -> None:
    clock.step(days=20)
    hall.take("A", person=PERSON)
    hall.take("A", person=PERSON)
    assert hall.people.refusal("A", PERSON) is Refusal.TOO_MANY
    clock.synchronise(MONDAY_MORNING)
    hall.take("A", person=PERSON)
    for _ in range(21):
        clock.pass_time(days=1)
        assert hall.people.refusal("A", PERSON) is None
        hall.take("A", person=PERSON)


def test_the_real_day_that_was_visited_by_mistake_goes_on_above_its_numbers(hall: Lobby, clock: FakeClock) -> None:
    clock.step(days=2)
    assert _named(hall.take("A")) == [("2026-11-25", "A001")]
    clock.synchronise(MONDAY_MORNING)
    assert _named(hall.take("A")) == [(TODAY, "A001")]
    clock.pass_time(days=2)
    assert _named(hall.take("A")) == [("2026-11-25", "A002")]


def test_a_kiosk_that_was_in_a_cupboard_for_two_years_believes_a_time_server(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A")
    then = MONDAY_MORNING + timedelta(days=730)
    clock.reboot(then)
    clock.reading = replace(clock.reading, has_rtc=True)
    assert hall.take("A").day == TODAY, "a clock chip alone is not believed so far"
    clock.synchronise(then)
    assert _named(hall.take("A")) == [("2028-11-22", "A001")]
    clock.pass_time(days=40)
    assert hall.take("A").number == "A001"
    kept = [day for (day,) in raw(hall.store).execute("SELECT DISTINCT queue_day FROM ticket ORDER BY 1")]
    assert kept == ["2028-11-22", "2029-01-01"], "the old are let go"


def test_a_hand_sets_what_no_time_server_can(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A")
    hall.store.confirm_time(MONDAY_MORNING + timedelta(days=730), Source.HAND)
    assert _named(hall.take("A")) == [("2028-11-22", "A001")]
    hall.store.confirm_time(MONDAY_MORNING, Source.HAND)
    assert _named(hall.take("A")) == [(TODAY, "A002")]


def test_a_morning_without_a_clock_chip_ends_yesterday_an_hour_after_the_time_is_known(
    hall: Lobby, clock: FakeClock
) -> None:
    hall.take("A")
    hall.keep_day()
    clock.reboot(MONDAY_MORNING + timedelta(hours=8))
    clock.synchronise(MONDAY_MORNING + timedelta(days=1))
    hall.take("A")
    kinds = [event.kind for event in journal.pending(look(hall.store), 0, 100)]
    assert kinds[-2:] == ["day.opened", "ticket.issued"]
    clock.pass_time(seconds=SETTLES.total_seconds())
    hall.keep_day()
    kinds = [event.kind for event in journal.pending(look(hall.store), 0, 100)]
    assert kinds[-2:] == ["ticket.expired", "day.closed"]
    hall.keep_day()
    assert journal.last_seq(look(hall.store)) == len(kinds)
