"""Questions and answers: they survive the line, and nothing from outside hurts."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import WireError
from kiosk.wire.messages import MAX_AT_MS
from kiosk.wire.requests import (
    DOSSIER,
    MAX_LEFT_MS,
    STATES,
    DossierAnswer,
    WireQuestion,
    decode_answer,
    decode_question,
    encode_answer,
    encode_question,
)

ids = st.integers(0, 2**63 - 1)
questions = st.builds(WireQuestion, ids, st.just(DOSSIER), st.binary(max_size=64), st.integers(0, MAX_LEFT_MS))
answers = st.builds(
    DossierAnswer,
    st.sampled_from(STATES),
    st.integers(0, MAX_AT_MS),
    st.none() | st.dates(),
    st.none() | st.dates(),
    st.none() | st.integers(1, 99),
)


@given(questions)
def test_a_question_survives(question: WireQuestion) -> None:
    assert decode_question(encode_question(question)) == question


@given(ids, answers)
def test_an_answer_survives(number: int, answer: DossierAnswer) -> None:
    assert decode_answer(encode_answer(number, answer)) == (number, answer)


@given(st.binary(max_size=1300))
def test_random_bytes_are_refused_and_nothing_worse(body: bytes) -> None:
    for decode, name in ((decode_question, "question"), (decode_answer, "answer")):
        with pytest.raises(WireError, match=f"^{name}: "):
            decode(body)


@given(questions, answers, st.data())
def test_damaged_bytes_are_refused_or_read_and_nothing_worse(
    question: WireQuestion, answer: DossierAnswer, data: st.DataObject
) -> None:
    for decode, whole in ((decode_question, encode_question(question)), (decode_answer, encode_answer(7, answer))):
        body = bytearray(whole)
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
        with suppress(WireError):
            decode(bytes(body))


@pytest.mark.parametrize(
    "items",
    [
        [],
        [2, 1, "dossier", b"", 1],
        [1, -1, "dossier", b"", 1],
        [1, "1", "dossier", b"", 1],
        [1, 1, "Dossier\x1b", b"", 1],
        [1, 1, "dossier", "text", 1],
        [1, 1, "dossier", bytes(65), 1],
        [1, 1, "dossier", b"", MAX_LEFT_MS + 1],
    ],
)
def test_a_question_that_breaks_the_contract_is_refused(items: list[object]) -> None:
    with pytest.raises(WireError, match=r"^question: "):
        decode_question(cbor2.dumps(items))


@pytest.mark.parametrize(
    "facts",
    [
        [],
        {},
        {"state": "lost", "as_of_ms": 1},
        {"state": ["ready"], "as_of_ms": 1},
        {"state": "ready"},
        {"state": "ready", "as_of_ms": "now"},
        {"state": "ready", "as_of_ms": 1, "due": "soon"},
        {"state": "ready", "as_of_ms": 1, "due": "2026-02-30"},
        {"state": "ready", "as_of_ms": 1, "received": 20261123},
        {"state": "ready", "as_of_ms": 1, "counter": 0},
        {"state": "ready", "as_of_ms": 1, "counter": True},
    ],
)
def test_an_answer_that_breaks_the_contract_is_refused(facts: object) -> None:
    with pytest.raises(WireError, match=r"^answer: "):
        decode_answer(cbor2.dumps([1, 7, facts]))


def test_what_a_later_version_adds_is_skipped() -> None:
    assert decode_answer(cbor2.dumps([1, 7, {"state": "ready", "as_of_ms": 1, "news": [1]}, "more"])) == (
        7,
        DossierAnswer("ready", 1),
    )
    assert decode_question(cbor2.dumps([1, 7, "dossier", b"x", 1, "more"])) == WireQuestion(7, "dossier", b"x", 1)


def test_an_answer_is_kept_with_all_its_keys() -> None:
    answer = DossierAnswer("ready", 5, due=date(2026, 11, 25), counter=3)
    kept = {"state": "ready", "received": None, "due": "2026-11-25", "counter": 3, "as_of_ms": 5}
    assert json.loads(answer.as_json()) == kept


def test_the_subject_of_a_question_is_not_shown() -> None:
    assert "secret" not in repr(WireQuestion(1, DOSSIER, b"secret", 1))
