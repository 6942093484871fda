"""`kiosk ticket`: the actions of a visitor at the screen, from the command line."""

from __future__ import annotations

from typing import Any

import click

from kiosk.cli.output import answer, json_option, open_lobby
from kiosk.config import Home
from kiosk.i18n import chosen
from kiosk.lobby.views import QueueRow, TicketView


@click.group()
def ticket() -> None:
    """Take, show, list, cancel and reprint numbers."""


@ticket.command()
@click.argument("service")
@click.option("--priority", metavar="GROUP", help="A priority group of site.toml, e.g. elderly.")
@click.option("--procedure", metavar="CODE", help="The procedure of the visit, e.g. 2.000815.")
@click.option("--lang", default="vi", show_default=True, help="The visitor's language.")
@click.option("--print/--no-print", "print_slip", default=True, help="Print the slip (default).")
@json_option
@click.pass_obj
def take(
    home: Home,
    service: str,
    priority: str | None,
    procedure: str | None,
    lang: str,
    print_slip: bool,
    as_json: bool | None,
) -> None:
    """Take the next number of SERVICE (its letter, e.g. A)."""
    # A ticket without a procedure needs nothing from the catalogue.
    taken = open_lobby(home, with_catalog=procedure is not None).take(
        service.upper(), priority=priority, procedure=procedure, language=lang, print_slip=print_slip
    )
    show_ticket(taken, as_json)


@ticket.command()
@click.argument("number")
@json_option
@click.pass_obj
def show(home: Home, number: str, as_json: bool | None) -> None:
    """Show one ticket of today, e.g. A001."""
    show_ticket(open_lobby(home).ticket(number), as_json)


@ticket.command("list")
@json_option
@click.pass_obj
def list_(home: Home, as_json: bool | None) -> None:
    """List today's tickets in the order they were taken."""
    rows = open_lobby(home).tickets()
    text = "\n".join(_line(row) for row in rows) or "No number has been taken today."
    answer(as_json, {"tickets": [_row(row) for row in rows]}, text)


@ticket.command()
@click.argument("number")
@json_option
@click.pass_obj
def cancel(home: Home, number: str, as_json: bool | None) -> None:
    """Give NUMBER back: its visitor will not come."""
    show_ticket(open_lobby(home).cancel(number), as_json)


@ticket.command()
@click.argument("number")
@json_option
@click.pass_obj
def reprint(home: Home, number: str, as_json: bool | None) -> None:
    """Print the slip of NUMBER once more, marked as a copy."""
    show_ticket(open_lobby(home).reprint(number), as_json)


def show_ticket(view: TicketView, as_json: bool | None) -> None:
    """Print one ticket."""
    answer(as_json, ticket_document(view), _sentence(view))


def ticket_document(view: TicketView) -> dict[str, Any]:
    """Return the JSON of a ticket: the fields of the contract first, then the rest."""
    return {
        "number": view.number,
        "service": view.service,
        "state": view.state,
        "day": view.day,
        "issued_at": view.issued_at.isoformat(),
        "ahead": view.ahead,
        "wait_minutes": view.wait_minutes,
        "token": view.token,
        "priority": view.priority,
        "counters": list(view.counters),
        "language": view.language,
        "follow_url": view.follow_url,
        "print_state": view.print_state.value,
    }


def _sentence(view: TicketView) -> str:
    counters = ", ".join(map(str, view.counters)) or "none"
    wait = "wait unknown" if view.wait_minutes is None else f"about {view.wait_minutes} min"
    place = f"{view.ahead} ahead, {wait}, " if view.state == "waiting" else ""
    name = chosen(view.service_name, "en")
    return f"{view.number}  {view.state}  {name}: {place}counters {counters}, slip {view.print_state}"


def _row(row: QueueRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "service": row.service,
        "state": row.state,
        "priority": row.priority,
        "counter": row.counter,
        "issued_at": row.issued_at.isoformat(),
        "calls": row.calls,
    }


def _line(row: QueueRow) -> str:
    counter = f"counter {row.counter}" if row.counter else ""
    return f"{row.number:6} {row.state:10} {row.issued_at:%H:%M} {row.priority or '':16} {counter}".rstrip()
