"""Serial lines, and device files that belong to one process: what printers and scanners share."""

from __future__ import annotations

import fcntl
import termios
import tty
from errno import EBUSY
from pathlib import Path

from kiosk.records import Record


class SerialLine(Record):
    """How a serial line is set; a USB printer's device file has no such thing.

    `flow` is who says "wait": nobody (`none`), a wire of its own (`rtscts`), or bytes that the device sends
    (`xonxoff`), which neither an answer of a printer nor a text can be taken for.
    """

    baud: int = 115_200
    flow: str = "none"

    def __str__(self) -> str:
        return f"{self.baud} baud, flow control {self.flow}"


USUAL = SerialLine()
_MARK = b"\xff"


def lock(fd: int, path: Path) -> None:
    """Keep a file for this process alone, until it is closed or the process ends, however it ends.

    Raises:
        OSError: another process keeps it.
    """
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OSError(EBUSY, "another process has this device", str(path)) from error


class Marks:
    """Takes the kernel's marks out of what a line that was set by `set_line` brings, however it is cut up.

    A byte after FF 00 arrived damaged, or is a break; a true FF comes twice. Source: termios(3), PARMRK.
    """

    def __init__(self) -> None:
        self._rest = b""

    def taken_out(self, raw: bytes) -> list[bytes]:
        """Return what came between the marks: one piece when all is well, and one more for each damage."""
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
    """Set speed and flow control, 8 bits, no parity; nothing is echoed or rewritten, whatever was set before.

    A break, which a dark far side makes, and a byte that arrived damaged are marked (PARMRK): `Marks` takes them out.
    Left to itself the kernel hands a break over as a byte 00, and IGNBRK is not heeded by drivers of USB adapters,
    which leave flags to a line discipline that does not look at them unless it has something to mark.

    Raises:
        OSError: the line has gone, or does not know the speed.
    """
    speed = getattr(termios, f"B{line.baud}")
    try:
        tty.setraw(fd, termios.TCSANOW)
        _, out_flags, control, local, _, _, special = termios.tcgetattr(fd)
        # Never IXOFF: it would send bytes of its own, into the middle of a picture.
        in_flags = termios.PARMRK | termios.INPCK | termios.IXON * (line.flow == "xonxoff")
        control &= ~(termios.CRTSCTS | termios.CSTOPB)
        control |= termios.CLOCAL | termios.CREAD | termios.CRTSCTS * (line.flow == "rtscts")
        termios.tcsetattr(fd, termios.TCSANOW, [in_flags, out_flags, control, local, speed, speed, special])
    except termios.error as error:  # it is no OSError, though it means one
        raise OSError(*error.args) from error
