"""Sessions: a random token in a cookie, and a file of the sessions by token, which outlives a restart.

A session ends when it expires, when its officer signs out or is removed from the list, or when their PIN changes. The
file holds only digests of the tokens, so nobody can sign in with its contents.
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
"""The most sessions of one officer. A further one ends the oldest; nobody uses this many browsers."""

Officers = Callable[[], tuple[Officer, ...]]
"""Returns the officers who may sign in now."""


class _Session(msgspec.Struct, frozen=True):
    officer: str
    pin: str
    """A digest of `Officer.pin_scrypt`, so that a new PIN ends the session."""
    expires_s: int
    """Seconds since 1970."""


class Sessions:
    """Begins, finds and ends sessions. It is thread-safe; beginning and ending write to the disk."""

    def __init__(self, officers: Officers, file: Path, now: Callable[[], datetime]) -> None:
        """Read the sessions from `file` (mode 0600); a damaged or missing file has none."""
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
        """Return the officer whom a cookie value signs in; None if it is invalid or its session has ended."""
        session = self._sessions.get(_digest(cookie))
        if session is None or self._now().timestamp() >= session.expires_s:
            return None
        officers = (officer for officer in self._officers() if officer.id == session.officer)
        return next((officer for officer in officers if _digest(officer.pin_scrypt) == session.pin), None)

    def end(self, cookie: str) -> None:
        """End the session: no copy of the cookie value is valid any more."""
        with self._lock:
            if self._sessions.pop(_digest(cookie), None) is not None:
                self._save()

    def _save(self) -> None:
        now_s = self._now().timestamp()
        self._sessions = {key: session for key, session in self._sessions.items() if session.expires_s > now_s}
        try:
            replace_file(self._file, msgspec.json.encode(self._sessions), mode=0o600, is_durable=True)
        except OSError as error:
            _log.error("cannot save the sessions, all officers must sign in again after a restart: %s", error)
            # Without the file, an ended session cannot become valid again at a restart.
            with contextlib.suppress(OSError):
                self._file.unlink(missing_ok=True)


def _read(file: Path) -> dict[str, _Session]:
    try:
        # The folder is shared: another user could plant sessions there and act as any officer.
        return json_of(read_file(file, is_own=True), dict[str, _Session])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        _log.warning("cannot read %s, all officers must sign in again: %s", file, error)
        return {}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
