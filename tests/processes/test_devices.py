"""A process opens the devices that its settings name, and no other."""

from __future__ import annotations

import contextlib
from pathlib import Path

from msgspec.structs import replace as changed

from kiosk.config.types import Panel, Scanner, Sound
from kiosk.processes import devices
from kiosk.records import replace
from tests.halls import settings


def test_a_device_that_a_kiosk_lacks_by_choice_is_none_and_any_other_is_opened(tmp_path: Path) -> None:
    bare = settings(tmp_path)
    assert (devices.scanner(bare), devices.panel(bare)) == (None, None)
    assert (devices.speaker(bare, "screen"), devices.speaker(bare, "board")) == (None, None)
    kiosk = changed(bare.kiosk, scanner=Scanner(driver="simulated"), panel=Panel(driver="simulated"))
    for part, name, other in (("sound", "screen", "board"), ("board_sound", "board", "screen")):
        hall = replace(bare, kiosk=changed(kiosk, **{part: Sound(driver="simulated")}))
        with contextlib.ExitStack() as opened:
            speaker = devices.speaker(hall, name)  # type: ignore[arg-type]  # a face
            for device in (devices.scanner(hall), devices.panel(hall), speaker):
                assert device is not None
                opened.enter_context(contextlib.closing(device))
            assert devices.speaker(hall, other) is None  # type: ignore[arg-type]  # a face
