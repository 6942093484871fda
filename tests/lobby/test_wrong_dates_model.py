"""Whatever clocks do in a day: when somebody tells the true time, the day is right and everybody is in the queue."""

from __future__ import annotations

import contextlib
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from kiosk.lobby.lobby import Lobby
from kiosk.model.time import local
from kiosk.records import replace
from kiosk.store import tickets
from tests.clocks import MONDAY_MORNING, FakeClock
from tests.databases import look, raw
from tests.halls import lobby as open_hall

TODAY = "2026-11-23"
YEARS = 60 * 366 * 86400.0

_OFFSETS = st.one_of(
    st.floats(-YEARS, YEARS),
    st.floats(-3 * 86400, 40 * 86400),
    st.sampled_from([-86400.0, 86400.0, 3600.0, 10 * 366 * 86400.0]),
)
_FAULTS = st.one_of(
    st.tuples(st.sampled_from(["wait"]), st.floats(1, 3000)),
    st.tuples(st.sampled_from(["step", "boot", "boot with a clock chip", "server errs", "city errs"]), _OFFSETS),
    st.tuples(st.sampled_from(["server", "city"]), st.just(0.0)),
)


class Day:
    """One true Monday, 09:00 to at most 22:00, and a kiosk whose clocks do what they like."""

    def __init__(self, root: Path) -> None:
        self.clock = FakeClock()
        self.truth = MONDAY_MORNING
        self.hall: Lobby = open_hall(root, self.clock)
        self.names: list[tuple[str, str]] = []
        self.taken: list[tuple[datetime, tuple[str, str]]] = []

    def take(self) -> None:
        """Let a visitor take a number."""
        self.hall.keep_day()
        made = self.hall.take("A")
        self.names.append((made.day, made.number))
        self.taken.append((self.truth, self.names[-1]))

    def _date(self, later_s: float) -> date:
        """Return the local date that the kiosk believes in, so many seconds from now."""
        believed = self.hall.store.now().utc + timedelta(seconds=later_s)
        return local(believed, self.hall.settings.site.timezone).date()

    def befall(self, kind: str, seconds: float) -> None:
        """Let time pass, a clock err, or somebody tell the truth."""
        wrong = self.truth + timedelta(seconds=seconds)
        if kind == "wait":
            midnight_passes = self._date(0) != self._date(seconds)
            tomorrow = self._date(seconds)
            self.clock.pass_time(seconds=seconds)
            self.truth = wrong
            if midnight_passes and self._date(0) == tomorrow:
                self.taken = []  # at midnight a day ends, also by a clock that is days ahead and that nobody doubts
        elif kind == "step":
            self.clock.step(seconds=seconds)
        elif kind.startswith("boot"):
            # A number that a date in the past gave before a restart is, for all the kiosk can know, yesterday's.
            self.taken = [(at, name) for at, name in self.taken if name[0] >= TODAY]
            self.clock.reboot(wrong)
            self.clock.reading = replace(self.clock.reading, has_rtc=kind != "boot")
        elif kind == "server errs":
            before = self.clock.reading
            self.clock.synchronise(wrong)
            self.take()
            self.clock.reading = before
        elif kind == "server":
            self.clock.synchronise(self.truth)
        else:
            self.hall.store.confirm_time(wrong if kind == "city errs" else self.truth)


@examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_FAULTS, max_size=12))
@example([("wait", 1880.0), ("boot with a clock chip", 1428521.0), ("wait", 3000.0), ("wait", 2999.0)])
def test_the_day_comes_back_and_nobody_is_lost_whatever_clocks_have_done(faults: list[tuple[str, float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        day = Day(Path(folder))
        with contextlib.closing(day.hall):
            day.take()
            for kind, seconds in faults:
                day.befall(kind, seconds)
                day.take()
            day.befall("server", 0.0)
            day.befall("city", 0.0)
            day.take()
            assert day.taken[-1][1][0] == TODAY
            assert len(set(day.names)) == len(day.names)
            assert len(raw(day.hall.store).execute("SELECT id FROM ticket").fetchall()) == len(day.names)
            waiting = [(row.day, row.text) for row in tickets.still_open(look(day.hall.store), TODAY)]
            lately = [name for at, name in day.taken if day.truth - at < timedelta(minutes=50)]
            assert [name for name in waiting if name in lately] == lately
            queue = [row.number for row in day.hall.counter(1).queue]
            assert queue == [number for _, number in waiting], "first come, first served"
