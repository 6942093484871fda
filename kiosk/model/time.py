"""The believed time.

A Pi without a clock chip boots in the past, and its clock may jump at any moment. The kiosk keeps an anchor: a business
time that was believed at a known uptime of a known boot. The uptime never jumps, so within one boot the anchor plus the
elapsed uptime is the time. A wall clock that says otherwise is doubted until a source settles it: a time server, the
city, or a person. A single report that contradicts the believed time changes nothing: it is a claim, and is believed
when another source says the same, or when it stands for a quarter of an hour.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

from kiosk.clock import ClockReading
from kiosk.records import Record, replace

RELEASED_AT = datetime(2026, 11, 1, tzinfo=UTC)
"""No kiosk with this software ran before; an earlier clock is wrong."""

LATEST = RELEASED_AT.replace(year=RELEASED_AT.year + 20)
"""No kiosk with this software runs after; a later time is wrong, even from a time server or the city."""

STEP_TOLERANCE = timedelta(minutes=2)
"""How far wall clock and uptime may drift apart before this counts as a jump."""

LONGEST_CORRECTION = timedelta(days=32)
"""A person who sets the clock after a long power cut moves it by days or weeks. A year is a mistake."""

CLAIM_STANDS = timedelta(minutes=15)
"""A claim of one source is believed after it has said the same for this long."""

SETTLES = timedelta(hours=1)
"""A time closes days and deletes data only after it has run for this long without a jump."""


def to_ms(utc: datetime) -> int:
    """Return UTC milliseconds since 1970, as the database and the line keep time."""
    return round(utc.timestamp() * 1000)


def to_utc(ms: int) -> datetime:
    """Return the aware UTC datetime of milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC)


class Trust(IntEnum):
    """How certain the time is."""

    UNKNOWN = -1
    """Of an anchor only: there was no possible time yet, so the first source is believed."""
    DOUBTFUL = 0
    PLAUSIBLE = 1
    CONFIRMED = 2


class Source(StrEnum):
    """A source of the time."""

    SERVER = "server"
    CITY = "city"
    HAND = "hand"


class Claim(Record):
    """What a source said against the believed time: it was `utc` at `uptime_s` of the anchor's boot."""

    source: Source
    uptime_s: float
    utc: datetime


class Anchor(Record):
    """A known moment: business time `utc` at `uptime_s` of `boot_id`, when the wall clock was ahead by `offset`. The
    time has run without a jump since the uptime `since_s`.
    """

    boot_id: str
    uptime_s: float
    utc: datetime
    offset: timedelta
    trust: Trust
    since_s: float
    claim: Claim | None = None

    def at(self, uptime_s: float) -> datetime:
        """Return the business time at another uptime of this boot."""
        return self.utc + timedelta(seconds=uptime_s - self.uptime_s)


class Now(Record):
    """The believed time (aware UTC), its certainty, the anchor to store if it changed, and how long it has stood."""

    utc: datetime
    trust: Trust
    anchor: Anchor
    stands: timedelta

    @property
    def uptime_s(self) -> float:
        """Return the uptime at which it is this time."""
        return self.anchor.since_s + self.stands.total_seconds()

    @property
    def is_settled(self) -> bool:
        """Tell whether earlier days may be closed and their data deleted."""
        return self.trust > Trust.DOUBTFUL and self.stands >= SETTLES


def believe(reading: ClockReading, anchor: Anchor | None, floor: datetime) -> Now:
    """Return the believed time.


    Args:
        anchor: what was believed before, or None in a new home.
        floor: the last time that is on record; time does not start before it after a reboot.
    """
    own = _unaided(reading, _possible(anchor), floor)
    return _heard(reading, own, reading.wall, Source.SERVER) if reading.is_synchronised else own


def confirm(
    reading: ClockReading, utc: datetime, anchor: Anchor | None, floor: datetime, *, source: Source = Source.CITY
) -> Now:
    """Return the believed time after `source` has said that it is `utc` now; otherwise like `believe`."""
    return _heard(reading, _unaided(reading, _possible(anchor), floor), utc, source)


def is_possible(utc: datetime) -> bool:
    """Tell whether this software can run at such a time."""
    return RELEASED_AT <= utc <= LATEST


def business_day(now: Now, zone: str, last_day: str) -> str:
    """Return the business day as an ISO date: the local date, never before `last_day` (empty in a new home). But a day
    that is impossible, or that a source contradicts, was begun by mistake and does not count.
    """
    day = local(now.utc, zone).date().isoformat()
    is_mistaken = now.trust is Trust.CONFIRMED or last_day > local(LATEST, zone).date().isoformat()
    return day if is_mistaken else max(day, last_day)


def is_certain(now: Now, zone: str, day: str) -> bool:
    """Tell whether a clock may show this time without a mark."""
    return now.trust > Trust.DOUBTFUL and local(now.utc, zone).date() == date.fromisoformat(day)


def local(utc: datetime, zone: str) -> datetime:
    """Return a moment in the site's time zone."""
    return utc.astimezone(ZoneInfo(zone))


