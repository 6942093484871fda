"""The dock's port to the simulated hardware: codes, key presses, cables and printer faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kiosk.ports.panel import Felt, PanelOutput
from kiosk.ports.scanner import Scan

LONGEST_CODE_BYTES = 200_000
"""The limit of a presented code. It is far more than any code holds, to show that no length does harm."""


class Cable(StrEnum):
    """A cable that can be pulled."""

    SCANNER = "scanner"
    PANEL = "panel"
    SPEAKER = "speaker"
    """The cable of both loudspeakers."""


class Simulation(Protocol):
    """The simulated hardware of one home. Any thread may use it; a failed write raises OSError."""

    def present(self, scan: Scan) -> str:
        """Hold a code to the scanner and return the result in one word.

        Raises:
            DeviceError: no process has it open, the code was refused, or there was no answer.
        """
        ...

    @property
    def largest_picture_bytes(self) -> int:
        """The largest file that `codes_in` accepts, in bytes."""
        ...

    def codes_in(self, picture: bytes) -> Sequence[Scan]:
        """Return the codes in a picture, a file of any format that the scanner reads.

        Raises:
            DeviceError: the file is not such a picture, or it is too large.
        """
        ...

    def press(self, thing: Felt) -> bool:
        """Press a key of the panel or move a switch; return whether the panel noticed it; False while unplugged.

        Raises:
            DeviceError: no process has the panel open, or there was no answer.
        """
        ...

    def panel(self) -> PanelOutput:
        """Return the state of the panel's outputs; all are off while it is unplugged."""
        ...

    def is_out(self, cable: Cable) -> bool:
        """Return whether a cable is unplugged."""
        ...

    def pull(self, cable: Cable, is_out: bool) -> None:
        """Unplug a cable, or plug it in."""
        ...

    def printer_faults(self) -> Mapping[str, str]:
        """Return the faults that stay active in the printer until they are ended, and the effect of each."""
        ...

    def active_faults(self) -> frozenset[str]:
        """Return the printer's active faults."""
        ...

    def ask_printer(self, action: str) -> None:
        """Start or end a fault of the printer.

        Raises:
            UnknownNameError: there is no such action.
        """
        ...

    def end_fault(self, fault: str) -> None:
        """End one fault of the printer and no other."""
        ...

    def networks(self) -> Mapping[str, str]:
        """Return the states that the connection to the city can have, and the meaning of each."""
        ...

    def network(self) -> str:
        """Return the state of the connection."""
        ...

    def ask_network(self, action: str) -> None:
        """Set the connection to a state that `networks` names.

        Raises:
            UnknownNameError: there is no such action.
        """
        ...

    def heard_file(self, window: str) -> Path:
        """Return the file to which a loudspeaker writes what it plays; `window` is `screen` or `board`."""
        ...
