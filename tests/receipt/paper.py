"""What comes out of a printer that is sent some bytes; drawn from the bytes alone."""

from __future__ import annotations

from PIL import Image

from kiosk.drivers.printer.emulator.machine import Machine
from kiosk.drivers.printer.emulator.nv_memory import Memory
from kiosk.receipt.slip import PrinterProfile


def printed(payload: bytes, profile: PrinterProfile, memory: Memory | None = None) -> Image.Image:
    """Return the one slip that a printer makes of a job; it must not have spoilt anything.

    Args:
        memory: the pictures that it keeps.
    """
    slips: list[list[bytes]] = []
    machine = Machine(profile, slips.append, buffer_bytes=len(payload), memory=memory)
    machine.receive(payload)
    machine.work()
    assert machine.complaints == []
    assert len(slips) == 1
    return as_image(slips[0], profile)


def as_image(rows: list[bytes], profile: PrinterProfile) -> Image.Image:
    """Return burnt rows as a 1-bit image, black on white."""
    white = bytes(byte ^ 0xFF for byte in b"".join(rows))
    return Image.frombytes("1", (profile.width_dots, len(rows)), white)
