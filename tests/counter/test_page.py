"""The pages in a real Chromium, worked as an officer works them: mostly by keyboard."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from kiosk.lobby.lobby import Lobby
from tests.browser import CHROMIUM, Browser
from tests.clocks import FakeClock
from tests.counter.desk_page import LISTEN_TO_NOTES, healthy, is_legible, press, rest, sign_in, state
from tests.counter.desk_page import browser as browser
from tests.counter.desk_page import no_complaints as no_complaints
from tests.counter.desk_page import served as served
from tests.counter.serving import Served
from tests.healths import write_health

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium here")


def test_a_morning_by_keyboard(browser: Browser, served: Served, lobby: Lobby, clock: FakeClock) -> None:
    healthy(lobby)
    for _ in range(6):
        lobby.take("A", print_slip=False)
    sign_in(browser, served)
    assert state(browser) == ("idle", "A001")

    press(browser, Keys.ENTER)
    browser.wait(lambda: state(browser) == ("called", "A001"))
    rest(browser, clock)
    press(browser, "r")
    browser.wait_text(".label", "2")
    assert lobby.board().current is not None
    press(browser, "s")
    browser.wait(lambda: state(browser) == ("serving", "A001"))
    press(browser, Keys.ENTER)
    browser.wait_text(".says", "xin chờ")
    rest(browser, clock)
    press(browser, Keys.ENTER)
    browser.wait(lambda: state(browser) == ("called", "A002"))
    assert lobby.ticket("A001").state == "done"


def test_park_no_show_and_transfer_by_keyboard(
    browser: Browser, served: Served, lobby: Lobby, clock: FakeClock
) -> None:
    healthy(lobby)
    for _ in range(4):
        lobby.take("A", print_slip=False)
    lobby.call_next(1)
    lobby.serve("A001")
    lobby.done("A001")
    lobby.call_next(1)
    sign_in(browser, served)
    press(browser, "h")
    browser.wait_text(".parked", "A002")
    rest(browser, clock)
    press(browser, Keys.ENTER)
    browser.wait(lambda: state(browser) == ("called", "A003"))
    press(browser, "v")
    browser.find(".asking")
    assert lobby.ticket("A003").state == "called"
    press(browser, "v")
    browser.wait(lambda: lobby.ticket("A003").state == "no_show")

    browser.find(".held").click()
    browser.wait(lambda: lobby.ticket("A002").state == "waiting")
    browser.wait(lambda: state(browser) == ("idle", "A002"))
    rest(browser, clock)
    press(browser, Keys.ENTER)
    browser.wait(lambda: state(browser) == ("called", "A002"))
    press(browser, "c")
    browser.find("dialog[open]")
    is_legible(browser)
    press(browser, "b")
    browser.wait(lambda: [row.number for row in lobby.counter(3).queue] == ["A002"])

    rest(browser, clock)
    press(browser, Keys.ENTER)
    browser.wait(lambda: state(browser) == ("called", "A004"))
    press(browser, "x")
    browser.wait(lambda: lobby.ticket("A004").state == "done")
    browser.wait_text("dl", "2")


def test_enter_held_down_or_pressed_twice_calls_one(
    browser: Browser, served: Served, lobby: Lobby, clock: FakeClock
) -> None:
    for _ in range(4):
        lobby.take("A", print_slip=False)
    sign_in(browser, served)
    browser.press(*[Keys.ENTER] * 5)
    browser.wait(lambda: state(browser) == ("called", "A001"))
    held = {"type": "keyDown", "key": "Enter", "code": "Enter", "autoRepeat": True}
    rest(browser, clock)
    for _ in range(5):
        browser.driver.execute_cdp_cmd("Input.dispatchKeyEvent", held)
    press(browser, "q")
    assert state(browser) == ("called", "A001")
    assert lobby.ticket("A002").state == "waiting"


def test_enter_after_a_click_on_recall_means_next_and_not_recall(
    browser: Browser, served: Served, lobby: Lobby, clock: FakeClock
) -> None:
    for _ in range(2):
        lobby.take("A", print_slip=False)
    sign_in(browser, served)
    browser.find(".main").click()
    browser.wait(lambda: state(browser) == ("called", "A001"))
    rest(browser, clock)
    browser.find_all(".step")[1].click()
    browser.wait(lambda: (row := lobby.counter(1).active) is not None and row.calls == 2)
    rest(browser, clock)
    press(browser, Keys.ENTER)
    browser.wait(lambda: state(browser) == ("called", "A002"))


def test_a_ticket_finished_elsewhere_leaves_the_page_by_itself(browser: Browser, served: Served, lobby: Lobby) -> None:
    lobby.take("A", print_slip=False)
    sign_in(browser, served)
    press(browser, Keys.ENTER)
    browser.wait(lambda: state(browser) == ("called", "A001"))
    press(browser, "c")
    browser.find("dialog[open]")
    lobby.no_show("A001")
    browser.wait(lambda: state(browser)[0] == "empty")
    assert browser.find_all("dialog") == []


def test_a_lost_connection_is_shown_and_restored_automatically(browser: Browser, served: Served, lobby: Lobby) -> None:
    lobby.take("A", print_slip=False)
    sign_in(browser, served)
    served.stop()
    browser.wait_text(".lost", "Mất kết nối")
    assert not browser.find(".main").is_enabled()
    press(browser, Keys.ENTER)
    lobby.take("A", print_slip=False)
    served.start()
    browser.wait(lambda: not browser.find_all("[data-lost]"))
    browser.wait_text("tbody", "A002")
    assert state(browser) == ("idle", "A001")


def test_the_state_of_line_and_printer_is_shown(browser: Browser, served: Served, lobby: Lobby) -> None:
    write_health(lobby.settings.home, "printer", {"status": "paper_out"})
    write_health(lobby.settings.home, "sync", {"line": "offline"})
    for _ in range(2):
        lobby.take("A", print_slip=False)
    waiting = lobby.counter(1).pending_events
    sign_in(browser, served)
    assert "hết giấy" in browser.text(".notices")
    line = browser.text(".city")
    assert line == f"Thành phố chưa kết nối được, mọi việc vẫn chạy. {waiting} việc chờ gửi."
    is_legible(browser)


def test_a_visitor_who_calls_for_help_is_shown_until_this_counter_says_i_am_coming(
    browser: Browser, served: Served, lobby: Lobby
) -> None:
    healthy(lobby)
    lobby.take("A", print_slip=False)
    sign_in(browser, served)
    browser.driver.execute_script(LISTEN_TO_NOTES)
    lobby.help.request()
    browser.wait_text(".help[data-state=asked]", "cần giúp")
    is_legible(browser)
    assert browser.driver.execute_script("return notes.length") == 2  # one chime
    browser.find(".help button").click()
    browser.wait_text(".help[data-state=coming]", "Máy đã báo với khách: quầy 1")
    view = lobby.hall().help
    assert view is not None and view.counter == 1
    is_legible(browser)
    assert state(browser) == ("idle", "A001")  # the queue was not touched
    browser.driver.execute_script("passTime(100_000)")
    browser.wait(lambda: browser.text(".help") == "")


def test_every_other_counter_sees_who_goes_to_the_visitor(browser: Browser, served: Served, lobby: Lobby) -> None:
    sign_in(browser, served)
    lobby.help.request()
    browser.find(".help[data-state=asked]")
    lobby.help.answer(3)
    browser.wait_text(".help[data-state=coming]", "Quầy 3 đang ra")
    press(browser, "g")
    view = lobby.hall().help
    assert view is not None and view.counter == 3


def test_a_call_for_help_is_answered_by_a_key_also_with_a_ticket_in_hand(
    browser: Browser, served: Served, lobby: Lobby
) -> None:
    lobby.take("A", print_slip=False)
    sign_in(browser, served)
    press(browser, "g")  # nobody calls: nothing happens
    press(browser, Keys.ENTER)
    browser.wait(lambda: state(browser) == ("called", "A001"))
    lobby.help.request()
    browser.find(".help[data-state=asked]")
    press(browser, "g")
    browser.find(".help[data-state=coming]")
    assert state(browser) == ("called", "A001")


def test_an_unanswered_call_for_help_ends_and_the_next_one_is_announced(
    browser: Browser, served: Served, lobby: Lobby, clock: FakeClock
) -> None:
    sign_in(browser, served)
    browser.driver.execute_script(LISTEN_TO_NOTES)
    lobby.help.request()
    browser.find(".help[data-state=asked]")
    browser.driver.execute_script("passTime(601_000)")
    browser.wait(lambda: browser.text(".help") == "")
    clock.pass_time(minutes=11)
    lobby.help.request()
    browser.wait_text(".help[data-state=asked]", "dưới 1 phút")
    assert browser.driver.execute_script("return notes.length") == 4


def test_a_page_that_nobody_has_touched_stays_silent(browser: Browser, served: Served, lobby: Lobby) -> None:
    sign_in(browser, served)
    browser.go(f"{served.url}/")
    browser.find(".desk[data-ready]")
    browser.driver.execute_script(LISTEN_TO_NOTES)
    lobby.help.request()
    browser.find(".help[data-state=asked]")
    assert browser.driver.execute_script("return notes.length") == 0
