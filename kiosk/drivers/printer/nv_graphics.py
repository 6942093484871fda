"""Pictures stored in the printer's memory (NV graphics), so that a slip refers to them instead of sending their dots.

The printer may have been replaced by another one of the same model, or used elsewhere, so only the printer knows which
pictures it holds. The kiosk therefore stores marks besides the pictures. The keys of the marks spell a digest of all
pictures. If the printer's key list contains every mark and every picture and nothing else, it holds exactly these
pictures; otherwise all are stored anew. A picture that is not verified is sent as dots, because a printer prints
nothing for an unknown key.
Source: Epson ESC/POS command reference, GS ( L, functions 64, 65, 67; the flash stands about 10 writes a day.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import islice

from kiosk.drivers.printer.channel import Channel
from kiosk.drivers.printer.responses import Responses
from kiosk.receipt.blocks import Picture
from kiosk.receipt.commands import LONGEST_BAND_BYTES, ask_kept, forget_kept, keep
from kiosk.records import Record

log = logging.getLogger(__name__)

_MARKS = 12
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MARK = Picture(1, b"\x80")
_VERIFY_S = 10.0
"""Flash is slow: a printer answers after it has written everything that came before."""
_COLLECT_S = 0.03
"""The longest that drawing pictures for storage may delay a visitor's slip."""
_MOST_LOADS = 3
"""The limit per process, so that a fault that repeats does not wear out the flash."""


class PictureKeys(Record):
    """The pictures to store in a printer, each with its key."""

    pictures: tuple[tuple[bytes, Picture], ...]

    @classmethod
    def of(cls, pictures: Sequence[Picture], room_bytes: int) -> PictureKeys:
        """Return the pictures that fit into `room_bytes`; earlier ones have priority."""
        fitting: list[Picture] = []
        for picture in dict.fromkeys(pictures):
            # After a line break, zeros could not complete a picture that is larger than this.
            if len(picture.dots) <= min(room_bytes, LONGEST_BAND_BYTES):
                fitting.append(picture)
                room_bytes -= len(picture.dots)
        keys = (f"{first}{second}".encode() for first in _LETTERS for second in _LETTERS)
        return cls(tuple(zip(keys, islice(fitting, len(_LETTERS) ** 2), strict=False)))

    @property
    def keys(self) -> Mapping[bytes, bytes]:
        """Return the key of each picture, by its digest."""
        return {picture.digest: key for key, picture in self.pictures}

    @property
    def marks(self) -> tuple[bytes, ...]:
        """Return the keys of the marks: a capital letter for the position, a small letter of the digest."""
        content = hashlib.sha256(b"".join(key + picture.digest for key, picture in self.pictures)).digest()
        return tuple(bytes((ord("A") + place, ord("a") + content[place] % 26)) for place in range(_MARKS))


class _State(Enum):
    GATHERING = "gathering"
    UNKNOWN = "unknown"
    LOADING = "loading"
    HELD = "held"
    REFUSED = "refused"


class NvGraphics:
    """Stores the kiosk's pictures in one printer, step by step."""

    def __init__(self) -> None:
        self._source: Iterator[Picture] | None = None
        self._collected: list[Picture] = []
        self._catalog = PictureKeys(())
        self._state = _State.GATHERING
        self._loads = 0
        self._next = 0

    @property
    def art(self) -> Mapping[bytes, bytes] | None:
        """Return the keys of the stored pictures, by digest; None until the printer has confirmed them."""
        return self._catalog.keys if self._state is _State.HELD else None

    @property
    def is_finished(self) -> bool:
        """Return whether nothing is left to do with this printer."""
        return self._state in (_State.HELD, _State.REFUSED)

    @property
    def is_loading(self) -> bool:
        """Return whether pictures are being sent."""
        return self._state is _State.LOADING

    def forget(self) -> None:
        """Verify the pictures again before their next use: after a lost line or answer it may be another printer."""
        if self._state in (_State.LOADING, _State.HELD) or (
            self._state is _State.REFUSED and self._loads < _MOST_LOADS
        ):
            self._state = _State.UNKNOWN

    def collect(self, pictures: Callable[[], Iterator[Picture]], room_bytes: int) -> bool:
        """Draw more pictures for at most `_COLLECT_S`; return whether all are drawn."""
        if self._state is not _State.GATHERING:
            return True
        self._source = self._source or pictures()
        deadline_monotonic_s = time.monotonic() + _COLLECT_S
        for picture in self._source:
            self._collected.append(picture)
            if time.monotonic() > deadline_monotonic_s:
                return False
        self._catalog = PictureKeys.of(self._collected, room_bytes)
        self._state = _State.UNKNOWN
        return True

    def step(self, channel: Channel, responses: Responses, deadline_monotonic_s: float) -> None:
        """Do one step: query the stored keys, or store one picture."""
        catalog = self._catalog
        if self._state is _State.UNKNOWN:
            self._verify(catalog, responses, deadline_monotonic_s)
        elif self._next < len(catalog.pictures):
            key, picture = catalog.pictures[self._next]
            self._next += 1
            _write(channel, keep(key, picture.width_bytes, picture.dots), deadline_monotonic_s)
        else:
            # The marks come last, so an interrupted load has none.
            marks = b"".join(keep(mark, _MARK.width_bytes, _MARK.dots) for mark in catalog.marks)
            _write(channel, marks, deadline_monotonic_s)
            self._state = _State.UNKNOWN
            self._verify(catalog, responses, min(deadline_monotonic_s, time.monotonic() + _VERIFY_S))

    def _verify(self, catalog: PictureKeys, responses: Responses, deadline_monotonic_s: float) -> None:
        """Query which keys the printer holds; start a load when they differ."""
        stored_keys = responses.ask_keys(ask_kept(), deadline_monotonic_s)
        wanted = {*catalog.marks, *(key for key, _ in catalog.pictures)}
        if responses.channel.is_broken:
            return
        if stored_keys is None:
            self._give_up("it does not list its stored pictures (GS ( L, function 64)")
        elif set(stored_keys) == wanted:
            self._state = _State.HELD
            log.info("the printer has stored %d pictures of its slips", len(catalog.pictures))
        elif self._loads >= _MOST_LOADS:
            self._give_up(f"it stored {len(wanted & set(stored_keys))} of {len(wanted)}")
        else:
            self._loads += 1
            self._next = 0
            self._state = _State.LOADING
            responses.channel.write(forget_kept(), deadline_monotonic_s)

    def _give_up(self, reason: str) -> None:
        self._state = _State.REFUSED
        log.warning("pictures are sent to the printer with each slip: %s", reason)


def _write(channel: Channel, command: bytes, deadline_monotonic_s: float) -> None:
    channel.write(command, deadline_monotonic_s)
    channel.wait_drained(deadline_monotonic_s)
