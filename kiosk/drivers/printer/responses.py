"""The parser of a printer's responses: it classifies every received byte, in whatever pieces they arrive.

A byte counts as an answer only if a query on this line is still unanswered. Every other byte is noise or the answer to
another computer. Queries in order (GS r) are answered in the order in which they were sent, so counting them suffices.
"""

from __future__ import annotations

import time
from functools import reduce
from operator import or_

from kiosk.drivers.printer.channel import Channel
from kiosk.drivers.printer.status import (
    ACKNOWLEDGED,
    FIRMWARE,
    KEYS_HEAD,
    KEYS_IDENTIFIER,
    LAST_KEYS,
    MAKER,
    MODEL,
    MORE_KEYS,
    PUSHED_BYTES,
    QUESTIONS,
    TEXT_END,
    TEXT_HEAD,
    ask_name,
    ask_now,
    can_be_pushed,
    is_answer_in_order,
    is_answer_now,
    is_pushed,
    status_now,
    status_pushed,
)
from kiosk.drivers.printer.timeouts import ANSWER_S
from kiosk.ports.printer import PrinterStatus
from kiosk.receipt.commands import ASK_IN_ORDER
from kiosk.records import Record

_LONGEST_NAME = 80
"""Source: Epson ESC/POS command reference, GS I: "Data is 0 to 80 bytes"."""

_LONGEST_KEYS = 2 + 80
"""Source: the same, GS ( L function 64: identifier, status, "2 to 80 bytes"."""


class Named(Record):
    """The maker, model and firmware that a printer reports; printable ASCII, empty if it reports none."""

    maker: str = ""
    model: str = ""
    firmware: str = ""


