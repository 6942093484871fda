"""Serial lines and exclusive device files, for printers and scanners."""

from __future__ import annotations

import fcntl
import termios
import tty
from errno import EBUSY
from pathlib import Path

from kiosk.records import Record


class SerialLine(Record):
    """The settings of a serial line; a USB printer's device file has none.

    `flow` is the flow control: `none`, by a wire (`rtscts`), or by bytes that the device sends (`xonxoff`), which occur
    neither in a printer's answers nor in texts.
    """

    baud: int = 115_200
    flow: str = "none"

    def __str__(self) -> str:
        return f"{self.baud} baud, flow control {self.flow}"


USUAL = SerialLine()
_MARK = b"\xff"


def lock(fd: int, path: Path) -> None:
    """Lock a file exclusively until it is closed or the process ends.

    Raises:
        OSError: another process holds the lock.
    """
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OSError(EBUSY, "another process has this device", str(path)) from error


class Marks:
    """Removes the kernel's error marks from the input of a line that was set by `set_line`; it may be split anywhere.

    A byte after FF 00 is damaged, or is a break; a real FF is doubled. Source: termios(3), PARMRK.
    """

    def __init__(self) -> None:
        self._rest = b""

    def taken_out(self, raw: bytes) -> list[bytes]:
        """Return the bytes between the marks: one piece without errors, and one more for each error."""
        pieces, at = [bytearray()], 0
        raw = self._rest + raw
        while at < len(raw):
            mark = raw[at : at + 3]
            if mark[:1] != _MARK:
                pieces[-1] += mark[:1]
                at += 1
            elif mark[1:2] == _MARK:
                pieces[-1] += _MARK
                at += 2
            elif len(mark) == 3:
                pieces.append(bytearray())
                at += 3
            else:
                break
        self._rest = raw[at:]
        return [bytes(piece) for piece in pieces]


def set_line(fd: int, line: SerialLine) -> None:
    """Set speed and flow control, 8 bits, no parity, raw mode, whatever was set before.

    A break, which a switched-off device causes, and a damaged byte are marked (PARMRK); `Marks` removes the marks.
    Otherwise the kernel delivers a break as a byte 00. Drivers of USB adapters do not apply IGNBRK: they leave error
    flags to the line discipline, which ignores them unless it has to mark errors.

    Raises:
        OSError: the line is disconnected, or does not support the speed.
    """
    speed = getattr(termios, f"B{line.baud}")
    try:
        tty.setraw(fd, termios.TCSANOW)
        _, out_flags, control, local, _, _, special = termios.tcgetattr(fd)
        # Never IXOFF: it would insert bytes into a picture.
        in_flags = termios.PARMRK | termios.INPCK | termios.IXON * (line.flow == "xonxoff")
        control &= ~(termios.CRTSCTS | termios.CSTOPB)
        control |= termios.CLOCAL | termios.CREAD | termios.CRTSCTS * (line.flow == "rtscts")
        termios.tcsetattr(fd, termios.TCSANOW, [in_flags, out_flags, control, local, speed, speed, special])
    except termios.error as error:  # termios.error is not an OSError
        raise OSError(*error.args) from error
