"""The packets that the link sends and takes, byte by byte: the broker is a socket that the test reads and writes."""

from __future__ import annotations

import os
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from paho.mqtt.enums import MQTTProtocolVersion

from kiosk import config
from kiosk.wire.line_status import Why
from kiosk.wire.link import Down, Link, LinkEvent, Message, Rejected, Session, Up, _Connection

PATIENCE_S = 20.0
TOPIC, WILL_TOPIC = b"a/k00082-1", b"s/k00082-1"
SESSION = Session("k00082-1", ((TOPIC.decode(), 0),), (WILL_TOPIC.decode(), b"gone"), (("b/00082", 1),))
MQTT_5, MQTT_3 = MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311

LET_IN_5, LET_IN_3 = bytes.fromhex("20 03 00 00 00"), bytes.fromhex("20 02 00 00")
MAY_LISTEN_5, MAY_LISTEN_3 = bytes.fromhex("90 05 0001 00 00 01"), bytes.fromhex("90 04 0001 00 01")
"""The first packet that needs a number has 1, and there are two topics."""
CONFIRMED = bytes.fromhex("40 02 0002")
TAKEN_OVER = bytes.fromhex("e0 02 8e 00")
GOODBYE = bytes.fromhex("e0 00")


def _text(text: bytes) -> bytes:
    return len(text).to_bytes(2, "big") + text


def _packet(first: int, content: bytes) -> bytes:
    assert len(content) < 128
    return bytes((first, len(content))) + content


def _connect_packet(level: int, flags: int, *more: bytes, keepalive_s: int = 300) -> bytes:
    """Return CONNECT as MQTT 3.1.1 and 5 have it in their section 3.1; `more` follows the will."""
    is_5 = level == 5
    packet_size = bytes.fromhex("05 27 00010000") if is_5 else b""
    will_properties = b"\x00" if is_5 else b""
    head = _text(b"MQTT") + bytes((level, flags)) + keepalive_s.to_bytes(2, "big") + packet_size
    will = will_properties + _text(WILL_TOPIC) + _text(b"gone")
    return _packet(0x10, head + _text(b"k00082-1") + will + b"".join(_text(text) for text in more))


class Wire:
    """A port of loopback, where the test plays the broker with bytes."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(PATIENCE_S)
        self.heard: list[LinkEvent] = []
        self.stopping = threading.Event()
        self._accepted: socket.socket | None = None
        self._connections: list[_Connection] = []

    def broker(self, username: str = "", password_file: str = "", keepalive_s: int = 300) -> config.Broker:
        """Return the settings that lead here."""
        return config.Broker(
            host="127.0.0.1",
            port=self.listener.getsockname()[1],
            username=username,
            password_file=password_file,
            keepalive_s=keepalive_s,
        )

    def connect(
        self, protocol: MQTTProtocolVersion = MQTT_5, broker: config.Broker | None = None, folder: Path = Path("/")
    ) -> _Connection:
        """Let a connection begin; nothing is answered yet."""
        connection = _Connection(broker or self.broker(), SESSION, protocol, self.heard.append)
        self._connections.append(connection)
        connection.authenticate(folder)
        connection.connect()
        return connection

    @property
    def line(self) -> socket.socket:
        """The broker's end of the connection."""
        if self._accepted is None:
            self._accepted, _ = self.listener.accept()
            self._accepted.settimeout(PATIENCE_S)
        return self._accepted

    def serve(self, connection: _Connection) -> Down:
        """Let the connection go on until it ends."""
        wake = os.eventfd(0)
        try:
            return connection.serve(wake, self.stopping)
        finally:
            os.close(wake)

    def read(self) -> bytes:
        """Return the next packet that came here; nothing once the other end is gone."""
        head = self.line.recv(2)
        if not head:
            return b""
        body = b""
        while len(body) < head[1]:
            body += self.line.recv(head[1] - len(body))
        return head + body

    def close(self) -> None:
        """Let go of all."""
        for connection in self._connections:
            connection.close()
        if self._accepted is not None:
            self._accepted.close()
        self.listener.close()


@pytest.fixture
def wire() -> Iterator[Wire]:
    with closing(Wire()) as made:
        yield made


@pytest.mark.parametrize(("protocol", "level"), [(MQTT_5, 5), (MQTT_3, 4)])
def test_a_kiosk_begins_anew_with_its_name_its_limit_and_a_will_that_stays(
    wire: Wire, protocol: MQTTProtocolVersion, level: int
) -> None:
    wire.connect(protocol)
    clean, will, will_qos_1, will_retained = 0x02, 0x04, 0x08, 0x20
    assert wire.read() == _connect_packet(level, clean | will | will_qos_1 | will_retained)


