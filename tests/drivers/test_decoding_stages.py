"""The decode ladder: what each rung is there for, that it keeps its time, and that nothing is ever guessed."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
import segno
import zxingcpp
from PIL import Image

from benchmarks.degraded import NO_CODE, Photograph, photograph
from kiosk.drivers.scanner.character_sets import in_utf_8
from kiosk.drivers.scanner.decoding import stages, zbar
from kiosk.drivers.scanner.decoding.picture import decode
from kiosk.drivers.scanner.decoding.stages import DecodeStage, run_stages
from kiosk.ports.scanner import Scan, Symbology
from tests.clocks import FakeClock

CARD = "001090000123|012345678|Nguyễn Văn An|02011990|Nam|Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội|15042021"

ITS_PICTURES = {
    "as it is": ("plain", 0, 1, 2),
    "halved": ("low light", 10, 28, 50),
    "one threshold": ("on a screen", 6, 14, 16),
    "labels": ("label, Data Matrix", 0, 2, 4),
    "dark lifted": ("shadow", 16, 34, 42),
    "light lowered": ("glare", 2, 69, 70),
    "inverted": ("light on dark", 2, 6, 7),
    "blurred": ("on a screen", 8, 20, 34),
    "a third, second opinion": ("glare", 18, 52),
    "halved, second opinion": ("on a screen", 2, 44),
    "without scratches": ("worn", 65, 117, 138),
    "sharpened": ("blurred", 2, 50, 55),
    "whole": ("telephone, 12 MP", 1, 4, 13),
    "bars, whole": ("receipt, Code 128", 12, 18, 39),
    "labels, evenly lit": ("receipt, Code 128", 2, 17, 28),
    "second opinion": ("worn", 0, 47),
    "labels, blurred": ("label, Data Matrix", 44, 52),
    "blurred, second opinion": ("worn", 52),
    "blurred and sharpened": ("blurred", 36, 46, 54),
    "whole, blurred": ("telephone, 12 MP", 23, 43, 46),
    "doubled": ("folded", 68, 218, 246),
    "labels, doubled": ("label, Data Matrix", 12, 24, 34),
    "doubled and sharpened": ("blurred", 22, 9),
}
"""Of each rung the pictures that none below it reads, by kind and number: more than one, for a new release of a decoder
may make one of them easier.
"""
FOUND = (Scan(Symbology.QR, "found"),)


def qr(payload: str | bytes, declared: str | None = None) -> Image.Image:
    """Draw a QR code in grey, where asked with its character set declared."""
    out = io.BytesIO()
    mode = "byte" if declared else None
    segno.make(payload, micro=False, encoding=declared, eci=declared is not None, mode=mode).save(
        out, kind="png", scale=5, border=4
    )
    return Image.open(out).convert("L")


def taken(kind: str, number: int) -> Photograph:
    """Return a certain bad picture."""
    return photograph(kind, Random(f"rung {kind} {number}"))


@pytest.fixture
def zbar_anew() -> Iterator[None]:
    """Have zbar looked for again, before and after."""
    zbar._zbar.cache_clear()
    yield
    zbar._zbar.cache_clear()


def is_read(stage: DecodeStage, shown: Photograph) -> bool:
    """Tell whether a ladder of one rung reads a picture; a wrong text is an error."""
    texts = [scan.payload for scan in run_stages(shown.picture, 60, FakeClock(), [stage])]
    assert texts in ([], [shown.payload])
    return texts != []


@pytest.mark.parametrize("place", range(len(stages.STAGES)), ids=[stage.name for stage in stages.STAGES])
def test_each_rung_reads_a_picture_that_none_below_it_reads(place: int) -> None:
    stage, below = stages.STAGES[place], stages.STAGES[:place]
    kind, *numbers = ITS_PICTURES[stage.name]
    assert any(
        is_read(stage, shown) and not any(is_read(lower, shown) for lower in below)
        for shown in (taken(str(kind), int(number)) for number in numbers)
    )


class Ladder:
    """Rungs that read nothing and take their time, as many milliseconds as asked, and a note of those that did."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.stood_on: list[str] = []

    def stage(self, name: str, cost: float, takes_ms: float, found: tuple[Scan, ...] = ()) -> DecodeStage:
        def read(picture: Image.Image) -> tuple[Scan, ...]:
            self.clock.pass_time(milliseconds=takes_ms)
            self.stood_on.append(name)
            return found

        return DecodeStage(name, cost, read)

    def run_stages(self, *rungs: DecodeStage, budget_s: float = 0.15) -> tuple[Scan, ...]:
        return run_stages(Image.new("L", (1000, 1000)), budget_s, self.clock, rungs)


