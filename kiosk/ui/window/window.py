"""A window: shows scenes and waits for input. The only module that reads SDL's events."""

from __future__ import annotations

import math
import os
import select
import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import NamedTuple

import pygame
import pygame.display
import pygame.event
import pygame.mouse

from kiosk.closable import Closable
from kiosk.config import Display
from kiosk.errors import DeviceError
from kiosk.ports.panel import Felt, Key
from kiosk.ui.drawing.canvas import Canvas
from kiosk.ui.drawing.scene import Scene
from kiosk.ui.window.touch import TouchTracker

_RING = pygame.USEREVENT
_SURFACE_EVENTS = (pygame.WINDOWEXPOSED, pygame.WINDOWSIZECHANGED)
"""After these events the surface may be blank: SDL recreates it when the compositor has placed the window."""
_ALLOWED_EVENTS = (
    pygame.QUIT,
    pygame.FINGERDOWN,
    pygame.FINGERUP,
    pygame.MOUSEBUTTONDOWN,
    pygame.MOUSEBUTTONUP,
    pygame.KEYDOWN,
    pygame.WINDOWMOVED,
    pygame.WINDOWFOCUSLOST,
    *_SURFACE_EVENTS,
    _RING,
)
_HEADLESS_DRIVERS = ("dummy", "offscreen")
"""Video drivers without input of their own."""
_POLL_S = 0.015
"""Polling interval for events on a driver whose connection cannot be waited on (a developer's X server)."""
_LEFT_BUTTON = 1
_MIRROR_TOUCH_ID = -1
"""The touch device number of the mirror's touches. SDL uses other numbers."""
_KEYS = {
    pygame.K_LEFT: Key.PREVIOUS,
    pygame.K_UP: Key.PREVIOUS,
    pygame.K_RIGHT: Key.NEXT,
    pygame.K_DOWN: Key.NEXT,
    pygame.K_RETURN: Key.CHOOSE,
    pygame.K_SPACE: Key.SPEAK,
}
"""Keys of a keyboard or keypad that act as the four keys."""


class Touch(NamedTuple):
    """A finger that came down or was lifted; coordinates in pixels."""

    is_down: bool
    x: float
    y: float


TOUCH_CANCELLED = Touch(False, -math.inf, -math.inf)
"""A touch that ended without a release: the pressed target is not triggered."""


class Moved(NamedTuple):
    """The compositor has moved the window; coordinates in pixels of the whole desktop."""

    x: int
    y: int


class Scanned(NamedTuple):
    """A scanned text. It may contain personal data, so its repr shows nothing."""

    payload: str

    def __repr__(self) -> str:
        return "<Scanned>"


class News(Enum):
    """Other inputs: a commit in the lobby, a new window size, or a request to end the process."""

    RING = "ring"
    RESIZED = "resized"
    QUIT = "quit"


Input = Touch | Moved | Felt | Scanned | News


