"""For all tests: hypothesis measures no time, because they share their cores with brokers, browsers and each other.

`--hardware=DEVICE` also tries a true device of the kiosk that KIOSK_HOME names (or /etc/kiosk), with a person at it.
"""

from __future__ import annotations

import signal

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

_HARDWARE = ("printer", "scanner", "panel", "speaker")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--hardware`."""
    parser.addoption("--hardware", action="append", choices=_HARDWARE, default=[], help="also try this true device")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker of tests that need a true device."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # behind a shell's `&`: what a test starts must hear Ctrl-C
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "hardware(device): needs this true device and a person; see --hardware")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a device that was not named, and begin with the whole halls, which take minutes each."""
    items.sort(key=lambda item: "e2e" not in item.path.parts)
    there: list[str] = config.getoption("--hardware")
    for item in items:
        needed = item.get_closest_marker("hardware")
        if needed is not None and needed.args[0] not in there:
            item.add_marker(pytest.mark.skip(reason=f"needs --hardware={needed.args[0]}"))
