"""The simulated scanner: codes are handed over in memory, and what is no code is refused without repeating it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.config import Home
from kiosk.config.types import Scanner as ScannerSettings
from kiosk.drivers.control_socket import send_message
from kiosk.drivers.scanner import open_scanner
from kiosk.drivers.scanner.reader_modes import ReaderMode
from kiosk.drivers.scanner.simulated import (
    Presented,
    ask_for_hint,
    is_unplugged,
    present,
    request,
    request_mode,
)
from kiosk.errors import DeviceError, UnknownNameError
from kiosk.model.cards import parse
from kiosk.model.hint import Hint
from kiosk.ports.scanner import Scan, Symbology
from kiosk.ports.simulation import LONGEST_CODE_BYTES
from tests.drivers.control_socket_rigs import PATIENCE_S, is_readable, owned
from tests.drivers.scanner_rigs import SimulatedRig
from tests.drivers.test_scanner_contract import CARD


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[SimulatedRig]:
    rig = SimulatedRig(Home.at(tmp_path))
    yield rig
    rig.scanner.close()


def _presented(rig: SimulatedRig, scan: Scan) -> Presented | Exception:
    return owned(rig.scanner, lambda: present(rig.home, scan))[0]


def _refused(rig: SimulatedRig, message: bytes) -> str:
    outcome, scans = owned(rig.scanner, lambda: send_message(rig.home.run / "sim" / "scanner.sock", message))
    assert isinstance(outcome, DeviceError)
    assert scans == []
    return str(outcome)


def test_who_holds_up_a_code_is_told_what_became_of_it(rig: SimulatedRig) -> None:
    card = Scan(Symbology.QR, CARD)
    assert _presented(rig, card) is Presented.OK
    assert _presented(rig, card) is Presented.DUPLICATE
    request(rig.home, "unplug")
    assert is_unplugged(rig.home)
    assert _presented(rig, card) is Presented.UNPLUGGED


@pytest.mark.parametrize("symbology", Symbology)
def test_the_symbology_comes_along(rig: SimulatedRig, symbology: Symbology) -> None:
    label = Scan(symbology, "H26-260930-0012\nsecond line")
    assert owned(rig.scanner, lambda: present(rig.home, label)) == (Presented.OK, [label])


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"qr", "does not begin with a symbology"),
        (b"ean\n001090000123", r"does not begin with a symbology \(qr, data_matrix, code_128, unknown\)"),
        (b"001090000123|An|", "does not begin with a symbology"),
        (b"qr\n", "has no text"),
        (b"qr\n001090000123\xff", "not UTF-8"),
        (b"qr\n" + b"001090000123" * 20_000, f"longer than {LONGEST_CODE_BYTES} bytes"),
    ],
)
def test_what_is_no_code_is_refused_and_not_repeated(rig: SimulatedRig, message: bytes, reason: str) -> None:
    said = _refused(rig, message)
    assert reason.replace("\\", "") in said
    assert "0010" not in said
    assert rig.hold_up(CARD) == [CARD]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(payload=st.text(min_size=1))
def test_any_text_is_handed_on(rig: SimulatedRig, payload: str) -> None:
    rig.pass_time(3)
    assert len(rig.hold_up(payload)) == 1


def test_a_text_that_is_none_is_not_sent(rig: SimulatedRig) -> None:
    with pytest.raises(DeviceError, match="cannot be written as UTF-8"):
        present(rig.home, Scan(Symbology.QR, "\udcff"))


def test_nothing_that_was_handed_over_is_on_the_disk(rig: SimulatedRig) -> None:
    assert rig.hold_up(CARD) == [CARD]
    request(rig.home, "unplug")
    rig.scanner.read()
    written = [file for file in rig.home.run.rglob("*") if file.is_file()]
    assert written, "the control file"
    for file in written:
        assert b"0010900" not in file.read_bytes()
        assert "Nguyễn".encode() not in file.read_bytes()


def test_without_a_screen_it_says_what_to_start(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="no process reads the scanner: start the screen"):
        present(Home.at(tmp_path), Scan(Symbology.QR, CARD))


def test_a_wish_that_nobody_knows_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(
        UnknownNameError, match="no action of the simulated scanner named 'explode'; known: unplug, plug"
    ):
        request(Home.at(tmp_path), "explode")


def test_no_scanner_by_choice_is_none(tmp_path: Path) -> None:
    assert open_scanner(ScannerSettings(), Home.at(tmp_path)) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("manner", [ReaderMode.SILENCE, ReaderMode.TAB])
def test_a_reader_that_never_sends_an_end_is_read_as_well(rig: SimulatedRig, manner: ReaderMode) -> None:
    assert rig.hold_up_to(manner, CARD) == [CARD]
    rig.pass_time(3)
    assert rig.hold_up_to(manner, CARD) == [CARD]


@pytest.mark.parametrize("manner", [ReaderMode.CUT, ReaderMode.GLUED])
def test_a_code_that_is_lost_on_the_way_is_no_other_code_and_said_to_be_lost(
    rig: SimulatedRig, manner: ReaderMode
) -> None:
    rig.hold_up_to(ReaderMode.CR, "001090000123")
    request_mode(rig.home, manner)
    outcome, scans = owned(rig.scanner, lambda: present(rig.home, Scan(Symbology.QR, "H26-260930-0012")))
    assert [parse(scan.payload).kind for scan in scans] in ([], ["opaque"])
    assert outcome is (Presented.LOST if manner is ReaderMode.CUT else Presented.OK)


def test_a_hint_is_given_on_request_and_wakes_its_owner(rig: SimulatedRig) -> None:
    assert rig.scanner.hint is None
    ask_for_hint(rig.home, Hint.CLOSER)
    assert is_readable(rig.scanner, PATIENCE_S)
    assert rig.scanner.read() == []
    assert rig.scanner.hint is Hint.CLOSER
    rig.unplug()
    assert rig.scanner.hint is None
    rig.plug()
    ask_for_hint(rig.home, None)
    assert rig.scanner.hint is None
