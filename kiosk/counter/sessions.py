"""Who is signed in: a signed cookie that outlives a restart, and the key it is signed with.

Nothing is kept on the server, so a session ends when it expires, when the officer is struck from the list, or when
the officer's PIN changes (its hash is part of what is signed).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.config import Officer

COOKIE = "kiosk_officer"
SESSION_LASTS = timedelta(hours=12)
_KEY_BYTES = 32


class Sessions:
    """Makes and reads the value of the cookie: `officer.expires.signature`, expires in seconds since 1970."""

    def __init__(self, officers: tuple[Officer, ...], key: bytes, now: Callable[[], datetime]) -> None:
        self._officers = {officer.id: officer for officer in officers}
        self._key = key
        self._now = now

    def begin(self, officer: Officer) -> str:
        """Return the cookie value that signs this officer in for `SESSION_LASTS`."""
        expires = int((self._now() + SESSION_LASTS).timestamp())
        return f"{officer.id}.{expires}.{self._signature(officer, expires)}"

    def officer(self, cookie: str) -> Officer | None:
        """Return who a cookie value signs in, or None when it is forged, expired or no longer good."""
        name, _, rest = cookie.partition(".")
        expires, _, signature = rest.partition(".")
        officer = self._officers.get(name)
        if officer is None or not expires.isascii() or not expires.isdigit() or len(expires) > 12:
            return None
        expected = self._signature(officer, int(expires))
        is_ours = hmac.compare_digest(expected.encode(), signature.encode())
        return officer if is_ours and self._now().timestamp() < int(expires) else None

    def _signature(self, officer: Officer, expires: int) -> str:
        signed = f"{officer.id}|{officer.pin_scrypt}|{expires}".encode()
        return hmac.new(self._key, signed, hashlib.sha256).hexdigest()


def session_key(file: Path) -> bytes:
    """Return the signing key in `file` (mode 0600), made on first use; a damaged one is replaced.

    Two processes that start at once get the same key: the file appears whole, and only once.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists():
        key = file.read_bytes()
        if len(key) == _KEY_BYTES:
            return key
        file.unlink()
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(secrets.token_bytes(_KEY_BYTES))
        stream.flush()
        os.fsync(descriptor)
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return file.read_bytes()
