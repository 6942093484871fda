"""Why the line is down, as a value that a technician reads in `kiosk status`, and how long until the next attempt."""

from __future__ import annotations

import random
import ssl
from enum import StrEnum


class Why(StrEnum):
    """Why there is no line to the city."""

    NETWORK = "network"
    """Nobody answers: no network, no broker, or one that is busy."""
    CERTIFICATE = "certificate"
    """One side does not accept the other's certificate."""
    CLOCK = "clock"
    """The broker's certificate is not yet valid: this machine's clock is behind."""
    NOT_AUTHORISED = "not_authorised"
    """The broker knows us and says no."""
    TAKEN_OVER = "taken_over"
    """Another machine came with this device's name: is the card cloned?"""
    CITY_SILENT = "city_silent"
    """The broker is there, but the city behind it does not answer."""
    REFUSED = "refused"
    """The broker refuses for a reason of the protocol."""
    SETTINGS = "settings"
    """A setting or a file that the line needs is missing or cannot be used."""


_NOT_YET_VALID = 9
"""X509_V_ERR_CERT_NOT_YET_VALID of OpenSSL's x509_vfy.h."""

_NOT_AUTHORISED_CODES = frozenset({0x85, 0x86, 0x87, 0x8A, 0x8C})
"""MQTT 5 section 2.4: client id not valid, bad user name or password, not authorised, banned, bad authentication."""
_BUSY_CODES = frozenset({0x88, 0x89, 0x8B, 0x8D, 0x97, 0x9F})
"""Unavailable, busy, shutting down, keepalive timeout, quota, rate: it may be otherwise in a minute."""
_TAKEN_OVER_CODE = 0x8E
UNSUPPORTED_PROTOCOL_CODE = 0x84

_FIRST_S = 1.0
_FIRST_TAKEN_OVER_S = 60.0
"""Two machines of one name take the line from each other at each attempt: they must not try often."""
_LONGEST_S = 20.0
"""A line that is back is used soon, and a whole city that comes back at once still spreads over many seconds."""
_GOOD_S = 60.0
"""A line that held this long was good: the next attempt comes quickly."""
_LONGEST_REFUSED_S = 300.0
"""A refused TLS connect costs 5 kB, and only a person changes the answer."""


def why_of_error(error: OSError | ValueError) -> Why:
    """Classify what connecting raised."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Why.CLOCK if error.verify_code == _NOT_YET_VALID else Why.CERTIFICATE
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Why.NETWORK
    if isinstance(error, ssl.SSLError):
        return Why.REFUSED if error.reason == "WRONG_VERSION_NUMBER" else Why.CERTIFICATE
    return Why.NETWORK if isinstance(error, OSError) else Why.SETTINGS


def why_of_code(code: int) -> Why:
    """Classify an MQTT reason code that is a failure (0x80 and above)."""
    if code in _NOT_AUTHORISED_CODES:
        return Why.NOT_AUTHORISED
    if code == _TAKEN_OVER_CODE:
        return Why.TAKEN_OVER
    return Why.NETWORK if code in _BUSY_CODES else Why.REFUSED


class Backoff:
    """How long to wait before the next attempt: full jitter, so that a city of kiosks does not come back as one."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._failures = 0

    def reset(self) -> None:
        """Begin again: the line was good."""
        self._failures = 0

    def next_s(self, why: Why) -> float:
        """Return seconds until the next attempt, between 0 and a limit that doubles with each failure.

        After `TAKEN_OVER` it begins higher, and no attempt comes before half of the limit.
        """
        is_taken = why is Why.TAKEN_OVER
        longest = _LONGEST_S if why in (Why.NETWORK, Why.CLOCK) else _LONGEST_REFUSED_S
        limit = min(longest, (_FIRST_TAKEN_OVER_S if is_taken else _FIRST_S) * 2.0**self._failures)
        self._failures = min(self._failures + 1, 16)
        return self._chance.uniform(limit / 2 if is_taken else 0.0, limit)


class Attempts:
    """Why each attempt ended, and how long until the next."""

    def __init__(self, chance: random.Random) -> None:
        self._backoff = Backoff(chance)

    def ended(self, why: Why, held_s: float | None, *, is_name_shared: bool) -> tuple[Why, float]:
        """Return why an attempt ended, and seconds until the next.

        Args:
            why: as far as the connection itself can tell.
            held_s: how long the broker had let us in; None where it never did.
            is_name_shared: another machine is known to use our name: it takes the line from us, and we from it.
        """
        if is_name_shared:
            why = Why.TAKEN_OVER if why is Why.NETWORK and held_s is not None else why
        elif held_s is not None and held_s >= _GOOD_S:
            self._backoff.reset()
        return why, self._backoff.next_s(why)
