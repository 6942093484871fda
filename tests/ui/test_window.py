"""The window: fingers, rings and the end, heard while it sleeps."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pygame
import pytest

from kiosk.config import Display
from kiosk.errors import DeviceError
from kiosk.ui.window.input_thread import InputThread
from kiosk.ui.window.window import TOUCH_CANCELLED, Moved, News, Touch, Window, _surface_mode
from tests.clocks import FakeClock
from tests.ui.fakes import FakeBell
from tests.ui.test_mirror import DISPLAY


@pytest.fixture
def window(no_window: None, clock: FakeClock) -> Iterator[Window]:
    """A small window in memory."""
    with Window(DISPLAY, "test", clock.monotonic) as window:
        window.wait(0)
        yield window


def _finger(kind: int, finger: int, x: float, y: float) -> None:
    pygame.event.post(pygame.event.Event(kind, touch_id=1, finger_id=finger, x=x, y=y))


def test_a_finger_comes_in_pixels(window: Window) -> None:
    _finger(pygame.FINGERDOWN, 7, 0.5, 0.25)
    assert window.wait(0) == [Touch(True, 240, 200)]


def test_a_window_that_was_moved_says_where_to(window: Window) -> None:
    pygame.event.post(pygame.event.Event(pygame.WINDOWMOVED, x=1080, y=0))
    assert window.wait(0) == [Moved(1080, 0)]


@pytest.mark.parametrize(
    ("driver", "is_fullscreen", "size", "flags"),
    [
        ("wayland", True, (1080, 1920), pygame.NOFRAME | pygame.RESIZABLE),
        ("kmsdrm", True, (0, 0), pygame.FULLSCREEN),
        ("x11", True, (1080, 1920), pygame.FULLSCREEN),
        ("x11", False, (1080, 1920), 0),
        ("wayland", False, (1080, 1920), 0),
    ],
)
def test_a_window_is_opened_as_its_driver_needs_it(
    driver: str, is_fullscreen: bool, size: tuple[int, int], flags: int
) -> None:
    assert _surface_mode(Display(is_fullscreen=is_fullscreen), driver) == (size, flags)


def test_size_0_is_the_size_that_the_output_has(no_window: None) -> None:
    pygame.display.init()
    surface = pygame.display.set_mode(*_surface_mode(Display(width_px=320, height_px=320), "kmsdrm"))
    assert surface.get_size() == pygame.display.get_desktop_sizes()[0]


def test_a_second_finger_is_not_meant(window: Window) -> None:
    _finger(pygame.FINGERDOWN, 1, 0.5, 0.5)
    _finger(pygame.FINGERDOWN, 2, 0.1, 0.1)
    _finger(pygame.FINGERUP, 2, 0.1, 0.1)
    _finger(pygame.FINGERUP, 1, 0.5, 0.5)
    assert window.wait(0) == [Touch(True, 240, 400), Touch(False, 240, 400)]


@pytest.mark.parametrize("is_reused", [False, True])
def test_a_finger_whose_lifting_never_came_does_not_make_the_screen_deaf(
    window: Window, clock: FakeClock, is_reused: bool
) -> None:
    _finger(pygame.FINGERDOWN, 1, 0.5, 0.5)
    assert window.wait(0) == [Touch(True, 240, 400)]
    clock.pass_time(seconds=0 if is_reused else 2)
    finger = 1 if is_reused else 2
    _finger(pygame.FINGERDOWN, finger, 0.1, 0.1)
    _finger(pygame.FINGERUP, finger, 0.1, 0.1)
    assert window.wait(0) == [Touch(True, 48, 80), Touch(False, 48, 80)]
    _finger(pygame.FINGERUP, 1, 0.5, 0.5)
    assert window.wait(0) == [], "the lost one comes back, and is not meant any more"


def test_a_second_finger_is_not_meant_before_two_seconds_are_over(window: Window, clock: FakeClock) -> None:
    _finger(pygame.FINGERDOWN, 1, 0.5, 0.5)
    window.wait(0)
    clock.pass_time(seconds=1.9)
    _finger(pygame.FINGERDOWN, 2, 0.1, 0.1)
    assert window.wait(0) == []


def test_a_finger_that_presses_slowly_is_meant_however_long_it_takes(window: Window, clock: FakeClock) -> None:
    _finger(pygame.FINGERDOWN, 1, 0.5, 0.5)
    window.wait(0)
    clock.pass_time(seconds=20)
    _finger(pygame.FINGERUP, 1, 0.5, 0.5)
    assert window.wait(0) == [Touch(False, 240, 400)]


def test_fingers_of_two_glasses_with_one_id_are_two_fingers(window: Window) -> None:
    _finger(pygame.FINGERDOWN, 0, 0.5, 0.5)
    window.touch(Touch(True, 48, 80))
    window.touch(Touch(False, 48, 80))
    _finger(pygame.FINGERUP, 0, 0.5, 0.5)
    assert window.wait(0) == [Touch(True, 240, 400), Touch(False, 240, 400)]


def test_a_window_that_is_left_lets_the_finger_go_and_presses_nothing(window: Window) -> None:
    _finger(pygame.FINGERDOWN, 1, 0.5, 0.5)
    window.wait(0)
    pygame.event.post(pygame.event.Event(pygame.WINDOWFOCUSLOST))
    assert window.wait(0) == [TOUCH_CANCELLED]
    _finger(pygame.FINGERDOWN, 2, 0.1, 0.1)
    assert window.wait(0) == [Touch(True, 48, 80)]


def test_the_mouse_works_as_a_finger_and_its_other_buttons_do_not(window: Window) -> None:
    for button in (1, 3):
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=button, pos=(10, 20), touch=False))
    assert window.wait(0) == [Touch(True, 10, 20)]


def test_many_commits_while_the_screen_is_busy_are_one_ring(window: Window) -> None:
    for _ in range(20):
        window.ring()
    assert window.wait(0) == [News.RING]
    assert window.wait(0) == []


def test_sleeping_costs_no_time_and_a_ring_ends_it(window: Window) -> None:
    bell = FakeBell()
    with InputThread(bell, window):
        before = time.process_time()
        threading.Timer(0.3, bell.ring).start()
        assert window.wait(30) == [News.RING]
        assert time.process_time() - before < 0.05


def test_a_signal_ends_it(window: Window) -> None:
    with InputThread(FakeBell(), window):
        signalled = threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGTERM])
        signalled.start()
        heard = window.wait(30)
        signalled.join()  # without the ear the signal would end the test run
    assert heard == [News.QUIT]


def test_closing_twice_is_fine(window: Window) -> None:
    window.close()
    window.close()


def test_no_display_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "cathode-ray")
    with pytest.raises(DeviceError, match=r"cathode-ray.*SDL_VIDEODRIVER=dummy"):
        Window(DISPLAY, "test")
