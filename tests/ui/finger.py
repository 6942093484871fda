"""A finger for tests: touches targets by their ids, as far apart as people do."""

from __future__ import annotations

from kiosk.ui.drawing.scene import Scene
from kiosk.ui.flow.visit import Visit
from kiosk.ui.window.window import Touch
from tests.clocks import FakeClock

_PAUSE_S = 0.5
"""Longer than `Delays.settle_s`."""


class Finger:
    """Somebody's finger on the glass of one visit."""

    def __init__(self, visit: Visit, clock: FakeClock) -> None:
        self.visit = visit
        self.clock = clock
        self.see()

    def see(self) -> Scene:
        """Let the screen do what is due, and look at it."""
        self.visit.tick()
        return self.visit.scene()

    @property
    def screen(self) -> str:
        """The name of the screen seen now."""
        return self.see().name

    def tap(self, *ids: str) -> Scene:
        """Touch targets one after the other and return what is seen then."""
        for id in ids:
            self.clock.pass_time(seconds=_PAUSE_S)
            self.press(id)
            self.lift(id)
        return self.see()

    def press(self, id: str) -> None:
        """Come down on a target."""
        self.visit.touch(Touch(True, *self._middle(id)))
        self.see()

    def lift(self, id: str) -> None:
        """Lift the finger where this target is, or was."""
        self.visit.touch(Touch(False, *self._middle(id)))
        self.see()

    def strike(self, x: float, y: float) -> None:
        """Touch a point, whatever is there."""
        self.visit.touch(Touch(True, x, y))
        self.visit.touch(Touch(False, x, y))

    def wait(self, seconds: float) -> Scene:
        """Let time pass as the loop would: waking whenever something is due."""
        ends_at = self.clock.monotonic() + seconds
        while (left := ends_at - self.clock.monotonic()) > 0:
            self.clock.pass_time(seconds=min(left, max(0.01, self.visit.tick())))
        return self.see()

    def _middle(self, id: str) -> tuple[int, int]:
        scene = self.see()
        target = scene.target(id)
        assert target is not None, f"no target {id!r} on {scene.name}: {[one.id for one in scene.targets]}"
        return target.box.center
