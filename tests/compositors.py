"""sway as a kiosk runs it, on outputs that are only in memory, with the settings that `kiosk config display` writes.

Outputs in memory can be unplugged by a command since sway 1.9. Debian 12's has no such command: there the outputs are
windows of another sway, and a closed window is an output that has gone. Debian 13's does not survive that, when two
windows open at once. The next output gets another name, as if in another socket.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import ParamSpec

import pytest
from PIL import Image

from kiosk.config import Display, Kiosk
from kiosk.field import compositors
from tests.systemd.places import settings_of
from tests.waiting import until

P = ParamSpec("P")

NOBODY = 65534
"""sway refuses to run as root; in a container the tests are root."""
UMASK = int(settings_of("kiosk-display")["UMask"][0], 8)
PATIENCE_S = 30.0

_NO_ANSWER = 1
"""swaymsg's exit code when the compositor does not answer within three seconds."""


class HungError(Exception):
    """The compositor itself has stopped: Debian 12's does now and then while it opens a window in another one."""


needs_sway = pytest.mark.skipif(
    not shutil.which("sway") or not shutil.which("grim"), reason="sway and grim are not installed"
)


class Hall:
    """A running compositor; `environment` is that of its clients."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.environment = {
            **{key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")},
            "XDG_RUNTIME_DIR": str(folder),
            "HOME": str(folder),
            "WLR_RENDERER": "pixman",
            "WLR_LIBINPUT_NO_DEVICES": "1",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "SDL_AUDIODRIVER": "dummy",
        }
        self._stack = stack
        self._user = NOBODY if os.geteuid() == 0 else None

    def compose(self, name: str, settings: str, **environment: str) -> None:
        """Start a compositor, and wait until it says that it is up."""
        file = self.hand_over(name, settings)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            notify = self.folder / f"{name}.notify"
            line.bind(str(notify))
            line.settimeout(PATIENCE_S)
            if self._user:
                os.chown(notify, self._user, self._user)
            places = {"NOTIFY_SOCKET": str(notify), "SWAYSOCK": str(self.folder / f"{name}.sock")}
            self.start("sway", "--config", str(file), **places, **environment)
            assert line.recv(4096) == b"READY=1"

    def hand_over(self, name: str, settings: str) -> Path:
        """Write a compositor's settings where it can read them, and return their place."""
        file = self.folder / f"{name}.conf"
        file.write_text(settings, encoding="utf-8")
        if self._user:
            os.chown(self.folder, self._user, self._user)
        return file

    def start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a process that ends with the hall."""
        is_sway = command[0] == "sway"
        # An ordinary user may not even reach a checkout in root's own folder, so only sway is one.
        user = self._user if is_sway else None
        process = subprocess.Popen(
            command,
            env={**self.environment, **environment},
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            umask=UMASK if is_sway else -1,
            stdout=subprocess.DEVNULL if is_sway else None,
            stderr=subprocess.DEVNULL if is_sway else None,
        )
        self._stack.callback(_end, process)
        return process

    def message(self, *words: str, to: str = "inner") -> object:
        """Say something to a compositor, and return its answer."""
        command = ["swaymsg", "--socket", str(self.folder / f"{to}.sock"), "--raw", *words]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        if said.returncode == _NO_ANSWER:
            raise HungError(f"{to}: no answer to {words}")
        said.check_returncode()
        return json.loads(said.stdout)

    def outputs(self) -> list[str]:
        """Return the names of the outputs there are."""
        listed = self.message("-t", "get_outputs")
        assert isinstance(listed, list)
        return [output["name"] for output in listed]

    def plug(self) -> str:
        """Plug in one more output, and return its name."""
        before = self.outputs()
        self.message("create_output")
        until(lambda: len(self.outputs()) > len(before), "no output was plugged in")
        return next(name for name in self.outputs() if name not in before)

    def unplug(self, name: str) -> None:
        """Pull the cable of an output."""
        if _unplugs():
            self.message("output", name, "unplug")
        else:
            self._close_window(name)
        until(lambda: name not in self.outputs(), f"{name} is still there")

    def _close_window(self, name: str) -> None:
        """Close the window of the outer compositor that an output is."""
        title = f"wlroots - {name}"
        until(lambda: title in json.dumps(self.message("-t", "get_tree", to="outer")), f"{name} has no window")
        self.message(f'[title="{title}"] kill', to="outer")
        until(lambda: title not in json.dumps(self.message("-t", "get_tree", to="outer")), f"{name} has its window")

    def windows(self) -> dict[str, tuple[str, bool]]:
        """Return app id → name of its output, and whether it is seen, full screen."""
        return dict(_below(self.message("-t", "get_tree"), ""))

    def seen(self, output: str) -> Image.Image:
        """Return what stands on an output."""
        file = self.folder / f"{output}.png"
        self.start("grim", "-o", output, str(file)).wait(10)
        with Image.open(file) as image:
            return image.convert("RGB")


@contextmanager
def hall(outputs: int = 2, *, extra: Sequence[str] = (), kiosk: Kiosk | None = None) -> Iterator[Hall]:
    """Run the compositor with so many outputs, called HEADLESS-1 and so on.

    Args:
        extra: further lines for it, such as the outputs' sizes.
        kiosk: what its settings are made of; without one the first is the screen's and the second the board's.
    """
    with _folder() as (folder, stack):
        made = Hall(folder, stack)
        settings = "\n".join([_settings(kiosk or kiosk_on("HEADLESS-1", "HEADLESS-2")), *extra, ""])
        made.compose("inner", settings, WLR_BACKENDS="headless", WLR_HEADLESS_OUTPUTS=str(outputs))
        made.environment |= {"WAYLAND_DISPLAY": "wayland-1", "SDL_VIDEODRIVER": "wayland"}
        yield made


@contextmanager
def hall_with_cables(sockets: int) -> Iterator[Hall]:
    """Run the compositor with two outputs that can be unplugged, the screen's on `socket_name(1)`.

    Args:
        sockets: how many there are; the board's output has the second, and the next one each time it is plugged in.
    """
    with _folder() as (folder, stack):
        made = Hall(folder, stack)
        board = " ".join(socket_name(number) for number in range(2, sockets + 1))
        settings = _settings(kiosk_on(socket_name(1), socket_name(2)))
        settings = settings.replace(f"workspace board output {socket_name(2)}", f"workspace board output {board}")
        if _unplugs():
            made.compose("inner", settings, WLR_BACKENDS="headless", WLR_HEADLESS_OUTPUTS="2")
            made.environment |= {"WAYLAND_DISPLAY": "wayland-1", "SDL_VIDEODRIVER": "wayland"}
        else:
            outer = "xwayland disable\nexec systemd-notify --ready\n"
            made.compose("outer", outer, WLR_BACKENDS="headless", WLR_HEADLESS_OUTPUTS="1")
            made.compose("inner", settings, WLR_BACKENDS="wayland", WLR_WL_OUTPUTS="2", WAYLAND_DISPLAY="wayland-1")
            made.environment |= {"WAYLAND_DISPLAY": "wayland-2", "SDL_VIDEODRIVER": "wayland"}
        yield made


def socket_name(number: int) -> str:
    """Return the name of an output that can be unplugged; they count from 1."""
    return f"{'HEADLESS' if _unplugs() else 'WL'}-{number}"


@functools.cache
def _unplugs() -> bool:
    """Tell whether this sway can unplug an output by a command."""
    said = subprocess.run(["sway", "--version"], capture_output=True, text=True, check=True).stdout
    major, minor = re.findall(r"\d+", said)[:2]
    return (int(major), int(minor)) >= (1, 9)


def once_more(test: Callable[P, None]) -> Callable[P, None]:
    """Let a test begin anew, twice at most, when the compositor has hung under it; nothing else is forgiven."""

    @functools.wraps(test)
    def trying(*args: P.args, **kwargs: P.kwargs) -> None:
        for _ in range(2):
            with suppress(HungError):
                return test(*args, **kwargs)
        return test(*args, **kwargs)

    return trying


def is_valid(settings: str) -> bool:
    """Let sway read its settings, and tell whether it finds them good."""
    with _folder() as (folder, stack):
        made = Hall(folder, stack)
        file = made.hand_over("settings", settings)
        return made.start("sway", "--validate", "--config", str(file), WLR_BACKENDS="headless").wait(PATIENCE_S) == 0


def kiosk_on(screen: str, board: str, rotate: int = 0) -> Kiosk:
    """Return a kiosk whose windows belong on these outputs, the screen's turned."""
    assert rotate in (0, 90, 180, 270)
    return Kiosk("k00082-1", screen=Display(output=screen, rotate=rotate), board=Display(output=board))  # type: ignore[arg-type]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:  # the windows of a compositor that hangs hang too
        process.kill()
        process.wait()


@contextmanager
def _folder() -> Iterator[tuple[Path, ExitStack]]:
    with tempfile.TemporaryDirectory(prefix="kiosk-hall-") as name, ExitStack() as stack:
        yield Path(name), stack


def _settings(kiosk: Kiosk) -> str:
    return compositors.files("sway", kiosk)["sway.conf"]


def _below(node: object, output: str) -> Iterator[tuple[str, tuple[str, bool]]]:
    assert isinstance(node, dict)
    output = str(node["name"]) if node["type"] == "output" else output
    if "app_id" in node:
        yield str(node["app_id"]), (output, node["visible"] is True and node["fullscreen_mode"] == 1)
    for child in (*node["nodes"], *node["floating_nodes"]):
        yield from _below(child, output)
