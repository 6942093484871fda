"""Feedback: a face and a few reasons, nothing else."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from kiosk.errors import UnknownNameError
from kiosk.lobby.context import Context
from kiosk.lobby.views import FACES, Reason
from kiosk.model.event import FeedbackGiven
from kiosk.store import tickets

log = logging.getLogger(__name__)


class Feedback:
    """Records feedback."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def give(self, score: int, reasons: Sequence[str], number: str = "") -> None:
        """Record a visitor's feedback. A ticket is rated once; a second rating is not recorded.


        Args:
            score: 1, the unhappiest face, to 5.
            reasons: values of `Reason`.
            number: the ticket it is about, or empty.
        Raises:
            UnknownNameError: no such face, reason or ticket of today.
        """
        if score not in FACES:
            raise UnknownNameError("face", str(score), tuple(map(str, FACES)))
        given = _known(reasons)
        with self._context.change() as (tx, day):
            ticket = self._context.find(tx, day, number).id if number else None
            if ticket is not None and not tickets.rate(tx, ticket):
                log.info("a ticket that was rated already is rated again: that is not noted")
                return
            tx.append(FeedbackGiven(score, ",".join(given), ticket))


def _known(reasons: Sequence[str]) -> list[str]:
    """Return the reasons in the order of their list, each once."""
    known = tuple(reason.value for reason in Reason)
    for reason in reasons:
        if reason not in known:
            raise UnknownNameError("reason", reason[:24], known)
    return [reason for reason in known if reason in reasons]