def test_no_further_rung_is_tried_once_one_has_read_something() -> None:
    stand = Ladder()
    rungs = stand.stage("one", 1, 1), stand.stage("two", 1, 1, FOUND), stand.stage("three", 1, 1)
    assert stand.run_stages(*rungs) == FOUND
    assert stand.stood_on == ["one", "two"]


def test_a_rung_that_would_overrun_is_left_out_and_a_cheaper_one_above_it_is_not() -> None:
    stand = Ladder()
    stand.run_stages(stand.stage("one", 10, 10), stand.stage("dear", 200, 200), stand.stage("cheap", 100, 100))
    assert stand.stood_on == ["one", "cheap"]


def test_a_slow_machine_stands_on_fewer_rungs_and_takes_no_longer() -> None:
    for slowness in (1, 3, 10):
        stand, started = Ladder(), 1000.0
        stand.run_stages(*(stand.stage(str(cost), cost, cost * slowness) for cost in (2, 5, 10, 20, 40, 50)))
        assert stand.clock.monotonic() - started <= 0.15
        assert len(stand.stood_on) == {1: 6, 3: 4, 10: 2}[slowness]


def test_the_first_rung_is_tried_even_without_time() -> None:
    stand = Ladder()
    assert stand.run_stages(stand.stage("one", 1, 500, FOUND), budget_s=0) == FOUND


def test_a_large_picture_is_looked_at_small_first_and_whole_where_asked() -> None:
    seen: list[tuple[int, int]] = []

    def look(picture: Image.Image) -> tuple[Scan, ...]:
        seen.append(picture.size)
        return ()

    rungs = DecodeStage("small", 1, look), DecodeStage("whole", 1, look, is_whole=True)
    run_stages(Image.new("L", (4000, 3000)), 1, FakeClock(), rungs)
    run_stages(Image.new("L", (640, 480)), 1, FakeClock(), rungs)
    assert seen == [(1334, 1000), (4000, 3000), (640, 480)]


@pytest.mark.parametrize("number", range(6))
def test_no_rung_finds_a_code_where_there_is_none(number: int) -> None:
    shown = photograph(NO_CODE, Random(f"nothing {number}"))
    for stage in stages.STAGES:
        assert stage.look(shown.picture) == (), stage.name


@pytest.mark.parametrize("stage", stages.STAGES, ids=lambda stage: stage.name)
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (1, 900), (33, 2)])
def test_every_rung_bears_the_smallest_pictures(stage: DecodeStage, size: tuple[int, int]) -> None:
    assert stage.look(Image.new("L", size, 200)) == ()


@pytest.mark.parametrize("size", [(25_000_000, 2), (66_000, 700), (9_000, 5_000)])
def test_a_picture_as_large_as_a_file_may_hold_takes_no_longer(size: tuple[int, int]) -> None:
    seen: list[tuple[int, int]] = []

    def look(picture: Image.Image) -> tuple[Scan, ...]:
        seen.append(picture.size)
        return ()

    run_stages(Image.new("L", size), 1, FakeClock(), [DecodeStage("one", 1, look)])
    assert max(seen[0]) <= stages.WORKING_SIDE_PX
    assert seen[0][0] * seen[0][1] <= stages.WORKING_PIXELS * 1.01
    assert decode(Image.new("L", size)) == ()


def test_every_rung_bears_noise() -> None:
    picture = Image.frombytes("L", (320, 240), Random(7).randbytes(320 * 240))
    assert [stage.name for stage in stages.STAGES if stage.look(picture)] == []


