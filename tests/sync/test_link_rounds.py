"""The rounds of a connection and the end of a link, with what they wait for in the test's hands."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.enums import MQTTErrorCode, MQTTProtocolVersion

from kiosk import config
from kiosk.errors import ConfigError
from kiosk.wire import link as links
from kiosk.wire.line_status import Why
from kiosk.wire.link import Down, Link, LinkEvent, _Connection
from kiosk.wire.tls import AlertSocket
from tests.broker import make_certificates
from tests.sync.test_connection import BROKER, SESSION, FakeClient, Seconds, Talk

SUCCESS, LOST = MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_CONN_LOST
MQTT_5, MQTT_3 = MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311


class LoopClient(FakeClient):
    """Notes what it is told to do, and answers as it was told to."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[Any] = []
        self.wants_write = False
        self.read_code = self.write_code = SUCCESS

    def want_write(self) -> bool:
        """Tell whether something waits to leave."""
        return self.wants_write

    def loop_read(self) -> MQTTErrorCode:
        """Read."""
        self.done.append("read")
        return self.read_code

    def loop_write(self) -> MQTTErrorCode:
        """Write."""
        self.done.append("write")
        return self.write_code

    def loop_misc(self) -> None:
        """Look at the keepalive."""
        self.done.append("misc")

    def tls_set_context(self, context: object) -> None:
        """Take the context."""
        self.done.append(("tls", context))

    def username_pw_set(self, username: str, password: str | None) -> None:
        """Take who we are."""
        self.done.append((username, password))


class FakeSelect:
    """Stands for the module `select`: what is ready is set, and who asked for what is kept."""

    def __init__(self) -> None:
        self.ready: tuple[list[object], list[object]] = ([], [])
        self.asked: list[tuple[list[object], list[object], float]] = []

    def select(
        self, reading: list[object], writing: list[object], _: list[object], timeout_s: float
    ) -> tuple[list[object], list[object], list[object]]:
        """Return what is ready."""
        self.asked.append((reading, writing, timeout_s))
        return *self.ready, []


class Decrypted(AlertSocket):
    """A TLS socket that holds some bytes which are decrypted already."""

    bytes_held = 0

    def pending(self) -> int:
        """Return how many."""
        return self.bytes_held


class Round:
    """A connection between two looks at its socket."""

    def __init__(self, opened: socket.socket) -> None:
        self.opened = opened
        self.wake = os.eventfd(0, os.EFD_NONBLOCK)
        self.select = FakeSelect()
        self.client = LoopClient()
        self.connection = Talk().connection
        vars(self.connection).update(_client=self.client, _socket=opened)

    def look(self) -> list[object]:
        """Let the connection look once; return what it did."""
        self.connection._exchange(self.opened, self.wake, 5.0)
        done, self.client.done = self.client.done, []
        return done


@pytest.fixture
def round_(monkeypatch: pytest.MonkeyPatch) -> Iterator[Round]:
    with socket.socket() as opened:
        made = Round(opened)
        monkeypatch.setattr(links, "select", made.select)
        yield made
        os.close(made.wake)


def test_a_silent_line_looks_at_its_keepalive_only(round_: Round) -> None:
    assert round_.look() == ["misc"]
    assert round_.select.asked == [([round_.opened, round_.wake], [], 5.0)]


def test_what_waits_to_leave_leaves_once_the_socket_takes_it(round_: Round) -> None:
    round_.client.wants_write = True
    assert round_.look() == ["misc"]
    round_.select.ready = ([], [round_.opened])
    assert round_.look() == ["write", "misc"]
    assert [writing for _, writing, _ in round_.select.asked] == [[round_.opened]] * 2
    round_.select.ready = ([round_.opened], [round_.opened])
    assert round_.look() == ["read", "write", "misc"]


def test_a_line_that_broke_while_reading_or_writing_is_asked_for_nothing_more(round_: Round) -> None:
    round_.select.ready = ([round_.opened], [round_.opened])
    round_.client.write_code = LOST
    assert round_.look() == ["read", "write"]
    round_.client.read_code = LOST
    assert round_.look() == ["read"]


def test_who_was_woken_sleeps_again_afterwards(round_: Round) -> None:
    os.eventfd_write(round_.wake, 3)
    round_.select.ready = ([round_.wake], [])
    assert round_.look() == ["misc"]
    with pytest.raises(BlockingIOError):
        os.eventfd_read(round_.wake)


