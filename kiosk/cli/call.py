"""`kiosk call`: the actions of an officer at a counter, from the command line."""

from __future__ import annotations

import click

from kiosk.cli.output import answer, json_option, open_lobby
from kiosk.cli.ticket import show_ticket
from kiosk.config import Home


@click.group()
def call() -> None:
    """Call the next number, serve it and finish it."""


@call.command("next")
@click.argument("counter", type=int)
@json_option
@click.pass_obj
def next_(home: Home, counter: int, as_json: bool | None) -> None:
    """Call the next number to COUNTER. `number` is null if nobody waits."""
    called = open_lobby(home).call_next(counter)
    if called is None:
        answer(as_json, {"number": None}, f"Nobody is waiting for counter {counter}.")
    else:
        show_ticket(called, as_json)


def _step(name: str, method: str, text: str) -> None:
    @call.command(name, help=text)
    @click.argument("number")
    @json_option
    @click.pass_obj
    def step(home: Home, number: str, as_json: bool | None) -> None:
        show_ticket(getattr(open_lobby(home), method)(number), as_json)


_step("recall", "recall", "Announce NUMBER once more.")
_step("serve", "serve", "Start to serve NUMBER: its visitor is at the counter.")
_step("done", "done", "Finish NUMBER: its visitor is served.")
_step("no-show", "no_show", "Mark NUMBER as absent: its visitor did not come.")
_step("park", "park", "Park NUMBER: its visitor has to fetch something.")
_step("resume", "resume", "Put the parked NUMBER back into its queue.")


@call.command()
@click.argument("number")
@click.argument("service")
@json_option
@click.pass_obj
def transfer(home: Home, number: str, service: str, as_json: bool | None) -> None:
    """Send NUMBER to the queue of SERVICE; it keeps its number."""
    show_ticket(open_lobby(home).transfer(number, service.upper()), as_json)
