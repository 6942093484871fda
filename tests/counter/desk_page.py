"""The officers' page in a real Chromium: the browser, the page, and simulated input."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from kiosk.lobby.lobby import Lobby
from tests import halls
from tests.browser import Browser, chromium
from tests.clocks import FakeClock
from tests.counter.serving import PIN, Served, serving
from tests.healths import write_health

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
