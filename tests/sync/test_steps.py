"""The sync process step by step: what it sends, what it believes, and what it tells of itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk import __version__, config
from kiosk.model.time import Trust
from kiosk.processes.sync import run_sync
from kiosk.store import bookings, journal, meta, questions
from kiosk.store.health import Health
from kiosk.sync import service
from kiosk.wire.line_status import Why
from kiosk.wire.link import Rejected, Up
from kiosk.wire.messages import Ack, decode_state, encode_ack
from kiosk.wire.requests import DOSSIER, DossierAnswer, WireQuestion, decode_question, encode_answer
from tests.city.ends import settings_at
from tests.databases import append_raw, change, look, raw
from tests.healths import health, health_words, write_health
from tests.sync.lists import DAY, PUBLIC, SITE, booked, signed
from tests.sync.steps import CUT, DEVICE, NOW_MS, FakeLink, Steps, steps_at, up


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    with steps_at(tmp_path, monkeypatch) as made:
        yield made


def _warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


# --- who we are on the line -------------------------------------------------------------------------------------------


def test_the_line_is_opened_with_a_will_and_hears_acks_before_all(steps: Steps) -> None:
    link = steps.link
    assert link.is_open
    assert (link.broker, link.folder) == (steps.settings.kiosk.broker, steps.settings.home.etc)
    session = link.session
    assert session.client_id == DEVICE
    assert session.subscriptions == ((f"a/{DEVICE}", 0),)
    assert session.wished == ((f"p/{DEVICE}", 0), (f"s/{DEVICE}", 0))
    assert session.will is not None
    topic, body = session.will
    state = decode_state(body)
    assert (topic, state.is_online, state.epoch) == (f"s/{DEVICE}", False, steps.store.epoch)


def test_lists_are_wished_for_only_where_they_can_be_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broker = config.Broker(host="broker.example", prefix="hn")
    with steps_at(tmp_path, monkeypatch, broker, city_keys={"booking": [PUBLIC.hex()]}) as steps:
        assert steps.link.session.wished == ((f"hn/p/{DEVICE}", 0), (f"hn/s/{DEVICE}", 0), (f"hn/b/{SITE}", 1))
        assert steps.link.session.subscriptions == ((f"hn/a/{DEVICE}", 0),)
        assert steps.link.session.will is not None
        assert steps.link.session.will[0] == f"hn/s/{DEVICE}"
        up(steps).append(1)
        steps.step()
        assert {topic for topic, _, _, _ in steps.link.sent} == {f"hn/s/{DEVICE}", f"hn/e/{DEVICE}"}


def test_a_kiosk_without_a_broker_opens_no_line_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with steps_at(tmp_path, monkeypatch, config.Broker()) as steps:
        steps.step()
        assert not steps.link.is_open
        health = steps.health()
        assert (health["line"], health["why"]) == ("offline", "settings")
        assert "broker.host is empty" in health["detail"]


# --- what is sent -----------------------------------------------------------------------------------------------------


def test_nothing_leaves_before_the_broker_lets_us_in(steps: Steps) -> None:
    steps.append(3)
    steps.step()
    assert steps.link.sent == []
    assert (steps.health()["line"], steps.health()["why"]) == ("offline", "network")
    up(steps)
    topics = [(topic, qos, is_retained) for topic, _, qos, is_retained in steps.link.sent]
    assert topics == [(f"s/{DEVICE}", 1, True), (f"e/{DEVICE}", 1, False)]
    assert steps.seqs() == [[1, 2, 3]]


def test_what_the_city_confirms_is_written_down_and_not_sent_again(steps: Steps) -> None:
    steps.append(3)
    up(steps)
    steps.ack(3)
    steps.append(2)
    steps.step()
    assert steps.seqs() == [[1, 2, 3], [4, 5]]
    assert journal.acked(look(steps.store)) == 3
    health = steps.health()
    assert (health["line"], health["why"], health["detail"]) == ("online", "", "")
    assert (health["acked"], health["pending"], health["is_city_ahead"]) == (3, 2, False)
    assert datetime.now(UTC) - datetime.fromisoformat(health["last_ack_at"]) < timedelta(minutes=5)


def test_a_broker_that_confirms_nothing_is_not_buried_in_batches(steps: Steps) -> None:
    steps.append(1500)
    up(steps)
    steps.ack(200)
    steps.ack(600)
    steps.seqs()
    steps.link.unsettled = 5
    steps.ack(1400)
    assert steps.seqs() == []
    steps.link.unsettled = 4  # the four batches of a full window are no backlog
    steps.step()
    assert steps.seqs() == [list(range(1401, 1501))]


def test_after_a_cut_all_that_flew_is_sent_again_once_the_line_is_back(steps: Steps) -> None:
    steps.append(2)
    up(steps)
    steps.seqs()
    steps.step(CUT)
    steps.step()
    assert steps.seqs() == []
    up(steps)
    assert steps.seqs() == [[1, 2]]


def test_rows_that_were_pruned_are_passed_over_and_the_state_says_from_where(steps: Steps) -> None:
    steps.append(6)
    journal.acknowledge(change(steps.store), 6)
    raw(steps.store).execute("DELETE FROM journal WHERE seq < 4")
    up(steps)
    assert [state.oldest for state in steps.states()] == [4]
    steps.ack(0)  # a city that was restored to nothing
    assert steps.seqs() == [[4, 5, 6]]


def test_a_journal_that_keeps_nothing_any_more_sends_nothing_and_says_so(steps: Steps) -> None:
    steps.append(6)
    journal.acknowledge(change(steps.store), 6)
    raw(steps.store).execute("DELETE FROM journal")
    up(steps)
    assert [state.oldest for state in steps.states()] == [7]
    steps.ack(0)
    assert steps.seqs() == []
    steps.append(1)
    steps.step()
    assert steps.seqs() == [[7]]


def test_rows_pruned_in_the_middle_of_a_run_are_passed_over(steps: Steps) -> None:
    """What a restored city lacks may reach further back than the journal, and its ranges may end in between."""
    steps.append(300)
    journal.acknowledge(change(steps.store), 300)
    raw(steps.store).execute("DELETE FROM journal WHERE seq < 250")
    up(steps)
    steps.ack(0)
    assert steps.seqs() == [list(range(250, 301))]


def test_a_batch_that_does_not_fit_is_sent_as_far_as_it_does_and_the_rest_follows(steps: Steps) -> None:
    with steps.store.write() as tx:
        for letter in "abcdefgh":
            append_raw(tx, "help.requested", {"d": letter * 400})
    up(steps)
    first = steps.seqs()
    steps.ack(first[-1][-1])
    second = steps.seqs()
    assert len(first[0]) < 8
    assert first[0][0] == 1
    assert second[0][0] == first[0][-1] + 1


def test_a_gap_in_what_the_city_has_is_filled_and_no_more_is_sent(steps: Steps) -> None:
    steps.append(60)
    up(steps)
    steps.ack(60)
    steps.seqs()
    steps.ack(40, (46, 60))
    assert steps.seqs() == [[41, 42, 43, 44, 45]]


# --- how long it sleeps -----------------------------------------------------------------------------------------------


def test_it_sleeps_a_second_at_most_and_never_past_the_moment_to_send_again(steps: Steps) -> None:
    steps.append(1)
    assert up(steps).step() == 1.0
    assert steps.step(after_s=29.25) == 0.75
    steps.seqs()
    steps.step(after_s=0.75)
    assert steps.seqs() == [[1]]


def test_a_deadline_that_is_over_while_the_broker_is_slow_makes_no_negative_sleep(steps: Steps) -> None:
    steps.append(1)
    up(steps)
    steps.step(CUT)
    assert steps.step() == 1.0
    up(steps)
    steps.sync._is_up = False  # nothing is due while there is no line
    assert steps.step(after_s=100.0) == 0.0


# --- what it believes -------------------------------------------------------------------------------------------------


def test_the_citys_time_is_taken_with_half_of_the_round_trip_on_top(steps: Steps) -> None:
    steps.append(1)
    up(steps)
    steps.now_s += 8.0
    steps.ack(1, city_ms=NOW_MS)
    now = steps.store.now()
    assert now.trust is Trust.CONFIRMED
    assert now.utc == datetime.fromtimestamp(NOW_MS / 1000 + 4.0, UTC)


def test_the_first_word_of_a_city_is_taken_as_it_is(steps: Steps) -> None:
    up(steps)
    steps.ack(0, city_ms=NOW_MS)
    assert steps.store.now().utc == datetime.fromtimestamp(NOW_MS / 1000, UTC)


def test_an_ack_that_is_not_fresh_sets_no_clock_and_makes_no_line_well(steps: Steps) -> None:
    steps.append(1)
    up(steps)
    rejected = Rejected(Why.NOT_AUTHORISED, "threw a message away")
    steps.ack(0, city_ms=NOW_MS)
    before = steps.store.now().utc
    steps.step(rejected)
    steps.ack(0, city_ms=NOW_MS - 60_000)
    steps.hear("a", encode_ack(Ack(b"\x09" * 8, 1, (), NOW_MS + 900_000)))
    assert steps.store.now().utc == before
    assert steps.health()["why"] == "not_authorised"
    steps.ack(1, city_ms=NOW_MS + 1)
    assert steps.health()["why"] == ""


def test_a_city_that_is_ahead_is_complained_of_and_told_to_the_technician(
    steps: Steps, caplog: pytest.LogCaptureFixture
) -> None:
    up(steps)
    steps.ack(7)
    assert steps.health()["is_city_ahead"] is True
    assert steps.health()["last_ack_at"] is None
    assert [message for message in _warnings(caplog) if "up to 7: is this card a copy" in message]


def test_a_city_that_is_silent_makes_the_line_offline_until_it_speaks(steps: Steps) -> None:
    steps.append(1)
    up(steps)
    assert steps.health()["line"] == "online"
    steps.step(after_s=30.0)
    health = steps.health()
    assert (health["line"], health["why"]) == ("offline", "city_silent")
    assert health["detail"]
    steps.ack(1)
    assert steps.health()["line"] == "online"


def test_what_really_broke_is_told_before_a_silent_city(steps: Steps) -> None:
    steps.append(1)
    up(steps)
    steps.step(after_s=30.0)
    steps.step(Rejected(Why.NOT_AUTHORISED, "threw a message away"))
    health = steps.health()
    assert (health["why"], health["detail"]) == ("not_authorised", "threw a message away")


# --- what the state says ----------------------------------------------------------------------------------------------


def test_the_state_tells_who_we_are_and_goodbye_is_said_only_where_somebody_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with steps_at(tmp_path / "up", monkeypatch) as steps:
        up(steps)
        (state,) = steps.states()
        assert (state.is_online, state.epoch, state.oldest) == (True, steps.store.epoch, 1)
        assert (state.release, state.health) == (__version__, {})
        steps.sync.close()
        (state,) = steps.states()
        assert (state.is_online, steps.link.is_closed) == (False, True)
        assert steps.health()["is_running"] is False
        assert (steps.health()["line"], steps.health()["why"]) == ("offline", "network")
        assert steps.health()["detail"] == "stopped"
        steps.sync.close()
        assert steps.states() == []
    with steps_at(tmp_path / "down", monkeypatch) as steps:
        steps.sync.close()
        assert steps.states() == []


def test_a_cut_line_is_not_told_goodbye(steps: Steps) -> None:
    up(steps)
    steps.step(CUT)
    steps.states()
    steps.sync.close()
    assert steps.states() == []


def test_a_change_of_health_is_told_within_ten_seconds_and_no_change_is_not(steps: Steps) -> None:
    up(steps)
    steps.states()
    write_health(steps.settings.home, "printer", {"status": "paper_out"})
    steps.step(after_s=9.5)
    assert steps.states() == []
    steps.step(after_s=0.5)
    (state,) = steps.states()
    assert (state.is_online, state.health) == (True, {"printer": "paper_out"})
    steps.step(after_s=10.0)
    assert steps.states() == []


def test_each_process_of_the_hall_has_a_word_and_others_have_none(steps: Steps) -> None:
    home = steps.settings.home
    write_health(home, "screen", {})
    write_health(home, "printer", {"status": "x" * 40})
    write_health(home, "city", {})
    with closing(Health(home, "board")) as board:
        board.tell(health("board", speaker="ready"))
    _hang(home, "counter")
    with steps.store.write() as tx:
        meta.tell_trouble(tx, "scanner", "y" * 40)
    up(steps)
    (state,) = steps.states()
    assert state.health == {
        "scanner": "y" * 24,
        "screen": "ok",
        "printer": "x" * 24,
        "board": "stopped",
        "counter": "unknown",
    }


def _hang(home: config.Home, process: str) -> None:
    """Let a process speak once and then for a minute no more."""
    write_health(home, process, {"status": "fine"})
    file = home.run / "health" / f"{process}.lock"
    pid, told_at_s = file.read_text(encoding="utf-8").split()
    file.write_text(f"{pid:>10} {float(told_at_s) - 61:>15.1f}\n", encoding="utf-8")


# --- lists, questions and answers -------------------------------------------------------------------------------------


def _ask(steps: Steps) -> int:
    with steps.store.write() as tx:
        return questions.ask(tx, DOSSIER, b"digest", tx.now_ms, tx.now_ms + 5_000)


def _asked(steps: Steps) -> list[WireQuestion]:
    return [decode_question(body) for body in steps.taken("q")]


def test_a_question_waits_for_the_line_and_its_answer_is_kept(steps: Steps) -> None:
    number = _ask(steps)
    steps.step()
    assert _asked(steps) == []
    up(steps)
    assert [(qos, is_retained) for topic, _, qos, is_retained in steps.link.sent if topic[0] == "q"] == [(0, False)]
    (question,) = _asked(steps)
    answer = DossierAnswer("ready", NOW_MS)
    steps.hear("p", encode_answer(question.id, answer))
    assert questions.answer_of(look(steps.store), number) == answer.as_json()
    assert steps.health()["last_ack_at"] is None  # an answer is no acknowledgement


def test_a_list_is_kept_and_moves_no_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with steps_at(tmp_path, monkeypatch, city_keys={"booking": [PUBLIC.hex()]}) as steps:
        steps.step(Up(5))
        steps.hear("b", signed(booked("AAAAAAAA")), place=SITE)
        assert [booking.code for booking in bookings.of_day(look(steps.store), SITE, DAY)] == ["AAAAAAAA"]


# --- its round --------------------------------------------------------------------------------------------------------


def test_it_steps_until_it_is_told_to_stop_and_ends_with_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "Link", FakeLink)
    settings = settings_at(tmp_path, config.Broker(host="broker.example"))
    stop, rounds = threading.Event(), []

    def progress() -> None:
        rounds.append(health_words(settings.home)["sync"]["is_running"])
        if len(rounds) == 3:
            stop.set()

    run_sync(settings, progress=progress, stop=stop)
    assert rounds == [True] * 3
    assert health_words(settings.home)["sync"]["is_running"] is False
    stop.clear()
    threading.Timer(0.0, stop.set).start()
    run_sync(settings, stop=stop)
