"""Colours by their role, and contrast between colours."""

from __future__ import annotations

from typing import NamedTuple

from kiosk.records import Record


class Color(NamedTuple):
    """Red, green, blue and opacity, each 0..255."""

    r: int
    g: int
    b: int
    a: int = 255

    @classmethod
    def of(cls, name: str) -> Color:
        """Return the colour of `RRGGBB` or `RRGGBBAA`."""
        return cls(*bytes.fromhex(name))

    @property
    def luminance(self) -> float:
        """Relative luminance, 0..1. Source: WCAG 2.2, definition of relative luminance."""
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in self[:3]))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    def contrast(self, other: Color) -> float:
        """Return the contrast ratio with another opaque colour, 1..21. Source: WCAG 2.2, contrast ratio."""
        high, low = sorted((self.luminance, other.luminance), reverse=True)
        return (high + 0.05) / (low + 0.05)


class Tone(Record):
    """A surface and the colours on it: `text`, secondary text (`soft`), `edge`, and the fill when `pressed`."""

    fill: Color
    text: Color
    soft: Color
    edge: Color
    pressed: Color
    tile: Color
    mark: Color


class Theme(Record):
    """The colours of one theme. `tile` is the square behind an icon, `mark` the icon, `focus` the focus ring."""

    name: str
    paper: Tone
    card: Tone
    main: Tone
    help: Tone
    chosen: Tone
    good: Tone
    warn: Tone
    number: Color
    accent: Color
    focus: Color
    veil: Color


def _tone(fill: str, text: str, soft: str, edge: str, pressed: str, tile: str, mark: str) -> Tone:
    return Tone(*map(Color.of, (fill, text, soft, edge, pressed, tile, mark)))


DAY = Theme(
    name="day",
    paper=_tone("FBF8F3", "1B1815", "534D46", "E0D7CA", "F4EEE5", "F6E6E3", "9E1B1B"),
    card=_tone("FFFFFF", "1B1815", "4A443E", "E0D7CA", "F6E6E3", "F6E6E3", "9E1B1B"),
    main=_tone("9E1B1B", "FFFFFF", "FBF0EE", "9E1B1B", "7A1313", "AF3F3F", "FFFFFF"),
    help=_tone("0F5B46", "FFFFFF", "F3FAF7", "0F5B46", "0A4334", "2A6F5C", "FFFFFF"),
    chosen=_tone("1B1815", "FFFFFF", "FFFFFF", "1B1815", "3A352F", "3A352F", "FFFFFF"),
    good=_tone("E2EFE9", "1B1815", "33443D", "E2EFE9", "D2E5DC", "C7DFD4", "0B4A38"),
    warn=_tone("FFF1D2", "1B1815", "4A4235", "FFF1D2", "FBE6B8", "FBE2AE", "1B1815"),
    number=Color.of("9E1B1B"),
    accent=Color.of("0F5B46"),
    focus=Color.of("0B3A8F"),
    veil=Color.of("1B181599"),
)

CONTRAST = Theme(
    name="contrast",
    paper=_tone("000000", "FFFFFF", "FFFFFF", "FFFFFF", "333333", "000000", "FFE100"),
    card=_tone("000000", "FFFFFF", "FFFFFF", "FFFFFF", "333300", "000000", "FFE100"),
    main=_tone("FFE100", "000000", "000000", "FFE100", "FFFFFF", "FFE100", "000000"),
    help=_tone("FFFFFF", "000000", "000000", "FFFFFF", "FFE100", "FFFFFF", "000000"),
    chosen=_tone("FFE100", "000000", "000000", "FFE100", "FFFFFF", "FFE100", "000000"),
    good=_tone("000000", "FFFFFF", "FFFFFF", "FFFFFF", "333333", "000000", "FFE100"),
    warn=_tone("000000", "FFFFFF", "FFFFFF", "FFE100", "333333", "000000", "FFE100"),
    number=Color.of("FFE100"),
    accent=Color.of("FFE100"),
    focus=Color.of("00E5FF"),
    veil=Color.of("000000CC"),
)

BOARD = Theme(
    name="board",
    paper=_tone("15110E", "FBF8F3", "BDB4A9", "3A332C", "15110E", "9E1B1B", "FFFFFF"),
    card=_tone("211B16", "FBF8F3", "C9C1B6", "3A332C", "211B16", "9E1B1B", "FFFFFF"),
    main=_tone("9E1B1B", "FFFFFF", "FBF0EE", "9E1B1B", "7A1313", "AF3F3F", "FFFFFF"),
    help=_tone("0F5B46", "FFFFFF", "F3FAF7", "0F5B46", "0A4334", "2A6F5C", "FFFFFF"),
    chosen=_tone("FFF0C4", "1B1815", "1B1815", "FFF0C4", "FFF0C4", "FFF0C4", "1B1815"),
    good=_tone("15110E", "FBF8F3", "BDB4A9", "3A332C", "15110E", "15110E", "FFF0C4"),
    warn=_tone("15110E", "FFF0C4", "FFF0C4", "3A332C", "15110E", "15110E", "FFF0C4"),
    number=Color.of("FFFFFF"),
    accent=Color.of("FFF0C4"),
    focus=Color.of("FFF0C4"),
    veil=Color.of("00000099"),
)
