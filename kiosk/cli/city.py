"""`kiosk city`: administer the reference city: its keys, its kiosks, numbers booked online, dossiers.

In a real city a portal and a dossier system write these data. A running `kiosk run city` notices a change within a
second and sends each site its new list.
"""

from __future__ import annotations

import re
import secrets
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from kiosk import crypto
from kiosk.city import bookings, dossiers, ingest, views
from kiosk.city.bookings import CityBooking
from kiosk.city.calendar import day_of
from kiosk.city.database import CityDatabase
from kiosk.city.dossiers import Dossier
from kiosk.city.keys import make_keys, signing_key
from kiosk.cli.output import answer, json_option
from kiosk.config import Home, load
from kiosk.errors import ConfigError
from kiosk.model.booking import CODES, SignedBooking, code_of, encode, typed_code, written_code
from kiosk.model.cards import DossierCode, parse
from kiosk.model.identity import IdentityNumber
from kiosk.qr_code import QUIET_MODULES
from kiosk.wire.requests import STATES
from kiosk.wire.topics import is_place

_QR_SCALE = 8


def _day(value: str) -> str:
    today = datetime.now(UTC)
    named = {"today": today, "tomorrow": today + timedelta(days=1)}
    if value in named:
        return day_of(named[value])
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise click.BadParameter(f"{value!r:.40} is not a day: write 2026-11-23, today or tomorrow") from error


def _minute(value: str) -> int:
    try:
        at = datetime.strptime(value, "%H:%M")
    except ValueError as error:
        raise click.BadParameter(f"{value!r:.40} is not a time of day: write it as 09:30") from error
    return at.hour * 60 + at.minute


def _procedure(value: str) -> str:
    if not re.fullmatch(r"[0-9]\.[0-9]{6}", value, re.ASCII):
        raise click.BadParameter(f"{value!r:.40} is not the code of a procedure: write it as 2.000815")
    return value


@click.group()
def city() -> None:
    """The reference city: its keys, kiosks, bookings and dossiers."""


@city.command()
@json_option
@click.pass_obj
def keys(home: Home, as_json: bool | None) -> None:
    """Make the city's keys if there are none, and print the public keys for the site.toml of every kiosk.

    The private keys stay in this home, under var/city-keys. A running city reads a new key after a restart.
    """
    public = make_keys(home.var)
    text = f'[city_keys]\nbooking = ["{public.booking}"]\nsealing = "{public.sealing}"'
    answer(as_json, {"booking": [public.booking], "sealing": public.sealing}, text)


def _site(value: str) -> str:
    if not re.fullmatch(r"[0-9]{5}", value, re.ASCII):
        raise click.BadParameter(f"{value!r:.40} is not a site: write 5 digits, such as 00082")
    return value


def _device(value: str) -> str:
    if not is_place(value):
        raise click.BadParameter(
            f"{value!r:.40} is not a device name: 2 to 32 of a-z, 0-9 and -, without - at the start"
        )
    return value


@city.group()
def device() -> None:
    """Which kiosk belongs to which site."""


@device.command()
@click.argument("name", type=_device, metavar="DEVICE")
@click.argument("site", type=_site, metavar="SITE")
@json_option
@click.pass_obj
def assign(home: Home, name: str, site: str, as_json: bool | None) -> None:
    """Assign DEVICE (the name on its certificate) to SITE (5 digits), and to no other site.

    A kiosk without an assignment belongs to the first site that it names. Its messages about another site are set
    aside. If a kiosk was moved, this command assigns it to the new site and processes the messages that were set aside.
    """
    with closing(_database(home)) as database, database.write() as tx:
        taken = ingest.assign(tx, name, site)
    answer(as_json, {"device": name, "site": site, "taken_up": taken}, f"{name} belongs to {site}")


@device.command("list")
@json_option
@click.pass_obj
def list_devices(home: Home, as_json: bool | None) -> None:
    """List the kiosks and the sites to which they belong."""
    with closing(_database(home)) as database:
        found = [(kiosk.device, kiosk.site) for kiosk in views.kiosks(database)]
    text = "\n".join(f"{site or '?':5}  {name}" for name, site in found) or "No kiosk is known."
    answer(as_json, {"devices": [{"device": name, "site": site} for name, site in found]}, text)


@city.group()
def booking() -> None:
    """Numbers reserved online."""


@booking.command()
@click.argument("site")
@click.argument("day", type=_day, metavar="DAY")
@click.argument("at", type=_minute, metavar="HH:MM")
@click.argument("service")
@click.option("--procedure", type=_procedure, metavar="CODE", help="The procedure of the visit, e.g. 2.000815.")
@click.option("--card", is_flag=True, help="Ask for the visitor's card number; only its digest of the day is stored.")
@click.option("--qr", type=click.Path(dir_okay=False, path_type=Path), help="Write the signed QR code as a PNG.")
@json_option
@click.pass_obj
def add(
    home: Home,
    site: str,
    day: str,
    at: int,
    service: str,
    procedure: str | None,
    card: bool,
    qr: Path | None,
    as_json: bool | None,
) -> None:
    """Reserve a number at SITE (5 digits) on DAY (2026-11-23, today, tomorrow) at HH:MM for SERVICE (its letter)."""
    key = _signing_key(home)
    number = _card_number() if card else None
    code = code_of(secrets.randbelow(CODES))
    text = encode(SignedBooking(site, day, at, service.upper(), code), key)  # first, because it checks the arguments
    with closing(_database(home)) as database, database.write() as tx:
        now_ms = _now_ms()
        day_key = bookings.day_key(tx, site, day, now_ms)
        person = crypto.digest_of_person(day_key, number) if number is not None else None
        booked = CityBooking(code, site, day, at, service.upper(), procedure, person)
        if not bookings.add(tx, booked, now_ms):
            raise click.ClickException("this booking code exists already, which is rare: try again")
    if qr is not None:
        _write_qr(qr, text)
    answer(as_json, {**_booking_document(booked), "qr": text}, f"{written_code(code)}\n{text}")


