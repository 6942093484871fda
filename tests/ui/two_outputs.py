"""Photographs screen and board in the compositor, side by side: `python -m tests.ui.two_outputs FILE`.

docs/gallery/two-outputs.png was made so.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from kiosk.config import Home, load
from kiosk.defaults import write_home
from kiosk.lobby.lobby import Lobby
from tests.compositors import hall
from tests.healths import health_words
from tests.ui.test_compositor import SIZES, is_seen, start
from tests.waiting import until

_HEIGHT = 640
_GAP = 24
_COLORS = 256
_WALL = (96, 96, 96)


def main() -> None:
    """Show a hall with somebody called on two outputs, and write what is seen on them."""
    with hall(extra=SIZES) as there:
        home = Home.at(there.folder / "home")
        write_home(home, always_open=True, kiosk={"screen.output": "HEADLESS-1", "board.output": "HEADLESS-2"})
        lobby = Lobby.open(load(home))
        for letter in "AAB":
            lobby.take(letter)
        lobby.call_next(1)
        lobby.close()
        start(there, "printer")
        until(lambda: health_words(home).get("printer", {}).get("status") == "ready", "the printer is not ready")
        outputs = {"screen": "HEADLESS-1", "board": "HEADLESS-2"}
        for name, output in outputs.items():
            start(there, name)
            until(lambda name=name, output=output: is_seen(there, name, output), f"the {name} is not seen")  # type: ignore[misc]
        pictures = [there.seen(output) for output in outputs.values()]
    small = [one.resize((one.width * _HEIGHT // 1920, one.height * _HEIGHT // 1920)) for one in pictures]
    wall = Image.new("RGB", (sum(one.width for one in small) + 3 * _GAP, _HEIGHT + 2 * _GAP), _WALL)
    left = _GAP
    for one in small:
        wall.paste(one, (left, (wall.height - one.height) // 2))
        left += one.width + _GAP
    wall.quantize(_COLORS).save(Path(sys.argv[1]), optimize=True)


if __name__ == "__main__":
    main()
