"""The city's pages in a real browser: up to date by themselves, with scripts and without, and through an outage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import Browser, chromium
from tests.city_web.city import City, TalkingKiosk, served


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path)


def test_a_call_reaches_the_phone_by_itself(browser: Browser, city: City) -> None:
    kiosk = TalkingKiosk(city)
    browser.resize(390, 844)
    with served(city) as url:
        browser.go(f"{url}/t/{kiosk.token('A001')}")
        browser.wait_text("h1", "Số đang trên đường về")
        kiosk.take()
        browser.wait_text("h1", "A001")
        browser.wait_text("h2", "Sắp đến lượt")
        kiosk.say("ticket.called", t=1, c=3)
        browser.wait_text("h2", "Mời đến quầy 3")
        assert "Mời đến quầy 3" in browser.driver.title
        assert not browser.errors()
        assert browser.driver.execute_script("return document.documentElement.scrollWidth") == 390


def test_a_phone_without_scripts_hears_of_the_call_too(browser: Browser, city: City) -> None:
    kiosk = TalkingKiosk(city)
    kiosk.take()
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        with served(city) as url:
            browser.go(f"{url}/t/{kiosk.token('A001')}")
            browser.wait_text("h2", "Sắp đến lượt")
            kiosk.say("ticket.called", t=1, c=3)
            browser.wait_text("h2", "Mời đến quầy 3")
            browser.go("about:blank")
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_phone_without_network_says_so_and_recovers(browser: Browser, city: City) -> None:
    kiosk = TalkingKiosk(city)
    kiosk.take()
    off = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    on = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    with served(city) as url:
        browser.go(f"{url}/t/{kiosk.token('A001')}")
        browser.driver.execute_cdp_cmd("Network.enable", {})
        browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", off)
        browser.wait(lambda: browser.find("#offline").is_displayed())
        assert "A001" in browser.text("h1")  # what was known stays on the screen
        browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", on)
        browser.wait(lambda: not browser.find("#offline").is_displayed())
    browser.errors()


def test_the_dashboard_follows_its_first_kiosk_from_silence_to_a_queue(browser: Browser, city: City) -> None:
    browser.resize(1440, 900)
    with served(city) as url:
        browser.go(url)
        browser.wait_text("h2", "Chưa có kiosk nào lên tiếng")
        kiosk = TalkingKiosk(city)
        kiosk.take()
        browser.wait_text("#sheet", "A001")
        for _ in range(40):
            kiosk.take()
        browser.wait_text("#figures", "41")
        browser.driver.execute_script("document.getElementById('sheet').scrollTop = 300")
        kiosk.take()
        browser.wait_text("#figures", "42")
        assert browser.driver.execute_script("return document.getElementById('sheet').scrollTop") == 300
        assert not browser.errors()
        size = "return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        assert browser.driver.execute_script(size) == [1440, 900]
