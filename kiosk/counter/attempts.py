"""The limits on wrong PINs: after some wrong tries a name is locked, and each further one doubles the wait.

A device on which its officer has signed in before has its own count, so that no stranger can lock an officer out. For
all other devices the kiosk counts wrong tries per name, per address, and in total. The counts of names and devices
outlive a restart; otherwise a restart would allow further guesses.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import logging
import math
import secrets
from pathlib import Path

import msgspec

from kiosk.clock import Clock
from kiosk.config import Officer
from kiosk.decoding import json_of
from kiosk.files import read_file, replace_file
from kiosk.records import Record

_log = logging.getLogger(__name__)

FREE_TRIES = 5
FIRST_LOCK_S = 30
LONGEST_LOCK_S = 15 * 60
CEILING = 30
"""All unknown devices together may try a wrong PIN this many times, for any name and address; then once a minute."""
CEILING_REFILL_S = 60.0
_FORGOTTEN_AFTER_S = 12 * 60 * 60
_MOST_ADDRESSES = 4096
_MOST_DEVICES = 1024


class _Record(msgspec.Struct, array_like=True):
    tries: int
    last_s: float
    """The time of the last try: seconds of the monotonic clock in memory, seconds since 1970 in the file."""

    @property
    def locked_until_s(self) -> float:
        if self.tries < FREE_TRIES:
            return self.last_s
        return self.last_s + min(FIRST_LOCK_S * 2.0 ** min(self.tries - FREE_TRIES, 10), LONGEST_LOCK_S)


class Asker(Record):
    """The source of a try to sign in.

    Args:
        name: the name as it was typed.
        officer: the officer of that name; None for an unknown name.
        address: the client's IP address.
        device: the device if this officer has signed in on it before; otherwise None.
    """

    name: str
    officer: Officer | None
    address: str
    device: str | None


class Attempts:
    """Counts wrong tries. One thread uses it."""

    def __init__(self, clock: Clock, file: Path) -> None:
        """Read the counts from `file` (mode 0600); a damaged or missing file has none."""
        self._clock = clock
        self._file = file
        self._secret = secrets.token_bytes(16)
        self._saved = self._read()
        self._addresses: dict[str, _Record] = {}
        self._unknown_names: dict[str, _Record] = {}
        self._writing = asyncio.Lock()
        self._unknown_device_tries = float(CEILING)
        self._refilled_monotonic_s = clock.monotonic()

    def locked_s(self, asker: Asker) -> int:
        """Return the seconds (rounded up) until this asker may try again; 0 if they may try now."""
        now_monotonic_s = self._clock.monotonic()
        waits = [record.locked_until_s - now_monotonic_s for record in self._records(asker)]
        if asker.device is None:
            self._unknown_device_tries = min(
                CEILING, self._unknown_device_tries + (now_monotonic_s - self._refilled_monotonic_s) / CEILING_REFILL_S
            )
            self._refilled_monotonic_s = now_monotonic_s
            waits.append((1 - self._unknown_device_tries) * CEILING_REFILL_S)
        return max(0, math.ceil(max(waits, default=0)))

    def tries_left(self, asker: Asker) -> int:
        """Return how many tries are left before this asker is locked."""
        return max(0, FREE_TRIES - max((record.tries for record in self._records(asker)), default=0))

    def count(self, asker: Asker) -> None:
        """Count a try. This happens before the check, so that simultaneous tries do not evade the limit."""
        now_monotonic_s = self._clock.monotonic()
        for counts, key in self._counts_of(asker):
            record = counts.pop(key, None)
            is_old = record is None or now_monotonic_s - record.last_s > _FORGOTTEN_AFTER_S
            counts[key] = _Record(1 if record is None or is_old else record.tries + 1, now_monotonic_s)
        _drop_oldest(self._addresses, _MOST_ADDRESSES)
        if asker.device is None:
            self._unknown_device_tries -= 1

    def forget(self, asker: Asker) -> bool:
        """Reset the tries of this asker after a correct PIN; return whether there were wrong ones."""
        forgotten = [counts.pop(key, None) for counts, key in self._counts_of(asker)]
        if asker.device is None:
            self._unknown_device_tries = min(CEILING, self._unknown_device_tries + 1)
        return any(record is not None and record.tries > 1 for record in forgotten)

    async def save(self) -> None:
        """Write the counts of officers and devices to the disk."""
        async with self._writing:
            now_monotonic_s, wall_s = self._clock.monotonic(), self._clock.read().wall.timestamp()
            devices = [key for key in self._saved if key.startswith("device ")]
            for key in devices[: max(0, len(devices) - _MOST_DEVICES)]:
                del self._saved[key]
            saved = {
                key: _Record(record.tries, wall_s - (now_monotonic_s - record.last_s))
                for key, record in self._saved.items()
            }
            try:
                content = msgspec.json.encode(saved)
                await asyncio.to_thread(replace_file, self._file, content, mode=0o600, is_durable=True)
            except OSError as error:
                _log.error("cannot save the counts of wrong PINs, a restart will reset them: %s", error)

    def _records(self, asker: Asker) -> list[_Record]:
        return [record for counts, key in self._counts_of(asker) if (record := counts.get(key)) is not None]

    def _counts_of(self, asker: Asker) -> list[tuple[dict[str, _Record], str]]:
        """Return the dictionaries and keys that count this asker's tries."""
        if asker.device is not None and asker.officer is not None:
            return [(self._saved, f"device {asker.device} {asker.officer.id}")]
        address = (self._addresses, _network(asker.address))
        if asker.officer is None:
            # Unknown names share 256 counts, so invented names fill no memory and displace no other count.
            digest = hmac.digest(self._secret, asker.name.encode("utf-8", "surrogatepass"), "sha256")
            return [(self._unknown_names, digest[:1].hex()), address]
        # A new PIN starts a new count, so an administrator can unlock an officer at once.
        pin = hashlib.sha256(asker.officer.pin_scrypt.encode()).hexdigest()[:16]
        return [(self._saved, f"officer {asker.officer.id} {pin}"), address]

    def _read(self) -> dict[str, _Record]:
        try:
            saved = json_of(read_file(self._file, is_own=True), dict[str, _Record])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError) as error:
            _log.warning("cannot read %s, the counts of wrong PINs start at zero: %s", self._file, error)
            return {}
        now_monotonic_s, wall_s = self._clock.monotonic(), self._clock.read().wall.timestamp()
        # A clock that was set back or lost its time in a power cut must not make a lock longer.
        ages = {key: max(0.0, wall_s - record.last_s) for key, record in saved.items()}
        return {
            key: _Record(record.tries, now_monotonic_s - ages[key])
            for key, record in saved.items()
            if ages[key] <= _FORGOTTEN_AFTER_S
        }


def _drop_oldest(counts: dict[str, _Record], most: int) -> None:
    while len(counts) > most:
        del counts[next(iter(counts))]


def _network(address: str) -> str:
    """Return the network that counts as one address: for IPv6 the /64, because one device can use all of it."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
