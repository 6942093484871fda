"""The promise: nine of ten questions find their procedure, and what nobody here does is not promised."""

from __future__ import annotations

import pytest

from benchmarks.questions import Question, questions, rewritten
from kiosk.search.index import Index


def score(index: Index, asked: list[Question]) -> float:
    """Return the share of questions that are answered well."""
    return sum(one.is_answered_by(index.search(one.text, one.language, 3)) for one in asked) / len(asked)


@pytest.mark.parametrize("part", ["held", "tune"])
def test_the_right_procedure_is_among_the_first_three(index: Index, part: str) -> None:
    assert score(index, [one for one in questions(part) if one.codes]) >= 0.95


@pytest.mark.parametrize("kind", ["marks", "plain", "typos", "english"])
def test_no_way_of_writing_is_left_behind(index: Index, kind: str) -> None:
    assert score(index, [one for one in questions("held") if one.kind == kind]) >= 0.93


@pytest.mark.parametrize("part", ["held", "tune"])
def test_what_the_ward_does_not_do_is_not_answered(index: Index, part: str) -> None:
    assert score(index, [one for one in questions(part) if not one.codes]) >= 0.9


@pytest.mark.parametrize("kind", ["marks left out", "raw Telex keys", "one slip", "one slip, no marks"])
def test_the_same_questions_typed_badly(index: Index, kind: str) -> None:
    assert score(index, [one for one in rewritten(questions("held")) if one.kind == kind]) >= 0.88


def test_every_procedure_answers_to_its_own_name_and_search_words(index: Index) -> None:
    for found in index._settings.procedures:
        for text in (*found.name.values(), *found.search):
            assert found.code in index.search(text, "vi", 5), text
