"""The link against a real Mosquitto: it comes up, comes back, and says why it is down."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import msgspec
import pytest
from paho.mqtt.enums import MQTTProtocolVersion

from kiosk.wire.line_status import Why
from kiosk.wire.link import Down, LinkEvent, Message, Rejected, Session, Up, _Connection
from tests.broker import Broker, Certificates, make_certificates
from tests.broker import broker as broker  # a fixture
from tests.listener import Listener, listening
from tests.proxy import Proxy


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority, a broker and one kiosk."""
    return make_certificates(tmp_path_factory.mktemp("certificates"), "k00082-1")


def test_a_message_goes_there_and_back(broker: Broker) -> None:
    with listening(broker.as_settings()) as here, listening(broker.as_settings(), "city", "e/+") as there:
        assert here.wait(Up) == Up(5)
        there.wait(Up)
        here.link.publish("e/k00082-1", b"batch", qos=1)
        assert there.wait(Message) == Message("e/k00082-1", b"batch", False)
        there.link.publish("a/k00082-1", b"ack", qos=0)
        assert here.wait(Message) == Message("a/k00082-1", b"ack", False)


def test_a_broker_that_is_not_there_is_the_networks_fault_and_is_found_later(tmp_path: Path) -> None:
    with Broker(tmp_path) as broker:
        broker.kill()
        with listening(broker.as_settings()) as here:
            assert here.wait(Down).why is Why.NETWORK
            broker.start()
            here.wait(Up)


def test_a_killed_broker_is_noticed_and_the_link_comes_back(broker: Broker) -> None:
    with listening(broker.as_settings()) as here:
        here.wait(Up)
        broker.kill()
        assert here.wait(Down).why is Why.NETWORK
        broker.start()
        here.wait(Up)


def test_a_line_that_breaks_under_a_message_is_the_networks_fault_and_no_settings(broker: Broker) -> None:
    """Whoever finds out by sending has closed the socket before anybody listens on it again."""

    def emit(event: LinkEvent) -> None:
        if isinstance(event, Up):
            broker.kill()
            connection.outgoing.extend([("e/k00082-1", b"batch", 1, False)] * 3)

    wake = os.eventfd(0)
    session = Session("k00082-1", (("a/k00082-1", 0),))
    connection = _Connection(broker.as_settings(), session, MQTTProtocolVersion.MQTTv5, emit)
    connection.connect()
    down = connection.serve(wake, threading.Event())
    connection.close()
    os.close(wake)
    assert down.why is Why.NETWORK


def test_a_topic_that_cannot_be_is_refused_alone_and_the_line_stays(broker: Broker) -> None:
    with listening(broker.as_settings(), "city", "e/+") as there, listening(broker.as_settings()) as here:
        there.wait(Up)
        here.wait(Up)
        for topic in ("b/#", "b/+"):
            here.link.publish(topic, b"list", qos=1)
            assert "cannot be published" in here.wait(Rejected).detail
        here.link.publish("e/k00082-1", b"batch", qos=1)
        assert there.wait(Message).payload == b"batch"
        assert not [event for event in here.heard + here.link.poll() if isinstance(event, Down)]


def test_what_was_handed_to_a_dead_connection_is_not_sent_by_the_next_one(broker: Broker) -> None:
    with listening(broker.as_settings(), "city", "e/+") as there, Proxy(broker.port) as proxy:
        there.wait(Up)
        settings = msgspec.structs.replace(broker.as_settings(), port=proxy.port)
        with listening(settings) as here:
            here.wait(Up)
            proxy.hold_up = True
            here.link.publish("e/k00082-1", b"lost", qos=1)
            broker.kill()
            here.wait(Down)
            assert here.link.unsettled == 0
            here.link.publish("e/k00082-1", b"lost as well", qos=1)
            proxy.hold_up = False
            broker.start()
            here.wait(Up)
            there.wait(Up)
            here.link.publish("e/k00082-1", b"new", qos=1)
            assert there.wait(Message).payload == b"new"


def test_saying_goodbye_lets_the_last_message_out_and_keeps_the_will_in(broker: Broker) -> None:
    with listening(broker.as_settings(), "city", "#") as there:
        there.wait(Up)
        here = Listener(broker.as_settings(), "k00082-1", "a/k00082-1")
        here.wait(Up)
        here.link.publish("s/k00082-1", b"bye", qos=1)
        here.close()
        here.close()
        there.link.publish("x", b"end", qos=1)
        assert [there.wait(Message).payload for _ in range(2)] == [b"bye", b"end"]


def test_a_kiosk_that_vanishes_leaves_its_will(broker: Broker) -> None:
    with listening(broker.as_settings(), "city", "s/+") as there:
        there.wait(Up)
        with Proxy(broker.port) as proxy:
            here = Listener(msgspec.structs.replace(broker.as_settings(), port=proxy.port), "k00082-1", "a/k00082-1")
            here.wait(Up)
        assert there.wait(Message) == Message("s/k00082-1", b"gone", False)
        here.close()


