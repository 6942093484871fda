"""The database shows one state at a time, and a change starts from the state that it was decided on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import IllegalStepError, StoreError
from kiosk.lobby.lobby import Lobby
from kiosk.model.ticket import State
from kiosk.store import meta, questions, tickets
from kiosk.store.database import Store
from tests.clocks import FakeClock
from tests.databases import look
from tests.halls import lobby

_DAY, _NEXT = "2026-11-23", "2026-11-24"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "kiosk.db", FakeClock()) as store:
        yield store


@pytest.fixture
def other(store: Store) -> Iterator[Store]:
    """The same file, as another process has it open."""
    with Store.open(store.file, FakeClock()) as other:
        yield other


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Lobby]:
    with contextlib.closing(lobby(tmp_path, FakeClock())) as hall:
        yield hall


def test_a_read_inside_a_read_sees_the_same_state_whatever_others_commit(store: Store, other: Store) -> None:
    with store.read() as outer:
        assert meta.last_day(outer) == ""
        with other.write() as tx:
            meta.open_day(tx, _DAY)
        with store.read() as inner:
            assert inner is outer
            assert meta.last_day(inner) == ""
        assert meta.last_day(outer) == "", "the inner one has not ended it"
    with store.read() as snapshot:
        assert meta.last_day(snapshot) == _DAY


def test_a_read_inside_a_write_sees_what_was_written_so_far(store: Store, other: Store) -> None:
    with store.write() as tx:
        meta.open_day(tx, _DAY)
        with store.read() as snapshot:
            assert meta.last_day(snapshot) == _DAY
        meta.open_day(tx, _NEXT)
        assert meta.last_day(look(other)) == ""
    assert meta.last_day(look(other)) == _NEXT


def test_a_write_inside_a_read_or_a_write_is_refused_and_spoils_neither(store: Store) -> None:
    with store.read() as snapshot:
        with pytest.raises(StoreError, match="within a transaction"), store.write():
            pytest.fail("it began")
        assert meta.last_day(snapshot) == ""
    with store.write() as tx:
        meta.open_day(tx, _DAY)
        with pytest.raises(StoreError, match="within a transaction"), store.write():
            pytest.fail("it began")
    assert meta.last_day(look(store)) == _DAY


def test_a_ticket_changes_from_the_state_it_was_read_in_and_no_other(hall: Lobby) -> None:
    hall.take("A")
    with hall.store.read() as snapshot:
        waiting = tickets.by_id(snapshot, 1)
    assert waiting is not None
    hall.call_next(1)
    with pytest.raises(IllegalStepError, match="A001 is no longer waiting"), hall.store.write() as tx:
        tickets.update(tx, waiting, state=State.CANCELLED)
    assert hall.ticket("A001").state == "called"


def test_a_ticket_keeps_the_place_in_the_journal_that_it_was_given_first(hall: Lobby) -> None:
    hall.take("A")
    place = "SELECT issued_seq FROM ticket"
    (first,) = look(hall.store).query(place).fetchone()
    with hall.store.write() as tx:
        tickets.place(tx, 1, first + 5)
    assert tuple(look(hall.store).query(place).fetchone()) == (first,)


def test_a_question_keeps_its_first_answer_and_the_time_it_was_first_sent(store: Store) -> None:
    with store.write() as tx:
        number = questions.ask(tx, "dossier", b"digest", 0, 8000)
        for now_ms, answer in ((5, "first"), (6, "second")):
            questions.mark_sent(tx, number, now_ms)
            questions.settle(tx, number, answer, now_ms)
    row = look(store).query("SELECT sent_ms, answer, answered_ms FROM question").fetchone()
    assert tuple(row) == (5, "first", 5)
