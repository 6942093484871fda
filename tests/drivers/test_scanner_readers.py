"""Readers that spell: where a text ends, what is not believed, and whose the device is."""

from __future__ import annotations

import errno
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import SystemClock
from kiosk.config import Home
from kiosk.config.types import Scanner as ScannerSettings
from kiosk.drivers.scanner import open_scanner, supervised
from kiosk.drivers.scanner.key_records import (
    EV_SYN,
    KEY_ENTER,
    KEY_LEFTALT,
    PRESSED,
    RECORD,
    RELEASED,
    SYN_DROPPED,
    KeyDecoder,
)
from kiosk.drivers.scanner.serial_port import SerialScanner
from kiosk.drivers.scanner.supervised import SupervisedScanner
from kiosk.drivers.scanner.text_framing import LONGEST_BYTES, SETTLE_S, Habits, Texts
from kiosk.drivers.scanner.text_reader import TextSession, parsed_text
from kiosk.drivers.scanner.wedge import WedgeScanner, believed
from kiosk.model import cards
from kiosk.model.identity import IdentityCard, IdentityNumber
from kiosk.ports.scanner import Scan, Scanner, Symbology
from tests.descriptors import open_descriptors
from tests.drivers.control_socket_rigs import PATIENCE_S, is_readable
from tests.drivers.scanner_replug import KINDS, unplug_and_plug
from tests.drivers.scanner_rigs import SerialRig, WedgeRig, key_record, serial_rig, wedge_rig
from tests.drivers.test_scanner_contract import CARD

GARBLED = "001090000123|012345678|Nguy?n V n An|02011990|Nam|S? 1 H ng Tr?ng, Ho n Ki?m|15042021"
INSURANCE = "001090000123|4e677579e1bb856e2056c4836e20416e|02/01/1990|1|48c3a0204ee1bb9969|01 - 001|$"


@pytest.fixture
def serial(tmp_path: Path) -> Iterator[SerialRig]:
    with serial_rig(tmp_path) as rig:
        yield rig


@pytest.fixture
def wedge(tmp_path: Path) -> Iterator[WedgeRig]:
    with wedge_rig(tmp_path) as rig:
        yield rig


def next_scans(scanner: Scanner) -> list[str]:
    """Wait for scans as the screen does."""
    assert is_readable(scanner, PATIENCE_S)
    return [scan.payload for scan in scanner.read()]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b""])
def test_a_text_on_a_line_ends_with_cr_lf_or_silence(serial: SerialRig, end: bytes) -> None:
    serial.pass_time(SETTLE_S)
    serial.write(CARD.encode() + end)
    assert (next_scans(serial.scanner) if end else serial.fall_silent()) == [CARD]


def test_a_text_that_comes_in_bits_is_one_text(serial: SerialRig) -> None:
    serial.pass_time(SETTLE_S)
    for byte in CARD.encode():
        serial.write(bytes([byte]))
    assert serial.fall_silent() == [CARD]


def test_keys_that_end_without_enter_end_with_silence(wedge: WedgeRig) -> None:
    wedge.pass_time(SETTLE_S)
    wedge.write(wedge.keyed("HNK:take")[: -2 * RECORD.size])
    assert wedge.fall_silent() == ["HNK:take"]


def test_texts_sent_in_one_go_are_taken_apart(serial: SerialRig) -> None:
    serial.pass_time(SETTLE_S)
    serial.write(b"first\rsecond\nthird\r\n\r\n")
    read: list[str] = []
    while len(read) < 3:
        read += next_scans(serial.scanner)
    assert read == ["first", "second", "third"]


def test_what_is_not_utf_8_is_no_scan_and_the_next_text_is_whole(serial: SerialRig) -> None:
    serial.pass_time(SETTLE_S)
    for text in ("Nguyễn".encode("utf-16"), "Hà Nội".encode("cp1258", "replace"), CARD.encode()):
        serial.write(text + b"\r")
    assert next_scans(serial.scanner) == [CARD]
    assert serial.scanner.tally.hits == 1 < serial.scanner.tally.tries


def test_a_reader_that_never_ends_its_text_takes_no_memory() -> None:
    texts = Texts(Habits(), 0.0)
    for _ in range(1000):
        assert texts.feed(b"x" * LONGEST_BYTES, 1.0) == []
        assert texts.is_within
    assert texts.feed(b"\rnext\r", 1.0) == [None, b"next"]
    assert texts.feed(b"y" * LONGEST_BYTES + b"\r", 1.0) == [b"y" * LONGEST_BYTES]


