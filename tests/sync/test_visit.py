"""Lists of bookings, questions and answers over a real broker, with the test as the kiosk's city."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest

from kiosk import crypto
from kiosk.config import Settings
from kiosk.model.time import local
from kiosk.processes.sync import run_sync
from kiosk.records import replace
from kiosk.store import bookings, questions
from kiosk.store.database import Store
from kiosk.wire.day_list import encode_list
from kiosk.wire.link import Down, Message, Up
from kiosk.wire.requests import DOSSIER, DossierAnswer, WireQuestion, decode_question, encode_answer
from tests.broker import Broker
from tests.broker import broker as broker  # a fixture
from tests.city.ends import running, settings_at
from tests.databases import look
from tests.healths import health_words
from tests.listener import Listener, listening
from tests.proxy import Proxy
from tests.sync.lists import MADE_MS, PUBLIC, SITE, STRANGER, booked, signed
from tests.waiting import until

SUBJECT = b"the digest of one dossier code.."
FOREVER_MS = 60_000


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    with closing(Store.open(settings.home.database)) as store:
        yield store


@contextmanager
def _city(broker: Broker) -> Iterator[Listener]:
    with listening(broker.as_settings(), "peer", "#") as peer:
        peer.wait(Up)
        yield peer


@pytest.fixture
def settings(broker: Broker, tmp_path: Path) -> Settings:
    return settings_at(tmp_path, broker.as_settings(), city_keys={"booking": [PUBLIC.hex()]})


@pytest.fixture
def today(settings: Settings) -> str:
    """The day at the kiosk, which has only this machine's clock to go by."""
    with _opened(settings) as store:
        return local(store.now().utc, settings.site.timezone).date().isoformat()


def _codes(settings: Settings, day: str) -> list[str]:
    with _opened(settings) as store:
        return [booking.code for booking in bookings.of_day(look(store), SITE, day)]


def _is_online(settings: Settings) -> bool:
    return health_words(settings.home).get("sync", {}).get("why") in ("", "city_silent")


def _send(city: Listener, body: bytes) -> None:
    city.link.publish(f"b/{SITE}", body, qos=1, is_retained=True)


def test_a_list_arrives_and_is_replaced_and_a_forged_one_is_not(
    broker: Broker, settings: Settings, today: str, caplog: pytest.LogCaptureFixture
) -> None:
    with _city(broker) as city, running(run_sync, settings):
        _send(city, signed(booked("AAAAAAAA", day=today)))
        until(lambda: _codes(settings, today) == ["AAAAAAAA"], "the list")
        forged = booked("EVILEVIL", day=today, made_ms=MADE_MS + 1)
        _send(city, encode_list(forged, partial(crypto.sign, STRANGER)))
        _send(city, signed(booked("BBBBBBBB", day=today, made_ms=MADE_MS + 2)))
        until(lambda: _codes(settings, today) == ["BBBBBBBB"], "the next list")
    assert sum("not signed by any" in record.message for record in caplog.records) == 1


def test_a_list_made_while_the_kiosk_was_away_is_there_when_it_comes_back(
    broker: Broker, settings: Settings, today: str
) -> None:
    with _city(broker) as city:
        with running(run_sync, settings):
            _send(city, signed(booked("AAAAAAAA", day=today)))
            until(lambda: _codes(settings, today) == ["AAAAAAAA"], "the list")
        _send(city, signed(booked("BBBBBBBB", day=today, made_ms=MADE_MS + 1)))
        with running(run_sync, settings):
            until(lambda: _codes(settings, today) == ["BBBBBBBB"], "the list that was kept for us")


def test_a_line_that_is_cut_brings_the_newest_list_when_it_is_whole_again(
    broker: Broker, tmp_path: Path, today: str
) -> None:
    with Proxy(broker.port) as proxy, _city(broker) as city:
        far = settings_at(tmp_path / "far", broker.as_settings(), city_keys={"booking": [PUBLIC.hex()]})
        far = _through(far, proxy.port)
        with running(run_sync, far):
            _send(city, signed(booked("AAAAAAAA", day=today)))
            until(lambda: _codes(far, today) == ["AAAAAAAA"], "the list")
            broker.kill()
            broker.start()
            city.wait(Up)
            _send(city, signed(booked("BBBBBBBB", day=today, made_ms=MADE_MS + 1)))
            until(lambda: _codes(far, today) == ["BBBBBBBB"], "the list after the cut")


def test_a_topic_that_was_cleared_takes_no_list_away(broker: Broker, settings: Settings, today: str) -> None:
    with _city(broker) as city, running(run_sync, settings):
        _send(city, signed(booked("AAAAAAAA", day=today)))
        until(lambda: _codes(settings, today) == ["AAAAAAAA"], "the list")
        _send(city, b"")
        _send(city, signed(booked("BBBBBBBB", day=_after(today))))
        until(lambda: _codes(settings, _after(today)) == ["BBBBBBBB"], "tomorrow's list")
        assert _codes(settings, today) == ["AAAAAAAA"]


def test_a_kiosk_without_a_key_of_the_city_fetches_no_list(broker: Broker, tmp_path: Path, today: str) -> None:
    keyless = settings_at(tmp_path / "keyless", broker.as_settings())
    with _city(broker) as city, running(run_sync, keyless):
        _send(city, signed(booked("AAAAAAAA", day=today)))
        _ask(keyless)
        _question(city)  # the line works: had there been a list on it, it would be here
        assert _codes(keyless, today) == []


