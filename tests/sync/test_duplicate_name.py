"""Two kiosks with one name, as after the copy of a card: told as what it is, slowed down, and known to the city."""

from __future__ import annotations

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
from kiosk.model.health import SyncHealth
from kiosk.processes.city import run_city
from kiosk.processes.sync import run_sync
from kiosk.records import replace
from kiosk.store import journal
from kiosk.store.database import Store
from kiosk.store.health import Health
from kiosk.sync.duplicate_name import SETTLED_S, DuplicateName
from kiosk.sync.service import Sync
from kiosk.wire import line_status
from kiosk.wire.line_status import Why
from kiosk.wire.messages import DeviceState
from tests import halls
from tests.broker import Broker
from tests.broker import broker as broker  # a fixture
from tests.city.ends import append, running, settings_at
from tests.city.stories import event, opened
from tests.databases import look
from tests.proxy import Proxy
from tests.waiting import until


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(halls.settings(tmp_path).home.database)) as opened_store:
        yield opened_store


def _told(store: Store) -> list[tuple[str, object]]:
    events = journal.pending(look(store), 0, 100)
    return [(event.kind, event.payload["x"]) for event in events if event.payload.get("d") == "line"]


@pytest.mark.parametrize("protocol", [MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311])
def test_two_machines_of_one_name_are_told_as_that_and_slow_down(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: MQTTProtocolVersion
) -> None:
    monkeypatch.setattr(line_status, "_FIRST_S", 0.05)
    kiosk = settings_at(tmp_path / "one", broker.as_settings())
    store = Store.open(kiosk.home.database)
    store.close()
    copied = tmp_path / "copy" / kiosk.home.database.relative_to(tmp_path / "one")
    copied.parent.mkdir(parents=True)
    copied.write_bytes(kiosk.home.database.read_bytes())  # with the card its journal's epoch is copied, too
    with ExitStack() as closed:
        pair = []
        for settings in (kiosk, settings_at(tmp_path / "copy", broker.as_settings())):
            sync = Sync(settings, closed.enter_context(closing(Store.open(settings.home.database))))
            sync.link._protocol = protocol
            pair.append(closed.enter_context(closing(sync)))
        details = until(lambda: _details(_stepped(pair)), "a line that was taken over")
    assert "another machine uses the name k00082-1" in details[0]
    assert "certificate" in details[0]


def _stepped(pair: list[Sync]) -> list[Sync]:
    for sync in pair:
        sync.step()
    return pair


def _details(pair: list[Sync]) -> list[str]:
    return [sync._trouble.detail for sync in pair if sync._trouble and sync._trouble.why is Why.TAKEN_OVER]


def test_a_network_that_is_cut_again_and_again_is_no_second_machine_and_the_journal_reaches_the_city(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_status, "_FIRST_S", 0.02)
    monkeypatch.setattr(line_status, "_LONGEST_S", 0.1)
    city = settings_at(tmp_path / "city", broker.as_settings(), "operations")
    with Proxy(broker.port) as network, running(run_city, city):
        kiosk = settings_at(tmp_path / "kiosk", replace(broker.as_settings(), port=network.port))
        append(kiosk, [opened()])
        with closing(Store.open(kiosk.home.database)) as store, closing(Sync(kiosk, store)) as sync:

            def cut_when_up() -> bool:
                sync.step()
                if sync._is_up:
                    network.cut()
                return network.connections >= 10

            until(cut_when_up, "ten connections")
            append(kiosk, [event(2, "help.requested")])
            until(lambda: sync.step() and journal.acked(look(store)) == 2, "the city's mark")
            assert _told(store) == []
            assert not sync.link.is_name_shared


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


def _state(instance: bytes) -> DeviceState:
    return DeviceState(True, b"12345678", instance=instance)


def test_another_instance_in_two_connections_is_a_second_machine(store: Store) -> None:
    duplicate = DuplicateName(store)
    found = []
    for now_s in (0.0, 10.0, 20.0):
        duplicate.up(now_s)
        for instance in (b"stranger", b"stranger", duplicate.instance):
            duplicate.state_seen(_state(instance))
        found.append(duplicate.is_found)
    # What stood there before our first state may be from an earlier process of ours; one state may be an old one.
    assert found == [False, False, True]


def test_a_release_that_writes_no_instance_is_a_second_machine_as_well(store: Store) -> None:
    duplicate = DuplicateName(store)
    duplicate.state_seen(_state(duplicate.instance))
    for now_s in (0.0, 10.0):
        duplicate.up(now_s)
        duplicate.state_seen(_state(b""))
    assert duplicate.is_found


def test_an_old_state_that_a_restored_broker_returns_is_no_second_machine(store: Store) -> None:
    duplicate = DuplicateName(store)
    for now_s in (0.0, SETTLED_S):
        duplicate.up(now_s)
        duplicate.state_seen(_state(duplicate.instance))
        duplicate.up(now_s + 1.0)
        duplicate.state_seen(_state(b"restored"))
        duplicate.settle(now_s + 1.0 + SETTLED_S)
    assert not duplicate.is_found


def test_our_own_states_and_wills_are_no_second_machine(store: Store) -> None:
    duplicate = DuplicateName(store)
    for now_s in range(9):
        duplicate.up(float(now_s))
        for is_online in (False, True):
            duplicate.state_seen(DeviceState(is_online, b"12345678", instance=duplicate.instance))
    assert not duplicate.is_found


def test_two_processes_are_two_instances(store: Store) -> None:
    assert DuplicateName(store).instance != DuplicateName(store).instance


def test_a_second_machine_is_one_event_and_its_end_another(store: Store) -> None:
    duplicate = DuplicateName(store)
    for _ in range(3):
        duplicate.up(10.0)
        duplicate.down(Why.TAKEN_OVER)
        duplicate.settle(20.0)
    duplicate.up(30.0)
    duplicate.settle(30.0 + SETTLED_S - 1)
    assert _told(store) == [("device.fault", "taken_over")]
    duplicate.settle(30.0 + SETTLED_S)
    duplicate.settle(40.0 + SETTLED_S)
    assert _told(store) == [("device.fault", "taken_over"), ("device.cleared", "ready")]


def test_a_line_that_only_breaks_is_no_event(store: Store) -> None:
    duplicate = DuplicateName(store)
    duplicate.up(10.0)
    duplicate.down(Why.NETWORK)
    duplicate.settle(20.0)
    assert _told(store) == []


def test_a_second_machine_is_remembered_over_a_restart(store: Store) -> None:
    duplicate = DuplicateName(store)
    duplicate.down(Why.TAKEN_OVER)
    duplicate.settle(1.0)
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
        duplicate = DuplicateName(store)
        duplicate.down(Why.TAKEN_OVER)
        duplicate.settle(1.0)
    with Health(home, "sync") as health:
        health.tell(SyncHealth("online"))
        (line,) = (line for line in report(home) if line.what == "line")
    assert line.verdict is Verdict.FAILED
    assert "another machine" in line.message
    assert "k00082-1" in line.advice