@pytest.mark.parametrize(
    ("text", "scan"),
    [
        (b"]Q1HNK:take", Scan(Symbology.QR, "HNK:take")),
        (b"]d1H26-260930-0012", Scan(Symbology.DATA_MATRIX, "H26-260930-0012")),
        (b"]C0H26-260930-0012", Scan(Symbology.CODE_128, "H26-260930-0012")),
        (b"HNK:take", Scan(Symbology.UNKNOWN, "HNK:take")),
        (b"]Q1", None),
    ],
)
def test_a_reader_that_names_the_symbology_is_understood(text: bytes, scan: Scan | None) -> None:
    assert parsed_text(text) == scan


def test_of_a_card_that_a_wedge_types_nothing_but_the_number_is_believed(wedge: WedgeRig) -> None:
    assert wedge.hold_up(GARBLED) == ["001090000123"]
    for disguise in (f"]Q1{GARBLED}", f" {GARBLED} ", f"]Q1 {GARBLED.replace('|', ' | ')}", f"{GARBLED}||||"):
        wedge.pass_time(3)
        assert wedge.hold_up(disguise) == ["001090000123"]
    assert isinstance(cards.parse("001090000123"), IdentityNumber)
    assert believed(INSURANCE.encode()) == INSURANCE.encode(), "its names are hex, which every keyboard has"
    assert wedge.hold_up("https://kiosk.example/t/abc?X=1&Y='~\"") == ["https://kiosk.example/t/abc?X=1&Y='~\""]


@given(
    before=st.text(" \t", max_size=2),
    fields=st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12), min_size=5, max_size=10),
    end=st.sampled_from(["", "$", " ", "|"]),
)
def test_no_typed_text_is_ever_a_card_with_a_name(before: str, fields: list[str], end: str) -> None:
    typed = f"{before}001090000123{'|'.join(['', *fields])}{end}"
    read = cards.parse(believed(typed.encode()).decode())
    assert not isinstance(read, IdentityCard)
    named = cards.parse(believed(GARBLED.replace("?", "e").encode() + end.encode()).decode())
    assert isinstance(named, IdentityNumber)


def test_a_key_with_alt_is_no_letter_and_a_held_key_is_one() -> None:
    typist = KeyDecoder()
    alt = key_record(KEY_LEFTALT, PRESSED) + key_record(72, PRESSED) + key_record(KEY_LEFTALT, RELEASED)
    held = key_record(30, PRESSED) + key_record(30, 2) * 9 + key_record(30, RELEASED)
    assert typist.decoded(alt + held + key_record(KEY_ENTER, PRESSED)) == [b"a", b"\r"]


def test_records_cut_in_the_middle_are_put_together() -> None:
    typist, raw = KeyDecoder(), b"".join(key_record(code, PRESSED) for code in (30, 48, 46, KEY_ENTER))
    assert [text for byte in raw for text in typist.decoded(bytes([byte]))] == [b"a", b"b", b"c", b"\r"]


def test_a_text_of_which_the_kernel_lost_keys_is_no_scan() -> None:
    typist, texts = KeyDecoder(), Texts(Habits(), 0.0)
    lost = RECORD.pack(0, 0, EV_SYN, SYN_DROPPED, 0)
    enter = key_record(KEY_ENTER, PRESSED)
    typed = typist.decoded(key_record(30, PRESSED) + lost + key_record(48, PRESSED) + enter)
    typed += typist.decoded(key_record(46, PRESSED) + enter)
    assert [text for piece in typed for text in texts.feed(piece, 1.0)] == [None, b"c"]


