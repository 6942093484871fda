"""`kiosk service`: take this kiosk out of service and put it back, as a technician does."""

from __future__ import annotations

import click

from kiosk.cli.output import answer, json_option, open_lobby
from kiosk.config import Home

_LONGEST_REASON = 120


@click.group()
def service() -> None:
    """Take this kiosk out of service, and put it back."""


@service.command()
@json_option
@click.pass_obj
def on(home: Home, as_json: bool | None) -> None:
    """Put the kiosk back into service."""
    open_lobby(home).set_in_service(True)
    answer(as_json, {"is_in_service": True}, "The kiosk is in service.")


@service.command()
@click.argument("reason", default="")
@json_option
@click.pass_obj
def off(home: Home, reason: str, as_json: bool | None) -> None:
    """Take the kiosk out of service: its screen says so and gives no numbers. Officers can still call.

    REASON is for technicians and the city ("new printer tomorrow"); visitors do not see it.
    """
    text = " ".join(reason.split())
    if len(text) > _LONGEST_REASON or not text.isprintable():
        raise click.UsageError(f"REASON is at most {_LONGEST_REASON} characters of one line")
    open_lobby(home).set_in_service(False, text)
    answer(
        as_json, {"is_in_service": False, "reason": text}, "The kiosk is out of service; `kiosk service on` ends it."
    )
