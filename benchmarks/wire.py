"""Bytes an event costs on the line before TLS, beside JSON with zlib, in batches of different sizes."""

from __future__ import annotations

import json
import tempfile
import zlib
from contextlib import closing
from pathlib import Path

from benchmarks.table import show
from kiosk.config import Home, load
from kiosk.defaults import write_home
from kiosk.lobby.lobby import Lobby
from kiosk.model.event import Event
from kiosk.store import journal
from kiosk.wire.batch import Batch, encode_batch
from tests.databases import look

_TICKETS = 120


def measure() -> None:
    """Print bytes per event of a played morning."""
    epoch, events = _morning()
    rows = []
    for size in (1, 10, 50, 200):
        batches = [events[start : start + size] for start in range(0, len(events) - size + 1, size)]
        ours = sum(len(encode_batch(Batch(epoch, tuple(batch)))) for batch in batches)
        plain = sum(len(zlib.compress(json.dumps([_document(e) for e in batch]).encode(), 9)) for batch in batches)
        count = len(batches) * size
        rows.append((size, f"{plain / count:.1f}", f"{ours / count:.1f}", f"{ours / plain:.0%}"))
    show(
        "Bytes an event on the line",
        ("events in a batch", "JSON and zlib", "ours", "ratio"),
        rows,
        f"{len(events)} events of {_TICKETS} tickets taken, called, served and finished without "
        "a pause; payload of one MQTT message. Target: ≤ 12 in batches of 50, with MQTT, TLS and TCP.",
    )


def _morning() -> tuple[bytes, list[Event]]:
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        home = Home.at(Path(folder))
        write_home(home, always_open=True)
        with closing(Lobby.open(load(home))) as lobby:
            for number in range(_TICKETS):
                lobby.take("ABCDE"[number % 5], priority="elderly" if number % 7 == 0 else None)
                called = lobby.call_next(number % 6 + 1)
                if called is not None:
                    lobby.serve(called.number)
                    lobby.done(called.number)
            return lobby.store.epoch, journal.pending(look(lobby.store), 0, 100_000)


def _document(event: Event) -> dict[str, object]:
    return {"seq": event.seq, "kind": event.kind, "at": event.at_ms, **event.payload}
