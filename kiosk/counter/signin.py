"""Signing in: the PIN is checked slowly and off the event loop, guesses are counted, the cookie is made."""

from __future__ import annotations

import asyncio
import secrets

from kiosk.config import Officer, check_pin
from kiosk.counter.attempts import Attempts
from kiosk.counter.replies import ApiError

_NOBODYS_PIN = f"{secrets.token_hex(16)}${secrets.token_hex(32)}"
"""Checked in place of an officer who does not exist, so that the answer takes as long and tells nothing."""


class SignIn:
    """Checks PINs, one at a time: scrypt takes 16 MB and a good part of a second on a Pi."""

    def __init__(self, officers: tuple[Officer, ...], attempts: Attempts) -> None:
        self._officers = {officer.id: officer for officer in officers}
        self._attempts = attempts
        self._one_at_a_time = asyncio.Semaphore(1)

    async def check(self, name: str, pin: str, address: str) -> Officer:
        """Return the officer with this name and PIN.

        Raises:
            ApiError: 401 `wrong_pin` with `tries_left`, or 429 `locked` with `retry_after_s`. Both say the same for
                a name that does not exist.
        """
        keys = (f"officer {name}", f"address {address}")
        self._refuse_while_locked(keys)
        self._attempts.count(*keys)
        async with self._one_at_a_time:
            officer = self._officers.get(name)
            is_right = await asyncio.to_thread(check_pin, pin, officer.pin_scrypt if officer else _NOBODYS_PIN)
        if officer is not None and is_right:
            self._attempts.forget(*keys)
            return officer
        self._refuse_while_locked(keys)
        left = self._attempts.tries_left(*keys)
        raise ApiError(401, "wrong_pin", f"no officer has this name and PIN; {left} tries left", tries_left=left)

    def _refuse_while_locked(self, keys: tuple[str, ...]) -> None:
        locked_s = self._attempts.locked_s(*keys)
        if locked_s > 0:
            message = f"too many wrong PINs; try again in {locked_s} seconds"
            raise ApiError(429, "locked", message, retry_after_s=locked_s)
