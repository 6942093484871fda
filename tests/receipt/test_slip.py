"""What a slip may say, and what a printer may be."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config import Printer
from kiosk.errors import EncodingError
from kiosk.receipt.slip import PrinterProfile, clean
from kiosk.records import replace
from tests.receipt.samples import NORMAL


def test_naming_a_slip_loads_neither_pictures_nor_settings() -> None:
    program = "import sys, kiosk.receipt.slip; print(*({'PIL', 'kiosk.config', 'zxingcpp'} & sys.modules.keys()))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == ""


@pytest.mark.parametrize("number", ["", "A\x1b@", "A 42", "Đ042", "A0420420420"])
def test_a_number_that_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(EncodingError, match="number"):
        replace(NORMAL, number=number)


@pytest.mark.parametrize("address", ["https://phiếu.vn", "https://a.vn/\x10\x04\x01", "https://a.vn/a b"])
def test_an_address_with_a_hidden_byte_is_refused(address: str) -> None:
    with pytest.raises(EncodingError, match="follow_url"):
        replace(NORMAL, follow_url=address)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(EncodingError, match="time zone"):
        replace(NORMAL, issued_at=datetime(2026, 11, 23, 9, 24))


@pytest.mark.parametrize(
    "wrong", [{"width_dots": 100}, {"dots_per_inch": 600}, {"band_rows": 4096}, {"band_rows": 0}, {"dots_per_inch": 0}]
)
def test_a_printer_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(EncodingError, match=next(iter(wrong))):
        PrinterProfile(**wrong)


@pytest.mark.parametrize(("width_dots", "width_mm"), [(576, 72), (512, 72), (384, 48)])
def test_the_paper_is_as_wide_as_the_makers_say(width_dots: int, width_mm: int) -> None:
    assert round(PrinterProfile.of(Printer(width_dots=width_dots)).width_mm) == width_mm


@given(st.text())
def test_cleaning_leaves_nothing_that_has_no_shape(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.isprintable()
    assert cleaned == unicodedata.normalize("NFC", cleaned)
    assert clean(cleaned) == cleaned


def test_a_name_typed_with_combining_marks_is_composed() -> None:
    assert clean(unicodedata.normalize("NFD", "Nguyễn\tThị  Ánh\r\n")) == "Nguyễn Thị Ánh"
