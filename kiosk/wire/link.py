"""An MQTT connection that reconnects by itself. The only module that uses paho.

Each connection has a new paho client: on a reconnect paho resends its whole old queue, past its own limits, and the
journal knows anyway what must be sent. One thread drives it, so no two threads use paho. The owner of the link waits
for its `fileno` and reads events with `poll`.
"""

from __future__ import annotations

import logging
import os
import random
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from kiosk.config import Broker
from kiosk.errors import ConfigError
from kiosk.records import Record
from kiosk.threads import thread
from kiosk.wire.line_status import UNSUPPORTED_PROTOCOL_CODE, Attempts, Why, why_of_code, why_of_error
from kiosk.wire.tls import AlertSocket, context_of, password_of

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 60.0
"""paho's own 5 s would also limit the TLS handshake, which takes longer on a 2G line."""
_FAREWELL_S = 2.0
"""How long `close` waits for unconfirmed messages."""
_MAX_PACKET_BYTES = 65_536
"""An MQTT 5 broker does not even send larger messages."""
_TICK_S = 5.0
"""How often an idle connection checks its keepalive."""
_TAKEN_OVER = (
    "taken over: another machine uses the name {name} ({detail}). Find it: a copied card needs a name and a certificate"
    " of its own, and `kiosk run sync` runs only once"
)
_MAX_WAITING = 10_000
_MAX_WAITING_BYTES = 16_000_000
"""Limits of the messages that wait for `poll`, by number and size; further ones are dropped, because their senders
repeat them.
"""


class Session(Record):
    """Who connects: the client id, (topic, qos) pairs to listen to, and the (topic, payload) of the will.

    `wished` are (topic, qos) pairs that the line does without where the broker does not let us listen to them.
    """

    client_id: str
    subscriptions: tuple[tuple[str, int], ...]
    will: tuple[str, bytes] | None = None
    wished: tuple[tuple[str, int], ...] = ()


class Up(Record):
    """The broker accepted the connection and the subscriptions; `protocol` is 5 or 4 (MQTT 3.1.1)."""

    protocol: int


class Down(Record):
    """There is no connection; another attempt follows."""

    why: Why
    detail: str


class Rejected(Record):
    """The broker received a message and rejected it."""

    why: Why
    detail: str


class Message(Record):
    """A message on a subscribed topic; a retained one may be old."""

    topic: str
    payload: bytes
    is_retained: bool


LinkEvent = Up | Down | Rejected | Message


