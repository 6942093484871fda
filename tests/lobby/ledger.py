"""The hall as somebody with a pencil would keep it: a list of tickets, one of print jobs, one of events, no database.

The rules that are pure functions (who is next, how long it takes, which step is allowed) are asked of `kiosk.model`.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kiosk.config import Settings
from kiosk.lobby.views import CallView, CounterView, QueueRow, TicketView
from kiosk.model.paper import PrintState
from kiosk.model.queue import Mix, Waiting, calling_order
from kiosk.model.ticket import IN_HAND, OPEN, State, Step, after
from kiosk.model.token import token_of
from kiosk.model.wait import wait_minutes

DAY = "2026-11-23"


@dataclass
class Entry:
    """One ticket; times are local, `called_seq` and `announced_seq` are places in the journal."""

    id: int
    number: str
    letter: str
    service: str
    priority: str | None
    procedure: str | None
    language: str
    issued_at: datetime
    since: datetime
    state: State = State.WAITING
    counter: int | None = None
    called_at: datetime | None = None
    announced_at: datetime | None = None
    serving_at: datetime | None = None
    ended_at: datetime | None = None
    called_seq: int = 0
    announced_seq: int = 0
    ended_seq: int = 0
    calls: int = 0
    by_post: bool = False
    is_rated: bool = False


@dataclass
class Paper:
    """One print job."""

    id: int
    kind: str
    ticket: int
    state: PrintState = PrintState.QUEUED


@dataclass
class Ledger:
    """A day in a hall."""

    settings: Settings
    now: Callable[[], datetime]
    tickets: list[Entry] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    events: list[tuple[str, dict[str, Any], datetime]] = field(default_factory=list)
    is_out: bool = False

    # --- what happens -----------------------------------------------------------------------------------------------

    def append(self, kind: str, payload: dict[str, Any]) -> int:
        """Note an event and return its seq."""
        self.events.append((kind, payload, self.now()))
        return len(self.events)

    def is_spent(self, letter: str) -> bool:
        """Tell whether a service has no number left."""
        service = self.settings.service(letter)
        assert service is not None
        given = sum(t.letter == letter for t in self.tickets)
        most = service.last_number - service.first_number + 1
        return given >= min(most, most if service.daily_cap is None else service.daily_cap)

    def take(self, letter: str, priority: str | None, procedure: str | None, language: str) -> Entry:
        """Give the next number."""
        service = self.settings.service(letter)
        assert service is not None
        number = f"{letter}{service.first_number + sum(t.letter == letter for t in self.tickets):03d}"
        at = self.now()
        entry = Entry(len(self.tickets) + 1, number, letter, letter, priority, procedure, language, at, at)
        event = {"t": entry.id, "n": number, "day": DAY, "s": letter, "l": language}
        event |= {"g": priority} if priority else {}
        event |= {"p": procedure} if procedure else {}
        self.append("ticket.issued", event)
        self.tickets.append(entry)
        return entry

    def print(self, kind: str, entry: Entry) -> None:
        """Ask for paper."""
        self.papers.append(Paper(len(self.papers) + 1, kind, entry.id))

    def settle(self, entry: Entry, before: Sequence[PrintState], state: PrintState, kinds: str = "slip copy") -> None:
        """Put a ticket's paper from some states into another."""
        for paper in self.papers:
            if paper.ticket == entry.id and paper.state in before and paper.kind in kinds.split():
                paper.state = state

    def call(self, entry: Entry, counter: int) -> None:
        """Call a ticket to a counter."""
        entry.called_seq = entry.announced_seq = self.append("ticket.called", {"t": entry.id, "c": counter})
        entry.state, entry.counter, entry.calls = State.CALLED, counter, 1
        entry.called_at = entry.announced_at = entry.since = self.now()

    def recall(self, entry: Entry) -> None:
        """Call a called one again."""
        after(entry.state, Step.RECALL, entry.number)
        entry.announced_seq = self.append("ticket.recalled", {"t": entry.id, "c": entry.counter})
        entry.announced_at, entry.calls = self.now(), entry.calls + 1

    def step(self, entry: Entry, step: Step, service: str | None = None) -> None:
        """Do any other step."""
        entry.state = after(entry.state, step, entry.number)
        event: dict[str, Any] = {"t": entry.id} | ({"c": entry.counter} if entry.counter is not None else {})
        seq = self.append(step.value, event | ({"s": service} if service else {}))
        entry.since = self.now()
        if entry.state is State.SERVING:
            entry.serving_at = self.now()
        elif entry.state is State.WAITING:
            entry.service, entry.counter, entry.serving_at = service or entry.service, None, None
        elif entry.state not in OPEN:
            entry.ended_at, entry.ended_seq = self.now(), seq
        coming = (PrintState.QUEUED, PrintState.PRINTING)
        if entry.state not in OPEN:
            self.settle(entry, coming, PrintState.DISMISSED)
        elif entry.state is State.SERVING:
            self.settle(entry, coming, PrintState.DISMISSED, "slip")

    # --- what is seen -----------------------------------------------------------------------------------------------

    def latest_called(self) -> list[Entry]:
        """Return the tickets that were announced last, newest first."""
        called = sorted((t for t in self.tickets if t.announced_seq), key=lambda t: -t.announced_seq)
        return called[:20]

    def order(self, services: Sequence[str]) -> list[Entry]:
        """Return who waits for some services, as they will be called."""
        waiting = {t.id: t for t in self.tickets if t.state is State.WAITING and t.service in services}
        lanes = [Waiting(t.id, round(t.issued_at.timestamp() * 1000), bool(t.priority)) for t in waiting.values()]
        by_call = sorted(self.latest_called(), key=lambda t: -t.called_seq)
        policy = self.settings.site.policy
        recent = [bool(t.priority) for t in by_call if t.service in services]
        mix = Mix(policy.priority_run, policy.ordinary_run)
        return [waiting[place.ticket] for place in calling_order(lanes, recent, mix)]

    def waiting(self) -> Tally[str]:
        """Return how many wait, by service."""
        return Tally(t.service for t in self.tickets if t.state is State.WAITING)

    def wait_minutes(self, letter: str, ahead: int) -> int | None:
        """Return the estimated wait."""
        turns: dict[str, list[float]] = {}
        done = sorted((t for t in self.tickets if t.state is State.DONE), key=lambda t: -t.ended_seq)
        for t in done[:60]:
            assert t.called_at is not None
            assert t.ended_at is not None
            turns.setdefault(t.service, []).append((t.ended_at - t.called_at).total_seconds())
        idle = timedelta(minutes=30)
        lately = {t.counter for t in self.latest_called() if t.announced_at and self.now() - t.announced_at < idle}
        busy = lately | {t.counter for t in self.tickets if t.state in IN_HAND}
        counters = [desk.services for desk in self.settings.site.counters if desk.id in busy]
        return wait_minutes(letter, {**self.waiting(), letter: ahead}, turns, counters)

    def row(self, t: Entry) -> QueueRow:
        """Return a ticket as officers see it."""
        service, procedure = self.settings.service(t.service), self.settings.procedure(t.procedure or "")
        assert service is not None
        return QueueRow(
            number=t.number,
            service=t.service,
            service_name=service.name,
            procedure_name=procedure.name if procedure else None,
            priority=t.priority,
            state=t.state.value,
            counter=t.counter,
            language=t.language,
            issued_at=t.issued_at,
            since=t.since,
            called_at=t.called_at,
            serving_at=t.serving_at,
            calls=t.calls,
            by_post=t.by_post,
        )

    def view(self, t: Entry, epoch: bytes) -> TicketView:
        """Return a ticket as its owner sees it."""
        service, procedure = self.settings.service(t.service), self.settings.procedure(t.procedure or "")
        assert service is not None
        ahead = self.order([t.service]).index(t) if t.state is State.WAITING else 0
        token = token_of(epoch, self.settings.site.code, DAY, t.number)
        papers = [paper.state for paper in self.papers if paper.ticket == t.id]
        return TicketView(
            number=t.number,
            service=t.service,
            service_name=service.name,
            procedure_name=procedure.name if procedure else None,
            ready=tuple(procedure.ready) if procedure else (),
            priority=t.priority,
            state=t.state.value,
            day=DAY,
            issued_at=t.issued_at,
            ahead=ahead,
            wait_minutes=self.wait_minutes(t.service, ahead) if t.state is State.WAITING else None,
            counters=tuple(desk.id for desk in self.settings.site.counters if t.service in desk.services),
            language=t.language,
            token=token,
            follow_url=f"http://127.0.0.1:1/t/{token}",
            print_state=papers[-1] if papers else PrintState.NONE,
            by_post=t.by_post,
        )

    def calls(self) -> list[tuple[CallView, bool]]:
        """Return the calls that stand, newest first, and whether each is still unanswered."""
        return [
            (CallView(t.number, t.counter, t.announced_at, t.calls, t.announced_seq), t.state is State.CALLED)
            for t in self.latest_called()
            if t.counter is not None and t.announced_at is not None
        ]

    def help(self) -> tuple[datetime | None, int | None]:
        """Return when somebody asked for help last, and who said that they come."""
        asked: datetime | None = None
        counter: int | None = None
        for kind, payload, at in self.events[-100:]:
            if kind == "help.requested":
                asked, counter = at, None
            elif kind == "help.answered" and asked:
                counter = payload["c"]
        return asked, counter

    def counter(self, seen: CounterView) -> CounterView:
        """Return what a counter's officer should have seen; services and faults are taken as they were seen."""
        (desk,) = (desk for desk in self.settings.site.counters if desk.id == seen.counter)
        in_hand = [self.row(t) for t in self.tickets if t.counter == desk.id and t.state in IN_HAND]
        parked = (t for t in self.tickets if t.state is State.PARKED and t.service in desk.services)
        in_doubt = (paper.ticket for paper in self.papers if paper.state is PrintState.UNCERTAIN)
        asked, coming = self.help()
        return CounterView(
            now=self.now(),
            counter=desk.id,
            services=seen.services,
            active=in_hand[0] if in_hand else None,
            queue=tuple(self.row(t) for t in self.order(desk.services)),
            parked=tuple(self.row(t) for t in parked),
            done_today=sum(t.state is State.DONE and t.counter == desk.id for t in self.tickets),
            pending_events=len(self.events),
            help_requested_at=asked,
            uncertain_slips=tuple(dict.fromkeys(self.tickets[ticket - 1].number for ticket in in_doubt)),
            faults=seen.faults,
            help_counter=coming,
        )