def test_name_and_password_and_the_keepalive_are_those_of_the_settings(wire: Wire, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("open sesame\n", encoding="utf-8")
    wire.connect(MQTT_5, wire.broker("kiosk", "password", 77), tmp_path)
    assert wire.read() == _connect_packet(5, 0xEE, b"kiosk", b"open sesame", keepalive_s=77)


def test_without_a_user_name_no_password_is_sent(wire: Wire) -> None:
    wire.connect(MQTT_5, wire.broker(password_file="/nowhere/password"))
    assert wire.read() == _connect_packet(5, 0x2E)


def test_a_session_without_a_will_sends_none(wire: Wire) -> None:
    connection = _Connection(wire.broker(), Session("city", (("e/+", 1),)), MQTT_3, wire.heard.append)
    with closing(connection):
        connection.connect()
        assert wire.read() == _packet(0x10, _text(b"MQTT") + bytes((4, 0x02)) + b"\x01\x2c" + _text(b"city"))


@pytest.mark.parametrize(
    ("protocol", "answers", "properties", "up"),
    [(MQTT_5, LET_IN_5 + MAY_LISTEN_5, b"\x00", Up(5)), (MQTT_3, LET_IN_3 + MAY_LISTEN_3, b"", Up(4))],
    ids=["MQTT 5", "MQTT 3.1.1"],
)
def test_a_message_goes_out_once_the_line_is_up_and_goodbye_waits_for_its_confirmation(
    wire: Wire, protocol: MQTTProtocolVersion, answers: bytes, properties: bytes, up: Up
) -> None:
    connection = wire.connect(protocol)
    connection.outgoing.append(("e/k00082-1", b"batch", 1, False))
    connection.handed = 1
    wire.stopping.set()  # from the beginning: what was handed over leaves all the same

    def emit(event: LinkEvent) -> None:
        wire.heard.append(event)
        wire.line.sendall(CONFIRMED)  # read only after the message went out

    vars(connection)["_emit"] = emit
    wire.line.sendall(answers)
    wire.serve(connection)
    assert wire.heard == [up]
    assert connection.settled == 1
    topics = _text(TOPIC) + b"\x00" + _text(b"b/00082") + b"\x01"
    assert wire.read()[0] == 0x10
    assert wire.read() == _packet(0x82, b"\x00\x01" + properties + topics)
    assert wire.read() == _packet(0x32, _text(b"e/k00082-1") + b"\x00\x02" + properties + b"batch")
    assert wire.read() == GOODBYE


def test_what_the_broker_says_is_heard_until_its_last_word(wire: Wire) -> None:
    connection = wire.connect()
    message = _packet(0x31, _text(TOPIC) + b"\x00" + b"ack")
    wire.line.sendall(LET_IN_5 + MAY_LISTEN_5 + message + TAKEN_OVER)
    down = wire.serve(connection)
    assert wire.heard == [Up(5), Message("a/k00082-1", b"ack", True)]
    assert down == Down(Why.TAKEN_OVER, f"127.0.0.1:{wire.broker().port} says: Session taken over")


def test_a_message_that_the_broker_throws_away_is_told(wire: Wire) -> None:
    connection = wire.connect()
    connection.outgoing.append(("e/k00082-1", b"batch", 1, False))

    def emit(event: LinkEvent) -> None:
        wire.heard.append(event)
        if isinstance(event, Up):
            wire.line.sendall(bytes.fromhex("40 03 0002 87") + TAKEN_OVER)

    vars(connection)["_emit"] = emit
    wire.line.sendall(LET_IN_5 + MAY_LISTEN_5)
    wire.serve(connection)
    assert [event.why for event in wire.heard if isinstance(event, Rejected)] == [Why.NOT_AUTHORISED]


def test_an_old_broker_that_refuses_our_version_is_not_called_again_behind_our_back(wire: Wire) -> None:
    connection = wire.connect(MQTT_3)
    assert wire.read()[0] == 0x10
    wire.line.sendall(bytes.fromhex("20 02 00 01"))
    assert wire.serve(connection).why is Why.NETWORK
    assert connection.is_protocol_in_doubt  # the link tries the other one, in a connection of its own
    connection.close()
    assert wire.read() == b""
    assert select.select([wire.listener], [], [], 0)[0] == []


def test_a_link_lives_in_a_thread_of_its_own_from_open_to_goodbye(wire: Wire) -> None:
    link = Link(wire.broker(), Path("/"), SESSION)
    link.open()
    assert "link" in [thread.name for thread in threading.enumerate()]
    wire.line.sendall(LET_IN_5 + MAY_LISTEN_5)
    assert select.select([link.fileno()], [], [], PATIENCE_S)[0]
    assert link.poll() == [Up(5)]
    link.publish("s/k00082-1", b"here", qos=0)
    first, second, third = (wire.read() for _ in range(3))
    assert (first[0], second[0]) == (0x10, 0x82)
    assert third == _packet(0x30, _text(WILL_TOPIC) + b"\x00" + b"here")
    link.close()
    assert (wire.read(), wire.read()) == (GOODBYE, b"")
    link.close()
    assert "link" not in [thread.name for thread in threading.enumerate()]
