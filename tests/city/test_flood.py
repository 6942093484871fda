"""The city's line under kiosks that say too much, or what nobody thought of: the others are heard all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk import config
from kiosk.city import ingest, line
from kiosk.city.database import CityDatabase
from kiosk.city.line import CityLine
from kiosk.sqlite.transactions import WriteTransaction
from kiosk.wire.batch import Batch, encode_batch
from kiosk.wire.link import LinkEvent, Message
from kiosk.wire.messages import decode_ack
from tests.city.ends import settings_at
from tests.city.stories import EPOCH, event, opened


class FakeLink:
    """A link that was handed messages by the test, and keeps what is published."""

    def __init__(self) -> None:
        self.arrived: list[LinkEvent] = []
        self.sent: dict[str, list[bytes]] = {}

    def poll(self) -> list[LinkEvent]:
        """Return what arrived."""
        arrived, self.arrived = self.arrived, []
        return arrived

    def publish(self, topic: str, payload: bytes, *, qos: int, is_retained: bool = False) -> None:
        """Keep a message."""
        self.sent.setdefault(topic, []).append(payload)


class Talk:
    """The line of a city whose link the test holds."""

    def __init__(self, root: Path, database: CityDatabase) -> None:
        self.line = CityLine(settings_at(root, config.Broker()), database)
        self.link = FakeLink()
        vars(self.line)["_link"] = self.link

    def say(self, device: str, *seqs: int) -> None:
        """Let batches of one event arrive."""
        for seq in seqs:
            said = opened() if seq == 1 else event(seq, "help.requested")
            self.link.arrived.append(Message(f"e/{device}", encode_batch(Batch(EPOCH, (said,))), False))

    def acked(self, device: str) -> int:
        """Return how far the city has acknowledged."""
        return max((decode_ack(body).up_to for body in self.link.sent.get(f"a/{device}", ())), default=0)

    def step(self) -> None:
        """Let the line work."""
        self.line._step()


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    with closing(CityDatabase.open(tmp_path / "city.db")) as database:
        yield Talk(tmp_path, database)


def test_a_kiosk_that_floods_the_line_is_cut_short_and_all_others_are_heard(talk: Talk) -> None:
    talk.say("k00070-1", *range(1, 1001))
    talk.say("k00082-1", 1, 2)
    talk.step()
    assert talk.acked("k00082-1") == 2
    assert talk.acked("k00070-1") == line._MOST_OF_ONE
    assert talk.line.counts["flooding"] == 1000 - line._MOST_OF_ONE


def test_what_was_cut_off_comes_again_and_is_stored(talk: Talk) -> None:
    talk.say("k00070-1", *range(1, 101))
    talk.step()
    talk.say("k00070-1", *range(line._MOST_OF_ONE + 1, 60))
    talk.step()
    assert talk.acked("k00070-1") == 59


def test_a_kiosk_that_says_more_in_a_day_than_a_hall_can_is_not_answered(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "_MOST_EVENTS_A_DAY", 3)
    talk.say("k00070-1", 1, 2, 3, 4, 5)
    talk.say("k00082-1", 1)
    talk.step()
    assert (talk.acked("k00070-1"), talk.acked("k00082-1")) == (3, 1)


def test_a_message_that_nobody_thought_of_stops_its_own_kiosk_only(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = ingest.store_batch

    def stumble(tx: WriteTransaction, device: str, batch: Batch, now_ms: int) -> None:
        whole(tx, device, batch, now_ms)
        if device == "k00070-1":
            raise KeyError("nobody thought of this")

    monkeypatch.setattr(ingest, "store_batch", stumble)
    talk.say("k00070-1", 1)
    talk.say("k00082-1", 1, 2)
    talk.step()
    assert (talk.acked("k00070-1"), talk.acked("k00082-1")) == (0, 2)
    assert caplog.records[-1].exc_info
    monkeypatch.undo()
    talk.say("k00070-1", 1)
    talk.step()
    assert talk.acked("k00070-1") == 1
