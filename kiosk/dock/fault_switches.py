"""The fault switches: each fault of the simulated hardware and network, with a label and an icon."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from kiosk.config import Home, Settings
from kiosk.drivers import control_file, simulated_cable, simulated_network
from kiosk.drivers.panel import simulated as panel
from kiosk.drivers.printer import simulated
from kiosk.drivers.printer.emulator.faults import Faults, lasting
from kiosk.drivers.printer.emulator.faults import control_file as printer_faults
from kiosk.drivers.scanner import simulated as scanner
from kiosk.drivers.speaker import simulated as speaker
from kiosk.errors import DeviceError, KioskError, UnknownNameError
from kiosk.ports.panel import Sign

_MEND_ALL = "ok"
_MENDED_BY = {"paper-out": "refill", "paper-low": "refill", "cover-open": "close-cover", "unplug": "plug"}
"""The action that ends a fault; the other faults are switched off."""
_LOOPBACK = ("127.0.0.1", "localhost")

_LABELS = {"unplug": "Unplugged", "error": "Fault"}
_ICONS = {
    "paper-out": "scroll-text",
    "paper-low": "receipt",
    "cover-open": "door-open",
    "error": "octagon-x",
    "cutter-jam": "scissors",
    "overheated": "thermometer",
    "stuck": "hand",
    "silent": "ear-off",
    "dark": "power",
    "held": "user-x",
    "noise": "radio-tower",
    "early": "history",
    "slow": "snail",
    "unplug": "unplug",
    "online": "wifi",
    "offline": "wifi-off",
    "scanner": "scan-line",
    "panel": "keyboard",
    "speaker": "volume-x",
    "presence": "user-round",
    "tamper": "lock",
    "cup": "glass-water",
    "near-end": "receipt",
}
_CABLES: dict[str, tuple[str, str, Callable[[Home, str], None]]] = {
    "scanner": ("Scanner", "the scanner's cable is out", scanner.request),
    "panel": ("Keys, lamp", "the panel's cable is out", panel.request),
    "speaker": ("Speakers", "both loudspeakers are gone", speaker.request),
}


_SENSED: dict[str, tuple[str, str, Sign, Sign]] = {
    "presence": ("Visitor", "the presence sensor sees somebody", Sign.CAME, Sign.LEFT),
    "tamper": ("Case open", "the kiosk's case is open", Sign.OPENED, Sign.CLOSED),
    "cup": ("Cup", "a cup stands under the tap", Sign.CUP_PLACED, Sign.CUP_TAKEN),
    "near-end": ("Roll low", "the printer's near-end switch", Sign.ROLL_LOW, Sign.ROLL_FULL),
}


class Switch(msgspec.Struct, frozen=True):
    """One action of a device; `hint` describes it."""

    action: str
    label: str
    icon: str
    hint: str
    is_on: bool
    is_there: bool = True


class Group(msgspec.Struct, frozen=True):
    """The switches of one device: independent faults, or (`is_choice`) exclusive conditions."""

    device: str
    title: str
    note: str
    is_there: bool
    is_choice: bool
    mend_all: str
    switches: tuple[Switch, ...]


def groups(settings: Settings) -> tuple[Group, ...]:
    """Return the switches with their present states."""
    return _printer(settings), _network(settings), _cables(settings)


def request(home: Home, device: str, action: str, is_on: bool) -> str:
    """Turn a switch on or off; return the reason when that fails, else an empty text."""
    try:
        if device == "printer":
            _ask_printer(home, action, is_on)
        elif device == "network":
            simulated_network.request(home, action)
        elif device == "cables":
            _pull(home, action, is_on)
        elif device == "sensed":
            _move(home, action, is_on)
        else:
            return f"there is no device {device!r}"
    except (KioskError, OSError) as error:
        return str(error)
    return ""


def _printer(settings: Settings) -> Group:
    active = simulated.active(settings.home)
    driver = settings.kiosk.printer.driver
    return Group(
        "printer",
        "Printer",
        "Then take a number" if driver == "simulated" else f"No simulated one here (driver: {driver})",
        is_there=driver == "simulated",
        is_choice=False,
        mend_all=_MEND_ALL,
        switches=tuple(_switch(action, hint, action in active) for action, hint in lasting().items()),
    )


def _network(settings: Settings) -> Group:
    mode = simulated_network.conditions(settings.home).mode
    is_simulated = settings.kiosk.broker.host in _LOOPBACK
    return Group(
        "network",
        "Line to the city",
        "The hall works on" if is_simulated else "No simulated one here",
        is_there=is_simulated,
        is_choice=True,
        mend_all="",
        switches=tuple(_switch(action, hint, action == mode) for action, hint in simulated_network.actions().items()),
    )


def _cables(settings: Settings) -> Group:
    home, kiosk = settings.home, settings.kiosk
    is_out = {
        "scanner": scanner.is_unplugged(home),
        "panel": panel.is_unplugged(home),
        "speaker": simulated_cable.is_out(speaker.control_file(home)),
    }
    drivers = {
        "scanner": (kiosk.scanner.driver,),
        "panel": (kiosk.panel.driver,),
        "speaker": (kiosk.sound.driver, kiosk.board_sound.driver),
    }
    return Group(
        "cables",
        "Unplugged",
        "",
        is_there=True,
        is_choice=False,
        mend_all="",
        switches=tuple(
            Switch(name, label, _ICONS[name], hint, is_out[name], is_there="simulated" in drivers[name])
            for name, (label, hint, _) in _CABLES.items()
        ),
    )


def sensed(home: Home) -> tuple[Switch, ...]:
    """Return the switches of the simulated panel with their present states."""
    shine = panel.shine_of(home)
    is_on = {
        "presence": shine.is_somebody,
        "tamper": shine.is_open,
        "cup": shine.has_cup,
        "near-end": shine.is_roll_low,
    }
    return tuple(Switch(name, label, _ICONS[name], hint, is_on[name]) for name, (label, hint, *_) in _SENSED.items())


def _move(home: Home, name: str, is_on: bool) -> None:
    """Move a switch of the panel.

    Raises:
        UnknownNameError: there is no such switch.
        DeviceError: no screen is running, or its panel is unplugged.
    """
    if name not in _SENSED:
        raise UnknownNameError("switch of the panel", name, tuple(_SENSED))
    *_, on, off = _SENSED[name]
    if not panel.press(home, on if is_on else off):
        raise DeviceError("the panel is unplugged")


def _pull(home: Home, name: str, is_out: bool) -> None:
    """Unplug or plug in a device.

    Raises:
        UnknownNameError: there is no such cable.
    """
    if name not in _CABLES:
        raise UnknownNameError("cable", name, tuple(_CABLES))
    _CABLES[name][2](home, simulated_cable.UNPLUG if is_out else simulated_cable.PLUG)


def _ask_printer(home: Home, action: str, is_on: bool) -> None:
    if is_on:
        simulated.request(home, action)
    elif action in _MENDED_BY:
        simulated.request(home, _MENDED_BY[action])
    else:
        # `ok` would end the other faults too.
        control_file.change(printer_faults(home), Faults, lambda now: replace(now, active=now.active - {action}))


def _switch(action: str, hint: str, is_on: bool) -> Switch:
    label = _LABELS.get(action) or action.replace("-", " ").capitalize()
    return Switch(action, label, _ICONS.get(action, "circle-question-mark"), hint, is_on)
