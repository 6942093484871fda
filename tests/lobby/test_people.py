"""What the hall knows of a person: a digest for a day, and a box that it cannot open."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec
import pytest

from kiosk import crypto
from kiosk.errors import RefusedError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.people import seal_info
from kiosk.lobby.views import Refusal
from kiosk.store.daykey import DayKey
from tests.clocks import FakeClock
from tests.halls import lobby as open_hall

NUMBER = "001090000123"
FIELDS = {"number": NUMBER, "name": "Nguyễn Văn An", "address": "Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội"}


def _sealing_hall(root: Path, private: bytes) -> Lobby:
    return open_hall(root, city_keys={"sealing": crypto.public_sealing_key(private).hex()})


def test_one_person_is_one_digest_today_and_another_tomorrow(hall: Lobby, clock: FakeClock) -> None:
    today = hall.people.digest(NUMBER)
    assert len(today) == 16
    assert hall.people.digest(NUMBER) == today
    assert hall.people.digest("001090000124") != today
    clock.pass_time(days=1)
    assert hall.people.digest(NUMBER) != today


def test_another_process_makes_the_same_digest(hall: Lobby, clock: FakeClock) -> None:
    with contextlib.closing(Lobby.open(hall.settings, clock)) as other:
        assert other.people.digest(NUMBER) == hall.people.digest(NUMBER)


def test_the_screen_can_look_ahead(hall: Lobby) -> None:
    person = hall.people.digest(NUMBER)
    assert hall.people.refusal("A", person) is None
    hall.take("A", person=person)
    assert hall.people.refusal("A", person) is Refusal.SAME_FIELD
    assert hall.people.refusal("B", person) is None
    hall.take("B", person=person)
    assert hall.people.refusal("A", person) is Refusal.TOO_MANY


def test_a_key_of_yesterday_is_gone_at_midnight(hall: Lobby, clock: FakeClock) -> None:
    def files() -> bytes:
        return b"".join(file.read_bytes() for file in hall.settings.home.run.parent.rglob("*") if file.is_file())

    hall.take("A", person=hall.people.digest(NUMBER))
    key = DayKey(hall.settings.home).of("2026-11-23")
    assert key.hex().encode() in files(), "else this test proves nothing"
    clock.pass_time(days=1)
    hall.context.keep_day()
    assert key not in files()
    assert key.hex().encode() not in files()


def test_todays_key_stays_when_the_page_is_turned_after_it_came(hall: Lobby, clock: FakeClock) -> None:
    """The line may have taken the city's key of the new day before anybody opened that day here."""
    hall.take("A")
    clock.pass_time(days=1)
    DayKey(hall.settings.home).adopt("2026-11-24", bytes(range(32)))
    hall.context.keep_day()
    assert DayKey(hall.settings.home).of("2026-11-24") == bytes(range(32))


def test_nothing_is_sealed_without_the_citys_key(hall: Lobby) -> None:
    with pytest.raises(RefusedError, match=r"city_keys\.sealing"):
        hall.people.seal(FIELDS)


def test_only_the_city_reads_what_was_sealed(tmp_path: Path) -> None:
    private = crypto.new_sealing_key()
    with contextlib.closing(_sealing_hall(tmp_path, private)) as hall:
        assert hall.hall().has_sealing
        box = hall.people.seal(FIELDS)
        hall.take("A", sealed=box)
    assert "Hàng Trống".encode() not in box
    assert msgspec.json.decode(crypto.open_sealed(private, box, seal_info("00082", "2026-11-23"))) == FIELDS


def test_more_than_a_card_holds_is_not_sealed(tmp_path: Path) -> None:
    hall = _sealing_hall(tmp_path, crypto.new_sealing_key())
    with contextlib.closing(hall), pytest.raises(RefusedError, match="more than a card holds"):
        hall.people.seal({"name": "x" * 1000})
