"""A USB printer without the kernel's usblp: two threads carry bytes between its endpoints and a descriptor.

The driver works on one descriptor, so a socket pair connects it to the endpoints. Bytes in the socket must not count as
sent too early. Each portion is peeked, transferred, and only then removed, so unsent bytes stay in the socket.
Source: USB Device Class Definition for Printing Devices 1.1, sections 4.2 and 5; libusb-1.0, synchronous transfers.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from errno import EACCES, EBUSY, EIO, ENODEV, ENOSYS, EPIPE
from typing import NamedTuple

import usb.backend
import usb.core
import usb.util

from kiosk.config.types import USB_ADDRESS
from kiosk.threads import thread

log = logging.getLogger(__name__)
logging.getLogger("usb").setLevel(logging.CRITICAL)  # without libusb, pyusb logs each exception that it also raises

_PRINTER, _VENDOR_SPECIFIC = 0x07, 0xFF
"""bInterfaceClass of printers, and the vendor-specific class that some makers use."""
_BIDIRECTIONAL = 2
"""bInterfaceProtocol; 1 is unidirectional, 3 is IEEE 1284.4, which no slip printer uses."""
_IEEE_1284_4 = 3
_PORTION_BYTES = 4096
_TRANSFER_MS = 250
"""The longest blocking write to a printer that takes nothing; the thread then retries unless the line was closed."""
_LISTEN_MS = 200
_ANSWER_PACKETS = 8
_EMPTY_S = 0.02
"""The pause after an empty read: some printers end every read at once without data."""
_MESSAGES: dict[int | None, str] = {
    EACCES: "this process may not use it: systemd/udev/60-kiosk.rules gives it USB printers",
    EBUSY: "another process uses this printer",
    ENODEV: "it was unplugged",
}


class _Endpoints(NamedTuple):
    """An interface of a device and its bulk endpoints; a unidirectional printer has none for answers."""

    device: usb.core.Device
    interface: usb.core.Interface
    out: usb.core.Endpoint
    answers: usb.core.Endpoint | None


class UsbPort:
    """A printer on USB, searched for at each connect.

    Args:
        address: see `USB_ADDRESS`.
        backend: pyusb's backend; None for libusb.
    Raises:
        ValueError: the address is malformed.
    """

    def __init__(self, address: str, backend: usb.backend.IBackend | None = None) -> None:
        found = USB_ADDRESS.fullmatch(address)
        if found is None:
            raise ValueError(f"{address!r} is not vendor:product as lsusb shows it, such as 04b8:0e15")
        self.name = f"USB {address or 'printer'}"
        self.is_slow = False
        self._wanted = found.groupdict()
        self._backend = backend
        self._line: _Line | None = None

    def connect(self, timeout_s: float) -> int:
        """Return a descriptor of the printer, claimed for this process alone; see `Transport`.

        Raises:
            OSError: no such printer is plugged in, another process or driver uses it, or libusb is not installed.
        """
        if self._line is not None:
            self._line.join(timeout_s)  # its descriptor was closed, so its threads are ending
        try:
            endpoints = self._find()
            self._line = _Line(endpoints)
        except usb.core.NoBackendError as error:
            raise OSError(ENOSYS, "USB cannot be used: install libusb-1.0-0") from error
        except usb.core.USBError as error:
            why = _MESSAGES.get(error.errno, error.strerror or "unknown error")
            raise OSError(error.errno or EIO, f"{self.name}: {why}") from error
        self.name = f"USB {endpoints.device.idVendor:04x}:{endpoints.device.idProduct:04x}"
        return self._line.open()

    def _find(self) -> _Endpoints:
        vendor, product, serial = (self._wanted[part] for part in ("vendor", "product", "serial"))
        ids = {"idVendor": int(vendor, 16), "idProduct": int(product, 16)} if vendor and product else {}
        for device in usb.core.find(find_all=True, backend=self._backend, **ids):
            candidates = sorted(_candidates(device, record_identity=bool(ids)), key=_rank)
            if candidates and (serial is None or _serial_of(device) == serial):
                return candidates[0]
            usb.util.dispose_resources(device)
        what = "no USB printer" if not ids else f"no USB printer {':'.join(filter(None, self._wanted.values()))}"
        raise OSError(ENODEV, f"{what} is plugged in")


class _Line:
    """One claimed printer and its socket pair. The last thread to end releases the printer.

    Raises:
        USBError: the printer was unplugged, or another process uses it.
    """

    def __init__(self, endpoints: _Endpoints) -> None:
        self._endpoints = endpoints
        self._number: int = endpoints.interface.bInterfaceNumber
        self._had_driver = False
        self._is_ended = threading.Event()
        self._lock = threading.Lock()
        try:
            self._claim()
        except BaseException:
            usb.util.dispose_resources(endpoints.device)
            raise
        self._theirs, self._ours = socket.socketpair()
        # Bytes in this buffer have not reached the printer, so keep it small.
        self._theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _PORTION_BYTES)
        self._threads = [thread("usb-out", self._run, self._send)]
        if endpoints.answers is not None:
            self._threads.append(thread("usb-in", self._run, self._listen))
        self._running = len(self._threads)

    def open(self) -> int:
        """Start the threads and return the driver's end of the socket pair."""
        for worker in self._threads:
            worker.start()
        return self._theirs.detach()

    def join(self, timeout_s: float) -> None:
        """Wait until the printer is released."""
        deadline_monotonic_s = time.monotonic() + timeout_s
        for worker in self._threads:
            worker.join(max(0.0, deadline_monotonic_s - time.monotonic()))

    def _claim(self) -> None:
        device = self._endpoints.device
        with contextlib.suppress(NotImplementedError):
            if device.is_kernel_driver_active(self._number):
                device.detach_kernel_driver(self._number)
                self._had_driver = True
        usb.util.claim_interface(device, self._number)
        if self._endpoints.interface.bAlternateSetting:
            self._endpoints.interface.set_altsetting()

    # ---- the threads

    def _run(self, carry: Callable[[], None]) -> None:
        try:
            carry()
        except usb.core.USBError as error:
            if error.errno == EPIPE:
                self._unstall()
            if error.errno != ENODEV:  # the next status query reports the unplug
                log.warning("the USB connection to the printer broke: %s", error)
        except OSError:
            pass  # the descriptor was closed
        except Exception:  # the top of this thread
            log.exception("the USB thread of the printer failed")
        self._is_ended.set()
        with contextlib.suppress(OSError):
            self._ours.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._running -= 1
            is_last = self._running == 0
        if is_last:
            self._release()

    def _send(self) -> None:
        while not self._is_ended.is_set():
            waiting = self._ours.recv(_PORTION_BYTES, socket.MSG_PEEK)
            if not waiting:
                return
            taken = self._transfer(waiting)
            if not taken and self._has_hung_up():
                return
            while taken:
                taken -= len(self._ours.recv(taken))

    def _transfer(self, waiting: bytes) -> int:
        """Return how many bytes the printer took within `_TRANSFER_MS`."""
        try:
            return int(self._endpoints.out.write(waiting, _TRANSFER_MS))
        except usb.core.USBTimeoutError:
            return 0

    def _has_hung_up(self) -> bool:
        poll = select.poll()
        poll.register(self._ours, select.POLLRDHUP)
        return bool(poll.poll(0))

    def _listen(self) -> None:
        answers = self._endpoints.answers
        if answers is None:
            return  # unidirectional
        most_bytes = answers.wMaxPacketSize * _ANSWER_PACKETS  # a buffer smaller than one packet would overflow
        while not self._is_ended.is_set():
            try:
                received = bytes(answers.read(most_bytes, _LISTEN_MS))
            except usb.core.USBTimeoutError:
                continue
            if received:
                self._ours.sendall(received)
            else:
                self._is_ended.wait(_EMPTY_S)

    def _unstall(self) -> None:
        """Clear the halt of both endpoints. The driver detects lost bytes by the missing confirmation."""
        for endpoint in (self._endpoints.out, self._endpoints.answers):
            if endpoint is not None:
                with contextlib.suppress(usb.core.USBError):
                    endpoint.clear_halt()

    def _release(self) -> None:
        device = self._endpoints.device
        with contextlib.suppress(usb.core.USBError):
            usb.util.release_interface(device, self._number)
        if self._had_driver:
            with contextlib.suppress(usb.core.USBError, NotImplementedError):
                device.attach_kernel_driver(self._number)
        usb.util.dispose_resources(device)
        self._ours.close()


