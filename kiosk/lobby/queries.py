"""Views of the hall, read in one snapshot of the database; they change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.config import Counter, Procedure, Service, Settings
from kiosk.lobby.conditions import Fault
from kiosk.lobby.faults import Face, faults, has_water
from kiosk.lobby.hall import Hall
from kiosk.lobby.ticket_views import QueueRow, TicketView
from kiosk.model.hours import is_open, opens_at
from kiosk.model.paper import PrintState
from kiosk.model.ticket import State
from kiosk.model.time import business_day, is_certain, local
from kiosk.model.token import token_of
from kiosk.records import Record
from kiosk.store import jobs, journal, meta, tickets
from kiosk.store.database import Snapshot, Store, Transaction, to_ms, to_utc
from kiosk.store.meta import last_day
from kiosk.store.tickets import TicketRow

if TYPE_CHECKING:
    from kiosk.lobby.views import (
        BoardView,
        CounterView,
        HallView,
        ProcedureView,
        ServiceView,
    )

_BOARD_CALLS = 6
"""The current call and five before it."""


class _Look(Record):
    """One snapshot of the database, with the day, the local time and the faults."""

    settings: Settings
    store: Store
    snapshot: Snapshot
    hall: Hall
    now: datetime
    faults: tuple[Fault, ...] = ()

    def at(self, ms: int) -> datetime:
        """Return UTC milliseconds as local time."""
        return local(to_utc(ms), self.settings.site.timezone)

    def at_or_none(self, ms: int | None) -> datetime | None:
        """Return UTC milliseconds as local time, and None as it is."""
        return None if ms is None else self.at(ms)


@contextmanager
def _looking(settings: Settings, store: Store, face: Face | None = None) -> Iterator[_Look]:
    """Read one snapshot. Without a face `faults` stays empty: it would read a dozen files, and a ticket does not depend
    on it.
    """
    site = settings.site
    with store.read() as snapshot:
        believed = store.now()
        day = business_day(believed, site.timezone, last_day(snapshot))
        now = local(believed.utc, site.timezone)
        known = {
            Fault.OUT_OF_SERVICE: meta.out_of_service(snapshot) is not None,
            Fault.CLOSED: not is_open(now, site.hours.of),
            Fault.CLOCK_UNSURE: not is_certain(believed, site.timezone, day),
        }
        wrong = faults(settings, store, face, known) if face else ()
        hall = Hall.read(snapshot, settings, day, to_ms(believed.utc))
        yield _Look(settings, store, snapshot, hall, now, wrong)


def hall(settings: Settings, store: Store) -> HallView:
    """Return the hall for the welcome and service screens."""
    from kiosk.lobby import help_calls
    from kiosk.lobby.views import HallView, HelpView, PriorityView

    site = settings.site
    with _looking(settings, store, "screen") as look:
        call = help_calls.shown(look.snapshot, look.now)
        return HallView(
            now=look.now,
            ward=site.ward,
            hall=site.hall,
            languages=tuple(site.languages),
            services=_services(look),
            procedures=tuple(_procedure(settings, procedure) for procedure in settings.procedures),
            priority_groups=tuple(
                PriorityView(g.code, g.name, g.legal_basis, g.icon, g.min_age_years) for g in site.priority_groups
            ),
            faults=look.faults,
            closed_text=site.hours.closed,
            opens_at=opens_at(look.now, site.hours.of),
            has_scanner=settings.kiosk.scanner.driver != "none",
            has_voice=settings.kiosk.sound.driver != "none",
            has_sealing=site.city_keys.sealing is not None,
            has_water=has_water(settings),
            help=HelpView(look.at(call.asked_ms), call.counter) if call else None,
        )


def board(settings: Settings, store: Store) -> BoardView:
    """Return the board: the newest call, the calls before it, and who waits for what."""
    from kiosk.lobby.views import BoardView, CallView

    with _looking(settings, store, "board") as look:
        called = [
            (CallView(t.text, t.counter, look.at(t.announced_ms), t.calls, t.announced_seq), t.state is State.CALLED)
            for t in look.hall.called
            if t.counter is not None and t.announced_ms is not None and t.announced_seq is not None
        ]
        calls = [call for call, _ in called[:_BOARD_CALLS]]
        return BoardView(
            now=look.now,
            ward=settings.site.ward,
            hall=settings.site.hall,
            current=calls[0] if calls else None,
            last=tuple(calls[1:]),
            waiting=_services(look),
            notices=tuple(settings.site.notices),
            faults=look.faults,
            unanswered=tuple(call for call, is_unanswered in called if is_unanswered),
        )


def counter(settings: Settings, store: Store, desk: Counter) -> CounterView:
    """Return one counter: the ticket in hand, the queue in calling order, what is parked."""
    from kiosk.lobby import help_calls
    from kiosk.lobby.views import CounterView

    with _looking(settings, store, "screen") as look:
        active = look.hall.in_hand(desk.id)
        parked = [t for t in look.hall.open if t.state is State.PARKED and t.service in desk.services]
        call = help_calls.latest(look.snapshot)
        if call is not None and call.asked_ms > look.hall.now_ms:
            call = None  # the clock was ahead when the call came: nobody knows how long ago that was
        return CounterView(
            now=look.now,
            counter=desk.id,
            services=tuple(service for service in _services(look) if service.letter in desk.services),
            active=_row(look, active) if active else None,
            queue=tuple(_row(look, t) for t in look.hall.order(desk.services)),
            parked=tuple(_row(look, t) for t in parked),
            done_today=tickets.count_done(look.snapshot, look.hall.day, desk.id),
            pending_events=journal.unacked(look.snapshot),
            help_requested_at=look.at(call.asked_ms) if call else None,
            uncertain_slips=_uncertain_slips(look),
            faults=look.faults,
            help_counter=call.counter if call else None,
        )


def ticket(settings: Settings, store: Store, found: TicketRow) -> TicketView:
    """Return one ticket as its owner sees it."""
    with _looking(settings, store) as look:
        return _ticket(look, found)


def ticket_made(settings: Settings, store: Store, tx: Transaction, ticket: int) -> TicketView:
    """Return the ticket of a row as its owner sees it, inside the transaction that has just changed it.

    Reading it by its number afterwards could give another moment, or another day.
    """
    found = tickets.by_id(tx, ticket)
    if found is None:
        raise LookupError(f"ticket {ticket} was made in this transaction and is not there")
    hall = Hall.read(tx, settings, found.queue_day, tx.now_ms)
    return _ticket(_Look(settings, store, tx, hall, local(tx.now.utc, settings.site.timezone)), found)


def tickets_of_today(settings: Settings, store: Store) -> tuple[QueueRow, ...]:
    """Return all tickets of today in the order they were taken."""
    with _looking(settings, store) as look:
        return tuple(_row(look, t) for t in tickets.of_day(look.snapshot, look.hall.day))


def _ticket(look: _Look, found: TicketRow) -> TicketView:
    service = _service_of(look, found)
    procedure = look.settings.procedure(found.procedure or "")
    queue = look.hall.order([found.service])
    is_waiting = found.state is State.WAITING
    ahead = next((place for place, t in enumerate(queue) if t.id == found.id), 0)
    token = token_of(look.store.epoch, found.site, found.day, found.text)
    job = jobs.latest_of(look.snapshot, found.id)
    return TicketView(
        number=found.text,
        service=found.service,
        service_name=service.name,
        procedure_name=procedure.name if procedure else None,
        ready=tuple(procedure.ready) if procedure else (),
        priority=found.priority,
        state=found.state.value,
        day=found.day,
        issued_at=look.at(found.issued_ms),
        ahead=ahead,
        wait_minutes=look.hall.wait_minutes(found.service, ahead) if is_waiting else None,
        counters=look.settings.counters_for(found.service),
        language=found.language,
        token=token,
        follow_url=look.settings.site.follow_url.replace("{token}", token),
        print_state=PrintState(job.state) if job else PrintState.NONE,
        booked_at=look.at_or_none(found.booked_ms),
        by_post=found.by_post,
    )


def _services(look: _Look) -> tuple[ServiceView, ...]:
    waiting = look.hall.waiting()
    return tuple(_service(look, service, waiting[service.letter]) for service in look.settings.site.services)


def _service(look: _Look, service: Service, waiting: int) -> ServiceView:
    from kiosk.lobby.views import ServiceView

    refusal = "closed" if {Fault.CLOSED, Fault.OUT_OF_SERVICE} & set(look.faults) else ""
    if not refusal and _is_spent(look, service):
        refusal = "cap_reached"
    return ServiceView(
        letter=service.letter,
        name=service.name,
        hint=service.hint,
        short=service.short,
        icon=service.icon,
        waiting=waiting,
        wait_minutes=look.hall.wait_minutes(service.letter, waiting),
        refusal=refusal,
        counters=look.settings.counters_for(service.letter),
    )


def _is_spent(look: _Look, service: Service) -> bool:
    series = (look.settings.site.code, look.settings.kiosk.device, look.hall.day, service.letter)
    last = tickets.last_number(look.snapshot, series)
    if last is None:
        return False
    cap = service.daily_cap
    is_capped = cap is not None and tickets.given(look.snapshot, look.hall.day, service.letter) >= cap
    return is_capped or last >= service.last_number


def portal_url(settings: Settings, procedure: Procedure) -> str:
    """Return where a procedure is applied for online, empty when it cannot be."""
    return settings.site.portal_url.replace("{code}", procedure.code) if procedure.is_online else ""


def _procedure(settings: Settings, procedure: Procedure) -> ProcedureView:
    from kiosk.lobby.views import ProcedureView

    return ProcedureView(
        code=procedure.code,
        service=procedure.service,
        name=procedure.name,
        papers=tuple(procedure.papers),
        ready=tuple(procedure.ready),
        time=procedure.time,
        fee=procedure.fee,
        is_online=procedure.is_online,
        portal_url=portal_url(settings, procedure),
        can_pay=procedure.fixed_fee_dong is not None and settings.site.payment is not None,
    )


def _uncertain_slips(look: _Look) -> tuple[str, ...]:
    found = (
        tickets.by_id(look.snapshot, job.ticket or 0) for job in jobs.in_state(look.snapshot, PrintState.UNCERTAIN)
    )
    return tuple(dict.fromkeys(t.text for t in found if t is not None and t.queue_day == look.hall.day))


def _row(look: _Look, t: TicketRow) -> QueueRow:
    procedure = look.settings.procedure(t.procedure or "")
    return QueueRow(
        number=t.text,
        service=t.service,
        service_name=_service_of(look, t).name,
        procedure_name=procedure.name if procedure else None,
        priority=t.priority,
        state=t.state.value,
        counter=t.counter,
        language=t.language,
        issued_at=look.at(t.issued_ms),
        since=look.at(t.since_ms),
        called_at=look.at_or_none(t.called_ms),
        serving_at=look.at_or_none(t.serving_ms),
        calls=t.calls,
        booked_at=look.at_or_none(t.booked_ms),
        by_post=t.by_post,
    )


def _service_of(look: _Look, t: TicketRow) -> Service:
    service = look.settings.service(t.service)
    if service is not None:
        return service
    # the ward has removed a service from its settings while people still wait for it
    name = dict.fromkeys(look.settings.site.languages, t.service)
    return Service(letter=t.service, name=name, short=name, hint=name, icon="ticket")
