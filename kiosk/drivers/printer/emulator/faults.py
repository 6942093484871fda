"""The actions that another process can request from the simulated printer, and the control file that carries them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kiosk.config import Home
from kiosk.drivers.control_file import change, load
from kiosk.errors import UnknownNameError

_FAULTS = {
    "paper-out": "the paper has run out; with paper-out:N it runs out after N more rows of dots",
    "paper-low": "the roll is almost empty",
    "cover-open": "the cover is open",
    "cutter-jam": "the cutter is stuck",
    "overheated": "the head is too hot",
    "error": "an error that only a power cycle clears",
    "silent": "it prints and never answers, as many cheap printers do",
    "stuck": "it hangs: it reads, prints and answers nothing",
    "dark": "its power is off behind a live adapter: sent bytes are lost, and the line breaks once",
    "held": "another computer has its only connection: sent bytes wait until that connection ends",
    "noise": "the line delivers bytes that nobody sent; many look like answers",
    "early": "it reports a slip as done when the slip starts",
    "slow": "a slow line, 960 bytes a second; slow:N for another speed",
    "unplug": "the cable is out",
}
_SINGLE_EVENTS = {"break": "the line breaks briefly, and a byte 00 is read"}
_REPAIRS = {
    "refill": ("paper-out", "paper-low"),
    "close-cover": ("cover-open",),
    "plug": ("unplug",),
    "ok": tuple(_FAULTS),
}
_SLOW_BYTES_PER_S = 960
"""9,600 baud."""


class Faults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The active faults of the simulated printer by name, and figures for some of them.

    `rows_left` is the paper left in rows of dots when `roll` changes; None is a full roll. `breaks` counts the breaks
    of the line.
    """

    active: frozenset[str] = frozenset()
    bytes_per_s: int = _SLOW_BYTES_PER_S
    rows_left: int | None = None
    roll: int = 0
    breaks: int = 0


def control_file(home: Home) -> Path:
    """Return the path of the control file of a home's simulated printer."""
    return home.run / "sim" / "printer" / "control.json"


def actions() -> dict[str, str]:
    """Return every action and its effect."""
    return {**_FAULTS, **_SINGLE_EVENTS, **{name: f"ends {', '.join(ended)}" for name, ended in _REPAIRS.items()}}


def lasting() -> dict[str, str]:
    """Return the faults that stay active until they are repaired, and the effect of each."""
    return dict(_FAULTS)


def active(home: Home) -> frozenset[str]:
    """Return the active faults, named as the actions that started them."""
    return load(control_file(home), Faults).active


def request(home: Home, action: str) -> None:
    """Start or end a fault of a home's simulated printer: `paper-out`, `paper-out:300`, `refill`, …

    Raises:
        UnknownNameError: there is no such action.
    """
    name, colon, figure = action.partition(":")
    has_figure = name in ("paper-out", "slow") and figure.isascii() and figure.isdigit() and int(figure) > 0
    if name not in actions() or (colon and not has_figure):
        raise UnknownNameError("action of the simulated printer", action, tuple(actions()))
    change(control_file(home), Faults, lambda faults: _after(faults, name, int(figure) if has_figure else None))


def _after(faults: Faults, name: str, figure: int | None) -> Faults:
    if name in _SINGLE_EVENTS:
        return msgspec.structs.replace(faults, breaks=faults.breaks + 1)
    if name in _REPAIRS:
        repaired = msgspec.structs.replace(faults, active=faults.active.difference(_REPAIRS[name]))
        is_refill = "paper-out" in _REPAIRS[name] and ("paper-out" in faults.active or faults.rows_left is not None)
        return msgspec.structs.replace(repaired, rows_left=None, roll=faults.roll + 1) if is_refill else repaired
    if name == "paper-out" and figure:
        active = faults.active - {name}
        return msgspec.structs.replace(faults, active=active, rows_left=figure, roll=faults.roll + 1)
    speed = (figure or _SLOW_BYTES_PER_S) if name == "slow" else faults.bytes_per_s
    return msgspec.structs.replace(faults, active=faults.active | {name}, bytes_per_s=speed)
