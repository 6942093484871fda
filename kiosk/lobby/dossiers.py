"""Dossier status: asked of the city within a deadline; the city's last answer while there is no connection."""

from __future__ import annotations

import logging
from datetime import date, timedelta

import msgspec

from kiosk import crypto
from kiosk.decoding import json_of
from kiosk.lobby.context import Context
from kiosk.lobby.views import DossierState, DossierView
from kiosk.model.event import DossierAsked
from kiosk.store import questions

log = logging.getLogger(__name__)

_KIND = "dossier"
_MILLISECOND = timedelta(milliseconds=1)
_DEADLINE = timedelta(seconds=8)
"""How long a visitor waits before a screen that says it is asking."""

_RUNNING = (DossierState.RECEIVED, DossierState.PROCESSING)
"""The states in which the office's deadline runs; it pauses while the applicant has to add something."""


class _Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The city's answer as `kiosk.sync` stored it; days are local."""

    state: DossierState
    received: date | None
    due: date | None
    counter: int | None
    as_of_ms: int


class Dossiers:
    """Asks the city about dossiers. Dossier codes stay in memory; the database stores only a digest."""

    deadline_s = _DEADLINE.total_seconds()

    def __init__(self, context: Context) -> None:
        self._context = context

    def ask(self, code: str) -> int:
        """Ask the city about a dossier; return the question's id. The answer may come within `deadline_s`."""
        subject = crypto.digest_of_dossier(code)
        with self._context.change() as (tx, _):
            tx.append(DossierAsked())
            return questions.ask(tx, _KIND, subject, tx.now_ms, tx.now_ms + _DEADLINE // _MILLISECOND)

    def answer(self, question: int) -> DossierView | None:
        """Return the city's answer, or None before it has come."""
        with self._context.store.read() as snapshot:
            answer = questions.answer_of(snapshot, question)
        return self._view(answer) if answer is not None else None

    def last(self, code: str) -> DossierView | None:
        """Return the city's last answer about a dossier, or None; `as_of` is its time."""
        subject = crypto.digest_of_dossier(code)
        with self._context.store.read() as snapshot:
            known = questions.latest(snapshot, _KIND, subject)
        return self._view(known[0]) if known is not None else None

    def _view(self, answer: str) -> DossierView | None:
        try:
            said = json_of(answer, _Answer)
            as_of = self._context.local_at(said.as_of_ms)
        except (msgspec.DecodeError, OverflowError, ValueError, OSError) as error:
            log.warning("the city's answer about a dossier cannot be used: %s", type(error).__name__)
            return None
        today = date.fromisoformat(self._context.today())
        return DossierView(
            state=said.state,
            as_of=as_of,
            received_on=said.received,
            due_on=said.due,
            is_late=said.state in _RUNNING and said.due is not None and said.due < today,
            counter=said.counter,
        )
