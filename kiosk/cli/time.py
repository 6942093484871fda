"""`kiosk time`: show the time that this kiosk uses and why, and set it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import click

from kiosk.cli.output import answer, json_option, open_lobby
from kiosk.config import Home
from kiosk.lobby.trusted_time import TimeView
from kiosk.model.time import Trust

_TRUST = {
    Trust.DOUBTFUL: "not certain",
    Trust.PLAUSIBLE: "plausible",
    Trust.CONFIRMED: "confirmed by a time server, the city or a person",
}


@click.group("time")
def time_() -> None:
    """Show and set the time and the business day that this kiosk uses."""


@time_.command()
@json_option
@click.pass_obj
def show(home: Home, as_json: bool | None) -> int:
    """Show the kiosk's time, how certain it is, and a time that contradicts it (exit 1 if it is not certain)."""
    view = open_lobby(home).timing.look()
    _print(view, as_json)
    return 0 if view.is_certain else 1


@time_.command("set")
@click.argument("when", default="", metavar="[WHEN]")
@click.option("--day", metavar="YYYY-MM-DD", help="Set this day, with the time of day of the machine's clock.")
@json_option
@click.pass_obj
def set_(home: Home, when: str, day: str | None, as_json: bool | None) -> None:
    """Set the time that this kiosk uses. WHEN is local time: "2026-12-01 09:30".

    Without WHEN and --day it takes the time of this machine's clock. Running processes use the new time at once. The
    machine's clock itself is not changed (`timedatectl` does that). The numbers of a day continue where they stopped.
    """
    lobby = open_lobby(home)
    zone = ZoneInfo(lobby.settings.site.timezone)
    machine = lobby.store.clock.read().wall.astimezone(zone)
    if when and day:
        raise click.UsageError("give WHEN or --day, not both")
    try:
        local = datetime.fromisoformat(when) if when else machine
        local = datetime.combine(date.fromisoformat(day), machine.time()) if day else local
    except ValueError:
        raise click.UsageError('a time looks like "2026-12-01 09:30", a day like 2026-12-01') from None
    local = local if local.tzinfo else local.replace(tzinfo=zone)
    _print(lobby.timing.set(local.astimezone(UTC)), as_json)


def _print(view: TimeView, as_json: bool | None) -> None:
    document = {
        "now": view.now.isoformat(timespec="seconds"),
        "day": view.day,
        "trust": view.trust.name.lower(),
        "is_certain": view.is_certain,
        "machine": view.machine.isoformat(timespec="seconds"),
        "is_synchronised": view.is_synchronised,
        "has_clock_chip": view.has_clock_chip,
        "claimed": view.claimed.isoformat(timespec="seconds") if view.claimed else None,
        "claimed_by": view.claimed_by or None,
    }
    lines = [
        f"time      {view.now:%Y-%m-%d %H:%M:%S} ({_TRUST[view.trust]})",
        f"day       {view.day}",
        f"machine   {view.machine:%Y-%m-%d %H:%M:%S} ({'by a time server' if view.is_synchronised else 'no server'})",
    ]
    if view.claimed:
        lines.append(
            f"but       the {view.claimed_by} reports {view.claimed:%Y-%m-%d %H:%M:%S}; one report is not enough"
        )
    if not view.is_certain:
        lines.append(
            '→ if you know the time: kiosk time set "YYYY-MM-DD HH:MM"; without a time it uses this machine\'s clock'
        )
    answer(as_json, document, "\n".join(lines))