def test_a_second_process_finds_the_line_taken_until_the_first_is_killed(serial: SerialRig, tmp_path: Path) -> None:
    program = """
import sys
import threading
from pathlib import Path
from kiosk.drivers.scanner.serial_port import SerialScanner
session = SerialScanner(Path(sys.argv[1])).open()
print("open", flush=True)
sys.stdin.read()
"""
    serial.scanner.close()
    with subprocess.Popen(
        [sys.executable, "-c", program, serial.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(OSError, match="another process has this device"):
            SerialScanner(serial.path).open()
        other.kill()
    SerialScanner(serial.path).open().close()


@pytest.mark.parametrize("kind", [SerialScanner, WedgeScanner])
def test_a_plain_file_is_no_reader(kind: type[SerialScanner | WedgeScanner], tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"secret")
    before = open_descriptors()
    with pytest.raises(OSError, match=r"this is no (serial line|input device): set scanner\.address"):
        kind(tmp_path / "file").open()
    assert open_descriptors() <= before


def test_going_and_coming_is_one_line_in_the_log_each(serial: SerialRig, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        serial.unplug()
        assert next_scans(serial.scanner) == []
        (serial.folder / "somebody else's file").touch()  # a reason to look, and to find nothing
        serial.plug()
        assert next_scans(serial.scanner) == []
    went, came = [record.getMessage() for record in caplog.records]
    assert went.startswith(f"the scanner is offline: {serial.scanner.name}: ")
    assert came == f"the scanner is connected: {serial.scanner.name}"


class BreakingSource:
    """A scanner whose library raises what nobody expects, once."""

    name, path = "breaking", None

    def __init__(self, then: SerialScanner) -> None:
        self._then = then
        self.opened = 0

    def open(self) -> TextSession:
        """Break, and be well the next time."""
        self.opened += 1
        if self.opened == 1:
            raise ValueError("something inside")
        return self._then.open()


def test_a_library_that_breaks_is_logged_and_tried_again(
    serial: SerialRig, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervised, "_REOPEN_INTERVAL_S", 0.05)
    serial.scanner.close()
    scanner = SupervisedScanner(BreakingSource(SerialScanner(serial.path)), SystemClock())
    assert (scanner.status, "something inside" in caplog.text) == ("offline", True)
    assert next_scans(scanner) == []
    assert scanner.status == "ready"
    scanner.close()


def test_a_reader_in_a_folder_that_is_not_yet_there_is_found_when_it_comes(tmp_path: Path) -> None:
    folder = tmp_path / "serial" / "by-id"
    settings = ScannerSettings(driver="serial", address=str(folder / "reader"))
    scanner = open_scanner(settings, Home.at(tmp_path), SystemClock())
    assert isinstance(scanner, SupervisedScanner)
    assert (scanner.status, is_readable(scanner)) == ("offline", False)
    assert scanner.trouble is not None
    folder.mkdir(parents=True)
    began = time.monotonic()
    rig = SerialRig.__new__(SerialRig)
    rig.path = folder / "reader"
    rig.plug()
    assert next_scans(scanner) == []
    assert scanner.status == "ready"
    assert time.monotonic() - began < 2, "found by its coming, not by the clock"
    scanner.close()
    rig.unplug()


def test_a_reader_needs_no_picture_library_in_the_process() -> None:
    words = (
        "import sys; from pathlib import Path; from kiosk.config import Home; from kiosk.config.types import Scanner\n"
        "from kiosk.drivers.scanner import open_scanner\n"
        "open_scanner(Scanner(driver='serial', address='/dev/none'), Home.at(Path('/tmp'))).close()\n"
        "sys.exit('zxingcpp' in sys.modules or 'PIL' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", words], check=False, stderr=subprocess.DEVNULL).returncode == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_scanner_that_comes_and_goes_all_day_leaves_nothing_behind(kind: str) -> None:
    left = unplug_and_plug(kind, 12)
    assert max(left.descriptors, left.threads) <= 0
    assert left.read > 0


class SlowSource:
    """A scanner that takes its time to be opened, and is then not there."""

    name, path = "a camera that wakes up", None

    def __init__(self) -> None:
        self.may_fail = threading.Event()

    def open(self) -> supervised.Session:
        """Be not there, once the test says so."""
        self.may_fail.wait(PATIENCE_S)
        raise OSError(errno.ENODEV, "it did not wake up")


def test_a_scanner_that_opens_slowly_holds_nobody_up_and_is_called_away_only_when_it_is() -> None:
    source = SlowSource()
    scanner = SupervisedScanner(source, SystemClock())
    assert scanner.status == "ready"
    assert not is_readable(scanner)
    source.may_fail.set()
    assert is_readable(scanner, PATIENCE_S), "its owner wakes"
    assert scanner.read() == []
    assert scanner.status == "offline"
    scanner.close()
