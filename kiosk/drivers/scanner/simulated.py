"""The simulated scanner: receives codes from the dock and from `kiosk sim scanner present`, in memory only.

Its control socket is `run/sim/scanner.sock`. A message is the symbology, a line feed, and the payload as UTF-8; the
answer is one of `Presented`, or the reason for a refusal.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kiosk.clock import Clock
from kiosk.config import Home
from kiosk.drivers import simulated_cable
from kiosk.drivers.control_file import change, load
from kiosk.drivers.control_socket import OK, UNPLUGGED, ControlSocket, send_message
from kiosk.drivers.scanner.reader_modes import ReaderMode
from kiosk.drivers.scanner.repeats import Repeats
from kiosk.errors import DeviceError
from kiosk.model.hint import Hint
from kiosk.ports.scanner import Scan, ScannerStatus, Symbology
from kiosk.ports.simulation import LONGEST_CODE_BYTES

if TYPE_CHECKING:
    from kiosk.drivers.scanner.simulated_line import Line

actions = simulated_cable.actions


class Presented(StrEnum):
    """The result of holding a code to the simulated scanner."""

    OK = OK
    UNPLUGGED = UNPLUGGED
    DUPLICATE = "duplicate"
    """The same code was in view a moment ago and counts once."""
    LOST = "lost"
    """The reader did not send a complete, valid text."""


class Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reader mode of the simulated scanner."""

    manner: ReaderMode = ReaderMode.WHOLE


class View(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The hint that the simulated scanner gives."""

    hint: Hint | None = None


class SimulatedScanner:
    """A scanner that receives its codes from other processes.

    Raises:
        OSError: the run directory cannot be written.
    """

    def __init__(self, home: Home, clock: Clock) -> None:
        self._home = home
        self._repeats = Repeats(clock)
        self._scans: list[Scan] = []
        self._clock = clock
        self._line: Line | None = None
        self._control_socket = ControlSocket(_socket_file(home), _control_file(home), LONGEST_CODE_BYTES, self._take)

    @property
    def status(self) -> ScannerStatus:
        """Whether the scanner is plugged in."""
        return ScannerStatus.READY if self._control_socket.is_plugged else ScannerStatus.OFFLINE

    @property
    def hint(self) -> Hint | None:
        """The hint that was requested."""
        return load(_view_file(self._home), View).hint if self._control_socket.is_plugged else None

    def fileno(self) -> int:
        """Return a descriptor that is readable after a code, a change of the cable, or a change of the hint."""
        return self._control_socket.fileno()

    def read(self) -> list[Scan]:
        """Return the codes since the last call."""
        self._control_socket.serve()
        scans, self._scans = self._scans, []
        return scans

    def close(self) -> None:
        """Close the scanner; closing twice is fine."""
        self._control_socket.close()

    def _take(self, message: bytes) -> str:
        scan = _parsed(message)
        manner = load(_setting_file(self._home), Setting).manner
        read = [scan] if manner is ReaderMode.WHOLE else self._via_line(scan, manner)
        new = [one for one in read if not self._repeats.is_again(one.payload)]
        self._scans += new
        return Presented.OK if new else Presented.DUPLICATE if read else Presented.LOST

    def _via_line(self, scan: Scan, manner: ReaderMode) -> list[Scan]:
        from kiosk.drivers.scanner.simulated_line import Line

        now = self._clock.monotonic()
        self._line = self._line or Line(now)
        return self._line.read(scan, manner, now)


def request(home: Home, action: str) -> None:
    """Unplug or plug in the simulated scanner of a home: `unplug`, `plug`.

    Raises:
        UnknownNameError: there is no such action.
    """
    simulated_cable.request(_control_file(home), "scanner", action)


def ask_for_hint(home: Home, hint: Hint | None) -> None:
    """Set the hint of the simulated scanner of a home, or none."""
    change(_view_file(home), View, lambda _before: View(hint))


def request_mode(home: Home, manner: ReaderMode) -> None:
    """Set the reader mode of the simulated scanner of a home."""
    change(_setting_file(home), Setting, lambda _before: Setting(manner))


def is_unplugged(home: Home) -> bool:
    """Tell whether the simulated scanner of a home is unplugged."""
    return simulated_cable.is_out(_control_file(home))


def present(home: Home, scan: Scan) -> Presented:
    """Hold a code to the simulated scanner of a home.

    Raises:
        DeviceError: no process has it open, the code was refused, or there was no answer.
    """
    try:
        message = f"{scan.symbology}\n{scan.payload}".encode()
    except UnicodeEncodeError as error:
        raise DeviceError("this code is no text: it cannot be written as UTF-8") from error
    answer = send_message(_socket_file(home), message)
    if answer is None:
        raise DeviceError(
            "no process reads the scanner: start the screen (kiosk run screen) with scanner.driver = 'simulated'"
        )
    return Presented(answer)


def _parsed(message: bytes) -> Scan:
    """Return the scan of a message; an error message contains nothing of the payload."""
    symbology, line_feed, payload = message.partition(b"\n")
    known = {one.value.encode(): one for one in Symbology}
    if not line_feed or symbology not in known:
        raise ValueError(f"it does not begin with a symbology ({', '.join(Symbology)}) and a line feed")
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        raise ValueError("its text is not UTF-8") from None
    if not text:
        raise ValueError("it has no text")
    return Scan(known[symbology], unicodedata.normalize("NFC", text))


def _socket_file(home: Home) -> Path:
    return home.run / "sim" / "scanner.sock"


def _view_file(home: Home) -> Path:
    return _control_file(home).with_name("view.json")


def _setting_file(home: Home) -> Path:
    return _control_file(home).with_name("setting.json")


def _control_file(home: Home) -> Path:
    return home.run / "sim" / "scanner" / "control.json"
