"""Two kiosks with one name, as after the copy of a card: told as what it is, slowed down, and known to the city."""

from __future__ import annotations

import select
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from paho.mqtt.enums import MQTTProtocolVersion

from kiosk.city import views
from kiosk.city.database import CityDatabase
from kiosk.config import Home
from kiosk.defaults import write_home
from kiosk.field.status import Verdict, report
from kiosk.processes.city import run_city
from kiosk.processes.sync import run_sync
from kiosk.store import journal
from kiosk.store.database import Store
from kiosk.store.health import Health
from kiosk.sync.duplicate_name import DuplicateName
from kiosk.wire import line_status
from kiosk.wire.line_status import SETTLED_S, Why
from kiosk.wire.link import Down, Link, Session
from tests import halls
from tests.broker import Broker
from tests.broker import broker as broker  # a fixture
from tests.city.ends import append, running, settings_at
from tests.city.stories import opened
from tests.databases import look
from tests.waiting import until

_PATIENCE_S = 60.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(halls.settings(tmp_path).home.database)) as opened_store:
        yield opened_store


def _told(store: Store) -> list[tuple[str, object]]:
    events = journal.pending(look(store), 0, 100)
    return [(event.kind, event.payload["x"]) for event in events if event.payload.get("d") == "line"]


@pytest.mark.parametrize("protocol", [MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311])
def test_two_machines_of_one_name_are_told_as_that_and_slow_down(
    broker: Broker, monkeypatch: pytest.MonkeyPatch, protocol: MQTTProtocolVersion
) -> None:
    monkeypatch.setattr(line_status, "_FIRST_S", 0.05)
    session = Session("k00082-1", (("a/k00082-1", 0),))
    with ExitStack() as closed:
        links = [closed.enter_context(closing(Link(broker.as_settings(), Path("/"), session))) for _ in range(2)]
        for link in links:
            link._protocol = protocol
            link.open()
        heard: list[Down] = []
        deadline = time.monotonic() + _PATIENCE_S
        while not any(down.why is Why.TAKEN_OVER for down in heard):
            assert time.monotonic() < deadline, f"nobody says it: {heard}"
            select.select(links, [], [], 1.0)
            heard += [event for link in links for event in link.poll() if isinstance(event, Down)]
    (told,) = (down for down in heard if down.why is Why.TAKEN_OVER)
    assert "another machine uses the name k00082-1" in told.detail
    assert "certificate" in told.detail
    assert len(heard) < 20


def test_the_city_and_the_technician_are_told_of_a_second_machine(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_status, "_FIRST_S", 0.05)
    monkeypatch.setattr(line_status, "_FIRST_TAKEN_OVER_S", 0.2)
    settings = settings_at(tmp_path / "one", broker.as_settings())
    copy = settings_at(tmp_path / "copy", broker.as_settings())
    city = settings_at(tmp_path / "city", broker.as_settings(), "operations")
    append(settings, [opened()])

    def alarms() -> tuple[str, ...]:
        with closing(CityDatabase.open(city.home.var / "city.db")) as database:
            return tuple(alarm.reason for alarm in views.alarms(database))

    with running(run_city, city), running(run_sync, settings), running(run_sync, copy):
        until(lambda: any("second machine" in reason for reason in alarms()), "the city's alarm")


def test_a_second_machine_is_one_event_and_its_end_another(store: Store) -> None:
    doubles = DuplicateName(store)
    for _ in range(3):
        doubles.up(10.0)
        doubles.down(Why.TAKEN_OVER)
        doubles.settle(20.0)
    doubles.up(30.0)
    doubles.settle(30.0 + SETTLED_S - 1)
    assert _told(store) == [("device.fault", "taken_over")]
    doubles.settle(30.0 + SETTLED_S)
    doubles.settle(40.0 + SETTLED_S)
    assert _told(store) == [("device.fault", "taken_over"), ("device.cleared", "ready")]


def test_a_line_that_only_breaks_is_no_event(store: Store) -> None:
    doubles = DuplicateName(store)
    doubles.up(10.0)
    doubles.down(Why.NETWORK)
    doubles.settle(20.0)
    assert _told(store) == []


def test_a_second_machine_is_remembered_over_a_restart(store: Store) -> None:
    doubles = DuplicateName(store)
    doubles.down(Why.TAKEN_OVER)
    doubles.settle(1.0)
    again = DuplicateName(store)
    again.settle(2.0)
    again.up(3.0)
    again.settle(3.0 + SETTLED_S)
    assert _told(store) == [("device.fault", "taken_over"), ("device.cleared", "ready")]


def test_status_names_the_second_machine_and_what_to_do(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    write_home(home, site="00082", device="k00082-1", always_open=True)
    home.var.mkdir(parents=True, exist_ok=True)
    with closing(Store.open(home.database)) as store:
        doubles = DuplicateName(store)
        doubles.down(Why.TAKEN_OVER)
        doubles.settle(1.0)
    with Health(home, "sync") as health:
        health.tell({"line": "online"})
        (line,) = (line for line in report(home) if line.what == "line")
    assert line.verdict is Verdict.FAILED
    assert "another machine" in line.message
    assert "k00082-1" in line.advice
