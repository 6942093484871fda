"""Officers: who may sign in at a counter. A PIN is kept only as salt and scrypt hash."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from pathlib import Path

from msgspec import Struct

from kiosk.config.reading import converted, read
from kiosk.config.types import Home, Officer
from kiosk.errors import ConfigError
from kiosk.files import replace_file

_PIN = re.compile(r"[0-9]{4,12}")
_SALT_BYTES = 16
_HEADER = """\
# Who may sign in at a counter. Written by the kiosk, which keeps only a salted hash of each PIN.
# To take somebody's access away, delete the three lines of that officer and restart kiosk-counter.
"""


class _OfficersFile(Struct, forbid_unknown_fields=True):
    officers: list[Officer] = []


def load_officers(home: Home) -> tuple[Officer, ...]:
    """Read who may sign in; nobody when there is no file.

    Raises:
        ConfigError: the file is unreadable, a key or value is wrong, or two officers have the same id.
    """
    file = _file(home)
    try:
        officers = tuple(read(file, _OfficersFile).officers)
    except ConfigError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return ()
        raise
    ids = [officer.id for officer in officers]
    for id in ids:
        if ids.count(id) > 1:
            raise ConfigError(f"{file}: officers: the id {id} stands there twice; keep one", file=file, key="officers")
    return officers


def write_officer(home: Home, id: str, pin: str) -> Path:
    """Add an officer, or give a known one a new PIN, and return the file; only its owner can read it.

    Raises:
        ConfigError: the id or PIN is not acceptable, or the file cannot be read or written.
    """
    file = _file(home)
    officer = converted(file, {"id": id, "pin_scrypt": hash_pin(pin)}, Officer)
    others = [other for other in load_officers(home) if other.id != id]
    tables = (f'\n[[officers]]\nid = "{one.id}"\npin_scrypt = "{one.pin_scrypt}"\n' for one in (*others, officer))
    try:
        # An administrator runs this as root; the counter's own user must still be able to read the file.
        replace_file(file, (_HEADER + "".join(tables)).encode(), mode=0o600, keeps_rights=True, is_durable=True)
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror or error}", file=file) from error
    return file


def hash_pin(pin: str) -> str:
    """Return `salt$hash` of a PIN of 4 to 12 digits, both in hex.

    Raises:
        ConfigError: the PIN has other characters, or too few or too many.
    """
    if not _PIN.fullmatch(pin):
        raise ConfigError("a PIN has 4 to 12 digits and nothing else", key="pin")
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"{salt.hex()}${_scrypt(pin, salt).hex()}"


def check_pin(pin: str, stored: str) -> bool:
    """Tell whether `pin` is the one `stored` (`Officer.pin_scrypt`) was made from; takes 16 MB and about 50 ms."""
    if not _PIN.fullmatch(pin):
        return False
    salt, _, expected = stored.partition("$")
    return hmac.compare_digest(_scrypt(pin, bytes.fromhex(salt)), bytes.fromhex(expected))


def _scrypt(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode("ascii"), salt=salt, n=2**14, r=8, p=1, dklen=32)


def _file(home: Home) -> Path:
    return home.etc / "officers.toml"
