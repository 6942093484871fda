"""What stands on a slip, read back from the paper."""

from __future__ import annotations

import pytest
import zxingcpp
from PIL import Image

from kiosk.errors import EncodingError
from kiosk.receipt.escpos import encode_slip
from kiosk.receipt.layout import layout
from kiosk.receipt.slip import PrinterProfile, Slip
from kiosk.records import replace
from tests.receipt.paper import printed
from tests.receipt.samples import COPY_IN_DOUBT, NARROW, NORMAL, PROFILES, SLIPS, WIDE

every_slip = pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
every_paper = pytest.mark.parametrize(
    "profile",
    [*PROFILES, PrinterProfile(width_dots=200), PrinterProfile(width_dots=1200)],
    ids=["576", "512", "384", "384-no-cutter", "200", "1200"],
)


def codes_on(paper: Image.Image) -> list[str]:
    """Return the texts of the QR codes on a slip, as a phone reads them: with white table around the paper."""
    table = Image.new("L", (paper.width + 80, paper.height + 80), 255)
    table.paste(paper, (40, 40))
    return [code.text for code in zxingcpp.read_barcodes(table)]


@every_paper
@every_slip
def test_nothing_runs_into_the_margin(slip: Slip, profile: PrinterProfile) -> None:
    """Text that is too long would: it is cut off at the column, or further at the edge of the head."""
    margin = round(profile.width_dots / 24) - 3  # slanted and round letters lean over their own edge
    for block in layout(slip, profile):
        ink = block.getbbox() if isinstance(block, Image.Image) else None
        assert ink is None or (margin <= ink[0] and ink[2] <= profile.width_dots - margin)


@every_paper
@pytest.mark.parametrize("name", ["normal", "copy-in-doubt", "long-names"])
def test_a_phone_reads_the_code(name: str, profile: PrinterProfile) -> None:
    slip = SLIPS[name]
    assert codes_on(printed(encode_slip(slip, profile), profile)) == [slip.follow_url]


def test_an_address_too_long_for_the_paper_is_refused_by_name() -> None:
    with pytest.raises(EncodingError, match="QR code of 1300 characters does not fit on 384 dots"):
        encode_slip(replace(NORMAL, follow_url="x" * 1300), NARROW)
    with pytest.raises(EncodingError, match="no QR code holds 4000 characters"):
        encode_slip(replace(NORMAL, follow_url="x" * 4000), WIDE)


def test_a_slip_without_an_address_has_no_code() -> None:
    assert codes_on(printed(encode_slip(SLIPS["bare"], WIDE), WIDE)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"is_copy": True},
        {"time_certain": False},
        {"wait_minutes": None},
        {"counters": ()},
        {"priority_name": COPY_IN_DOUBT.priority_name},
        {"second_language": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_must_not_be_missed_changes_the_paper(change: dict[str, object]) -> None:
    changed = replace(NORMAL, **change)  # type: ignore[arg-type]
    assert printed(encode_slip(changed, WIDE), WIDE).tobytes() != printed(encode_slip(NORMAL, WIDE), WIDE).tobytes()


def test_a_copy_says_so_in_white_on_black_across_the_paper() -> None:
    def black_rows(paper: Image.Image) -> int:
        dots, row_bytes = paper.tobytes(), paper.width // 8
        rows = (dots[at : at + row_bytes] for at in range(0, len(dots), row_bytes))
        return sum(int.from_bytes(row, "big").bit_count() < 0.25 * paper.width for row in rows)

    copy, first = (printed(encode_slip(replace(NORMAL, is_copy=is_copy), WIDE), WIDE) for is_copy in (True, False))
    assert black_rows(copy) > 15 + black_rows(first)
