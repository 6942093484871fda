"""The contents of slips, made from tickets, and of checklists, made from procedures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from kiosk.config import Procedure, Settings
from kiosk.lobby.queries import portal_url
from kiosk.lobby.views import TicketView
from kiosk.receipt.slip import Checklist, Slip


def slip_of(settings: Settings, ticket: TicketView, *, is_copy: bool, time_certain: bool) -> Slip:
    """Return the slip of a ticket: Vietnamese first, then the visitor's language, or English."""
    site = settings.site
    priority = next((group.name for group in site.priority_groups if group.code == ticket.priority), None)
    return Slip(
        authority=site.authority,
        hall=site.hall,
        number=ticket.number,
        service_name=ticket.service_name,
        procedure_name=ticket.procedure_name,
        priority_name=priority,
        ahead=ticket.ahead,
        wait_minutes=ticket.wait_minutes,
        counters=ticket.counters,
        follow_url=ticket.follow_url,
        issued_at=ticket.issued_at,
        ready=ticket.ready,
        missed=site.missed,
        second_language=_second_language(settings, ticket.language),
        is_copy=is_copy,
        time_certain=time_certain,
    )


def typical_slips(settings: Settings) -> Iterator[Slip]:
    """Yield sample slips of this ward, one for each service and then one for each procedure.

    Fields that differ between tickets have placeholder values.
    """
    site = settings.site
    of_services = [(service, None) for service in site.services]
    of_procedures = [(settings.service(procedure.service), procedure) for procedure in settings.procedures]
    for service, procedure in [*of_services, *of_procedures]:
        if service is not None:
            yield Slip(
                authority=site.authority,
                hall=site.hall,
                number="0",
                service_name=service.name,
                procedure_name=procedure.name if procedure else None,
                priority_name=None,
                ahead=0,
                wait_minutes=0,
                counters=settings.counters_for(service.letter),
                follow_url="-",
                issued_at=datetime.min.replace(tzinfo=UTC),
                ready=tuple(procedure.ready) if procedure else (),
                missed=site.missed,
                second_language=_second_language(settings, "vi"),
            )


def checklist_of(settings: Settings, procedure: Procedure, language: str, printed_at: datetime) -> Checklist:
    """Return the checklist of a procedure, in the languages of a slip."""
    site, service = settings.site, settings.service(procedure.service)
    return Checklist(
        authority=site.authority,
        hall=site.hall,
        code=procedure.code,
        name=procedure.name,
        service_name=service.name if service else {},
        papers=tuple(procedure.papers),
        time=procedure.time,
        fee=procedure.fee,
        portal_url=portal_url(settings, procedure),
        printed_at=printed_at,
        second_language=_second_language(settings, language),
    )


def _second_language(settings: Settings, language: str) -> str | None:
    """Return the slip's second language: the visitor's; for Vietnamese, the ward's first other language."""
    if language != "vi":
        return language
    return next((code for code in settings.site.languages if code != "vi"), None)
