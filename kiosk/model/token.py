"""The token with which a visitor follows a ticket on a phone. Kiosk and city derive it alike, so it is never sent."""

from __future__ import annotations

import base64
import hashlib

TOKEN_CHARS = 13
"""65 bits shown of an 80-bit digest: guessing one of a day's thousand tickets takes 10^16 tries."""


def token_of(epoch: bytes, site: str, day: str, number: str) -> str:
    """Return the token of a ticket: 13 characters of lowercase RFC 4648 base32.

    Args:
        epoch: the 8 random bytes made with the database file; they key the digest.
    """
    digest = hashlib.blake2s(f"{site}|{day}|{number}".encode(), key=epoch, digest_size=10).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:TOKEN_CHARS]
