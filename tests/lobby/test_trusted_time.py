"""What the hall says of the time, what is said against it, and a hand that sets it right."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.errors import RefusedError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.trusted_time import TimeView
from kiosk.model.time import LATEST, RELEASED_AT, Source, Trust
from kiosk.records import replace
from kiosk.store import journal
from kiosk.store.database import to_ms
from tests.clocks import MONDAY_MORNING, FakeClock
from tests.databases import look, raw
from tests.healths import health

HOURS = timedelta(hours=1)


def _local(utc: datetime) -> datetime:
    return utc.astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))


def test_the_time_is_told_with_the_machines_own_clock_beside_it(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A")
    clock.step(hours=-5)
    seen = hall.timing.look()
    assert seen == TimeView(
        now=_local(MONDAY_MORNING),
        day="2026-11-23",
        trust=Trust.DOUBTFUL,
        is_certain=False,
        machine=_local(MONDAY_MORNING - 5 * HOURS),
        is_synchronised=False,
        has_clock_chip=False,
    )
    assert str(seen.now.tzinfo) == str(seen.machine.tzinfo) == "Asia/Ho_Chi_Minh"


def test_a_time_server_and_a_clock_chip_are_told(hall: Lobby, clock: FakeClock) -> None:
    clock.synchronise(MONDAY_MORNING)
    clock.reading = replace(clock.reading, has_rtc=True)
    seen = hall.timing.look()
    assert (seen.is_synchronised, seen.has_clock_chip) == (True, True)
    assert (seen.trust, seen.is_certain) == (Trust.CONFIRMED, True)


def test_what_somebody_claims_goes_on_with_the_time_until_it_is_believed(hall: Lobby, clock: FakeClock) -> None:
    hall.store.confirm_time(MONDAY_MORNING)
    clock.pass_time(hours=2)
    hall.store.confirm_time(MONDAY_MORNING + 9 * HOURS)
    clock.pass_time(minutes=5)
    seen = hall.timing.look()
    assert seen.now == MONDAY_MORNING + 2 * HOURS + timedelta(minutes=5)
    assert (seen.claimed, seen.claimed_by) == (MONDAY_MORNING + 9 * HOURS + timedelta(minutes=5), "city")


def test_a_hand_is_believed_at_once_where_another_would_only_claim(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A")
    hall.store.confirm_time(MONDAY_MORNING)
    clock.pass_time(hours=2)
    ahead = MONDAY_MORNING + timedelta(days=2)
    seen = hall.timing.set(ahead)
    assert (seen.now, seen.day, seen.trust, seen.claimed) == (ahead, "2026-11-25", Trust.CONFIRMED, None)
    event = journal.pending(look(hall.store), 0, 100)[-1]
    assert (event.kind, event.at_ms) == ("time.set", to_ms(ahead))
    assert event.payload == {"x": Source.HAND.value, "was": to_ms(MONDAY_MORNING + 2 * HOURS)}


@pytest.mark.parametrize("utc", [RELEASED_AT - timedelta(seconds=1), LATEST + timedelta(seconds=1)])
def test_a_hand_that_slips_by_years_is_refused_and_changes_nothing(hall: Lobby, utc: datetime) -> None:
    with pytest.raises(RefusedError, match="cannot be"):
        hall.timing.set(utc)
    assert hall.timing.look().now == MONDAY_MORNING
    assert journal.last_seq(look(hall.store)) == 0


def test_a_home_in_which_only_a_device_has_spoken_waits_for_its_first_visitor(hall: Lobby) -> None:
    hall.device_events.note("printer", {"printer": "offline"})
    hall.keep_day()
    assert [event.kind for event in journal.pending(look(hall.store), 0, 10)] == ["device.fault"]


def test_a_day_is_ended_at_midnight_and_each_of_its_tickets_with_it(hall: Lobby, clock: FakeClock) -> None:
    for _ in range(2):
        hall.take("A")
    hall.call_next(1)
    clock.pass_time(hours=16)
    hall.keep_day()
    told = [(event.kind, event.payload) for event in journal.pending(look(hall.store), 4, 100)]
    assert told == [
        ("ticket.expired", {"t": 1}),
        ("ticket.expired", {"t": 2}),
        ("day.closed", {"day": "2026-11-23"}),
        ("day.opened", {"day": "2026-11-24", "site": "00082"}),
    ]
    rows = raw(hall.store).execute("SELECT state, ended_ms, ended_seq FROM ticket").fetchall()
    ended_ms = to_ms(MONDAY_MORNING + 16 * HOURS)
    assert [tuple(row) for row in rows] == [("expired", ended_ms, 5), ("expired", ended_ms, 6)]
    jobs = raw(hall.store).execute("SELECT state, ended_ms, detail FROM print_job").fetchall()
    assert [tuple(row) for row in jobs] == [("dismissed", ended_ms, "its day is over")] * 2


# --- what a hall opens beside its database ---------------------------------------------------------------------------


def test_the_bell_of_a_hall_rings_for_a_number_and_for_its_printer(hall: Lobby) -> None:
    with hall.doorbell() as bell:
        bell.wait(5)
        hall.take("A")
        assert bell.wait(5)
        assert not bell.wait(0.05)
        hall.tell_health(health("printer", status="paper_out"))
        assert bell.wait(5)
        hall.tell_health(health("sync", line="online"))
        assert not bell.wait(0.05)
