"""The time: what a kiosk without a clock chip may believe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.time import RELEASED_AT, Anchor, Now, Trust, believe, business_day, confirm, is_certain
from tests.clocks import MONDAY_MORNING, FakeClock

ZONE = "Asia/Ho_Chi_Minh"


class Believer:
    """Keeps anchor, floor and day between looks, as the store does."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.anchor: Anchor | None = None
        self.floor = RELEASED_AT
        self.day = ""

    def look(self) -> Now:
        """Look at the clock once and remember what was believed."""
        return self._keep(believe(self.clock.read(), self.anchor, self.floor))

    def city_says(self, utc: datetime) -> Now:
        """Hear the time from the city."""
        return self._keep(confirm(self.clock.read(), utc, self.anchor, self.floor))

    def _keep(self, now: Now) -> Now:
        self.anchor, self.floor = now.anchor, max(self.floor, now.utc)
        self.day = business_day(now, ZONE, self.day)
        return now


def test_a_plain_day_is_plausible_and_moves_on() -> None:
    believer = Believer(clock := FakeClock())
    believer.look()
    clock.pass_time(hours=3)
    now = believer.look()
    assert now.utc == MONDAY_MORNING + timedelta(hours=3)
    assert is_certain(now, ZONE, believer.day)


def test_a_clock_set_back_a_day_changes_neither_time_nor_day() -> None:
    believer = Believer(clock := FakeClock())
    believer.look()
    clock.step(days=-1)
    now = believer.look()
    assert now.utc == MONDAY_MORNING
    assert believer.day == "2026-11-23"
    assert not is_certain(now, ZONE, believer.day)


def test_a_clock_set_forward_a_year_is_not_believed() -> None:
    believer = Believer(clock := FakeClock())
    believer.look()
    clock.step(days=365)
    now = believer.look()
    assert now.utc == MONDAY_MORNING
    assert now.trust is Trust.DOUBTFUL


def test_a_hand_that_corrects_the_clock_by_days_is_believed_with_a_mark() -> None:
    believer = Believer(clock := FakeClock())
    believer.look()
    clock.step(days=3)
    now = believer.look()
    assert now.utc == MONDAY_MORNING + timedelta(days=3)
    assert now.trust is Trust.DOUBTFUL
    assert believer.look().utc == now.utc


def test_a_time_server_settles_a_doubt() -> None:
    believer = Believer(clock := FakeClock())
    believer.look()
    clock.step(days=365)
    believer.look()
    clock.synchronise(MONDAY_MORNING)
    assert is_certain(believer.look(), ZONE, believer.day)


def test_the_city_settles_a_doubt_until_the_clock_steps_again() -> None:
    believer = Believer(clock := FakeClock())
    believer.look()
    clock.step(days=-1)
    believer.look()
    assert believer.city_says(MONDAY_MORNING).trust is Trust.CONFIRMED
    assert is_certain(believer.look(), ZONE, believer.day)
    clock.step(days=365)
    assert not is_certain(believer.look(), ZONE, believer.day)


def test_a_boot_in_the_past_starts_from_the_last_time_on_record() -> None:
    believer = Believer(clock := FakeClock())
    believer.look()
    clock.reboot(datetime(1970, 1, 1, tzinfo=UTC))
    now = believer.look()
    assert now.utc == MONDAY_MORNING
    assert now.trust is Trust.DOUBTFUL
    clock.pass_time(minutes=5)
    assert believer.look().utc == MONDAY_MORNING + timedelta(minutes=5)


def test_a_day_that_was_wrongly_begun_comes_back_with_a_confirmed_time_only() -> None:
    believer = Believer(clock := FakeClock())
    believer.look()
    clock.step(days=2)
    believer.look()
    clock.step(days=-2)
    believer.look()
    assert believer.day == "2026-11-25"
    clock.synchronise(MONDAY_MORNING)
    now = believer.look()
    assert now.utc == MONDAY_MORNING
    assert believer.day == "2026-11-23"
    assert is_certain(now, ZONE, believer.day)


_MOVES = st.one_of(
    st.tuples(st.just("pass"), st.floats(0, 40 * 3600)),
    st.tuples(st.just("step"), st.floats(-400 * 86400, 400 * 86400)),
    st.tuples(st.just("reboot"), st.floats(-400 * 86400, 30 * 86400)),
    st.tuples(st.just("sync"), st.just(0.0)),
    st.tuples(st.just("city"), st.just(0.0)),
)


@given(st.lists(_MOVES, max_size=30))
def test_no_clock_moves_a_business_day_back_but_one_that_somebody_confirms(moves: list[tuple[str, float]]) -> None:
    believer = Believer(clock := FakeClock())
    truth = MONDAY_MORNING
    day = ""
    for kind, seconds in moves:
        if kind == "pass":
            clock.pass_time(seconds=seconds)
            truth += timedelta(seconds=seconds)
        elif kind == "step":
            clock.step(seconds=seconds)
        elif kind == "reboot":
            clock.reboot(truth + timedelta(seconds=seconds))
        elif kind == "sync":
            clock.synchronise(truth)
        now = believer.city_says(truth) if kind == "city" else believer.look()
        assert now.trust is Trust.CONFIRMED or believer.day >= day
        day = believer.day
