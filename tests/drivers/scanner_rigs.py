"""Scanners on a test bench, each with hands that hold up codes and pull the cable.

The true ones hang on real descriptors: a pseudo terminal, a pipe with the kernel's records of keys, a folder of
pictures and a file that is shared as a camera's is.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import time
import tty
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

import segno

from kiosk.config import Home
from kiosk.config.types import Scanner as ScannerSettings
from kiosk.drivers.scanner import open_scanner
from kiosk.drivers.scanner.key_records import (
    EV_KEY,
    KEY_ENTER,
    KEY_LEFTCTRL,
    KEY_LEFTSHIFT,
    KEY_TAB,
    LETTERS,
    PRESSED,
    RECORD,
    RELEASED,
)
from kiosk.drivers.scanner.reader_modes import ReaderMode, Sent, sent
from kiosk.drivers.scanner.simulated import present, request, request_mode
from kiosk.drivers.scanner.supervised import SupervisedScanner
from kiosk.drivers.scanner.text_framing import SETTLE_S
from kiosk.drivers.scanner.text_wrapping import stripped
from kiosk.drivers.scanner.wedge import WedgeScanner, believed
from kiosk.errors import KioskError
from kiosk.ports.scanner import Scan, Scanner, Symbology
from tests.clocks import FakeClock
from tests.drivers.control_socket_rigs import PATIENCE_S, is_readable, owned

SETTINGS = ScannerSettings(driver="simulated")
_KEYS = {letter: key for key, letter in reversed(LETTERS.items())}
_NAMED_KEYS = {"\r": KEY_ENTER, "\t": KEY_TAB}
_SCAN = partial(Scan, Symbology.QR)
_CR = b"\r"


class Rig(Protocol):
    """One scanner on the bench."""

    @property
    def scanner(self) -> Scanner: ...

    def hold_up(self, payload: str) -> list[str]:
        """Hold a code before the scanner and take it away; return what its owner read."""
        ...

    def as_read(self, payload: str) -> str:
        """Return what a scanner of this kind reads of a text, at its best."""
        ...

    def pass_time(self, seconds: float) -> None:
        """Let time go by."""
        ...

    def unplug(self) -> None:
        """Take the scanner away."""
        ...

    def plug(self) -> None:
        """Put it back."""
        ...


class ReaderRig(Rig, Protocol):
    """One scanner that sends texts over a line."""

    def hold_up_to(self, manner: ReaderMode, payload: str) -> list[str]:
        """Hold a code before the scanner while it sends in this manner; return what its owner read."""
        ...


class SimulatedRig:
    """The simulated scanner as it ships."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.clock = FakeClock()
        scanner = open_scanner(SETTINGS, home, self.clock)
        assert scanner is not None
        self.scanner: Scanner = scanner

    def hold_up(self, payload: str) -> list[str]:
        """Present a code as another process would."""
        outcome, scans = owned(self.scanner, lambda: present(self.home, Scan(Symbology.QR, payload)))
        assert not isinstance(outcome, Exception) or isinstance(outcome, KioskError)
        return [scan.payload for scan in scans]

    def hold_up_to(self, manner: ReaderMode, payload: str) -> list[str]:
        """Ask for the manner, present a code, and let the scanner be as it was."""
        request_mode(self.home, manner)
        read = self.hold_up(payload)
        request_mode(self.home, ReaderMode.WHOLE)
        return read

    def as_read(self, payload: str) -> str:
        """All of it."""
        return payload

    def pass_time(self, seconds: float) -> None:
        """Turn the clock."""
        self.clock.pass_time(seconds=seconds)

    def unplug(self) -> None:
        """Ask for it as another process would."""
        request(self.home, "unplug")

    def plug(self) -> None:
        """Ask for it as another process would."""
        request(self.home, "plug")


