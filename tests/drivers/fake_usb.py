"""A USB bus with the emulated printer on it, as libusb would show it to pyusb: descriptors, claims, bulk transfers.

Real bytes go through: a transfer is cut into packets, and a packet is taken when the printer's small buffer has room
for it, else the host is told "not now" until its time is up. What can go wrong raises what pyusb's libusb raises.
"""

from __future__ import annotations

import array
import os
import select
import socket
import time
from collections.abc import Iterator
from errno import EACCES, EBUSY, ENODEV, EPIPE, ETIMEDOUT
from types import SimpleNamespace

import usb.backend
import usb.core

from kiosk.config import Home
from kiosk.drivers.printer.emulator.faults import active
from kiosk.drivers.printer.simulated import SimulatedPrinter

VENDOR, PRODUCT, SERIAL = 0x04B8, 0x0E15, "KIOSK1"
OUT, IN = 0x01, 0x82
_PACKET_BYTES = 64
"""A full-speed bulk endpoint, as nearly all slip printers have. Source: USB 2.0, 5.8.3."""


class _Handle:
    """One opening of the device, with the line to its hardware."""

    def __init__(self, line: int) -> None:
        self.line = socket.socket(fileno=line)
        # As little as a socket can hold: about two packets, the endpoint's own buffer.
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)


