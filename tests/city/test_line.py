"""Both ends over a real Mosquitto, and what befalls them: all arrives, in order, once."""

from __future__ import annotations

import random
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import cbor2
import httpx
import msgspec
import pytest

from kiosk import config
from kiosk.city import views
from kiosk.city.database import CityDatabase
from kiosk.config import Settings
from kiosk.errors import ConfigError
from kiosk.model.event import Event
from kiosk.processes.city import run_city
from kiosk.processes.sync import run_sync
from kiosk.records import replace
from kiosk.wire.batch import Batch, encode_batch
from kiosk.wire.link import Message, Up
from kiosk.wire.messages import DeviceState, decode_ack, encode_state
from tests.broker import Broker, make_certificates
from tests.broker import broker as broker  # a fixture
from tests.city.ends import Process, acked, append, in_city, running, settings_at
from tests.city.stories import DAY, DEVICE, EPOCH, SITE, issued, opened
from tests.healths import health_words
from tests.listener import listening
from tests.proxy import Proxy
from tests.sync.lobby_day import lobby_day
from tests.waiting import until


def _city_health(settings: Settings) -> dict[str, Any]:
    return health_words(settings.home).get("city", {})


def _are_pages_served(settings: Settings) -> bool:
    try:
        # A city that was killed leaves the address of its pages behind.
        url = (settings.home.run / "city.url").read_text(encoding="utf-8").strip()
        return httpx.get(url, timeout=20.0).status_code == 200
    except httpx.ConnectError:
        return False


def _assert_all_arrived(settings: Settings, events: list[Event]) -> None:
    until(lambda: acked(settings) == len(events), "the last ack")
    assert in_city(settings) == [(event.seq, event.kind) for event in events]
    database = CityDatabase.open(settings.home.var / "city.db")
    assert views.alarms(database) == ()
    (site,) = views.sites(database, DAY)
    database.close()
    tickets = sum(event.kind == "ticket.issued" for event in events)
    assert (site.site, site.issued, site.served + site.no_show) == (SITE, tickets, tickets)


def test_a_day_written_while_the_broker_was_away_arrives_when_it_comes(tmp_path: Path) -> None:
    with Broker(tmp_path / "broker") as broker:
        broker.kill()
        settings, events = settings_at(tmp_path, broker.as_settings()), lobby_day()
        with running(run_city, settings), running(run_sync, settings):
            append(settings, events)
            broker.start()
            _assert_all_arrived(settings, events)


def test_a_broker_killed_again_and_again_in_mid_batch_loses_nothing(broker: Broker, tmp_path: Path) -> None:
    settings, events = settings_at(tmp_path, broker.as_settings()), lobby_day(tickets=900)
    chance = random.Random(5)
    with running(run_city, settings), running(run_sync, settings):
        for start in range(0, len(events), 600):
            append(settings, events[start : start + 600])
            time.sleep(chance.uniform(0.0, 0.1))  # to be caught at work, at no place in particular
            broker.kill()
            broker.start()
        _assert_all_arrived(settings, events)


def test_a_city_killed_between_commit_and_ack_stores_nothing_twice(broker: Broker, tmp_path: Path) -> None:
    settings, events = settings_at(tmp_path, broker.as_settings()), lobby_day(tickets=20)
    with Proxy(broker.port) as proxy, running(run_sync, settings):
        with Process("city", settings, proxy.port):
            until(lambda: _city_health(settings).get("line") == "online", "the city")
            proxy.hold_up = True  # the city's words are held back from here on, what it hears is not
            append(settings, events)
            until(lambda: len(in_city(settings)) > 0, "the commit")
        assert acked(settings) == 0
        proxy.hold_up = False
        with Process("city", settings) as city:
            _assert_all_arrived(settings, events)
            until(lambda: _are_pages_served(settings), "the pages: until then a SIGTERM just kills it")
            assert city.end() == 0


def test_both_ends_killed_at_random_lose_nothing(broker: Broker, tmp_path: Path) -> None:
    settings, events = settings_at(tmp_path, broker.as_settings()), lobby_day(tickets=300)
    chance = random.Random(3)
    with ExitStack() as killed_last:
        ends = {name: killed_last.enter_context(Process(name, settings)) for name in ("city", "sync")}
        for start in range(0, len(events), 200):
            append(settings, events[start : start + 200], together=10)
            time.sleep(chance.uniform(0.2, 0.6))  # to be caught at work, at no place in particular
            name = chance.choice(("city", "sync"))
            ends[name].kill()
            ends[name] = killed_last.enter_context(Process(name, settings))
        _assert_all_arrived(settings, events)
        until(lambda: _are_pages_served(settings), "the pages: until then a SIGTERM just kills it")
        assert [end.end() for end in ends.values()] == [0, 0]


