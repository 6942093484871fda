"""Screen and board in the real compositor, each on its own output: what is painted is what is seen.

In memory nothing ever takes the picture away. A compositor does: it places the window, and SDL hands out a blank
surface for it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PIL import Image

from kiosk.config import Home
from kiosk.defaults import write_home
from kiosk.ui.theme import BOARD, DAY
from tests.ui.test_process import _cpu_s

SETTINGS = Path(__file__).parents[2] / "systemd" / "display.conf"
_NOBODY = 65534
"""sway refuses to run as root; in a container the tests are root."""
_PATIENCE_S = 30.0

pytestmark = pytest.mark.skipif(
    not shutil.which("sway") or not shutil.which("grim"), reason="sway and grim are not installed"
)


class _Hall:
    """A compositor with two outputs, as an ordinary user, and our processes in it, as whoever runs the tests."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self._user = _NOBODY if os.geteuid() == 0 else None
        self._environment = {
            **{key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")},
            "XDG_RUNTIME_DIR": str(folder),
            "HOME": str(folder),
            "WLR_BACKENDS": "headless",
            "WLR_HEADLESS_OUTPUTS": "2",
            "WLR_RENDERER": "pixman",
            "WLR_LIBINPUT_NO_DEVICES": "1",
            "LIBGL_ALWAYS_SOFTWARE": "1",
        }

    def open(self) -> None:
        """Write a home and the compositor's settings, hand them to the user, and start the compositor."""
        write_home(Home.at(self.folder / "home"), always_open=True)
        settings = (
            SETTINGS.read_text(encoding="utf-8").replace("HDMI-A-", "HEADLESS-").replace("systemd-notify", "true")
        )
        modes = "\noutput HEADLESS-1 mode 1080x1920\noutput HEADLESS-2 mode 1920x1080\n"
        (self.folder / "display.conf").write_text(settings + modes, encoding="utf-8")
        if self._user:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, self._user, self._user)
        self.start("sway", "--config", str(self.folder / "display.conf"))
        _until(lambda: (self.folder / "wayland-1").exists())
        self._environment |= {"WAYLAND_DISPLAY": "wayland-1", "SDL_VIDEODRIVER": "wayland"}

    def start(self, *command: str, app_id: str = "") -> subprocess.Popen[bytes]:
        """Start a process that ends with the hall."""
        is_sway = command[0] == "sway"
        # An ordinary user may not even reach a checkout in root's own folder, so only sway is one.
        user = self._user if is_sway else None
        process = subprocess.Popen(
            command,
            env={**self._environment, "SDL_VIDEO_WAYLAND_WMCLASS": app_id},
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            stderr=subprocess.DEVNULL if is_sway else None,
        )
        self._stack.callback(process.wait, 10)
        self._stack.callback(process.terminate)
        return process

    def kiosk(self, name: str) -> subprocess.Popen[bytes]:
        """Start the screen or the board."""
        home = str(self.folder / "home")
        return self.start(sys.executable, "-m", "kiosk", "--home", home, "run", name, app_id=f"kiosk-{name}")

    def seen(self, output: str) -> Image.Image:
        """Return what stands on an output."""
        file = self.folder / f"{output}.png"
        self.start("grim", "-o", output, str(file)).wait(10)
        with Image.open(file) as image:
            return image.convert("RGB")


@contextmanager
def _hall() -> Iterator[_Hall]:
    with tempfile.TemporaryDirectory(prefix="kiosk-hall-") as name, ExitStack() as stack:
        hall = _Hall(Path(name), stack)
        hall.open()
        yield hall


def _until(is_so: object) -> None:
    assert callable(is_so)
    deadline = time.monotonic() + _PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_screen_and_board_are_each_seen_on_their_output_and_then_sleep() -> None:
    with _hall() as hall:
        windows = [hall.kiosk("screen"), hall.kiosk("board")]
        papers = {"HEADLESS-1": tuple(DAY.paper.fill[:3]), "HEADLESS-2": tuple(BOARD.paper.fill[:3])}
        sizes = {"HEADLESS-1": (1080, 1920), "HEADLESS-2": (1920, 1080)}
        for output, paper in papers.items():
            _until(lambda output=output, paper=paper: hall.seen(output).getpixel((3, 3)) == paper)
            image = hall.seen(output)
            assert image.size == sizes[output]
            # The far corner too: a picture made for another output would be stretched or cut off there.
            corner = image.crop((image.width // 2, image.height // 2, *image.size))
            assert len(corner.getcolors(1 << 20) or []) > 20
        time.sleep(1)
        before = [_cpu_s(window) for window in windows]
        time.sleep(2)
        for window, cpu_s in zip(windows, before, strict=True):
            assert _cpu_s(window) - cpu_s <= 0.03, "an idle window does not sleep"
