"""Issuing a number, for walk-in visitors and for bookings: the checks, the ticket, its event and its print job."""

from __future__ import annotations

import base64

from msgspec import Struct

from kiosk.config import Service, Settings
from kiosk.errors import CapReachedError, UnknownNameError
from kiosk.i18n import chosen
from kiosk.lobby import limits
from kiosk.lobby.context import Context
from kiosk.model.event import IdentitySealed, TicketIssued
from kiosk.model.ticket import number_text
from kiosk.records import Record
from kiosk.store import jobs, persons, tickets
from kiosk.store.database import Transaction
from kiosk.store.jobs import JobKind
from kiosk.store.tickets import NewTicket


class Wish(Record):
    """The request for a number. `person` is the digest of the card holder or of the person named in a booking; `sealed`
    is the box that only the city can open.
    """

    hidden = ("person", "sealed")

    letter: str
    language: str
    priority: str | None = None
    procedure: str | None = None
    booked_ms: int | None = None
    has_paper: bool = True
    person: bytes | None = None
    sealed: bytes | None = None


class Issued(Struct, frozen=True):
    """A new ticket: its row id and its number as people read it."""

    id: int
    number: str


def issue(context: Context, tx: Transaction, day: str, wish: Wish) -> Issued:
    """Issue the next number, inside a transaction that may write more.


    Raises:
        UnknownNameError: no such service, priority group, procedure or language.
        ClosedError: outside opening hours, or out of service.
        LimitError: the person has taken what the ward's rules allow.
        CapReachedError: the service has given all its numbers for the day.
    """
    settings = context.settings
    service = _checked(settings, wish)
    context.check_open(tx)
    if wish.person is not None:
        limits.check(tx, settings.site.rules, day, wish.person, wish.letter)
    number = _next_number(settings, tx, day, service, is_booked=wish.booked_ms is not None)
    new = NewTicket(
        settings.site.code,
        settings.kiosk.device,
        day,
        wish.letter,
        number,
        wish.priority,
        wish.procedure,
        wish.language,
        tx.now_ms,
        wish.booked_ms,
    )
    issued = Issued(tickets.insert(tx, new), number_text(wish.letter, number))
    tickets.place(tx, issued.id, tx.append(_event(issued, day, wish)))
    if wish.person is not None:
        persons.note(tx, day, wish.person, issued.id)
    if wish.sealed is not None:
        tx.append(IdentitySealed(issued.id, base64.b64encode(wish.sealed).decode("ascii")))
    if wish.has_paper and settings.kiosk.printer.driver != "none":
        jobs.enqueue(tx, JobKind.SLIP, issued.id, tx.now_ms)
    return issued


def service_of(settings: Settings, letter: str) -> Service:
    """Return a service by its letter.

    Raises:
        UnknownNameError: the site has no such service.
    """
    service = settings.service(letter)
    if service is None:
        raise UnknownNameError("service", letter, tuple(s.letter for s in settings.site.services))
    return service


def _checked(settings: Settings, wish: Wish) -> Service:
    service = service_of(settings, wish.letter)
    groups = tuple(group.code for group in settings.site.priority_groups)
    if wish.priority is not None and wish.priority not in groups:
        raise UnknownNameError("priority group", wish.priority, groups)
    known = tuple(p.code for p in settings.procedures if p.service == service.letter)
    if wish.procedure is not None and wish.procedure not in known:
        raise UnknownNameError(f"procedure of service {service.letter}", wish.procedure, known)
    if wish.language not in settings.site.languages:
        raise UnknownNameError("language", wish.language, tuple(settings.site.languages))
    return service


def _event(issued: Issued, day: str, wish: Wish) -> TicketIssued:
    return TicketIssued(
        issued.id, issued.number, day, wish.letter, wish.language, wish.priority or None, wish.procedure or None
    )


def _next_number(settings: Settings, tx: Transaction, day: str, service: Service, *, is_booked: bool) -> int:
    series = settings.site.code, settings.kiosk.device, day, service.letter
    number = tickets.next_number(tx, series, service.first_number)
    # a visitor with a booking was promised a number, however many others have come since
    cap = None if is_booked else service.daily_cap
    is_capped = cap is not None and tickets.given(tx, day, service.letter) >= cap
    if is_capped or number > service.last_number:
        name = chosen(service.name, "en")
        raise CapReachedError(f"service {service.letter} ({name}) has given all its numbers for {day}")
    return number
