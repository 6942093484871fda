"""All the simulated hardware of a home in one hand, see `kiosk.ports.simulation.Simulation`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from kiosk.config import Home
from kiosk.drivers import control_file, simulated_cable, simulated_network
from kiosk.drivers.panel import simulated as panel
from kiosk.drivers.printer.emulator import faults
from kiosk.drivers.scanner import simulated as scanner
from kiosk.drivers.speaker import simulated as speaker
from kiosk.ports.panel import Felt, PanelOutput
from kiosk.ports.scanner import Scan
from kiosk.ports.simulation import Cable

_REQUESTS = {Cable.SCANNER: scanner.request, Cable.PANEL: panel.request, Cable.SPEAKER: speaker.request}


class SimulatedHardware:
    """What is asked for stands in files and sockets under the home's `run/sim/`, which the devices watch."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def present(self, scan: Scan) -> str:
        """Hold a code to the scanner."""
        return scanner.present(self._home, scan).value

    @property
    def largest_picture_bytes(self) -> int:
        """How large a file may be."""
        from kiosk.drivers.scanner.decoding.picture import MAX_FILE_BYTES

        return MAX_FILE_BYTES

    def codes_in(self, picture: bytes) -> Sequence[Scan]:
        """Return the codes in a picture."""
        from kiosk.drivers.scanner.decoding.picture import decode, read_picture

        return decode(read_picture(picture, "the file"))

    def press(self, thing: Felt) -> bool:
        """Press a key, or move a switch."""
        return panel.press(self._home, thing)

    def panel(self) -> PanelOutput:
        """Return how the panel looks."""
        return panel.shine_of(self._home)

    def is_out(self, cable: Cable) -> bool:
        """Tell whether a cable is out."""
        if cable is Cable.SCANNER:
            return scanner.is_unplugged(self._home)
        if cable is Cable.PANEL:
            return panel.is_unplugged(self._home)
        return simulated_cable.is_out(speaker.control_file(self._home))

    def pull(self, cable: Cable, is_out: bool) -> None:
        """Pull a cable, or put it back."""
        _REQUESTS[cable](self._home, simulated_cable.UNPLUG if is_out else simulated_cable.PLUG)

    def printer_faults(self) -> Mapping[str, str]:
        """Return the faults that last."""
        return faults.lasting()

    def active_faults(self) -> frozenset[str]:
        """Return the faults in force."""
        return faults.active(self._home)

    def ask_printer(self, action: str) -> None:
        """Ask the printer to misbehave or to be well again."""
        faults.request(self._home, action)

    def end_fault(self, fault: str) -> None:
        """End one fault and no other."""
        file = faults.control_file(self._home)
        control_file.change(file, faults.Faults, lambda now: replace(now, active=now.active - {fault}))

    def networks(self) -> Mapping[str, str]:
        """Return how the line can be."""
        return simulated_network.actions()

    def network(self) -> str:
        """Return how the line is."""
        return simulated_network.conditions(self._home).mode

    def ask_network(self, action: str) -> None:
        """Ask the line to be so."""
        simulated_network.request(self._home, action)

    def heard_file(self, window: str) -> Path:
        """Return where a loudspeaker writes down what is heard."""
        return speaker.record_file(self._home, window)
