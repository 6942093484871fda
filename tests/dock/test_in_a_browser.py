"""The dock in a real browser: what is seen, touched, printed and broken there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import segno
from msgspec.structs import replace
from PIL import Image
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from kiosk import crypto
from kiosk.config import Printer, Settings
from kiosk.config.types import Sound as SoundSettings
from kiosk.dock.sample_codes import booking_key_file
from kiosk.drivers import simulated_network
from kiosk.drivers.panel import simulated as panel
from kiosk.drivers.printer import simulated
from kiosk.drivers.scanner import simulated as scanner
from kiosk.drivers.speaker.simulated import SimulatedSpeaker
from kiosk.lobby.lobby import Lobby
from kiosk.model.spoken import Sound, Utterance
from kiosk.ports.panel import Key, Lamp, Light
from kiosk.serving import DOCK_FILE
from tests import halls
from tests.browser import Browser, chromium
from tests.clocks import FakeClock
from tests.counter.serving import serving
from tests.dock.fake_window import FakeWindow
from tests.dock.hardware import screen
from tests.dock.hardware import simulated as simulated_hall
from tests.dock.serving import WORD, lay_out_slip, served
from tests.healths import write_health

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
    return simulated_hall(tmp_path)


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
        assert simulated_network.conditions(settings.home).mode == "offline"


def test_a_real_printer_cannot_be_broken_from_the_dock(browser: Browser, tmp_path: Path) -> None:
    hall = halls.settings(tmp_path)
    kiosk = replace(hall.kiosk, printer=Printer(driver="tcp", address="127.0.0.1:9100"))
    with served(Settings(hall.home, kiosk, hall.site, hall.procedures)) as url:
        browser.go(url)
        assert browser.find("[data-action=paper-out]").get_attribute("disabled")


def test_a_card_of_the_deck_is_held_up_by_one_click(browser: Browser, settings: Settings) -> None:
    with served(settings) as url, screen(settings) as hall:
        browser.go(url)
        browser.find("#tab-scan").click()
        browser.find("[data-card=card-2021]").click()
        browser.wait_text("#scan-said", "2021 card · QR, identity card: read")
        browser.find("[data-card=card-2021]").click()
        browser.wait_text("#scan-said", "counts once")
        assert [payload[:12] for payload in hall.payloads(1)] == ["001090000123"]
        assert "001090000123" not in browser.driver.page_source
        assert not browser.errors()


def test_bookings_are_in_the_deck_as_soon_as_the_demo_has_a_key(browser: Browser, settings: Settings) -> None:
    with served(settings) as url, screen(settings) as hall:
        browser.go(url)
        browser.find("#tab-scan").click()
        browser.find("[data-card=mrz]")
        assert not browser.find_all("[data-card=booking-now]")
        file = booking_key_file(settings.home)
        file.write_text(crypto.new_signing_key().hex(), encoding="ascii")
        browser.find("[data-card=booking-now]").click()
        browser.wait_text("#scan-said", "For now · QR")
        assert hall.payloads(1)[0].startswith("HNK1.")
        titles = [suit.get_attribute("data-suit") for suit in browser.find_all(".suit")]
        assert titles == ["Cards", "Booked online", "Dossiers, slips", "Strange"]


def test_any_text_and_any_picture_can_be_held_up_and_stay_nowhere_on_the_page(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    segno.make("034202007788", micro=False).save(str(tmp_path / "card.png"), scale=5)
    with served(settings) as url, screen(settings) as hall:
        browser.go(url)
        browser.find("#tab-scan").click()
        browser.find("#scan-text input").send_keys("001090000123", Keys.ENTER)
        browser.wait_text("#scan-said", "Your text · QR, identity number: read")
        assert not browser.find("#scan-text input").get_attribute("value")
        browser.find("#scan-file").send_keys(str(tmp_path / "card.png"))
        browser.wait_text("#scan-said", "Your picture · QR, identity number: read")
        assert hall.payloads(2) == ["001090000123", "034202007788"]
        (tmp_path / "words.png").write_text("hello")
        browser.find("#scan-file").send_keys(str(tmp_path / "words.png"))
        browser.wait_text("#scan-said", "the file: not a picture")
        browser.errors()  # a refusal is also told on the console


def test_without_a_screen_a_card_says_what_to_start(browser: Browser, settings: Settings) -> None:
    with served(settings) as url:
        browser.go(url)
        browser.find("#tab-scan").click()
        browser.find("[data-card=passport]").click()
        browser.wait_text("#scan-said", "start the screen")
        browser.errors()


def test_the_four_keys_are_pressed_by_finger_and_by_keyboard(browser: Browser, settings: Settings) -> None:
    with served(settings) as url, screen(settings) as hall:
        browser.go(url)
        browser.find("#panel button")
        browser.wait(lambda: browser.find("#panel").is_displayed())
        for key in Key:
            browser.find(f"#panel [data-key={key}]").click()
        assert hall.keys(4) == list(Key)
        browser.driver.execute_script("document.activeElement.blur()")
        browser.press(Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ENTER, Keys.SPACE, Keys.ARROW_LEFT)
        assert hall.keys(9)[4:] == [Key.NEXT, Key.NEXT, Key.CHOOSE, Key.SPEAK, Key.PREVIOUS]


def test_who_types_a_text_presses_no_key_of_the_panel(browser: Browser, settings: Settings) -> None:
    with served(settings) as url, screen(settings) as hall:
        browser.go(url)
        browser.wait(lambda: browser.find("#panel").is_displayed())
        browser.find("#tab-scan").click()
        browser.find("#scan-text input").send_keys("a b", Keys.ARROW_LEFT, Keys.ENTER)
        assert hall.payloads(1) == ["a b"]
        assert hall.keys(0) == []


def test_the_call_lamp_shines_as_the_screen_wishes(browser: Browser, settings: Settings) -> None:
    write_health(settings.home, "screen", {})
    with served(settings) as url, screen(settings) as hall:
        browser.go(url)
        browser.wait_text("#call", "lamp off")
        hall.panel.lamp(Lamp.BLINK)
        browser.wait_text("#call", "lamp blinks")
        panel.request(settings.home, "unplug")
        browser.wait_text("#call", "unplugged")


def test_the_panels_switches_are_moved_and_its_status_lamp_is_seen(browser: Browser, settings: Settings) -> None:
    write_health(settings.home, "screen", {})
    with served(settings) as url, screen(settings) as hall:
        browser.go(url)
        for name in ("presence", "tamper", "cup", "near-end"):
            browser.find(f"#senses [data-action={name}]").click()
            browser.find(f"#senses [data-action={name}][aria-pressed=true]")
        senses = hall.panel.senses
        assert (senses.is_somebody, senses.is_open, senses.has_cup, senses.is_roll_low) == (True, True, True, True)
        browser.find("#senses [data-action=tamper]").click()
        browser.find("#senses [data-action=tamper][aria-pressed=false]")
        for light in (Light.READY, Light.FAULT, Light.ATTENTION):
            hall.panel.light(light)
            browser.wait_text("#light", light)


def test_cables_are_pulled_and_put_back_by_one_switch_each(browser: Browser, settings: Settings) -> None:
    with served(settings) as url:
        browser.go(url)
        for name in ("scanner", "panel", "speaker"):
            browser.find(f"[data-device=cables] [data-action={name}]").click()
            browser.find(f"[data-device=cables] [data-action={name}][aria-pressed=true]")
        assert scanner.is_unplugged(settings.home) and panel.is_unplugged(settings.home)
        browser.find("#tab-scan").click()
        browser.wait_text("#scan-said", "The scanner is unplugged")
        browser.find("#tab-faults").click()
        browser.find("[data-device=cables] [data-action=scanner]").click()
        browser.find("[data-device=cables] [data-action=scanner][aria-pressed=false]")
        assert not scanner.is_unplugged(settings.home) and panel.is_unplugged(settings.home)
        browser.find("#tab-scan").click()
        browser.wait(lambda: not browser.text("#scan-said"))


def test_what_was_said_is_shown_newest_first_with_its_language(browser: Browser, settings: Settings) -> None:
    speaker = SimulatedSpeaker(SoundSettings(driver="simulated"), settings.home, "board", FakeClock())
    with served(settings) as url:
        browser.go(url)
        browser.find("#tab-sound").click()
        browser.wait_text("#pane-sound", "Nothing said yet")
        speaker.say(Sound.CHIME, Utterance("Mời quý khách", "vi"), Utterance("Please come", "en"))
        browser.wait(lambda: len(browser.find_all("#pane-sound section:last-child li")) == 3)
        rows = [row.text.split("\n") for row in browser.find_all("#pane-sound section:last-child li")]
        assert [row[1:] for row in rows] == [["en", "Please come"], ["vi", "Mời quý khách"], ["chime"]]
        assert browser.find("#pane-sound span[lang=vi]")
        assert not browser.errors()


def test_hardware_that_is_real_or_not_there_cannot_be_played_with(browser: Browser, tmp_path: Path) -> None:
    with served(halls.settings(tmp_path)) as url:
        browser.go(url)
        for name in ("scanner", "panel", "speaker"):
            assert browser.find(f"[data-device=cables] [data-action={name}]").get_attribute("disabled")
        assert not browser.find("#panel").is_displayed()
        browser.find("#tab-scan").click()
        browser.wait_text("#scan-said", "No simulated scanner here (driver: none)")
        assert not browser.find("#scan-text input").is_enabled()


def test_a_telephone_shows_all_of_it_without_scrolling_sideways(browser: Browser, settings: Settings) -> None:
    window = FakeWindow(settings.home.run / "screen.sock", PAPER)
    browser.resize(390, 844)
    with served(settings) as url:
        browser.go(url)
        browser.find("#screen img")
        for tab in ("scan", "sound", "faults"):
            browser.find(f"#tab-{tab}").click()
            wide = "return [...document.querySelectorAll('html, .stage, .machine, .bench-area, .card, .tile')]"
            widths = browser.driver.execute_script(f"{wide}.map((one) => one.getBoundingClientRect().right)")
            assert max(widths) <= 390, tab
    window.close()
    browser.resize(1440, 900)


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


def test_a_page_that_is_started_later_is_shown_in_its_frame_and_no_other_page_may_be(
    browser: Browser, settings: Settings
) -> None:
    with served(settings) as url:
        (settings.home.run / DOCK_FILE).write_text(url.removesuffix(f"/{WORD}/"), encoding="utf-8")
        browser.go(url)
        browser.find("#tab-counter").click()
        browser.wait_text("#pane-counter", "The officers' page is not running")
        with serving(settings, FakeClock()) as officers:
            (settings.home.run / "counter.url").write_text(officers.url, encoding="utf-8")
            browser.wait(lambda: bool(browser.driver.find_elements("css selector", "#pane-counter iframe")))
            browser.wait(lambda: "frame-src" not in "".join(browser.errors()))
            browser.driver.switch_to.frame(browser.find("#pane-counter iframe"))
            browser.find("#name")
            browser.driver.switch_to.default_content()
            policy = httpx.get(url).headers["content-security-policy"]
            assert f"frame-src {officers.url} " in policy and "*" not in policy
    browser.errors()


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
    file = booking_key_file(settings.home)
    file.parent.mkdir(parents=True)
    file.write_text(crypto.new_signing_key().hex(), encoding="ascii")
    with served(settings) as url:
        browser.go(url)
        browser.find("#screen img")
        browser.find("#board img")
        browser.find(".tile")
        size = "return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        assert browser.driver.execute_script(size) == [width, height]
        hidden = "const one = document.querySelector(arguments[0]); return one.scrollHeight - one.clientHeight"
        assert browser.driver.execute_script(hidden, "#pane-faults") <= 0
        browser.find("#tab-scan").click()
        browser.find("[data-card=booking-forged]")
        assert browser.driver.execute_script(hidden, "#deck") <= 0
    for window in windows:
        window.close()
    browser.resize(1440, 900)