class Window(Closable):
    """One window of the configured size, or fullscreen.

    Args:
        now: the monotonic clock that limits how long a finger stays active.
    Raises:
        DeviceError: no window can be opened.
    """

    def __init__(self, display: Display, title: str, now: Callable[[], float] = time.monotonic) -> None:
        # Otherwise SDL sends each touch a second time, as a mouse event.
        os.environ.setdefault("SDL_TOUCH_MOUSE_EVENTS", "0")
        self._compositor = _connected_compositor()
        surface = _open_surface(display, title)
        pygame.mouse.set_visible(not display.is_fullscreen)
        pygame.event.set_blocked(None)
        pygame.event.set_allowed(_ALLOWED_EVENTS)
        self.canvas = Canvas(surface)
        self._wakeup_fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._sources = [self._wakeup_fd] if self._compositor is None else [self._wakeup_fd, self._compositor]
        can_sleep = self._compositor is not None or pygame.display.get_driver() in _HEADLESS_DRIVERS
        self._longest_s = math.inf if can_sleep else _POLL_S
        self._touch_tracker = TouchTracker(now)
        self._pending: deque[Felt | Scanned] = deque()
        self._is_closed = False

    def close(self) -> None:
        """Close the window; closing twice is fine."""
        if self._is_closed:
            return
        self._is_closed = True
        self.canvas.close()
        pygame.display.quit()
        os.close(self._wakeup_fd)

    def show(self, scene: Scene) -> None:
        """Paint a scene on the window; does nothing when the scene is unchanged."""
        for dirty in self.canvas.paint(scene):
            pygame.display.update([pygame.Rect(box) for box in dirty])

    def ring(self) -> None:
        """Post that the lobby has changed; any thread. Pending notifications are merged into one."""
        if not pygame.event.peek(_RING, pump=False):
            self._post(pygame.event.Event(_RING))

    def end(self) -> None:
        """Post that the process shall end; any thread."""
        self._post(pygame.event.Event(pygame.QUIT))

    def touch(self, touch: Touch) -> None:
        """Post a touch; any thread."""
        width, height = self.canvas.size
        kind = pygame.FINGERDOWN if touch.is_down else pygame.FINGERUP
        self._post(
            pygame.event.Event(kind, touch_id=_MIRROR_TOUCH_ID, finger_id=0, x=touch.x / width, y=touch.y / height)
        )

    def tell(self, item: Felt | Scanned) -> None:
        """Post input of the panel or the scanner; any thread."""
        self._pending.append(item)
        os.eventfd_write(self._wakeup_fd, 1)

    def wait(self, timeout_s: float) -> list[Input]:
        """Wait for input for at most `timeout_s`; return all input.

        pygame.event.wait() and SDL poll a thousand times a second, which costs 2 % of a core on an idle screen. So this
        waits on the compositor's connection instead, always after SDL has read everything from it.
        """
        deadline_monotonic_s = time.monotonic() + timeout_s
        while not (events := pygame.event.get()) and not self._pending:
            left_s = deadline_monotonic_s - time.monotonic()
            if left_s <= 0:
                break
            ready, _, _ = select.select(self._sources, [], [], min(left_s, self._longest_s))
            if self._wakeup_fd in ready:
                os.eventfd_read(self._wakeup_fd)
        pending = [self._pending.popleft() for _ in range(len(self._pending))]
        return [*pending, *(item for event in events for item in self._inputs_of(event))]

    def _post(self, event: pygame.Event) -> None:
        pygame.event.post(event)
        os.eventfd_write(self._wakeup_fd, 1)

    def _inputs_of(self, event: pygame.Event) -> list[Input]:
        width, height = self.canvas.size
        if event.type == pygame.QUIT:
            return [News.QUIT]
        if event.type == _RING:
            return [News.RING]
        if event.type in _SURFACE_EVENTS:
            before, surface = self.canvas.size, pygame.display.get_surface()
            if surface is None:  # the window is closing
                return []
            self.canvas.renew(surface)
            return [News.RESIZED] if self.canvas.size != before else []
        if event.type == pygame.WINDOWMOVED:
            return [Moved(event.x, event.y)]
        if event.type in (pygame.FINGERDOWN, pygame.FINGERUP):
            finger, is_down = (event.touch_id, event.finger_id), event.type == pygame.FINGERDOWN
            is_meant = self._touch_tracker.accepts_down(finger) if is_down else self._touch_tracker.accepts_up(finger)
            return [Touch(is_down, event.x * width, event.y * height)] if is_meant else []
        if event.type == pygame.WINDOWFOCUSLOST:  # the release event goes to another window
            return [TOUCH_CANCELLED] if self._touch_tracker.release() else []
        if event.type == pygame.KEYDOWN:
            return [_KEYS[event.key]] if event.key in _KEYS else []
        if event.type in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP) and event.button == _LEFT_BUTTON:
            return [Touch(event.type == pygame.MOUSEBUTTONDOWN, *event.pos)]
        return []


def _open_surface(display: Display, title: str) -> pygame.Surface:
    try:
        pygame.display.init()
        pygame.display.set_caption(title)
        return pygame.display.set_mode(*_surface_mode(display, pygame.display.get_driver()))
    except pygame.error as error:
        driver = os.environ.get("SDL_VIDEODRIVER", "the default display")
        message = f"cannot open a window on {driver}: {error}; is it running? SDL_VIDEODRIVER=dummy needs no display"
        raise DeviceError(message) from error


def _surface_mode(display: Display, driver: str) -> tuple[tuple[int, int], int]:
    """Return the size and the flags with which to open the window.

    A Wayland compositor assigns the window an output and that output's size (`kiosk config display`). SDL's fullscreen
    mode would use the first output's size on the second. Without a compositor (kmsdrm) the output keeps its mode: a
    television goes dark for seconds, or for good, when its mode is changed.
    """
    size = display.width_px, display.height_px
    if not display.is_fullscreen:
        return size, 0
    if driver == "wayland":
        return size, pygame.NOFRAME | pygame.RESIZABLE
    return (0, 0) if driver == "kmsdrm" else size, pygame.FULLSCREEN


def _connected_compositor() -> int | None:
    """Connect to the Wayland compositor before SDL does, to know the descriptor to wait on.

    libwayland uses and owns the connection in WAYLAND_SOCKET. Returns None without a compositor; SDL then reports the
    error.
    """
    if os.environ.get("SDL_VIDEODRIVER") != "wayland" or "WAYLAND_SOCKET" in os.environ:
        return None
    place = Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / os.environ.get("WAYLAND_DISPLAY", "wayland-0")
    connection = socket.socket(socket.AF_UNIX)
    with suppress(OSError):
        connection.connect(str(place))
        os.environ["WAYLAND_SOCKET"] = str(connection.fileno())
        return connection.detach()
    connection.close()
    return None
