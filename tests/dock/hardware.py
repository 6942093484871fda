"""The hardware beside a screen that a test plays itself: the simulated scanner and panel, and who listens to them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from kiosk.config import Broker, Printer, Settings
from kiosk.config.types import Panel, Scanner, Sound
from kiosk.drivers.panel.simulated import SimulatedPanel
from kiosk.drivers.scanner.simulated import SimulatedScanner
from kiosk.ports.panel import Key
from tests import halls
from tests.clocks import FakeClock
from tests.drivers.control_socket_rigs import PATIENCE_S, is_readable

_NAP_S = 0.02


def simulated(root: Path) -> Settings:
    """Return the settings of a hall whose hardware is simulated, all of it."""
    hall = halls.settings(root)
    sound = Sound(driver="simulated")
    kiosk = replace(
        hall.kiosk,
        printer=Printer(driver="simulated"),
        broker=Broker(host="127.0.0.1"),
        scanner=Scanner(driver="simulated"),
        panel=Panel(driver="simulated"),
        sound=sound,
        board_sound=sound,
    )
    return Settings(hall.home, kiosk, hall.site, hall.procedures)


class Screen:
    """What a screen's process has beside its glass, and what it has heard."""

    def __init__(self, settings: Settings) -> None:
        self.clock = FakeClock()
        self.scanner = SimulatedScanner(settings.home, self.clock)
        self.panel = SimulatedPanel(settings.home)
        self._news = threading.Condition()
        self._payloads: list[str] = []
        self._keys: list[Key] = []
        self._is_over = False
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def payloads(self, count: int) -> list[str]:
        """Return what was scanned once there are so many scans, or what there is when time is up."""
        with self._news:
            self._news.wait_for(lambda: len(self._payloads) >= count, PATIENCE_S)
            return list(self._payloads)

    def keys(self, count: int) -> list[Key]:
        """Return the keys that were pressed, likewise."""
        with self._news:
            self._news.wait_for(lambda: len(self._keys) >= count, PATIENCE_S)
            return list(self._keys)

    def close(self) -> None:
        """End as the process does."""
        self._is_over = True
        self._thread.join()
        self.scanner.close()
        self.panel.close()

    def _listen(self) -> None:
        while not self._is_over:
            if is_readable(self.panel, _NAP_S) or is_readable(self.scanner):
                scans, keys = self.scanner.read(), self.panel.read()
                with self._news:
                    self._payloads += [scan.payload for scan in scans]
                    self._keys += [key for key in keys if isinstance(key, Key)]
                    self._news.notify_all()


@contextmanager
def screen(settings: Settings) -> Iterator[Screen]:
    """Be the screen's process as far as its scanner and panel go."""
    played = Screen(settings)
    try:
        yield played
    finally:
        played.close()
