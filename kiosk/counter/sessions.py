"""Who is signed in: a random word in a cookie, and a file of what the words stand for, which outlives a restart.

A session ends when it expires, when its officer signs out or is struck from the list, or when their PIN changes. The
file holds only digests of the words: whoever reads it signs in nowhere.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from kiosk.config import Officer
from kiosk.decoding import json_of
from kiosk.files import read_file, replace_file

_log = logging.getLogger(__name__)

COOKIE = "kiosk_officer"
SESSION_LASTS = timedelta(hours=12)
MOST_OF_OFFICER = 16
"""One more than these ends the oldest: nobody has so many browsers."""

Officers = Callable[[], tuple[Officer, ...]]
"""Returns who may sign in now."""


class _Session(msgspec.Struct, frozen=True):
    officer: str
    pin: str
    """A digest of `Officer.pin_scrypt`: with a new PIN the session is over."""
    expires_s: int
    """Seconds since 1970."""


class Sessions:
    """Begins, finds and ends sessions. Threads may share it; beginning and ending write to the disk."""

    def __init__(self, officers: Officers, file: Path, now: Callable[[], datetime]) -> None:
        """Take up the sessions in `file` (mode 0600); a damaged or missing one holds none."""
        self._officers = officers
        self._file = file
        self._now = now
        self._lock = threading.Lock()
        self._sessions = _read(file)

    def begin(self, officer: Officer) -> str:
        """Return the cookie value that signs this officer in for `SESSION_LASTS`."""
        token = secrets.token_urlsafe(32)
        expires_s = int((self._now() + SESSION_LASTS).timestamp())
        with self._lock:
            own = [key for key, session in self._sessions.items() if session.officer == officer.id]
            for oldest in own[: max(0, len(own) - MOST_OF_OFFICER + 1)]:
                del self._sessions[oldest]
            self._sessions[_digest(token)] = _Session(officer.id, _digest(officer.pin_scrypt), expires_s)
            self._save()
        return token

    def officer(self, cookie: str) -> Officer | None:
        """Return who a cookie value signs in, or None when it never did or no longer does."""
        session = self._sessions.get(_digest(cookie))
        if session is None or self._now().timestamp() >= session.expires_s:
            return None
        officers = (officer for officer in self._officers() if officer.id == session.officer)
        return next((officer for officer in officers if _digest(officer.pin_scrypt) == session.pin), None)

    def end(self, cookie: str) -> None:
        """Sign out: the cookie value, wherever somebody has kept it, opens nothing any more."""
        with self._lock:
            if self._sessions.pop(_digest(cookie), None) is not None:
                self._save()

    def _save(self) -> None:
        now_s = self._now().timestamp()
        self._sessions = {key: session for key, session in self._sessions.items() if session.expires_s > now_s}
        try:
            replace_file(self._file, msgspec.json.encode(self._sessions), mode=0o600, is_durable=True)
        except OSError as error:
            _log.error("who is signed in or out will be forgotten at a restart: %s", error)
            # Better that all sign in again after a restart than that a session that was ended lives again.
            with contextlib.suppress(OSError):
                self._file.unlink(missing_ok=True)


def _read(file: Path) -> dict[str, _Session]:
    try:
        # The folder is shared: whoever planted sessions there could call himself any officer.
        return json_of(read_file(file, is_own=True), dict[str, _Session])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        _log.warning("%s cannot be read, all officers sign in again: %s", file, error)
        return {}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
