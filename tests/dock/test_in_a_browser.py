"""The dock in a real browser: what is seen, touched, printed and broken there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from kiosk.config import Broker, Printer, Settings
from kiosk.drivers import network
from kiosk.drivers.printer import simulated
from kiosk.lobby.lobby import Lobby
from tests import halls
from tests.browser import Browser, chromium
from tests.dock.fake_window import FakeWindow
from tests.dock.serving import lay_out_slip, served

PAPER = Image.new("RGB", (1080, 1920), "#fbf8f3")
RED = Image.new("RGB", (1080, 1920), "#9e1b1b")
BOARD = Image.new("RGB", (1920, 1080), "#16130f")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("profile")) as browser:
        browser.resize(1440, 900)
        yield browser
        browser.go("about:blank")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    hall = halls.settings(tmp_path)
    kiosk = replace(hall.kiosk, printer=Printer(driver="simulated"), broker=Broker(host="127.0.0.1"))
    return Settings(hall.home, kiosk, hall.site, hall.procedures)


def test_the_screen_is_seen_and_a_tap_lands_on_the_pixel_under_the_finger(browser: Browser, settings: Settings) -> None:
    window = FakeWindow(settings.home.run / "screen.sock", PAPER)
    with served(settings) as url:
        browser.go(url)
        picture = browser.find("#screen img")
        size = picture.size
        assert abs(size["width"] / size["height"] - 1080 / 1920) < 0.01
        # A quarter from the left and three quarters down; selenium counts from the middle.
        away = ActionChains(browser.driver).move_to_element_with_offset(
            picture, -size["width"] // 4, size["height"] // 4
        )
        away.click().perform()
        down, up = window.wait_for_touches(2)
        assert down.startswith("down ") and up == down.replace("down", "up")
        _, x, y = down.split()
        assert abs(int(x) - 270) <= 4 and abs(int(y) - 1440) <= 4
        before = browser.find("#screen img").get_attribute("src")
        window.show(RED)
        browser.wait(lambda: browser.find("#screen img").get_attribute("src") != before)
        assert not browser.errors()
    window.close()


def test_a_window_that_does_not_run_says_how_to_start_it_and_comes_back_by_itself(
    browser: Browser, settings: Settings
) -> None:
    with served(settings) as url:
        browser.go(url)
        browser.wait_text("#screen", "The visitor screen is not running")
        assert "run screen" in browser.text("#screen code")
        assert "run board" in browser.text("#board code")
        window = FakeWindow(settings.home.run / "board.sock", BOARD)
        browser.find("#board img")
        window.close()
        browser.wait_text("#board", "The board is not running")


def test_a_slip_comes_out_on_top_and_a_click_enlarges_it(browser: Browser, settings: Settings) -> None:
    def names() -> list[str | None]:
        return [slip.get_attribute("data-name") for slip in browser.find_all(".slip")]

    with served(settings) as url:
        browser.go(url)
        browser.wait_text("#roll", "Nothing printed yet")
        for number in (9, 10, 11):
            lay_out_slip(settings, number)
        browser.wait(lambda: names() == ["000011", "000010", "000009"])
        browser.go(url)
        browser.wait(lambda: names() == ["000011", "000010", "000009"])
        lay_out_slip(settings, 12)
        browser.wait(lambda: names()[0] == "000012")
        browser.wait(lambda: not browser.find_all(".slip.fresh"))
        browser.find(".slip button").click()
        assert browser.find("#enlarged").get_attribute("open") is not None
        browser.press(Keys.ESCAPE)
        browser.wait(lambda: browser.find("#enlarged").get_attribute("open") is None)


def test_every_printer_fault_can_be_switched_on_and_off_alone(browser: Browser, settings: Settings) -> None:
    with served(settings) as url:
        browser.go(url)
        browser.find("[data-device=printer] .tile")
        names = [tile.get_attribute("data-action") for tile in browser.find_all("[data-device=printer] .tile")]
        assert {"paper-out", "paper-low", "cover-open", "error", "silent", "slow", "unplug"} <= set(names)
        for name in ("silent", "slow", "unplug"):
            browser.find(f"[data-action={name}]").click()
            browser.find(f"[data-action={name}][aria-pressed=true]")
        assert simulated.active(settings.home) == {"silent", "slow", "unplug"}
        browser.find("[data-action=silent]").click()
        browser.find("[data-action=silent][aria-pressed=false]")
        assert simulated.active(settings.home) == {"slow", "unplug"}
        browser.find("[data-device=printer] .mend").click()
        browser.find("[data-action=slow][aria-pressed=false]")
        assert not simulated.active(settings.home)


def test_the_line_is_cut_and_mended_by_one_switch(browser: Browser, settings: Settings) -> None:
    with served(settings) as url:
        browser.go(url)
        browser.find("[data-action=online][aria-checked=true]")
        browser.find("[data-device=network] [data-action=offline]").click()
        browser.find("[data-action=offline][aria-checked=true]")
        assert network.conditions(settings.home).mode == "offline"


def test_a_real_printer_cannot_be_broken_from_the_dock(browser: Browser, tmp_path: Path) -> None:
    hall = halls.settings(tmp_path)
    kiosk = replace(hall.kiosk, printer=Printer(driver="tcp", address="127.0.0.1:9100"))
    with served(Settings(hall.home, kiosk, hall.site, hall.procedures)) as url:
        browser.go(url)
        assert browser.find("[data-action=paper-out]").get_attribute("disabled")


def test_the_strip_follows_the_journal_and_the_phone_the_newest_ticket(browser: Browser, settings: Settings) -> None:
    lobby = Lobby.open(settings)
    (settings.home.run / "city.url").write_text("http://127.0.0.1:9\n", encoding="utf-8")
    with served(settings) as url:
        browser.go(url)
        browser.wait_text("#strip", "nothing has happened yet")
        ticket = lobby.take("A")
        browser.wait_text("#strip", "ticket.issued · A001")
        lobby.call_next(1)
        browser.wait_text("#strip", "ticket.called · A001 · counter 1")
        browser.find("#tab-follow").click()
        frame = browser.find(".phone iframe").get_attribute("src")
        assert frame == f"http://127.0.0.1:9/t/{ticket.token}"
    lobby.close()


def test_an_address_outside_this_machine_is_never_shown_in_a_frame(browser: Browser, settings: Settings) -> None:
    (settings.home.run / "city.url").write_text("https://city.example\n", encoding="utf-8")
    with served(settings) as url:
        browser.go(url)
        browser.find("#tab-city").click()
        browser.wait_text("#pane-city", "The city is not running")


def test_a_dock_that_was_ended_is_missed_and_found_again(browser: Browser, settings: Settings) -> None:
    with served(settings) as url:
        browser.go(url)
        browser.wait_text("#place", "k00082-1")
    browser.wait(lambda: browser.find("#lost").is_displayed())
    browser.errors()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080), (1280, 800)])
def test_all_of_it_fits_without_scrolling(browser: Browser, settings: Settings, width: int, height: int) -> None:
    windows = [
        FakeWindow(settings.home.run / "screen.sock", PAPER),
        FakeWindow(settings.home.run / "board.sock", BOARD),
    ]
    browser.resize(width, height)
    with served(settings) as url:
        browser.go(url)
        browser.find("#screen img")
        browser.find("#board img")
        browser.find(".tile")
        size = "return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        assert browser.driver.execute_script(size) == [width, height]
        hidden = """
            const pane = document.getElementById('pane-faults');
            return pane.scrollHeight - pane.clientHeight"""
        assert browser.driver.execute_script(hidden) <= 0
    for window in windows:
        window.close()
    browser.resize(1440, 900)
