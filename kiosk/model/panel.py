"""What stands beside the screen: four tactile keys, with which all of it can be used without sight, and a lamp."""

from __future__ import annotations

from enum import StrEnum


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