def test_the_smallest_micro_code_which_chance_draws_is_not_believed() -> None:
    out = io.BytesIO()
    segno.make("12345", version="M1").save(out, kind="png", scale=5, border=4)
    picture = Image.open(out).convert("L")
    assert zxingcpp.read_barcodes(picture) != []
    assert decode(picture) == ()


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("latin-1", "Café \\ ß"), ("iso-8859-5", "Привет"), ("shift_jis", "モバイル"), ("utf-8", "Lê\\Ý")],
)
def test_a_character_set_that_the_code_declares_is_believed(encoding: str, text: str) -> None:
    assert decode(qr(text, encoding)) == (Scan(Symbology.QR, text),)


def test_a_character_set_that_is_not_declared_is_not_guessed() -> None:
    for encoding in ("latin-1", "cp1252", "utf-16-be"):
        assert decode(qr("Café ß".encode(encoding))) == (), encoding


def test_a_text_that_is_not_what_it_declares_or_declares_what_we_do_not_know_makes_no_scan() -> None:
    for written in (rb"\000027Caf" + b"\xe9", rb"\000025abc", rb"\000899" + b"\1\2", rb"\000014a"):
        assert in_utf_8(written) is None, written


def test_a_gs1_label_keeps_its_bytes() -> None:
    label = zxingcpp.create_barcode("(01)09501101530003(10)AB", zxingcpp.BarcodeFormat.DataMatrix, gs1=True)
    assert decode(Image.fromarray(label.to_image(scale=4))) == (Scan(Symbology.DATA_MATRIX, "010950110153000310AB"),)


@pytest.mark.parametrize("text", ["Đỗ Thị Ước", "Lê Quý", "Vũ Thuỵ Ý", "Trần Bưởi", "An\0Bình", CARD])
def test_the_second_opinion_garbles_no_name_and_keeps_a_nul(text: str) -> None:
    composed = (Scan(Symbology.QR, text),)
    assert zbar.scans(qr(text.encode())) == composed
    assert zbar.scans(qr(unicodedata.normalize("NFD", text).encode())) == composed


def test_the_second_opinion_does_not_guess_either() -> None:
    assert zbar.scans(qr("Café ß".encode("latin-1"))) == ()


def test_without_zbar_the_ladder_goes_on_and_says_so_once(
    zbar_anew: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "pyzbar", None)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert decode(Image.new("L", (200, 200), "white"), 60) == ()
    assert decode(qr(CARD)) == (Scan(Symbology.QR, CARD),)
    assert [record.getMessage() for record in caplog.records if "libzbar0" in record.getMessage()] != []
    assert len(caplog.records) == 1


def test_a_zbar_that_can_only_guess_is_not_asked(
    zbar_anew: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from pyzbar import wrapper

    def of_before_0_23_1(scanner: object, symbology: int, config: int, value: int) -> int:
        return int(config == zbar._BINARY)

    monkeypatch.setattr(wrapper, "zbar_image_scanner_set_config", of_before_0_23_1)
    assert zbar.scans(qr("Đỗ Thị Ước".encode())) == ()
    assert "0.23.1" in caplog.text


def test_zbar_is_not_loaded_for_pictures_that_are_read_at_once(tmp_path: Path) -> None:
    assert _alone(tmp_path, "sys.exit('pyzbar' in sys.modules)") == 0


def test_nothing_of_a_picture_is_written_anywhere(tmp_path: Path) -> None:
    words = (
        "opened = []; sys.addaudithook(lambda name, told: opened.append(told) if name == 'open' else None);"
        "[rung.look(picture) for rung in stages.STAGES]; decode(picture.filter(ImageFilter.GaussianBlur(9)), 60);"
        "writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT;"
        "sys.exit(any(flags & writing for name, _, flags in opened if name != os.devnull))"
    )
    assert _alone(tmp_path, words) == 0


def _alone(tmp_path: Path, words: str) -> int:
    """Return the exit status of a new process that has read a card's picture."""
    qr(CARD).save(tmp_path / "card.png")
    first = (
        "import os, sys; from pathlib import Path; from PIL import ImageFilter;"
        "from kiosk.drivers.scanner.decoding import stages;"
        "from kiosk.drivers.scanner.decoding.picture import decode, open_picture;"
        "picture = open_picture(Path(sys.argv[1])).convert('L'); assert decode(picture, 60);"
    )
    return subprocess.run([sys.executable, "-B", "-c", first + words, tmp_path / "card.png"], check=False).returncode
