"""Officers: the people who may sign in at a counter. A PIN is stored only as salt and scrypt hash."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import logging
import re
from pathlib import Path

from msgspec import Struct

from kiosk.config.reading import converted, read
from kiosk.config.types import Home, Officer
from kiosk.errors import ConfigError
from kiosk.files import replace_file

_log = logging.getLogger(__name__)

FEWEST_DIGITS = 6
"""The shortest new PIN. Older PINs of 4 or 5 digits are still accepted, and their officers get a notice."""
_NEW_PIN = re.compile(r"[0-9]{6,12}")
_PIN = re.compile(r"[0-9]{4,12}")
_COMMON = frozenset(
    [
        "112233",
        "223344",
        "332211",
        "445566",
        "123321",
        "123654",
        "147258",
        "147852",
        "159357",
        "159753",
        "258456",
        "456123",
        "753951",
        "789456",
        "852456",
        "963852",
        "123789",
        "789123",
        "102030",
        "112358",
        "314159",
        "520131",
    ]
)
"""The most frequent PINs of leaked lists, without those that a rule finds (runs, repeats, only two digits)."""
_SALT_BYTES = 16
_HEADER = """\
# The officers who may sign in at a counter. The kiosk writes this file; it has only a salted hash of each PIN.
# To remove an officer, delete the three lines of that officer. The change is valid at once.
"""


class _OfficersFile(Struct, forbid_unknown_fields=True):
    officers: list[Officer] = []


def load_officers(home: Home) -> tuple[Officer, ...]:
    """Read the officers who may sign in. Without a file there are none.

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
            raise ConfigError(f"{file}: officers: the id {id} appears twice; keep one", file=file, key="officers")
    return officers


class OfficersList:
    """The officers who may sign in now: call it. It reads the file again after each change.

    If the file cannot be read, the officers stay the same and one error is logged. Not for two threads at a time.
    """

    def __init__(self, home: Home) -> None:
        """Read the file.

        Raises:
            ConfigError: as `load_officers`.
        """
        self._home = home
        self._seen = _stamp(home)
        self._officers = load_officers(home)

    def __call__(self) -> tuple[Officer, ...]:
        """Return the officers who may sign in now."""
        stamp = _stamp(self._home)
        if stamp != self._seen:
            self._seen = stamp
            try:
                self._officers = load_officers(self._home)
            except ConfigError as error:
                _log.error("the list of officers stays as it was: %s", error)
        return self._officers


def write_officer(home: Home, id: str, pin: str) -> Path:
    """Add an officer, or give a known officer a new PIN; return the file, which only its owner can read.

    Raises:
        ConfigError: the id or PIN is not acceptable, or the file cannot be read or written.
    """
    file = _file(home)
    officer = converted(file, {"id": id, "pin_scrypt": hash_pin(pin)}, Officer)
    others = [other for other in load_officers(home) if other.id != id]
    tables = (f'\n[[officers]]\nid = "{one.id}"\npin_scrypt = "{one.pin_scrypt}"\n' for one in (*others, officer))
    try:
        # An administrator runs this as root. The user of the counter process must still be able to read the file.
        replace_file(file, (_HEADER + "".join(tables)).encode(), mode=0o600, keeps_rights=True, is_durable=True)
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror or error}", file=file) from error
    return file


def hash_pin(pin: str) -> str:
    """Return `salt$hash` of a new PIN of 6 to 12 digits, both in hex.

    Raises:
        ConfigError: the PIN has other characters, is too short or too long, or is easy to guess.
    """
    if not _NEW_PIN.fullmatch(pin):
        raise ConfigError("a PIN has 6 to 12 digits and nothing else", key="pin")
    if _is_common(pin):
        raise ConfigError("this PIN is easy to guess; take another", key="pin")
    import secrets

    salt = secrets.token_bytes(_SALT_BYTES)
    return f"{salt.hex()}${_scrypt(pin, salt).hex()}"


def check_pin(pin: str, stored: str) -> bool:
    """Tell whether `stored` (`Officer.pin_scrypt`) was made from `pin`. Takes 16 MB and about 50 ms."""
    if not _PIN.fullmatch(pin):
        return False
    salt, _, expected = stored.partition("$")
    return hmac.compare_digest(_scrypt(pin, bytes.fromhex(salt)), bytes.fromhex(expected))


def _scrypt(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode("ascii"), salt=salt, n=2**14, r=8, p=1, dklen=32)


def _file(home: Home) -> Path:
    return home.etc / "officers.toml"


def _is_common(pin: str) -> bool:
    steps = {(int(later) - int(earlier)) % 10 for earlier, later in itertools.pairwise(pin)}
    is_run = len(steps) == 1  # 123456, 987654, 135791, 777777
    is_repeated = pin in (pin + pin)[1:-1]  # 121212, 123123
    return is_run or is_repeated or len(set(pin)) <= 2 or pin in _COMMON


def _stamp(home: Home) -> tuple[int, int, int] | None:
    try:
        found = _file(home).stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
