"""The TLS settings of the connection: version 1.3 only, and a socket that keeps the peer's alert."""

from __future__ import annotations

import ssl
from pathlib import Path

from kiosk.config import Broker
from kiosk.errors import ConfigError


class AlertSocket(ssl.SSLSocket):
    """A TLS socket that keeps the error that ended its reading, and closes after a failed handshake.

    In TLS 1.3 a server refuses a client certificate after the client's handshake, so the refusal arrives as an alert
    while reading, which paho only logs.
    """

    alert: ssl.SSLError | None = None

    def do_handshake(self, block: bool = False) -> None:
        """Perform the handshake; close after a failure, which paho does not."""
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Read; keep a TLS error for later."""
        try:
            return super().recv(buflen, flags)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            self.alert = error
            raise


def context_of(broker: Broker, folder: Path) -> ssl.SSLContext | None:
    """Return the TLS context of a broker, or None if its `ca_file` is empty.


    Args:
        folder: what file names in the settings are relative to.
    Raises:
        ConfigError: a file cannot be read or holds no certificate or key.
    """
    if not broker.ca_file:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.sslsocket_class = AlertSocket
    key, file = "broker.ca_file", folder / broker.ca_file
    try:
        context.load_verify_locations(file)
        if broker.cert_file:
            key, file = "broker.cert_file, broker.key_file", folder / broker.cert_file
            context.load_cert_chain(file, folder / broker.key_file if broker.key_file else None)
    except OSError as error:  # ssl.SSLError is one
        raise ConfigError(f"{key}: {file} cannot be used: {error}", file=file, key=key) from error
    return context


def password_of(broker: Broker, folder: Path) -> str | None:
    """Return the broker's password, or None where none is set.

    Raises:
        ConfigError: the file cannot be read.
    """
    if not broker.password_file:
        return None
    file = folder / broker.password_file
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"broker.password_file: {file} cannot be read: {error}", file=file) from error
