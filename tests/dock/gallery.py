"""Photographs the dock on a running hall: `python -m tests.dock.gallery [FOLDER]`.

The pictures under docs/gallery were made so: `kiosk demo` with everything real but the hardware, a finger on the
mirrored screen, and a real Chromium. Its clock shows when that was, and so do the pictures.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from PIL import Image
from selenium.webdriver.common.keys import Keys

from kiosk.cli.demo.hall import OFFICER, PIN
from kiosk.config import Home, load
from kiosk.drivers import simulated_network
from kiosk.drivers.printer import simulated
from kiosk.lobby.lobby import Lobby
from kiosk.ui.window.mirror_client import MirrorClient
from tests.browser import Browser, chromium
from tests.dock.serving import served

_COLORS = 256
_MORNING = "ABCAADEBA"
"""The services of the first numbers."""
_PATIENCE_S = 90.0
_PRINTING_S = 1.3
"""How long a slip takes to slide out of the slot."""


def main(folder: Path) -> None:
    """Write all pictures into a folder."""
    with tempfile.TemporaryDirectory() as scratch, chromium(Path(scratch) / "profile") as browser:
        browser.resize(1440, 900)
        home = Home.at(Path(scratch) / "hall")
        os.chdir(scratch)  # so that the commands on the page are short
        with _demo(home):
            studio = _Studio(home, browser, folder)
            studio.at_work()
            studio.in_trouble()
            studio.with_a_card()
            studio.by_ear()
            studio.pages()
            studio.sizes()
        settings = load(home)
        with served(settings) as url:
            browser.go(url)
            browser.wait(lambda: len(browser.find_all(".lamps .stopped")) == len(browser.find_all(".lamps li")) > 0)
            studio.shoot("nothing-running")


class _Studio:
    """A running hall and a browser; each scene brings about a few states and photographs them."""

    def __init__(self, home: Home, browser: Browser, folder: Path) -> None:
        self._home = home
        self._browser = browser
        self._folder = folder

    def at_work(self) -> None:
        """Take a few numbers, call two, and take one at the screen."""
        with closing(Lobby.open(load(self._home))) as lobby:
            for letter in _MORNING:
                lobby.take(letter)
            for counter in (1, 4, 5):
                lobby.call_next(counter)
        self._browser.go(_read(self._home.run / "dock.url"))
        self._printed(len(_MORNING))
        self.shoot("at-work")
        self._take_at_screen()
        self._printed(len(_MORNING) + 1)
        self.shoot("number")
        self._browser.find(".slip button").click()
        time.sleep(0.5)
        self.shoot("slip")
        self._browser.press(Keys.ESCAPE)

    def in_trouble(self) -> None:
        """Let the paper end and the line be cut, and take a number all the same."""
        self._touch("done")
        self._browser.find("[data-action=paper-out]").click()
        self._browser.find("[data-action=offline]").click()
        self._browser.wait_text("#strip", "paper out")
        self._browser.wait_text("#strip", "offline")
        self._take_at_screen()
        time.sleep(1.0)
        self.shoot("paper-out-and-offline")
        simulated.request(self._home, "ok")
        simulated_network.request(self._home, "online")
        self._touch("done")
        self._printed(len(_MORNING) + 1)

    def with_a_card(self) -> None:
        """Hold an elder's card to the scanner."""
        before = self._scene()["screen"]
        self._browser.find("#tab-scan").click()
        self._browser.find("[data-card=card-elder]").click()
        self._patiently(lambda: self._scene()["screen"] != before)
        time.sleep(1.0)
        self.shoot("scan")

    def by_ear(self) -> None:
        """Let the screen speak and go on by two keys."""
        self._browser.find("#tab-sound").click()
        for key in ("speak", "next", "next"):
            self._browser.find(f"#panel [data-key={key}]").click()
            time.sleep(1.0)
        self.shoot("sound")

    def pages(self) -> None:
        """Open the officers' page, sign in and call; then the city's page and a phone."""
        browser = self._browser
        self._patiently(lambda: "online" in browser.text("#strip"))  # the line tries again at its own pace
        browser.find("#tab-counter").click()
        browser.driver.switch_to.frame(browser.find("#pane-counter iframe"))
        browser.find("#name").send_keys(OFFICER, Keys.TAB)
        browser.find("#pin").send_keys(PIN, Keys.ENTER)
        browser.find(".counters")
        browser.press("2")
        browser.find("[data-state=idle]")
        browser.press(Keys.ENTER)
        browser.find("[data-state=called]")
        browser.driver.switch_to.default_content()
        time.sleep(2.0)
        self.shoot("counter")
        browser.find("#tab-city").click()
        time.sleep(2.0)
        self.shoot("city")
        browser.find("#tab-follow").click()
        chips = browser.find_all(".chips button")
        chips[-1].click()
        time.sleep(2.0)
        self.shoot("phone")
        browser.find("#tab-faults").click()

    def sizes(self) -> None:
        """Photograph the whole on other screens."""
        for width, height in ((1920, 1080), (1280, 800)):
            self._browser.resize(width, height)
            time.sleep(1.0)
            self.shoot(f"{width}")
        self._browser.find("#tab-scan").click()
        self._browser.resize(390, 1800)  # all of it at once: a telephone scrolls
        time.sleep(1.0)
        self.shoot("telephone")
        self._browser.resize(1440, 900)

    def shoot(self, name: str) -> None:
        """Write one picture."""
        file = self._folder / f"dock-{name}.png"
        self._browser.picture(file)
        with Image.open(file) as picture:
            small = picture.convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE, kmeans=1)
        small.save(file, optimize=True)

    def _printed(self, slips: int) -> None:
        self._patiently(lambda: len(self._browser.find_all(".slip")) >= slips)
        time.sleep(_PRINTING_S)

    def _take_at_screen(self) -> None:
        for wanted in ("take", "service:A", "plain", "priority:"):
            self._touch(wanted)
        self._patiently(lambda: self._scene()["screen"] == "number")

    def _touch(self, wanted: str) -> None:
        """Put a finger on a target once it is there."""
        with closing(MirrorClient(self._home.run / "screen.sock")) as mirror:
            self._patiently(lambda: any(target["id"] == wanted for target in mirror.scene()["targets"]))
            time.sleep(0.4)  # the screen ignores touches meant for the one before
            x, y, width, height = next(t["rect"] for t in mirror.scene()["targets"] if t["id"] == wanted)
            mirror.touch(x + width // 2, y + height // 2)
            time.sleep(0.4)

    def _scene(self) -> dict[str, object]:
        with closing(MirrorClient(self._home.run / "screen.sock")) as mirror:
            return mirror.scene()

    def _patiently(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not is_so():
            if time.monotonic() > deadline:
                raise TimeoutError("the hall did not do what the picture needs")
            time.sleep(0.1)


@contextmanager
def _demo(home: Home) -> Iterator[None]:
    root = home.etc.parent
    demo = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "--home", str(root), "demo", "--headless"], stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + _PATIENCE_S
        while not (home.run / "dock.url").exists():
            if time.monotonic() > deadline or demo.poll() is not None:
                raise TimeoutError("the demo did not come up")
            time.sleep(0.2)
        yield
    finally:
        demo.terminate()
        demo.wait()


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/gallery").resolve())
