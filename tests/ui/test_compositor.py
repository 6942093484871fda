"""Screen and board in the real compositor, each on its own output: what is painted is what is seen.

In memory nothing ever takes the picture away. A compositor does: it places the window, and SDL hands out a blank
surface for it. KIOSK_CYCLES=200 pulls the television's cable as often; 20 times without it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from kiosk.config import Home
from kiosk.defaults import write_home
from kiosk.ui.drawing.theme import BOARD, DAY
from kiosk.ui.window.mirror_client import MirrorClient
from tests.compositors import Hall, hall, hall_with_cables, kiosk_on, needs_sway, once_more, socket_name
from tests.healths import health_words
from tests.ui.pointer import Pointer
from tests.ui.test_process import assert_asleep
from tests.waiting import until

_CYCLES = int(os.environ.get("KIOSK_CYCLES", "20"))
_PAPERS = {"screen": tuple(DAY.paper.fill[:3]), "board": tuple(BOARD.paper.fill[:3])}
SIZES = ("output HEADLESS-1 mode 1080x1920", "output HEADLESS-2 mode 1920x1080")

pytestmark = needs_sway


def _home(there: Hall, screen: str, board: str) -> Home:
    home = Home.at(there.folder / "home")
    write_home(home, always_open=True, kiosk={"screen.output": screen, "board.output": board})
    return home


def start(there: Hall, name: str) -> subprocess.Popen[bytes]:
    """Start one of our processes."""
    command = [sys.executable, "-m", "kiosk", "--home", str(there.folder / "home"), "run", name]
    return there.start(*command, SDL_VIDEO_WAYLAND_WMCLASS=f"kiosk-{name}")


def is_seen(there: Hall, name: str, output: str) -> bool:
    """Tell whether a window is what stands on an output."""
    if output not in there.outputs():
        return False
    image = there.seen(output)
    return image.getpixel((image.width - 4, 3)) == _PAPERS[name]  # on a wide screen a bar stands at the left


def _colours_of_the_far_corner(image: Image.Image) -> int:
    """Count the colours where a picture made for another output would be stretched or cut off."""
    corner = image.crop((image.width // 2, image.height // 2, *image.size))
    return len(corner.getcolors(1 << 20) or [])


def test_screen_and_board_are_each_seen_on_their_output_and_then_sleep() -> None:
    with hall(extra=SIZES) as there:
        home = _home(there, "HEADLESS-1", "HEADLESS-2")
        windows = [start(there, "screen"), start(there, "board")]
        outputs = {"screen": ("HEADLESS-1", (1080, 1920)), "board": ("HEADLESS-2", (1920, 1080))}
        for name, (output, size) in outputs.items():
            until(lambda name=name, output=output: is_seen(there, name, output), f"the {name} is not seen")  # type: ignore[misc]
            image = there.seen(output)
            assert image.size == size
            assert _colours_of_the_far_corner(image) > 20
        assert [health_words(home)[name]["display"] for name in outputs] == ["ready", "ready"]
        time.sleep(1)
        assert_asleep(*windows)


@pytest.mark.parametrize("rotate", [90, 270])
def test_a_screen_on_its_side_is_upright_and_felt_where_it_is_seen(rotate: int) -> None:
    turned = kiosk_on("HEADLESS-1", "HEADLESS-2", rotate)
    # Where the pointer will point; sway lets the outputs that come later lie further left, or further right.
    places = ("output HEADLESS-1 mode 1920x1080 position 0 0", f"{SIZES[1]} position 1080 0")
    with hall(extra=places, kiosk=turned) as there:
        _home(there, "HEADLESS-1", "HEADLESS-2")
        start(there, "screen")
        until(lambda: is_seen(there, "screen", "HEADLESS-1"), "the screen is not seen")
        image = there.seen("HEADLESS-1")
        assert image.size == (1080, 1920)
        assert _colours_of_the_far_corner(image) > 20
        mirror = MirrorClient(there.folder / "home" / "run" / "screen.sock")
        with mirror, closing(Pointer(there.folder / "wayland-1", (1080 + 1920, 1920))) as pointer:
            left, top, width, height = next(one["rect"] for one in mirror.scene()["targets"] if one["id"] == "take")

            def is_felt() -> bool:
                # Again, because SDL hears a pointer only some time after it was plugged in.
                pointer.press(left + width / 2, top + height / 2)
                return bool(mirror.scene()["screen"] == "service")

            until(is_felt, "the button is not felt where it is seen")


@once_more
def test_a_television_unplugged_again_and_again_harms_nobody_and_shows_the_board_when_it_is_back() -> None:
    first, *sockets = [socket_name(number) for number in range(1, 3 + _CYCLES)]
    with hall_with_cables(2 + _CYCLES) as there:
        home = _home(there, first, "")
        windows = {name: start(there, name) for name in ("screen", "board")}
        for name, output in (("screen", first), ("board", sockets[0])):
            until(lambda name=name, output=output: is_seen(there, name, output), f"the {name} is not seen")  # type: ignore[misc]
        had = {}
        for cycle, socket in enumerate(sockets[:-1]):
            there.unplug(socket)
            until(lambda: there.windows()["kiosk-board"] == (first, False), "the board lies over the screen")
            assert there.windows()["kiosk-screen"] == (first, True)
            assert there.plug() == sockets[cycle + 1]
            where = (sockets[cycle + 1], True)
            until(lambda where=where: there.windows()["kiosk-board"] == where, "the board does not come back")  # type: ignore[misc]
            if cycle == _CYCLES // 4:  # by now SDL and the painter have all that they keep
                had = {name: _held(window) for name, window in windows.items()}
        until(lambda: is_seen(there, "board", sockets[-1]), "the board is not seen when it is back")
        until(lambda: is_seen(there, "screen", first), "the screen is not seen any more")
        assert all(window.poll() is None for window in windows.values())
        for name, window in windows.items():
            descriptors, threads, kilobytes = (now - then for now, then in zip(_held(window), had[name], strict=True))
            # Pictures on their way to the compositor are descriptors too; one lost in each cycle would be far more.
            assert descriptors < _CYCLES // 2, f"the {name} lost {descriptors} descriptors"
            assert threads <= 0, f"the {name} lost {threads} threads"
            assert kilobytes < 32_000, f"the {name} has grown by {kilobytes} kB"
        assert health_words(home)["board"]["is_running"]


def test_a_compositor_that_ends_ends_the_windows_which_are_then_started_again() -> None:
    with hall() as there:
        home = _home(there, "HEADLESS-1", "HEADLESS-2")
        windows = [start(there, "screen"), start(there, "board")]
        until(lambda: len(there.windows()) == 2, "the windows do not come")
        subprocess.run(["swaymsg", "--socket", str(there.folder / "inner.sock"), "exit"], check=False)
        assert [window.wait(10) for window in windows] == [0, 0]
        assert {health_words(home)[name]["is_running"] for name in ("screen", "board")} == {False}


@once_more
def test_the_status_tells_a_television_that_is_away_and_one_that_is_back() -> None:
    with hall_with_cables(4) as there:
        home = _home(there, socket_name(1), socket_name(3))
        start(there, "board")
        until(lambda: health_words(home).get("board", {}).get("display") == "missing", "a wrong name is not told")
        assert _status(home) == {"display of the board": ("warning", f"no output: {socket_name(3)}")}
        assert there.plug() == socket_name(3)
        until(lambda: health_words(home)["board"]["display"] == "ready", "it is not back")
        (verdict, message) = _status(home)["display of the board"]
        assert (verdict, message.partition(",")[0]) == ("ok", f"ready: {socket_name(3)}")
        there.unplug(socket_name(3))
        until(lambda: health_words(home)["board"]["display"] == "missing", "nobody noticed that it went")


def _status(home: Home) -> dict[str, tuple[str, str]]:
    from kiosk.field.status import report

    return {line.what: (line.verdict.value, line.message) for line in report(home) if line.what.startswith("display")}


def _held(window: subprocess.Popen[bytes]) -> tuple[int, int, int]:
    """Return how many descriptors and threads a process has, and its memory in kB."""
    place = Path(f"/proc/{window.pid}")
    memory = next(line for line in (place / "smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
    return len(list((place / "fd").iterdir())), len(list((place / "task").iterdir())), int(memory.split()[1])
