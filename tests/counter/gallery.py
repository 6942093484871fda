"""Photographs the officers' page and the board page in every state: `python -m tests.counter.gallery [FOLDER]`.

The pictures under docs/gallery were made so: a real server, a real Chromium, a hall as `kiosk init` writes it, and a
clock that stands at 09:24 on a Monday.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
from PIL import Image
from selenium.webdriver.common.keys import Keys

from kiosk.config import Home, Settings, load
from kiosk.defaults import write_home
from kiosk.lobby.lobby import Lobby
from kiosk.model.paper import PrintState
from kiosk.store import jobs, tickets
from kiosk.store.jobs import JobKind
from tests.browser import Browser, chromium
from tests.clocks import FakeClock
from tests.counter.serving import OTHER_PIN, PIN, Served, serving
from tests.healths import write_health

OPENING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
COUNTER = 3
COLORS = 160
"""More than the eye tells apart on these pages; a third of the bytes."""
MORNING = (
    ("B", "1.001193", None, "vi"),
    ("A", "2.000815", "elderly", "vi"),
    ("B", "1.004873", None, "en"),
    ("A", "2.000815", None, "vi"),
    ("A", "2.000884", None, "vi"),
    ("B", "2.000635", "child", "vi"),
    ("A", "2.000815", None, "vi"),
)
"""Who waits at 09:24: service, procedure, priority, language."""


class Studio:
    """A hall, its page and a browser; each scene brings about a few states and photographs them."""

    def __init__(self, settings: Settings, clock: FakeClock, served: Served, browser: Browser) -> None:
        self.settings = settings
        self.clock = clock
        self.served = served
        self.browser = browser
        self.lobby = Lobby.open(settings, clock)
        self.folder = Path()
        self.is_healthy()

    def is_healthy(self, printer: str = "ready", line: str = "online") -> None:
        """Say how printer and line are."""
        write_health(self.settings.home, "printer", {"status": printer})
        write_health(self.settings.home, "sync", {"line": line})

    def shoot(self, name: str) -> None:
        """Write one picture; a page that complains about itself is not worth one."""
        file = self.folder / f"counter-{name}.png"
        self.browser.picture(file)
        with Image.open(file) as picture:
            small = picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
        small.save(file, optimize=True)
        errors = [error for error in self.browser.errors() if "/api/" not in error]
        assert not errors, errors

    def reload(self, until: str = "desk[data-ready]") -> None:
        """Read the page anew: a fault without a commit would only show with the next beat."""
        self.browser.go(f"{self.served.url}/")
        self.browser.find(f".{until}")

    @contextmanager
    def colleague(self, counter: int) -> Iterator[None]:
        """Let the other officer have a counter's page open."""
        with httpx.Client(base_url=self.served.url) as other:
            other.post("/api/session", json={"officer": "minh", "pin": OTHER_PIN})
            with other.stream("GET", f"/api/counter/{counter}/events") as stream:
                events = stream.iter_raw()
                next(events)
                yield

    def speak(self, language: str) -> None:
        """Choose the language of the page; it shows when the page is read anew."""
        self.browser.driver.execute_script(f"localStorage.setItem('kiosk-language', '{language}')")

    def sign_in(self) -> None:
        """From the empty page to the choice of a counter."""
        self.browser.go(f"{self.served.url}/")
        self.browser.find("#name").clear()
        self.browser.find("#name").send_keys("lan", Keys.TAB)
        self.browser.find("#pin").send_keys(PIN, Keys.ENTER)
        self.browser.find(".counters")

    def serve_many(self, count: int) -> None:
        """Let the counter finish some tickets."""
        for _ in range(count):
            self.lobby.take("A", procedure="2.000815", print_slip=False)
            ticket = self.lobby.call_next(COUNTER)
            assert ticket
            self.lobby.serve(ticket.number)
            self.clock.pass_time(seconds=75)
            self.lobby.done(ticket.number)

    def fill(self) -> None:
        """Let the morning's visitors come, the last of them at 09:24."""
        for service, procedure, priority, language in MORNING:
            self.lobby.take(service, procedure=procedure, priority=priority, language=language, print_slip=False)
            self.clock.pass_time(seconds=90)


def entrance(studio: Studio) -> None:
    """Sign in, wrong PIN, locked, choose a counter."""
    browser = studio.browser
    browser.go(f"{studio.served.url}/")
    browser.find("#name")
    studio.shoot("sign-in")
    browser.find("#name").send_keys("minh", Keys.TAB)
    for tries_left in (4, 3, 2, 1):
        browser.find("#pin").send_keys("1111", Keys.ENTER)
        browser.wait_text(".says", str(tries_left))
    studio.shoot("wrong-pin")
    browser.find("#pin").send_keys("1111", Keys.ENTER)
    browser.wait_text(".says", "0:")
    studio.shoot("locked")
    studio.clock.pass_time(minutes=1)
    studio.sign_in()
    with studio.colleague(2):
        studio.reload("counters")
        studio.shoot("choose")


