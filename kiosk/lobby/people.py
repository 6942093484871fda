"""What the hall knows of a person with a card: a digest that is deleted with the day, and a box that it cannot open."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kiosk import crypto
from kiosk.errors import EncodingError, RefusedError, StoreError
from kiosk.lobby import limits
from kiosk.lobby.context import Context
from kiosk.lobby.views import Refusal
from kiosk.store.daykey import DayKey

_LONGEST_BYTES = 768
"""What fits, sealed and in base64, into one event on the line (1,200 bytes). A card's fields take about 300."""


class People:
    """The persons of one hall."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def digest(self, number: str) -> bytes:
        """Return 16 bytes that are the same for one identity number all day and reveal nothing about it.


        Raises:
            StoreError: there is no place for the day's key.
        """
        # inside a change, which opens the new day first: that deletes the old key, so it cannot be used here
        with self._context.change() as (_, day):
            try:
                key = DayKey(self._context.settings.home).of(day)
            except OSError as error:
                raise StoreError(f"no key for the persons of today can be kept: {error}") from error
        return crypto.digest_of_person(key, number)

    def refusal(self, letter: str, person: bytes) -> Refusal | None:
        """Return why a person would get no further number of a service today, or None."""
        day = self._context.today()
        with self._context.store.read() as snapshot:
            return limits.refusal(snapshot, self._context.settings.site.rules, day, person, letter)

    def seal(self, fields: Mapping[str, str]) -> bytes:
        """Return the fields of a card, as JSON, in a box that only the city can open.


        Raises:
            RefusedError: the ward has no key that can be sealed to, or the fields are more than a card holds.
        """
        site = self._context.settings.site
        key = site.city_keys.sealing
        if key is None:
            raise RefusedError("site.toml has no city_keys.sealing: nothing can be sealed")
        plain = msgspec.json.encode(dict(fields))
        if len(plain) > _LONGEST_BYTES:
            raise RefusedError(f"{len(plain)} bytes are more than a card holds ({_LONGEST_BYTES}): nothing is sealed")
        try:
            return crypto.seal(bytes.fromhex(key), plain, seal_info(site.code, self._context.today()))
        except EncodingError as error:
            raise RefusedError(f"site.toml, city_keys.sealing: {error}") from error


def seal_info(site: str, day: str) -> bytes:
    """Return the context that binds a box to its hall and day: it opens only with the same context."""
    return f"kiosk identity {site} {day}".encode("ascii")
