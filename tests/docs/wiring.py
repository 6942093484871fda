"""Draws how a panel is wired, with the pins of the rigs: `python -m tests.docs.wiring` writes the picture."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

import msgspec

from tests.drivers.panel_rigs import PINS

PICTURE = Path(__file__).parents[2] / "docs" / "hardware-wiring.svg"
_UPPER = "3V3 5V 2 5V 3 GND 4 14 GND 15 17 18 27 GND 22 23 3V3 24 10 GND"
_LOWER = "9 25 11 8 GND 7 ID ID 5 GND 6 12 13 GND 19 16 26 20 GND 21"
HEADER = [*_UPPER.split(), *_LOWER.split()]
"""What is on the 40 pins, by BCM number. Source: Raspberry Pi documentation, "GPIO and the 40-pin header"."""
_OF_PIN = {number: name for name, number in msgspec.structs.asdict(PINS).items() if isinstance(number, int)}
_PARTS = {
    "lamp_ready": ("lamp", "status lamp: ready", "#1f8a57"),
    "lamp_attention": ("lamp", "status lamp: attention", "#c98a00"),
    "lamp_fault": ("lamp", "status lamp: fault (blinks)", "#b3261e"),
    "lamp_call": ("lamp", "call lamp", "#2b62b8"),
    "buzzer": ("driven", "buzzer, active, 5 V", "#5b5148"),
    "water": ("driven", "relay of the tap", "#0b6e8a"),
    "presence": ("sensor", "presence sensor, 3.3 V output", "#5b5148"),
    "tamper": ("closed", "case switch, closed with the case", "#5b5148"),
    "near_end": ("switch", "printer's near-end switch", "#5b5148"),
    "cup": ("switch", "cup switch or light barrier", "#5b5148"),
    "key_previous": ("switch", "key: previous", "#5b5148"),
    "key_next": ("switch", "key: next", "#5b5148"),
    "key_choose": ("switch", "key: choose (round)", "#5b5148"),
    "key_speak": ("switch", "key: speak", "#5b5148"),
}
_WIDE, _HIGH, _TOP, _PITCH = 1500, 1600, 130, 44
_INK, _PAPER = "#1b1815", "#fbf8f3"
_LEFT, _RIGHT = 706, 794
"""The two rows of the header."""


def drawn() -> str:
    """Return the picture as SVG."""
    style = (
        "text{font-family:'Be Vietnam Pro','DejaVu Sans',sans-serif;font-size:19px;fill:#1b1815}"
        ".small{font-size:16px;fill:#4a443e}.pin{font-size:14px;text-anchor:middle}.head{font-size:30px;font-weight:700}"
        ".wire{fill:none;stroke:#1b1815;stroke-width:2.5}.part{fill:#fff;stroke:#1b1815;stroke-width:2.5}"
    )
    body = "\n".join([*_titles(), *_header(), *_parts(), *_relay()])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" width="{_WIDE}" height="{_HIGH}">\n'
        f"<title>The panel on the 40-pin header of a Raspberry Pi</title>\n<style>{style}</style>\n"
        f'<rect width="{_WIDE}" height="{_HIGH}" fill="{_PAPER}"/>\n{body}\n</svg>\n'
    )


def _titles() -> Iterator[str]:
    yield _text(60, 58, "The panel on the 40-pin header", "head")
    yield _text(
        60,
        90,
        "Pins are BCM numbers; the small ones on the header count its places. 3.3 V logic: no pin ever sees 5 V.",
    )


def _header() -> Iterator[str]:
    yield f'<rect x="{_LEFT - 34}" y="{_TOP - 26}" width="156" height="{20 * _PITCH + 8}" rx="12" fill="#1d3b2a"/>'
    for index, name in enumerate(HEADER):
        x, y = (_LEFT, _RIGHT)[index % 2], _row(index)
        is_used = name.isdigit() and int(name) in _OF_PIN
        fill = {"GND": "#5b5148", "3V3": "#d98c1f", "5V": "#b3261e", "ID": "#3a352f"}.get(name, "#c9c1b6")
        shade = _PARTS[_OF_PIN[int(name)]][2] if is_used else fill
        yield f'<rect x="{x - 14}" y="{y - 14}" width="28" height="28" rx="{3 if index == 0 else 14}" fill="{shade}"/>'
        color = _INK if name.isdigit() and not is_used else "#fff"
        yield f'<text class="pin" x="{x}" y="{y + 5}" style="fill:{color}">{index + 1}</text>'
        if not is_used:
            label = f"GPIO{name}" if name.isdigit() else name
            at, anchor = ((x - 44, "end"), (x + 44, "start"))[index % 2]
            yield _text(at, y + 6, label, "small", anchor)


def _parts() -> Iterator[str]:
    for index, name in enumerate(HEADER):
        if name.isdigit() and int(name) in _OF_PIN:
            yield from _part(index, int(name))


def _part(index: int, pin: int) -> Iterator[str]:
    """Yield one part beside its pin: its circuit from the pin outwards, then its words."""
    part = _OF_PIN[pin]
    kind, words, color = _PARTS[part]
    side, start, y = ((-1, _LEFT - 14), (1, _RIGHT + 14))[index % 2] + (_row(index),)
    end = start + side * 250
    yield _text(start + side * 26, y - 8, f"GPIO{pin}", "small", "end" if side < 0 else "start")
    yield f'<path class="wire" d="M{start} {y}H{end}" style="stroke:{color}"/>'
    if kind == "lamp":
        yield from (_resistor(start + side * 132, y, "470 Ω"), _led(start + side * 206, y, side, color))
    elif kind in ("switch", "closed"):
        yield from _switch(start + side * 170, y, is_closed=kind == "closed")
    if kind in ("lamp", "switch", "closed"):
        yield _ground(end, y, side)
    elif kind == "driven":
        yield from _box(end, y, side, "transistor", color)
    else:
        yield from _box(end, y, side, "OUT", color)
    yield _text(
        end + side * (96 if kind in ("driven", "sensor") else 24), y + 6, words, "", "end" if side < 0 else "start"
    )


def _relay() -> Iterator[str]:
    """The circuit that drives relay and buzzer: off unless a pin says otherwise."""
    y = 1100
    yield f'<path d="M60 {y - 46}H{_WIDE - 60}" stroke="#e0d7ca" stroke-width="2"/>'
    yield _text(60, y, "The relay: off by itself", "head")
    base, mid = y + 230, 470
    yield from _transistor(base, mid)
    yield from _coil(base - 90, mid + 40)
    yield from _load(y)
    notes = (
        "10 kΩ to ground: while the pin floats (boot, reset, a program that died, a cut wire) the transistor is shut.",
        "The contact is the one that is open at rest (NO), and the valve is one that is shut without power.",
        "A time relay (10 s) behind it, or a valve that meters a cup, holds even when kernel and program hang.",
        "The case's switch in the same line cuts the valve when the case is open, whatever any program thinks.",
        "dtparam=strict_gpiod in config.txt, or a killed program leaves its pin high: without it nothing is poured.",
    )
    for line, note in enumerate(notes):
        yield _text(60, base + 150 + 27 * line, f"· {note}", "small")


def _transistor(y: int, x: int) -> Iterator[str]:
    """From the pin to the transistor, whose base is held down."""
    out = x + 40
    yield _text(60, y + 6, f"GPIO{PINS.water}")
    yield _wire(f"M140 {y}H{x - 20}M330 {y}V{y + 96}")
    yield _resistor(230, y, "1 kΩ")
    yield _resistor(330, y + 50, "10 kΩ", is_upright=True)
    yield _ground_down(330, y + 96)
    yield f'<circle class="part" cx="{x + 20}" cy="{y}" r="40"/>'
    yield _wire(f"M{x - 20} {y}H{x}M{x} {y - 22}V{y + 22}M{x} {y - 10}L{out} {y - 34}V{y - 90}")
    yield _wire(f"M{x} {y + 10}L{out} {y + 34}V{y + 96}")
    yield f'<path d="M{out} {y + 34}l-15 -2l8 -13z" fill="{_INK}"/>'
    yield _ground_down(out, y + 96)
    yield _text(x + 70, y + 6, "NPN: 2N2222A, BC337")


def _coil(y: int, x: int) -> Iterator[str]:
    """The relay's coil, and the diode that takes what it gives back when it is cut off."""
    yield _wire(f"M{x} {y}H{x + 130}M{x} {y}V{y - 10}M{x + 130} {y}V{y - 66}H{x}M{x} {y - 56}V{y - 82}")
    yield f'<rect class="part" x="{x - 28}" y="{y - 56}" width="56" height="46"/>'
    yield _text(x, y - 27, "coil", "small", "middle")
    yield _text(x, y - 90, "5 V", "", "middle")
    yield f'<path d="M{x + 116} {y - 22}h28l-14 -24z" fill="{_INK}"/>'
    yield _wire(f"M{x + 114} {y - 47}h32")
    yield _text(x + 156, y - 28, "1N4007")


