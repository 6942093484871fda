"""What stands beside the screen: four tactile keys, lamps, a buzzer, sensors, and a tap that fills one cup."""

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
    """Begins to speak; while it speaks already, says the screen once more."""


class Lamp(StrEnum):
    """How the call lamp shines: it blinks while a visitor waits for somebody, and is on while somebody is coming."""

    OFF = "off"
    ON = "on"
    BLINK = "blink"


class Light(StrEnum):
    """What the status lamp says of the kiosk, to somebody who looks across the hall. A fault also blinks."""

    OFF = "off"
    """Nothing is to be told: the hall is closed."""
    READY = "ready"
    ATTENTION = "attention"
    """It serves, and somebody should come by."""
    FAULT = "fault"
    """It does not serve, or has no paper: somebody must come."""


class Sign(StrEnum):
    """What else a panel notices."""

    CAME = "came"
    """Somebody stands before the kiosk."""
    LEFT = "left"
    OPENED = "opened"
    """The case is open."""
    CLOSED = "closed"
    CUP_PLACED = "cup_placed"
    CUP_TAKEN = "cup_taken"
    ROLL_LOW = "roll_low"
    """The printer's near-end switch: little paper is left."""
    ROLL_FULL = "roll_full"
    POURED = "poured"
    """The cup is full: the water ran for its time."""
    STOPPED = "stopped"
    """The water was turned off before its time."""


class Water(StrEnum):
    """How the tap is."""

    READY = "ready"
    POURING = "pouring"
    BLOCKED = "blocked"
    """The case is open, or the machine would not turn the water off if this program died."""


class Senses(Record):
    """What a panel senses now; None for a part that it does not have, and while the panel is gone."""

    is_somebody: bool | None = None
    is_open: bool | None = None
    has_cup: bool | None = None
    is_roll_low: bool | None = None
    water: Water | None = None

    def after(self, sign: Sign) -> Senses:
        """Return what is sensed after a sign; those of the water change nothing here."""
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
"""What a panel is read for."""


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
    """How a panel is."""

    READY = "ready"
    OFFLINE = "offline"
    """It is not there, or in another program's hands. It is looked for again without being asked."""


class Panel(Protocol):
    """One panel, opened by one process. One thread reads it; any other may do all the rest. As with a scanner, going
    and coming back make `fileno()` readable, and the descriptor stays the same.
    """

    def fileno(self) -> int:
        """Return a descriptor that is readable when something may have happened; then call `read`."""
        ...

    def read(self) -> Sequence[Felt]:
        """Return what has happened since the last call, oldest first. It never waits and never raises."""
        ...

    @property
    def status(self) -> PanelStatus:
        """How it is now."""
        ...

    @property
    def senses(self) -> Senses:
        """What it senses now."""
        ...

    def lamp(self, state: Lamp) -> None:
        """Let the call lamp shine so from now on, also after the panel was gone. It returns at once, never raises."""
        ...

    def light(self, state: Light) -> None:
        """Let the status lamp shine so from now on, likewise."""
        ...

    def beep(self, times: int = 1) -> None:
        """Sound the buzzer; without one, nothing. It returns at once and never raises."""
        ...

    def pour(self) -> bool:
        """Fill the cup that stands there; tell whether the water runs. It ends by itself, with a sign."""
        ...

    def stop(self) -> None:
        """Turn the water off at once; fine when it is off."""
        ...

    def close(self) -> None:
        """Let go of the panel: water off, lamps dark; closing twice is fine. Afterwards it is OFFLINE."""
        ...
