"""What every scanner keeps to. A reader of any kind joins by a rig of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from kiosk.drivers.scanner.reader_modes import ReaderMode
from kiosk.ports.scanner import ScannerStatus
from tests.drivers.control_socket_rigs import PATIENCE_S, is_readable
from tests.drivers.scanner_rigs import ReaderRig, Rig, camera_rig, serial_rig, simulated_rig, wedge_rig

CARD = "001090000123|012345678|Nguyễn Văn An|02011990|Nam|Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội|15042021"
DOSSIER = "000.00.01.H26-260930-0012"

READERS: dict[str, Callable[[Path], AbstractContextManager[ReaderRig]]] = {
    "simulated": simulated_rig,
    "serial": serial_rig,
    "wedge": wedge_rig,
}
BENCHES: dict[str, Callable[[Path], AbstractContextManager[Rig]]] = {**READERS, "camera": camera_rig}


@pytest.fixture(params=BENCHES)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    with BENCHES[request.param](tmp_path) as rig:
        yield rig


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReaderRig]:
    with READERS[request.param](tmp_path) as rig:
        yield rig


def test_a_card_is_read_to_the_letter_or_its_number_alone(rig: Rig) -> None:
    assert rig.scanner.status is ScannerStatus.READY
    assert rig.as_read(CARD) in (CARD, CARD[:12])
    assert rig.hold_up(CARD) == [rig.as_read(CARD)]
    assert rig.hold_up(DOSSIER) == [DOSSIER]


def test_nobody_there_wakes_nobody(rig: Rig) -> None:
    assert not is_readable(rig.scanner)
    assert rig.scanner.read() == []
    rig.hold_up(CARD)
    assert not is_readable(rig.scanner), "what was read is done with"
    assert rig.scanner.read() == []


def test_a_card_that_is_held_up_is_one_scan_however_long(rig: Rig) -> None:
    assert len(rig.hold_up(CARD)) == 1
    for _ in range(4):
        rig.pass_time(1.5)
        assert rig.hold_up(CARD) == []
    rig.pass_time(2.1)
    assert len(rig.hold_up(CARD)) == 1, "held up anew"


def test_two_codes_held_up_together_are_two_scans(rig: Rig) -> None:
    read = [*rig.hold_up(CARD), *rig.hold_up(DOSSIER), *rig.hold_up(CARD)]
    assert read == [rig.as_read(CARD), DOSSIER]


def test_a_scanner_that_is_gone_says_so_and_comes_back_by_itself(rig: Rig) -> None:
    before = rig.scanner.fileno()
    rig.unplug()
    assert is_readable(rig.scanner, PATIENCE_S), "its owner wakes"
    assert rig.scanner.read() == []
    assert rig.scanner.status == "offline"
    assert rig.hold_up(CARD) == []
    rig.plug()
    assert is_readable(rig.scanner, PATIENCE_S)
    assert rig.scanner.read() == [], "what was held up meanwhile is not read later"
    assert rig.scanner.status == "ready"
    assert rig.scanner.fileno() == before
    assert rig.hold_up(CARD) == [rig.as_read(CARD)]


@pytest.mark.parametrize("smuggled", ["\x1b@\x1dV\x00", "\x00", "\r\n", "x" * 100_000, "😀\u202e\ufeff", "<b>|</b>"])
def test_a_strangers_code_does_no_harm_and_is_handed_on_whole_or_not_at_all(rig: Rig, smuggled: str) -> None:
    assert rig.hold_up(smuggled) in ([rig.as_read(smuggled)], [])
    assert rig.hold_up(CARD) == [rig.as_read(CARD)]


NEEDS_QUIET = (ReaderMode.SILENCE, ReaderMode.TAB, ReaderMode.CUT, ReaderMode.GLUED)
"""Nothing may follow at once; `test_scanner_texts.py` and `test_simulated_scanner.py` have them."""
ZONE = "IDVNM0900001233001090000123<<4\n9001022M3001020VNM<<<<<<<<<<<4\nNGUYEN<<VAN<AN<<<<<<<<<<<<<<<<"


@pytest.mark.parametrize("manner", [one for one in ReaderMode if one not in NEEDS_QUIET])
@pytest.mark.parametrize("payload", [CARD, DOSSIER, ZONE])
def test_a_code_is_the_same_text_however_its_reader_sends_it(
    reader: ReaderRig, manner: ReaderMode, payload: str
) -> None:
    assert reader.hold_up_to(manner, payload) == [reader.as_read(payload)]
    reader.pass_time(3)
    assert reader.hold_up(payload) == [reader.as_read(payload)], "held up anew, as if nothing had been"


def test_letters_apart_from_their_marks_come_composed(rig: Rig) -> None:
    if not rig.as_read("ễ"):
        pytest.skip("this kind has no such letters")
    assert rig.hold_up("Nguye\u0302\u0303n") == ["Nguyễn"]


def test_a_scanner_that_sees_nothing_has_no_advice(rig: Rig) -> None:
    assert rig.scanner.hint is None


def test_a_scan_tells_nothing_to_a_log(rig: Rig) -> None:
    rig.hold_up(CARD)
    assert "0123" not in f"{rig.scanner!r} {vars(rig.scanner)!r}"


def test_a_closed_scanner_reads_nothing_and_closing_twice_is_fine(rig: Rig) -> None:
    rig.scanner.close()
    rig.scanner.close()
    assert rig.hold_up(CARD) == []
    assert rig.scanner.read() == []
    assert rig.scanner.status is ScannerStatus.OFFLINE
