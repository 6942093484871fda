"""`kiosk printer`: ask the printer, always through the process that owns it."""

from __future__ import annotations

import sqlite3
import time

import click

from kiosk.cli.output import answer, json_option, open_lobby
from kiosk.config import Home
from kiosk.errors import StoreError
from kiosk.model.paper import PrintState
from kiosk.store import jobs
from kiosk.store.health import read_health
from kiosk.store.jobs import Job, JobKind

_PATIENCE_S = 40.0
"""A little more than the printer process gives one job."""


@click.group()
def printer() -> None:
    """Ask the printer through the process that owns it."""


@printer.command()
@json_option
@click.pass_obj
def status(home: Home, as_json: bool | None) -> int:
    """Say how the printer is and what waits for it (exit 1: slips wait or are uncertain, 3: nobody knows)."""
    lobby = open_lobby(home)
    health = read_health(home).get("printer")
    state = str(health["status"]) if health and health["is_running"] else "not_running"
    queued = jobs.in_state(lobby.store.connection, PrintState.QUEUED)
    uncertain = jobs.in_state(lobby.store.connection, PrintState.UNCERTAIN)
    document = {
        "status": state,
        "queued": [job.id for job in queued],
        "uncertain": [{"job": job.id, "detail": job.detail} for job in uncertain],
    }
    lines = [f"printer: {state}", f"{len(queued)} jobs wait"]
    lines += [f"job {job.id} is uncertain: {job.detail}; look whether its slip came out" for job in uncertain]
    if uncertain:
        lines.append("Then `kiosk ticket reprint NUMBER` for a copy, and `kiosk printer reset` to clear the list.")
    answer(as_json, document, "\n".join(lines))
    if state == "not_running":
        return 3
    return 1 if queued or uncertain else 0


@printer.command()
@json_option
@click.pass_obj
def test(home: Home, as_json: bool | None) -> int:
    """Print a test slip and wait for it."""
    lobby = open_lobby(home)
    with lobby.store.write() as tx:
        number = jobs.enqueue(tx.connection, JobKind.TEST, None, tx.now_ms)
    deadline = time.monotonic() + _PATIENCE_S
    with lobby.doorbell() as bell:
        job = _get(lobby.store.connection, number)
        while job.state in (PrintState.QUEUED, PrintState.PRINTING) and time.monotonic() < deadline:
            bell.wait(deadline - time.monotonic())
            job = _get(lobby.store.connection, number)
    if job.state is PrintState.QUEUED:
        with lobby.store.write() as tx:
            jobs.move(tx.connection, number, PrintState.DISMISSED, tx.now_ms, "nobody printed it")
    text = {
        PrintState.PRINTED: "The test slip is printed: look at it.",
        PrintState.UNCERTAIN: "The printer stopped in the middle: look at the paper.",
    }.get(job.state, "Nothing was printed: is `kiosk run printer` running? See `kiosk printer status`.")
    answer(as_json, {"job": number, "state": job.state.value, "detail": job.detail}, text)
    return {PrintState.PRINTED: 0, PrintState.UNCERTAIN: 1}.get(job.state, 2)


@printer.command()
@json_option
@click.pass_obj
def reset(home: Home, as_json: bool | None) -> None:
    """Clear the list of uncertain jobs, once a person has looked at the paper."""
    lobby = open_lobby(home)
    with lobby.store.write() as tx:
        uncertain = jobs.in_state(tx.connection, PrintState.UNCERTAIN)
        for job in uncertain:
            jobs.move(tx.connection, job.id, PrintState.DISMISSED, tx.now_ms, f"cleared by hand; was: {job.detail}")
    answer(as_json, {"cleared": len(uncertain)}, f"{len(uncertain)} uncertain jobs cleared.")


def _get(connection: sqlite3.Connection, number: int) -> Job:
    job = jobs.find(connection, number)
    if job is None:
        raise StoreError(f"print job {number} has gone: was the database set aside meanwhile?")
    return job
