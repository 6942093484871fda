"""What every panel keeps to: the simulated one, and the real driver on mock pins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from kiosk.ports.panel import Felt, Key, Lamp, Light, PanelStatus, Senses, Sign, Water
from kiosk.records import replace
from tests.drivers.control_socket_rigs import PATIENCE_S, is_readable
from tests.drivers.panel_rigs import Rig, gpio_rig, simulated_rig

BENCHES: dict[str, Callable[[Path], AbstractContextManager[Rig]]] = {"simulated": simulated_rig, "gpio": gpio_rig}
PAIRS = (
    (Sign.CAME, Sign.LEFT),
    (Sign.OPENED, Sign.CLOSED),
    (Sign.CUP_PLACED, Sign.CUP_TAKEN),
    (Sign.ROLL_LOW, Sign.ROLL_FULL),
)


@pytest.fixture(params=BENCHES)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    with BENCHES[request.param](tmp_path) as rig:
        yield rig


def the_end(rig: Rig) -> list[Felt]:
    """Wait until the panel has something to say, and return it."""
    assert is_readable(rig.panel, PATIENCE_S)
    return list(rig.panel.read())


def test_each_key_is_felt_once(rig: Rig) -> None:
    assert rig.panel.status is PanelStatus.READY
    for key in Key:
        assert rig.feel(key) == [key]
    assert rig.feel(Key.NEXT) == [Key.NEXT]
    assert rig.feel(Key.NEXT) == [Key.NEXT], "twice is twice"


def test_untouched_keys_wake_nobody(rig: Rig) -> None:
    assert not is_readable(rig.panel)
    assert rig.panel.read() == []
    rig.feel(Key.SPEAK)
    assert not is_readable(rig.panel)


@pytest.mark.parametrize(("there", "back"), PAIRS)
def test_a_switch_says_once_that_it_has_moved_and_is_known_meanwhile(rig: Rig, there: Sign, back: Sign) -> None:
    at_rest = rig.panel.senses
    assert at_rest == Senses(False, False, False, False, Water.READY)
    assert rig.feel(there) == [there]
    assert rig.feel(there) == [], "it stands there already"
    assert replace(rig.panel.senses, water=Water.READY) == at_rest.after(there) != at_rest
    assert rig.feel(back) == [back]
    assert rig.panel.senses == at_rest


def test_keys_and_switches_come_in_the_order_in_which_they_were_moved(rig: Rig) -> None:
    things = (Sign.CAME, Key.NEXT, Key.CHOOSE, Sign.CUP_PLACED, Key.SPEAK, Sign.LEFT)
    assert rig.feel(*things) == list(things)


def test_the_lamp_shines_as_it_is_told_and_is_dark_at_first_and_in_the_end(rig: Rig) -> None:
    assert rig.shines() is Lamp.OFF
    for state in (Lamp.BLINK, Lamp.ON, Lamp.OFF, Lamp.BLINK):
        rig.panel.lamp(state)
        assert rig.shines() is state
    rig.panel.close()
    assert rig.shines() is Lamp.OFF


def test_the_status_lamp_shows_one_thing_at_a_time_and_is_dark_in_the_end(rig: Rig) -> None:
    assert rig.lights() is Light.OFF
    for state in (Light.READY, Light.FAULT, Light.ATTENTION, Light.OFF, Light.FAULT, Light.READY):
        rig.panel.light(state)
        assert rig.lights() is state
    rig.panel.close()
    assert rig.lights() is Light.OFF


def test_a_panel_that_is_gone_says_so_and_comes_back_by_itself_with_its_lamps(rig: Rig) -> None:
    before = rig.panel.fileno()
    rig.unplug()
    assert is_readable(rig.panel, PATIENCE_S), "its owner wakes"
    assert rig.panel.read() == []
    assert rig.panel.status == "offline"
    assert rig.panel.senses == Senses()
    assert rig.feel(Key.CHOOSE) == []
    rig.panel.lamp(Lamp.BLINK)
    rig.panel.light(Light.ATTENTION)
    rig.panel.beep()
    assert rig.shines() is Lamp.OFF
    rig.plug()
    assert is_readable(rig.panel, PATIENCE_S)
    assert rig.panel.read() == [], "what was pressed meanwhile is not felt later"
    assert rig.panel.status == "ready"
    assert rig.panel.fileno() == before
    assert rig.shines() is Lamp.BLINK
    assert rig.lights() is Light.ATTENTION
    assert rig.beeps() == 0, "what nobody heard is not made up for"
    assert rig.feel(Key.CHOOSE) == [Key.CHOOSE]


def test_a_cup_is_filled_and_the_water_ends_by_itself(rig: Rig) -> None:
    assert not rig.pours()
    rig.feel(Sign.CUP_PLACED)
    assert rig.panel.pour()
    assert rig.pours()
    assert rig.panel.senses.water == "pouring"
    assert not rig.panel.pour(), "it runs already"
    assert the_end(rig) == [Sign.POURED]
    assert not rig.pours()
    assert rig.panel.senses.water is Water.READY


def test_without_a_cup_no_water_runs(rig: Rig) -> None:
    assert not rig.panel.pour()
    rig.feel(Sign.CUP_PLACED, Sign.CUP_TAKEN)
    assert not rig.panel.pour()
    assert not rig.pours()


@pytest.mark.parametrize("fault", [Sign.CUP_TAKEN, Sign.OPENED])
def test_the_water_stops_at_once_when_the_cup_or_the_case_goes(rig: Rig, fault: Sign) -> None:
    rig.feel(Sign.CUP_PLACED)
    rig.panel.pour()
    assert sorted(rig.feel(fault)) == sorted([fault, Sign.STOPPED])
    assert not rig.pours()


def test_with_an_open_case_no_water_runs_until_it_is_closed(rig: Rig) -> None:
    rig.feel(Sign.CUP_PLACED, Sign.OPENED)
    assert rig.panel.senses.water is Water.BLOCKED
    assert not rig.panel.pour()
    rig.feel(Sign.CLOSED)
    assert rig.panel.pour()


def test_water_that_is_told_to_stop_stops(rig: Rig) -> None:
    rig.panel.stop()
    assert not is_readable(rig.panel), "it was off"
    rig.feel(Sign.CUP_PLACED)
    rig.panel.pour()
    rig.panel.stop()
    assert not rig.pours()
    assert the_end(rig) == [Sign.STOPPED]


def test_the_water_stops_when_the_panel_is_let_go_of(rig: Rig) -> None:
    rig.feel(Sign.CUP_PLACED)
    rig.panel.pour()
    rig.panel.close()
    assert not rig.pours()


def test_the_water_does_not_go_on_after_the_panel_was_gone(rig: Rig) -> None:
    rig.feel(Sign.CUP_PLACED)
    rig.panel.pour()
    rig.unplug()
    assert the_end(rig) == [Sign.STOPPED], "nobody may say any more that it runs"
    rig.plug()
    assert is_readable(rig.panel, PATIENCE_S)
    rig.panel.read()
    assert not rig.pours()


def test_a_closed_panel_feels_nothing_and_closing_twice_is_fine(rig: Rig) -> None:
    rig.panel.close()
    rig.panel.close()
    assert rig.feel(Key.NEXT) == []
    assert rig.panel.read() == []
    assert rig.panel.status is PanelStatus.OFFLINE
    assert not rig.panel.pour()
    rig.panel.lamp(Lamp.ON)
    rig.panel.light(Light.READY)
    rig.panel.beep()
    rig.panel.stop()
