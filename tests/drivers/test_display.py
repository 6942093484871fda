"""Displays: the compositor's outputs by name, the kernel's connectors, and where nobody can tell."""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.config import Display as DisplaySettings
from kiosk.config import Home
from kiosk.drivers.display import open_display
from kiosk.drivers.display.compositor import CompositorDisplay
from kiosk.drivers.display.kms import KmsDisplay
from kiosk.drivers.display.wayland_outputs import Outputs
from kiosk.ports.display import DisplayStatus, Output
from kiosk.ports.window_output import read_about
from tests.compositors import Hall, hall, hall_with_cables, needs_sway, once_more, socket_name

WANTS_2 = DisplaySettings(output="HEADLESS-2")


def _hears(display: CompositorDisplay | Outputs, is_so: Callable[[], bool]) -> None:
    """Read as the ear does until something is so."""
    while not is_so():
        assert select.select([display], [], [], 10)[0], "nothing is said any more"
        display.read()


@needs_sway
def test_outputs_have_their_names_places_and_sizes_as_people_see_them() -> None:
    extra = (
        "output HEADLESS-1 mode 1920x1080 position 0 0 transform 90",
        "output HEADLESS-2 mode 1920x1080 position 1080 0",
    )
    with hall(extra=extra) as there, closing(Outputs(there.folder / "wayland-1")) as outputs:
        assert set(outputs.there) == {
            Output("HEADLESS-1", 0, 0, 1080, 1920),
            Output("HEADLESS-2", 1080, 0, 1920, 1080),
        }


@needs_sway
@once_more
def test_a_display_that_goes_and_comes_is_one_line_each_and_its_output_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with hall_with_cables(3) as there:
        _goes_and_comes(there, Home.at(tmp_path), caplog)


def _goes_and_comes(cables: Hall, home: Home, caplog: pytest.LogCaptureFixture) -> None:
    outputs = Outputs(cables.folder / cables.environment["WAYLAND_DISPLAY"])
    settings = DisplaySettings(output=socket_name(3))
    with closing(CompositorDisplay(settings, home, "board", outputs)) as board, caplog.at_level(logging.INFO):
        caplog.clear()
        assert board.status is DisplayStatus.MISSING
        assert read_about(home, "board") is None
        cables.plug()
        _hears(board, lambda: board.status is DisplayStatus.READY)
        assert (about := read_about(home, "board")) is not None
        assert about.name == socket_name(3)
        cables.unplug(socket_name(3))
        _hears(board, lambda: board.status is DisplayStatus.MISSING)
        assert read_about(home, "board") is None
    assert [one.getMessage().partition(":")[0] for one in caplog.records] == [
        "the display of the board is back",
        f"the display of the board ({socket_name(3)}) is missing; outputs",
    ]


@needs_sway
@pytest.mark.parametrize(("wanted", "level"), [("HEADLESS-1", "INFO"), ("HEADLESS-2", "WARNING"), ("", "INFO")])
def test_a_window_on_the_wrong_output_is_a_warning_and_on_its_own_a_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, wanted: str, level: str
) -> None:
    monkeypatch.setattr("kiosk.drivers.display.compositor._SETTLES_IN_S", 0.0)
    with hall(extra=("output HEADLESS-1 position 0 0", "output HEADLESS-2 position 1280 0")) as there:
        outputs = Outputs(there.folder / "wayland-1")
        display = CompositorDisplay(DisplaySettings(output=wanted), Home.at(tmp_path), "board", outputs)
        with closing(display) as board, caplog.at_level(logging.INFO):
            for _ in range(2):
                board.shown_at(0, 0)
                assert board.status is DisplayStatus.READY
    (line,) = caplog.records
    assert (line.levelname, "HEADLESS-1, 1280x720" in line.getMessage()) == (level, True)


@needs_sway
def test_a_compositor_that_ends_is_a_missing_display_and_no_busy_ear(tmp_path: Path) -> None:
    with hall() as there:
        board = CompositorDisplay(WANTS_2, Home.at(tmp_path), "board", Outputs(there.folder / "wayland-1"))
        assert board.status is DisplayStatus.READY
    with closing(board):
        _hears(board, lambda: board.status is DisplayStatus.MISSING)
        assert select.select([board], [], [], 0)[0] == []
    board.close()


@pytest.mark.parametrize("nonsense", [b"", bytes(64), b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_server_that_hangs_up_or_speaks_nonsense_is_an_error_and_not_a_wait(tmp_path: Path, nonsense: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "wayland-0"))
        listener.listen()

        def serve() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(4096)
                client.sendall(nonsense)

        server = threading.Thread(target=serve)
        server.start()
        with pytest.raises(OSError, match=r"compositor|reset|Broken"):
            Outputs(tmp_path / "wayland-0")
        server.join()


def _connector(folder: Path, name: str, status: str) -> None:
    (folder / f"card1-{name}").mkdir(parents=True, exist_ok=True)
    (folder / f"card1-{name}" / "status").write_text(f"{status}\n")


@pytest.mark.parametrize("wanted", ["HDMI-A-1", ""])
def test_without_a_compositor_the_kernel_knows_what_is_plugged_in(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, wanted: str
) -> None:
    (tmp_path / "card1").mkdir()
    _connector(tmp_path, "HDMI-A-1", "connected")
    _connector(tmp_path, "HDMI-A-2", "disconnected")
    with closing(KmsDisplay(DisplaySettings(output=wanted), "screen", tmp_path)) as screen:
        with caplog.at_level(logging.INFO):
            assert screen.status is DisplayStatus.READY
            for status in ("disconnected", "unknown", "connected"):
                _connector(tmp_path, "HDMI-A-1", status)
                assert screen.status is (DisplayStatus.READY if status == "connected" else DisplayStatus.MISSING)
        assert select.select([screen], [], [], 0)[0] == []
    screen.close()
    assert [one.getMessage() for one in caplog.records] == [
        f"the display of the screen ({wanted or 'any'}) is missing; connectors: HDMI-A-1, HDMI-A-2",
        "the display of the screen is back: HDMI-A-1",
    ]


def test_a_connector_of_another_name_does_not_count(tmp_path: Path) -> None:
    _connector(tmp_path, "HDMI-A-2", "connected")
    with closing(KmsDisplay(DisplaySettings(output="HDMI-A-1"), "screen", tmp_path)) as screen:
        assert screen.status is DisplayStatus.MISSING


@pytest.mark.parametrize("driver", ["dummy", "x11", "wayland", None])
def test_where_nobody_can_tell_there_is_no_display_to_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, driver: str | None
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))  # no compositor here: the window will say so
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    if driver:
        monkeypatch.setenv("SDL_VIDEODRIVER", driver)
    assert open_display(WANTS_2, Home.at(tmp_path), "board") is None


def test_a_window_on_a_desktop_belongs_on_no_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "kmsdrm")
    settings = DisplaySettings(is_fullscreen=False)
    assert open_display(settings, Home.at(tmp_path), "screen") is None
    display = open_display(DisplaySettings(), Home.at(tmp_path), "screen")
    assert isinstance(display, KmsDisplay)
    display.close()
