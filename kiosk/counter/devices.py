"""Devices on which officers have signed in: a signed cookie, which allows PIN tries while the name is locked.

Guessing an officer's PIN locks the name on all devices except these. The cookie signs nobody in. It belongs to one
officer, so an officer cannot use it to guess another's PIN. Browsers send it only to the sign-in endpoint.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.files import read_file

DEVICE_COOKIE = "kiosk_device"
"""The cookie's name, followed by `_` and the officer's name: a counter's browser has one cookie per officer."""
DEVICE_PATH = "/api/session"
DEVICE_LASTS = timedelta(days=180)
_COOKIE = re.compile(r"([0-9a-f]{32})\.([0-9]{1,12})\.([0-9a-f]{64})")
_KEY_BYTES = 32


class Devices:
    """Creates and checks the cookies: `device.expires.signature`, expires in seconds since 1970."""

    def __init__(self, key: bytes, now: Callable[[], datetime]) -> None:
        self._key = key
        self._now = now

    def cookie(self, officer: str, device: str | None) -> str:
        """Return the cookie value of an officer's device; None creates a new device."""
        device = device or secrets.token_hex(16)
        expires_s = int((self._now() + DEVICE_LASTS).timestamp())
        return f"{device}.{expires_s}.{self._signature(officer, device, expires_s)}"

    def device(self, officer: str, cookie: str) -> str | None:
        """Return the device in an officer's cookie value; None if it is forged, expired or another officer's."""
        match = _COOKIE.fullmatch(cookie)
        if match is None:
            return None
        device, expires_s, signature = match[1], int(match[2]), match[3]
        is_ours = hmac.compare_digest(self._signature(officer, device, expires_s), signature)
        return device if is_ours and self._now().timestamp() < expires_s else None

    def _signature(self, officer: str, device: str, expires_s: int) -> str:
        signed = f"device|{officer}|{device}|{expires_s}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, signed, hashlib.sha256).hexdigest()


def device_key(file: Path) -> bytes:
    """Return the signing key in `file` (mode 0600), created on first use.

    A damaged key, or one that another user may have planted in the shared folder, is replaced.
    Two processes that start at once get the same key, because the file is created atomically and only once.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(file):
        with contextlib.suppress(OSError):
            key = read_file(file, is_own=True)
            if len(key) == _KEY_BYTES:
                return key
        file.unlink(missing_ok=True)
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
    return read_file(file, is_own=True)
