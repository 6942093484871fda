"""Pictures that a printer keeps, so that a slip names them instead of sending them: put there once, and verified.

Which pictures a printer holds, only the printer knows: it may have been changed for another one of the same model, or
used elsewhere. So beside our pictures stand marks, whose keys spell a digest of them all. When the list of keys that
the printer gives has every mark and every picture, it holds just these; else all of them are put there anew. What is
not verified is sent as dots, for a printer prints nothing for a key that it does not know.
Source: Epson ESC/POS command reference, GS ( L, functions 64, 65, 67; its flash bears some 10 writings a day.
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
"""Flash is slow: a printer answers when it has written all that came before."""
_COLLECT_S = 0.03
"""A visitor's slip waits no longer than this for the drawing of what it may name."""
_MOST_LOADS = 3
"""In the life of one process: whatever is the matter, its flash is not worn out over it."""


class PictureKeys(Record):
    """The pictures that a printer is to keep, by their digest: the keys they have there."""

    pictures: tuple[tuple[bytes, Picture], ...]

    @classmethod
    def of(cls, pictures: Sequence[Picture], room_bytes: int) -> PictureKeys:
        """Return as many of the pictures, those first named first, as there is room for."""
        fitting: list[Picture] = []
        for picture in dict.fromkeys(pictures):
            # One larger than this could not be ended from outside if the line broke in its middle.
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
        """Return the keys that spell what is here: a capital for the place, a small letter of the digest."""
        content = hashlib.sha256(b"".join(key + picture.digest for key, picture in self.pictures)).digest()
        return tuple(bytes((ord("A") + place, ord("a") + content[place] % 26)) for place in range(_MARKS))


class _State(Enum):
    GATHERING = "gathering"
    UNKNOWN = "unknown"
    LOADING = "loading"
    HELD = "held"
    REFUSED = "refused"


class NvGraphics:
    """What one printer keeps of ours."""

    def __init__(self) -> None:
        self._source: Iterator[Picture] | None = None
        self._collected: list[Picture] = []
        self._catalog = PictureKeys(())
        self._state = _State.GATHERING
        self._loads = 0
        self._next = 0

    @property
    def art(self) -> Mapping[bytes, bytes] | None:
        """Return the keys of what the printer has said that it holds, by digest, or None."""
        return self._catalog.keys if self._state is _State.HELD else None

    @property
    def is_finished(self) -> bool:
        """Tell whether nothing is left to do with this printer."""
        return self._state in (_State.HELD, _State.REFUSED)

    @property
    def is_loading(self) -> bool:
        """Tell whether pictures are on their way."""
        return self._state is _State.LOADING

    def forget(self) -> None:
        """Take the printer for another one: the line was gone, or it did not answer."""
        if self._state in (_State.LOADING, _State.HELD) or (
            self._state is _State.REFUSED and self._loads < _MOST_LOADS
        ):
            self._state = _State.UNKNOWN

    def collect(self, pictures: Callable[[], Iterator[Picture]], room_bytes: int) -> bool:
        """Find out a little more of what is to be kept, for drawing takes time; tell whether all is known."""
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
        """Do one piece of what is to be done: ask what is there, or put one picture there."""
        catalog = self._catalog
        if self._state is _State.UNKNOWN:
            self._verify(catalog, responses, deadline_monotonic_s)
        elif self._next < len(catalog.pictures):
            key, picture = catalog.pictures[self._next]
            self._next += 1
            _write(channel, keep(key, picture.width_bytes, picture.dots), deadline_monotonic_s)
        else:
            # The marks come last: what was broken off in the middle has none.
            marks = b"".join(keep(mark, _MARK.width_bytes, _MARK.dots) for mark in catalog.marks)
            _write(channel, marks, deadline_monotonic_s)
            self._state = _State.UNKNOWN
            self._verify(catalog, responses, min(deadline_monotonic_s, time.monotonic() + _VERIFY_S))

    def _verify(self, catalog: PictureKeys, responses: Responses, deadline_monotonic_s: float) -> None:
        """Ask the printer what it holds; begin to load it when that is something else."""
        stored_keys = responses.ask_keys(ask_kept(), deadline_monotonic_s)
        wanted = {*catalog.marks, *(key for key, _ in catalog.pictures)}
        if responses.channel.is_broken:
            return
        if stored_keys is None:
            self._give_up("it does not say which it keeps (GS ( L, function 64)")
        elif set(stored_keys) == wanted:
            self._state = _State.HELD
            log.info("the printer keeps %d pictures of its slips", len(catalog.pictures))
        elif self._loads >= _MOST_LOADS:
            self._give_up(f"it kept {len(wanted & set(stored_keys))} of {len(wanted)}")
        else:
            self._loads += 1
            self._next = 0
            self._state = _State.LOADING
            responses.channel.write(forget_kept(), deadline_monotonic_s)

    def _give_up(self, reason: str) -> None:
        self._state = _State.REFUSED
        log.warning("the printer is sent every picture of its slips, for %s", reason)


def _write(channel: Channel, command: bytes, deadline_monotonic_s: float) -> None:
    channel.write(command, deadline_monotonic_s)
    channel.wait_drained(deadline_monotonic_s)
