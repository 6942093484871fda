"""Cuts Noto Sans KR down to what Korean text needs, and gives it the line of Be Vietnam Pro.

    npm pack @expo-google-fonts/noto-sans-kr@0.4.3
    tar xzf expo-google-fonts-noto-sans-kr-0.4.3.tgz
    .venv/bin/python kiosk/assets/cut_korean_fonts.py package

The fonts it writes beside Be Vietnam Pro are committed; nobody needs this to build or run a kiosk. Of the 11,172
syllables that can be written it keeps those that are: the 2,350 of KS X 1001, and every syllable that ends in a vowel
or in one of the seven consonants a foreign name may end in (외래어 표기법, chapter 1, article 3), so that a ward can
write any Vietnamese name in Korean. Letters and figures are not kept: they come from Be Vietnam Pro.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"
WEIGHTS = ("500Medium", "700Bold")
_LINE = "BeVietnamPro_400Regular.ttf"
_FIRST_SYLLABLE = 0xAC00
_INITIALS, _VOWELS, _FINALS = 19, 21, 28
_LOANWORD_FINALS = (0, 1, 4, 8, 16, 17, 19, 21)
"""None, ㄱ, ㄴ, ㄹ, ㅁ, ㅂ, ㅅ, ㅇ, by their places in Unicode, chapter 3.12."""
_LETTERS = range(0x3131, 0x3164)
_MARKS = " \u00a0、。〈〉《》「」『』【】〔〕〜！（），．：；？～￦"


def needed() -> set[int]:
    """Return the characters to keep."""
    rows = (bytes([row, cell]) for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF))
    standard = {ord(syllable) for syllable in (code.decode("euc_kr", "ignore") for code in rows) if syllable}
    open_or_soft = {
        _FIRST_SYLLABLE + block * _FINALS + final for block in range(_INITIALS * _VOWELS) for final in _LOANWORD_FINALS
    }
    return standard | open_or_soft | set(_LETTERS) | {ord(mark) for mark in _MARKS}


def cut(source: Path, target: Path) -> None:
    """Write the needed part of a font, with lines as high as those of Be Vietnam Pro: both stand side by side."""
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, glyph_names=False)
    options.drop_tables += ["BASE", "GPOS", "GSUB", "STAT", "vhea", "vmtx"]
    font = TTFont(source, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=needed())
    cutter.subset(font)
    line = TTFont(FONTS / _LINE)
    for table, values in {"hhea": ("ascent", "descent", "lineGap"), "OS/2": ("usWinAscent", "usWinDescent")}.items():
        for value in values:
            setattr(font[table], value, getattr(line[table], value))
    font.save(target)


if __name__ == "__main__":
    for weight in WEIGHTS:
        name = f"NotoSansKR_{weight}.ttf"
        cut(Path(sys.argv[1]) / weight / name, FONTS / name)
