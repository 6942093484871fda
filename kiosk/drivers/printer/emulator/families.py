"""Families of printers by how they answer, for the emulated printer."""

from __future__ import annotations

from kiosk.drivers.printer.status import FIRMWARE, MAKER, MODEL, TEXT_END, TEXT_HEAD
from kiosk.records import Record


class Family(Record):
    """The queries that a printer answers. It accepts the others and leaves them unanswered.

    `answers_now`: DLE EOT; `answers_in_order`: GS r; `pushes`: GS a; `names`: GS I, by its n;
    `keeps`: GS ( L, pictures in its memory.
    """

    answers_now: bool = True
    answers_in_order: bool = True
    pushes: bool = True
    names: tuple[tuple[int, str], ...] = ()
    keeps: bool = False

    def name(self, n: int) -> bytes:
        """Return the answer to GS I n, or nothing."""
        known = dict(self.names).get(n)
        return b"" if known is None else bytes((TEXT_HEAD, *known.encode("ascii"), TEXT_END))


FAMILIES = {
    "asb": Family(names=((MAKER, "Kiosk"), (MODEL, "Emulated printer"), (FIRMWARE, "1")), keeps=True),
    "dle": Family(answers_in_order=False, pushes=False),
    "silent": Family(answers_now=False, answers_in_order=False, pushes=False),
}
"""`asb` answers everything, as Epson and Bixolon printers do; `dle` answers DLE EOT alone; `silent` never answers."""
