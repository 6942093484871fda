"""The connection of one journal: sends events and questions to the city, and stores what the city sends."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from kiosk import __version__
from kiosk.config import Settings
from kiosk.errors import FullError, WireError
from kiosk.model.event import Event, Value
from kiosk.model.health import PrinterHealth, SyncHealth
from kiosk.store import journal, meta
from kiosk.store.database import Store
from kiosk.store.health import Health, ProcessState, read_health
from kiosk.sync.booking_lists import BookingLists
from kiosk.sync.duplicate_name import DuplicateName
from kiosk.sync.questions import AskedQuestions
from kiosk.sync.send_window import MAX_FLIGHTS, Run, Window
from kiosk.wire.batch import fit_batch
from kiosk.wire.line_status import Why
from kiosk.wire.link import Down, Link, LinkEvent, Message, Rejected, Session, Up
from kiosk.wire.messages import Ack, DeviceState, decode_ack, decode_state, encode_state
from kiosk.wire.topics import ACKS, ANSWERS, BOOKINGS, EVENTS, QUESTIONS, STATE, split_topic, topic_of

log = logging.getLogger(__name__)

_LOOK_S = 1.0
"""The longest sleep; the watchdog and `stop` wait for it."""
_HEALTH_S = 10.0
"""How often the health of the other processes is read for the state message."""
_COMPLAINT_S = 60.0
"""How often one kind of malformed message is logged."""
_PROCESSES = ("screen", "board", "counter", "printer")
_WORD_CHARS = 24


class Sync:
    """One journal and its connection."""

    def __init__(self, settings: Settings, store: Store) -> None:
        """Begin to connect, if a broker is configured."""
        self._settings = settings
        self._store = store
        self._device = settings.kiosk.device
        self._prefix = settings.kiosk.broker.prefix
        with store.read() as snapshot:
            self._kept_mark = journal.acked(snapshot)
        self._window = Window(store.epoch, self._kept_mark)
        self._trouble: Down | Rejected | None = Down(Why.NETWORK, "not connected yet")
        self._is_up = False
        self._last_ack_at: datetime | None = None
        self._health = Health(settings.home, "sync")
        self._told_short: dict[str, Value] = {}
        self._look_at_s = 0.0
        self._complaints: dict[str, float] = {}
        self._lists = BookingLists(settings, store)
        self._duplicate = DuplicateName(store)
        self._asked = AskedQuestions(store, self._send_question)
        self.link = Link(settings.kiosk.broker, settings.home.etc, self._session())
        if settings.kiosk.broker.host:
            self.link.open()
        else:
            self._trouble = Down(Why.SETTINGS, "broker.host is empty: this kiosk has no line")

    def close(self) -> None:
        """Publish the offline state, and end the connection."""
        if self._is_up:
            self._publish_state(is_online=False)
        self.link.close()
        self._trouble, self._is_up = Down(Why.NETWORK, "stopped"), False
        self._tell()
        self._health.close()

    def step(self) -> float:
        """Do what is due and return how many seconds may pass before the next step, if nothing happens."""
        now_s = time.monotonic()
        for event in self.link.poll():
            self._take(event, now_s)
        self._keep_mark()
        self._keep(self._lists.settle)
        self._keep(lambda: self._duplicate.settle(now_s))
        self.link.is_name_shared = self._duplicate.is_found
        if self._is_up:
            self._keep(self._asked.send)
            self._send(now_s)
            self._refresh_state(now_s)
        self._tell()
        deadline = self._window.deadline()
        return _LOOK_S if deadline is None else min(_LOOK_S, max(0.0, deadline - now_s))

    def _take(self, event: LinkEvent, now_s: float) -> None:
        match event:
            case Up(protocol):
                log.info(
                    "connected to %s, MQTT %s", self._settings.kiosk.broker.host, "5" if protocol == 5 else "3.1.1"
                )
                self._is_up, self._trouble = True, None
                self._duplicate.up(now_s)
                self._publish_state(is_online=True)
            case Down(why, detail):
                if self._is_up or event != self._trouble:
                    log.warning("no line: %s: %s", why, detail)
                self._is_up, self._trouble = False, event
                self._window.line_lost()
                self._duplicate.down(why)
            case Rejected(why, detail):
                self._complain(why, detail, now_s)
                self._trouble = event
            case Message(topic, payload, _):
                try:
                    self._take_message(topic, payload, now_s)
                except WireError as error:
                    self._complain(topic, f"{topic}: {error}", now_s)

    def _take_message(self, topic: str, payload: bytes, now_s: float) -> None:
        place = split_topic(self._prefix, topic)
        letter = place[0] if place else ""
        if letter == BOOKINGS:
            self._lists.take(payload)
        elif letter == ANSWERS:
            self._keep(lambda: self._asked.take(payload))
        elif letter == STATE:
            self._duplicate.state_seen(decode_state(payload))
        else:
            self._take_ack(decode_ack(payload), now_s)

    def _take_ack(self, ack: Ack, now_s: float) -> None:
        if not self._window.acknowledged(ack, self._last_seq(), now_s):
            if self._window.is_city_ahead:
                self._complain("ahead", f"the city has our events up to {ack.up_to}: is this card a copy?", now_s)
            return
        self._trouble = None
        self._last_ack_at = datetime.now(UTC)
        self._confirm_time(ack)

    def _confirm_time(self, ack: Ack) -> None:
        on_its_way = timedelta(seconds=(self._window.round_trip_s or 0.0) / 2)
        city_utc = datetime.fromtimestamp(ack.city_ms / 1000, UTC) + on_its_way
        self._keep(lambda: self._store.confirm_time(city_utc))

    def _keep_mark(self) -> None:
        """Store the acknowledged position; if the disk is full, a later step tries again."""
        if self._window.mark != self._kept_mark:
            self._keep(self._write_mark)

    def _write_mark(self) -> None:
        with self._store.write() as tx:
            journal.acknowledge(tx, self._window.mark)
        self._kept_mark = self._window.mark

    def _keep(self, write: Callable[[], None]) -> None:
        """Write to the store. A full disk is logged, and events are still sent to the city."""
        try:
            write()
        except FullError as error:
            self._complain("disk", str(error), time.monotonic())

    def _session(self) -> Session:
        """Return our name on the line, the required topics and the optional ones."""
        device, keys = self._device, self._settings.site.city_keys.booking
        state_topic = topic_of(self._prefix, STATE, device)
        offline = DeviceState(False, self._window.epoch, instance=self._duplicate.instance)
        wished = [(topic_of(self._prefix, ANSWERS, device), 0), (state_topic, 0)]
        if keys:  # an unverifiable list is useless: do not fetch it
            wished.append((topic_of(self._prefix, BOOKINGS, self._settings.site.code), 1))
        return Session(
            device, ((topic_of(self._prefix, ACKS, device), 0),), (state_topic, encode_state(offline)), tuple(wished)
        )

    def _send_question(self, body: bytes) -> None:
        self.link.publish(topic_of(self._prefix, QUESTIONS, self._device), body, qos=0)

    def _send(self, now_s: float) -> None:
        epoch, last_seq = self._window.epoch, self._last_seq()
        # If more than the window is unconfirmed, the broker is slow, and paho would only queue more.
        while self.link.unsettled <= MAX_FLIGHTS and (run := self._window.due(last_seq, now_s)):
            events = self._events(run)
            if not events or events[0].seq != run.first:
                self._window.forgotten(events[0].seq - 1 if events else run.last)
                continue
            body, count = fit_batch(epoch, events)
            self.link.publish(topic_of(self._prefix, EVENTS, self._device), body, qos=1)
            self._window.sent(Run(run.first, run.first + count - 1), now_s)

    def _last_seq(self) -> int:
        with self._store.read() as snapshot:
            return journal.last_seq(snapshot)

    def _events(self, run: Run) -> list[Event]:
        with self._store.read() as snapshot:
            return journal.pending(snapshot, run.first - 1, run.last - run.first + 1)

    def _publish_state(self, *, is_online: bool) -> None:
        with self._store.read() as snapshot:
            oldest = next((event.seq for event in journal.pending(snapshot, 0, 1)), journal.last_seq(snapshot) + 1)
        self._told_short = self._short_health()
        instance = self._duplicate.instance
        state = DeviceState(is_online, self._window.epoch, oldest, __version__, self._told_short, instance)
        topic = topic_of(self._prefix, STATE, self._device)
        self.link.publish(topic, encode_state(state), qos=1, is_retained=True)

    def _refresh_state(self, now_s: float) -> None:
        if now_s >= self._look_at_s:
            self._look_at_s = now_s + _HEALTH_S
            if self._short_health() != self._told_short:
                self._publish_state(is_online=True)

    def _short_health(self) -> dict[str, Value]:
        """Return one word for each process that ever ran, and for each device that is not well.

        The word of a process is its `status`, `ok`, `unknown` or `stopped`; that of a device is its last status in the
        journal.
        """
        with self._store.read() as snapshot:
            words: dict[str, Value] = {name: word[:_WORD_CHARS] for name, word in meta.troubles(snapshot).items()}
        for process, state in read_health(self._settings.home).states.items():
            if process in _PROCESSES:
                words[process] = _word(state)[:_WORD_CHARS]
        return words

    def _tell(self) -> None:
        """Write our health."""
        trouble = self._trouble
        if trouble is None and self._window.is_unanswered:
            trouble = Down(Why.CITY_SILENT, "the broker is there, the city does not answer")
        health = SyncHealth(
            line="offline" if trouble else "online",
            why=trouble.why.value if trouble else "",
            detail=trouble.detail if trouble else "",
            pending=self._last_seq() - self._kept_mark,
            acked=self._kept_mark,
            last_ack_at=self._last_ack_at.isoformat(timespec="seconds") if self._last_ack_at else None,
            is_city_ahead=self._window.is_city_ahead,
        )
        self._health.tell(health)

    def _complain(self, kind: str, message: str, now_s: float) -> None:
        """Log a message of one kind, at most once a minute."""
        if now_s >= self._complaints.get(kind, now_s):
            self._complaints[kind] = now_s + _COMPLAINT_S
            log.warning("%s", message)


def _word(state: ProcessState) -> str:
    if not state.is_running:
        return "stopped"
    if not state.is_current:
        return "unknown"
    return state.health.status if isinstance(state.health, PrinterHealth) else "ok"
