"""How long a printer is waited for: numbers alone, for who only names them."""

from __future__ import annotations

from kiosk.records import Record

ANSWER_S = 0.4
"""A printer answers DLE EOT within milliseconds on USB, tens of them at 9,600 baud or over a wireless bridge."""


class Timeouts(Record):
    """Every wait of the conversation, in seconds."""

    connect_s: float = 1.0
    answer_s: float = ANSWER_S
    look_every_s: float = 0.5
    """How often a printer at work on a job is asked whether it has stopped."""
    settle_s: float = 2.0
    """What is left of a slip in a printer's memory takes less: 140 mm at 75 mm a second."""
    quiet_s: float = 0.2
    """No further answer for so long: the printer has caught up with all that it was asked."""

    @property
    def questions_s(self) -> float:
        """Return enough for a printer that leaves two of the four questions unanswered, and is asked the last anew."""
        return 4 * self.answer_s


TIMEOUTS = Timeouts()
