"""A printer's observed abilities: they outlive a process and do not apply to another printer."""

from __future__ import annotations

from pathlib import Path

from kiosk.config import Home
from kiosk.drivers.printer import Timeouts
from kiosk.drivers.printer.capabilities import Capabilities, capabilities_file, forget_capabilities, read_capabilities
from kiosk.drivers.printer.emulator.families import Family
from kiosk.drivers.printer.printer_session import AUTO, PrinterSession
from kiosk.drivers.printer.responses import Named
from kiosk.drivers.printer.status import FIRMWARE, MAKER, MODEL
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.receipt.escpos import encode_slip
from tests.drivers.rigs import PROFILE, Setup, simulated_rig
from tests.receipt.samples import BARE

SLIP = encode_slip(BARE, PROFILE)
QUICK = Timeouts(answer_s=0.1, settle_s=0.3, look_every_s=0.1, quiet_s=0.02)


def called(model: str, *, confirms: bool) -> Family:
    names = ((MAKER, "Somebody"), (MODEL, model), (FIRMWARE, "1"))
    return Family(answers_in_order=confirms, pushes=confirms, names=names)


def session(home: Home, line: str, setting: str = AUTO) -> PrinterSession:
    """Return the session of a newly started process for the printer on a line."""
    begun = PrinterSession(home, PROFILE, setting)
    begun.record_transport(line)
    return begun


def test_another_reported_model_starts_without_the_old_ones_abilities(tmp_path: Path) -> None:
    with simulated_rig(Home.at(tmp_path), Setup(family=called("One", confirms=True), timeouts=QUICK)) as rig:
        assert rig.printer.status() is PrinterStatus.READY
        assert rig.printer.print_job(SLIP, 8) is Outcome.CONFIRMED
        rig.hardware.machine._family = called("Another", confirms=False)
        rig.begin_anew()
        assert rig.printer.status() is PrinterStatus.READY
        assert rig.printer.print_job(SLIP, 8) is Outcome.ACCEPTED
        assert read_capabilities(rig.home) == Capabilities("simulated", "Somebody", "Another", answers=True)


def test_slips_are_uncertain_when_a_printer_of_the_same_model_stops_confirming(tmp_path: Path) -> None:
    with simulated_rig(Home.at(tmp_path), Setup(family=called("One", confirms=True), timeouts=QUICK)) as rig:
        assert rig.printer.status() is PrinterStatus.READY
        assert rig.printer.print_job(SLIP, 8) is Outcome.CONFIRMED
        rig.hardware.machine._family = called("One", confirms=False)
        rig.begin_anew()
        assert rig.printer.status() is PrinterStatus.READY
        assert [rig.printer.print_job(SLIP, 8) for _ in range(2)] == [Outcome.UNCERTAIN] * 2
        rig.hardware.machine._family = called("One", confirms=True)
        assert Outcome.CONFIRMED in [rig.printer.print_job(SLIP, 8) for _ in range(3)]


def test_abilities_hold_only_for_the_line_on_which_they_were_seen(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    session(home, "network 10.0.0.5:9100").record_confirms(True)
    assert session(home, "network 10.0.0.5:9100").should_confirm
    assert not session(home, "network 10.0.0.6:9100").should_confirm


def test_a_line_with_the_wrong_speed_still_has_the_same_printer(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    session(home, "serial line /dev/ttyUSB0, 115200 baud, flow control none").record_confirms(True)
    assert session(home, "serial line /dev/ttyUSB0, 9600 baud, flow control none").should_confirm


def test_a_reported_model_is_known_to_the_next_process(tmp_path: Path) -> None:
    """The printer has no power when the next process starts, before it has confirmed any slip."""
    home = Home.at(tmp_path)
    session(home, "simulated").record_identity(Named("EPSON", "TM-T20II", "1"))
    after = session(home, "simulated")
    assert (after.should_confirm, after.should_answer) == (True, True)
    forget_capabilities(home)
    assert (after.should_confirm, after.should_answer) == (False, False)


def test_the_configured_profile_overrides_observed_abilities(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    session(home, "simulated").record_confirms(True)
    silent, asks_only = session(home, "simulated", "silent"), session(home, "simulated", "asks-only")
    assert (silent.should_confirm, silent.should_answer) == (False, False)
    assert (asks_only.should_confirm, asks_only.should_answer) == (False, True)
    assert session(home, "simulated", "generic").should_confirm, "generic is the name for not knowing the model"


def test_an_abilities_file_that_cannot_be_read_or_written_stops_no_slip(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    capabilities_file(home).mkdir(parents=True)
    with simulated_rig(home, Setup(timeouts=QUICK)) as rig:
        assert rig.printer.print_job(SLIP, 8) is Outcome.CONFIRMED
        rig.request("silent")
        assert rig.eventually(PrinterStatus.UNKNOWN)
        assert rig.printer.print_job(SLIP, 8) is Outcome.UNCERTAIN, "this process has not forgotten it"
    rig.request("ok")
    assert read_capabilities(home) == Capabilities()
    capabilities_file(home).rmdir()
    capabilities_file(home).write_text("{")
    with simulated_rig(home) as rig:
        assert rig.printer.print_job(SLIP, 8) is Outcome.CONFIRMED
    assert read_capabilities(home).confirms
