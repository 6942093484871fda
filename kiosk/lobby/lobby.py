"""The hall's doors and desks: everything a visitor or an officer does, each one transaction with its event.

Seeing is in `looking.py`, the paper in `printing.py`. A change is in the database, synced to disk, before the call
that makes it returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from kiosk.clock import Clock
from kiosk.config import Counter, Service, Settings
from kiosk.errors import CapReachedError, ClosedError, IllegalStepError, UnknownNameError
from kiosk.i18n import chosen
from kiosk.lobby import looking
from kiosk.lobby.hall import Hall
from kiosk.lobby.views import BoardView, CounterView, HallView, QueueRow, TicketView
from kiosk.model.hours import is_open
from kiosk.model.paper import PrintState
from kiosk.model.ticket import State, Step, after, number_text, parse_number
from kiosk.model.time import business_day, local
from kiosk.store import jobs, tickets
from kiosk.store.database import Store, Transaction
from kiosk.store.doorbell import Doorbell
from kiosk.store.jobs import JobKind
from kiosk.store.journal import Value
from kiosk.store.tickets import NewTicket, Series, TicketRow

_JOURNAL_KEPT = timedelta(days=30)
"""How long events stay after the city has stored them, so that a city restored from backup can ask again."""


class Lobby:
    """One hall, as one process sees it. One thread uses it.

    Made by itself, it opens its database when first asked for something, and tries again after it could not: so a
    screen comes up, and says what is wrong, even while the database is damaged.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self._clock = clock
        self._store: Store | None = None

    @classmethod
    def open(cls, settings: Settings, clock: Clock | None = None) -> Lobby:
        """Open the hall and its database at once.

        Raises:
            StoreError: it cannot be opened; `CorruptError` when it is damaged.
        """
        lobby = cls(settings, clock)
        lobby._store = Store.open(settings.home.database, clock)
        return lobby

    @property
    def store(self) -> Store:
        """The database, opened now if it is not yet.

        Raises:
            StoreError: it cannot be opened.
        """
        if self._store is None:
            self._store = Store.open(self.settings.home.database, self._clock)
        return self._store

    def close(self) -> None:
        """Close the database; closing twice is fine."""
        if self._store is not None:
            self._store.close()

    def doorbell(self) -> Doorbell:
        """Return a bell that rings after every change, whichever process made it. Close it when done."""
        return Doorbell(self.settings.home.database)

    # --- what faces see -------------------------------------------------------------------------------------------

    def hall(self) -> HallView:
        """Return the hall for the welcome and service screens."""
        return looking.hall(self.settings, self.store)

    def board(self) -> BoardView:
        """Return the board."""
        return looking.board(self.settings, self.store)

    def counter(self, counter: int) -> CounterView:
        """Return one counter with its queue.

        Raises:
            UnknownNameError: the site has no such counter.
        """
        return looking.counter(self.settings, self.store, self._counter(counter))

    def ticket(self, number: str) -> TicketView:
        """Return a ticket of today by its number.

        Raises:
            UnknownNameError: no such number was given today.
        """
        now = self.store.now()
        with self.store.read() as connection:
            day = business_day(now, self.settings.site.timezone, looking.last_day(connection))
            found = self._find(day, number)
        return self.view_of(found)

    def view_of(self, ticket: TicketRow) -> TicketView:
        """Return a ticket of any day as its owner sees it."""
        return looking.ticket(self.settings, self.store, ticket)

    def tickets(self) -> tuple[QueueRow, ...]:
        """Return all tickets of today in the order they were taken."""
        return looking.tickets_of_today(self.settings, self.store)

    # --- visitors -------------------------------------------------------------------------------------------------

    def take(
        self,
        letter: str,
        *,
        priority: str | None = None,
        procedure: str | None = None,
        language: str = "vi",
        print_slip: bool = True,
    ) -> TicketView:
        """Give the next number of a service; it is safe on disk when this returns.

        Raises:
            UnknownNameError: no such service, priority group, procedure or language.
            ClosedError: outside opening hours.
            CapReachedError: the service has given all its numbers for today.
            FullError: no space is left; nothing was changed.
        """
        service = self._service(letter)
        self._check_choices(service, priority, procedure, language)
        with self._change() as (tx, day):
            self._check_open(tx)
            number = self._next_number(tx, day, service)
            new = NewTicket(*self._series(day, letter), number, priority, procedure, language, tx.now_ms)
            ticket = tickets.insert(tx.connection, new)
            text = number_text(letter, number)
            event: dict[str, Value] = {"t": ticket, "n": text, "day": day, "s": letter, "l": language}
            event |= {"g": priority} if priority else {}
            event |= {"p": procedure} if procedure else {}
            tx.append("ticket.issued", event)
            if print_slip and self.settings.kiosk.printer.driver != "none":
                jobs.enqueue(tx.connection, JobKind.SLIP, ticket, tx.now_ms)
        return self.ticket(text)

    def cancel(self, number: str) -> TicketView:
        """Give a number back: its visitor will not come."""
        return self._step(number, Step.CANCEL)

    def reprint(self, number: str) -> TicketView:
        """Print a slip once more, marked as a copy.

        Raises:
            UnknownNameError: no such number was given today.
        """
        with self._change() as (tx, day):
            found = self._find(day, number)
            jobs.settle_uncertain(tx.connection, found.id, PrintState.DISMISSED, "a copy was asked for", tx.now_ms)
            jobs.enqueue(tx.connection, JobKind.COPY, found.id, tx.now_ms)
            tx.append("ticket.reprinted", {"t": found.id})
        return self.ticket(number)

    def confirm_slip(self, number: str) -> None:
        """Note that a person has seen the slip of which the printer could not say whether it came out."""
        with self._change() as (tx, day):
            ticket = self._find(day, number).id
            jobs.settle_uncertain(tx.connection, ticket, PrintState.PRINTED, "a person has seen it", tx.now_ms)

    def dismiss_slip(self, number: str) -> None:
        """Drop the paper that still waits for a ticket: the visitor has the number on a photograph."""
        with self._change() as (tx, day):
            jobs.dismiss_queued(tx.connection, self._find(day, number).id, tx.now_ms)

    def request_help(self) -> None:
        """Note that a visitor asks for somebody to come."""
        with self._change() as (tx, _):
            tx.append("help.requested", {})

    # --- officers -------------------------------------------------------------------------------------------------

    def call_next(self, counter: int) -> TicketView | None:
        """Call the next ticket to a counter, or return None when nobody waits for its services.

        Raises:
            UnknownNameError: the site has no such counter.
            IllegalStepError: the counter still has a ticket in hand.
        """
        desk = self._counter(counter)
        with self._change() as (tx, day):
            hall = Hall.read(tx.connection, self.settings, day, tx.now_ms)
            busy = hall.in_hand(counter)
            if busy:
                raise IllegalStepError(f"counter {counter} still has {busy.text} ({busy.state}): finish it first")
            queue = hall.order(desk.services)
            if not queue:
                return None
            chosen_ticket = queue[0]
            tickets.update(
                tx.connection,
                chosen_ticket.id,
                state=after(chosen_ticket.state, Step.CALL, chosen_ticket.text),
                counter=counter,
                called_ms=tx.now_ms,
                announced_ms=tx.now_ms,
                since_ms=tx.now_ms,
                calls=1,
            )
            tx.append(Step.CALL, {"t": chosen_ticket.id, "c": counter})
        return self.ticket(chosen_ticket.text)

    def recall(self, number: str) -> TicketView:
        """Announce a called ticket once more."""
        with self._change() as (tx, day):
            found = self._find(day, number)
            after(found.state, Step.RECALL, found.text)
            tickets.update(tx.connection, found.id, announced_ms=tx.now_ms, calls=found.calls + 1)
            tx.append(Step.RECALL, {"t": found.id, "c": found.counter})
        return self.ticket(number)

    def serve(self, number: str) -> TicketView:
        """Start serving: the visitor stands at the counter."""
        return self._step(number, Step.SERVE)

    def done(self, number: str) -> TicketView:
        """Finish a ticket that is being served."""
        return self._step(number, Step.DONE)

    def no_show(self, number: str) -> TicketView:
        """Note that nobody came when called."""
        return self._step(number, Step.NO_SHOW)

    def park(self, number: str) -> TicketView:
        """Set a ticket aside: its visitor has something to fetch."""
        return self._step(number, Step.PARK)

    def resume(self, number: str) -> TicketView:
        """Put a parked ticket back into its queue, at the place its arrival gives it."""
        return self._step(number, Step.RESUME)

    def transfer(self, number: str, letter: str) -> TicketView:
        """Send a ticket to another service's queue; it keeps its number and its arrival."""
        return self._step(number, Step.TRANSFER, service=self._service(letter).letter)

    # --- inside ---------------------------------------------------------------------------------------------------

    @contextmanager
    def _change(self) -> Iterator[tuple[Transaction, str]]:
        """Open a transaction on the right business day, turning the page first when a new one has begun."""
        with self.store.write() as tx:
            before = looking.last_day(tx.connection)
            day = business_day(tx.now, self.settings.site.timezone, before)
            if day != before:
                self._turn_page(tx, before, day)
            yield tx, day

    def _turn_page(self, tx: Transaction, before: str, day: str) -> None:
        """End the old day: what is still open expires; then open the new one."""
        for ticket in tickets.still_open(tx.connection, before):
            tickets.update(tx.connection, ticket.id, state=State.EXPIRED, ended_ms=tx.now_ms)
            tx.append(Step.EXPIRE, {"t": ticket.id})
        if before:
            tx.append("day.closed", {"day": before})
        tx.append("day.opened", {"day": day, "site": self.settings.site.code})
        tx.execute("INSERT OR REPLACE INTO meta VALUES ('day', ?)", [day])
        self.store.journal.prune(tx.now_ms - int(_JOURNAL_KEPT.total_seconds() * 1000))

    def _step(self, number: str, step: Step, *, service: str | None = None) -> TicketView:
        with self._change() as (tx, day):
            found = self._find(day, number)
            state = after(found.state, step, found.text)
            columns: dict[str, int | str | None] = {"state": state, "since_ms": tx.now_ms}
            if state is State.SERVING:
                columns["serving_ms"] = tx.now_ms
            elif state is State.WAITING:
                columns |= {"service": service or found.service, "counter": None, "serving_ms": None}
            elif state is not State.PARKED:
                columns["ended_ms"] = tx.now_ms
            tickets.update(tx.connection, found.id, **columns)
            event: dict[str, Value] = {"t": found.id}
            if found.counter is not None:
                event["c"] = found.counter
            if service is not None:
                event["s"] = service
            tx.append(step, event)
        return self.ticket(number)

    def _find(self, day: str, number: str) -> TicketRow:
        parsed = parse_number(number)
        key = (self.settings.site.code, day, *parsed) if parsed else None
        found = tickets.find(self.store.connection, key) if key else None
        if found is None:
            hint = "" if parsed else "; a number looks like A001"
            raise UnknownNameError("ticket of today", number + hint)
        return found

    def _next_number(self, tx: Transaction, day: str, service: Service) -> int:
        number = tickets.next_number(tx.connection, self._series(day, service.letter), service.first_number)
        cap = service.daily_cap
        is_capped = cap is not None and tickets.given(tx.connection, day, service.letter) >= cap
        if is_capped or number > service.last_number:
            name = chosen(service.name, "en")
            raise CapReachedError(f"service {service.letter} ({name}) has given all its numbers for {day}")
        return number

    def _series(self, day: str, letter: str) -> Series:
        return self.settings.site.code, self.settings.kiosk.device, day, letter

    def _check_open(self, tx: Transaction) -> None:
        site = self.settings.site
        if not is_open(local(tx.now.utc, site.timezone), site.hours.of):
            raise ClosedError(f"the hall is closed now: {chosen(site.hours.closed, 'en')}")

    def _check_choices(self, service: Service, priority: str | None, procedure: str | None, language: str) -> None:
        groups = tuple(group.code for group in self.settings.site.priority_groups)
        if priority is not None and priority not in groups:
            raise UnknownNameError("priority group", priority, groups)
        known = tuple(p.code for p in self.settings.procedures if p.service == service.letter)
        if procedure is not None and procedure not in known:
            raise UnknownNameError(f"procedure of service {service.letter}", procedure, known)
        if language not in self.settings.site.languages:
            raise UnknownNameError("language", language, tuple(self.settings.site.languages))

    def _service(self, letter: str) -> Service:
        service = self.settings.service(letter)
        if service is None:
            raise UnknownNameError("service", letter, tuple(s.letter for s in self.settings.site.services))
        return service

    def _counter(self, counter: int) -> Counter:
        desk = self.settings.counter(counter)
        if desk is None:
            raise UnknownNameError("counter", str(counter), tuple(str(c.id) for c in self.settings.site.counters))
        return desk
