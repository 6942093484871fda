"""The sync process step by step where something goes wrong: what is logged, how often, and that the line goes on."""

from __future__ import annotations

import errno
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import FullError
from kiosk.store import journal
from kiosk.store.database import Store
from kiosk.sync.duplicate_name import SETTLED_S
from kiosk.wire.line_status import Why
from kiosk.wire.link import Down, Rejected, Up
from kiosk.wire.messages import DeviceState, decode_state, encode_state
from tests.databases import look
from tests.sync.steps import CUT, DEVICE, Steps, steps_at, up


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    with steps_at(tmp_path, monkeypatch) as made:
        yield made


def _warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


def test_nonsense_is_named_once_a_minute_for_each_topic(steps: Steps, caplog: pytest.LogCaptureFixture) -> None:
    up(steps)
    for after_s in (0.0, 59.9, 0.1):
        steps.now_s += after_s
        steps.hear("a", b"\xff")
        steps.hear("p", b"\xff")
        steps.hear("x", b"\xff", place="/")
    told = _warnings(caplog)
    for topic in (f"a/{DEVICE}", f"p/{DEVICE}", "x//"):
        assert sum(message.startswith(f"{topic}: ") for message in told) == 2


def test_a_line_that_stays_down_is_logged_once_and_a_new_reason_again(
    steps: Steps, caplog: pytest.LogCaptureFixture
) -> None:
    other = Down(Why.CERTIFICATE, "refused")
    for event in (CUT, CUT, CUT, other, other, other):
        steps.step(event)
    up(steps)
    steps.step(other)
    told = [message for message in _warnings(caplog) if message.startswith("no line: ")]
    assert told == [
        "no line: network: the connection broke",
        "no line: certificate: refused",
        "no line: certificate: refused",
    ]
    assert (steps.health()["why"], steps.health()["detail"]) == ("certificate", "refused")


def test_the_version_of_the_line_is_logged(steps: Steps, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for protocol in (5, 4):
        steps.step(Up(protocol))
    told = [record.getMessage() for record in caplog.records if record.getMessage().startswith("connected")]
    assert told == ["connected to broker.example, MQTT 5", "connected to broker.example, MQTT 3.1.1"]


def test_a_message_that_the_broker_threw_away_is_logged_once_a_minute(
    steps: Steps, caplog: pytest.LogCaptureFixture
) -> None:
    up(steps)
    for detail in ("first", "second"):
        steps.step(Rejected(Why.NOT_AUTHORISED, detail))
    steps.step(Rejected(Why.REFUSED, "of another kind"))
    assert _warnings(caplog) == ["first", "of another kind"]
    assert steps.health()["detail"] == "of another kind"


def test_a_full_disk_is_complained_of_and_the_journal_goes_on_to_the_city(
    steps: Steps, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    steps.append(1)
    up(steps)
    steps.seqs()

    def full(*_: object) -> None:
        raise FullError("no space is left", errno.ENOSPC) from sqlite3.OperationalError()

    with monkeypatch.context() as disk:
        disk.setattr(journal, "acknowledge", full)
        disk.setattr(Store, "confirm_time", full)
        steps.ack(1)
        assert steps.health()["acked"] == 0
        steps.ack(1)
    assert sum("no space is left" in message for message in _warnings(caplog)) == 1
    steps.append(1)
    steps.step()
    assert steps.seqs() == [[2]]
    assert (journal.acked(look(steps.store)), steps.health()["acked"]) == (1, 1)


def test_a_second_machine_of_our_name_reaches_the_city_and_is_cleared_when_the_line_held(steps: Steps) -> None:
    steps.step(Down(Why.TAKEN_OVER, "taken over"))
    up(steps)
    steps.step(after_s=SETTLED_S - 1)
    assert [event.kind for event in steps.kept()] == ["device.fault"]
    steps.step(after_s=1.0)
    assert [event.kind for event in steps.kept()] == ["device.fault", "device.cleared"]


def test_states_and_will_of_one_process_carry_one_instance(steps: Steps) -> None:
    will = steps.link.session.will
    assert will is not None
    up(steps)
    (state,) = steps.states()
    assert decode_state(will[1]).instance == state.instance != b""


def test_states_of_another_machine_on_our_topic_make_attempts_rare_and_reach_the_city(steps: Steps) -> None:
    for _ in range(3):
        up(steps)
        steps.hear("s", encode_state(DeviceState(False, steps.store.epoch, instance=b"stranger")))
        for state in steps.states():
            steps.hear("s", encode_state(state))
        steps.step(CUT)
    assert [event.kind for event in steps.kept()] == ["device.fault"]
    assert steps.link.is_name_shared


def test_a_journal_that_forgot_nothing_says_so_lest_the_city_gives_its_first_event_up(steps: Steps) -> None:
    steps.append(3)
    up(steps)
    assert [state.oldest for state in steps.states()] == [1]
