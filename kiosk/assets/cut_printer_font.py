"""Cuts the letters that an ESC/POS printer has built in ("font A", 12 × 24 dots) out of Terminus Font's PCF file.

    python kiosk/assets/cut_printer_font.py ter-u24b_iso-8859-15.pcf.gz

The makers' own letters are not free; these have the same cell. They are what the emulated printer types with.
"""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path

from PIL import Image, PcfFontFile

CELL, COLUMNS = (12, 24), 16
TO = Path(__file__).parent / "fonts" / "PrinterA_12x24.png"


def main(source: Path) -> None:
    """Write the 95 printable letters of ASCII as one picture, 16 in a row, ink black."""
    font = PcfFontFile.PcfFontFile(io.BytesIO(gzip.decompress(source.read_bytes())))
    letters = range(0x20, 0x7F)
    sheet = Image.new("1", (CELL[0] * COLUMNS, CELL[1] * -(-len(letters) // COLUMNS)), 255)
    for index, code in enumerate(letters):
        glyph = font.glyph[code]
        if glyph is not None:
            cell = glyph[3].point([255, *[0] * 255], "1")
            sheet.paste(cell, (index % COLUMNS * CELL[0], index // COLUMNS * CELL[1]))
    sheet.save(TO, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
