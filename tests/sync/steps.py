"""The sync process with a link and a clock that the test holds: one step at a time, without broker or thread."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk import config
from kiosk.config import Settings
from kiosk.model.event import Event, HelpRequested
from kiosk.store import journal
from kiosk.store.database import Store
from kiosk.sync import service
from kiosk.sync.service import Sync
from kiosk.wire.batch import decode_batch
from kiosk.wire.line_status import Why
from kiosk.wire.link import Down, LinkEvent, Message, Session, Up
from kiosk.wire.messages import Ack, DeviceState, decode_state, encode_ack
from tests.city.ends import settings_at
from tests.clocks import FakeClock
from tests.databases import look
from tests.healths import health_words

DEVICE = "k00082-1"
NOW_MS = 1_795_420_000_000
CUT = Down(Why.NETWORK, "the connection broke")


class FakeLink:
    """A link to which the test says what arrived, and which keeps what it was handed."""

    def __init__(self, broker: config.Broker, folder: Path, session: Session) -> None:
        self.broker, self.folder, self.session = broker, folder, session
        self.is_open = self.is_closed = self.is_name_shared = False
        self.arrived: list[LinkEvent] = []
        self.sent: list[tuple[str, bytes, int, bool]] = []
        self.unsettled = 0
        self._ring = os.eventfd(1)

    def open(self) -> None:
        """Begin."""
        self.is_open = True

    def close(self) -> None:
        """End; closing twice is fine."""
        if not self.is_closed:
            os.close(self._ring)
        self.is_closed = True

    def fileno(self) -> int:
        """Return a descriptor that is always readable: there is something at each step."""
        return self._ring

    def poll(self) -> list[LinkEvent]:
        """Return what arrived."""
        arrived, self.arrived = self.arrived, []
        return arrived

    def publish(self, topic: str, payload: bytes, *, qos: int, is_retained: bool = False) -> None:
        """Keep a message."""
        self.sent.append((topic, payload, qos, is_retained))


class Steps:
    """One sync process, its store, its link, and the seconds that its own clock shows."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings, self.store = settings, store
        self.now_s = 5_000.0
        self.city_ms = NOW_MS
        self.sync = Sync(settings, store)
        link: Any = self.sync.link
        self.link: FakeLink = link

    def monotonic(self) -> float:
        """Stand for `time.monotonic`."""
        return self.now_s

    def append(self, count: int) -> None:
        """Let something happen in the hall, `count` times."""
        with self.store.write() as tx:
            for _ in range(count):
                tx.append(HelpRequested())

    def step(self, *arrived: LinkEvent, after_s: float = 0.0) -> float:
        """Let the process look at what arrived; return how long it means to sleep."""
        self.now_s += after_s
        self.link.arrived += arrived
        return self.sync.step()

    def hear(self, letter: str, payload: bytes, *, place: str = DEVICE) -> float:
        """Let a message of the city arrive."""
        return self.step(Message(f"{letter}/{place}", payload, False))

    def ack(self, up_to: int, *ranges: tuple[int, int], city_ms: int | None = None) -> float:
        """Let the city confirm, a moment later by its clock than before unless told otherwise."""
        self.city_ms = self.city_ms + 1 if city_ms is None else city_ms
        return self.hear("a", encode_ack(Ack(self.store.epoch, up_to, ranges, self.city_ms)))

    def taken(self, letter: str) -> list[bytes]:
        """Return what was sent on a topic of ours since the last time, and forget it."""
        topic = f"{letter}/{DEVICE}"
        found = [payload for where, payload, _, _ in self.link.sent if where == topic]
        self.link.sent = [message for message in self.link.sent if message[0] != topic]
        return found

    def seqs(self) -> list[list[int]]:
        """Return the seqs of each batch that was sent since the last time."""
        return [[event.seq for event in decode_batch(body).events] for body in self.taken("e")]

    def states(self) -> list[DeviceState]:
        """Return the states that were sent since the last time."""
        return [decode_state(body) for body in self.taken("s")]

    def health(self) -> dict[str, Any]:
        """Return what the process says of itself."""
        return health_words(self.settings.home)["sync"]

    def kept(self) -> Sequence[Event]:
        """Return the first events of the journal."""
        return journal.pending(look(self.store), 0, 100)


@contextmanager
def steps_at(
    root: Path, monkeypatch: pytest.MonkeyPatch, broker: config.Broker | None = None, **changes: object
) -> Iterator[Steps]:
    """Yield a sync process in a hall under `root`, not yet connected; it is 09:00 on a Monday in Hanoi."""
    settings = settings_at(root, broker or config.Broker(host="broker.example"), DEVICE, **changes)
    monkeypatch.setattr(service, "Link", FakeLink)
    store = Store.open(settings.home.database, FakeClock())
    try:
        steps = Steps(settings, store)
        # The one clock that the service reads by itself; the module's name for it only, not everybody's.
        monkeypatch.setattr(service, "time", steps)
        yield steps
        steps.sync.close()
    finally:
        store.close()


def up(steps: Steps) -> Steps:
    """Let the broker in, with everything said that is said then."""
    steps.step(Up(5))
    return steps
