"""Questions to the city and its answers, as bytes. Pure: bytes in, values out.

The format is a contract, specified in docs/wire.md; kiosk and city use this module. A question names its subject only
by a digest: nobody who reads the line learns a dossier's code.
"""

from __future__ import annotations

import re
from datetime import date

import cbor2
import msgspec

from kiosk.errors import WireError
from kiosk.records import Record
from kiosk.wire.messages import MAX_AT_MS, array_of, day_of, integer_of, load_strictly, text_of, version_of

VERSION = 1
DOSSIER = "dossier"
"""The question about a dossier; its subject is the digest of the dossier's code."""
STATES = ("received", "processing", "waiting", "ready", "returned", "unknown")
MAX_LEFT_MS = 600_000
MAX_SUBJECT_BYTES = 64
_MAX_ID = 2**63 - 1
_MAX_COUNTER = 99
_KIND = re.compile(r"[a-z][a-z_]{0,31}")


class WireQuestion(Record):
    """A question of a kiosk: `id` returns with the answer, which is useful for `left_ms` more."""

    hidden = ("subject",)

    id: int
    kind: str
    subject: bytes
    left_ms: int


class DossierAnswer(Record):
    """The state of a dossier as of `as_of_ms` (UTC); days are local to the city."""

    state: str
    as_of_ms: int
    received: date | None = None
    due: date | None = None
    counter: int | None = None

    def as_json(self) -> str:
        """Return the answer as it is stored: JSON with all five keys."""
        days = {"received": _iso(self.received), "due": _iso(self.due)}
        answer = {"state": self.state, **days, "counter": self.counter, "as_of_ms": self.as_of_ms}
        return msgspec.json.encode(answer).decode()


def encode_question(question: WireQuestion) -> bytes:
    """Return the bytes of a question."""
    return cbor2.dumps([VERSION, question.id, question.kind, question.subject, question.left_ms])


def decode_question(body: bytes) -> WireQuestion:
    """Return the question in bytes from the line.


    Raises:
        WireError: they are too many, not CBOR, or not a question; the message says where.
    """
    version, *items = array_of(load_strictly(body, "question"), 5, "question")
    version_of(version, VERSION, "question")
    number, kind, subject, left_ms = items
    if not isinstance(subject, bytes) or len(subject) > MAX_SUBJECT_BYTES:
        raise WireError(f"question: subject: expected at most {MAX_SUBJECT_BYTES} bytes")
    return WireQuestion(
        id=integer_of(number, 0, _MAX_ID, "question: id"),
        kind=text_of(kind, _KIND, "question: kind"),
        subject=subject,
        left_ms=integer_of(left_ms, 0, MAX_LEFT_MS, "question: time left"),
    )


def encode_answer(question: int, answer: DossierAnswer) -> bytes:
    """Return the bytes of the answer to the question with this id; unknown fields are left out."""
    known = {"received": _iso(answer.received), "due": _iso(answer.due), "counter": answer.counter}
    facts = {key: value for key, value in known.items() if value is not None}
    return cbor2.dumps([VERSION, question, {"state": answer.state, "as_of_ms": answer.as_of_ms, **facts}])


def decode_answer(body: bytes) -> tuple[int, DossierAnswer]:
    """Return the question's id and the answer in bytes from the line; unknown keys are skipped.


    Raises:
        WireError: they are too many, not CBOR, or not an answer; the message says where.
    """
    version, number, facts = array_of(load_strictly(body, "answer"), 3, "answer")
    version_of(version, VERSION, "answer")
    if not isinstance(facts, dict) or facts.get("state") not in STATES:
        raise WireError(f"answer: expected a map whose `state` is one of {', '.join(STATES)}")
    counter = facts.get("counter")
    answer = DossierAnswer(
        state=facts["state"],
        as_of_ms=integer_of(facts.get("as_of_ms"), 0, MAX_AT_MS, "answer: as_of_ms"),
        received=_day_of(facts.get("received"), "answer: received"),
        due=_day_of(facts.get("due"), "answer: due"),
        counter=None if counter is None else integer_of(counter, 1, _MAX_COUNTER, "answer: counter"),
    )
    return integer_of(number, 0, _MAX_ID, "answer: id"), answer


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day_of(value: object, where: str) -> date | None:
    return None if value is None else day_of(value, where)
