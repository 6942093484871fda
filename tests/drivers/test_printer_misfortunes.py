"""Every fault at every moment of a job, over every line, for printers that tell all, answer only, or never answer.

One printer of each kind goes through all of it without being opened anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from kiosk.config import Home
from kiosk.drivers.printer import Timeouts
from kiosk.drivers.printer.emulator.families import Family
from kiosk.drivers.printer.emulator.faults import actions
from kiosk.drivers.printer.emulator.machine import Machine
from kiosk.drivers.printer.emulator.tray import Tray, tray_of
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.receipt.commands import initialise
from kiosk.receipt.escpos import encode_slip
from kiosk.records import replace
from tests.drivers.rigs import BENCHES, LATE_S, PROFILE, ROOMY, SETUPS, Rig
from tests.receipt.paper import printed
from tests.receipt.samples import BARE, NORMAL
from tests.waiting import soon

SLIP = encode_slip(NORMAL, PROFILE)
NEXT_SLIP = encode_slip(BARE, PROFILE)
SLIP_DOTS, NEXT_DOTS = (printed(payload, PROFILE).tobytes() for payload in (SLIP, NEXT_SLIP))
FIRST_BYTES = initialise(PROFILE.dots_per_inch)[:2]
MIDDLE = len(SLIP) // 4
LAST_QUESTION = b"\x10\x04\x04"

FAULTS = tuple(fault for fault in actions() if fault not in ("refill", "close-cover", "plug", "ok"))
"""All that the emulator can suffer from."""
MOMENTS = ("before", "between status and write", "in the first byte", "in mid-slip", "after the cut")
KINDS = [
    *((bench, "asb") for bench in BENCHES),
    ("simulated", "dle"),
    ("tcp", "dle"),
    *((line, "silent") for line in ("device", "usb")),
]
"""Each line and each family; what a printer that tells less makes of a line is the same for all of them."""
DEADLINE_S = 8.0
NOT_ANSWERING_S = 0.4
"""How long a printer is waited for that says nothing any more: the whole deadline."""
NO_ANSWER = ("silent", "stuck", "dark", "held")
HARMLESS = ("paper-low", "break", "early", "noise")
"""Faults in spite of which the slip comes out; noise may swallow the answer that says so."""
ENDS_WELL = (Outcome.CONFIRMED, Outcome.ACCEPTED)
TIMEOUTS = {
    "asb": Timeouts(answer_s=0.2, settle_s=1.0, look_every_s=0.1, quiet_s=0.02),
    "dle": Timeouts(answer_s=0.2, settle_s=0.2, look_every_s=0.05, quiet_s=0.02),
    "silent": Timeouts(answer_s=0.05, quiet_s=0.02),
}


class Tripwire(Machine):
    """A printer with a fault at an exact byte of the next job."""

    def __init__(self, lay: Callable[[list[bytes]], None], family: Family) -> None:
        super().__init__(PROFILE, self._lay_and_look, ROOMY, family)
        self._lay = lay
        self._moment = ""
        self._act: Callable[[], None] = lambda: None
        self._seen = b""

    def arm(self, moment: str, act: Callable[[], None]) -> None:
        """Let it happen once, at a moment of the next job."""
        self._act, self._seen, self._moment = act, b"", moment

    @property
    def room_bytes(self) -> int:
        """Return how many bytes may be read at once: no more than up to the one where it happens."""
        room = super().room_bytes
        if self._moment in ("", "after the cut"):
            return room
        _, began, rest = self._seen.partition(FIRST_BYTES)
        return min(room, MIDDLE - len(rest) if began else 1)

    def receive(self, received: bytes) -> bytes:
        """Take bytes, and let it happen if these were the ones."""
        answers = super().receive(received)
        if self._moment:
            self._seen += received
            _, began, rest = self._seen.partition(FIRST_BYTES)
            is_now = {
                "between status and write": bool(began) or LAST_QUESTION in self._seen,
                "in the first byte": bool(began),
                "in mid-slip": len(rest) >= MIDDLE,
            }
            if is_now.get(self._moment):
                self._trip()
        return answers

    def _lay_and_look(self, rows: list[bytes]) -> None:
        self._lay(rows)
        if self._moment == "after the cut":
            self._trip()

    def _trip(self) -> None:
        self._moment = ""
        self._act()


@pytest.fixture(scope="module", params=KINDS, ids="-".join)
def kind(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Rig]]:
    bench, name = request.param
    home = Home.at(tmp_path_factory.mktemp("home"))
    setup = replace(SETUPS[name], profile="generic", timeouts=TIMEOUTS[name])
    with BENCHES[bench](home, setup) as rig:
        rig.hardware.machine = Tripwire(Tray(tray_of(home), PROFILE.width_dots, 50).lay, setup.family)
        assert rig.printer.print_job(NEXT_SLIP, DEADLINE_S) in ENDS_WELL
        assert soon(lambda: came_out(rig, NEXT_DOTS) == 1, 3)
        yield name, rig


def came_out(rig: Rig, dots: bytes) -> int:
    """Return how many whole slips of a kind are in the tray."""
    return sum(slip.tobytes() == dots for slip in rig.slips())


def came_out_behind_a_stub(rig: Rig, dots: bytes) -> bool:
    """Return whether a whole slip was printed on the same piece of paper as the rest of another."""
    return any(slip.tobytes().endswith(dots) for slip in rig.slips())


def clear(rig: Rig) -> None:
    for file in tray_of(rig.home).glob("*.png"):
        file.unlink()


def strike(rig: Rig, fault: str) -> None:
    """Start a fault at this byte, not only at the next read of the control file."""
    rig.request(fault)
    rig.hardware._apply_control_file()


def mend(rig: Rig, name: str) -> None:
    rig.request("refill")
    rig.request("ok")
    assert rig.eventually(PrinterStatus.UNKNOWN if name == "silent" else PrinterStatus.READY)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_at_no_moment_breaks_the_printer_or_prints_twice(
    kind: tuple[str, Rig], fault: str, moment: str
) -> None:
    name, rig = kind
    clear(rig)
    rig.hardware.machine.complaints.clear()
    assert isinstance(rig.hardware.machine, Tripwire)
    if moment == "before":
        rig.request(fault)
    else:
        rig.hardware.machine.arm(moment, lambda: strike(rig, fault))
    deadline_s = NOT_ANSWERING_S if fault in (*NO_ANSWER, "slow") else DEADLINE_S
    began = time.monotonic()
    outcome = rig.printer.print_job(SLIP, deadline_s)
    took_s = time.monotonic() - began
    rig.hardware.machine.arm("", lambda: None)
    assert took_s < deadline_s + LATE_S
    assert is_honest(name, outcome, moment, fault)
    if outcome is Outcome.CONFIRMED:
        assert came_out(rig, SLIP_DOTS) == 1
    mend(rig, name)
    assert rig.printer.print_job(NEXT_SLIP, DEADLINE_S) in ENDS_WELL
    if name == "silent" and fault == "dark":  # nobody was told that it lost the rest of a slip, so nobody cut it off
        assert soon(lambda: came_out_behind_a_stub(rig, NEXT_DOTS), 3)
    else:
        assert soon(lambda: came_out(rig, NEXT_DOTS) == 1, 3)
    whole = came_out(rig, SLIP_DOTS)
    assert whole == 0 if outcome is Outcome.NOTHING_SENT else whole <= 1
    assert rig.hardware.machine.complaints == []


def is_honest(name: str, outcome: Outcome, moment: str, fault: str) -> bool:
    """Return whether the outcome is as certain as this printer's answers allow."""
    if fault in HARMLESS:
        return outcome in ENDS_WELL or (fault == "noise" and outcome is Outcome.UNCERTAIN)
    if name == "silent":
        return outcome is not Outcome.CONFIRMED
    if fault == "slow":
        return outcome is Outcome.UNCERTAIN or (outcome in ENDS_WELL and moment == "after the cut")
    if moment == "before" and fault not in (*NO_ANSWER, "unplug"):
        return outcome is Outcome.NOTHING_SENT
    if moment == "after the cut":
        return outcome is not Outcome.NOTHING_SENT
    if fault == "silent":
        return outcome is Outcome.UNCERTAIN
    return outcome in (Outcome.UNCERTAIN, Outcome.NOTHING_SENT)
