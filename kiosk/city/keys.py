"""The reference city's private keys, each in its own file: one signs bookings, one opens sealed boxes.

A real city keeps the sealing key where dossiers are handled: the process that receives the kiosks' messages does not
need it and never reads it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from kiosk import crypto
from kiosk.errors import ConfigError
from kiosk.records import Record

_FOLDER = "city-keys"
_BOOKING, _SEALING = "booking.key", "sealing.key"


class PublicKeys(Record):
    """The public keys that the kiosks need, 32 bytes each, in hex: `city_keys` of their `site.toml`."""

    booking: str
    sealing: str


def make_keys(var: Path) -> PublicKeys:
    """Create the missing keys, and return both public keys.


    Args:
        var: the city's own state folder; the private keys are under its `city-keys/`, for its owner's eyes alone.
    Raises:
        ConfigError: a file is there and holds no key, or cannot be read or written.
    """
    booking = _kept(var / _FOLDER / _BOOKING, crypto.new_signing_key)
    sealing = _kept(var / _FOLDER / _SEALING, crypto.new_sealing_key)
    return PublicKeys(crypto.public_signing_key(booking).hex(), crypto.public_sealing_key(sealing).hex())


def signing_key(var: Path) -> bytes | None:
    """Return the private key that signs booking lists and codes, or None before `make_keys` was called.


    Raises:
        ConfigError: the file holds no key, or cannot be read.
    """
    file = var / _FOLDER / _BOOKING
    return _read(file) if file.exists() else None


def _kept(file: Path, make: Callable[[], bytes]) -> bytes:
    """Return the key in a file; create the file if it is missing."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(opened, "w", encoding="ascii") as key:
                key.write(make().hex() + "\n")
                key.flush()
                os.fsync(key.fileno())
        except OSError as error:
            raise ConfigError(f"{file} cannot be written: {error}", file=file) from error
    return _read(file)


def _read(file: Path) -> bytes:
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error}", file=file) from error
    except ValueError as error:
        raise ConfigError(f"{file} holds no key: expected 32 bytes in hex", file=file) from error
    if len(key) != crypto.KEY_BYTES:
        raise ConfigError(f"{file} holds no key: expected 32 bytes in hex", file=file)
    return key
