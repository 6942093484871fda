"""The data of the demo's city before the first visitor: keys, dossiers in every state, and bookings."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.city import bookings, dossiers
from kiosk.city.bookings import CityBooking
from kiosk.city.calendar import ZONE
from kiosk.city.database import CityDatabase
from kiosk.city.dossiers import Dossier
from kiosk.city.keys import make_keys, signing_key
from kiosk.config import Home, load
from kiosk.dock.sample_codes import booking_key_file, demo_dossiers
from kiosk.model.booking import code_of
from kiosk.model.time import local

_PAYMENT = '[payment]\nbank_bin = "970436"\naccount = "0123456789"\nname = "UBND PHUONG CUA NAM"\n'
_BOOKED = ((0, "A", "2.000815"), (30, "B", "1.001193"), (240, "C", "1.004222"))
"""Bookings: minutes from now, service, procedure. Their codes are the same in every demo."""
_CODES_FROM = 20_261_123


def exchange_keys(kiosk: Home, city: Home) -> None:
    """Make the city's keys; write the public keys and the account for fees into the kiosk's settings."""
    keys = make_keys(city.var)
    # The dock presents bookings with the city's signature, so it needs the city's key.
    key, file = signing_key(city.var), booking_key_file(kiosk)
    if key is None:
        raise LookupError(f"{city.var} has no signing key, although it was made just now")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(key.hex() + "\n", encoding="ascii")
    known = f'\n[city_keys]\nbooking = ["{keys.booking}"]\nsealing = "{keys.sealing}"\n'
    with (kiosk.etc / "site.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"{known}\n{_PAYMENT}")


def add_city_data(city: Home, site: str) -> None:
    """Write the demo's dossiers and its bookings, around the present time, into the city's database."""
    now = datetime.now(UTC)
    now_ms = round(time.time() * 1000)
    database: Path = city.var / load(city).kiosk.city.database
    with closing(CityDatabase.open(database)) as opened, opened.write() as tx:
        for one in demo_dossiers(local(now, ZONE).date()):
            days = one.received.isoformat(), one.due.isoformat()
            dossiers.put(tx, Dossier(one.code, one.state, *days, one.counter, now_ms))
        for place, (minutes, service, procedure) in enumerate(_BOOKED):
            at = local(now + timedelta(minutes=minutes), ZONE)
            code = code_of(_CODES_FROM + place)
            if bookings.find(tx, code) is None:
                booked = CityBooking(code, site, at.date().isoformat(), at.hour * 60 + at.minute, service, procedure)
                bookings.add(tx, booked, now_ms)
