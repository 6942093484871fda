"""The test page, which shows whether the paper width, the letters and every dot of the head are right."""

from __future__ import annotations

from PIL import Image, ImageDraw

from kiosk.receipt.bilingual import Bilingual
from kiosk.receipt.blocks import Block
from kiosk.receipt.qr import code_image
from kiosk.receipt.sheet import Sheet
from kiosk.receipt.slip import PrinterProfile
from kiosk.receipt.typeset import Face

LETTERS = (
    "AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY 0123456789 "
    "áàảãạ ăắằẳẵặ âấầẩẫậ éèẻẽẹ êếềểễệ íìỉĩị óòỏõọ ôốồổỗộ ơớờởỡợ úùủũụ ưứừửữự ýỳỷỹỵ đ "
    "ÁÀẢÃẠ ĂẮẰẲẴẶ ÂẤẦẨẪẬ ÉÈẺẼẸ ÊẾỀỂỄỆ ÍÌỈĨỊ ÓÒỎÕỌ ÔỐỒỔỖỘ ƠỚỜỞỠỢ ÚÙỦŨỤ ƯỨỪỬỮỰ ÝỲỶỸỴ"
)
_MM_PER_TICK = 10
_MODULE_DOTS = (3, 4, 6)
"""Module sizes of the three codes: the smallest allowed one, and those on narrow and on wide paper."""
_OWN_FONT = "Own font: 0123456789 ABCDEFGHIJKLM abcdefghijklm"


def layout_test(profile: PrinterProfile) -> list[Block]:
    """Return the blocks of the test page; its ruler touches the first and the last dot of the head."""
    sheet = Sheet(profile)
    words = Bilingual("en")
    sheet.feed(4)
    sheet.bar(" · ".join(words.own("TEST PRINT")))
    sheet.feed(14)
    sheet.add(_ruler(sheet, profile))
    size = f"{profile.width_dots} × 1/{profile.dots_per_inch} inch = {profile.width_mm:.0f} mm"
    sheet.paragraph((sheet.run(size, Face.MEDIUM, 24),))
    sheet.feed(8)
    sheet.paragraph((sheet.run(LETTERS, Face.MEDIUM, 25),), "left")
    sheet.feed(14)
    sheet.add(_patterns(sheet))
    sheet.feed(24)
    sheet.cells(_codes(), is_middle=True)
    sheet.feed(14)
    if sheet.typed(_OWN_FONT):
        sheet.feed(14)
    verdict = words.own("Both edges, all letters, both patterns and all three codes are clear: the printer is well.")
    sheet.paragraph((sheet.run(verdict.vi, Face.MEDIUM, 25),))
    sheet.paragraph((sheet.run(verdict.second, Face.ITALIC, 24),))
    return sheet.blocks


def _ruler(sheet: Sheet, profile: PrinterProfile) -> Image.Image:
    """Return a ruler over the whole head, with a tick every centimetre and a bar at each edge."""
    strip = sheet.strip(sheet.px(36))
    canvas = ImageDraw.Draw(strip)
    bottom, last = strip.height - 1, strip.width - 1
    canvas.rectangle((0, bottom - 2, last, bottom), fill=255)
    for tick in range(1 + int(profile.width_mm) // _MM_PER_TICK):
        x = min(last, round(tick * _MM_PER_TICK * profile.dots_per_inch / 25.4))
        canvas.rectangle((x, strip.height // 2, x + 1, bottom), fill=255)
    for x in (0, last - 2):
        canvas.rectangle((x, 0, x + 2, bottom), fill=255)
    return strip


def _patterns(sheet: Sheet) -> Image.Image:
    """Return two areas of squares, one and four dots wide, which show a worn head or a weak power supply."""
    strip = sheet.strip(sheet.px(48))
    half = sheet.column_dots // 2 - sheet.px(8)
    for dot, left in ((1, sheet.margin_dots), (4, sheet.width_dots - sheet.margin_dots - half)):
        across, down = half // dot, strip.height // dot
        squares = bytes(255 * ((x + y) & 1) for y in range(down) for x in range(across))
        field = Image.frombytes("L", (across, down), squares)
        strip.paste(field.resize((across * dot, down * dot), Image.Resampling.NEAREST), (left, 0))
    return strip


def _codes() -> list[Image.Image]:
    """Return one QR code per size; its text is the size."""
    return [code_image(f"KIOSK TEST {dots}", dots) for dots in _MODULE_DOTS]
