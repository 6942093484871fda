"""The pages in a real Chromium, worked as an officer works them: mostly by keyboard."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from kiosk.config import Officer
from kiosk.lobby.lobby import Lobby
from kiosk.model.paper import PrintState
from kiosk.serving import DOCK_FILE
from kiosk.store import jobs
from tests import halls
from tests.browser import CHROMIUM, Browser, chromium
from tests.clocks import FakeClock
from tests.config.test_officers import stored_by_an_older_release
from tests.counter.serving import PIN, Served, serving
from tests.healths import write_health

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium here")

LEAST_CONTRAST = 7.0
TURNED_BY_HAND = "let now = 1000; performance.now = () => now; window.passTime = (ms) => (now += ms);"
"""The page's clock stands still until a test turns it, so no delay of the page hangs on how fast this machine is."""

FAINTEST = """
const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
const linear = (c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
const behind = (element) => {
  for (; element; element = element.parentElement) {
    const [r, g, b, a = 1] = channels(getComputedStyle(element).backgroundColor);
    if (a > 0.99) return [r, g, b];
  }
  return [255, 255, 255];
};
let faintest = [99, ""];
for (const element of document.querySelectorAll("body *")) {
  const words = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
  const isSeen = words.length && element.checkVisibility() && !element.closest(":disabled, .unseen");
  const style = getComputedStyle(element);
  if (!isSeen || style.webkitTextStrokeWidth !== "0px") continue;
  const [one, other] = [light(channels(style.color)), light(behind(element))].sort((a, b) => b - a);
  const contrast = (one + 0.05) / (other + 0.05);
  if (contrast < faintest[0]) faintest = [contrast, element.textContent];
}
return faintest;
"""


CUT_OFF = """
const places = [...document.querySelectorAll(".step span, .main span, .number, dd, .matter, .choice")];
return places.filter((place) => place.scrollWidth > place.clientWidth + 1).map((place) => place.textContent);
"""


LISTEN_TO_NOTES = """
window.notes = [];
AudioContext.prototype.createOscillator = new Proxy(AudioContext.prototype.createOscillator, {
  apply(make, context, given) {
    window.notes.push(context.currentTime);
    return Reflect.apply(make, context, given);
  },
});
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests; each test has its own port, hence its own storage."""
    with chromium(tmp_path_factory.mktemp("profile")) as browser:
        browser.resize(1280, 800)
        browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": TURNED_BY_HAND})
        yield browser


@pytest.fixture
def served(tmp_path: Path, clock: FakeClock) -> Iterator[Served]:
    """The page of the same home as the fixture `lobby`, as another process would serve it."""
    with serving(halls.settings(tmp_path), clock) as served:
        yield served


@pytest.fixture(autouse=True)
def no_complaints(browser: Browser, served: Served) -> Iterator[None]:
    """A page that complains on its console is broken, unless a refusal or a lost connection was the point."""
    yield
    browser.go("about:blank")
    expected = ("/api/", "favicon", "ERR_CONNECTION_REFUSED")
    assert [error for error in browser.errors() if not any(part in error for part in expected)] == []


@contextmanager
def framed(host: str, url: str) -> Iterator[str]:
    """Serve a page of another origin that shows `url` in a frame, as the dock does, or an attacker."""
    document = f'<!doctype html><iframe src="{url}" width="1200" height="700"></iframe>'.encode()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(document)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer((host, 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://{host}:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


def healthy(lobby: Lobby) -> None:
    """Let printer and line be well."""
    write_health(lobby.settings.home, "printer", {"status": "ready"})
    write_health(lobby.settings.home, "sync", {"line": "online"})


def sign_in(browser: Browser, served: Served, counter: int = 1) -> None:
    """Sign lan in and choose a counter, all by keyboard."""
    browser.go(f"{served.url}/")
    browser.find("#name")
    browser.press("lan", Keys.TAB, PIN, Keys.ENTER)
    browser.find(".counters")
    browser.press(str(counter))
    browser.find(".desk[data-ready]")


def state(browser: Browser) -> tuple[str | None, str]:
    """Return the state of the ticket in hand and the large number."""
    return browser.find(".hand").get_attribute("data-state"), browser.text(".number")


def is_legible(browser: Browser) -> None:
    """Every word on the page has the contrast we promise."""
    contrast, words = browser.driver.execute_script(FAINTEST)
    assert contrast >= LEAST_CONTRAST, words


def answered(browser: Browser) -> None:
    """Wait until the kiosk has answered: the page does one thing at a time, and its stream may outrun the answer."""
    browser.wait(lambda: not browser.find_all("[data-busy]"))


def press(browser: Browser, key: str) -> None:
    """Press a key when nothing is under way."""
    answered(browser)
    browser.press(key)


def rest(browser: Browser, clock: FakeClock) -> None:
    """Let the two seconds pass in which a call cannot be made again, on the page and on the kiosk."""
    answered(browser)
    clock.pass_time(seconds=2)
    browser.driver.execute_script("passTime(2000)")


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


def test_a_kiosk_that_goes_away_is_told_and_comes_back_by_itself(
    browser: Browser, served: Served, lobby: Lobby
) -> None:
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


def test_the_state_of_line_and_printer_is_told(browser: Browser, served: Served, lobby: Lobby) -> None:
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


def test_a_call_that_nobody_answered_ends_and_the_next_one_is_news(
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


def test_a_booked_time_and_a_result_by_post_stand_beside_the_number(
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
    """Let the printer have stopped in the middle of a print job."""
    with lobby.store.write() as tx:
        jobs.move(tx.connection, job, PrintState.QUEUED, PrintState.UNCERTAIN, now_ms=tx.now_ms)


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


def test_wrong_pins_are_told_and_the_lock_counts_down(browser: Browser, served: Served, clock: FakeClock) -> None:
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


def test_the_pad_signs_in_where_there_is_no_keyboard(browser: Browser, served: Served) -> None:
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


def test_the_board_admits_that_it_is_out_of_touch_or_unsure_of_the_time(
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


def test_an_officer_with_a_short_pin_of_an_older_release_is_told(
    browser: Browser, lobby: Lobby, clock: FakeClock
) -> None:
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
