"""What the dock expects of the simulated hardware: it holds up codes, presses keys, pulls cables, spoils paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kiosk.ports.panel import Felt, PanelOutput
from kiosk.ports.scanner import Scan

LONGEST_CODE_BYTES = 200_000
"""Of a code that is held up: far more than any code holds, so that it can be shown that no length does harm."""


class Cable(StrEnum):
    """A cable that can be pulled."""

    SCANNER = "scanner"
    PANEL = "panel"
    SPEAKER = "speaker"
    """Of both loudspeakers."""


class Simulation(Protocol):
    """The simulated hardware of one home. Any thread may use it; what cannot be written raises OSError."""

    def present(self, scan: Scan) -> str:
        """Hold a code to the scanner, and return what became of it, in one word.

        Raises:
            DeviceError: no process has it open, the code was refused, or there was no answer.
        """
        ...

    @property
    def largest_picture_bytes(self) -> int:
        """How large a file `codes_in` takes."""
        ...

    def codes_in(self, picture: bytes) -> Sequence[Scan]:
        """Return the codes in a picture, a file of any format that the scanner reads.

        Raises:
            DeviceError: it is no such picture, or too large.
        """
        ...

    def press(self, thing: Felt) -> bool:
        """Press a key of the panel, or move a switch; tell whether it was felt: not while unplugged.

        Raises:
            DeviceError: no process has the panel open, or there was no answer.
        """
        ...

    def panel(self) -> PanelOutput:
        """Return how the panel looks: dark while it is unplugged."""
        ...

    def is_out(self, cable: Cable) -> bool:
        """Tell whether a cable is out."""
        ...

    def pull(self, cable: Cable, is_out: bool) -> None:
        """Pull a cable, or put it back."""
        ...

    def printer_faults(self) -> Mapping[str, str]:
        """Return the faults that the printer can have until they are mended, and what each does."""
        ...

    def active_faults(self) -> frozenset[str]:
        """Return the printer's faults that are in force."""
        ...

    def ask_printer(self, action: str) -> None:
        """Ask the printer to misbehave or to be well again.

        Raises:
            UnknownNameError: there is no such action.
        """
        ...

    def end_fault(self, fault: str) -> None:
        """End one fault of the printer and no other."""
        ...

    def networks(self) -> Mapping[str, str]:
        """Return how the line to the city can be, and what each means."""
        ...

    def network(self) -> str:
        """Return how the line is."""
        ...

    def ask_network(self, action: str) -> None:
        """Ask the line to be as `networks` names it.

        Raises:
            UnknownNameError: there is no such action.
        """
        ...

    def heard_file(self, window: str) -> Path:
        """Return where a loudspeaker writes down what is heard; `window` is `screen` or `board`."""
        ...
