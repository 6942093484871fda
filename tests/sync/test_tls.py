"""TLS of the line: what the settings name is used as named, and what a broker says against it is kept."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from kiosk import config
from kiosk.errors import ConfigError
from kiosk.wire.tls import AlertSocket, context_of, password_of
from tests.broker import Certificates, make_certificates

PATIENCE_S = 20.0
KIOSK = "k00082-1"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority, a broker and one kiosk, whose key stands in the file of its certificate too."""
    made = make_certificates(tmp_path_factory.mktemp("certificates"), KIOSK)
    both = made.cert(KIOSK).read_text(encoding="utf-8") + made.key(KIOSK).read_text(encoding="utf-8")
    made.cert("both").write_text(both, encoding="utf-8")
    return made


@contextmanager
def _shaken(
    files: Certificates, broker: config.Broker, talk: Callable[[ssl.SSLSocket], object]
) -> Iterator[AlertSocket]:
    """Yield the kiosk's end after its handshake with a broker that wants a certificate and then does `talk`."""
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(files.cert("broker"), files.key("broker"))
    theirs.load_verify_locations(files.ca)
    theirs.verify_mode = ssl.CERT_REQUIRED
    here, there = socket.socketpair()

    def serve() -> None:
        with there, suppress(OSError), theirs.wrap_socket(there, server_side=True) as served:
            talk(served)
            served.recv(1)  # until the kiosk goes

    broker_end = threading.Thread(target=serve, daemon=True)
    for end in (here, there):
        end.settimeout(PATIENCE_S)
    broker_end.start()
    context = context_of(broker, files.folder)
    assert context is not None
    with here, context.wrap_socket(here, server_hostname="127.0.0.1") as opened:
        assert isinstance(opened, AlertSocket)
        yield opened
    broker_end.join(PATIENCE_S)


def _settings(cert: str = "", key: str = "") -> config.Broker:
    return config.Broker(host="127.0.0.1", ca_file="ca.pem", cert_file=cert, key_file=key)


WITH_KEY = _settings(f"{KIOSK}.pem", f"{KIOSK}.key")


# --- what is heard ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("broker", [WITH_KEY, _settings("both.pem")], ids=["two files", "key in the certificate"])
def test_the_kiosk_shows_the_certificate_that_is_set_and_only_by_tls_1_3(
    files: Certificates, broker: config.Broker
) -> None:
    seen: list[object] = []
    with _shaken(files, broker, lambda served: seen.append(served.getpeercert())) as opened:
        assert opened.version() == "TLSv1.3"
    (shown,) = seen
    assert isinstance(shown, dict) and shown["subject"] == ((("commonName", KIOSK),),)


def test_a_broker_that_refuses_the_certificate_after_the_handshake_is_remembered_with_its_alert(
    files: Certificates,
) -> None:
    with _shaken(files, _settings(), lambda served: None) as opened:
        assert opened.alert is None
        with pytest.raises(ssl.SSLError) as caught:
            opened.recv(10)
        assert opened.alert is caught.value
        assert caught.value.reason == "TLSV13_ALERT_CERTIFICATE_REQUIRED"


def test_bytes_are_read_as_from_any_socket_and_waiting_for_them_is_no_alert(files: Certificates) -> None:
    go_on = threading.Event()

    def talk(served: ssl.SSLSocket) -> None:
        go_on.wait(PATIENCE_S)
        served.sendall(bytes(2000))

    with _shaken(files, WITH_KEY, talk) as opened:
        opened.setblocking(False)
        with pytest.raises(ssl.SSLWantReadError):
            opened.recv(3)
        assert opened.alert is None
        opened.settimeout(PATIENCE_S)
        go_on.set()
        assert (len(opened.recv(3)), len(opened.recv())) == (3, 1024)
        with pytest.raises(ValueError, match="flags"):  # what TLS cannot do is not swallowed
            opened.recv(3, socket.MSG_PEEK)


@contextmanager
def _unshaken(files: Certificates) -> Iterator[tuple[AlertSocket, socket.socket]]:
    """Yield the kiosk's end before its handshake, and the other end, which says nothing by itself."""
    here, there = socket.socketpair()
    there.settimeout(PATIENCE_S)
    context = context_of(_settings(), files.folder)
    assert context is not None
    with here, there:
        opened = context.wrap_socket(here, server_hostname="127.0.0.1", do_handshake_on_connect=False)
        assert isinstance(opened, AlertSocket)
        with opened:
            yield opened, there


def test_a_handshake_that_fails_closes_its_socket(files: Certificates) -> None:
    with _unshaken(files) as (opened, there):
        there.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        with pytest.raises(ssl.SSLError):
            opened.do_handshake()
        assert opened.fileno() == -1


def test_a_handshake_waits_only_where_it_is_asked_to(files: Certificates) -> None:
    with _unshaken(files) as (opened, _):
        opened.setblocking(False)
        with pytest.raises(ssl.SSLWantReadError):
            opened.do_handshake()
    with _unshaken(files) as (opened, there):
        opened.setblocking(False)
        there.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        with pytest.raises(ssl.SSLError, match="WRONG_VERSION_NUMBER"):
            opened.do_handshake(True)


# --- what the settings name -------------------------------------------------------------------------------------------


def test_a_password_is_read_without_its_line_end_and_a_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("mật khẩu\n", encoding="utf-8")
    assert password_of(config.Broker(password_file="password"), tmp_path) == "mật khẩu"
    assert password_of(config.Broker(), tmp_path) is None
    with pytest.raises(ConfigError, match=r"^broker.password_file: .*typo cannot be read") as caught:
        password_of(config.Broker(password_file="typo"), tmp_path)
    assert caught.value.file == tmp_path / "typo"
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="bytes cannot be read"):
        password_of(config.Broker(password_file="bytes"), tmp_path)


def test_a_file_of_the_line_that_is_none_is_named_with_its_setting(tmp_path: Path) -> None:
    assert context_of(config.Broker(), tmp_path) is None
    (tmp_path / "ca.pem").write_text("no certificate", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"^broker.ca_file: .*ca.pem cannot be used") as caught:
        context_of(config.Broker(ca_file="ca.pem"), tmp_path)
    assert (caught.value.file, caught.value.key) == (tmp_path / "ca.pem", "broker.ca_file")


@pytest.mark.parametrize(
    ("cert", "key"),
    [("typo.pem", f"{KIOSK}.key"), (f"{KIOSK}.pem", "typo.key"), (f"{KIOSK}.pem", "")],
    ids=["no certificate", "no key", "no key in the certificate"],
)
def test_a_certificate_that_cannot_be_shown_is_named_with_its_settings(
    files: Certificates, cert: str, key: str
) -> None:
    with pytest.raises(ConfigError, match=rf"^broker.cert_file, broker.key_file: .*{cert} cannot be used") as caught:
        context_of(_settings(cert, key), files.folder)
    assert (caught.value.file, caught.value.key) == (files.folder / cert, "broker.cert_file, broker.key_file")
