"""Keyboard focus: which target is focused, and which one comes next. Pure."""

from __future__ import annotations

from kiosk.ui.drawing.scene import Scene, Target


def focused(scene: Scene, focus: str) -> Target | None:
    """Return the focused target, or None before the first key and after the screen changed."""
    return next((target for target in scene.stops if target.id == focus), None)


def moved(scene: Scene, focus: str, by: int) -> str:
    """Return the id of the target `by` places on, cyclic. Without a focus it is the first or the last target."""
    ids = [target.id for target in scene.stops]
    if not ids:
        return ""
    if focus not in ids:
        return ids[0] if by > 0 else ids[-1]
    return ids[(ids.index(focus) + by) % len(ids)]