def _unaided(reading: ClockReading, anchor: Anchor | None, floor: datetime) -> Now:
    """Return the time as the machine alone knows it."""
    if anchor is None or anchor.boot_id != reading.boot_id:
        return _first_of_boot(reading, anchor, floor if is_possible(floor) else RELEASED_AT)
    expected = anchor.at(reading.uptime_s)
    step = reading.wall - anchor.offset - expected
    if abs(step) <= STEP_TOLERANCE:
        return _now(reading, expected, anchor.trust, anchor)
    # A time that a source confirmed in this boot is not changed by a wall clock without a source.
    longest = {Trust.UNKNOWN: LATEST - RELEASED_AT, Trust.CONFIRMED: timedelta()}.get(anchor.trust, LONGEST_CORRECTION)
    if timedelta() < step <= longest and is_possible(expected + step):
        moved = _anchored(reading, expected + step, Trust.DOUBTFUL)
        return _now(reading, moved.utc, Trust.DOUBTFUL, moved)
    return _now(reading, expected, Trust.DOUBTFUL, anchor)


def _first_of_boot(reading: ClockReading, anchor: Anchor | None, floor: datetime) -> Now:
    if anchor is None or anchor.trust is Trust.UNKNOWN:
        if not (is_possible(reading.wall) and reading.wall >= floor):
            return _now(reading, floor, Trust.DOUBTFUL, _anchored(reading, floor, Trust.UNKNOWN))
        trust = Trust.PLAUSIBLE if anchor is None or reading.has_rtc else Trust.UNKNOWN
        return _now(reading, reading.wall, max(trust, Trust.DOUBTFUL), _anchored(reading, reading.wall, trust))
    is_plausible = timedelta() <= reading.wall - floor <= LONGEST_CORRECTION
    utc = reading.wall if is_plausible else floor
    # Without a clock chip the wall clock stood still while the power was off: after a reboot it is a guess.
    trust = Trust.PLAUSIBLE if is_plausible and reading.has_rtc else Trust.DOUBTFUL
    return _now(reading, utc, trust, _anchored(reading, utc, trust))


def _heard(reading: ClockReading, own: Now, utc: datetime, source: Source) -> Now:
    """Return the time after a source's report, given what is known without it."""
    if not is_possible(utc):
        return own
    anchor, off = own.anchor, utc - own.utc
    claim = Claim(source, reading.uptime_s, utc)
    if _speaks_against(own, off) and source is not Source.HAND and not _is_seconded(anchor.claim, claim):
        is_said_again = anchor.claim is not None and anchor.claim.source is source and _agree(anchor.claim, claim)
        anchor = anchor if is_said_again else replace(anchor, claim=claim)
        return replace(own, trust=Trust.DOUBTFUL, anchor=anchor)
    is_stepped = abs(reading.wall - anchor.offset - own.utc) > STEP_TOLERANCE
    is_news = anchor.trust is not Trust.CONFIRMED or is_stepped or abs(off) >= timedelta(seconds=2)
    if is_news or anchor.claim is not None:
        since_s = anchor.since_s if abs(off) <= STEP_TOLERANCE else reading.uptime_s
        anchor = replace(_anchored(reading, utc, Trust.CONFIRMED), since_s=since_s)
    return _now(reading, utc, Trust.CONFIRMED, anchor)


def _speaks_against(own: Now, off: timedelta) -> bool:
    """Tell whether a report that is `off` from the believed time is not believed at once.

    After a reboot any time may have passed. A clock that was plausible so far has more likely been ahead than years
    behind. A time that was confirmed in this boot is known, as soon as it has stood for a while.
    """
    match own.anchor.trust:
        case Trust.CONFIRMED:
            return off > STEP_TOLERANCE or (off < -STEP_TOLERANCE and own.stands >= SETTLES)
        case Trust.PLAUSIBLE:
            return off > LONGEST_CORRECTION
        case _:
            return False


def _is_seconded(before: Claim | None, claim: Claim) -> bool:
    """Tell whether another source has said the same, or the same source for long enough."""
    if before is None or not _agree(before, claim):
        return False
    return before.source is not claim.source or claim.uptime_s - before.uptime_s >= CLAIM_STANDS.total_seconds()


def _agree(one: Claim, other: Claim) -> bool:
    return abs(other.utc - one.utc - timedelta(seconds=other.uptime_s - one.uptime_s)) <= STEP_TOLERANCE


def _possible(anchor: Anchor | None) -> Anchor | None:
    """Return an anchor, or None if its time is impossible."""
    return anchor if anchor is not None and is_possible(anchor.utc) else None


def _anchored(reading: ClockReading, utc: datetime, trust: Trust) -> Anchor:
    return Anchor(reading.boot_id, reading.uptime_s, utc, reading.wall - utc, trust, reading.uptime_s)


def _now(reading: ClockReading, utc: datetime, trust: Trust, anchor: Anchor) -> Now:
    return Now(utc, max(trust, Trust.DOUBTFUL), anchor, timedelta(seconds=reading.uptime_s - anchor.since_s))