class SpelledRig:
    """A reader that spells what it reads into a line; after each text comes one that is known, to know the end by."""

    scanner: SupervisedScanner

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "reader"
        self.clock = FakeClock()
        self._marks = (f"mark {number}" for number in itertools.count())
        self.line = -1
        self.plug()

    def hold_up(self, payload: str) -> list[str]:
        """Spell a text, and the mark after it."""
        if self.line < 0 or self.scanner.fileno() < 0:
            return [scan.payload for scan in self.scanner.read()]
        return self._read_of([Sent(0.0, self.keyed(payload))])

    def hold_up_to(self, manner: ReaderMode, payload: str) -> list[str]:
        """Spell a text in this manner, and the mark after it."""
        return self._read_of([Sent(pause_s, self.typed(raw)) for pause_s, raw in sent(_SCAN(payload), manner)])

    def _read_of(self, what: list[Sent]) -> list[str]:
        """Send it and a mark, with no time between that anybody has to wait for; return what came before the mark."""
        mark = next(self._marks)
        self.pass_time(SETTLE_S)
        raw = b"".join(raw for _, raw in what)
        _, scans = owned(self.scanner, lambda: self.write(raw + self.keyed(mark)))
        read = [scan.payload for scan in scans]
        ends = time.monotonic() + PATIENCE_S
        while mark not in read and time.monotonic() < ends:
            if is_readable(self.scanner, PATIENCE_S):
                read += [scan.payload for scan in self.scanner.read()]
        assert read[-1:] == [mark], "the scanner has stopped reading"
        return read[:-1]

    def write(self, raw: bytes) -> None:
        """Send bytes as fast as they are taken."""
        rest = memoryview(raw)
        while rest:
            rest = rest[os.write(self.line, rest[:1024]) :]

    def keyed(self, payload: str) -> bytes:
        """Return what the reader sends for a text."""
        return self.typed(payload.encode() + _CR)

    def typed(self, raw: bytes) -> bytes:
        """Return what the reader does to write these bytes."""
        raise NotImplementedError

    def fall_silent(self) -> list[str]:
        """Turn the clock until the silence after what was written has ended a text; return it."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            self.pass_time(0.1)
            if is_readable(self.scanner, 0.02):
                return [scan.payload for scan in self.scanner.read()]
        return []

    def plug(self) -> None:
        """Put it in."""
        raise NotImplementedError

    def pass_time(self, seconds: float) -> None:
        """Turn the clock."""
        self.clock.pass_time(seconds=seconds)

    def unplug(self) -> None:
        """Pull the cable: the file goes, and the line breaks."""
        self.path.unlink()
        os.close(self.line)
        self.line = -1

    def close(self) -> None:
        """Clear the bench."""
        self.scanner.close()
        if self.line >= 0:
            self.unplug()


class SerialRig(SpelledRig):
    """A reader on a serial line: a pseudo terminal."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        settings = ScannerSettings(driver="serial", address=str(self.path))
        scanner = open_scanner(settings, Home.at(folder), self.clock)
        assert isinstance(scanner, SupervisedScanner)
        self.scanner = scanner

    def typed(self, raw: bytes) -> bytes:
        """As they are."""
        return raw

    def as_read(self, payload: str) -> str:
        """All but what frames it."""
        return stripped(payload.encode()).decode()

    def plug(self) -> None:
        """Make a terminal, and the name it is known by."""
        self.line, theirs = os.openpty()
        tty.setraw(theirs)
        self.path.symlink_to(os.ttyname(theirs))
        os.close(theirs)


