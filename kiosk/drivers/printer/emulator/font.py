"""How an emulated printer types: a line of letters of its font A, burnt when the line is fed.

Source: Epson ESC/POS command reference, ESC E, GS !, ESC 3, ESC $, LF.
"""

from __future__ import annotations

from PIL import Image

from kiosk.receipt.own_font import CELL_DOTS, letter_image

_POWER_ON_LINE_DOTS = 30


class Letters:
    """The line being typed and its settings: position in dots, scale, bold, and distance to the next line in dots."""

    def __init__(self) -> None:
        self.at_dots = 0
        self.scale = 1, 1
        self.is_bold = False
        self.line_dots = _POWER_ON_LINE_DOTS
        self._typed: list[tuple[int, Image.Image]] = []

    def type(self, letter: str) -> None:
        """Add a letter at the current position and advance the position."""
        self._typed.append((self.at_dots, letter_image(letter, self.scale, self.is_bold)))
        self.at_dots += CELL_DOTS[0] * self.scale[0]

    def line(self, width_dots: int, margin_dots: int) -> list[int]:
        """End the line and return its rows; the last dot of the head is bit 0.

        There are as many rows as the tallest letter or the line distance needs. All letters share one base line.
        """
        typed, self._typed, self.at_dots = self._typed, [], 0
        height = max((image.height for _, image in typed), default=0)
        rows = [0] * max(height, self.line_dots)
        if typed:
            strip = Image.new("1", (width_dots, height))
            for at, image in typed:
                strip.paste(image, (margin_dots + at, height - image.height))
            packed, width = strip.tobytes(), (width_dots + 7) // 8
            for row in range(height):
                rows[row] = int.from_bytes(packed[row * width : (row + 1) * width], "big") >> -width_dots % 8
        return rows


def doubled(row: bytes) -> bytes:
    """Return a row of a picture with each dot twice as wide."""
    return b"".join(_DOUBLED[byte] for byte in row)


_DOUBLED = [sum(0b11 << 2 * bit for bit in range(8) if byte >> bit & 1).to_bytes(2, "big") for byte in range(256)]