def test_a_client_certificate_opens_the_line(certificates: Certificates, tmp_path: Path) -> None:
    with Broker(tmp_path, certificates) as broker, listening(broker.as_settings("k00082-1")) as here:
        assert here.wait(Up) == Up(5)


def test_a_missing_client_certificate_is_called_that(certificates: Certificates, tmp_path: Path) -> None:
    with Broker(tmp_path, certificates) as broker, listening(broker.as_settings()) as here:
        assert here.wait(Down).why is Why.CERTIFICATE


def test_a_client_certificate_of_another_authority_is_called_that(certificates: Certificates, tmp_path: Path) -> None:
    strangers = make_certificates(tmp_path / "strangers", "k00082-1")
    with Broker(tmp_path / "broker", certificates) as broker:
        cert, key = str(strangers.cert("k00082-1")), str(strangers.key("k00082-1"))
        settings = msgspec.structs.replace(broker.as_settings(), cert_file=cert, key_file=key)
        with listening(settings) as here:
            assert here.wait(Down).why is Why.CERTIFICATE


def test_a_broker_of_another_authority_is_not_trusted(certificates: Certificates, tmp_path: Path) -> None:
    strangers = make_certificates(tmp_path / "strangers")
    with Broker(tmp_path / "broker", certificates) as broker:
        settings = msgspec.structs.replace(broker.as_settings("k00082-1"), ca_file=str(strangers.ca))
        with listening(settings) as here:
            down = here.wait(Down)
    assert (down.why, "verify failed" in down.detail) == (Why.CERTIFICATE, True)


@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed")
def test_a_certificate_of_tomorrow_means_that_our_clock_is_behind(tmp_path: Path) -> None:
    tomorrow = make_certificates(tmp_path / "tomorrow", "k00082-1", begins="+2 days")
    with Broker(tmp_path / "broker", tomorrow) as broker, listening(broker.as_settings("k00082-1")) as here:
        assert here.wait(Down).why is Why.CLOCK


def test_a_certificate_file_that_is_missing_is_named(certificates: Certificates, broker: Broker) -> None:
    settings = msgspec.structs.replace(broker.as_settings(), ca_file=str(certificates.folder / "typo.pem"))
    with listening(settings) as here:
        down = here.wait(Down)
    assert (down.why, "typo.pem" in down.detail) == (Why.SETTINGS, True)


def test_tls_on_a_port_without_it_is_no_certificates_fault(certificates: Certificates, broker: Broker) -> None:
    settings = msgspec.structs.replace(broker.as_settings(), ca_file=str(certificates.ca))
    with listening(settings) as here:
        assert here.wait(Down).why in (Why.NETWORK, Why.REFUSED)


def test_a_broker_that_wants_a_password_says_not_authorised(tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    passwords.touch()
    lines = f"allow_anonymous false\npassword_file {passwords}"
    with Broker(tmp_path / "broker", lines=lines) as broker, listening(broker.as_settings()) as here:
        assert here.wait(Down).why is Why.NOT_AUTHORISED


def test_a_message_the_broker_throws_away_is_told_although_it_was_confirmed(tmp_path: Path) -> None:
    rights = tmp_path / "rights"
    rights.write_text("topic read a/#\n", encoding="utf-8")
    with Broker(tmp_path / "broker", lines=f"acl_file {rights}") as broker, listening(broker.as_settings()) as here:
        here.wait(Up)
        here.link.publish("e/k00082-1", b"batch", qos=1)
        assert here.wait(Rejected).why is Why.NOT_AUTHORISED


def _is_mqtt_5(connect: bytes) -> bool:
    return connect[connect.index(b"MQTT") + 4] == 5


@pytest.mark.parametrize("answer", [b"\x20\x02\x00\x01", b""], ids=["says no", "hangs up"])
def test_an_old_broker_is_spoken_to_in_its_own_version(broker: Broker, answer: bytes) -> None:
    with (
        Proxy(broker.port, lambda connect: answer if _is_mqtt_5(connect) else None) as proxy,
        listening(msgspec.structs.replace(broker.as_settings(), port=proxy.port)) as here,
    ):
        assert here.wait(Up) == Up(4)
        here.link.publish("a/k00082-1", b"to myself", qos=1)
        assert here.wait(Message).payload == b"to myself"


@pytest.mark.parametrize(
    "answer",
    [b"\x20\x7f" + b"\xff" * 127, b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00" * 50, b"\x20\x03\x00\x00\x05"],
    ids=["long", "http", "zeros", "short"],
)
def test_a_broker_that_talks_nonsense_is_left_and_tried_again(broker: Broker, answer: bytes) -> None:
    greetings = [answer, answer]
    with (
        Proxy(broker.port, lambda _: greetings.pop() if greetings else None) as proxy,
        listening(msgspec.structs.replace(broker.as_settings(), port=proxy.port)) as here,
    ):
        here.wait(Down)
        here.wait(Up)
