"""USB devices made of files, at the kernel's own dummy controller; what is plugged in is seen by the true drivers.

Source: the kernel's Documentation/usb/gadget_configfs.rst and functionfs.rst.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import subprocess
import termios
import threading
import tty
from pathlib import Path

from tests.metal.devices import load_driver, wait_until

_GADGETS = Path("/sys/kernel/config/usb_gadget")
_CONTROLLERS = Path("/sys/class/udc")


class Gadget:
    """A device of one function at a dummy controller; it is taken apart by `close`.

    Args:
        function: as configfs names it, such as `acm.slips`.
        node: the device file that its driver makes.
    """

    def __init__(self, function: str, node: str) -> None:
        self.node = Path(node)
        self._function = function
        self._folder = _GADGETS / function
        self._controller = _free_controller()
        self._build()

    def attach(self) -> None:
        """Put the cable in, and wait until the driver has taken to it."""
        (self._folder / "UDC").write_text(self._controller)
        wait_until(self.node.exists, f"{self.node} is there")

    def pull(self) -> None:
        """Pull the cable; see `Pluggable`. The far side must be closed before."""
        (self._folder / "UDC").write_text("\n")
        wait_until(lambda: not self.node.exists(), f"{self.node} is gone")

    def close(self) -> None:
        """Take the device, which is pulled, apart."""
        (self._folder / "configs/c.1" / self._function).unlink()
        for folder in ("configs/c.1", f"functions/{self._function}", "strings/0x409", "."):
            (self._folder / folder).resolve().rmdir()

    def _build(self) -> None:
        folder = self._folder
        folder.mkdir()
        (folder / "idVendor").write_text("0x0525")
        (folder / "idProduct").write_text("0xa4a8")
        (folder / "strings/0x409").mkdir()
        (folder / "strings/0x409/serialnumber").write_text("metal")
        (folder / "strings/0x409/product").write_text(self._function)
        (folder / "functions" / self._function).mkdir()
        (folder / "configs/c.1").mkdir()
        (folder / "configs/c.1" / self._function).symlink_to(folder / "functions" / self._function)


class SerialGadget(Gadget):
    """A device that makes a serial port of USB (CDC-ACM), as many printers and scanners do."""

    def __init__(self) -> None:
        load_driver("cdc_acm")
        super().__init__("acm.line", "/dev/ttyACM0")

    def plug(self) -> int:
        """Put the cable in; see `Pluggable`."""
        # Opened before the cable is in, so that nothing is echoed. The far side's driver keeps what was not read over
        # the last cable, and TCSAFLUSH alone leaves it there: two bytes of the middle of a slip.
        far = os.open("/dev/ttyGS0", os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        tty.setraw(far)
        termios.tcflush(far, termios.TCIFLUSH)
        self.attach()
        return far


class PrinterGadget(Gadget):
    """A printer of the USB printer class, bidirectional. What nobody reads at its far side stays in the computer.

    The kernel has such a gadget, too (f_printer), but Debian 12's corrupts its lists when an answer is as short as a
    printer's (list_add in printer_write): so this one is made of FunctionFS.
    Source: USB Device Class Definition for Printing Devices 1.1.
    """

    def __init__(self) -> None:
        load_driver("usblp")
        self._place = Path("/run/printer-gadget")
        super().__init__("ffs.slips", "/dev/usb/lp0")
        self._place.mkdir()
        subprocess.run(["mount", "-t", "functionfs", "slips", str(self._place)], check=True)
        self._control = os.open(self._place / "ep0", os.O_RDWR)
        os.write(self._control, _printer_descriptors())
        os.write(self._control, _one_string("slips"))
        self._stop, self._stopped = socket.socketpair()
        self._requests = threading.Thread(target=self._answer_requests)
        self._requests.start()
        self._pumps: list[threading.Thread] = []

    def plug(self) -> int:
        """Put the cable in; see `Pluggable`."""
        self.attach()
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)  # the kernel's least: a printer has its own buffer
        self._pumps = [threading.Thread(target=pump, args=(ours,)) for pump in (self._from_host, self._to_host)]
        for pump in self._pumps:
            pump.start()
        theirs.setblocking(False)
        return theirs.detach()

    def pull(self) -> None:
        """Pull the cable; see `Pluggable`."""
        super().pull()
        for pump in self._pumps:
            pump.join()

    def close(self) -> None:
        """Take the device, which is pulled, apart."""
        self._stop.close()
        self._requests.join()
        subprocess.run(["umount", str(self._place)], check=True)
        self._place.rmdir()
        super().close()

    def _from_host(self, near: socket.socket) -> None:
        end = os.open(self._place / "ep1", os.O_RDWR)
        try:
            while True:
                near.sendall(os.read(end, _PACKET_BYTES))
        except OSError:  # the cable is out, or the printer was closed
            pass
        finally:
            os.close(end)

    def _to_host(self, near: socket.socket) -> None:
        end = os.open(self._place / "ep2", os.O_RDWR)
        try:
            while answer := near.recv(_PACKET_BYTES):
                os.write(end, answer)
        except OSError:
            pass
        finally:
            os.close(end)
            near.close()

    def _answer_requests(self) -> None:
        while True:
            ready, _, _ = select.select([self._control, self._stopped.fileno()], [], [])
            if self._stopped.fileno() in ready:
                break
            event = os.read(self._control, 12)
            direction, request, kind = event[0], event[1], event[8]
            if kind == _SETUP and direction & 0x80:
                os.write(self._control, _ANSWERS.get(request, b""))
            elif kind == _SETUP:
                os.read(self._control, 0)
        self._stopped.close()
        os.close(self._control)


_PACKET_BYTES = 512
_SETUP = 4
_IDENTITY = b"MFG:KIOSK;MDL:SLIPS;CMD:ESC/POS;CLS:PRINTER;"
_ANSWERS = {0: struct.pack(">H", len(_IDENTITY) + 2) + _IDENTITY, 1: b"\x18"}
"""GET_DEVICE_ID, and GET_PORT_STATUS: selected, no error, and paper is there."""


def _printer_descriptors() -> bytes:
    """Return one interface with a way out and a way back, for full and for high speed."""
    interface = struct.pack("<9B", 9, 4, 0, 0, 2, 7, 1, 2, 1)
    speeds = [
        interface + b"".join(struct.pack("<BBBBHB", 7, 5, address, 2, size, 0) for address in (0x01, 0x82))
        for size in (64, _PACKET_BYTES)
    ]
    body = struct.pack("<II", 3, 3) + b"".join(speeds)
    return struct.pack("<III", 3, 12 + len(body), 1 | 2) + body


def _one_string(text: str) -> bytes:
    body = struct.pack("<H", 0x0409) + text.encode() + b"\0"
    return struct.pack("<IIII", 2, 16 + len(body), 1, 1) + body


def _free_controller() -> str:
    if not _CONTROLLERS.exists() or not any(_CONTROLLERS.iterdir()):
        load_driver("libcomposite")
        load_driver("dummy_hcd", "num=2")
    taken = {file.read_text().strip() for file in _GADGETS.glob("*/UDC")}
    return min({controller.name for controller in _CONTROLLERS.iterdir()} - taken)
