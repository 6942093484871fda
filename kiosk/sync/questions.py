"""Sends visitors' questions to the city and stores its answers."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from kiosk.store import questions
from kiosk.store.database import Store, to_ms
from kiosk.store.questions import Question
from kiosk.wire.requests import MAX_LEFT_MS, WireQuestion, decode_answer, encode_question

_LATE_MS = 600_000
"""An answer this long after its deadline is still stored, for the next time without a connection."""


class AskedQuestions:
    """The questions that this process has sent, by their correlation ids.

    The ids are random, so an answer to another process, or to a copy of this card, matches none.
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
        """Send the new questions; called only while connected.


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
            # Sent first, then recorded: a visitor waits for the answer, nobody for the record.
            self._send(encode_question(WireQuestion(number, question.kind, question.subject, left_ms)))
            with self._store.write() as tx:
                questions.mark_sent(tx, question.id, now_ms)
        if waiting:
            self._forget_old()

    def take(self, body: bytes) -> None:
        """Store an answer. An answer to an unknown question, or one that is too old, is dropped.


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
