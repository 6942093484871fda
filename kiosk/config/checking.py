"""Check the settings against each other and against this machine. Every problem is reported, not only the first."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from kiosk import i18n
from kiosk.config.types import (
    USB_ADDRESS,
    Broker,
    Home,
    Hours,
    Kiosk,
    Panel,
    Period,
    Printer,
    Procedure,
    Scanner,
    Service,
    Site,
    Sound,
    Text,
)
from kiosk.errors import ConfigError

_T = TypeVar("_T")

_ALWAYS_WRITTEN = ("vi", "en")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FOLLOW_URL = re.compile(r"https?://[!-z|~]*")
"""Printable ASCII without braces, because the address is put into a QR code."""
_HOST_PORT = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})")
_PORT_LIMIT = 65535
_PINS = tuple(field.name for field in msgspec.structs.fields(Panel) if field.default is None)
_PULLED_UP = (2, 3)
"""Pins with pull-up resistors of 1.8 kilohms to 3.3 V on the board. Source: Raspberry Pi schematics, I2C."""
_LOW_AT_BOOT = frozenset(range(9, 28)) - {14, 15}
"""Pins that are neither pulled up nor driven before Linux has started. Source: BCM2835 ARM Peripherals, table 6-31
(pulls at reset). Pins 14 and 15 are the serial console, which the firmware uses."""
_SCANNER_FILES = {
    "serial": "/dev/kiosk-scanner or /dev/ttyACM0",
    "wedge": "/dev/kiosk-scanner or /dev/input/by-id/usb-…-event-kbd",
    "v4l2": "/dev/video0",
}

Problem = tuple[str, str]
"""A key and what is wrong with its value."""


def check(home: Home, kiosk: Kiosk, site: Site, catalog: Mapping[Path, list[Procedure]]) -> Iterator[ConfigError]:
    """Find every setting that contradicts another setting, or that is impossible on this machine."""
    machine = [*_printer(home, kiosk.printer), *_scanner(home, kiosk.scanner), *_broker(home, kiosk.broker)]
    machine += [*_sound("sound", kiosk.sound), *_sound("board_sound", kiosk.board_sound), *_displays(kiosk)]
    machine += _panel(kiosk.panel)
    yield from _in_file(home.etc / "kiosk.toml", machine)
    yield from _in_file(home.etc / "site.toml", [*_site(site), *_texts_of(site, site)])
    for file, procedures in catalog.items():
        yield from _in_file(file, [*_procedures(procedures, site), *_texts_of(procedures, site, "procedures")])
    codes = [(procedure.code, file) for file, procedures in catalog.items() for procedure in procedures]
    for code in _repeated(code for code, _ in codes):
        file = [file for known, file in codes if known == code][-1]
        yield from _in_file(file, [("procedures", f"the catalogue has the code {code} twice; keep one")])


def _in_file(file: Path, problems: Iterable[Problem]) -> Iterator[ConfigError]:
    return (ConfigError(f"{file}: {key}: {what}", file=file, key=key) for key, what in problems)


def _printer(home: Home, printer: Printer) -> Iterator[Problem]:
    key = "printer.address"
    if printer.driver == "tcp":
        match = _HOST_PORT.fullmatch(printer.address)
        if not match or not 0 < int(match[1]) <= _PORT_LIMIT:
            yield key, f"{printer.address!r}: the tcp driver needs host:port, such as 192.168.1.50:9100"
    elif printer.driver == "device" and not printer.address.startswith(("/dev/", f"{home.run.absolute()}/")):
        yield key, f"{printer.address!r}: the device driver needs a path such as /dev/usb/lp0"
    elif printer.driver == "usb" and not USB_ADDRESS.fullmatch(printer.address):
        what = 'the usb driver needs vendor:product as lsusb shows it, such as 04b8:0e15, or "" for any printer'
        yield key, f"{printer.address!r}: {what}"
    if printer.profile != "auto":
        from kiosk.config.printer_models import wrong_profile  # imported only if a model is named

        if wrong := wrong_profile(printer.profile):
            yield "printer.profile", f"{printer.profile!r}: {wrong}"


def _scanner(home: Home, scanner: Scanner) -> Iterator[Problem]:
    key, address = "scanner.address", scanner.address
    kind = scanner.camera if scanner.driver == "camera" else scanner.driver
    if kind in _SCANNER_FILES and not address.startswith(("/dev/", f"{home.run.absolute()}/")):
        yield key, f"{address!r}: {kind} needs a path such as {_SCANNER_FILES[kind]}"
    elif kind == "folder" and not address.startswith("/"):
        yield key, f"{address!r}: folder needs the path of a folder, and the path begins with /"
    elif kind == "picamera2" and address and not (address.isascii() and address.isdigit()):
        yield key, f'{address!r}: picamera2 needs the number of a camera such as 0, or "" for the first'


def _broker(home: Home, broker: Broker) -> Iterator[Problem]:
    for name in ("ca_file", "cert_file", "key_file", "password_file"):
        written = getattr(broker, name)
        if written and not _is_there(home.etc / written):
            yield f"broker.{name}", f"there is no file {str(home.etc / written)!r}"
    if bool(broker.cert_file) != bool(broker.key_file):
        yield "broker.cert_file", "cert_file and key_file need each other: set both or neither"
    if broker.cert_file and not broker.ca_file:
        yield "broker.ca_file", "a certificate needs TLS: set ca_file too"
    if broker.password_file and not broker.username:
        yield "broker.username", "password_file is set, so a username is needed"


def _sound(key: str, sound: Sound) -> Iterator[Problem]:
    for language, voice in sound.voices.items():
        if not _is_there(Path(voice)):
            yield f"{key}.voices.{language}", f"there is no voice file {voice!r}"


def _displays(kiosk: Kiosk) -> Iterator[Problem]:
    if kiosk.board.output and kiosk.board.output == kiosk.screen.output:
        yield "board.output", f"{kiosk.board.output!r} is the screen's output too: the board would be hidden"


def _panel(panel: Panel) -> Iterator[Problem]:
    if panel.sleep_after_s and not panel.has_presence:
        yield "panel.sleep_after_s", "a screen that sleeps needs a sensor to wake it: set presence, or 0 (never sleep)"
    if panel.driver != "gpio":
        return
    pins = {name: getattr(panel, name) for name in _PINS if getattr(panel, name) is not None}
    if not pins:
        yield "panel.driver", "the gpio driver needs at least one pin, such as key_next = 5"
    for name, pin in pins.items():
        first = next(other for other in pins if pins[other] == pin)
        if first != name:
            yield f"panel.{name}", f"{first} and {name} are both on pin {pin}; each part needs a pin of its own"
    if panel.presence in _PULLED_UP:
        yield (
            "panel.presence",
            f"pin {panel.presence} is pulled up on the board: a presence sensor on it cannot be read",
        )
    if panel.water is not None and panel.water not in _LOW_AT_BOOT:
        what = f"pin {panel.water} may be high while the machine starts, and water would run; use one of 9-13 or 16-27"
        yield "panel.water", what
    if panel.water is not None and panel.cup is None:
        yield "panel.cup", "a dispenser needs a cup sensor, which turns the water off when the cup is taken away"


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except PermissionError:
        return True  # this process may not see it; only the process that uses the key can
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return False
    return True


def _site(site: Site) -> Iterator[Problem]:
    letters = [service.letter for service in site.services]
    yield from _languages(site.languages)
    yield from _hours(site.hours)
    if not letters:
        yield "services", "a ward needs at least one service"
    for index, service in enumerate(site.services):
        yield from _service(f"services[{index}]", service)
    for index, counter in enumerate(site.counters):
        yield from _known_letters(f"counters[{index}].services", counter.services, letters)
    served = {letter for counter in site.counters for letter in counter.services}
    for letter in letters:
        if letter not in served:
            yield "counters", f"no counter serves {letter!r}: its numbers would never be called"
    yield from _named_once("services", "letter", letters)
    yield from _named_once("counters", "id", [counter.id for counter in site.counters])
    yield from _named_once("priority_groups", "code", [group.code for group in site.priority_groups])
    yield from _follow_url(site.follow_url)
    yield from _portal_url(site.portal_url)
    yield from _periods("quiet", site.quiet)
    yield from _timezone(site.timezone)


def _languages(languages: list[str]) -> Iterator[Problem]:
    if "vi" not in languages:
        yield "languages", f"{languages!r}: Vietnamese ('vi') must be one of them"
    yield from _named_once("languages", "language", languages)
    for language in languages:
        if language not in _ALWAYS_WRITTEN and not (i18n.LOCALE / language).is_dir():
            yield "languages", f"{language!r}: the kiosk has no translation for it (no folder {i18n.LOCALE / language})"


def _hours(hours: Hours) -> Iterator[Problem]:
    for field in msgspec.structs.fields(hours):
        if field.name != "closed":
            yield from _periods(f"hours.{field.name}", getattr(hours, field.name))


def _periods(key: str, periods: list[Period]) -> Iterator[Problem]:
    # Times can be compared as text, because all have five characters: "08:00" < "24:00".
    for start, end in periods:
        if start >= end:
            yield key, f"the period {start}-{end} ends before it begins"
    for (_, end), (start, _) in pairwise(periods):
        if start < end:
            yield key, f"a period begins at {start}, before the end of the former period at {end}"


def _service(key: str, service: Service) -> Iterator[Problem]:
    if service.first_number > service.last_number:
        yield f"{key}.first_number", f"{service.first_number} is more than last_number = {service.last_number}"


def _known_letters(key: str, wanted: list[str], letters: list[str]) -> Iterator[Problem]:
    for letter in wanted:
        if letter not in letters:
            yield key, f"{letter!r} is not a service of site.toml; its services are {', '.join(letters)}"


def _follow_url(url: str) -> Iterator[Problem]:
    if url.count("{token}") != 1:
        yield "follow_url", f"{url!r}: write {{token}} once, in the place of the ticket's token: https://…/t/{{token}}"
    elif not _FOLLOW_URL.fullmatch(url.replace("{token}", "")):
        yield "follow_url", f"{url!r}: write an address of ASCII characters that begins with http:// or https://"


def _portal_url(url: str) -> Iterator[Problem]:
    if not _FOLLOW_URL.fullmatch(url.replace("{code}", "")):
        yield "portal_url", f"{url!r}: write an address of ASCII characters that begins with http:// or https://"


def _timezone(name: str) -> Iterator[Problem]:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        yield (
            "timezone",
            f"{name!r} is not a time zone of this machine; Vietnam's is 'Asia/Ho_Chi_Minh' (package tzdata)",
        )


def _procedures(procedures: list[Procedure], site: Site) -> Iterator[Problem]:
    letters = [service.letter for service in site.services]
    for index, procedure in enumerate(procedures):
        yield from _known_letters(f"procedures[{index}].service", [procedure.service], letters)


def _named_once(key: str, what: str, names: Iterable[object]) -> Iterator[Problem]:
    for name in _repeated(names):
        yield key, f"the {what} {name} appears twice; keep one"


def _repeated(names: Iterable[_T]) -> list[_T]:
    """Return each name that appears more than once."""
    names = list(names)
    return [name for index, name in enumerate(names) if names[:index].count(name) == 1]


def _texts_of(value: object, site: Site, key: str = "") -> Iterator[Problem]:
    """Go through structs and lists, and check every text in every language of the screen."""
    if isinstance(value, Struct):
        for field in msgspec.structs.fields(value):
            yield from _texts_of(getattr(value, field.name), site, f"{key}.{field.name}" if key else field.name)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts_of(item, site, f"{key}[{index}]")
    elif isinstance(value, dict):
        yield from _text(key, value, site.languages)


def _text(key: str, text: Text, languages: list[str]) -> Iterator[Problem]:
    if not text and key == "missed":  # the only text that a ward may leave out
        return
    for language in dict.fromkeys([*_ALWAYS_WRITTEN, *languages]):
        if not text.get(language, "").strip():
            yield f"{key}.{language}", "this text is missing; write it in vi, en and every language of the screen"
    for language, words in text.items():
        if _CONTROL.search(words):
            yield f"{key}.{language}", f"{words!r}: line breaks and other control characters cannot be shown"
