"""A realistic day of a ward's lobby as journal events: the yardstick for what an event costs on the line."""

from __future__ import annotations

import heapq
import random
from collections import deque

from kiosk.model.event import Event, Value

_OPENS_MS = 1_795_413_600_000
"""2026-11-23 07:40 in Hanoi."""
_DAY_MS = 8 * 3_600_000
_PROCEDURES = ("1.004222", "1.001193", "2.000635", "1.000894", "1.004884", "2.000815", "1.012222", "1.003583")
_SERVICES = "ABCDE"
_WEIGHTS = (30, 25, 20, 15, 10)


def lobby_day(tickets: int = 320, counters: int = 6, seed: int = 7) -> list[Event]:
    """Return the events of one day: visitors arrive at random, officers call, serve and finish them in turn."""
    chance = random.Random(seed)
    rows: list[tuple[int, str, dict[str, Value]]] = [(0, "day.opened", {"site": "00082", "day": "2026-11-23"})]
    arrivals = deque(sorted(chance.randrange(_DAY_MS) for _ in range(tickets)))
    free = [(0, counter) for counter in range(1, counters + 1)]
    numbers = dict.fromkeys(_SERVICES, 0)
    heapq.heapify(free)
    for ticket, at_ms in enumerate(arrivals, start=1):
        service = chance.choices(_SERVICES, _WEIGHTS)[0]
        numbers[service] += 1
        rows.append((at_ms, "ticket.issued", _issued(chance, ticket, service, numbers[service])))
        since, counter = heapq.heappop(free)
        called = max(since, at_ms) + chance.randrange(3_000, 25_000)
        rows.append((called, "ticket.called", {"t": ticket, "c": counter}))
        heapq.heappush(free, (_turn(chance, rows, (ticket, counter, called)), counter))
    rows.append((_DAY_MS + 3_600_000, "day.closed", {"day": "2026-11-23"}))
    rows.sort(key=lambda row: row[0])
    return [Event(seq, kind, _OPENS_MS + at, payload) for seq, (at, kind, payload) in enumerate(rows, start=1)]


def _issued(chance: random.Random, ticket: int, service: str, number: int) -> dict[str, Value]:
    payload: dict[str, Value] = {"t": ticket, "n": f"{service}{number:03d}", "day": "2026-11-23", "s": service}
    payload["l"] = "en" if chance.random() < 0.04 else "vi"
    if chance.random() < 0.1:
        payload["g"] = chance.choice(("elderly", "disabled", "pregnant"))
    if chance.random() < 0.7:
        payload["p"] = chance.choice(_PROCEDURES)
    return payload


def _turn(chance: random.Random, rows: list[tuple[int, str, dict[str, Value]]], turn: tuple[int, int, int]) -> int:
    """Add what happens after a call and return when the counter is free again, in ms of the day."""
    ticket, counter, at = turn
    who: dict[str, Value] = {"t": ticket, "c": counter}
    if chance.random() < 0.1:
        at += 60_000
        rows.append((at, "ticket.recalled", who))
    if chance.random() < 0.06:
        at += 60_000
        rows.append((at, "ticket.no_show", who))
        return at
    at += chance.randrange(8_000, 40_000)
    rows.append((at, "ticket.serving", who))
    at += round(chance.expovariate(1 / 420_000)) + 30_000
    rows.append((at, "ticket.done", who))
    return at
