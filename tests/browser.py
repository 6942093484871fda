"""A real Chromium for tests of pages: headless, a profile of its own, talking to nobody but the page.

Use it as `from tests.browser import Browser, chromium` and a fixture that yields `chromium(folder)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

CHROMIUM = Path("/usr/bin/chromium")
CHROMEDRIVER = Path("/usr/bin/chromedriver")

PATIENCE_S = 10.0

_SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    # Nothing but loopback exists for this browser: every other name fails to resolve.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.*, EXCLUDE localhost",
)


class Browser:
    """One window. `driver` is selenium's, for what is not here."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def resize(self, width_px: int, height_px: int) -> None:
        """Make the page itself this large."""
        metrics = {"width": width_px, "height": height_px, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def go(self, url: str) -> None:
        """Open a page."""
        self.driver.get(url)

    def find(self, css: str) -> WebElement:
        """Return the first element for a selector, waiting until it is there."""
        return WebDriverWait(self.driver, PATIENCE_S).until(lambda driver: driver.find_element(By.CSS_SELECTOR, css))

    def find_all(self, css: str) -> list[WebElement]:
        """Return the elements for a selector, as they are now."""
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def text(self, css: str) -> str:
        """Return the visible text of an element."""
        return self.find(css).text

    def wait(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds; elements that are replaced meanwhile are looked up again."""
        ignored = (StaleElementReferenceException,)
        WebDriverWait(self.driver, PATIENCE_S, 0.05, ignored_exceptions=ignored).until(lambda _: condition())

    def wait_text(self, css: str, text: str) -> None:
        """Wait until an element says `text` somewhere."""
        self.wait(lambda: text in self.text(css))

    def press(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def errors(self) -> list[str]:
        """Return what the page complained about on its console since last asked."""
        log = self.driver.get_log("browser")  # type: ignore[no-untyped-call]  # selenium left this one bare
        return [entry["message"] for entry in log if entry["level"] == "SEVERE"]

    def picture(self, file: Path) -> None:
        """Write what the window shows as a PNG, once its letters are loaded."""
        self.driver.execute_async_script("document.fonts.ready.then(arguments[0])")
        file.parent.mkdir(parents=True, exist_ok=True)
        self.driver.get_screenshot_as_file(str(file))


@contextmanager
def chromium(profile: Path) -> Iterator[Browser]:
    """Run a browser with a fresh profile in `profile`; it ends with the block."""
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for switch in (*_SWITCHES, f"--user-data-dir={profile}"):
        options.add_argument(switch)
    driver = Chrome(options, Service(str(CHROMEDRIVER)))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
