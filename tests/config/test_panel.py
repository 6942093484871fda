"""Pins: each part has a pin of its own, and a pin that is dangerous during boot is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.config import Home, load
from kiosk.defaults import write_home
from kiosk.errors import ConfigError

GOOD = """
driver = "gpio"
key_next = 6
presence = 26
cup = 21
water = 17
sleep_after_s = 600
"""


def loaded(root: Path, panel: str) -> object:
    """Load a home with these lines in its `[panel]` section."""
    home = Home.at(root)
    write_home(home, always_open=True)
    file = home.etc / "kiosk.toml"
    text = re.sub(r"(?ms)^\[panel\]\n.*?(?=^\[|\Z)", f"[panel]\n{panel}\n", file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    return load(home).kiosk.panel


def test_a_part_exists_if_its_pin_is_set(tmp_path: Path) -> None:
    panel = loaded(tmp_path, GOOD)
    assert (panel.key_next, panel.key_speak) == (6, None)  # type: ignore[attr-defined]  # it is a Panel
    assert panel.has_presence and panel.has_water  # type: ignore[attr-defined]  # the same


@pytest.mark.parametrize(
    ("panel", "complaint"),
    [
        (GOOD + "tamper = 26", r"panel\.tamper: presence and tamper are both on pin 26"),
        (GOOD.replace("26", "28"), r"panel\.presence = 28: expected `int` <= 27"),
        (GOOD.replace("26", "1"), r"panel\.presence = 1: expected `int` >= 2"),
        (GOOD.replace("26", "3"), r"panel\.presence: pin 3 is pulled up on the board"),
        (GOOD.replace("17", "4"), r"panel\.water: pin 4 may be high while the machine starts"),
        (GOOD.replace("17", "14"), r"panel\.water: pin 14 may be high"),
        (GOOD.replace("cup = 21", ""), r"panel\.cup: a dispenser needs a cup sensor"),
        (GOOD.replace("presence = 26", ""), r"panel\.sleep_after_s: a screen that sleeps needs a sensor"),
        ('driver = "gpio"', r"panel\.driver: the gpio driver needs at least one pin"),
        ('driver = "none"\nsleep_after_s = 60', r"panel\.sleep_after_s: a screen that sleeps"),
        (GOOD + "pour_s = 31", r"panel\.pour_s"),
        (GOOD + "led_ready = 5", r"led_ready"),
    ],
)
def test_an_impossible_panel_is_refused_with_a_reason(tmp_path: Path, panel: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as raised:
        loaded(tmp_path, panel)
    assert re.search(complaint, str(raised.value)), str(raised.value)
