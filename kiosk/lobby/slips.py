"""From a ticket to what its slip says."""

from __future__ import annotations

from kiosk.config import Settings
from kiosk.lobby.views import TicketView
from kiosk.receipt.slip import Slip


def slip_of(settings: Settings, ticket: TicketView, *, is_copy: bool, time_certain: bool) -> Slip:
    """Return the slip of a ticket: Vietnamese first, then the visitor's language, or English."""
    site = settings.site
    second = _second_language(settings) if ticket.language == "vi" else ticket.language
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
        second_language=second,
        is_copy=is_copy,
        time_certain=time_certain,
    )


def _second_language(settings: Settings) -> str | None:
    """Return what stands under the Vietnamese words when the visitor reads Vietnamese too."""
    return next((code for code in settings.site.languages if code != "vi"), None)
