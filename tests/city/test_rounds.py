"""The city's line round by round, with a link that the test holds: what it answers, drops, and tells of itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk import config, crypto
from kiosk.city import bookings, dossiers, ingest, keys, line
from kiosk.city.bookings import CityBooking
from kiosk.city.database import CityDatabase
from kiosk.city.dossiers import Dossier
from kiosk.errors import FullError
from kiosk.wire.day_list import decode_list
from kiosk.wire.line_status import Why
from kiosk.wire.link import Down, Message, Up
from kiosk.wire.messages import DeviceState, decode_ack, encode_state
from kiosk.wire.requests import DOSSIER, DossierAnswer, WireQuestion, decode_answer, encode_question
from tests.city.ends import settings_at
from tests.city.stories import EPOCH
from tests.city.test_flood import Talk

CUT = Down(Why.NETWORK, "the connection broke")
CODE = "H26.84-261123-000123"


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    with closing(CityDatabase.open(tmp_path / "city.db")) as database:
        yield Talk(tmp_path, database)


def _warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def _ask(talk: Talk, kind: str = DOSSIER, code: str = CODE) -> None:
    question = WireQuestion(7, kind, crypto.digest_of_dossier(code), 4_000)
    talk.link.arrived.append(Message("q/k00082-1", encode_question(question), False))
    talk.step()


def _answers(talk: Talk) -> list[tuple[int, DossierAnswer]]:
    return [decode_answer(body) for body in talk.link.sent.get("p/k00082-1", ())]


# --- the line ---------------------------------------------------------------------------------------------------------


def test_the_line_is_told_as_it_is_and_a_cut_that_lasts_is_logged_once(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    health = talk.line._health()
    assert (health.line, health.why, health.detail) == ("offline", "", "")
    for told in (Up(5), CUT, CUT, CUT):
        talk.link.arrived.append(told)
        talk.step()
    health = talk.line._health()
    assert (health.line, health.why, health.detail) == ("offline", "network", "the connection broke")
    assert _warnings(caplog) == ["no line: network: the connection broke"]
    talk.link.arrived.append(Up(5))
    talk.step()
    assert (talk.line._health().line, talk.line._health().why) == ("online", "")


def test_the_city_listens_to_every_kiosk_under_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[object, ...]] = []
    monkeypatch.setattr(line, "Link", lambda *words: made.append(words))
    settings = settings_at(tmp_path, config.Broker(host="broker.example", prefix="hn"), "operations")
    with closing(CityDatabase.open(tmp_path / "city.db")) as database:
        line.CityLine(settings, database)
    ((broker, folder, session),) = made
    assert (broker, folder) == (settings.kiosk.broker, settings.home.etc)
    assert session.client_id == "city-operations"  # type: ignore[attr-defined]
    assert set(session.subscriptions) == {("hn/e/+", 1), ("hn/s/+", 1), ("hn/q/+", 0)}  # type: ignore[attr-defined]


# --- what arrives -----------------------------------------------------------------------------------------------------


def test_what_is_stored_is_counted_and_answered_once_for_all_of_it(talk: Talk) -> None:
    talk.say("k00082-1", 1, 2, 3)
    talk.step()
    assert (talk.line.counts["stored"], talk.acked("k00082-1")) == (3, 3)
    assert len(talk.link.sent["a/k00082-1"]) == 1


def test_a_backlog_of_more_than_one_transaction_is_stored_whole(talk: Talk) -> None:
    for place in range(5):
        talk.say(f"k0000{place}-1", *range(1, 31))
    talk.step()
    assert talk.line.counts["stored"] == 150
    assert [talk.acked(f"k0000{place}-1") for place in range(5)] == [30] * 5


def test_nonsense_is_counted_and_logged_less_and_less_often(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    for topic, body in (("e/k00082-1", b"\xff"), ("e/K!", b""), ("s/k00082-1", b"\xff"), ("q/k00082-1", b"")) * 2:
        talk.link.arrived.append(Message(topic, body, False))
    talk.say("k00082-1", 1)
    talk.step()
    assert (talk.line.counts["malformed"], talk.line.counts["stored"]) == (8, 1)
    assert [message.split()[0] for message in _warnings(caplog)] == ["1", "2", "4", "8"]
    assert "'e/k00082-1': batch: " in _warnings(caplog)[0]
    assert "its topic ends in no device name" in _warnings(caplog)[1]


def test_a_disk_that_is_full_confirms_nothing_and_what_comes_again_is_stored(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise FullError("no space is left")

    with monkeypatch.context() as disk:
        disk.setattr(ingest, "store_batch", full)
        talk.say("k00082-1", 1)
        talk.say("k00070-1", 1)
        talk.step()
    assert (talk.line.counts["unstored"], talk.line.counts["stored"]) == (2, 0)
    assert not talk.link.sent
    assert any("2 messages not stored: no space is left" in message for message in _warnings(caplog))
    talk.say("k00082-1", 1)
    talk.step()
    assert talk.acked("k00082-1") == 1


def test_a_kiosk_that_says_it_goes_is_not_answered_and_one_that_comes_is(talk: Talk) -> None:
    for is_online in (False, True):
        talk.link.arrived.append(Message("s/k00082-1", encode_state(DeviceState(is_online, EPOCH)), False))
        talk.step()
        assert len(talk.link.sent.get("a/k00082-1", ())) == is_online
    (body,) = talk.link.sent["a/k00082-1"]
    ack = decode_ack(body)
    assert (ack.epoch, ack.up_to, ack.is_greeting) == (EPOCH, 0, False)


def test_a_new_day_lets_a_kiosk_speak_that_said_too_much_the_day_before(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "_MOST_EVENTS_A_DAY", 2)
    monkeypatch.setattr(line, "day_of", lambda _: "2026-11-23")
    talk.say("k00082-1", 1, 2, 3)
    talk.step()
    assert (talk.acked("k00082-1"), talk.line.counts["flooding"]) == (2, 1)
    monkeypatch.setattr(line, "day_of", lambda _: "2026-11-24")
    talk.say("k00082-1", 3)
    talk.step()
    assert talk.acked("k00082-1") == 3


# --- questions --------------------------------------------------------------------------------------------------------


def test_a_question_is_answered_with_its_own_id(talk: Talk) -> None:
    with talk.line._database.write() as tx:
        dossiers.put(tx, Dossier(CODE, "ready", "2026-11-16", "2026-11-25", 3, 1))
    _ask(talk)
    ((id, answer),) = _answers(talk)
    assert (id, answer.state, answer.counter) == (7, "ready", 3)
    assert (str(answer.received), str(answer.due)) == ("2026-11-16", "2026-11-25")
    assert talk.line.counts["answered"] == 1


def test_a_dossier_that_nobody_knows_is_called_unknown(talk: Talk) -> None:
    _ask(talk)
    ((_, answer),) = _answers(talk)
    assert (answer.state, answer.received, answer.due, answer.counter) == ("unknown", None, None, None)


def test_a_question_of_a_kind_that_the_city_does_not_know_is_left_alone(talk: Talk) -> None:
    _ask(talk, kind="weather")
    assert _answers(talk) == []
    assert talk.line.counts["answered"] == 0


# --- lists ------------------------------------------------------------------------------------------------------------


def test_lists_are_looked_at_once_a_second_while_the_line_is_up_and_again_after_a_cut(tmp_path: Path) -> None:
    public = keys.make_keys(settings_at(tmp_path, config.Broker()).home.var).booking
    with closing(CityDatabase.open(tmp_path / "city.db")) as database:
        talk = Talk(tmp_path, database)
        with database.write() as tx:
            bookings.add(tx, CityBooking("7KM2XQ4D", "00082", "2099-11-23", 570, "A"), 1)
        talk.line._send_lists(100.0)
        assert not talk.link.sent  # nobody would hear it
        for now_s in (100.0, 100.5):
            talk.link.arrived.append(Up(5))
            talk.step()
            talk.line._send_lists(now_s)
        lists = [decode_list(body, [bytes.fromhex(public)]) for body in talk.link.sent.pop("b/00082")]
        assert [listed.site for listed in lists] == ["00082"] * 4  # today's and tomorrow's, at each connect
        with database.write() as tx:
            tx.execute("UPDATE booking_day SET made_ms = made_ms + 1")
        talk.line._send_lists(101.4)
        assert not talk.link.sent
        talk.line._send_lists(101.5)
        assert len(talk.link.sent["b/00082"]) == 2


def test_a_city_without_a_key_sends_no_list_and_says_so(talk: Talk) -> None:
    talk.link.arrived.append(Up(5))
    talk.step()
    talk.line._send_lists(100.0)
    assert not talk.link.sent
