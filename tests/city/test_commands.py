"""`kiosk city`: what a portal and a dossier system would write, typed."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from click.testing import CliRunner, Result
from PIL import Image

from kiosk.city import bookings, dossiers
from kiosk.city.calendar import day_of
from kiosk.city.database import CityDatabase
from kiosk.cli.city import city
from kiosk.config import Home
from kiosk.crypto import digest_of_dossier, digest_of_person
from kiosk.defaults import write_home
from kiosk.errors import ConfigError, EncodingError
from kiosk.model.booking import SignedBooking, typed_code, verify
from kiosk.wire.requests import DOSSIER, WireQuestion

DOSSIER_CODE = "000.00.01.H26-260930-0012"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.at(tmp_path)
    write_home(home, site="00082", device=None, always_open=True)
    home.var.mkdir(parents=True, exist_ok=True)
    return home


@pytest.fixture
def database(home: Home) -> Iterator[CityDatabase]:
    with closing(CityDatabase.open(home.var / "city.db")) as database:
        yield database


def _run(home: Home, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(city, words, obj=home, input=typed)


def _told(home: Home, *words: str, typed: str = "") -> dict[str, Any]:
    result = _run(home, *words, "--json", typed=typed)
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_the_keys_are_made_once_and_only_their_owner_may_read_them(home: Home) -> None:
    public = _told(home, "keys")
    assert _told(home, "keys") == public
    for name in ("booking.key", "sealing.key"):
        assert stat.S_IMODE((home.var / "city-keys" / name).stat().st_mode) == 0o600
    text = _run(home, "keys", "--text").stdout
    assert text == f'[city_keys]\nbooking = ["{public["booking"][0]}"]\nsealing = "{public["sealing"]}"\n'
    private = (home.var / "city-keys" / "booking.key").read_text(encoding="ascii").strip()
    assert private not in text


def test_a_key_file_that_holds_no_key_is_named(home: Home) -> None:
    _told(home, "keys")
    (home.var / "city-keys" / "booking.key").write_text("not a key", encoding="ascii")
    result = _run(home, "keys")
    assert isinstance(result.exception, ConfigError) and "booking.key holds no key" in str(result.exception)


def test_a_booking_comes_as_a_code_to_type_and_one_to_scan(home: Home, database: CityDatabase, tmp_path: Path) -> None:
    public = [bytes.fromhex(_told(home, "keys")["booking"][0])]
    picture = tmp_path / "booking.png"
    booked = _told(
        home, "booking", "add", "00082", "today", "09:30", "a", "--procedure", "2.000815", "--qr", str(picture)
    )
    code = typed_code(booked["code"])
    assert code is not None
    today = day_of(datetime.now(UTC))
    assert verify(booked["qr"], public) == SignedBooking("00082", today, 570, "A", code)
    with Image.open(picture) as shown:
        (read,) = zxingcpp.read_barcodes(shown)
    assert read.text == booked["qr"]
    with database.read() as snapshot:
        listed = bookings.day_list(snapshot, "00082", today)
    assert listed is not None
    assert [(row.code, row.minute, row.procedure, row.person) for row in listed.bookings] == [
        (code, 570, "2.000815", None)
    ]


def test_of_the_bookers_card_only_the_days_digest_is_kept(home: Home, database: CityDatabase) -> None:
    _told(home, "keys")
    number = "001090000123"
    _told(home, "booking", "add", "00082", "2026-11-30", "10:00", "B", "--card", typed=f"{number}\n")
    with database.read() as snapshot:
        listed = bookings.day_list(snapshot, "00082", "2026-11-30")
    assert listed is not None and listed.key is not None
    assert listed.bookings[0].person == digest_of_person(listed.key, number)
    files = [file for file in home.var.rglob("*") if file.is_file()]
    assert not any(number.encode() in file.read_bytes() for file in files)


def test_bookings_are_listed_and_cancelled(home: Home) -> None:
    _told(home, "keys")
    codes = [_told(home, "booking", "add", "00082", "tomorrow", at, "A")["code"] for at in ("10:00", "08:15")]
    assert _told(home, "booking", "cancel", codes[0].lower())["state"] == "cancelled"
    found = _told(home, "booking", "list")["bookings"]
    assert [(booked["code"], booked["time"], booked["state"]) for booked in found] == [
        (codes[1], "08:15", "booked"),
        (codes[0], "10:00", "cancelled"),
    ]
    again = _run(home, "booking", "cancel", codes[0])
    assert again.exit_code == 1 and "no open booking" in again.output


@pytest.mark.parametrize(
    "words",
    [
        ("82", "today", "09:30", "A"),
        ("00082", "someday", "09:30", "A"),
        ("00082", "today", "9h30", "A"),
        ("00082", "today", "24:00", "A"),
        ("00082", "today", "09:30", "AB"),
        ("00082", "today", "09:30", "A", "--procedure", "2.815"),
    ],
)
def test_a_booking_that_cannot_be_is_refused_and_nothing_is_kept(
    home: Home, database: CityDatabase, words: tuple[str, ...]
) -> None:
    _told(home, "keys")
    result = _run(home, "booking", "add", *words)
    assert result.exit_code == 2 or isinstance(result.exception, EncodingError)
    with database.read() as snapshot:
        assert bookings.from_day(snapshot, "2000-01-01") == []
        assert bookings.standings(snapshot, "2000-01-01") == {}


def test_booking_before_there_is_a_key_says_what_to_do(home: Home) -> None:
    result = _run(home, "booking", "add", "00082", "today", "09:30", "A")
    assert isinstance(result.exception, ConfigError) and "kiosk city keys" in str(result.exception)


def test_a_dossier_is_set_however_its_code_is_typed(home: Home, database: CityDatabase) -> None:
    words = ["dossier", "set", DOSSIER_CODE.lower(), "ready", "--received", "2026-11-16", "--counter", "3"]
    assert _told(home, *words)["code"] == DOSSIER_CODE
    with database.read() as snapshot:
        answer = dossiers.answer(snapshot, WireQuestion(1, DOSSIER, digest_of_dossier(DOSSIER_CODE), 1), 5)
    assert answer is not None and (answer.state, answer.counter) == ("ready", 3)
    assert [known["state"] for known in _told(home, "dossier", "list")["dossiers"]] == ["ready"]


def test_what_is_no_dossiers_code_is_refused(home: Home) -> None:
    assert _run(home, "dossier", "set", "A001", "ready").exit_code == 2
    assert _run(home, "dossier", "set", DOSSIER_CODE, "lost").exit_code == 2


def test_a_kiosk_that_was_moved_is_assigned_to_its_new_site(home: Home, database: CityDatabase) -> None:
    assert _told(home, "device", "assign", "k00082-1", "00082") == {
        "device": "k00082-1",
        "site": "00082",
        "taken_up": 0,
        "schema_version": 1,
    }
    _told(home, "device", "assign", "k00082-1", "00070")
    assert _told(home, "device", "list")["devices"] == [{"device": "k00082-1", "site": "00070"}]


@pytest.mark.parametrize(
    ("name", "site"), [("k00082-1", "#"), ("k00082-1", "٠٠٠٨٢"), ("K1", "00082"), ("a/b", "00082")]
)
def test_a_kiosk_is_assigned_to_no_site_that_cannot_be(
    home: Home, database: CityDatabase, name: str, site: str
) -> None:
    assert _run(home, "device", "assign", name, site).exit_code == 2
    assert _told(home, "device", "list")["devices"] == []
