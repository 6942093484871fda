"""The city's end of the line: stores the kiosks' messages and only then acknowledges them; answers questions."""

from __future__ import annotations

import logging
import select
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from kiosk import crypto
from kiosk.city import dossiers, ingest
from kiosk.city.calendar import day_of
from kiosk.city.database import CityDatabase
from kiosk.city.keys import signing_key
from kiosk.city.list_publisher import DayLists
from kiosk.config import Settings
from kiosk.errors import StoreError, WireError
from kiosk.model.health import CityHealth
from kiosk.records import replace
from kiosk.sqlite.transactions import WriteTransaction
from kiosk.wire.batch import Batch, decode_batch
from kiosk.wire.link import Down, Link, Message, Session, Up
from kiosk.wire.messages import Ack, DeviceState, decode_state, encode_ack
from kiosk.wire.requests import WireQuestion, decode_question, encode_answer
from kiosk.wire.topics import ACKS, ANSWERS, BOOKINGS, EVENTS, QUESTIONS, STATE, split_topic, topic_of

log = logging.getLogger(__name__)

_LOOK_S = 1.0
_TOGETHER = 100
"""Messages stored in one transaction: a commit costs one disk sync, whatever its size."""

_MOST_OF_ONE = 32
"""Messages on one topic that one round takes: no kiosk has more in flight, and all others must have their turn."""
_MOST_EVENTS_A_DAY = 1_000_000
"""Events of one device in a day: two years of a busy hall. More are not stored, and stay at the sender."""

_QOS = {EVENTS: 1, STATE: 1, QUESTIONS: 0}

Decoded = Batch | DeviceState | WireQuestion
Known = tuple[Message, str, Batch | DeviceState]
"""A message, its device, and its content."""
_DECODERS: dict[str, Callable[[bytes], Decoded]] = {
    EVENTS: decode_batch,
    STATE: decode_state,
    QUESTIONS: decode_question,
}


