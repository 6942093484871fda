"""Why no code was read in a frame: too dark, too bright, too small, or blurred. A rough estimate; no hint in doubt."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter, ImageStat

from kiosk.model.hint import Hint

_LOOK_PX = 640
"""The longer side of the picture that is examined."""
_CELL_PX = 20
_DARK_MEAN = 45
_CLIPPED = 250
_CLIPPED_SHARE, _GLARE_SHARE = 0.3, 0.12
"""Largest share of clipped pixels in the frame, and in the object in it; paper in good light is at 225."""
_BUSY = 4
"""Mean difference in grey steps between a pixel and its surroundings: print and codes have more, plain areas less."""
_FEWEST_CELLS = 4
_SMALL_SHARE = 0.3
"""Share of the frame's height from which a card's code of 57 modules has four pixels per module."""
_SHARP = 0.29

_HOLD_S = 1.0
_SURE_S = 0.6


def hint(frame: Image.Image, *, is_moving: bool) -> Hint | None:
    """Return the hint for a frame in which no code was read; None when nothing is in view or no fault is seen.

    Args:
        frame: of mode "L".
    """
    look = frame.reduce(max(1, max(frame.size) // _LOOK_PX))
    histogram = look.histogram()
    pixels = look.width * look.height
    if ImageStat.Stat(histogram).mean[0] < _DARK_MEAN:
        return Hint.TOO_DARK
    if sum(histogram[_CLIPPED:]) > pixels * _CLIPPED_SHARE:
        return Hint.TOO_BRIGHT
    patch = _busiest(look)
    if patch is None:
        return None
    held = look.crop(patch)
    if sum(held.histogram()[_CLIPPED:]) > held.width * held.height * _GLARE_SHARE:
        return Hint.TOO_BRIGHT
    if is_moving:
        return Hint.HOLD_STILL
    if min(held.size) < look.height * _SMALL_SHARE:
        return Hint.CLOSER
    return Hint.HOLD_STILL if _sharpness(held) < _SHARP else None


class SteadyHints:
    """Hints that do not flicker: each is shown only when it lasts, and then for at least a second."""

    def __init__(self) -> None:
        self.shown: Hint | None = None
        self._shown_at = float("-inf")
        self._seen: Hint | None = None
        self._seen_at = float("-inf")

    def see(self, hint: Hint | None, now: float) -> None:
        """Record the hint at a time of the monotonic clock."""
        if hint is not self._seen:
            self._seen, self._seen_at = hint, now
        if hint is not self.shown and now - self._seen_at >= _SURE_S and now - self._shown_at >= _HOLD_S:
            self.shown, self._shown_at = hint, now

    def clear(self) -> None:
        """Remove the hint after a code was read."""
        self.shown, self._seen = None, None


def _busiest(look: Image.Image) -> tuple[int, int, int, int] | None:
    """Return the box in pixels of the largest area with the detail of print, or None."""
    cells = _detail(look, 3).reduce(_CELL_PX)
    width = cells.width
    grey = cells.tobytes()
    busy = {at for at, value in enumerate(grey) if value > _BUSY}
    patches = []
    while busy:
        patch, edge = set(), {busy.pop()}
        while edge:
            patch |= edge
            edge = {near for at in edge for near in (at - width, at + width, *_neighbours(at, width))} & busy
            busy -= edge
        patches.append(patch)
    largest = max(patches, key=len, default=set())
    if len(largest) < _FEWEST_CELLS:
        return None
    columns, rows = [at % width for at in largest], [at // width for at in largest]
    right, bottom = (max(columns) + 1) * _CELL_PX, (max(rows) + 1) * _CELL_PX
    return min(columns) * _CELL_PX, min(rows) * _CELL_PX, min(right, look.width), min(bottom, look.height)


def _neighbours(at: int, width: int) -> list[int]:
    """Return the neighbours of a cell in its row."""
    column = at % width
    return [at + step for step in (-1, 1) if 0 <= column + step < width]


def _sharpness(held: Image.Image) -> float:
    """Return the share of fine detail: 0.3 and more for a code in focus, 0.25 and less for a blurred one."""
    all_of_it = _mean(_detail(held, 4))
    return _mean(_detail(held, 1)) / all_of_it if all_of_it else 1.0


def _detail(picture: Image.Image, radius_px: int) -> Image.Image:
    return ImageChops.difference(picture, picture.filter(ImageFilter.BoxBlur(radius_px)))


def _mean(picture: Image.Image) -> float:
    return ImageStat.Stat(picture).mean[0]
