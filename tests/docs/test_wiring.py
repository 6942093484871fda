"""The drawing of the panel is of the pins that are tested, proposed in kiosk.toml, and listed beside it."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from tests.docs.wiring import HEADER, PICTURE, drawn
from tests.drivers.panel_rigs import PINS

_ROOT = Path(__file__).parents[2]
_PINS = {
    name: pin for name, pin in msgspec.structs.asdict(PINS).items() if type(pin) is int and name != "sleep_after_s"
}


def test_the_picture_is_of_today() -> None:
    assert PICTURE.read_text(encoding="utf-8") == drawn(), "run python -m tests.docs.wiring"


def test_the_header_has_forty_places_and_each_pin_once() -> None:
    assert len(HEADER) == 40
    assert sorted(int(name) for name in HEADER if name.isdigit()) == list(range(2, 28))
    assert (HEADER.count("GND"), HEADER.count("5V"), HEADER.count("3V3")) == (8, 2, 2)


@pytest.mark.parametrize("name", _PINS)
def test_the_template_and_the_table_propose_the_pin_that_is_drawn(name: str) -> None:
    template = (_ROOT / "kiosk" / "defaults" / "kiosk.toml").read_text(encoding="utf-8")
    assert re.search(rf"(?m)^# {name} = {_PINS[name]}\b", template)
    page = (_ROOT / "docs" / "hardware.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith("|") and f"`{name}`" in line)
    names, pins = re.findall(r"`(\w+)`", row.split("|")[1]), row.split("|")[2].split()
    assert int(pins[names.index(name)]) == _PINS[name]