class Responses:
    """The responses on one open line. `pushed` is the last status that the printer pushed by itself since `forget`."""

    def __init__(self, channel: Channel, answer_s: float = ANSWER_S) -> None:
        self.channel = channel
        self._answer_s = answer_s
        self._immediate: list[int] = []
        self._is_out_of_step = False
        self._pending = 0
        self._answers_in_order = 0
        self._push_buffer = bytearray()
        self._names: list[str] = []
        self._name: bytearray | None = None
        self._names_pending = 0
        self._keys: bytearray | None = None
        self._key_lists: list[bytes] = []
        self._is_key_list_pending = False
        self._unsupported: set[int] = set()
        self._answered: set[int] = set()
        self.pushed: PrinterStatus | None = None

    @property
    def is_answer_pending(self) -> bool:
        """Return whether a query in order is still unanswered."""
        return self._pending > 0

    @property
    def has_answered_in_order(self) -> bool:
        """Return whether any query in order was answered since `forget`."""
        return self._answers_in_order > 0

    @property
    def is_confirmed(self) -> bool:
        """Return whether every query in order is answered, the last of them since `forget`."""
        return self.has_answered_in_order and not self.is_answer_pending

    @property
    def has_stopped(self) -> bool:
        """Return whether the printer has pushed a status that stops printing."""
        return self.pushed is not None and self.pushed.stops_paper

    def forget(self) -> None:
        """Discard what was received so far: it answers earlier queries."""
        self.receive_available()
        self._answers_in_order = 0
        self.pushed = None

    def receive_available(self) -> None:
        """Process the received bytes without waiting; this also detects that the other side has closed the line."""
        self.receive(time.monotonic())

    def receive(self, deadline_monotonic_s: float) -> bool:
        """Process the next bytes; return whether any came before the deadline. On a noisy line they may never stop."""
        received = self.channel.read(deadline_monotonic_s)
        self._classify(received)
        return bool(received) and time.monotonic() < deadline_monotonic_s

    def wait(self, deadline_monotonic_s: float) -> None:
        """Receive until every query in order is answered, the printer reports a stop, or the deadline passes."""
        while not self.is_confirmed and not self.has_stopped and self.receive(deadline_monotonic_s):
            pass

    def ask_in_order(self, deadline_monotonic_s: float, before: bytes = b"") -> None:
        """Send `before` and a query that the printer answers when it has processed everything sent earlier."""
        self.receive_available()  # bytes received before the query cannot answer it
        question = before + ASK_IN_ORDER
        if self.channel.write(question, deadline_monotonic_s) == len(question):
            self.expect_answer_in_order()

    def expect_answer_in_order(self) -> None:
        """Count one more query in order, which was sent as part of a job."""
        self._pending += 1

    def wait_for_answers(self, timeout_s: float, deadline_monotonic_s: float) -> bool:
        """Receive until all queries in order are answered or `timeout_s` passes without an answer.

        Returns whether any query was answered.
        """
        is_answered = True
        while is_answered and self.is_answer_pending and not self.has_stopped:
            answered, until_monotonic_s = (
                self._answers_in_order,
                min(deadline_monotonic_s, time.monotonic() + timeout_s),
            )
            while self._answers_in_order == answered and not self.has_stopped and self.receive(until_monotonic_s):
                pass
            is_answered = self._answers_in_order > answered
        return self.has_answered_in_order

    def drop_pending_queries(self) -> None:
        """Stop waiting for the unanswered queries in order."""
        self._pending = 0

    def discard_confirmations(self) -> None:
        """Treat the answers in order since `forget` as noise: their queries are unanswered again."""
        self._pending, self._answers_in_order = self._pending + self._answers_in_order, 0

    def ask(self, deadline_monotonic_s: float) -> PrinterStatus:
        """Return the status by every DLE EOT query that the printer supports; UNKNOWN when it does not answer."""
        answers: dict[int, int] = {}
        for n in QUESTIONS:
            if n in self._unsupported:
                continue
            answer = self._ask_now(n, deadline_monotonic_s)
            if answer is not None:
                answers[n] = answer
                self._answered.add(n)
            elif n == QUESTIONS[0] or self.channel.is_broken:
                break
            elif n not in self._answered:  # some printers know only the first and the last: wait for the others once
                self._unsupported.add(n)
        return status_now(answers)

    def is_there(self, deadline_monotonic_s: float) -> bool:
        """Return whether the printer answers DLE EOT."""
        return self._ask_now(QUESTIONS[0], deadline_monotonic_s) is not None

    def ask_name(self, deadline_monotonic_s: float) -> Named | None:
        """Query maker, model and firmware; None when not all answers came in time, as with most clones.

        A late answer is still recognised as a name and never taken for a status.
        """
        questions = ask_name(MAKER, MODEL, FIRMWARE)
        self._names.clear()
        self._names_pending = 3
        self.channel.write(questions, deadline_monotonic_s)
        deadline_monotonic_s = min(deadline_monotonic_s, time.monotonic() + self._answer_s)
        while self._names_pending and self.receive(deadline_monotonic_s):
            pass
        return None if self._names_pending else Named(*self._names)

    def ask_keys(self, question: bytes, deadline_monotonic_s: float) -> list[bytes] | None:
        """Query the keys of the stored pictures, two characters each; None when the list did not arrive complete."""
        keys: list[bytes] = []
        self._key_lists.clear()
        self._is_key_list_pending = True
        self.channel.write(question, deadline_monotonic_s)
        while not self.channel.is_broken:
            while not self._key_lists and self.receive(deadline_monotonic_s):
                pass
            if not self._key_lists:
                break
            key_list = self._key_lists.pop(0)
            self.channel.write(ACKNOWLEDGED, deadline_monotonic_s)
            keys += [key_list[at : at + 2] for at in range(2, len(key_list), 2)]
            if key_list[1] != MORE_KEYS:
                self._is_key_list_pending = False
                return keys
        self._is_key_list_pending = False
        return None

    def _ask_now(self, n: int, deadline_monotonic_s: float) -> int | None:
        """Return the answer to DLE EOT n, or None."""
        answer = self._answer_now(n, deadline_monotonic_s)
        if answer is not None and self._is_out_of_step:
            # An earlier query was not answered in time, and this may be its late answer. Receive the rest, ask again.
            while self.receive(min(deadline_monotonic_s, time.monotonic() + self._answer_s)):
                pass
            answer = self._answer_now(n, deadline_monotonic_s)
        self._is_out_of_step = answer is None
        return answer

    def _answer_now(self, n: int, deadline_monotonic_s: float) -> int | None:
        """Return the answer to DLE EOT n; of several bytes received together, every fault bit counts."""
        self.receive_available()
        self._immediate.clear()
        self.channel.write(ask_now(n), deadline_monotonic_s)
        deadline_monotonic_s = min(deadline_monotonic_s, time.monotonic() + self._answer_s)
        while not self._immediate and self.receive(deadline_monotonic_s):
            pass
        return reduce(or_, self._immediate) if self._immediate else None

    def _classify(self, received: bytes) -> None:
        for byte in received:
            if self._name is not None and self._add_to_name(self._name, byte):
                continue
            if self._keys is not None and self._add_to_keys(self._keys, byte):
                continue
            if self._push_buffer and not can_be_pushed(byte):
                self._push_buffer.clear()  # the bytes so far were not a pushed status
            if self._push_buffer or is_pushed(byte):
                self._push_buffer.append(byte)
                if len(self._push_buffer) == PUSHED_BYTES:
                    self.pushed = status_pushed(bytes(self._push_buffer))
                    self._push_buffer.clear()
            elif is_answer_now(byte):
                self._immediate.append(byte)
            elif byte == TEXT_HEAD and self._names_pending:
                self._name = bytearray()
            elif byte == KEYS_HEAD and self._is_key_list_pending:
                self._keys = bytearray()
            elif is_answer_in_order(byte) and self.is_answer_pending:
                self._pending -= 1
                self._answers_in_order += 1

    def _add_to_name(self, name: bytearray, byte: int) -> bool:
        """Add a byte to a name; return whether it belonged to the name. `_LONGEST_NAME` limits a name without end."""
        is_text = 0x20 <= byte < 0x7F and len(name) < _LONGEST_NAME
        if is_text:
            name.append(byte)
            return True
        self._name = None
        if byte != TEXT_END:
            return False
        self._names_pending -= 1
        self._names.append(name.decode("ascii").strip())
        return True

    def _add_to_keys(self, keys: bytearray, byte: int) -> bool:
        """Add a byte to a key list (identifier, status, keys); return whether it belonged to the list."""
        is_text = 0x20 <= byte < 0x7F and len(keys) < _LONGEST_KEYS
        if is_text:
            keys.append(byte)
            return True
        self._keys = None
        if byte != TEXT_END:
            return False
        if len(keys) % 2 == 0 and keys[:1] == bytes([KEYS_IDENTIFIER]) and keys[1] in (LAST_KEYS, MORE_KEYS):
            self._key_lists.append(bytes(keys))
        return True
