"""QR codes: what a reader of another hand makes of them, how large they are, and what no code holds."""

from __future__ import annotations

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps
from pyzbar import pyzbar

from kiosk.errors import EncodingError
from kiosk.qr_code import QUIET_MODULES, modules_of

URL = "https://dichvu.hanoi.gov.vn/t/ABCDEFGHJKLMNPQR"


def _picture(rows: list[bytes]) -> Image.Image:
    dark = Image.frombytes("L", (len(rows),) * 2, b"".join(rows)).point([0] + [255] * 255)
    framed = ImageOps.expand(ImageOps.invert(dark), QUIET_MODULES, 255)
    return framed.resize((framed.width * 4, framed.height * 4), Image.Resampling.NEAREST)


def _read_by_zbar(text: str) -> list[str]:
    symbols = pyzbar.decode(_picture(modules_of(text)), symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [symbol.data.decode() for symbol in symbols]


@pytest.mark.parametrize("text", [URL, "A1", "Nguyễn Thị Ánh Tuyết", "0123456789" * 20, "x" * 1000])
def test_a_reader_of_another_hand_reads_it(text: str) -> None:
    assert _read_by_zbar(text) == [text]


@given(st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz-._~/:?=&", min_size=1, max_size=120))
def test_every_address_is_read_as_it_was_written(text: str) -> None:
    assert _read_by_zbar(text) == [text]


@given(st.integers(1, 150))
def test_a_code_is_square_and_no_larger_than_that_of_another_encoder(length: int) -> None:
    text = "x" * length
    rows = modules_of(text)
    assert {len(row) for row in rows} == {len(rows)}
    assert set(b"".join(rows)) == {0, 1}
    assert len(rows) == len(segno.make(text, error="m", micro=False).matrix)


def test_error_correction_is_as_high_as_the_size_allows() -> None:
    designators = {length: segno.make("x" * length, error="m", micro=False).error for length in (14, 13, 10, 7)}
    assert set(designators.values()) == {"M", "Q", "H"}
    for length, level in designators.items():
        text = "x" * length
        format_bits = [bytes(row) for row in segno.make(text, error=level, micro=False, boost_error=False).matrix]
        assert _level_bits(modules_of(text)) == _level_bits(format_bits)


def _level_bits(rows: list[bytes]) -> tuple[int, int]:
    """Return the two bits of the level, masked. Source: ISO/IEC 18004, format information."""
    return rows[8][0], rows[8][1]


@pytest.mark.parametrize("text", ["", "x" * 3000])
def test_a_text_that_no_code_holds_is_refused(text: str) -> None:
    with pytest.raises(EncodingError, match=f"no QR code holds {len(text)} characters"):
        modules_of(text)