@booking.command("list")
@click.option(
    "--from", "first_day", type=_day, metavar="DAY", default="today", show_default=True, help="The first day."
)
@json_option
@click.pass_obj
def list_bookings(home: Home, first_day: str, as_json: bool | None) -> None:
    """List the bookings of all sites in the order of their times."""
    with closing(_database(home)) as database, database.read() as snapshot:
        found = bookings.from_day(snapshot, first_day)
    text = "\n".join(map(_booking_line, found)) or "There is no booking."
    answer(as_json, {"bookings": [_booking_document(booked) for booked in found]}, text)


@booking.command()
@click.argument("code")
@json_option
@click.pass_obj
def cancel(home: Home, code: str, as_json: bool | None) -> None:
    """Cancel the booking with CODE. A booking that was already checked in stays."""
    with closing(_database(home)) as database, database.write() as tx:
        cancelled = bookings.cancel(tx, typed_code(code) or code, _now_ms())
    if cancelled is None:
        raise click.ClickException(f"there is no open booking {code}: see `kiosk city booking list`")
    answer(as_json, _booking_document(cancelled), _booking_line(cancelled))


@city.group()
def dossier() -> None:
    """What the city knows about dossiers."""


@dossier.command("set")
@click.argument("code")
@click.argument("state", type=click.Choice([state for state in STATES if state != "unknown"]))
@click.option("--received", type=_day, metavar="DAY", help="The day the dossier was received.")
@click.option("--due", type=_day, metavar="DAY", help="The day for which the result is promised.")
@click.option("--counter", type=click.IntRange(1, 99), help="The counter where the result can be collected.")
@json_option
@click.pass_obj
def set_(
    home: Home,
    code: str,
    state: str,
    received: str | None,
    due: str | None,
    counter: int | None,
    as_json: bool | None,
) -> None:
    """Set the state of the dossier with CODE (e.g. 000.00.01.H26-260930-0012); it replaces the former state."""
    read = parse(code)
    if not isinstance(read, DossierCode):
        raise click.UsageError(f"{code!r:.60} is not the code of a dossier: write it as 000.00.01.H26-260930-0012")
    known = Dossier(read.code, state, received, due, counter, _now_ms())
    with closing(_database(home)) as database, database.write() as tx:
        dossiers.put(tx, known)
    answer(as_json, _dossier_document(known), _dossier_line(known))


@dossier.command("list")
@json_option
@click.pass_obj
def list_dossiers(home: Home, as_json: bool | None) -> None:
    """List the dossiers known to the city."""
    with closing(_database(home)) as database, database.read() as snapshot:
        found = dossiers.every(snapshot)
    text = "\n".join(map(_dossier_line, found)) or "No dossier is known."
    answer(as_json, {"dossiers": [_dossier_document(known) for known in found]}, text)


def _database(home: Home) -> CityDatabase:
    return CityDatabase.open(home.var / load(home).kiosk.city.database)


def _signing_key(home: Home) -> bytes:
    key = signing_key(home.var)
    if key is None:
        raise ConfigError("there is no key that signs bookings: run `kiosk city keys` first")
    return key


def _card_number() -> str:
    """Return the number from a hidden prompt or a pipe: other users can read an argument of the command line."""
    read = parse(click.prompt("Card number", hide_input=True, err=True))
    if not isinstance(read, IdentityNumber):
        raise click.UsageError("the number of a card has 12 digits")
    return read.number


def _write_qr(file: Path, text: str) -> None:
    from PIL import ImageOps  # not needed by the other commands

    from kiosk.receipt.qr import code_image

    ImageOps.expand(ImageOps.invert(code_image(text, _QR_SCALE)), _QR_SCALE * QUIET_MODULES, 1).save(file, "PNG")


def _now_ms() -> int:
    return round(time.time() * 1000)


def _booking_document(booked: CityBooking) -> dict[str, object]:
    return {
        "code": written_code(booked.code),
        "site": booked.site,
        "day": booked.day,
        "time": _clock(booked.minute),
        "service": booked.service,
        "procedure": booked.procedure,
        "state": booked.state,
    }


def _booking_line(booked: CityBooking) -> str:
    when, what = f"{booked.day} {_clock(booked.minute)}", f"{booked.service} {booked.procedure or ''}"
    return f"{written_code(booked.code)}  {booked.site}  {when}  {what:10}  {booked.state}"


def _dossier_document(known: Dossier) -> dict[str, object]:
    days = {"received": known.received, "due": known.due}
    return {"code": known.code, "state": known.state, **days, "counter": known.counter}


def _dossier_line(known: Dossier) -> str:
    counter = f"counter {known.counter}" if known.counter is not None else ""
    return f"{known.code:28} {known.state:11} {known.received or '':11} due {known.due or '?':11} {counter}".rstrip()


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