def _candidates(device: usb.core.Device, record_identity: bool) -> Iterator[_Endpoints]:
    """Yield the interfaces of a device that can print; one without the printer class counts only if `is_named`."""
    for configuration in device:
        for interface in configuration:
            out, answers = (_bulk(interface, direction) for direction in (usb.util.ENDPOINT_OUT, usb.util.ENDPOINT_IN))
            kinds = (_PRINTER, _VENDOR_SPECIFIC) if record_identity else (_PRINTER,)
            is_ours = interface.bInterfaceProtocol != _IEEE_1284_4 or interface.bInterfaceClass == _VENDOR_SPECIFIC
            if out is not None and interface.bInterfaceClass in kinds and is_ours:
                yield _Endpoints(device, interface, out, answers)


def _bulk(interface: usb.core.Interface, direction: int) -> usb.core.Endpoint | None:
    for endpoint in interface:
        is_bulk = usb.util.endpoint_type(endpoint.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
        if is_bulk and usb.util.endpoint_direction(endpoint.bEndpointAddress) == direction:
            return endpoint
    return None


def _rank(endpoints: _Endpoints) -> tuple[bool, bool]:
    """Return the sort key: the printer class before the vendor-specific one, then bidirectional interfaces first."""
    return endpoints.interface.bInterfaceClass != _PRINTER, endpoints.interface.bInterfaceProtocol != _BIDIRECTIONAL


def _serial_of(device: usb.core.Device) -> str:
    try:
        return str(usb.util.get_string(device, device.iSerialNumber)) if device.iSerialNumber else ""
    except (usb.core.USBError, ValueError):  # without permission to read the number, it counts as no match
        return ""
