"""Signing in: it counts the tries, checks the PIN (slow by design) outside the event loop, and makes the cookies."""

from __future__ import annotations

import asyncio
import logging
import secrets

from kiosk.config import Officer, check_pin
from kiosk.counter.attempts import Asker, Attempts
from kiosk.counter.devices import Devices
from kiosk.counter.replies import ApiError
from kiosk.counter.sessions import Officers

_log = logging.getLogger(__name__)

_DUMMY_PIN_HASH = f"{secrets.token_hex(16)}${secrets.token_hex(32)}"
"""Checked for an unknown name, so that the time of the answer does not reveal which names exist."""


class SignIn:
    """Checks one PIN at a time from unknown devices and one from known ones: scrypt takes 16 MB and 0.3 s on a Pi."""

    def __init__(self, officers: Officers, attempts: Attempts, devices: Devices) -> None:
        self._officers = officers
        self._attempts = attempts
        self._devices = devices
        self._check_slots = {is_known: asyncio.Semaphore(1) for is_known in (False, True)}

    async def check(self, name: str, pin: str, address: str, device_cookie: str) -> tuple[Officer, str]:
        """Return the officer with this name and PIN, and the cookie value for their device.

        Raises:
            ApiError: 401 `wrong_pin` with `tries_left`, or 429 `locked` with `retry_after_s`. Both are the same for an
                unknown name.
        """
        officer = next((officer for officer in self._officers() if officer.id == name), None)
        asker = Asker(name, officer, address, self._devices.device(name, device_cookie) if officer else None)
        self._refuse_while_locked(asker)
        self._attempts.count(asker)
        async with self._check_slots[asker.device is not None]:
            is_right = await asyncio.to_thread(check_pin, pin, officer.pin_scrypt if officer else _DUMMY_PIN_HASH)
        if officer is not None and is_right:
            if self._attempts.forget(asker):
                await self._attempts.save()
            return officer, self._devices.cookie(officer.id, asker.device)
        if officer is not None:
            await self._attempts.save()
        _log.warning("wrong PIN from %s", address)
        self._refuse_while_locked(asker)
        tries_left = self._attempts.tries_left(asker)
        raise ApiError(
            401, "wrong_pin", f"no officer has this name and PIN; {tries_left} tries left", tries_left=tries_left
        )

    def _refuse_while_locked(self, asker: Asker) -> None:
        locked_s = self._attempts.locked_s(asker)
        if locked_s > 0:
            message = f"too many wrong PINs; try again in {locked_s} seconds"
            raise ApiError(429, "locked", message, retry_after_s=locked_s)
