"""The reasons why the connection is down, as `kiosk status` shows them, and the time until the next attempt."""

from __future__ import annotations

import random
import ssl
from enum import StrEnum


class Why(StrEnum):
    """Why there is no connection to the city."""

    NETWORK = "network"
    """No answer: no network, no broker, or a busy broker."""
    CERTIFICATE = "certificate"
    """One side does not accept the other's certificate."""
    CLOCK = "clock"
    """The broker's certificate is not yet valid: this machine's clock is behind."""
    NOT_AUTHORISED = "not_authorised"
    """The broker refuses this device."""
    TAKEN_OVER = "taken_over"
    """Another machine uses this device's name: perhaps a cloned card."""
    CITY_SILENT = "city_silent"
    """The broker answers, but the city behind it does not."""
    REFUSED = "refused"
    """The broker refuses for a protocol reason."""
    SETTINGS = "settings"
    """A setting or a file for the connection is missing or unusable."""


_NOT_YET_VALID = 9
"""X509_V_ERR_CERT_NOT_YET_VALID of OpenSSL's x509_vfy.h."""

_NOT_AUTHORISED_CODES = frozenset({0x85, 0x86, 0x87, 0x8A, 0x8C})
"""MQTT 5 section 2.4: client id not valid, bad user name or password, not authorised, banned, bad authentication."""
_BUSY_CODES = frozenset({0x88, 0x89, 0x8B, 0x8D, 0x97, 0x9F})
"""Unavailable, busy, shutting down, keepalive timeout, quota, rate: a later attempt may succeed."""
_TAKEN_OVER_CODE = 0x8E
UNSUPPORTED_PROTOCOL_CODE = 0x84

_FIRST_S = 1.0
_FIRST_TAKEN_OVER_S = 60.0
"""Two machines of one name take the connection from each other at each attempt, so attempts must be rare."""
_LONGEST_S = 20.0
"""A restored connection is used soon, and a whole city that reconnects at once still spreads over many seconds."""
_GOOD_S = 60.0
"""After a connection this long the next attempt comes quickly."""
_LONGEST_REFUSED_S = 300.0
"""A refused TLS connection costs 5 kB, and only a person can change the answer."""


def why_of_error(error: OSError | ValueError) -> Why:
    """Classify the error of a connection attempt."""
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
    """The time until the next attempt: full jitter, so that all kiosks of a city do not reconnect at once."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._failures = 0

    def reset(self) -> None:
        """Start again with short intervals, after a good connection."""
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
    """The reason for the end of each attempt, and the time until the next."""

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
