"""The ways in which printers answer, as the emulated one can be made to."""

from __future__ import annotations

from kiosk.drivers.printer.status import FIRMWARE, MAKER, MODEL, TEXT_END, TEXT_HEAD
from kiosk.records import Record


class Family(Record):
    """What a printer says, and to what; the rest of the questions it takes and leaves unanswered.

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
"""`asb` tells all, as Epson's and Bixolon's do; `dle` answers DLE EOT alone; `silent` never answers."""
