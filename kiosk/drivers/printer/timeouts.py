"""The timeouts of the printer driver, in a module that imports no driver."""

from __future__ import annotations

from kiosk.records import Record

ANSWER_S = 0.4
"""A printer answers DLE EOT within milliseconds on USB, tens of them at 9,600 baud or over a wireless bridge."""


class Timeouts(Record):
    """Every timeout of the protocol, in seconds."""

    connect_s: float = 1.0
    answer_s: float = ANSWER_S
    look_every_s: float = 0.5
    """How often a printer that is printing is asked whether it has stopped."""
    settle_s: float = 2.0
    """Longer than a printer needs to print the rest of a slip from its memory: 140 mm at 75 mm/s."""
    quiet_s: float = 0.2
    """After this long without a further answer, the printer has answered every query."""

    @property
    def questions_s(self) -> float:
        """Return the time for a printer that leaves two of the four queries unanswered and is asked the last twice."""
        return 4 * self.answer_s


TIMEOUTS = Timeouts()
