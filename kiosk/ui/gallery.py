"""The gallery: a picture of every state of every screen.

    python -m kiosk.ui.gallery OUT        all pictures; OUT/index.md shows them side by side
    python -m kiosk.ui.gallery --golden   only those that tests compare, into tests/ui/golden
    python -m kiosk.ui.gallery --docs     each screen in portrait (vi) and landscape (en), small, into docs/gallery

It needs Pillow, which writes smaller files. No process of a kiosk imports this module.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import pygame.image
from PIL import Image

from kiosk.records import Record, replace
from kiosk.ui.board import board_screen
from kiosk.ui.compose import compose, previews
from kiosk.ui.drawing.metrics import Metrics
from kiosk.ui.drawing.painter import picture
from kiosk.ui.drawing.scene import Scene
from kiosk.ui.drawing.theme import BOARD, CONTRAST

PANELS = {
    "portrait": Metrics(1080, 1920, 546.0),
    "landscape": Metrics(1920, 1080, 546.0),
    "10-inch": Metrics(1280, 800, 256.0),
    "7-inch-portrait": Metrics(720, 1280, 178.0),
    "7-inch": Metrics(800, 480, 178.0),
}
"""The panels the screens are laid out for; sizes follow their diagonals."""
TELEVISIONS = {"television": Metrics(1920, 1080, 1090.0), "television-portrait": Metrics(1080, 1920, 1090.0)}
LANGUAGES = ("vi", "en", "ko")
LOOKS = ("", "large", "contrast")

GOLDEN = Path(__file__).parents[2] / "tests" / "ui" / "golden"
DOCS = Path(__file__).parents[2] / "docs" / "gallery" / "screens"
_STANDING = ("portrait", "landscape")
_EVERYWHERE = frozenset(
    {"welcome", "service", "procedure-long", "detail-long", "priority", "number-printed", "number-no-paper", "closed"}
)
"""Previews that are also made for the small panels and the other looks."""
_COLORS = 64


class Shot(Record):
    """One picture to take: a preview on a panel, in a language, and `large`, `contrast` or neither."""

    preview: str
    panel: str
    language: str = "vi"
    look: str = ""

    @property
    def name(self) -> str:
        """The name of its file, without the suffix."""
        return ".".join(part for part in (self.preview, self.panel, self.language, self.look) if part)

    def scene(self) -> Scene:
        """Return the scene."""
        if self.panel in TELEVISIONS:
            board = next(one.board for one in board_screen.previews() if one.name == self.preview)
            return board_screen.paint(board, TELEVISIONS[self.panel], CONTRAST if self.look == "contrast" else BOARD)
        snapshot = next(one.snapshot for one in previews() if one.name == self.preview)
        session = replace(
            snapshot.session,
            language=self.language,
            is_large=self.look == "large",
            is_contrast=self.look == "contrast",
        )
        return compose(replace(snapshot, session=session), PANELS[self.panel])

    def save(self, folder: Path, *, shrunk: int = 1) -> Path:
        """Write it into a folder as a PNG with a palette, a fifth of the size of a true-colour one; return the file.

        Args:
            shrunk: 2 halves width and height.
        """
        file = folder / f"{self.name}.png"
        surface = picture(self.scene())
        image = Image.frombytes("RGB", surface.get_size(), pygame.image.tobytes(surface, "RGB"))
        image = image.reduce(shrunk).quantize(_COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        image.save(file, optimize=True)
        return file


GOLDEN_SHOTS = (
    Shot("welcome", "portrait"),
    Shot("service-capped", "portrait"),
    Shot("detail-long", "portrait", "en"),
    Shot("priority", "portrait", "vi", "contrast"),
    Shot("number-printed", "portrait"),
    Shot("number-no-paper", "portrait"),
    Shot("stay", "portrait"),
    Shot("ask-typed", "portrait"),
    Shot("pay", "portrait", "en"),
    Shot("dossier_said-late", "portrait"),
    Shot("card", "7-inch-portrait"),
    Shot("booking_code-typed", "7-inch"),
    Shot("rate", "landscape", "ko"),
    Shot("comfort-on", "10-inch"),
    Shot("welcome", "landscape", "en"),
    Shot("number-printed", "landscape", "vi", "large"),
    Shot("service", "7-inch"),
    Shot("procedure-long", "7-inch-portrait", "en"),
    Shot("closed", "10-inch"),
    Shot("board", "television"),
    Shot("board-empty", "television-portrait"),
)


def all_shots() -> list[Shot]:
    """Return every picture of the gallery, screen by screen."""
    shots = []
    for preview in previews():
        is_everywhere = preview.name in _EVERYWHERE
        panels = PANELS if is_everywhere else _STANDING
        shots += [Shot(preview.name, panel, language) for panel in panels for language in LANGUAGES]
        if is_everywhere:
            shots += [Shot(preview.name, panel, "vi", look) for look in LOOKS[1:] for panel in PANELS]
    for board in board_screen.previews():
        shots += [Shot(board.name, television, "vi", look) for television in TELEVISIONS for look in ("", "contrast")]
    return shots


def _is_in_docs(shot: Shot) -> bool:
    """Tell whether a picture belongs to the documents: each screen in portrait and landscape, some in all languages."""
    if shot.look or shot.panel not in (*_STANDING, *TELEVISIONS):
        return False
    in_all_languages = shot.preview in _EVERYWHERE and shot.panel == "portrait"
    return in_all_languages or shot.language == ("en" if shot.panel == "landscape" else "vi")


def index(shots: Iterable[Shot], folder: str = "") -> str:
    """Return a Markdown page that shows pictures side by side, under a heading for each preview."""
    lines = ["# Gallery", ""]
    heading = ""
    for shot in shots:
        if shot.preview != heading:
            heading = shot.preview
            lines += ["", f"## {heading}", ""]
        lines.append(f'<img src="{folder}{shot.name}.png" height="420" alt="{shot.name}">')
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the pictures; return the exit code."""
    if len(arguments) != 1:
        print("usage: python -m kiosk.ui.gallery OUT | --golden | --docs", file=sys.stderr)
        return 64
    shots: Sequence[Shot] = all_shots()
    match arguments[0]:
        case "--golden":
            folder, shots = GOLDEN, GOLDEN_SHOTS
        case "--docs":
            folder, shots = DOCS, [shot for shot in shots if _is_in_docs(shot)]
        case out:
            folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for shot in shots:
        shot.save(folder, shrunk=2 if folder == DOCS else 1)
    if folder != GOLDEN:
        (folder / "index.md").write_text(index(shots), encoding="utf-8")
    print(f"{len(shots)} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
