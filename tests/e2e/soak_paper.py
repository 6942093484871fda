"""What must be on paper at the end of a long day, by ticket: no slip missing, none twice that nobody asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import zxingcpp
from PIL import Image

from kiosk.lobby.lobby import Lobby
from kiosk.model.paper import PrintState
from kiosk.records import Record
from kiosk.store import jobs, journal, tickets
from kiosk.store.jobs import Job, JobKind

UNDER_WAY = (PrintState.QUEUED, PrintState.PRINTING)
"""Of these nobody knows yet what will be on paper."""

_GIVEN_UP = ("not waited for", "a copy was asked for")
"""Why a visitor of the long day has no slip; every other reason would be a fault."""
_INK = 0.6
"""Of a row of the bar that marks a copy, more is black, even behind its words."""
_BAR_ROWS = 30
"""The bar has 46 rows of so much ink; no other part of a slip has more than 20, the lines of a frame among them."""


class Slip(Record):
    """A whole slip on paper: the token of its code, and whether the bar above says that it is a copy."""

    token: str
    is_copy: bool


class Ledger(Record):
    """What the kiosk knows of a day's paper: number and token of each ticket by its id, and how often each was copied.

    `asked` counts the copies that were asked for, by ticket, as the journal has them.
    """

    tickets: Mapping[int, tuple[str, str]]
    jobs: Sequence[Job]
    asked: Mapping[int, int]

    @classmethod
    def of(cls, lobby: Lobby) -> Ledger:
        """Read it; it is final once nothing is `UNDER_WAY`."""
        with lobby.store.read() as snapshot:
            written = journal.pending(snapshot, 0, 10_000_000)
            return cls(
                {r.id: (r.text, lobby.view_of(r).token) for r in tickets.of_day(snapshot, lobby.context.today())},
                [job for state in PrintState for job in jobs.in_state(snapshot, state)],
                Counter(int(str(event.payload["t"])) for event in written if event.kind == "ticket.reprinted"),
            )

    def count(self, state: PrintState) -> int:
        """Return how many jobs are in a state."""
        return sum(job.state is state for job in self.jobs)


def complaints_about(ledger: Ledger, paper: Iterable[Slip]) -> Iterator[str]:
    """Yield what of the paper does not agree with the ledger.

    The slip of a ticket comes out once at most, and beside it each copy that was asked for, as for a slip in doubt that
    comes out after all. What the kiosk calls printed is there.
    """
    there = Counter(paper)
    tokens = [token for _, token in ledger.tickets.values()]
    if len(set(tokens)) != len(tokens):
        yield "a number was given twice"
    if not {slip.token for slip in there} <= set(tokens):
        yield "a slip shows a number that was never given"
    for ticket, (number, token) in ledger.tickets.items():
        of_ticket = [job for job in ledger.jobs if job.ticket == ticket]
        for kind, most in ((JobKind.SLIP, 1), (JobKind.COPY, ledger.asked.get(ticket, 0))):
            ordered = [job for job in of_ticket if job.kind is kind]
            yield from _of_kind(f"the {kind} of {number}", ordered, most, there[Slip(token, kind is JobKind.COPY)])


def _of_kind(what: str, ordered: Sequence[Job], most: int, came_out: int) -> Iterator[str]:
    """Yield what is wrong with the slip of one ticket, or with its copies, of which `most` were asked for."""
    if len(ordered) != most:
        yield f"{what} was asked for {most} times and ordered {len(ordered)} times"
    if came_out > most:
        yield f"{what} came out {came_out} times and was asked for {most} times"
    printed = sum(job.state is PrintState.PRINTED for job in ordered)
    if came_out < printed:
        yield f"{what} is called printed {printed} times and came out {came_out} times"
    for job in ordered:
        if job.state is PrintState.DISMISSED and job.detail not in _GIVEN_UP:
            yield f"{what} was dropped: {job.detail}"
        if job.state in UNDER_WAY:
            yield f"{what} is {job.state} for ever"


def slips_in(tray: Path) -> list[Slip]:
    """Return the whole slips on all pieces of paper in a tray; what was torn off before its code is none."""
    return [slip for picture in sorted(tray.glob("*.png")) for slip in _slips_on(picture)]


def _slips_on(file: Path) -> Iterator[Slip]:
    """Yield the slips on one piece of paper from top to bottom: it may begin with what is left of another."""
    with Image.open(file) as picture:
        grey = picture.convert("L")
    codes = sorted(zxingcpp.read_barcodes(grey), key=lambda code: code.position.top_left.y)
    begins = 0
    for code in codes:
        above = grey.crop((0, begins, grey.width, code.position.top_left.y))
        yield Slip(code.text.rpartition("/")[2], _has_bar(above))
        begins = code.position.bottom_left.y


def _has_bar(paper: Image.Image) -> bool:
    """Tell whether white words on a black bar across the paper are there."""
    rows = paper.resize((1, paper.height), Image.Resampling.BOX).tobytes()
    is_black = (row < 255 * (1 - _INK) for row in rows)
    return any(black and sum(1 for _ in run) >= _BAR_ROWS for black, run in groupby(is_black))
