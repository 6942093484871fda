"""The port of the panel beside the screen: four tactile keys, lamps, a buzzer, sensors, and a tap for one cup."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from kiosk.records import Record, replace


class Key(StrEnum):
    """A key that was pressed."""

    PREVIOUS = "previous"
    NEXT = "next"
    CHOOSE = "choose"
    SPEAK = "speak"
    """Starts speech; during speech, repeats the screen's text."""


class Lamp(StrEnum):
    """The state of the call lamp: it blinks while a visitor waits for help, and is on while an officer is coming."""

    OFF = "off"
    ON = "on"
    BLINK = "blink"


class Light(StrEnum):
    """The state of the status lamp, which shows across the hall how the kiosk is. FAULT also blinks."""

    OFF = "off"
    """The hall is closed."""
    READY = "ready"
    ATTENTION = "attention"
    """The kiosk serves visitors, but needs attention."""
    FAULT = "fault"
    """The kiosk serves no visitors or has no paper: a person must repair it."""


class Sign(StrEnum):
    """An event of a sensor or of the tap."""

    CAME = "came"
    """A person is in front of the kiosk."""
    LEFT = "left"
    OPENED = "opened"
    """The case is open."""
    CLOSED = "closed"
    CUP_PLACED = "cup_placed"
    CUP_TAKEN = "cup_taken"
    ROLL_LOW = "roll_low"
    """The printer's near-end switch reports little paper."""
    ROLL_FULL = "roll_full"
    POURED = "poured"
    """The cup is full: the water ran for the set time."""
    STOPPED = "stopped"
    """The water was turned off before the set time."""


class Water(StrEnum):
    """The state of the tap."""

    READY = "ready"
    POURING = "pouring"
    BLOCKED = "blocked"
    """The case is open, or no hardware would turn the water off if this program crashed."""


class Senses(Record):
    """The current sensor values; None for a part that the panel does not have, and while the panel is offline."""

    is_somebody: bool | None = None
    is_open: bool | None = None
    has_cup: bool | None = None
    is_roll_low: bool | None = None
    water: Water | None = None

    def after(self, sign: Sign) -> Senses:
        """Return the values after a sign; signs of the water change nothing here."""
        match sign:
            case Sign.CAME | Sign.LEFT:
                return replace(self, is_somebody=sign is Sign.CAME)
            case Sign.OPENED | Sign.CLOSED:
                return replace(self, is_open=sign is Sign.OPENED)
            case Sign.CUP_PLACED | Sign.CUP_TAKEN:
                return replace(self, has_cup=sign is Sign.CUP_PLACED)
            case Sign.ROLL_LOW | Sign.ROLL_FULL:
                return replace(self, is_roll_low=sign is Sign.ROLL_LOW)
            case _:
                return self


Felt = Key | Sign
"""What `Panel.read` returns: keys and signs."""


class PanelOutput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The state of a panel's lamps and buzzer; `beeps` counts since it was opened."""

    lamp: Lamp = Lamp.OFF
    light: Light = Light.OFF
    beeps: int = 0
    is_somebody: bool = False
    is_open: bool = False
    has_cup: bool = False
    is_roll_low: bool = False
    water: Water = Water.READY


class PanelStatus(StrEnum):
    """The state of a panel."""

    READY = "ready"
    OFFLINE = "offline"
    """It is unplugged or in use by another program. The driver keeps searching for it."""


class Panel(Protocol):
    """One panel, opened by one process. One thread reads it; other threads may call all other methods. As with a
    scanner, `fileno()` becomes readable when the panel goes offline or returns, and the descriptor stays the same.
    """

    def fileno(self) -> int:
        """Return a descriptor that is readable when something may have happened; then call `read`."""
        ...

    def read(self) -> Sequence[Felt]:
        """Return what has happened since the last call, oldest first. It never waits and never raises."""
        ...

    @property
    def status(self) -> PanelStatus:
        """The current state."""
        ...

    @property
    def senses(self) -> Senses:
        """The current sensor values."""
        ...

    def lamp(self, state: Lamp) -> None:
        """Set the call lamp, also for a panel that returns later. It returns at once and never raises."""
        ...

    def light(self, state: Light) -> None:
        """Set the status lamp, also for a panel that returns later. It returns at once and never raises."""
        ...

    def beep(self, times: int = 1) -> None:
        """Sound the buzzer, if there is one. It returns at once and never raises."""
        ...

    def pour(self) -> bool:
        """Start filling the cup; return whether the water runs. It stops by itself and reports `Sign.POURED`."""
        ...

    def stop(self) -> None:
        """Turn the water off at once; no effect when it is off."""
        ...

    def close(self) -> None:
        """Close the panel: water and lamps off; closing twice is fine. Afterwards it is OFFLINE."""
        ...
