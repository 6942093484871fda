"""Three ways through the screens: with a finger, with the four keys, and with printed choices under the scanner."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.ports.panel import Key
from kiosk.ui.drawing.scene import Scene
from kiosk.ui.flow.visit import Visit
from tests.clocks import FakeClock
from tests.ui.finger import Finger

_MOST_PAGES = 12
_MOST_KEYS = 80
Way = Callable[["Walker", str], None]


class Walker:
    """Somebody who goes one of the ways, and holds cards and codes under the scanner."""

    def __init__(self, visit: Visit, clock: FakeClock, way: Way) -> None:
        self.visit = visit
        self.finger = Finger(visit, clock)
        self._clock = clock
        self._way = way

    def see(self) -> Scene:
        """Look at the screen as it is now."""
        return self.finger.see()

    def go(self, *ids: str) -> Scene:
        """Choose one thing after the other; what is on a later page is looked for there."""
        for id in ids:
            for _ in range(_MOST_PAGES):
                if self.see().target(id) is not None:
                    break
                self._choose("more")
            self._choose(id)
        return self.see()

    def hold(self, payload: str) -> Scene:
        """Hold a code under the scanner."""
        self._clock.pass_time(seconds=1)
        self.visit.scan(payload)
        return self.see()

    def _choose(self, id: str) -> None:
        scene = self.see()
        assert scene.target(id) is not None, f"no {id!r} on {scene.name}: {[one.id for one in scene.targets]}"
        self._clock.pass_time(seconds=1)
        self._way(self, id)
        self.see()


def touching(walker: Walker, id: str) -> None:
    """Touch it."""
    walker.finger.tap(id)


def keying(walker: Walker, id: str) -> None:
    """Press the keys until they stand on it, then the round one."""
    for _ in range(_MOST_KEYS):
        walker.visit.press(Key.NEXT)
        walker.see()
        if walker.visit.session.focus == id:
            walker.visit.press(Key.CHOOSE)
            return
    raise AssertionError(f"the keys never come to {id!r} on {walker.see().name}")


def scanning(walker: Walker, id: str) -> None:
    """Hold the printed choice under the scanner."""
    walker.visit.scan(f"HNK:{id}")


WAYS = {"touch": touching, "keys": keying, "scan": scanning}