def _load(y: int) -> Iterator[str]:
    """The valve's own line."""
    x, line = 900, y + 130
    yield _text(x, y + 66, "the valve's own supply, 12 or 24 V")
    yield f'<path class="wire" d="M{x} {line}H{x + 470}V{line + 120}H{x}"/>'
    yield _text(x - 10, line + 6, "+", "", "end") + _text(x - 10, line + 126, "−", "", "end")
    for at, words, is_closed in ((70, "contact (NO)", False), (220, "case switch", True)):
        yield from _switch(x + at, line, is_closed=is_closed)
        yield _text(x + at, line + 34, words, "small", "middle")
    yield f'<rect class="part" x="{x + 310}" y="{line - 22}" width="100" height="44"/>' + _text(
        x + 360, line + 6, "time 10 s", "small", "middle"
    )
    yield f'<rect class="part" x="{x + 140}" y="{line + 96}" width="190" height="48"/>' + _text(
        x + 235, line + 126, "valve, shut at rest", "small", "middle"
    )


def _wire(path: str) -> str:
    return f'<path class="wire" d="{path}"/>'


def _row(index: int) -> int:
    return _TOP + index // 2 * _PITCH


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'


def _resistor(x: int, y: int, words: str, *, is_upright: bool = False) -> str:
    if is_upright:
        return f'<rect class="part" x="{x - 9}" y="{y - 24}" width="18" height="48"/>' + _text(
            x + 18, y + 6, words, "small"
        )
    return f'<rect class="part" x="{x - 24}" y="{y - 9}" width="48" height="18"/>' + _text(
        x, y - 14, words, "small", "middle"
    )