def test_a_city_that_lost_its_database_asks_for_all_of_it_again(broker: Broker, tmp_path: Path) -> None:
    settings, events = settings_at(tmp_path, broker.as_settings()), lobby_day(tickets=100)
    append(settings, events)
    with running(run_sync, settings):
        with running(run_city, settings):
            _assert_all_arrived(settings, events)
        for file in settings.home.var.glob("city.db*"):
            file.unlink()
        with running(run_city, settings):  # it greets the kiosk, and tells it that it has nothing
            until(lambda: len(in_city(settings)) == len(events), "all events once more")
            _assert_all_arrived(settings, events)


def test_a_line_with_certificates_carries_a_day(tmp_path: Path) -> None:
    certificates = make_certificates(tmp_path / "certificates", DEVICE)
    with Broker(tmp_path / "broker", certificates) as broker:
        settings, events = settings_at(tmp_path, broker.as_settings(DEVICE)), lobby_day(tickets=50)
        append(settings, events)
        with running(run_city, settings), running(run_sync, settings):
            _assert_all_arrived(settings, events)


def test_malformed_and_oversized_messages_are_counted_and_never_acknowledged(broker: Broker, tmp_path: Path) -> None:
    settings = settings_at(tmp_path, broker.as_settings())
    good = encode_batch(Batch(EPOCH, (opened(), issued(2, 1, "A001"))))
    bad = [b"", b"\xff" * 50, b"x" * 1201, b"x" * 60_000, good + b"\x00", good[:-1], cbor2.dumps({"state": "online"})]
    with running(run_city, settings), listening(broker.as_settings(), "peer", "a/+") as peer:
        peer.wait(Up)
        until(lambda: _city_health(settings).get("line") == "online", "the city")
        for payload in bad:
            peer.link.publish(f"e/{DEVICE}", payload, qos=1)
            peer.link.publish(f"s/{DEVICE}", payload, qos=1)
        peer.link.publish("e/No-Device", good, qos=1)
        peer.link.publish(f"e/{DEVICE}", good, qos=1)
        message = peer.wait(Message)
        assert (message.topic, decode_ack(message.payload).up_to) == (f"a/{DEVICE}", 2)
        until(lambda: _city_health(settings).get("malformed") == 2 * len(bad) + 1, "the count")
    assert [seq for seq, _ in in_city(settings)] == [1, 2]


def test_a_kiosk_that_comes_online_is_told_at_once_what_the_city_has(broker: Broker, tmp_path: Path) -> None:
    settings = settings_at(tmp_path, broker.as_settings())
    with running(run_city, settings), listening(broker.as_settings(), "peer", "a/+") as peer:
        peer.wait(Up)
        until(lambda: _city_health(settings).get("line") == "online", "the city")
        peer.link.publish(f"s/{DEVICE}", encode_state(DeviceState(False, EPOCH)), qos=1)
        peer.link.publish(f"s/{DEVICE}", encode_state(DeviceState(True, EPOCH)), qos=1)
        ack = decode_ack(peer.wait(Message).payload)
    assert (ack.epoch, ack.up_to, ack.ranges) == (EPOCH, 0, ())


def test_the_pages_are_served_beside_the_line(broker: Broker, tmp_path: Path) -> None:
    settings, events = settings_at(tmp_path, broker.as_settings()), lobby_day(tickets=5)
    append(settings, events)
    with running(run_city, settings), running(run_sync, settings):
        _assert_all_arrived(settings, events)
        assert _are_pages_served(settings)


def test_a_port_that_is_taken_is_named(broker: Broker, tmp_path: Path) -> None:
    settings = settings_at(tmp_path, broker.as_settings())
    taken = config.City(web=config.Web(port=broker.port))
    settings = replace(settings, kiosk=msgspec.structs.replace(settings.kiosk, city=taken))
    with pytest.raises(ConfigError, match=f"city.web: .*{broker.port}"):
        run_city(settings)


def test_a_database_that_takes_nothing_acknowledges_nothing(
    broker: Broker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_at(tmp_path, broker.as_settings())
    events = lobby_day(tickets=5)
    with running(run_city, settings):
        until(lambda: _city_health(settings).get("line") == "online", "the city")
        database = CityDatabase.open(settings.home.var / "city.db")
        with database.write() as tx:
            tx.execute("ALTER TABLE event RENAME TO hidden")
        append(settings, events)
        with running(run_sync, settings):
            until(lambda: _city_health(settings).get("unstored", 0) > 0, "the refusal")
            assert acked(settings) == 0
            with database.write() as tx:
                tx.execute("ALTER TABLE hidden RENAME TO event")
        with running(run_sync, settings):
            _assert_all_arrived(settings, events)
        database.close()
