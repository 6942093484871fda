"""Where a text ends: whatever a reader writes around it and however it pauses, it is that text once, or nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.drivers.scanner.key_records import (
    KEY_CAPSLOCK,
    KEY_ENTER,
    KEY_LEFTALT,
    KEY_TAB,
    PRESSED,
    RELEASED,
    KeyDecoder,
)
from kiosk.drivers.scanner.reader_modes import ReaderMode, sent
from kiosk.drivers.scanner.serial_port import Plain
from kiosk.drivers.scanner.text_framing import PATIENCE_S, SETTLE_S, SILENCE_S, Habits, Texts
from kiosk.drivers.scanner.text_reader import parsed_text
from kiosk.ports.scanner import Scan, Symbology
from tests.drivers.scanner_rigs import key_record
from tests.drivers.test_scanner_contract import CARD, DOSSIER, ZONE

PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
CODES = (CARD, DOSSIER, ZONE, PASSPORT, "001090000123", "HNK:service:A", r"C:\users\an", "https://kiosk.example/t/abc")
LOSING = (ReaderMode.CUT, ReaderMode.GLUED)


class Reader:
    """A reader, and whoever listens to it, in a time that the test turns."""

    def __init__(self, habits: Habits | None = None, *, shows_its_end: bool = False) -> None:
        self.habits = habits or Habits()
        self.now = 0.0
        self.texts = Texts(self.habits, self.now)
        self.wait(PATIENCE_S)
        if shows_its_end:
            assert self.send((0.0, b"shown\r")) == ["shown"]

    def wait(self, seconds: float) -> list[bytes | None]:
        """Let time go by."""
        ends_at, texts = self.now + seconds, list[bytes | None]()
        while (due_at := self.texts.due_at) is not None and due_at <= ends_at:
            self.now = due_at
            texts += self.texts.expire(self.now)
        self.now = ends_at
        return texts

    def send(self, *pieces: tuple[float, bytes], then_s: float = 3.0) -> list[str | None]:
        """Send bytes, each after a pause; return the texts that were understood, None for what was none."""
        texts: list[bytes | None] = []
        for pause_s, raw in pieces:
            texts += self.wait(pause_s)
            texts += self.texts.feed(raw, self.now)
        texts += self.wait(then_s)
        scans = [None if text is None else parsed_text(text) for text in texts]
        return [None if scan is None else scan.payload for scan in scans]

    def unplug(self) -> None:
        """Be gone, and back: what is known of it stays."""
        self.texts = Texts(self.habits, self.now)


def test_a_pause_in_the_middle_of_a_text_does_not_make_two_of_it() -> None:
    for reader in (Reader(), Reader(shows_its_end=True)):
        assert reader.send((0.0, b"000.00.01.H26-260930-"), (0.08, b"0012\r")) == [DOSSIER]
    silent = Reader(Habits(sends_end=False))
    assert silent.send((0.0, b"000.00.01.H26-260930-"), (0.08, b"0012")) == [DOSSIER]


def test_a_text_without_the_end_that_its_reader_sends_is_none() -> None:
    reader = Reader(shows_its_end=True)
    assert reader.send((0.0, b"H26-260930-0012")) == [None]
    assert reader.send((0.0, b"H26-260930-0013\r")) == ["H26-260930-0013"]


def test_what_a_reader_has_shown_is_remembered_when_it_comes_back() -> None:
    reader = Reader(shows_its_end=True)
    assert reader.send((0.0, b"H26-2609"), then_s=0.0) == []
    reader.unplug()
    assert reader.send((0.02, b"30-0012\r")) == [None], "the rest of a text that began before"
    assert reader.send((0.0, b"H26-260930-0012")) == [None]


def test_what_comes_as_a_reader_is_opened_is_the_rest_of_a_text() -> None:
    reader = Reader()
    reader.unplug()
    assert reader.send((SETTLE_S - 0.01, b"H26-260930-0012"), (0.08, b"\r")) == [None]
    reader.unplug()
    assert reader.send((SETTLE_S + 0.01, b"H26-260930-0012\r")) == ["H26-260930-0012"]
    reader.unplug()
    assert reader.send((0.0, b"-0012\rHNK:take\r")) == [None, "HNK:take"], "what follows an end is whole"


def test_a_reader_that_was_set_to_send_no_end_is_believed_after_two_texts() -> None:
    reader = Reader(shows_its_end=True)
    assert reader.send(*[(3.0, b"HNK:take")] * 4) == [None, None, "HNK:take", "HNK:take"]
    assert reader.send((0.0, b"HNK:take\r")) == ["HNK:take"]
    assert reader.send((0.0, b"HNK:take")) == [None], "and believed again"


def test_a_line_end_inside_a_text_shows_nothing_of_its_reader() -> None:
    reader = Reader()
    assert reader.send((0.0, b"two\nlines")) == ["two", "lines"]
    assert Reader().send((0.0, b"two\n"), (0.02, b"lines")) == ["two", "lines"]
    assert reader.send((0.0, b"HNK:take")) == ["HNK:take"]


def test_a_silent_reader_is_waited_for_shortly_once_it_is_known() -> None:
    reader = Reader()
    assert reader.send((0.0, b"HNK:take"), then_s=PATIENCE_S) == ["HNK:take"]
    assert reader.send((0.0, b"HNK:take"), then_s=SILENCE_S) == ["HNK:take"]


@pytest.mark.parametrize("zone", [ZONE, PASSPORT])
@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\r\r\n"])
@pytest.mark.parametrize("pause_s", [0.0, 0.08, 0.5])
@pytest.mark.parametrize("has_last_end", [False, True])
def test_a_zone_sent_line_by_line_is_one_text(zone: str, end: bytes, pause_s: float, has_last_end: bool) -> None:
    lines = [line.encode() + end for line in zone.split("\n")]
    if not has_last_end:
        lines[-1] = lines[-1].rstrip()
    for reader in (Reader(), Reader(shows_its_end=True), Reader(Habits(sends_end=False))):
        assert reader.send(*((pause_s, line) for line in lines)) == [zone]
        assert reader.send((0.0, b"HNK:take\r")) == ["HNK:take"]


def test_a_zone_of_which_a_line_is_missing_is_no_text_and_the_next_is_whole() -> None:
    first, second, _ = (line.encode() for line in ZONE.split("\n"))
    for lost in (first + b"\r", first + b"\r" + second + b"\r"):
        assert Reader().send((0.0, lost), (0.5, b"HNK:take\r")) == [None, "HNK:take"]
        assert Reader().send((0.0, lost)) == [None]


def test_a_frame_may_hold_line_ends_and_what_is_behind_it_is_no_text() -> None:
    reader = Reader()
    assert reader.send((0.0, b"\x02two\r\nlines\x03")) == ["two\r\nlines"]
    assert reader.send((0.0, b"\x02HNK:take\x03K"), (1.5, b"\x02HNK:plain\x03\x02H")) == [
        "HNK:take",
        None,
        "HNK:plain",
        None,
    ]
    assert reader.send((0.0, b"\x02HNK:ta"), (0.1, b"\x02HNK:take\x03")) == [None, "HNK:take"]
    assert reader.send((0.0, f"\x02{ZONE}\x03".encode())) == [ZONE]


@pytest.mark.parametrize("noise", [b"\0", b"\x07", b"\x06\x07", b"\t", b"\r\n\r"])
def test_noise_between_texts_is_neither_a_text_nor_a_habit(noise: bytes) -> None:
    reader = Reader(shows_its_end=True)
    assert reader.send(*[(3.0, noise)] * 9) == []
    assert reader.send((0.0, b"HNK:take")) == [None], "it still owes its end"
    assert reader.send((0.0, noise + b"HNK:take" + noise + b"\r")) == ["HNK:take"]


@pytest.mark.parametrize(
    ("wrapped", "scan"),
    [
        (rb"]Q2\000026001090000123|An", Scan(Symbology.QR, "001090000123|An")),
        (rb"\000026001090000123|An", Scan(Symbology.UNKNOWN, "001090000123|An")),
        (rb"]Q1\000026HNK:take", Scan(Symbology.QR, "HNK:take")),
        (b"]d4\\000003Caf\xe9", Scan(Symbology.DATA_MATRIX, "Café")),
        (rb"]Q2C:\\users", Scan(Symbology.QR, r"C:\users")),
        (rb"]Q2C:\users", None),
        (rb"]Q2\000899abc", None),
        (rb"]Q1C:\users", Scan(Symbology.QR, r"C:\users")),
        (b"]C1\x1d0109501101530003", Scan(Symbology.CODE_128, "0109501101530003")),
        (b"]E05901234123457", Scan(Symbology.UNKNOWN, "5901234123457")),
        (b"\xef\xbb\xbf]Q1HNK:take", Scan(Symbology.QR, "HNK:take")),
    ],
)
def test_what_a_reader_is_set_to_write_around_a_text_is_taken_off(wrapped: bytes, scan: Scan | None) -> None:
    assert parsed_text(wrapped) == scan


def cut(raw: bytes, places: list[int], pauses: list[float]) -> list[tuple[float, bytes]]:
    """Return bytes in pieces, with a pause before each."""
    ends = sorted({0, len(raw), *(place % (len(raw) + 1) for place in places)})
    return [(pauses[number % len(pauses)], raw[a:b]) for number, (a, b) in enumerate(pairwise(ends))]


WORDS = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
PLACES = st.lists(st.integers(0, 300), max_size=8)


@given(
    text=st.sampled_from(CODES) | WORDS.filter(lambda text: text[0] not in "]\\\ufeff"),
    manner=st.sampled_from([one for one in ReaderMode if one not in LOSING]),
    places=PLACES,
    pauses=st.lists(st.floats(0.0, 0.2), min_size=1, max_size=5),
    knows=st.booleans(),
)
def test_any_text_in_any_manner_in_any_pieces_is_that_text_once_or_nothing(
    text: str, manner: ReaderMode, places: list[int], pauses: list[float], knows: bool
) -> None:
    scan = Scan(Symbology.QR, text)
    has_end = manner not in (ReaderMode.SILENCE, ReaderMode.TAB)
    reader = Reader(shows_its_end=knows and has_end)
    pieces = [
        (max(one.pause_s if number == 0 else 0.0, pause_s), raw)
        for one in sent(scan, manner)
        for number, (pause_s, raw) in enumerate(cut(one.raw, places, pauses))
    ]
    understood = [one for one in reader.send(*pieces) if one is not None]
    expected = parsed_text(text.encode())
    assert expected is not None
    assert set(understood) <= {expected.payload}
    if text in CODES:
        assert understood == [text] * (2 if manner is ReaderMode.TWICE else 1)


@given(text=st.sampled_from(CODES), at=st.integers(1, 200), manner=st.sampled_from(LOSING))
def test_of_a_text_that_was_cut_no_part_is_a_text(text: str, at: int, manner: ReaderMode) -> None:
    reader = Reader(shows_its_end=True)
    assert {*reader.send((0.0, text.encode()[: at % len(text.encode())]))} <= {None}
    reader = Reader(shows_its_end=True)
    lost = reader.send(*((one.pause_s, one.raw) for one in sent(Scan(Symbology.QR, text), manner)))
    assert not set(CODES).intersection(lost)


@pytest.mark.parametrize("is_capital", [False, True])
def test_a_wedge_s_caps_lock_tab_and_ctrl_are_its_own(is_capital: bool) -> None:
    typist = KeyDecoder()
    lock = key_record(KEY_CAPSLOCK, PRESSED) + key_record(KEY_CAPSLOCK, RELEASED)
    raw = lock * is_capital + key_record(30, PRESSED) + key_record(2, PRESSED) + key_record(KEY_TAB, PRESSED)
    assert b"".join(filter(None, typist.decoded(raw))) == (b"A1\t" if is_capital else b"a1\t")
    ctrl = key_record(29, PRESSED) + key_record(48, PRESSED) + key_record(50, PRESSED) + key_record(29, RELEASED)
    assert b"".join(filter(None, typist.decoded(ctrl))) == b"\x02\r"


@pytest.mark.parametrize(
    ("digits", "typed"), [("065", b"A"), ("0124", b"|"), ("7877", "\ufffd".encode()), ("8", b""), ("", b"")]
)
def test_a_character_that_is_typed_by_its_number_is_read_or_known_to_be_missing(digits: str, typed: bytes) -> None:
    keypad = {"7": 71, "8": 72, "9": 73, "4": 75, "5": 76, "6": 77, "1": 79, "2": 80, "3": 81, "0": 82}
    alt = b"".join(key_record(keypad[digit], PRESSED) + key_record(keypad[digit], RELEASED) for digit in digits)
    raw = key_record(KEY_LEFTALT, PRESSED) + alt + key_record(KEY_LEFTALT, RELEASED) + key_record(KEY_ENTER, PRESSED)
    assert b"".join(filter(None, KeyDecoder().decoded(raw))) == typed + b"\r"


def test_a_byte_that_came_damaged_spoils_its_text_and_a_break_between_texts_spoils_none() -> None:
    line, reader = Plain(), Reader(shows_its_end=True)
    for raw, understood in (
        (b"H26-260930-\xff\0\x01012\r", [None]),
        (b"\xff\0\0", [None]),
        (b"HNK:take\r", ["HNK:take"]),
    ):
        texts = [text for piece in line.decoded(raw) for text in reader.texts.feed(piece, reader.now)]
        scans = [text and parsed_text(text) for text in [*texts, *reader.wait(3.0)]]
        assert [scan and scan.payload for scan in scans] == understood