def _led(x: int, y: int, side: int, color: str) -> str:
    tip = x + side * 14
    return (
        f'<path d="M{x - side * 12} {y - 13}V{y + 13}L{tip} {y}z" fill="{color}" stroke="{_INK}" stroke-width="2"/>'
        f'<path class="wire" d="M{tip} {y - 13}V{y + 13}"/>'
    )


def _switch(x: int, y: int, *, is_closed: bool) -> Iterator[str]:
    yield f'<rect x="{x - 26}" y="{y - 8}" width="52" height="16" fill="{_PAPER}"/>'
    yield f'<circle class="part" cx="{x - 24}" cy="{y}" r="5"/><circle class="part" cx="{x + 24}" cy="{y}" r="5"/>'
    yield f'<path class="wire" d="M{x - 20} {y - 3}L{x + 21} {y - (4 if is_closed else 20)}"/>'


def _box(x: int, y: int, side: int, words: str, color: str) -> Iterator[str]:
    left = x if side > 0 else x - 86
    yield f'<rect class="part" x="{left}" y="{y - 16}" width="86" height="32" rx="6" style="stroke:{color}"/>'
    yield _text(left + 43, y + 6, words, "small", "middle")


def _ground(x: int, y: int, side: int) -> str:
    bars = "".join(f"M{x + side * 6 * n} {y - 13 + 4 * n}V{y + 13 - 4 * n}" for n in range(3))
    return f'<path class="wire" d="{bars}"/>'


def _ground_down(x: int, y: int) -> str:
    return f'<path class="wire" d="M{x - 18} {y}H{x + 18}M{x - 11} {y + 7}H{x + 11}M{x - 5} {y + 14}H{x + 5}"/>'


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
    print(PICTURE)
