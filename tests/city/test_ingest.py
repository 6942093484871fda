"""What the city makes of batches: once, in order, and nothing stops the line."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.city import views
from kiosk.model.event import Event
from kiosk.model.ticket import State
from kiosk.records import replace
from kiosk.wire.messages import DeviceState
from tests.city.stories import DAY, DEVICE, EPOCH, SITE, Story, event, issued, opened
from tests.sync.events import runs
from tests.sync.lobby_day import lobby_day


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """A city that knows nobody yet."""
    begun = Story(tmp_path)
    yield begun
    begun.database.close()


def _states(story: Story) -> dict[str, State]:
    return {ticket.number: ticket.state for ticket in views.tickets(story.database, SITE, DAY)}


def test_a_batch_is_acknowledged_up_to_its_end(story: Story) -> None:
    ack = story.tell(opened(), issued(2, 1, "A001"))
    assert (ack.epoch, ack.up_to, ack.ranges, ack.city_ms) == (EPOCH, 2, (), story.now_ms)


def test_a_batch_that_comes_twice_is_stored_once(story: Story) -> None:
    batch = (opened(), issued(2, 1, "A001"), event(3, "ticket.called", t=1, c=4))
    for _ in range(3):
        assert story.tell(*batch).up_to == 3
    assert story.rows("SELECT count(*) FROM event") == [(3,)]
    (ticket,) = views.tickets(story.database, SITE, DAY)
    assert (ticket.state, ticket.counter, ticket.calls) == (State.CALLED, 4, 1)
    assert views.alarms(story.database) == ()


def test_events_above_a_gap_are_kept_and_told_but_not_applied_before_it_closes(story: Story) -> None:
    story.tell(opened(), issued(2, 1, "A001"))
    ack = story.tell(event(5, "ticket.done", t=1, c=1))
    assert (ack.up_to, ack.ranges) == (2, ((5, 5),))
    ack = story.tell(event(8, "ticket.called", t=2, c=1), issued(9, 3, "A003"))
    assert (ack.up_to, ack.ranges) == (2, ((5, 5), (8, 9)))
    assert _states(story) == {"A001": State.WAITING}
    (kiosk,) = views.kiosks(story.database)
    assert (kiosk.events, kiosk.missing) == (5, 4)
    ack = story.tell(event(3, "ticket.called", t=1, c=1), event(4, "ticket.serving", t=1, c=1))
    assert (ack.up_to, ack.ranges) == (5, ((8, 9),))
    assert _states(story) == {"A001": State.DONE}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_a_day_shuffled_doubled_and_cut_anyhow_ends_as_if_nothing_had_happened(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    events, cuts = lobby_day(tickets=60), [0]
    while cuts[-1] < len(events):
        cuts.append(min(len(events), cuts[-1] + chance.randrange(1, 40)))
    batches = [events[first:last] for first, last in pairwise(cuts)]
    messages = batches + chance.choices(batches, k=5)
    messages += [events[place : place + 7] for place in chance.sample(range(200), 3)]
    chance.shuffle(messages)
    place = tmp_path / str(len(list(tmp_path.iterdir())))
    told, plain = Story(place / "told"), Story(place / "plain")
    for message in messages:
        ack = told.tell(*message)
    for batch in batches:
        plain.tell(*batch)
    query = "SELECT * FROM ticket ORDER BY id"
    assert (ack.up_to, ack.ranges) == (len(events), ())
    assert told.rows(query) == plain.rows(query)
    assert told.rows("SELECT seq FROM event ORDER BY seq") == [(event.seq,) for event in events]
    assert views.alarms(told.database) == ()
    told.database.close()
    plain.database.close()


def test_a_cloned_card_changes_nothing_and_raises_an_alarm_once(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    story.tell(opened(), issued(2, 1, "A001"))
    for _ in range(2):
        assert story.tell(issued(2, 1, "B001"), issued(3, 2, "B002")).up_to == 3
    assert _states(story) == {"A001": State.WAITING, "B002": State.WAITING}
    (alarm,) = views.alarms(story.database)
    assert (alarm.device, alarm.seq, alarm.kind) == (DEVICE, 2, "ticket.issued")
    assert "cloned" in alarm.reason
    assert sum("two contents" in record.message for record in caplog.records) == 1
    (kiosk,) = views.kiosks(story.database)
    assert kiosk.quarantined == 1


def test_the_same_seq_of_another_epoch_is_another_event(story: Story) -> None:
    story.tell(opened(), issued(2, 1, "A001"))
    assert story.tell(opened(), issued(2, 1, "A001"), epoch=b"\x02" * 8).up_to == 2
    assert len(views.tickets(story.database, SITE, DAY)) == 2
    assert views.alarms(story.database) == ()


@pytest.mark.parametrize(
    "poison",
    [
        event(3, "ticket.done", t=99, c=1),
        event(3, "ticket.done"),
        event(3, "ticket.done", t="1"),
        event(3, "ticket.called", t=1, c="one"),
        event(3, "ticket.called", t=1, c=True),
        event(3, "ticket.transferred", t=1),
        event(3, "ticket.recalled", t=2**63 - 1),
        event(3, "ticket.issued", t=9),
        event(3, "ticket.issued", t=1, n="A002", day=DAY, s="A", l="vi"),
        event(3, "ticket.issued", t=9, n="A002", day="tomorrow", s="A", l="vi"),
        event(3, "ticket.issued", t=9, n="A\x00", day=DAY, s="A", l="vi"),
        event(3, "ticket.issued", t=9, n="A" * 99, day=DAY, s="A", l="vi"),
        event(3, "ticket.issued", t=9, n="A002", day=DAY, s="A", l="vi", g=5),
        event(3, "day.opened", day=DAY),
        event(3, "day.opened", site=SITE, day=None),
    ],
    ids=lambda poison: poison.kind,
)
def test_a_poisoned_event_is_put_aside_and_acknowledged(story: Story, poison: Event) -> None:
    story.tell(opened(), issued(2, 1, "A001"))
    assert story.tell(poison, issued(4, 5, "A005")).up_to == 4
    assert _states(story) == {"A001": State.WAITING, "A005": State.WAITING}
    (alarm,) = views.alarms(story.database)
    assert (alarm.seq, alarm.kind) == (3, poison.kind)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs(max_size=10))
def test_whatever_a_batch_says_it_is_stored_and_acknowledged(tmp_path: Path, events: list[Event]) -> None:
    path = tmp_path / str(len(list(tmp_path.iterdir())))
    story = Story(path)
    shifted = [replace(told, seq=place) for place, told in enumerate(events, start=1)]
    assert story.tell(*shifted).up_to == len(events)
    assert story.rows("SELECT count(*) FROM event") == [(len(events),)]
    views.tickets(story.database, SITE, DAY)
    story.database.close()


def test_every_step_of_a_ticket_is_followed(story: Story) -> None:
    story.tell(opened(), *(issued(seq, seq, f"A{seq:03d}") for seq in range(2, 8)))
    story.tell(
        event(8, "ticket.called", t=2, c=4),
        event(9, "ticket.recalled", t=2, c=4),
        event(10, "ticket.serving", t=2, c=4),
        event(11, "ticket.done", t=2, c=4),
        event(12, "ticket.called", t=3, c=4),
        event(13, "ticket.no_show", t=3, c=4),
        event(14, "ticket.cancelled", t=4),
        event(15, "ticket.called", t=5, c=1),
        event(16, "ticket.transferred", t=5, c=1, s="B"),
        event(17, "ticket.called", t=6, c=1),
        event(18, "ticket.parked", t=6, c=1),
        event(19, "ticket.expired", t=7),
    )
    found = {ticket.number: ticket for ticket in views.tickets(story.database, SITE, DAY)}
    assert [ticket.state for ticket in found.values()] == [
        State.DONE,
        State.NO_SHOW,
        State.CANCELLED,
        State.WAITING,
        State.PARKED,
        State.EXPIRED,
    ]
    done, moved = found["A002"], found["A005"]
    assert (done.calls, done.counter) == (2, 4)
    times = [done.issued_at, done.called_at, done.serving_at, done.ended_at]
    assert [time.timestamp() - done.issued_at.timestamp() for time in times if time] == [0, 6, 8, 9]
    assert (moved.service, moved.counter) == ("B", None)
    story.tell(event(20, "ticket.resumed", t=6))
    assert views.tickets(story.database, SITE, DAY)[4].state is State.WAITING


def test_a_kiosk_that_forgot_old_events_is_not_waited_for(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    story.tell(issued(5, 1, "A001"))
    assert story.tell(opened(8), issued(9, 2, "A002")).up_to == 0
    story.state(DeviceState(True, EPOCH, oldest=8))
    assert story.tell(issued(10, 3, "A003")).up_to == 10
    assert _states(story) == {"A002": State.WAITING, "A003": State.WAITING}
    assert [record.args for record in caplog.records if "are lost" in record.message] == [
        (DEVICE, 1, 4),
        (DEVICE, 6, 7),
    ]


def test_an_old_retained_state_is_not_taken_for_news(story: Story) -> None:
    story.state(DeviceState(True, EPOCH, 1, "1.0", {"printer": "paper_out"}), is_news=False)
    (kiosk,) = views.kiosks(story.database)
    assert (kiosk.state, kiosk.heard_at, kiosk.health) == ("online", None, {"printer": "paper_out"})


def test_the_brokers_word_that_a_kiosk_is_gone_keeps_its_last_health(story: Story) -> None:
    story.state(DeviceState(True, EPOCH, 1, "1.0", {"printer": "ready"}))
    story.state(DeviceState(False, EPOCH))
    (kiosk,) = views.kiosks(story.database)
    assert (kiosk.state, kiosk.release, kiosk.health) == ("offline", "1.0", {"printer": "ready"})