@pytest.mark.parametrize(("held", "done", "timeout_s"), [(0, ["misc"], 5.0), (1, ["read", "misc"], 0)])
def test_bytes_that_are_decrypted_already_are_read_without_waiting_for_the_socket(
    round_: Round, held: int, done: list[object], timeout_s: float
) -> None:
    """The socket of the system is not readable any more: all that it had lies in the TLS layer."""
    round_.opened = opened = Decrypted.__new__(Decrypted)
    opened.bytes_held = held
    assert round_.look() == done
    assert [asked[2] for asked in round_.select.asked] == [timeout_s]


# --- how long it goes on ----------------------------------------------------------------------------------------------


def test_an_idle_line_is_looked_at_every_five_seconds_and_one_that_leaves_after_two(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = threading.Event()
    monkeypatch.setattr(links, "time", Seconds(0.5))
    round_.connection.handed = 1
    stopping.set()
    round_.connection.serve(round_.wake, stopping)
    assert [timeout_s for _, _, timeout_s in round_.select.asked] == [5.0, 2.0, 2.0, 2.0, 2.0]
    assert round_.client.is_gone


def test_a_line_that_was_answered_stays_longer_than_a_minute(round_: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    stopping, clock = threading.Event(), Seconds(30.0)
    monkeypatch.setattr(links, "time", clock)
    vars(round_.connection)["_was_answered"] = True

    def look(*_: object) -> None:
        if clock.now_s >= 400.0:
            stopping.set()

    vars(round_.connection)["_exchange"] = look
    assert round_.connection.serve(round_.wake, stopping).detail.endswith("the connection broke")
    assert clock.now_s >= 400.0


def test_a_line_that_paho_closed_while_sending_is_not_looked_at_again(round_: Round) -> None:
    client: Any = round_.client
    closes: list[object] = [True, None]
    client.socket = lambda: closes.pop(0)
    down = round_.connection.serve(round_.wake, threading.Event())
    assert down == Down(Why.NETWORK, "broker.example:8883: hung up without an answer")
    assert round_.select.asked == []


def test_a_connection_that_never_came_about_closes_without_a_word_and_another_closes_its_socket() -> None:
    connection = Talk().connection
    connection.close()
    with socket.socket() as opened:
        connection._on_socket_open(None, None, "a web socket")
        assert connection._socket is None
        connection._on_socket_open(None, None, opened)
        connection.close()
        assert opened.fileno() == -1
        connection.close()


def test_a_socket_that_cannot_even_be_closed_is_let_go() -> None:
    class Broken(socket.socket):
        def close(self) -> None:
            super().close()
            raise OSError("input/output error")

    connection = Talk().connection
    connection._on_socket_open(None, None, Broken())
    connection.close()


def test_tls_and_name_are_set_only_where_the_settings_have_them(tmp_path: Path) -> None:
    make_certificates(tmp_path)
    (tmp_path / "password").write_text("open sesame\n", encoding="utf-8")
    for broker, names in (
        (config.Broker(), []),
        (config.Broker(ca_file="ca.pem"), ["tls"]),
        (config.Broker(username="kiosk"), ["kiosk"]),
        (config.Broker(ca_file="ca.pem", username="kiosk", password_file="password"), ["tls", "kiosk"]),
    ):
        connection, client = _Connection(broker, SESSION, MQTT_5, print), LoopClient()
        assert connection._client.connect_timeout == 60.0
        vars(connection)["_client"] = client
        connection.authenticate(tmp_path)
        assert [name for name, _ in client.done] == names
        found = dict(client.done)
        assert isinstance(found.get("tls"), ssl.SSLContext) is ("tls" in names)
        assert found.get("kiosk") == ("open sesame" if broker.password_file else None)


# --- one attempt, and the end of a link -------------------------------------------------------------------------------


class FakeConnection:
    """A connection that ends as the test says."""

    def __init__(self, end: Down | Exception, *, in_doubt: bool = False) -> None:
        self.is_protocol_in_doubt = in_doubt
        self.calls: list[object] = []
        self._end = end

    def authenticate(self, folder: Path) -> None:
        """Set who we are."""
        self.calls.append(folder)
        if isinstance(self._end, ConfigError):
            raise self._end

    def connect(self) -> None:
        """Connect."""
        self.calls.append("connect")
        if isinstance(self._end, Exception):
            raise self._end

    def serve(self, wake: int, stopping: threading.Event) -> Down:
        """End."""
        self.calls.append((wake, stopping))
        assert isinstance(self._end, Down)
        return self._end

    def close(self) -> None:
        """Let go."""
        self.calls.append("close")


@pytest.fixture
def link() -> Iterator[Link]:
    with closing(Link(BROKER, Path("/etc"), SESSION)) as made:
        yield made


def _attempt(link: Link, connection: FakeConnection) -> Down:
    vars(link)["_connection"] = connection
    attempt: Any = link._connect
    down: Down = attempt(connection)
    assert link._connection is None
    assert connection.calls[-1] == "close"
    return down


def test_an_attempt_signs_in_connects_stays_and_lets_go(link: Link) -> None:
    connection = FakeConnection(Down(Why.NETWORK, "cut"))
    assert _attempt(link, connection) == Down(Why.NETWORK, "cut")
    assert connection.calls == [Path("/etc"), "connect", (link._wake, link._stopping), "close"]


def test_what_hinders_an_attempt_is_told_with_the_brokers_address(link: Link) -> None:
    refused = ConnectionRefusedError(111, "Connection refused")
    for error, down in (
        (refused, Down(Why.NETWORK, f"broker.example:8883: {refused}")),
        (ValueError("Invalid host."), Down(Why.SETTINGS, "broker.example:8883: Invalid host.")),
        (ConfigError("broker.ca_file: typo"), Down(Why.SETTINGS, "broker.ca_file: typo")),
    ):
        assert _attempt(link, FakeConnection(error)) == down


def test_a_version_in_doubt_is_changed_for_the_next_attempt_and_back_again(
    link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[object, ...]] = []
    doubts = [False, True, True, False]

    def make(*arguments: object) -> FakeConnection:
        made.append(arguments)
        connection = FakeConnection(Down(Why.NETWORK, "cut"), in_doubt=doubts[len(made) - 1])
        vars(connection)["up_at_s"] = None
        if len(made) == len(doubts):
            link._stopping.set()
        return connection

    monkeypatch.setattr(links, "_Connection", make)
    monkeypatch.setattr(link._stopping, "wait", lambda _: None)
    link._run()
    assert made == [(BROKER, SESSION, version, link._emit) for version in (MQTT_5, MQTT_5, MQTT_3, MQTT_5)]
    assert link.poll() == [Down(Why.NETWORK, "cut")] * 3  # a line that was told to end is no line that broke


class FakeThread:
    """A thread of which the test says how it is."""

    def __init__(self, *, is_begun: bool, hangs: bool) -> None:
        self.ident = 7 if is_begun else None
        self.joined: list[float] = []
        self._hangs = hangs

    def join(self, timeout: float) -> None:
        """Wait."""
        self.joined.append(timeout)

    def is_alive(self) -> bool:
        """Tell whether it hangs."""
        return self._hangs


@pytest.mark.parametrize(
    ("is_begun", "hangs", "joined"), [(False, False, []), (True, False, [4.0]), (True, True, [4.0])]
)
def test_closing_waits_four_seconds_and_leaves_a_thread_that_hangs_what_it_needs(
    is_begun: bool, hangs: bool, joined: list[float]
) -> None:
    link = Link(BROKER, Path("/"), SESSION)
    thread = FakeThread(is_begun=is_begun, hangs=hangs)
    rings = (link._ring, link._wake)
    vars(link)["_thread"] = thread
    link.close()
    link.close()
    assert thread.joined == joined
    for ring in rings:
        if hangs:
            os.close(ring)
        else:
            with pytest.raises(OSError, match="Bad file descriptor"):
                os.fstat(ring)


def test_a_new_link_has_nothing_to_say_and_its_bells_block_nobody_and_no_child_gets_them(link: Link) -> None:
    for ring in (link._ring, link._wake):
        with pytest.raises(BlockingIOError):
            os.eventfd_read(ring)
        assert not os.get_inheritable(ring)


def test_news_ring_and_what_is_handed_over_wakes(link: Link) -> None:
    heard: list[LinkEvent] = [Down(Why.NETWORK, "cut")]
    link._emit(heard[0])
    assert os.eventfd_read(link.fileno()) == 1
    assert link.poll() == heard
    vars(link)["_connection"] = Talk().connection
    link.publish("e/k00082-1", b"batch", qos=1)
    assert os.eventfd_read(link._wake) == 1