def actions(studio: Studio) -> None:
    """The empty morning, a call, serving, the dialog, faults."""
    browser = studio.browser
    browser.press(str(COUNTER))
    browser.find("[data-state=empty]")
    studio.shoot("empty")
    studio.serve_many(58)
    studio.fill()
    parked = studio.lobby.call_next(COUNTER)
    assert parked
    studio.lobby.serve(parked.number)
    studio.lobby.park(parked.number)
    studio.reload()
    studio.shoot("idle")
    browser.press(Keys.ENTER)
    browser.find("[data-state=called]")
    studio.shoot("called")
    browser.press("v")
    browser.find(".asking")
    studio.shoot("no-show")
    browser.press("s")
    browser.find("[data-state=serving]")
    studio.clock.pass_time(minutes=3, seconds=12)
    studio.reload()
    studio.shoot("serving")
    browser.press("c")
    browser.find("dialog[open]")
    studio.shoot("transfer")
    browser.press(Keys.ESCAPE)


def trouble(studio: Studio) -> None:
    """The line down, the printer without paper, the clock unsure, the kiosk gone."""
    studio.is_healthy(line="offline", printer="paper_out")
    studio.reload()
    studio.shoot("line-down")
    studio.is_healthy()
    studio.served.stop()
    studio.browser.find("[data-lost]")
    studio.shoot("lost")
    studio.served.start()
    studio.browser.find(".desk[data-ready]:not([data-lost])")


def doubt(studio: Studio) -> None:
    """The printer stopped in the middle of two slips, as the store has it after a power cut."""
    with studio.lobby.store.write() as tx:
        newest = tickets.still_open(tx, f"{OPENING:%Y-%m-%d}")[-2:]
        for ticket in newest:
            job = jobs.enqueue(tx, JobKind.SLIP, ticket.id, tx.now_ms)
            jobs.move(tx, job, PrintState.QUEUED, PrintState.UNCERTAIN, now_ms=tx.now_ms)
    studio.reload()
    studio.browser.find(".doubt")
    studio.shoot("uncertain")
    for ticket in newest:
        studio.lobby.confirm_slip(ticket.text)


def help_call(studio: Studio) -> None:
    """A visitor calls for help, with somebody booked and somebody who wants the result by post in the line."""
    with studio.lobby.store.write() as tx:
        first, second, *_ = tickets.still_open(tx, f"{OPENING:%Y-%m-%d}")[-3:]
        tickets.update(tx, first, booked_ms=tx.now_ms + 6 * 60_000)
        tickets.update(tx, second, by_post=1)
    scenes = (("help", "vi", 1280, 800), ("help-phone", "vi", 390, 844), ("help-english", "en", 1280, 800))
    for name, language, width_px, height_px in scenes:
        studio.speak(language)
        studio.browser.resize(width_px, height_px)
        studio.reload()
        studio.lobby.help.request()
        studio.browser.find(".help[data-state=asked]")
        studio.shoot(name)
        studio.lobby.help.answer(5)
        studio.browser.find(".help[data-state=coming]")
        studio.shoot(f"{name}-coming")
        studio.clock.pass_time(minutes=1)
    studio.speak("vi")
    studio.browser.resize(1280, 800)
    studio.clock.pass_time(minutes=10)


def sizes(studio: Studio) -> None:
    """The same desk on other screens, and in English."""
    for name, width_px, height_px in (("1920", 1920, 1080), ("tablet", 1024, 768), ("phone", 390, 844)):
        studio.browser.resize(width_px, height_px)
        studio.reload()
        studio.shoot(name)
    studio.browser.resize(1280, 800)
    studio.speak("en")
    studio.reload()
    studio.shoot("english")
    studio.speak("vi")


def board(studio: Studio) -> None:
    """The board: landscape and portrait, and out of touch."""
    browser = studio.browser
    for counter in (1, 4, 5, 2, 6):
        letter = studio.settings.site.counters[counter - 1].services[-1]
        studio.lobby.take(letter, print_slip=False)
        studio.lobby.call_next(counter)
        studio.clock.pass_time(seconds=5)
    active = studio.lobby.counter(COUNTER).active
    assert active
    studio.lobby.done(active.number)
    studio.lobby.call_next(COUNTER)
    browser.resize(1920, 1080)
    browser.go(f"{studio.served.url}/board")
    browser.find(".board[data-ready]")
    studio.shoot("board")
    browser.resize(1080, 1920)
    studio.shoot("board-portrait")
    browser.resize(1920, 1080)
    studio.served.stop()
    browser.find("[data-lost]")
    studio.shoot("board-lost")
    studio.served.start()


def empty_board(studio: Studio) -> None:
    """The board before the first call."""
    studio.browser.resize(1920, 1080)
    studio.browser.go(f"{studio.served.url}/board")
    studio.browser.find(".board[data-ready]")
    studio.shoot("board-empty")
    studio.browser.resize(1280, 800)


SCENES = (empty_board, entrance, actions, trouble, doubt, sizes, help_call, board)


def hall(root: Path) -> Settings:
    """Write a new home under `root` and return its settings."""
    home = Home.at(root)
    write_home(home, site="00082", device=None, always_open=False)
    home.var.mkdir(parents=True, exist_ok=True)
    return load(home)


def main(folder: Path) -> None:
    """Play all scenes and write the pictures."""
    with tempfile.TemporaryDirectory() as root:
        settings = hall(Path(root) / "home")
        clock = FakeClock(OPENING)
        with serving(settings, clock) as served, chromium(Path(root) / "profile") as browser:
            browser.resize(1280, 800)
            studio = Studio(settings, clock, served, browser)
            studio.folder = folder
            for scene in SCENES:
                scene(studio)
            studio.lobby.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "docs" / "gallery")
