"""Both ends over a real Mosquitto: bookings come down, questions go up, with the rights the documentation gives."""

from __future__ import annotations

import re
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.city import bookings
from kiosk.config import Settings
from kiosk.processes.city import run_city
from kiosk.processes.sync import run_sync
from kiosk.store import bookings as kept
from kiosk.store import questions
from kiosk.store.database import Store
from kiosk.store.daykey import DayKey
from kiosk.wire.batch import Batch, encode_batch
from kiosk.wire.link import Message, Up
from kiosk.wire.messages import decode_ack
from tests.broker import Broker, make_certificates
from tests.broker import broker as broker  # a fixture
from tests.city.ends import acked, append, running
from tests.city.stories import event, opened
from tests.city.wards import CODE, SITE, Ward, ask, is_online
from tests.databases import look
from tests.listener import listening
from tests.waiting import until

DOCUMENT = (Path(__file__).parents[2] / "docs" / "wire.md").read_text(encoding="utf-8")


@pytest.fixture
def ward(broker: Broker, tmp_path: Path) -> Ward:
    return Ward(tmp_path, broker.as_settings())


def _answer(kiosk: Settings, number: int) -> str:
    with closing(Store.open(kiosk.home.database)) as store:
        return questions.answer_of(look(store), number) or ""


def test_a_booking_reaches_the_kiosk_and_so_does_the_next_and_the_city_need_not_be_told(ward: Ward) -> None:
    kiosk = ward.kiosk()
    ward.book("AAAAAAAA")
    with running(run_city, ward.city), running(run_sync, kiosk):
        until(lambda: ward.has(kiosk, "AAAAAAAA"), "the first booking")
        ward.book("BBBBBBBB")
        until(lambda: ward.has(kiosk, "AAAAAAAA", "BBBBBBBB"), "the second booking")
        with ward.database() as database, database.write() as tx:
            assert bookings.cancel(tx, "AAAAAAAA", 2) is not None
        until(lambda: ward.has(kiosk, "BBBBBBBB"), "the cancelling")


def test_a_broker_that_forgot_everything_is_given_the_lists_again(broker: Broker, ward: Ward) -> None:
    kiosk = ward.kiosk()
    ward.book("AAAAAAAA")
    with running(run_city, ward.city):
        until(lambda: is_online(ward.city, "city"), "the city")
        broker.kill()  # it keeps nothing over a kill
        broker.start()
        with running(run_sync, kiosk):
            until(lambda: ward.has(kiosk, "AAAAAAAA"), "the list")


def test_two_kiosks_of_a_site_share_the_days_key(ward: Ward) -> None:
    one, other = ward.kiosk("k00082-1"), ward.kiosk("k00082-2")
    append(one, [opened(1, ward.today)])  # with that the city knows the site
    with running(run_city, ward.city), running(run_sync, one), running(run_sync, other):
        for kiosk in (one, other):
            until(lambda kiosk=kiosk: _has_list(kiosk, ward.today), "the list")  # type: ignore[misc]
    with ward.database() as database, database.read() as snapshot:
        listed = bookings.day_list(snapshot, SITE, ward.today)
    assert listed is not None
    assert DayKey(one.home).of(ward.today) == DayKey(other.home).of(ward.today) == listed.key


def _has_list(kiosk: Settings, day: str) -> bool:
    with closing(Store.open(kiosk.home.database)) as store:
        return kept.has_list(look(store), SITE, day)


def test_a_question_is_answered_by_what_the_city_knows(ward: Ward) -> None:
    kiosk = ward.kiosk()
    ward.know(CODE, "waiting")
    with running(run_city, ward.city), running(run_sync, kiosk):
        until(lambda: is_online(ward.city, "city") and is_online(kiosk, "sync"), "the line")
        number = ask(kiosk)
        until(lambda: '"waiting"' in _answer(kiosk, number), "the answer")
        ward.know(CODE, "ready")
        second = ask(kiosk)
        until(lambda: '"ready"' in _answer(kiosk, second), "the next answer")


def test_two_workers_of_one_city_answer_twice_and_do_no_harm(ward: Ward) -> None:
    kiosk = ward.kiosk()
    other = ward.second_worker()
    ward.know(CODE, "ready")
    with running(run_city, ward.city), running(run_city, other), running(run_sync, kiosk):
        until(lambda: is_online(ward.city, "city") and is_online(kiosk, "sync"), "the line")
        for _ in range(3):
            number = ask(kiosk)
            until(lambda number=number: '"ready"' in _answer(kiosk, number), "the answer")  # type: ignore[misc]


def test_a_kiosk_that_says_it_stands_everywhere_takes_no_line_down(ward: Ward) -> None:
    """Its site became the topic of a list, and the broker's library refuses one with a wildcard, again and again."""
    kiosk = ward.kiosk()
    ward.book("AAAAAAAA")
    hostile = encode_batch(Batch(b"hostile!", (event(1, "day.opened", site="#", day=ward.today),)))
    with listening(ward.broker, "k00070-1") as peer, running(run_city, ward.city):
        peer.wait(Up)
        until(lambda: is_online(ward.city, "city"), "the city")
        peer.link.publish("e/k00070-1", hostile, qos=1)
        assert decode_ack(peer.wait(Message).payload).up_to == 1
        with running(run_sync, kiosk):
            until(lambda: ward.has(kiosk, "AAAAAAAA"), "the list")
            append(kiosk, [opened()])
            until(lambda: acked(kiosk) == 1, "the ack")
        assert is_online(ward.city, "city")


def test_a_city_without_keys_takes_events_and_sends_no_lists(ward: Ward) -> None:
    kiosk = ward.kiosk()
    shutil.rmtree(ward.city.home.var / "city-keys")
    ward.book("AAAAAAAA")
    ward.know(CODE, "ready")
    with running(run_city, ward.city), running(run_sync, kiosk):
        until(lambda: is_online(ward.city, "city") and is_online(kiosk, "sync"), "the line")
        number = ask(kiosk)
        until(lambda: '"ready"' in _answer(kiosk, number), "the answer")
        assert ward.has(kiosk)


def test_the_documented_rights_are_enough_and_keep_a_stranger_from_the_list(tmp_path: Path) -> None:
    (listed,) = re.findall(r"```\n(pattern write .*?)```", DOCUMENT, re.DOTALL)
    rights = tmp_path / "rights"
    rights.write_text(listed, encoding="utf-8")
    names = ("k00082-1", "k00070-1", "city-operations")
    certificates = make_certificates(tmp_path / "certificates", *names)
    with Broker(tmp_path / "broker", certificates, lines=f"acl_file {rights}") as broker:
        ward = Ward(tmp_path, broker.as_settings("city-operations"))
        kiosk = ward.kiosk("k00082-1", broker.as_settings("k00082-1"))
        ward.book("AAAAAAAA")
        ward.know(CODE, "ready")
        stranger = broker.as_settings("k00070-1")
        with listening(stranger, "k00070-1", "#") as nosy, running(run_city, ward.city), running(run_sync, kiosk):
            nosy.wait(Up)
            until(lambda: ward.has(kiosk, "AAAAAAAA"), "the list")
            number = ask(kiosk)
            until(lambda: '"ready"' in _answer(kiosk, number), "the answer")
            assert [event for event in nosy.heard + nosy.link.poll() if isinstance(event, Message)] == []
