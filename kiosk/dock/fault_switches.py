"""The fault switches: each fault of the simulated hardware and network, with a label and an icon."""

from __future__ import annotations

import msgspec

from kiosk.config import Settings
from kiosk.errors import DeviceError, KioskError, UnknownNameError
from kiosk.ports.panel import Sign
from kiosk.ports.simulation import Cable, Simulation

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
_CABLES: dict[Cable, tuple[str, str]] = {
    Cable.SCANNER: ("Scanner", "the scanner's cable is out"),
    Cable.PANEL: ("Keys, lamp", "the panel's cable is out"),
    Cable.SPEAKER: ("Speakers", "both loudspeakers are gone"),
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


def groups(settings: Settings, hardware: Simulation) -> tuple[Group, ...]:
    """Return the switches with their present states."""
    return _printer(settings, hardware), _network(settings, hardware), _cables(settings, hardware)


def request(hardware: Simulation, device: str, action: str, is_on: bool) -> str:
    """Turn a switch on or off; return the reason when that fails, else an empty text."""
    try:
        if device == "printer":
            _ask_printer(hardware, action, is_on)
        elif device == "network":
            hardware.ask_network(action)
        elif device == "cables":
            _pull(hardware, action, is_on)
        elif device == "sensed":
            _move(hardware, action, is_on)
        else:
            return f"there is no device {device!r}"
    except (KioskError, OSError) as error:
        return str(error)
    return ""


def _printer(settings: Settings, hardware: Simulation) -> Group:
    active = hardware.active_faults()
    driver = settings.kiosk.printer.driver
    return Group(
        "printer",
        "Printer",
        "Then take a number" if driver == "simulated" else f"No simulated one here (driver: {driver})",
        is_there=driver == "simulated",
        is_choice=False,
        mend_all=_MEND_ALL,
        switches=tuple(_switch(action, hint, action in active) for action, hint in hardware.printer_faults().items()),
    )


def _network(settings: Settings, hardware: Simulation) -> Group:
    mode = hardware.network()
    is_simulated = settings.kiosk.broker.host in _LOOPBACK
    return Group(
        "network",
        "Line to the city",
        "The hall works on" if is_simulated else "No simulated one here",
        is_there=is_simulated,
        is_choice=True,
        mend_all="",
        switches=tuple(_switch(action, hint, action == mode) for action, hint in hardware.networks().items()),
    )


def _cables(settings: Settings, hardware: Simulation) -> Group:
    kiosk = settings.kiosk
    drivers = {
        Cable.SCANNER: (kiosk.scanner.driver,),
        Cable.PANEL: (kiosk.panel.driver,),
        Cable.SPEAKER: (kiosk.sound.driver, kiosk.board_sound.driver),
    }
    return Group(
        "cables",
        "Unplugged",
        "",
        is_there=True,
        is_choice=False,
        mend_all="",
        switches=tuple(
            Switch(cable, label, _ICONS[cable], hint, hardware.is_out(cable), is_there="simulated" in drivers[cable])
            for cable, (label, hint) in _CABLES.items()
        ),
    )


def sensed(hardware: Simulation) -> tuple[Switch, ...]:
    """Return the switches of the simulated panel with their present states."""
    shine = hardware.panel()
    is_on = {
        "presence": shine.is_somebody,
        "tamper": shine.is_open,
        "cup": shine.has_cup,
        "near-end": shine.is_roll_low,
    }
    return tuple(Switch(name, label, _ICONS[name], hint, is_on[name]) for name, (label, hint, *_) in _SENSED.items())


def _move(hardware: Simulation, name: str, is_on: bool) -> None:
    """Move a switch of the panel.

    Raises:
        UnknownNameError: there is no such switch.
        DeviceError: no screen is running, or its panel is unplugged.
    """
    if name not in _SENSED:
        raise UnknownNameError("switch of the panel", name, tuple(_SENSED))
    *_, on, off = _SENSED[name]
    if not hardware.press(on if is_on else off):
        raise DeviceError("the panel is unplugged")


def _pull(hardware: Simulation, name: str, is_out: bool) -> None:
    """Unplug or plug in a device.

    Raises:
        UnknownNameError: there is no such cable.
    """
    if name not in _CABLES:
        raise UnknownNameError("cable", name, tuple(_CABLES))
    hardware.pull(Cable(name), is_out)


def _ask_printer(hardware: Simulation, action: str, is_on: bool) -> None:
    if is_on:
        hardware.ask_printer(action)
    elif action in _MENDED_BY:
        hardware.ask_printer(_MENDED_BY[action])
    else:
        # `ok` would end the other faults too.
        hardware.end_fault(action)


def _switch(action: str, hint: str, is_on: bool) -> Switch:
    label = _LABELS.get(action) or action.replace("-", " ").capitalize()
    return Switch(action, label, _ICONS.get(action, "circle-question-mark"), hint, is_on)
