"""QEMU's own control from inside the machine, and what it plugs in: a serial adapter, a keyboard."""

from __future__ import annotations

import contextlib
import functools
import json
import os
from pathlib import Path

from tests.metal.devices import load_driver, wait_until


class Qemu:
    """QEMU's own control, over a port that it shows the machine it runs; it greets once, so there is one: `control`.

    Source: QEMU's QMP specification.
    """

    def __init__(self) -> None:
        self._port = os.open(port("control"), os.O_RDWR)
        self._rest = b""
        self._events: list[str] = []
        self._next()  # its greeting
        self.ask("qmp_capabilities")

    def ask(self, command: str, **arguments: object) -> object:
        """Have a command carried out and return what it answers.

        Raises:
            RuntimeError: QEMU refuses.
        """
        os.write(self._port, json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while True:
            answer = self._next()
            if "event" in answer:
                self._events.append(f"{answer['event']} {answer.get('data', {}).get('device')}")
            elif "error" in answer:
                raise RuntimeError(f"QEMU refuses {command}: {answer['error']}")
            else:
                return answer["return"]

    def wait_for(self, event: str, device: str) -> None:
        """Wait until QEMU tells of something that happened to a device."""
        wanted = f"{event} {device}"
        while wanted not in self._events:
            answer = self._next()
            self._events.append(f"{answer.get('event')} {answer.get('data', {}).get('device')}")
        self._events.remove(wanted)

    def _next(self) -> dict[str, dict[str, str]]:
        while b"\n" not in self._rest:
            self._rest += os.read(self._port, 65536)
        line, _, self._rest = self._rest.partition(b"\n")
        parsed: dict[str, dict[str, str]] = json.loads(line)
        return parsed


@functools.cache
def control() -> Qemu:
    """Return QEMU's control, the same to everyone."""
    return Qemu()


class SerialAdapter:
    """An FTDI adapter from USB to a serial line, whose far end is a port of the machine."""

    def __init__(self) -> None:
        self.node = Path("/dev/ttyUSB0")
        self._qemu = control()
        load_driver("ftdi_sio")

    def plug(self) -> int:
        """Put the adapter in; see `Pluggable`."""
        far = os.open(port("line"), os.O_RDWR | os.O_NONBLOCK)
        with contextlib.suppress(BlockingIOError):  # what stood in the adapter when it was pulled is lost
            while os.read(far, 65536):
                pass
        self._qemu.ask("device_add", driver="usb-serial", chardev="line", id="adapter", bus="usb.0")
        wait_until(self.node.exists, f"{self.node} is there")
        return far

    def pull(self) -> None:
        """Pull the adapter out; see `Pluggable`."""
        self._qemu.ask("device_del", id="adapter")
        self._qemu.wait_for("DEVICE_DELETED", "adapter")
        wait_until(lambda: not self.node.exists(), f"{self.node} is gone")


def port(name: str) -> Path:
    """Return the device file of a port that QEMU shows the machine by name."""
    (found,) = (
        file for file in Path("/sys/class/virtio-ports").iterdir() if (file / "name").read_text().strip() == name
    )
    return Path("/dev") / found.name


class Keyboard:
    """A USB keyboard, which is what a reader in wedge mode is to a computer."""

    def __init__(self) -> None:
        self._qemu = control()
        for driver in ("usbhid", "hid-generic", "evdev"):
            load_driver(driver)

    def plug(self) -> Path:
        """Put the cable in and return the device file of its keys."""
        self._qemu.ask("device_add", driver="usb-kbd", id="wedge", bus="usb.0")
        wait_until(lambda: bool(self._events()), "the keyboard's events are there")
        return Path("/dev/input") / self._events()[0]

    def pull(self) -> None:
        """Pull the cable, and wait until the driver has let go of it."""
        self._qemu.ask("device_del", id="wedge")
        self._qemu.wait_for("DEVICE_DELETED", "wedge")
        wait_until(lambda: not self._events(), "the keyboard is gone")

    def type(self, text: str) -> None:
        """Type digits and large letters as a reader does, and Enter; before it one more, so that nothing is a rest."""
        self._press("ret")
        for letter in text:
            keys = ["shift", letter.lower()] if letter.isupper() else [letter]
            self._press(*keys)
        self._press("ret")

    def _press(self, *keys: str) -> None:
        codes = [{"type": "qcode", "data": key} for key in keys]
        for is_down, pressed in ((True, codes), (False, codes[::-1])):
            for code in pressed:
                event = {"type": "key", "data": {"down": is_down, "key": code}}
                self._qemu.ask("input-send-event", events=[event])

    def _events(self) -> list[str]:
        return [
            file.parent.parent.name
            for file in Path("/sys/class/input").glob("event*/device/name")
            if "USB Keyboard" in file.read_text()
        ]
