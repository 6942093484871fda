"""The pages in a real Chromium: uncertain slips, locks, the board, the dock, and the legibility of every state."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from kiosk.config import Officer
from kiosk.lobby.lobby import Lobby
from kiosk.model.paper import PrintState
from kiosk.serving import DOCK_FILE
from kiosk.store import jobs
from tests.browser import CHROMIUM, Browser
from tests.clocks import FakeClock
from tests.config.test_officers import stored_by_an_older_release
from tests.counter.desk_page import CUT_OFF, answered, framed, healthy, is_legible, press, sign_in, state
from tests.counter.desk_page import browser as browser
from tests.counter.desk_page import no_complaints as no_complaints
from tests.counter.desk_page import served as served
from tests.counter.serving import PIN, Served, serving

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium here")


def test_a_booked_time_and_a_result_by_post_are_shown_beside_the_number(
    browser: Browser, served: Served, lobby: Lobby
) -> None:
    number = lobby.take("A", print_slip=False).number
    lobby.note_post(number, True)
    with lobby.store.write() as tx:
        tx.execute("UPDATE ticket SET booked_ms = ?", [tx.now_ms + 30 * 60_000])
    sign_in(browser, served)
    browser.wait_text(".hero .badges", "Hẹn 09:30")
    browser.wait_text(".hero .badges", "Trả qua bưu điện")
    browser.wait_text("tbody .note", "Hẹn 09:30")
    is_legible(browser)


def leave_in_doubt(lobby: Lobby, job: int) -> None:
    """Put a print job into the state of a printer that stopped in the middle."""
    with lobby.store.write() as tx:
        jobs.move(tx, job, PrintState.QUEUED, PrintState.UNCERTAIN, now_ms=tx.now_ms)


def test_a_slip_that_may_not_have_come_out_is_asked_about_until_somebody_has_looked(
    browser: Browser, served: Served, lobby: Lobby
) -> None:
    healthy(lobby)
    sign_in(browser, served)
    for job in (1, 2, 3):
        lobby.take("A")
        leave_in_doubt(lobby, job)
    browser.wait_text(".doubt", "Cũng chưa rõ: A002, A003")
    assert "Không rõ phiếu A001" in browser.text(".doubt")
    is_legible(browser)

    browser.find_all(".choice")[0].click()
    browser.wait_text(".doubt", "Không rõ phiếu A002")
    assert lobby.ticket("A001").print_state is PrintState.PRINTED
    answered(browser)
    browser.find_all(".choice")[1].click()
    browser.wait_text(".doubt", "Không rõ phiếu A003")
    assert lobby.ticket("A002").print_state is PrintState.QUEUED
    assert "bản sao phiếu A002" in browser.text(".says")

    answered(browser)
    browser.find_all(".choice")[1].send_keys(Keys.ENTER)
    browser.wait(lambda: browser.find_all(".doubt") == [])
    assert lobby.counter(1).uncertain_slips == ()
    assert lobby.counter(1).active is None


def test_the_second_click_of_a_double_one_does_not_answer_for_the_next_slip(
    browser: Browser, served: Served, lobby: Lobby
) -> None:
    for job in (1, 2):
        lobby.take("A")
        leave_in_doubt(lobby, job)
    sign_in(browser, served)
    place = browser.find(".choice").rect
    at = {"x": place["x"] + place["width"] / 2, "y": place["y"] + place["height"] / 2, "button": "left"}
    for count in (1, 2):
        for kind in ("mousePressed", "mouseReleased"):
            browser.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": kind, "clickCount": count, **at})
        browser.wait_text(".doubt", "Không rõ phiếu A002")
        answered(browser)
    assert lobby.counter(1).uncertain_slips == ("A002",)


def test_wrong_pins_are_reported_and_the_lock_counts_down(browser: Browser, served: Served, clock: FakeClock) -> None:
    browser.go(f"{served.url}/")
    is_legible(browser)
    browser.find("#name").send_keys("lan", Keys.TAB)
    for left in (4, 3, 2, 1):
        browser.press("000000", Keys.ENTER)
        browser.wait_text(".says", f"Còn {left} lần thử")
    browser.press("000000", Keys.ENTER)
    browser.wait_text(".says", "Thử lại sau 00:")
    assert not browser.find("#pin").is_enabled()
    is_legible(browser)


def test_the_number_pad_signs_in_without_a_keyboard(browser: Browser, served: Served) -> None:
    browser.go(f"{served.url}/")
    browser.find("#name").send_keys("lan")
    digits = {digit.text: digit for digit in browser.find_all(".digit")}
    for digit in PIN:
        digits[digit].click()
    browser.find(".digit.enter").click()
    browser.find(".counters")
    is_legible(browser)


def test_the_choice_is_remembered_and_signing_out_ends_it(browser: Browser, served: Served) -> None:
    sign_in(browser, served, counter=2)
    browser.go(f"{served.url}/")
    browser.wait_text(".desk h1", "Quầy 2")
    browser.find_all(".who .link")[1].click()
    browser.wait_text(".desk h1", "Counter 2")
    is_legible(browser)
    browser.find_all(".who .link")[2].click()
    browser.find("#pin")
    browser.go(f"{served.url}/")
    browser.find("#pin")


def test_every_state_of_the_desk_is_legible(browser: Browser, served: Served, lobby: Lobby, clock: FakeClock) -> None:
    sign_in(browser, served, counter=2)
    is_legible(browser)
    lobby.take("A", priority="elderly", language="en", print_slip=False)
    lobby.take("B", priority="elderly", print_slip=False)
    browser.wait_text(".badge.priority", "75+")
    is_legible(browser)
    press(browser, Keys.ENTER)
    browser.wait(lambda: state(browser)[0] == "called")
    press(browser, "v")
    browser.find(".asking")
    is_legible(browser)
    press(browser, "h")
    browser.find(".held")
    is_legible(browser)


def test_the_board_shows_a_call_and_blinks_three_times(
    browser: Browser, served: Served, lobby: Lobby, clock: FakeClock
) -> None:
    for _ in range(2):
        lobby.take("A", print_slip=False)
    browser.go(f"{served.url}/board")
    browser.wait_text(".call", "Mời lấy số thứ tự")
    is_legible(browser)
    lobby.call_next(1)
    browser.wait_text(".call", "A001")
    assert "Quầy 1" in browser.text(".call")
    blinks = "return getComputedStyle(document.querySelector('.call.new')).animationIterationCount"
    assert browser.driver.execute_script(blinks) == "3"
    clock.pass_time(seconds=5)
    lobby.call_next(2)
    browser.wait_text(".call", "A002")
    browser.wait_text(".last", "A001")
    browser.driver.execute_script("document.querySelector('.call').classList.remove('new')")
    is_legible(browser)
    lobby.recall("A002")
    browser.find(".call.new")


def test_a_call_that_was_taken_back_does_not_make_the_board_call_the_one_before_again(
    browser: Browser, served: Served, lobby: Lobby, clock: FakeClock
) -> None:
    for _ in range(2):
        lobby.take("A", print_slip=False)
    browser.go(f"{served.url}/board")
    browser.wait_text(".call", "Mời lấy số thứ tự")
    for counter, number in ((1, "A001"), (2, "A002")):
        lobby.call_next(counter)
        browser.wait_text(".call", number)
        clock.pass_time(seconds=5)
    browser.driver.execute_script("document.querySelector('.call').classList.remove('new')")
    lobby.park("A002")
    lobby.resume("A002")
    browser.wait_text(".call", "A001")
    assert not browser.driver.find_elements("css selector", ".call.new")


def test_the_board_shows_a_lost_connection_and_an_uncertain_time(
    browser: Browser, served: Served, lobby: Lobby, clock: FakeClock
) -> None:
    browser.go(f"{served.url}/board")
    browser.find(".board[data-ready]")
    lobby.take("A", print_slip=False)
    clock.step(days=-3)
    lobby.take("A", print_slip=False)
    browser.wait_text(".time", "giờ chưa chắc")
    served.stop()
    browser.wait_text(".lost", "Mất kết nối")


def test_the_page_works_inside_the_dock(browser: Browser, served: Served, lobby: Lobby) -> None:
    lobby.take("A", print_slip=False)
    with framed("127.0.0.1", served.url) as url:
        (lobby.settings.home.run / DOCK_FILE).write_text(url, encoding="utf-8")
        browser.go(url)
        browser.driver.switch_to.frame(browser.find("iframe"))
        browser.find("#name").send_keys("lan", Keys.TAB, PIN, Keys.ENTER)
        browser.find(".counter").click()
        browser.find(".main").click()
        browser.wait(lambda: lobby.counter(1).active is not None)
        browser.driver.switch_to.default_content()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2"])
def test_the_page_shows_nothing_in_anybody_elses_frame(browser: Browser, served: Served, host: str) -> None:
    with framed(host, served.url) as url:
        browser.go(url)
        browser.wait(lambda: any("frame-ancestors" in error for error in browser.errors()))


def test_an_officer_with_a_short_pin_sees_a_warning(browser: Browser, lobby: Lobby, clock: FakeClock) -> None:
    old = Officer("lan", stored_by_an_older_release("2468"))
    with serving(lobby.settings, clock, (old,)) as served:
        browser.go(f"{served.url}/")
        browser.find("#name").send_keys("lan", Keys.TAB, "2468", Keys.ENTER)
        browser.wait_text(".says", "ít hơn sáu chữ số")
        is_legible(browser)
        browser.find(".counter").click()
        browser.find(".main")


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 800), (1024, 768), (390, 844)])
def test_nothing_on_the_desk_is_cut_off_at_the_side(
    browser: Browser, served: Served, lobby: Lobby, size: tuple[int, int]
) -> None:
    for job in (1, 2):
        lobby.take("A", priority="elderly", language="en")
        leave_in_doubt(lobby, job)
    sign_in(browser, served)
    browser.resize(*size)
    browser.find(".doubt")
    try:
        overflow = "return document.scrollingElement.scrollWidth - innerWidth"
        assert browser.driver.execute_script(overflow) <= 0
        cut = browser.driver.execute_script(CUT_OFF)
        assert cut == []
    finally:
        browser.resize(1280, 800)
