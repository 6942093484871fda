"""One connection and its link without a network: what each word of the broker makes of them."""

from __future__ import annotations

import logging
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt import client as mqtt
from paho.mqtt.enums import MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from kiosk import config
from kiosk.wire import link as links
from kiosk.wire.line_status import Why
from kiosk.wire.link import Down, Link, LinkEvent, Message, Rejected, Session, Up, _Connection
from kiosk.wire.tls import AlertSocket

BROKER = config.Broker(host="broker.example", port=8883)
SESSION = Session("k00082-1", (("a/k00082-1", 0),), ("s/k00082-1", b"gone"), (("p/k00082-1", 0), ("b/00082", 1)))


class FakeClient:
    """What a connection asks of paho while it is told something."""

    def __init__(self) -> None:
        self.subscribed: list[tuple[str, int]] = []
        self.published: list[tuple[str, bytes, int, bool]] = []
        self.is_gone = False

    def subscribe(self, topics: list[tuple[str, int]]) -> None:
        """Ask to listen."""
        self.subscribed += topics

    def publish(self, topic: str, payload: bytes, qos: int, is_retained: bool) -> None:
        """Send."""
        if "#" in topic:
            raise ValueError("Publish topic cannot contain wildcards.")
        self.published.append((topic, payload, qos, is_retained))

    def socket(self) -> bool:
        """Return something: it is open."""
        return True

    def want_write(self) -> bool:
        """Tell whether something waits to leave."""
        return False

    def loop_misc(self) -> None:
        """Look at the keepalive."""

    def disconnect(self) -> None:
        """Say goodbye."""
        self.is_gone = True


class Talk:
    """A connection, what it told its link, and the broker's words for it."""

    def __init__(self, protocol: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5) -> None:
        self.heard: list[LinkEvent] = []
        self.connection = _Connection(BROKER, SESSION, protocol, self.heard.append)
        self.client = FakeClient()
        self._paho: Any = self.client

    def connect(self, name: str = "Success") -> None:
        """Let the broker answer."""
        reason = ReasonCode(PacketTypes.CONNACK, name)
        self.connection._on_connect(self._paho, None, None, reason, None)

    def subscribe(self, *names: str) -> None:
        """Let the broker say which topics may be listened to."""
        reasons = [ReasonCode(PacketTypes.SUBACK, name) for name in names]
        self.connection._on_subscribe(self._paho, None, 1, reasons, None)

    def settle(self, name: str = "Success") -> None:
        """Let the broker confirm a message."""
        reason = ReasonCode(PacketTypes.PUBACK, name)
        self.connection._on_publish(None, None, 1, reason, None)

    def disconnect(self, name: str, *, is_from_broker: bool = True) -> None:
        """Let the connection end."""
        reason = ReasonCode(PacketTypes.DISCONNECT, name)
        flags = mqtt.DisconnectFlags(is_disconnect_packet_from_server=is_from_broker)
        self.connection._on_disconnect(None, None, flags, reason, None)


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.fixture
def link() -> Iterator[Link]:
    with closing(Link(BROKER, Path("/"), SESSION)) as made:
        yield made


def _lasting(link: Link, talk: Talk) -> Link:
    vars(link)["_connection"] = talk.connection
    return link


def test_who_is_let_in_asks_to_listen_to_all_and_is_up_when_it_may(talk: Talk) -> None:
    talk.connect()
    assert talk.client.subscribed == [("a/k00082-1", 0), ("p/k00082-1", 0), ("b/00082", 1)]
    assert talk.connection.up_at_s is None and talk.heard == []
    talk.subscribe("Granted QoS 0", "Granted QoS 0", "Granted QoS 1")
    assert talk.connection.up_at_s is not None
    assert talk.heard == [Up(5)]


def test_the_version_of_an_old_broker_is_told() -> None:
    talk = Talk(MQTTProtocolVersion.MQTTv311)
    talk.subscribe("Granted QoS 0", "Granted QoS 0", "Granted QoS 1")
    assert talk.heard == [Up(4)]