class WedgeRig(SpelledRig):
    """A reader that plays keyboard: a pipe with the kernel's records of its keys, which nobody need be kept from."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        source = WedgeScanner(
            self.path,
            lambda path: os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC),
            now=self.clock.monotonic,
        )
        self.scanner = SupervisedScanner(source, self.clock)

    def typed(self, raw: bytes) -> bytes:
        """The keys of a text; letters that no key has are left out, as most readers do."""
        return b"".join(map(_pressed, raw.decode(errors="ignore")))

    def as_read(self, payload: str) -> str:
        """What keys there are for; of a card its number."""
        letters = "".join(letter for letter in payload if letter in _KEYS or letter < " ")
        return believed(stripped(letters.encode())).decode()

    def plug(self) -> None:
        """Make a pipe that somebody holds at the other end, then give it its name."""
        part = self.folder / "reader.part"
        os.mkfifo(part)
        self.line = os.open(part, os.O_RDWR)
        part.rename(self.path)


class CameraRig:
    """A camera that sees the pictures of a folder."""

    def __init__(self, folder: Path) -> None:
        self.seen = folder / "seen"
        self.seen.mkdir()
        self.clock = FakeClock()
        settings = ScannerSettings(driver="camera", camera="folder", address=str(self.seen))
        scanner = open_scanner(settings, Home.at(folder), self.clock)
        assert isinstance(scanner, SupervisedScanner)
        self.scanner: SupervisedScanner = scanner

    def hold_up(self, payload: str) -> list[str]:
        """Lay a picture into the folder until a frame with it was looked at, and take it out again."""
        picture = drawn(payload)
        if picture and self.seen.is_dir() and self.scanner.fileno() >= 0:
            self.show(picture)
            self.look()
            (self.seen / "frame.png").unlink()
            self.look()
        return [scan.payload for scan in self.scanner.read()]

    def show(self, picture: bytes) -> None:
        """Lay a picture into the folder, whole or not at all."""
        part = self.seen / "frame.part"
        part.write_bytes(picture)
        part.replace(self.seen / "frame.png")

    def look(self) -> None:
        """Wait until two more frames were looked at: the first may have been taken before."""
        enough, ends = self.scanner.tally.tries + 2, time.monotonic() + PATIENCE_S
        while self.scanner.tally.tries < enough and time.monotonic() < ends:
            self.clock.pass_time(seconds=0.001)  # a camera that sleeps takes a look each second
            time.sleep(0.001)
        assert self.scanner.tally.tries >= enough, "the camera has stopped looking"

    def as_read(self, payload: str) -> str:
        """All of it."""
        return payload

    def pass_time(self, seconds: float) -> None:
        """Turn the clock."""
        self.clock.pass_time(seconds=seconds)

    def unplug(self) -> None:
        """Take the folder away."""
        self.seen.rename(self.seen.with_name("away"))

    def plug(self) -> None:
        """Put it back."""
        self.seen.with_name("away").rename(self.seen)

    def close(self) -> None:
        """Clear the bench."""
        self.scanner.close()


def _pressed(letter: str) -> bytes:
    """Return the records of the keys that type a letter; a control character is typed with Ctrl, as readers do."""
    if letter in _KEYS:
        code, is_shifted = _KEYS[letter]
        keys = [KEY_LEFTSHIFT, code] if is_shifted else [code]
    elif letter in _NAMED_KEYS:
        keys = [_NAMED_KEYS[letter]]
    elif "\0" < letter < " ":
        keys = [KEY_LEFTCTRL, _KEYS[chr(ord(letter) + 0x60 if letter <= "\x1a" else ord(letter) + 0x40)][0]]
    else:
        keys = []
    held = [key_record(key, PRESSED) for key in keys]
    return b"".join([*held, *(key_record(key, RELEASED) for key in reversed(keys))])


def key_record(code: int, value: int) -> bytes:
    """Return the kernel's record of a key."""
    return RECORD.pack(0, 0, EV_KEY, code, value)


def drawn(payload: str, scale: int = 4) -> bytes:
    """Return a picture with the QR code of a text; nothing where no code has room for it."""
    picture = io.BytesIO()
    try:
        segno.make_qr(payload.encode()).save(picture, kind="png", scale=scale, border=4)
    except segno.DataOverflowError:
        return b""
    return picture.getvalue()


@contextlib.contextmanager
def simulated_rig(folder: Path) -> Iterator[ReaderRig]:
    """The simulated scanner."""
    rig = SimulatedRig(Home.at(folder))
    yield rig
    rig.scanner.close()


@contextlib.contextmanager
def serial_rig(folder: Path) -> Iterator[SerialRig]:
    """A reader on a serial line."""
    with contextlib.closing(SerialRig(folder)) as rig:
        yield rig


@contextlib.contextmanager
def wedge_rig(folder: Path) -> Iterator[WedgeRig]:
    """A reader that plays keyboard."""
    with contextlib.closing(WedgeRig(folder)) as rig:
        yield rig


@contextlib.contextmanager
def camera_rig(folder: Path) -> Iterator[CameraRig]:
    """A camera."""
    with contextlib.closing(CameraRig(folder)) as rig:
        yield rig
