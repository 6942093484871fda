"""The sync process against a real broker, with the test as its city."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cbor2
import pytest

from kiosk import config
from kiosk.config import Settings
from kiosk.lobby.lobby import Lobby
from kiosk.model.event import Event
from kiosk.model.time import Trust
from kiosk.processes.sync import run_sync
from kiosk.records import replace
from kiosk.store.database import Store
from kiosk.sync import send_window
from kiosk.wire.batch import decode_batch
from kiosk.wire.link import Message, Up
from kiosk.wire.messages import Ack, DeviceState, decode_state, encode_ack
from tests.broker import Broker
from tests.broker import broker as broker  # a fixture
from tests.city.ends import Process, acked, append, running, settings_at
from tests.healths import health_words, write_health
from tests.listener import Listener, listening
from tests.waiting import until

NOW_MS = 1_795_420_000_000


def _calls(count: int) -> list[Event]:
    return [Event(0, "ticket.called", 0, {"t": seq, "c": 1}) for seq in range(count)]


def _health(settings: Settings) -> dict[str, Any]:
    return health_words(settings.home).get("sync", {})


def _epoch(settings: Settings) -> bytes:
    store = Store.open(settings.home.database)
    epoch = store.epoch
    store.close()
    return epoch


@contextmanager
def _peer(broker: Broker) -> Iterator[Listener]:
    with listening(broker.as_settings(), "peer", "#") as peer:
        peer.wait(Up)
        yield peer


def _batch(peer: Listener) -> list[int]:
    message = peer.wait(Message, lambda message: message.topic == "e/k00082-1")
    return [event.seq for event in decode_batch(message.payload).events]


def _state(peer: Listener) -> DeviceState:
    return decode_state(peer.wait(Message, lambda message: message.topic == "s/k00082-1").payload)


def test_a_brokers_puback_without_a_city_moves_nothing(broker: Broker, tmp_path: Path) -> None:
    settings = settings_at(tmp_path, broker.as_settings())
    append(settings, _calls(3))
    with _peer(broker) as peer, running(run_sync, settings):
        assert _batch(peer) == [1, 2, 3]
    # Ending waited until the broker had confirmed all.
    assert acked(settings) == 0


def test_a_new_event_is_sent_at_once_and_its_ack_is_kept(broker: Broker, tmp_path: Path) -> None:
    settings = settings_at(tmp_path, broker.as_settings())
    epoch = _epoch(settings)
    with _peer(broker) as peer, running(run_sync, settings):
        assert _state(peer).epoch == epoch
        for seq in (1, 2):
            append(settings, _calls(1))
            assert _batch(peer) == [seq]
            peer.link.publish("a/k00082-1", encode_ack(Ack(epoch, seq, (), NOW_MS + seq)), qos=0)
            until(lambda seq=seq: acked(settings) == seq, "the mark")  # type: ignore[misc]
        until(lambda: _health(settings).get("acked") == 2, "health")
        health = _health(settings)
        assert (health["line"], health["why"], health["pending"]) == ("online", "", 0)
        assert health["last_ack_at"] is not None


def test_nonsense_from_the_broker_is_dropped_and_the_line_goes_on(
    broker: Broker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_at(tmp_path, broker.as_settings())
    append(settings, _calls(2))
    epoch = _epoch(settings)
    nonsense = [
        b"",
        b"\xff" * 1300,
        b"x" * 60_000,
        cbor2.dumps([epoch, "two", [], 1]),
        cbor2.dumps([epoch, 0, [[105, 106, 0]], NOW_MS]),
        encode_ack(Ack(b"\x09" * 8, 2, (), NOW_MS)),
        encode_ack(Ack(epoch, 2**40, (), NOW_MS)),
    ]
    with _peer(broker) as peer, running(run_sync, settings):
        assert _batch(peer) == [1, 2]
        for payload in nonsense * 3:
            peer.link.publish("a/k00082-1", payload, qos=0)
        until(lambda: _health(settings).get("is_city_ahead") is True, "the last of the nonsense")
        assert acked(settings) == 0
        peer.link.publish("a/k00082-1", encode_ack(Ack(epoch, 2, (), NOW_MS)), qos=0)
        until(lambda: acked(settings) == 2, "the mark")
    assert sum("a/k00082-1: ack" in record.message for record in caplog.records) == 1


def test_the_state_says_online_then_offline_when_it_ends(broker: Broker, tmp_path: Path) -> None:
    settings = settings_at(tmp_path, broker.as_settings())
    write_health(settings.home, "printer", {"status": "paper_out"})
    with _peer(broker) as peer:
        with running(run_sync, settings):
            state = _state(peer)
            assert (state.is_online, state.oldest, state.health) == (True, 1, {"printer": "paper_out"})
        assert not _state(peer).is_online
    with listening(broker.as_settings(), "late", "s/+") as late:
        message = late.wait(Message)
        assert (message.is_retained, decode_state(message.payload).is_online) == (True, False)


def test_the_state_has_a_word_for_each_device_that_is_not_well(broker: Broker, tmp_path: Path) -> None:
    settings = settings_at(tmp_path, broker.as_settings())
    lobby = Lobby.open(settings)
    lobby.device_events.note("screen", {"scanner": "offline", "panel": "ready"})
    lobby.device_events.note("board", {"speaker": "missing"})
    with _peer(broker) as peer, running(run_sync, settings):
        assert _state(peer).health == {"scanner": "offline", "board_speaker": "missing"}
        lobby.device_events.note("screen", {"scanner": "ready"})
        assert _state(peer).health == {"board_speaker": "missing"}
    lobby.close()


def test_sigterm_ends_the_process_with_a_word_and_a_kill_leaves_the_will(broker: Broker, tmp_path: Path) -> None:
    settings = settings_at(tmp_path, broker.as_settings())
    with _peer(broker) as peer:
        for end in (Process.end, Process.kill):
            with Process("sync", settings) as process:
                assert _state(peer).is_online
                assert not end(process)
                assert not _state(peer).is_online


def test_a_broker_that_is_away_makes_the_line_offline_and_says_why(broker: Broker, tmp_path: Path) -> None:
    broker.kill()
    settings = settings_at(tmp_path, broker.as_settings())
    append(settings, _calls(5))
    with running(run_sync, settings):
        until(lambda: "refused" in _health(settings).get("detail", ""), "health")
        health = _health(settings)
    assert (health["line"], health["why"], health["pending"]) == ("offline", "network", 5)


def test_a_city_that_does_not_answer_makes_the_line_offline_and_says_so(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send_window, "RESEND_S", 0.2)
    settings = settings_at(tmp_path, broker.as_settings())
    append(settings, _calls(1))
    epoch = _epoch(settings)
    with _peer(broker) as peer, running(run_sync, settings):
        assert [_batch(peer), _batch(peer)] == [[1], [1]]
        until(lambda: _health(settings).get("why") == "city_silent", "health")
        peer.link.publish("a/k00082-1", encode_ack(Ack(epoch, 1, (), NOW_MS)), qos=0)
        until(lambda: _health(settings).get("line") == "online", "health")


def test_rights_that_are_missing_make_the_line_offline_although_the_broker_confirms(tmp_path: Path) -> None:
    rights = tmp_path / "rights"
    rights.write_text("topic read a/#\ntopic write s/#\n", encoding="utf-8")
    with Broker(tmp_path / "broker", lines=f"acl_file {rights}") as broker:
        settings = settings_at(tmp_path, broker.as_settings())
        append(settings, _calls(1))
        with running(run_sync, settings):
            until(lambda: _health(settings).get("why") == "not_authorised", "health")
            assert _health(settings)["line"] == "offline"


def test_a_kiosk_without_a_broker_runs_and_says_why_it_is_offline(tmp_path: Path) -> None:
    settings = settings_at(tmp_path, config.Broker())
    with running(run_sync, settings):
        until(lambda: _health(settings).get("why") == "settings", "health")


def test_the_citys_clock_is_taken_for_the_truth(broker: Broker, tmp_path: Path) -> None:
    settings = settings_at(tmp_path, broker.as_settings())
    append(settings, _calls(1))
    with _peer(broker) as peer, running(run_sync, settings):
        _batch(peer)
        peer.link.publish("a/k00082-1", encode_ack(Ack(_epoch(settings), 1, (), NOW_MS)), qos=0)
        until(lambda: acked(settings) == 1, "the mark")
    store = Store.open(settings.home.database)
    now = store.now()
    store.close()
    assert now.trust is Trust.CONFIRMED
    assert abs(now.utc.timestamp() * 1000 - NOW_MS) < 60_000


def test_a_restored_city_is_served_from_rows_acknowledged_long_ago(broker: Broker, tmp_path: Path) -> None:
    settings = settings_at(tmp_path, broker.as_settings())
    append(settings, _calls(300))
    epoch = _epoch(settings)
    with _peer(broker) as peer, running(run_sync, settings):
        seen = _batch(peer)
        peer.link.publish("a/k00082-1", encode_ack(Ack(epoch, seen[-1], (), NOW_MS)), qos=0)
        seen += _batch(peer)
        assert seen == list(range(1, 301))
        peer.link.publish("a/k00082-1", encode_ack(Ack(epoch, 300, (), NOW_MS + 1)), qos=0)
        until(lambda: acked(settings) == 300, "the mark")
        peer.link.publish("a/k00082-1", encode_ack(Ack(epoch, 40, ((100, 290),), NOW_MS + 2)), qos=0)
        assert _batch(peer) == list(range(41, 100))
        peer.link.publish("a/k00082-1", encode_ack(Ack(epoch, 290, (), NOW_MS + 3)), qos=0)
        assert _batch(peer) == list(range(291, 301))
    assert acked(settings) == 300


def test_a_prefix_stands_before_every_topic(broker: Broker, tmp_path: Path) -> None:
    prefixed = replace(settings_at(tmp_path, broker.as_settings()))
    kiosk = config.Kiosk(device="k00082-1", broker=config.Broker(host="127.0.0.1", port=broker.port, prefix="hn"))
    prefixed = replace(prefixed, kiosk=kiosk)
    append(prefixed, _calls(1))
    with _peer(broker) as peer, running(run_sync, prefixed):
        assert [peer.wait(Message).topic, peer.wait(Message).topic] == ["hn/s/k00082-1", "hn/e/k00082-1"]