class FakeUsbBackend(usb.backend.IBackend):  # type: ignore[misc]  # pyusb ships no types
    """One printer on the bus, as long as its cable is in.

    `is_forbidden`: the device file may not be opened. `stalls_after_bytes`: the endpoint stalls then.
    `has_answers`: it has an endpoint for answers. `device_class`: 7, or 255 of a maker who does not say what it is.
    """

    def __init__(self, home: Home, hardware: SimulatedPrinter) -> None:
        self._home = home
        self._hardware = hardware
        self._claimed_by: _Handle | None = None
        self.has_usblp = True
        self.is_forbidden = False
        self.stalls_after_bytes: int | None = None
        self.halted: set[int] = set()
        self.has_answers = True
        self.device_class = 7
        self.opened = 0

    # ---- what is on the bus

    def enumerate_devices(self) -> Iterator[str]:
        """Return the printer while it is plugged in."""
        return iter([] if "unplug" in active(self._home) else ["printer"])

    def get_device_descriptor(self, dev: str) -> SimpleNamespace:
        """Return who made it."""
        fields = dict.fromkeys(("bcdUSB", "bDeviceClass", "bDeviceSubClass", "bDeviceProtocol", "bcdDevice"), 0)
        fields |= dict.fromkeys(("bus", "address", "port_number", "speed"), 1)
        strings = {"iManufacturer": 0, "iProduct": 0, "iSerialNumber": 3}
        ids = {"idVendor": VENDOR, "idProduct": PRODUCT, "bMaxPacketSize0": _PACKET_BYTES, "bNumConfigurations": 1}
        return SimpleNamespace(bLength=18, bDescriptorType=1, port_numbers=(1,), **fields, **strings, **ids)

    def get_configuration_descriptor(self, dev: str, config: int) -> SimpleNamespace:
        """Return its one configuration."""
        _check_index(config)
        fields = {"bDescriptorType": 2, "wTotalLength": 32, "bNumInterfaces": 1, "bConfigurationValue": 1}
        return SimpleNamespace(
            bLength=9, iConfiguration=0, bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[], **fields
        )

    def get_interface_descriptor(self, dev: str, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Return its one interface."""
        _check_index(intf, alt, config)
        fields = {"bDescriptorType": 4, "bInterfaceNumber": 0, "bAlternateSetting": 0, "bInterfaceSubClass": 1}
        return SimpleNamespace(
            bLength=9,
            bNumEndpoints=2 if self.has_answers else 1,
            bInterfaceClass=self.device_class,
            bInterfaceProtocol=2 if self.has_answers else 1,
            iInterface=0,
            extra_descriptors=[],
            **fields,
        )

    def get_endpoint_descriptor(self, dev: str, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Return one of its bulk endpoints."""
        _check_index(intf, alt, config)
        fields = {"bDescriptorType": 5, "bmAttributes": 2, "wMaxPacketSize": _PACKET_BYTES, "bInterval": 0}
        return SimpleNamespace(
            bLength=7, bEndpointAddress=(OUT, IN)[ep], bRefresh=0, bSynchAddress=0, extra_descriptors=[], **fields
        )

    # ---- who has it

    def open_device(self, dev: str) -> _Handle:
        """Open the device file."""
        if self.is_forbidden:
            raise usb.core.USBError("Access denied (insufficient permissions)", -3, EACCES)
        self.opened += 1
        try:
            return _Handle(self._hardware.connect(1))
        except OSError as error:
            raise _gone() from error

    def close_device(self, dev_handle: _Handle) -> None:
        """Close it; the kernel takes back what was claimed."""
        self.release_interface(dev_handle, 0)
        dev_handle.line.close()
        self.opened -= 1

    def get_configuration(self, dev_handle: _Handle) -> int:
        """Return the one that the kernel has set."""
        return 1

    def is_kernel_driver_active(self, dev_handle: _Handle, intf: int) -> bool:
        """Tell whether usblp has it."""
        return self.has_usblp

    def detach_kernel_driver(self, dev_handle: _Handle, intf: int) -> None:
        """Take it from usblp."""
        self.has_usblp = False

    def attach_kernel_driver(self, dev_handle: _Handle, intf: int) -> None:
        """Give it back to usblp."""
        self._check_there(dev_handle)
        self.has_usblp = True

    def claim_interface(self, dev_handle: _Handle, intf: int) -> None:
        """Keep it for one opening alone."""
        self._check_there(dev_handle)
        if self.has_usblp or self._claimed_by not in (None, dev_handle):
            raise usb.core.USBError("Resource busy", -6, EBUSY)
        self._claimed_by = dev_handle

    def release_interface(self, dev_handle: _Handle, intf: int) -> None:
        """Let another have it."""
        if self._claimed_by is dev_handle:
            self._claimed_by = None

    # ---- transfers

    def bulk_write(self, dev_handle: _Handle, ep: int, intf: int, data: array.array[int], timeout: int) -> int:
        """Send packet by packet until the time is up; return how many bytes were taken."""
        self._begin(dev_handle, ep)
        ends = time.monotonic() + timeout / 1000
        payload, taken = data.tobytes()[: self.stalls_after_bytes], 0
        while taken < len(payload):
            if not _wait(dev_handle.line, select.POLLOUT, ends):
                if taken:
                    return taken
                raise _too_late()
            try:
                taken += dev_handle.line.send(payload[taken : taken + _PACKET_BYTES])
            except OSError as error:
                raise _gone() from error
        if self.stalls_after_bytes is not None:
            self.stalls_after_bytes -= taken
        return taken

    def bulk_read(self, dev_handle: _Handle, ep: int, intf: int, buff: array.array[int], timeout: int) -> int:
        """Take what the printer has to say into the buffer."""
        self._begin(dev_handle, ep)
        if not _wait(dev_handle.line, select.POLLIN, time.monotonic() + timeout / 1000):
            raise _too_late()
        try:
            heard = os.read(dev_handle.line.fileno(), len(buff))
        except OSError as error:
            raise _gone() from error
        if not heard:
            raise _gone()
        buff[: len(heard)] = array.array("B", heard)
        return len(heard)

    def ctrl_transfer(
        self,
        dev_handle: _Handle,
        bmRequestType: int,
        bRequest: int,
        wValue: int,
        wIndex: int,
        data: array.array[int],
        timeout: int,
    ) -> int:
        """Answer the one request that is needed: a string descriptor. Source: USB 2.0, 9.6.7."""
        text = b"\x09\x04" if wValue & 0xFF == 0 else SERIAL.encode("utf-16-le")
        answer = array.array("B", bytes((len(text) + 2, 3)) + text)[: len(data)]
        data[: len(answer)] = answer
        return len(answer)

    def clear_halt(self, dev_handle: _Handle, ep: int) -> None:
        """Let an endpoint that stalled go on."""
        self.halted.discard(ep)

    def _begin(self, handle: _Handle, endpoint: int) -> None:
        self._check_there(handle)
        if self._claimed_by is not handle:
            raise usb.core.USBError("Resource busy", -6, EBUSY)
        if endpoint == OUT and self.stalls_after_bytes is not None and self.stalls_after_bytes <= 0:
            self.stalls_after_bytes = None
            self.halted.add(endpoint)
        if endpoint in self.halted:
            raise usb.core.USBError("Pipe error", -9, EPIPE)

    def _check_there(self, handle: _Handle) -> None:
        if "unplug" in active(self._home):
            raise _gone()


def _check_index(*indices: int) -> None:
    if any(indices):
        raise IndexError  # there is no second one


def _wait(line: socket.socket, event: int, ends: float) -> bool:
    poll = select.poll()
    poll.register(line, event)
    return bool(poll.poll(max(0.0, ends - time.monotonic()) * 1000))


def _gone() -> usb.core.USBError:
    return usb.core.USBError("No such device (it may have been disconnected)", -4, ENODEV)


def _too_late() -> usb.core.USBTimeoutError:
    return usb.core.USBTimeoutError("Operation timed out", -7, ETIMEDOUT)