def test_what_was_only_wished_for_and_is_refused_leaves_the_line_up(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    talk.subscribe("Granted QoS 0", "Not authorized", "Granted QoS 1")
    assert talk.heard == [Up(5)] and not talk.client.is_gone
    assert "p/k00082-1" in caplog.text and "b/00082" not in caplog.text


def test_what_must_be_heard_and_is_refused_ends_the_connection_with_the_topic(talk: Talk) -> None:
    talk.subscribe("Not authorized", "Granted QoS 0", "Granted QoS 1")
    assert talk.client.is_gone and talk.heard == [] and talk.connection.up_at_s is None
    down = talk.connection._down
    assert down == Down(Why.NOT_AUTHORISED, "broker.example:8883 does not let us listen to a/k00082-1: Not authorized")


def test_a_broker_that_says_no_is_quoted_and_its_version_not_doubted(talk: Talk) -> None:
    talk.connect("Bad user name or password")
    assert talk.connection._down == Down(Why.NOT_AUTHORISED, "broker.example:8883 says: Bad user name or password")
    assert not talk.connection.is_protocol_in_doubt
    assert talk.client.subscribed == []


def test_a_broker_that_does_not_know_our_version_puts_it_in_doubt(talk: Talk) -> None:
    talk.connect("Unsupported protocol version")
    assert talk.connection.is_protocol_in_doubt


def test_the_brokers_last_word_says_why_the_line_ended(talk: Talk) -> None:
    talk.disconnect("Session taken over")
    assert talk.connection._down == Down(Why.TAKEN_OVER, "broker.example:8883 says: Session taken over")
    talk.disconnect("Server busy")
    assert talk.connection._down.why is Why.TAKEN_OVER  # the first word stands


def test_our_own_end_of_a_connection_is_no_word_of_the_broker(talk: Talk) -> None:
    talk.disconnect("Session taken over", is_from_broker=False)
    assert talk.connection._down is None


def test_a_connection_that_breaks_is_told_apart_from_one_that_was_never_answered(talk: Talk) -> None:
    talk.connect()
    assert talk.connection._dropped() == Down(Why.NETWORK, "broker.example:8883: the connection broke")
    assert not talk.connection.is_protocol_in_doubt
    other = Talk()
    assert other.connection._dropped() == Down(Why.NETWORK, "broker.example:8883: hung up without an answer")
    assert other.connection.is_protocol_in_doubt


def test_each_message_is_on_its_way_until_the_broker_has_settled_it(link: Link, talk: Talk) -> None:
    assert link.unsettled == 0
    _lasting(link, talk)
    for place in range(3):
        link.publish(f"e/k00082-{place}", b"batch", qos=1)
    assert link.unsettled == 3
    assert talk.connection.outgoing[0] == ("e/k00082-0", b"batch", 1, False)
    for left in (2, 1, 0):
        talk.settle()
        assert link.unsettled == left
    assert talk.heard == []


def test_a_message_thrown_away_is_settled_and_the_reason_told(link: Link, talk: Talk) -> None:
    _lasting(link, talk).publish("e/k00082-1", b"batch", qos=1)
    talk.settle("Not authorized")
    assert link.unsettled == 0
    assert talk.heard == [Rejected(Why.NOT_AUTHORISED, "broker.example:8883 threw a message away: Not authorized")]


def test_messages_leave_in_their_order_once_the_line_is_up_and_a_bad_topic_alone_is_lost(
    link: Link, talk: Talk
) -> None:
    vars(talk.connection)["_client"] = talk.client
    _lasting(link, talk)
    for topic, qos, is_retained in (("e/k00082-1", 1, False), ("b/#", 1, True), ("s/k00082-1", 1, True)):
        link.publish(topic, b"body", qos=qos, is_retained=is_retained)
    talk.connection._hand_over()
    assert talk.client.published == []
    talk.subscribe("Granted QoS 0", "Granted QoS 0", "Granted QoS 1")
    talk.connection._hand_over()
    assert talk.client.published == [("e/k00082-1", b"body", 1, False), ("s/k00082-1", b"body", 1, True)]
    assert link.unsettled == 2
    (_, rejected) = talk.heard
    assert isinstance(rejected, Rejected) and rejected.why is Why.SETTINGS
    assert rejected.detail.startswith("'b/#' cannot be published: ")
    for _ in range(2):
        link.publish("b/#", b"body", qos=1)
    talk.connection._hand_over()
    assert link.unsettled == 2
    assert talk.client.published[2:] == []


def test_without_a_connection_a_message_is_lost_and_nothing_waits(link: Link) -> None:
    link.publish("e/k00082-1", b"batch", qos=1)
    assert link.unsettled == 0


def test_a_message_is_handed_on_with_its_age_and_one_of_no_topic_is_dropped(talk: Talk) -> None:
    for topic, is_retained in ((b"a/k00082-1", True), (b"a/\xff", False), (b"p/k00082-1", False)):
        message = mqtt.MQTTMessage(topic=topic)
        message.payload, message.retain = b"body", is_retained
        talk.connection._on_message(None, None, message)
    assert talk.heard == [Message("a/k00082-1", b"body", True), Message("p/k00082-1", b"body", False)]


def test_a_broker_that_answers_for_fewer_topics_than_it_was_asked_is_no_reason_to_fall(talk: Talk) -> None:
    talk.subscribe("Granted QoS 0")
    assert talk.heard == [Up(5)]


# --- how it ends ------------------------------------------------------------------------------------------------------


class Seconds:
    """A clock that goes on by `each_s` whenever somebody looks at it."""

    def __init__(self, each_s: float) -> None:
        self.now_s, self._each_s = 100.0 - each_s, each_s

    def monotonic(self) -> float:
        """Stand for `time.monotonic`."""
        self.now_s += self._each_s
        return self.now_s


def _serve(talk: Talk, stopping: threading.Event) -> Down:
    """Let a connection carry on, over a socket on which nothing ever comes."""
    here, there = socket.socketpair()
    wake = os.eventfd(99, os.EFD_SEMAPHORE)  # there is always a reason to look again: nobody waits in here
    vars(talk.connection).update(_client=talk.client, _socket=here)
    try:
        return talk.connection.serve(wake, stopping)
    finally:
        for opened in (here, there):
            opened.close()
        os.close(wake)


def test_a_broker_that_swallows_the_handshake_gets_a_minute(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Seconds(30.0)
    monkeypatch.setattr(links, "time", clock)
    assert _serve(talk, threading.Event()) == Down(Why.NETWORK, "broker.example:8883: no answer within 60 s")
    assert clock.now_s == 160.0


@pytest.mark.parametrize(("handed", "seconds"), [(0, 1.0), (1, 3.0)])
def test_the_last_messages_get_two_seconds_to_leave_and_none_waits_for_nothing(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, handed: int, seconds: float
) -> None:
    clock, stopping = Seconds(1.0), threading.Event()
    monkeypatch.setattr(links, "time", clock)
    stopping.set()
    talk.connection.handed = handed
    assert _serve(talk, stopping).why is Why.NETWORK
    assert talk.client.is_gone
    assert clock.now_s == 100.0 + seconds


@pytest.mark.parametrize(
    ("cert_file", "hint"), [("", "; broker.cert_file is empty"), ("kiosk.pem", "")], ids=["without", "with"]
)
def test_a_broker_that_hangs_up_on_a_certificate_without_a_word_is_guessed_at(cert_file: str, hint: str) -> None:
    broker = config.Broker(host="broker.example", port=8883, cert_file=cert_file)
    heard: list[LinkEvent] = []
    connection = _Connection(broker, SESSION, MQTTProtocolVersion.MQTTv5, heard.append)
    vars(connection)["_socket"] = AlertSocket.__new__(AlertSocket)
    where = "broker.example:8883: hung up after the TLS handshake, as for a certificate it refuses"
    assert connection._dropped() == Down(Why.CERTIFICATE, where + hint)
    assert connection.is_protocol_in_doubt


def test_the_alert_that_a_broker_hung_up_with_is_quoted(talk: Talk) -> None:
    opened = AlertSocket.__new__(AlertSocket)
    opened.alert = ssl.SSLError(1, "tlsv13 alert certificate required")
    opened.alert.reason = "TLSV13_ALERT_CERTIFICATE_REQUIRED"
    vars(talk.connection)["_socket"] = opened
    talk.connect()
    down = talk.connection._dropped()
    assert down == Down(Why.CERTIFICATE, f"broker.example:8883: {opened.alert}")
    assert not talk.connection.is_protocol_in_doubt


# --- what waits to be taken -------------------------------------------------------------------------------------------


def test_what_happened_is_taken_once_and_in_its_order(link: Link) -> None:
    told: list[LinkEvent] = [Up(5), Message("a/k00082-1", b"x", False), Down(Why.NETWORK, "cut")]
    for event in told:
        link._emit(event)
    assert link.poll() == told
    assert link.poll() == []


@pytest.mark.parametrize(("limit", "kept"), [("_MAX_WAITING", 4), ("_MAX_WAITING_BYTES", 4)])
def test_a_flood_drops_messages_and_no_news_of_the_line(
    link: Link, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, limit: str, kept: int
) -> None:
    monkeypatch.setattr(links, limit, 4 if limit == "_MAX_WAITING" else 31)
    flood = [Message("e/x", bytes([place]) * 10, False) for place in range(13)]
    for message in flood:
        link._emit(message)
    link._emit(Down(Why.NETWORK, "cut"))
    assert link.poll() == [*flood[:kept], Down(Why.NETWORK, "cut")]
    told = [record.getMessage().split()[0] for record in caplog.records if record.levelno == logging.WARNING]
    assert told == ["1", "2", "4", "8"]
    for message in flood:
        link._emit(message)
    assert link.poll() == flood[:kept]