class Link:
    """The connection to a broker, kept up by its own thread."""

    def __init__(self, broker: Broker, folder: Path, session: Session) -> None:
        """Prepare a link; file names in the broker's settings are relative to `folder`."""
        self._broker = broker
        self._folder = folder
        self._session = session
        self.is_name_shared = False
        """Set by the owner that has found another machine of our name: attempts become rare."""
        self._protocol = MQTTProtocolVersion.MQTTv5
        self._events: deque[LinkEvent] = deque()
        self._waiting_bytes = 0
        self._dropped = 0
        self._ring = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._stopping = threading.Event()
        self._connection: _Connection | None = None
        self._thread = thread("link", self._run)

    def open(self) -> None:
        """Start connecting; `poll` returns what happens."""
        self._thread.start()

    def close(self) -> None:
        """Send the last messages, disconnect and end; closing twice is fine."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        os.eventfd_write(self._wake, 1)
        if self._thread.ident is not None:
            self._thread.join(_FAREWELL_S * 2)
        if not self._thread.is_alive():  # it may hang in connect() for a minute and still need them
            os.close(self._ring)
            os.close(self._wake)

    def fileno(self) -> int:
        """Return a descriptor that is readable when `poll` has events."""
        return self._ring

    def poll(self) -> list[LinkEvent]:
        """Return the events since the last call, oldest first."""
        with suppress(BlockingIOError):
            os.eventfd_read(self._ring)
        self._waiting_bytes = 0  # slightly early or late: this is a limit, not an exact count
        return [self._events.popleft() for _ in range(len(self._events))]

    @property
    def unsettled(self) -> int:
        """Return how many published messages the broker has not confirmed."""
        connection = self._connection
        return connection.handed - connection.settled if connection is not None else 0

    def publish(self, topic: str, payload: bytes, *, qos: int, is_retained: bool = False) -> None:
        """Publish a message. Without a connection it is lost; callers must expect that."""
        connection = self._connection
        if connection is not None:
            connection.handed += 1
            connection.outgoing.append((topic, payload, qos, is_retained))
            os.eventfd_write(self._wake, 1)

    def _emit(self, event: LinkEvent) -> None:
        if isinstance(event, Message):
            if len(self._events) >= _MAX_WAITING or self._waiting_bytes >= _MAX_WAITING_BYTES:
                self._dropped += 1
                if self._dropped & (self._dropped - 1) == 0:  # 1, 2, 4, 8, …: a flood must not flood the log
                    log.warning("%d messages dropped: more arrive than can be stored", self._dropped)
                return
            self._waiting_bytes += len(event.payload)
        self._events.append(event)
        os.eventfd_write(self._ring, 1)

    def _run(self) -> None:
        attempts = Attempts(random.Random())
        while not self._stopping.is_set():
            self._connection = connection = _Connection(self._broker, self._session, self._protocol, self._emit)
            try:
                down = self._connect(connection)
            except Exception:  # whatever makes paho raise: the next attempt follows
                log.exception("the line broke in an unknown way")
                down = Down(Why.REFUSED, "unknown error, see the log")
            if not self._stopping.is_set():
                held_s = None if connection.up_at_s is None else time.monotonic() - connection.up_at_s
                why, wait_s = attempts.ended(down.why, held_s, is_name_shared=self.is_name_shared)
                if why is Why.TAKEN_OVER:
                    down = Down(why, _TAKEN_OVER.format(name=self._session.client_id, detail=down.detail))
                self._emit(down)
                self._stopping.wait(wait_s)

    def _connect(self, connection: _Connection) -> Down:
        """Connect once and serve the connection; return why it ended."""
        try:
            connection.authenticate(self._folder)
            connection.connect()
            return connection.serve(self._wake, self._stopping)
        except ConfigError as error:
            return Down(Why.SETTINGS, str(error))
        except (OSError, ValueError) as error:
            return Down(why_of_error(error), f"{self._broker.host}:{self._broker.port}: {error}")
        finally:
            self._connection = None
            connection.close()
            if connection.is_protocol_in_doubt:
                is_5 = self._protocol == MQTTProtocolVersion.MQTTv5
                self._protocol = MQTTProtocolVersion.MQTTv311 if is_5 else MQTTProtocolVersion.MQTTv5


class _Connection:
    """One connection. Only the link's thread uses it, except `handed` and `outgoing`."""

    def __init__(
        self, broker: Broker, session: Session, protocol: MQTTProtocolVersion, emit: Callable[[LinkEvent], None]
    ) -> None:
        self.outgoing: deque[tuple[str, bytes, int, bool]] = deque()
        self.handed = 0
        self.settled = 0
        self.is_protocol_in_doubt = False
        self.up_at_s: float | None = None
        """When the broker accepted the connection; monotonic."""
        self._broker = broker
        self._session = session
        self._protocol = protocol
        self._emit = emit
        self._where = f"{broker.host}:{broker.port}"
        self._down: Down | None = None
        self._was_answered = False
        self._is_up = False
        self._socket: socket.socket | None = None
        self._client = client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=session.client_id,
            protocol=protocol,
            reconnect_on_failure=False,
        )
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.on_socket_open = self._on_socket_open
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_disconnect = self._on_disconnect
        if session.will is not None:
            topic, payload = session.will
            client.will_set(topic, payload, qos=1, retain=True)

    def authenticate(self, folder: Path) -> None:
        """Set certificate, user name and password.


        Raises:
            ConfigError: a file of them cannot be used.
        """
        context = context_of(self._broker, folder)
        if context is not None:
            self._client.tls_set_context(context)
        if self._broker.username:
            self._client.username_pw_set(self._broker.username, password_of(self._broker, folder))

    def connect(self) -> None:
        """Connect, with TLS if configured.


        Raises:
            OSError, ValueError: no connection.
        """
        properties = None
        if self._protocol == MQTTProtocolVersion.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's is not annotated
            properties.MaximumPacketSize = _MAX_PACKET_BYTES
        self._client.connect(self._broker.host, self._broker.port, self._broker.keepalive_s, properties=properties)

    def serve(self, wake: int, stopping: threading.Event) -> Down:
        """Exchange messages until the connection ends, or `stopping` is set and all is sent; return why it ended."""
        patience_ends = time.monotonic() + CONNECT_TIMEOUT_S
        is_leaving = False
        while self._socket is not None and self._client.socket() is not None:
            self._hand_over()
            if self._client.socket() is None:  # paho found the connection broken while sending, and closed it
                break
            self._exchange(self._socket, wake, _FAREWELL_S if is_leaving else _TICK_S)
            now = time.monotonic()
            if not self._was_answered and now >= patience_ends:
                return Down(Why.NETWORK, f"{self._where}: no answer within {CONNECT_TIMEOUT_S:.0f} s")
            if stopping.is_set() and not is_leaving:
                is_leaving, leave_at = True, now + _FAREWELL_S
            if is_leaving and (self.handed == self.settled or now >= leave_at):
                self._client.disconnect()
                break
        return self._down or self._dropped()

    def close(self) -> None:
        """Close the socket, whatever its state."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.close()

    def _hand_over(self) -> None:
        while self.outgoing and self._is_up:
            topic, payload, qos, is_retained = self.outgoing.popleft()
            try:
                self._client.publish(topic, payload, qos, is_retained)
            except ValueError as error:  # paho's word for a topic or payload that cannot be: that one, not the line
                self.settled += 1
                self._emit(Rejected(Why.SETTINGS, f"{topic!r:.80} cannot be published: {error}"))

    def _exchange(self, opened: socket.socket, wake: int, timeout_s: float) -> None:
        has_decrypted = isinstance(opened, AlertSocket) and opened.pending() > 0
        writing = [opened] if self._client.want_write() else []
        reading: list[socket.socket | int] = [opened, wake]
        readable, writable, _ = select.select(reading, writing, [], 0 if has_decrypted else timeout_s)
        if wake in readable:
            os.eventfd_read(wake)
        code = MQTTErrorCode.MQTT_ERR_SUCCESS
        if has_decrypted or opened in readable:
            code = self._client.loop_read()
        if code == MQTTErrorCode.MQTT_ERR_SUCCESS and opened in writable:
            code = self._client.loop_write()
        if code == MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._client.loop_misc()

    def _dropped(self) -> Down:
        """Return why a connection ended without a reason code."""
        alert = self._socket.alert if isinstance(self._socket, AlertSocket) else None
        if alert is not None:
            return Down(why_of_error(alert), f"{self._where}: {alert}")
        if self._was_answered:
            return Down(Why.NETWORK, f"{self._where}: the connection broke")
        # An old broker may just close the connection for an unknown protocol version.
        self.is_protocol_in_doubt = True
        if isinstance(self._socket, AlertSocket):
            hint = "" if self._broker.cert_file else "; broker.cert_file is empty"
            why = f"{self._where}: hung up after the TLS handshake, as for a certificate it refuses{hint}"
            return Down(Why.CERTIFICATE, why)
        return Down(Why.NETWORK, f"{self._where}: hung up without an answer")

    def _on_socket_open(self, _client: object, _userdata: object, opened: object) -> None:
        if isinstance(opened, socket.socket):
            self._socket = opened

    def _on_connect(
        self, client: mqtt.Client, _userdata: object, _flags: object, reason: ReasonCode, _properties: object
    ) -> None:
        self._was_answered = True
        if reason.is_failure:
            self.is_protocol_in_doubt = reason.value == UNSUPPORTED_PROTOCOL_CODE
            self._down = Down(why_of_code(reason.value), f"{self._where} says: {reason}")
        else:
            client.subscribe([*self._session.subscriptions, *self._session.wished])

    def _on_subscribe(
        self, client: mqtt.Client, _userdata: object, _mid: int, reasons: list[ReasonCode], _properties: object
    ) -> None:
        topics = [*self._session.subscriptions, *self._session.wished]
        for (topic, qos), reason in zip(topics, reasons, strict=False):
            if not reason.is_failure:
                continue
            if (topic, qos) in self._session.wished:
                log.warning("%s does not let us listen to %s: %s", self._where, topic, reason)
            else:
                self._down = Down(Why.NOT_AUTHORISED, f"{self._where} does not let us listen to {topic}: {reason}")
                client.disconnect()
                return
        self._is_up, self.up_at_s = True, time.monotonic()
        self._emit(Up(int(self._protocol)))

    def _on_message(self, _client: object, _userdata: object, message: mqtt.MQTTMessage) -> None:
        with suppress(UnicodeDecodeError):  # a topic that is not text is not ours
            self._emit(Message(message.topic, bytes(message.payload), message.retain))

    def _on_publish(
        self, _client: object, _userdata: object, _mid: int, reason: ReasonCode, _properties: object
    ) -> None:
        self.settled += 1
        if reason.is_failure:
            self._emit(Rejected(why_of_code(reason.value), f"{self._where} threw a message away: {reason}"))

    def _on_disconnect(
        self, _client: object, _userdata: object, flags: mqtt.DisconnectFlags, reason: ReasonCode, _properties: object
    ) -> None:
        if flags.is_disconnect_packet_from_server and self._down is None:
            self._down = Down(why_of_code(reason.value), f"{self._where} says: {reason}")
