"""What was believed of the time comes back as it was kept, and what changes in it is said once."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.model.event import HelpRequested
from kiosk.model.time import RELEASED_AT, STEP_TOLERANCE, Anchor, Claim, Source, Trust, to_ms, to_utc
from kiosk.records import replace
from kiosk.store import journal, time_anchor
from kiosk.store.database import Store
from tests.clocks import MONDAY_MORNING, FakeClock
from tests.databases import change, look, raw

_CLAIM = Claim(Source.CITY, 990.5, MONDAY_MORNING + timedelta(days=400, milliseconds=7))
_KEPT = Anchor("boot-1", 1000.25, MONDAY_MORNING, timedelta(seconds=-3.5), Trust.CONFIRMED, 400.5, _CLAIM)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Iterator[Store]:
    with contextlib.closing(Store.open(tmp_path / "kiosk.db", clock)) as opened:
        yield opened


@pytest.mark.parametrize("ms", [0, 1, 999, 1_795_658_400_123, -86_400_001])
def test_a_moment_is_the_same_after_it_was_kept(ms: int) -> None:
    assert to_ms(to_utc(ms)) == ms
    assert to_utc(ms) == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


@pytest.mark.parametrize("trust", Trust)
@pytest.mark.parametrize("claim", [None, *(replace(_CLAIM, source=source) for source in Source)])
def test_what_is_believed_survives_a_restart_whole(store: Store, trust: Trust, claim: Claim | None) -> None:
    kept = replace(_KEPT, trust=trust, claim=claim)
    time_anchor.keep(change(store), kept)
    assert time_anchor.read(look(store)) == kept


def test_an_older_kiosks_row_stands_since_it_was_written(store: Store) -> None:
    row = f'["boot-1",1000.25,{to_ms(MONDAY_MORNING)},-3500,2]'
    raw(store).execute("INSERT INTO meta VALUES ('anchor', ?)", [row])
    assert time_anchor.read(look(store)) == replace(_KEPT, since_s=1000.25, claim=None)


def test_nothing_is_believed_in_a_new_home(store: Store) -> None:
    assert time_anchor.read(look(store)) is None
    assert time_anchor.last_time(look(store), None) == RELEASED_AT


def test_a_leap_of_the_time_is_said_and_a_drift_is_not(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    plain = replace(_KEPT, claim=None)
    time_anchor.keep(change(store), plain)
    later = replace(plain, uptime_s=1060.25, utc=plain.utc + timedelta(minutes=1) + STEP_TOLERANCE)
    time_anchor.keep(change(store), later)
    assert caplog.messages == []
    time_anchor.keep(change(store), replace(later, utc=later.utc + timedelta(hours=5)))
    assert caplog.messages == ["the time is now 2026-11-23 07:03:00 UTC, before it was 2026-11-23 02:03:00 UTC"]
    time_anchor.keep(change(store), replace(plain, boot_id="boot-2"))
    assert len(caplog.messages) == 1, "after a reboot any time may have passed"


def test_a_claim_that_is_not_believed_is_said_once(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    time_anchor.keep(change(store), replace(_KEPT, claim=None))
    time_anchor.keep(change(store), _KEPT)
    time_anchor.keep(change(store), replace(_KEPT, since_s=401.0))
    assert caplog.messages == [
        "the city says that it is 2027-12-28 02:00:00 UTC, we believe 2026-11-23 01:59:50 UTC: one word is not enough"
    ]


def test_time_begins_after_a_reboot_where_the_newest_event_or_the_anchor_left_it(
    store: Store, clock: FakeClock
) -> None:
    with store.write() as tx:
        tx.append(HelpRequested())
    clock.pass_time(minutes=10)
    with store.write() as tx:
        seq = tx.append(HelpRequested())
    (event,) = journal.pending(look(store), seq - 1, 1)
    newest = to_utc(event.at_ms)
    assert newest == MONDAY_MORNING + timedelta(minutes=10)
    assert time_anchor.last_time(look(store), None) == newest
    boot, uptime_s = clock.reading.boot_id, clock.reading.uptime_s
    known = replace(_KEPT, boot_id=boot, uptime_s=uptime_s, utc=MONDAY_MORNING)
    assert time_anchor.last_time(look(store), known) == newest, "the event is as new"
    set_since = replace(known, uptime_s=uptime_s + 1)
    assert time_anchor.last_time(look(store), set_since) == MONDAY_MORNING, "the time was set after the event"
    another_boot = replace(known, boot_id="boot-0")
    assert time_anchor.last_time(look(store), another_boot) == MONDAY_MORNING


def test_a_claim_needs_its_own_source_a_quarter_of_an_hour_and_another_a_moment(store: Store, clock: FakeClock) -> None:
    store.confirm_time(MONDAY_MORNING)
    clock.pass_time(hours=2)
    false = clock.read().wall + timedelta(hours=5)
    store.confirm_time(false)
    assert store.now().utc == clock.read().wall
    assert not store.has_news(store.now()), "the claim is written down"
    store.confirm_time(false, Source.SERVER)
    assert store.now().utc == false


def test_time_set_by_hand_is_believed_at_once_and_kept(store: Store, clock: FakeClock) -> None:
    store.confirm_time(MONDAY_MORNING)
    clock.pass_time(hours=2)
    late = clock.read().wall + timedelta(days=3)
    store.confirm_time(late, Source.HAND)
    assert store.now().utc == late
    assert store.now().trust is Trust.CONFIRMED
    kept = time_anchor.read(look(store))
    assert kept is not None
    assert kept.utc == late
