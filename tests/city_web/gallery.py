"""Photographs the city's pages in every state: `python -m tests.city_web.gallery [FOLDER]`.

The pictures under docs/gallery were made so: a real server, a real Chromium, and a clock that stands at
a Monday morning.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.browser import Browser, chromium
from tests.city_web.city import City, TalkingKiosk, served

_COLORS = 256
_HALLS = (("00082", "cua-nam", 34), ("00070", "hoan-kiem", 22), ("00235", "dong-da", 27), ("09556", "ha-dong", 12))
"""Site, name of its kiosks, numbers given so far."""


def main(folder: Path) -> None:
    """Write all pictures into a folder."""
    with tempfile.TemporaryDirectory() as scratch, chromium(Path(scratch) / "profile") as browser:
        for name in ("empty", "busy", "phone"):
            (Path(scratch) / name).mkdir()
        _empty(City(Path(scratch) / "empty"), browser, folder)
        _busy(City(Path(scratch) / "busy"), browser, folder)
        _phone(City(Path(scratch) / "phone"), browser, folder)


def _empty(city: City, browser: Browser, folder: Path) -> None:
    browser.resize(1440, 900)
    with served(city) as url:
        browser.go(url)
        _shoot(browser, folder / "city-empty.png")


def _busy(city: City, browser: Browser, folder: Path) -> None:
    chance = random.Random(3)
    silent = TalkingKiosk(city, "cua-nam-2", b"epoch--2")
    silent.is_online(False)
    city.pass_minutes(12)
    halls = [
        (TalkingKiosk(city, f"{name}-1", site.encode() + b"-01", site), _Morning(numbers))
        for site, name, numbers in _HALLS
    ]
    for _ in range(max(numbers for _, _, numbers in _HALLS)):
        for kiosk, morning in halls:
            morning.go_on(kiosk, chance)
        city.clock.pass_time(seconds=chance.randint(15, 80))
    for place, (kiosk, _) in enumerate(halls):
        for number in range(20 - 4 * place):
            city.book(f"BOOK{place}{number:03d}", kiosk.site)
        _voices(kiosk, chance, 30 - 7 * place)
    with served(city) as url:
        browser.resize(1440, 900)
        browser.go(f"{url}/?site=00082")
        _shoot(browser, folder / "city-dashboard.png")
        halls[0][0].say("help.requested")
        city.pass_minutes(2)
        halls[3][0].say("help.requested")
        _shoot_again(browser, folder / "city-help.png")
        halls[0][0].say("help.answered", c=3)
        halls[3][0].say("help.answered", c=1)
        TalkingKiosk(city, "dong-da-1", b"00235-01", "00235").take("C")
        browser.go(f"{url}/?site=00235")
        _shoot(browser, folder / "city-cloned-card.png")


def _voices(kiosk: TalkingKiosk, chance: random.Random, visitors: int) -> None:
    """Let visitors say how it was, some booked ones come, and one want the result by post."""
    for number in range(visitors):
        kiosk.say("feedback.given", x=chance.choices((1, 2, 3, 4, 5), (1, 2, 4, 12, 20))[0], r="", t=None)
        if number % 3 == 0:
            booked = next(iter(kiosk.city.unused(kiosk.site)), None)
            if booked is not None:
                kiosk.say("booking.checked_in", t=1, k=booked)
    kiosk.say("ticket.post", t=kiosk.take("B"), on=True)


class _Morning:
    """The numbers of one hall: taken one after the other, called eight later, most of them finished."""

    def __init__(self, numbers: int) -> None:
        self._numbers = numbers
        self._taken = 0
        self._given = dict.fromkeys("ABCDE", 0)

    def go_on(self, kiosk: TalkingKiosk, chance: random.Random) -> None:
        """Take one number, call and finish others."""
        if self._taken == self._numbers:
            return
        self._taken += 1
        letter = chance.choice("AAABBCDE")
        self._given[letter] += 1
        kiosk.take(letter, "elderly" if chance.random() < 0.15 else None, f"{letter}{self._given[letter]:03d}")
        called = self._taken - 8
        counter = called % 6 + 1
        if called > 0:
            kiosk.say("ticket.called", t=called, c=counter)
            if called > 3:
                kiosk.say("ticket.no_show" if chance.random() < 0.1 else "ticket.done", t=called - 3, c=counter)


def _phone(city: City, browser: Browser, folder: Path) -> None:
    kiosk = TalkingKiosk(city)
    browser.resize(390, 844)
    for _ in range(5):
        kiosk.take()
        city.pass_minutes(3)
    with served(city) as url:
        browser.go(f"{url}/t/{kiosk.token('B001')}")
        _shoot(browser, folder / "follow-on-its-way.png")
        browser.go(f"{url}/t/nothing-here")
        _shoot(browser, folder / "follow-nowhere.png")
        browser.go(f"{url}/t/{kiosk.token('A005')}")
        _shoot(browser, folder / "follow-waiting.png")
        for ticket in range(1, 5):
            kiosk.say("ticket.cancelled", t=ticket)
        _shoot_again(browser, folder / "follow-next.png")
        for step in ("called", "parked", "serving", "done"):
            kiosk.say(f"ticket.{step}", t=5, c=3)
            _shoot_again(browser, folder / f"follow-{step}.png")
        kiosk.take()
        kiosk.is_online(False)
        city.pass_minutes(14)
        browser.go(f"{url}/t/{kiosk.token('A006')}")
        _shoot(browser, folder / "follow-cut-off.png")


def _shoot_again(browser: Browser, file: Path) -> None:
    browser.driver.refresh()
    _shoot(browser, file)


def _shoot(browser: Browser, file: Path) -> None:
    browser.picture(file)
    with Image.open(file) as picture:
        small = picture.convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE, kmeans=1)
    small.save(file, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/gallery"))