def test_a_broker_that_withholds_the_lists_does_not_stop_the_line(tmp_path: Path) -> None:
    rights = tmp_path / "rights"
    rights.write_text("topic readwrite e/#\ntopic readwrite s/#\ntopic readwrite a/#\n", encoding="utf-8")
    with Broker(tmp_path / "broker", lines=f"acl_file {rights}") as broker:
        settings = settings_at(tmp_path, broker.as_settings(), city_keys={"booking": [PUBLIC.hex()]})
        with _city(broker) as city, running(run_sync, settings):
            assert city.wait(Message, lambda message: message.topic == "s/k00082-1").payload
            until(lambda: _is_online(settings), "the line")


def test_a_question_is_answered_in_time(broker: Broker, settings: Settings) -> None:
    with _city(broker) as city, running(run_sync, settings):
        city.wait(Message, lambda message: message.topic == "s/k00082-1")
        number = _ask(settings)
        question = _question(city)
        assert (question.kind, question.subject) == (DOSSIER, SUBJECT)
        assert 0 < question.left_ms <= FOREVER_MS
        _answer(city, question.id, DossierAnswer("ready", MADE_MS, counter=3))
        until(lambda: _answered(settings, number) is not None, "the answer")
    assert _answered(settings, number) == DossierAnswer("ready", MADE_MS, counter=3).as_json()


def test_a_question_asked_while_the_line_is_down_leaves_when_it_is_up(broker: Broker, settings: Settings) -> None:
    number = _ask(settings)
    with _city(broker) as city, running(run_sync, settings):
        _answer(city, _question(city).id, DossierAnswer("received", MADE_MS))
        until(lambda: _answered(settings, number) is not None, "the answer")


def test_a_question_whose_time_is_over_is_not_sent(broker: Broker, settings: Settings) -> None:
    _ask(settings, patience_ms=-1)
    number = _ask(settings)
    with _city(broker) as city, running(run_sync, settings):
        _answer(city, _question(city).id, DossierAnswer("received", MADE_MS))
        until(lambda: _answered(settings, number) is not None, "the answer to the first that was sent")


def test_a_silent_city_leaves_the_question_open_and_the_line_well(broker: Broker, settings: Settings) -> None:
    with _city(broker) as city, running(run_sync, settings):
        first = _ask(settings)
        _question(city)
        second = _ask(settings)
        _answer(city, _question(city).id, DossierAnswer("received", MADE_MS))
        until(lambda: _answered(settings, second) is not None, "the second answer")
        assert _answered(settings, first) is None


def test_answers_that_nobody_asked_for_are_dropped(
    broker: Broker, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with _city(broker) as city, running(run_sync, settings):
        city.wait(Message, lambda message: message.topic == "s/k00082-1")
        number = _ask(settings)
        question = _question(city)
        for wrong in (0, number, question.id ^ 1):
            _answer(city, wrong, DossierAnswer("returned", MADE_MS))
        for nonsense in (b"", b"\xff", b"x" * 1300):
            city.link.publish("p/k00082-1", nonsense, qos=0)
        _answer(city, question.id, DossierAnswer("ready", MADE_MS))
        _answer(city, question.id, DossierAnswer("returned", MADE_MS))
        second = _ask(settings)
        _answer(city, _question(city).id, DossierAnswer("waiting", MADE_MS))
        until(lambda: _answered(settings, second) is not None, "the last answer")
    assert _answered(settings, number) == DossierAnswer("ready", MADE_MS).as_json()
    assert sum("p/k00082-1: answer" in record.message for record in caplog.records) == 1


def test_a_line_cut_between_question_and_answer_loses_the_answer_and_no_more(
    broker: Broker, settings: Settings
) -> None:
    with _city(broker) as city, running(run_sync, settings):
        first = _ask(settings)
        question = _question(city)
        broker.kill()
        city.wait(Down)
        _answer(city, question.id, DossierAnswer("ready", MADE_MS))
        broker.start()
        city.wait(Up)
        second = _ask(settings)
        _answer(city, _question(city).id, DossierAnswer("received", MADE_MS))
        until(lambda: _answered(settings, second) is not None, "the answer after the cut")
        assert _answered(settings, first) is None


def test_an_answer_to_what_was_asked_before_a_restart_is_dropped(broker: Broker, settings: Settings) -> None:
    with _city(broker) as city:
        with running(run_sync, settings):
            first = _ask(settings)
            question = _question(city)
        with running(run_sync, settings):
            city.wait(Message, lambda message: message.topic == "s/k00082-1" and b"online" in message.payload)
            _answer(city, question.id, DossierAnswer("ready", MADE_MS))
            second = _ask(settings)
            _answer(city, _question(city).id, DossierAnswer("received", MADE_MS))
            until(lambda: _answered(settings, second) is not None, "the answer after the restart")
        assert _answered(settings, first) is None


def _after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _through(settings: Settings, port: int) -> Settings:
    """Return the settings of the same kiosk behind a proxy."""
    kiosk = settings.kiosk
    broker = msgspec.structs.replace(kiosk.broker, port=port)
    return replace(settings, kiosk=msgspec.structs.replace(kiosk, broker=broker))


def _ask(settings: Settings, patience_ms: int = FOREVER_MS) -> int:
    with _opened(settings) as store, store.write() as tx:
        return questions.ask(tx, DOSSIER, SUBJECT, tx.now_ms, tx.now_ms + patience_ms)


def _answered(settings: Settings, number: int) -> str | None:
    with _opened(settings) as store:
        return questions.answer_of(look(store), number)


def _question(city: Listener) -> WireQuestion:
    return decode_question(city.wait(Message, lambda message: message.topic == "q/k00082-1").payload)


def _answer(city: Listener, number: int, answer: DossierAnswer) -> None:
    city.link.publish("p/k00082-1", encode_answer(number, answer), qos=0)
