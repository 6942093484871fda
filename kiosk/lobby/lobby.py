"""The lobby: every action of visitors and officers, each one transaction with its event.

Views are in `queries.py`. A change is in the database and synced to disk before its method returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.clock import Clock
from kiosk.config import Counter, Settings
from kiosk.errors import IllegalStepError, UnknownNameError
from kiosk.lobby import queries
from kiosk.lobby.context import Context
from kiosk.lobby.hall import Hall
from kiosk.lobby.issuing import Wish, issue, service_of
from kiosk.lobby.lazy_services import LazyServices
from kiosk.lobby.ticket_views import QueueRow, TicketView
from kiosk.model.event import (
    STEPS,
    DeviceCleared,
    DeviceFault,
    TicketCalled,
    TicketPost,
    TicketRecalled,
    TicketReprinted,
    TicketTransferred,
    WaterPoured,
)
from kiosk.model.health import ProcessHealth
from kiosk.model.paper import PrintState
from kiosk.model.ticket import OPEN, State, Step, after
from kiosk.model.token import token_of
from kiosk.store import jobs, meta, tickets
from kiosk.store.database import Store, Transaction
from kiosk.store.health import Health, health_file
from kiosk.store.jobs import JobKind
from kiosk.store.tickets import TicketRow

if TYPE_CHECKING:
    from kiosk.lobby.views import BoardView, CounterView, HallView
    from kiosk.store.doorbell import Doorbell


class Lobby(LazyServices):
    """One hall in one process. One thread uses it.

    The constructor opens nothing: the database is opened on first use, and again after a failure. So a screen starts
    and shows the fault while the database is damaged.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        super().__init__(Context(settings, clock))
        self._healths: dict[str, Health] = {}

    @classmethod
    def open(cls, settings: Settings, clock: Clock | None = None) -> Lobby:
        """Open the hall and its database at once.

        Raises:
            StoreError: it cannot be opened; `CorruptError` when it is damaged.
        """
        lobby = cls(settings, clock)
        _ = lobby.store  # opened on first use
        return lobby

    @property
    def store(self) -> Store:
        """The database.

        Raises:
            StoreError: it cannot be opened.
        """
        return self.context.store

    def close(self) -> None:
        """Close the database and the health files; closing twice is fine."""
        self.guide.close()
        self.context.close()
        for health in self._healths.values():
            health.close()

    def doorbell(self) -> Doorbell:
        """Return a bell that rings after every change by any process; close it when done.

        It also rings when the printer's status changes, so that a screen shows that at once.
        """
        from kiosk.store.doorbell import Doorbell

        return Doorbell(self.settings.home.database, health_file(self.settings.home, "printer"))

    def keep_day(self) -> None:
        """Close the old day after a new one has begun, even if nobody comes; `Context.keep_day` says when."""
        self.context.keep_day()

    # --- what faces see -------------------------------------------------------------------------------------------

    def hall(self) -> HallView:
        """Return the hall for the welcome and service screens."""
        return queries.hall(self.settings, self.store)

    def board(self) -> BoardView:
        """Return the board."""
        return queries.board(self.settings, self.store)

    def counter(self, counter: int) -> CounterView:
        """Return one counter with its queue.

        Raises:
            UnknownNameError: the site has no such counter.
        """
        return queries.counter(self.settings, self.store, self._counter(counter))

    def ticket(self, number: str) -> TicketView:
        """Return a ticket of today by its number.

        Raises:
            UnknownNameError: no such number was given today.
        """
        with self.store.read() as snapshot:
            return self.view_of(self.context.find(snapshot, self.context.today(), number))

    def view_of(self, ticket: TicketRow) -> TicketView:
        """Return a ticket of any day as its owner sees it."""
        return queries.ticket(self.settings, self.store, ticket)

    def tickets(self) -> tuple[QueueRow, ...]:
        """Return all tickets of today in the order they were taken."""
        return queries.tickets_of_today(self.settings, self.store)

    def find_by_token(self, token: str) -> TicketView | None:
        """Return the ticket of today whose slip shows this token, or None when there is none."""
        epoch, site = self.store.epoch, self.settings.site.code
        with self.store.read() as snapshot:
            of_today = tickets.of_day(snapshot, self.context.today())
        found = next((t for t in of_today if token_of(epoch, site, t.day, t.text) == token), None)
        return self.view_of(found) if found is not None else None

    # --- visitors -------------------------------------------------------------------------------------------------

    def take(
        self,
        letter: str,
        *,
        priority: str | None = None,
        procedure: str | None = None,
        language: str = "vi",
        print_slip: bool = True,
        person: bytes | None = None,
        sealed: bytes | None = None,
    ) -> TicketView:
        """Issue the next number of a service; it is on disk when this returns.


        Args:
            person: the digest of who showed a card; the ward's limits are then held to.
            sealed: the box with what that person agreed to send to the city.
        Raises:
            UnknownNameError: no such service, priority group, procedure or language.
            ClosedError: outside opening hours, or out of service.
            LimitError: the person has taken what the ward's rules allow today.
            CapReachedError: the service has given all its numbers for today.
            FullError: no space is left; nothing was changed.
        """
        wish = Wish(
            letter,
            language,
            priority=priority,
            procedure=procedure,
            has_paper=print_slip,
            person=person,
            sealed=sealed,
        )
        with self.context.change() as (tx, day):
            return self._made(tx, issue(self.context, tx, day, wish).id)

    def note_post(self, number: str, is_by_post: bool) -> None:
        """Record whether a visitor wants the result by post."""
        with self.context.change() as (tx, day):
            found = self.context.find(tx, day, number)
            if found.by_post is not is_by_post:
                tickets.update(tx, found, by_post=int(is_by_post))
                tx.append(TicketPost(found.id, is_by_post))

    def cancel(self, number: str) -> TicketView:
        """Cancel a number: its visitor will not come."""
        return self._step(number, Step.CANCEL)

    def reprint(self, number: str) -> TicketView:
        """Print a slip once more, marked as a copy.

        Raises:
            UnknownNameError: no such number was given today.
        """
        with self.context.change() as (tx, day):
            found = self.context.find(tx, day, number)
            jobs.settle_uncertain(tx, found.id, PrintState.DISMISSED, "a copy was asked for", tx.now_ms)
            jobs.enqueue(tx, JobKind.COPY, found.id, tx.now_ms)
            tx.append(TicketReprinted(found.id))
            return self._made(tx, found.id)

    def confirm_slip(self, number: str) -> None:
        """Record that a person has seen a slip that the printer did not confirm."""
        with self.context.change() as (tx, day):
            ticket = self.context.find(tx, day, number).id
            jobs.settle_uncertain(tx, ticket, PrintState.PRINTED, "a person has seen it", tx.now_ms)

    def dismiss_slip(self, number: str) -> None:
        """Cancel the queued slip of a ticket: the visitor has photographed the number."""
        with self.context.change() as (tx, day):
            jobs.dismiss(tx, self.context.find(tx, day, number).id, "not waited for", now_ms=tx.now_ms)

    # --- officers -------------------------------------------------------------------------------------------------

    def call_next(self, counter: int) -> TicketView | None:
        """Call the next ticket to a counter, or return None when nobody waits for its services.

        Raises:
            UnknownNameError: the site has no such counter.
            IllegalStepError: the counter still has a ticket in hand.
        """
        desk = self._counter(counter)
        with self.context.change() as (tx, day):
            hall = Hall.read(tx, self.settings, day, tx.now_ms)
            busy = hall.in_hand(counter)
            if busy:
                raise IllegalStepError(f"counter {counter} still has {busy.text} ({busy.state}): finish it first")
            queue = hall.order(desk.services)
            if not queue:
                return None
            chosen_ticket = queue[0]
            seq = tx.append(TicketCalled(chosen_ticket.id, counter))
            tickets.update(
                tx,
                chosen_ticket,
                state=after(chosen_ticket.state, Step.CALL, chosen_ticket.text),
                counter=counter,
                called_ms=tx.now_ms,
                announced_ms=tx.now_ms,
                since_ms=tx.now_ms,
                called_seq=seq,
                announced_seq=seq,
                calls=1,
            )
            return self._made(tx, chosen_ticket.id)

    def recall(self, number: str) -> TicketView:
        """Announce a called ticket once more."""
        with self.context.change() as (tx, day):
            found = self.context.find(tx, day, number)
            after(found.state, Step.RECALL, found.text)
            seq = tx.append(TicketRecalled(found.id, found.counter))
            tickets.update(tx, found, announced_ms=tx.now_ms, announced_seq=seq, calls=found.calls + 1)
            return self._made(tx, found.id)

    def serve(self, number: str) -> TicketView:
        """Start serving: the visitor stands at the counter."""
        return self._step(number, Step.SERVE)

    def done(self, number: str) -> TicketView:
        """Finish a ticket that is being served."""
        return self._step(number, Step.DONE)

    def no_show(self, number: str) -> TicketView:
        """Record that nobody came when the ticket was called."""
        return self._step(number, Step.NO_SHOW)

    def park(self, number: str) -> TicketView:
        """Set a ticket aside: its visitor must fetch something."""
        return self._step(number, Step.PARK)

    def resume(self, number: str) -> TicketView:
        """Return a parked ticket to its queue, at the place of its arrival."""
        return self._step(number, Step.RESUME)

    def transfer(self, number: str, letter: str) -> TicketView:
        """Move a ticket to another service's queue; it keeps its number and its arrival."""
        return self._step(number, Step.TRANSFER, service=service_of(self.settings, letter).letter)

    # --- the kiosk itself -----------------------------------------------------------------------------------------

    def set_in_service(self, is_in: bool, reason: str = "") -> None:
        """Take this kiosk out of service, so that it shows only that, or put it back.


        Args:
            reason: for technicians and the city; it is not shown to visitors.
        """
        with self.context.change() as (tx, _):
            if is_in is (meta.out_of_service(tx) is None):
                return
            if is_in:
                meta.put_into_service(tx)
                tx.append(DeviceCleared("kiosk", "in_service"))
            else:
                meta.take_out_of_service(tx, reason)
                tx.append(DeviceFault("kiosk", "out_of_service", reason or None))

    def tell_health(self, health: ProcessHealth) -> None:
        """Write the health of this process, with its devices, after each round of its work; it never fails."""
        file = self._healths.get(health.process)
        if file is None:
            file = self._healths[health.process] = Health(self.settings.home, health.process)
        file.tell(health)

    def note_cup(self, is_full: bool) -> None:
        """Record one cup of water, or that the water was stopped before the cup was full. No personal data."""
        with self.context.change() as (tx, _):
            tx.append(WaterPoured("full" if is_full else "stopped"))

    # --- inside ---------------------------------------------------------------------------------------------------

    def _step(self, number: str, step: Step, *, service: str | None = None) -> TicketView:
        with self.context.change() as (tx, day):
            found = self.context.find(tx, day, number)
            state = after(found.state, step, found.text)
            if service is not None:
                seq = tx.append(TicketTransferred(found.id, found.counter, service=service))
            else:
                seq = tx.append(STEPS[step](found.id, found.counter))
            columns: dict[str, int | str | None] = {"state": state, "since_ms": tx.now_ms}
            if state is State.SERVING:
                columns["serving_ms"] = tx.now_ms
            elif state is State.WAITING:
                columns |= {"service": service or found.service, "counter": None, "serving_ms": None}
            elif state is not State.PARKED:
                columns |= {"ended_ms": tx.now_ms, "ended_seq": seq}
            tickets.update(tx, found, **columns)
            if state not in OPEN:
                jobs.dismiss(tx, found.id, f"its ticket is {state}", now_ms=tx.now_ms)
            elif state is State.SERVING:  # the visitor is at a counter; a copy, which was requested, is printed
                jobs.dismiss(tx, found.id, "at a counter", now_ms=tx.now_ms, kinds=[JobKind.SLIP])
            return self._made(tx, found.id)

    def _made(self, tx: Transaction, ticket: int) -> TicketView:
        return queries.ticket_made(self.settings, self.store, tx, ticket)

    def _counter(self, counter: int) -> Counter:
        desk = self.settings.counter(counter)
        if desk is None:
            raise UnknownNameError("counter", str(counter), tuple(str(c.id) for c in self.settings.site.counters))
        return desk
