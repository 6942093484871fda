"""A panel whose chip goes and comes back at random: `python -m tests.drivers.panel_losses` does it 200 times."""

from __future__ import annotations

import logging
import os
import random
import threading
import time

from benchmarks.machine import pss_mb
from kiosk.ports.panel import Key, Lamp, Light, PanelStatus, Sign
from tests.descriptors import open_descriptors
from tests.drivers.control_socket_rigs import PATIENCE_S, is_readable
from tests.drivers.panel_rigs import GpioRig

_LOSSES = 200
_SEED = 4


def lose_and_find(rig: GpioRig, chance: random.Random) -> None:
    """Take the chip away at some moment of what a panel does, and give it back."""
    rig.feel(Sign.CUP_PLACED, *chance.sample([*Key, Sign.CAME, Sign.LEFT], 3))
    if chance.random() < 0.5:
        rig.panel.pour()
    if chance.random() < 0.5:
        rig.panel.beep(3)
    rig.unplug()
    _until(rig, PanelStatus.OFFLINE)
    rig.plug()  # while it is gone nobody can turn anything off, and the relay has no power
    _until(rig, PanelStatus.READY)
    assert not rig.pours()


def held() -> tuple[int, int]:
    """Return how many descriptors and threads this process has."""
    return open_descriptors(), threading.active_count()


def _until(rig: GpioRig, status: PanelStatus) -> None:
    while rig.panel.status is not status:
        assert is_readable(rig.panel, PATIENCE_S)
        rig.panel.read()


def _main() -> None:
    logging.disable(logging.WARNING)
    chance, rig = random.Random(_SEED), GpioRig()
    rig.panel.lamp(Lamp.BLINK)
    rig.panel.light(Light.FAULT)
    for _ in range(10):  # what is loaded once is loaded
        lose_and_find(rig, chance)
    before, began = (*held(), pss_mb(os.getpid())), time.monotonic()
    for _ in range(_LOSSES):
        lose_and_find(rig, chance)
    after = (*held(), pss_mb(os.getpid()))
    rig.panel.close()
    print(f"the panel's chip gone and back {_LOSSES} times in {time.monotonic() - began:.0f} s")
    for what, first, last in zip(("descriptors", "threads", "memory, MB"), before, after, strict=True):
        print(f"  {what:12} {first:6.1f} -> {last:6.1f}")


if __name__ == "__main__":
    _main()
