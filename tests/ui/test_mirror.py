"""The mirror over a real socket and a real window in memory: what is seen is what is there, and touches are real."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.config import Display
from kiosk.ports.panel import Key
from kiosk.ui.compose import compose
from kiosk.ui.drawing.metrics import Metrics
from kiosk.ui.drawing.scene import Scene
from kiosk.ui.flow.events import Screen
from kiosk.ui.samples import at
from kiosk.ui.window.mirror_client import MirrorClient
from kiosk.ui.window.mirror_server import Mirror
from kiosk.ui.window.window import Input, Touch, Window

DISPLAY = Display(width_px=480, height_px=800, diagonal_mm=178.0, is_fullscreen=False)


@pytest.fixture
def window(no_window: None) -> Iterator[Window]:
    """A small window in memory."""
    with Window(DISPLAY, "test") as window:
        yield window


@pytest.fixture
def socket(window: Window, tmp_path: Path) -> Iterator[Path]:
    """Where its mirror listens."""
    path = tmp_path / "run" / "screen.sock"
    with Mirror(path, window):
        yield path


def _scene(screen: Screen = Screen.WELCOME) -> Scene:
    return compose(at(screen), Metrics.of(DISPLAY))


def test_a_client_sees_the_true_pixels_and_words(window: Window, socket: Path) -> None:
    window.show(_scene())
    with MirrorClient(socket) as client:
        frame = client.frame()
        assert frame is not None
        assert (frame.width, frame.height, len(frame.rgb)) == (480, 800, 480 * 800 * 3)
        assert frame.rgb[:3] == bytes(_scene().paper[:3])
        scene = client.scene()
    assert (scene["screen"], scene["language"], scene["version"]) == ("welcome", "vi", frame.version)
    assert scene["texts"] == list(_scene().texts)
    assert [target["rect"] for target in scene["targets"]] == [list(target.box) for target in _scene().targets]


def test_a_frame_that_was_seen_is_not_sent_again_until_it_changes(window: Window, socket: Path) -> None:
    window.show(_scene())
    with MirrorClient(socket) as client:
        first = client.frame()
        assert first is not None
        asked = threading.Timer(0.05, window.show, [_scene(Screen.SERVICE)])
        asked.start()
        second = client.frame(first.version)
        asked.join()
    assert second is not None
    assert second.version > first.version
    assert second.rgb != first.rgb


def test_a_key_from_the_mirror_is_a_real_one(window: Window, socket: Path) -> None:
    window.show(_scene())
    with MirrorClient(socket) as client:
        client.key(Key.NEXT)
        heard: list[Input] = []
        while not heard:
            heard += window.wait(5)
    assert heard == [Key.NEXT]


def test_a_touch_from_the_mirror_is_a_real_one(window: Window, socket: Path) -> None:
    window.show(_scene())
    with MirrorClient(socket) as client:
        client.touch(120, 640)
        heard: list[Input] = []
        while len(heard) < 2:
            heard += window.wait(5)
    ways = [(touch.is_down, round(touch.x), round(touch.y)) for touch in heard if isinstance(touch, Touch)]
    assert ways == [(True, 120, 640), (False, 120, 640)]


def test_nobody_else_can_open_the_mirror(socket: Path) -> None:
    assert stat.S_IMODE(socket.stat().st_mode) == 0o600


def test_a_socket_left_by_a_killed_process_is_taken_over(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "screen.sock"
    path.write_bytes(b"")
    window.show(_scene())
    with Mirror(path, window), MirrorClient(path) as client:
        assert client.scene()["screen"] == "welcome"
    assert not path.exists()


@pytest.mark.parametrize(
    "nonsense", [b"\n", b"frame\n", b"frame x\n", b"down 1\n", b"up a b\n", b"\xff\xfe\n", b"x" * 999]
)
def test_nonsense_hangs_up_and_harms_nobody(window: Window, socket: Path, nonsense: bytes) -> None:
    window.show(_scene())
    with MirrorClient(socket) as client:
        client._socket.sendall(nonsense)
        assert client._socket.recv(1) == b""
    with MirrorClient(socket) as client:
        assert client.scene()["screen"] == "welcome"


def test_a_client_that_waits_is_let_go_when_the_window_closes(window: Window, tmp_path: Path) -> None:
    window.show(_scene())
    mirror = Mirror(tmp_path / "screen.sock", window)
    with MirrorClient(tmp_path / "screen.sock") as client:
        first = client.frame()
        assert first is not None
        closing = threading.Timer(0.05, mirror.close)
        closing.start()
        with pytest.raises(OSError, match=r"closed|reset|pipe"):
            while True:
                client.frame(client.scene()["version"])
        closing.join()


def test_a_window_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        MirrorClient(tmp_path / "screen.sock")