class CityLine:
    """The subscriber to all kiosks, and the writer of the database."""

    def __init__(self, settings: Settings, database: CityDatabase) -> None:
        """Prepare the line; `run` connects."""
        broker = settings.kiosk.broker
        self.counts: Counter[str] = Counter()
        """How many messages were `stored`, `answered`, `malformed`, `unstored` or `flooding`.

        The database did not accept an unstored one; the sender of a flooding one sends more than any kiosk can.
        """
        self._events_today: Counter[str] = Counter()
        self._today = ""
        self._database = database
        self._prefix = broker.prefix
        subscriptions = tuple((topic_of(broker.prefix, letter, "+"), qos) for letter, qos in _QOS.items())
        self._link = Link(broker, settings.home.etc, Session(f"city-{settings.kiosk.device}", subscriptions))
        self._trouble: Down | None = None
        self._is_up = False
        key = signing_key(settings.home.var)
        if key is None:
            log.info("no list of bookings is sent: `kiosk city keys` makes the key that signs them")
        self._lists = DayLists(database, partial(crypto.sign, key), self._keep_list) if key is not None else None
        self._look_at_s = 0.0

    def run(self, ended: threading.Event, tell: Callable[[CityHealth], None]) -> None:
        """Serve until `ended` is set; `tell` gets the line's health after each round."""
        self._link.open()
        try:
            while not ended.is_set():
                select.select([self._link], [], [], _LOOK_S)
                self._step()
                self._send_lists(time.monotonic())
                tell(self._health())
        finally:
            self._link.close()

    def _step(self) -> None:
        messages = []
        for event in self._link.poll():
            match event:
                case Up():
                    log.info("connected to the broker")
                    self._is_up, self._trouble, self._look_at_s = True, None, 0.0
                    if self._lists is not None:
                        self._lists.forget_sent()
                case Down(why, detail):
                    if self._is_up or event != self._trouble:
                        log.warning("no line: %s: %s", why, detail)
                    self._is_up, self._trouble = False, event
                case Message():
                    messages.append(event)
        known: list[Known] = []
        heard: Counter[str] = Counter()
        for message in messages:
            heard[message.topic] += 1
            if heard[message.topic] > _MOST_OF_ONE:
                self._drop("flooding", f"more at once on {message.topic} than a kiosk has to say")
                continue
            match self._decoded(message):
                case device, WireQuestion() as question:
                    # Questions first: a visitor waits at the kiosk; storing may take longer.
                    self._answer(device, question)
                case device, Batch() as batch if self._is_beyond_today(device, len(batch.events)):
                    self._drop("flooding", f"{device} says more in a day than a kiosk has to say")
                case device, Batch() | DeviceState() as content:
                    known.append((message, device, content))
        for start in range(0, len(known), _TOGETHER):
            self._take(known[start : start + _TOGETHER])

    def _is_beyond_today(self, device: str, events: int) -> bool:
        """Count a device's events; return whether they exceed a day's limit."""
        today = day_of(datetime.now(UTC))
        if today != self._today:
            self._today = today
            self._events_today.clear()
        self._events_today[device] += events
        return self._events_today[device] > _MOST_EVENTS_A_DAY

    def _answer(self, device: str, question: WireQuestion) -> None:
        now_ms = round(time.time() * 1000)
        try:
            with self._database.read() as snapshot:
                answer = dossiers.answer(snapshot, question, now_ms)
        except StoreError as error:
            log.error("a question of %s is not answered: %s", device, error)
            return
        if answer is not None:
            self._link.publish(topic_of(self._prefix, ANSWERS, device), encode_answer(question.id, answer), qos=0)
            self.counts["answered"] += 1

    def _send_lists(self, now_s: float) -> None:
        """Check the booking lists, which other processes change, for news."""
        if self._lists is None or not self._is_up or now_s < self._look_at_s:
            return
        self._look_at_s = now_s + _LOOK_S
        try:
            self._lists.send_news(datetime.now(UTC))
        except StoreError as error:
            log.error("the lists of bookings cannot be sent: %s", error)

    def _keep_list(self, site: str, body: bytes) -> None:
        self._link.publish(topic_of(self._prefix, BOOKINGS, site), body, qos=1, is_retained=True)

    def _take(self, known: Sequence[Known]) -> None:
        """Store messages in one transaction, then acknowledge them."""
        now_ms = round(time.time() * 1000)
        acks: dict[tuple[str, bytes], Ack] = {}
        try:
            with self._database.write() as tx:
                known = [one for one in known if self._store(tx, one, now_ms)]
                # A retained state arrives when we begin to listen: earlier messages were not received.
                greeted = {device for message, device, _ in known if message.is_retained}
                for _, device, content in known:
                    if isinstance(content, Batch) or content.is_online:
                        ack = ingest.standing(tx, device, content.epoch, now_ms)
                        acks[device, content.epoch] = replace(ack, is_greeting=device in greeted)
        except StoreError as error:
            # Without an acknowledgement the kiosks keep the events and send them again.
            self.counts["unstored"] += len(known)
            log.error("%d messages not stored: %s", len(known), error)
            return
        self.counts["stored"] += len(known)
        for (device, _), ack in acks.items():
            self._link.publish(topic_of(self._prefix, ACKS, device), encode_ack(ack), qos=0)

    def _store(self, tx: WriteTransaction, known: Known, now_ms: int) -> bool:
        """Store one message completely or not at all; return whether it was stored. The others of its batch stay."""
        message, device, content = known
        try:
            with tx.savepoint():
                if isinstance(content, Batch):
                    ingest.store_batch(tx, device, content, now_ms)
                else:
                    ingest.store_state(tx, device, content, now_ms, is_news=not message.is_retained)
        except WireError as error:
            self._drop("unstored", str(error))
        except StoreError as error:
            if not isinstance(error.__cause__, sqlite3.IntegrityError):
                raise  # a fault of the disk or file, not of the message
            self._drop("unstored", f"a message of {device} cannot be stored: {error}")
        except Exception:  # noqa: BLE001 - the top of one message's work: what we did not think of stops nobody else
            self._drop("unstored", f"a message of {device} cannot be stored", exc_info=True)
        else:
            return True
        return False

    def _drop(self, why: str, message: str, *, exc_info: bool = False) -> None:
        """Count a dropped message; log it the 1st, 2nd, 4th, 8th … time, because floods must not flood the log."""
        self.counts[why] += 1
        count = self.counts[why]
        if count & (count - 1) == 0:
            log.warning("%d messages %s so far, this one: %s", count, why, message, exc_info=exc_info)

    def _decoded(self, message: Message) -> tuple[str, Decoded] | None:
        """Return the device and content of a message, or None if it breaks the contract."""
        try:
            place = split_topic(self._prefix, message.topic)
            if place is None:
                raise WireError("its topic ends in no device name")
            letter, device = place
            return device, _DECODERS[letter](message.payload)
        except WireError as error:
            self._drop("malformed", f"{message.topic!r:.80}: {error}")
            return None

    def _health(self) -> CityHealth:
        trouble = self._trouble
        return CityHealth(
            line="online" if self._is_up else "offline",
            why=trouble.why.value if trouble else "",
            detail=trouble.detail if trouble else "",
            **self.counts,
        )
