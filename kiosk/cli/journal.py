"""`kiosk journal`: the events of this kiosk, those that the city has acknowledged and those that wait."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TextIO

import click
import msgspec

from kiosk.cli.output import answer, json_option, open_lobby
from kiosk.config import Home
from kiosk.model.event import Event
from kiosk.store.journal import acked as acked_seq
from kiosk.store.journal import last_seq, pending


@click.group()
def journal() -> None:
    """Show the events: all of them, those that the city has, those that wait."""


@journal.command()
@json_option
@click.pass_obj
def stats(home: Home, as_json: bool | None) -> None:
    """Count the events that are written, acknowledged by the city, and waiting."""
    store = open_lobby(home).store
    with store.read() as snapshot:
        last, acked = last_seq(snapshot), acked_seq(snapshot)
    document = {"epoch": store.epoch.hex(), "last_seq": last, "acked": acked, "pending": last - acked}
    answer(as_json, document, f"{last} events, the city has {acked}, {last - acked} wait (epoch {store.epoch.hex()})")


@journal.command("list")
@click.option("--after", default=0, show_default=True, help="Begin after this sequence number.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@json_option
@click.pass_obj
def list_(home: Home, after: int, limit: int, as_json: bool | None) -> None:
    """List events, oldest first."""
    with open_lobby(home).store.read() as snapshot:
        events, acked = pending(snapshot, after, limit), acked_seq(snapshot)
    lines = [f"{e.seq:6} {'✓' if e.seq <= acked else '…'} {_at(e)} {e.kind:20} {_payload(e)}" for e in events]
    document = {"acked": acked, "events": [_document(event) for event in events]}
    answer(as_json, document, "\n".join(lines) or "No events.")


@journal.command()
@click.argument("out", type=click.File("w", encoding="utf-8"), default="-")
@click.option("--after", default=0, show_default=True, help="Begin after this sequence number.")
@click.pass_obj
def export(home: Home, out: TextIO, after: int) -> None:
    """Write all events to OUT (default: stdout), one JSON object per line."""
    store = open_lobby(home).store
    while True:
        with store.read() as snapshot:  # a long one would hold the write-ahead log up
            events, last = pending(snapshot, after, 1000), last_seq(snapshot)
        if not events:
            break
        for event in events:
            out.write(msgspec.json.encode(_document(event)).decode() + "\n")
        after = events[-1].seq
        if out.name != "-":
            click.echo(f"\r{after} of {last}", nl=False, err=True)
    if out.name != "-":
        print(file=sys.stderr)


def _document(event: Event) -> dict[str, object]:
    return {"seq": event.seq, "kind": event.kind, "at": _at(event), "payload": event.payload}


def _at(event: Event) -> str:
    return datetime.fromtimestamp(event.at_ms / 1000, UTC).isoformat(timespec="milliseconds")


def _payload(event: Event) -> str:
    return " ".join(f"{key}={value}" for key, value in event.payload.items())
