"""Carries what visitors ask to the city, while somebody waits for the answer, and keeps what the city says."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from kiosk.store import questions
from kiosk.store.database import Store, to_ms
from kiosk.store.questions import Question
from kiosk.wire.requests import MAX_LEFT_MS, WireQuestion, decode_answer, encode_question

_LATE_MS = 600_000
"""An answer this long after its deadline still tells what the city knew, for the next time the line is down."""


class AskedQuestions:
    """The questions that this process has sent, by the correlation id each of them travels with.

    The id is random: an answer to what another process asked, or a copy of this card, fits none.
    """

    def __init__(self, store: Store, send: Callable[[bytes], None]) -> None:
        """Prepare.

        Args:
            send: hands a payload to the line.
        """
        self._store = store
        self._send = send
        self._asked: dict[int, Question] = {}

    def send(self) -> None:
        """Send what is new; called only while there is a line.

        Raises:
            FullError: no space is left to note that they were sent; they may be sent again, which does no harm.
            StoreError: the store cannot be read or written.
        """
        with self._store.read() as snapshot:
            waiting = questions.unsent(snapshot, self._now_ms())
        for question in waiting:
            now_ms = self._now_ms()
            number = secrets.randbits(53)
            self._asked[number] = question
            left_ms = max(0, min(question.deadline_ms - now_ms, MAX_LEFT_MS))
            # First out, then noted: a visitor waits for the one, nobody for the other.
            self._send(encode_question(WireQuestion(number, question.kind, question.subject, left_ms)))
            with self._store.write() as tx:
                questions.mark_sent(tx, question.id, now_ms)
        if waiting:
            self._forget_old()

    def take(self, body: bytes) -> None:
        """Keep an answer; one to a question that was not asked here, or long ago, is dropped.

        Raises:
            WireError: it is no answer.
            FullError: no space is left.
            StoreError: the store cannot be written.
        """
        number, answer = decode_answer(body)
        question = self._asked.pop(number, None)
        if question is not None and self._now_ms() <= question.deadline_ms + _LATE_MS:
            with self._store.write() as tx:
                questions.settle(tx, question.id, answer.as_json(), tx.now_ms)

    def _forget_old(self) -> None:
        limit_ms = self._now_ms() - _LATE_MS
        self._asked = {number: asked for number, asked in self._asked.items() if asked.deadline_ms > limit_ms}

    def _now_ms(self) -> int:
        return to_ms(self._store.now().utc)
