"""Each table, changed at random, beside a plain list of the rows that should be in it."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.model.paper import PrintState
from kiosk.model.ticket import OPEN, State
from kiosk.sqlite.transactions import Sql, WriteTransaction
from kiosk.store import bookings, jobs, meta, persons, questions, tickets
from kiosk.store.bookings import Booking
from kiosk.store.database import Store
from kiosk.store.jobs import Job, JobKind
from kiosk.store.questions import Question
from kiosk.store.tickets import NewTicket, TicketRow
from tests.clocks import FakeClock
from tests.databases import change, raw

Row = dict[str, Any]
_DAYS = ("2026-11-22", "2026-11-23", "2026-11-24")
_DAY_MS = 86_400_000
_TAKEN = {1: ("x", 5.0), 2: ("y", 5.0), 3: ("y", 9.0)}
"""In which boot and at which uptime, in seconds, each ticket with paper was taken."""


@pytest.fixture
def tx(tmp_path: Path) -> Iterator[WriteTransaction]:
    """The tables of a new home, without their references to each other; nothing in it is committed."""
    with contextlib.closing(Store.open(tmp_path / "kiosk.db", FakeClock())) as store:
        raw(store).execute("PRAGMA foreign_keys = OFF")
        raw(store).execute("BEGIN")
        yield change(store)


def _rows(tx: WriteTransaction, table: str) -> list[Row]:
    return [dict(row) for row in tx.execute(f"SELECT * FROM {table} ORDER BY id")]


def _job(row: Row) -> Job:
    kind, state = JobKind(row["kind"]), PrintState(row["state"])
    return Job(
        row["id"], kind, row["ticket"], state, row["created_ms"], row["detail"], row["procedure"], row["language"]
    )


@pytest.mark.parametrize("seed", range(8))
def test_print_jobs_change_from_the_state_they_are_in_and_no_other(tx: WriteTransaction, seed: int) -> None:
    die, rows = random.Random(seed), list[Row]()
    _take_all(tx)
    made = dict.fromkeys(("ticket", "ended_ms", "procedure", "language"), None) | {"state": "queued", "detail": ""}
    for now in range(1, 160):
        ticket, ids = die.choice([1, 2, 3]), [row["id"] for row in rows]
        match die.choice(["ask", "ask", "list", "move", "move", "move", "dismiss", "settle", "stale", "forget"]):
            case "ask":
                kind, about = die.choice([(JobKind.SLIP, ticket), (JobKind.COPY, ticket), (JobKind.TEST, None)])
                new = made | {"kind": kind, "ticket": about, "created_ms": now}
                rows.append(new | {"id": jobs.enqueue(tx, kind, about, now)})
            case "list":
                new = made | {"kind": "checklist", "procedure": "2.1", "language": "en", "created_ms": now}
                rows.append(new | {"id": jobs.enqueue_checklist(tx, "2.1", "en", now)})
            case "move":
                job, before, after = die.choice([*ids, 999]), *die.choices(list(PrintState), k=2)
                due = [row for row in rows if row["id"] == job and row["state"] == before]
                word = die.choice(["", "why"])
                assert jobs.move(tx, job, before, after, now_ms=now, detail=word) is bool(due)
                _change(due, state=after, ended_ms=now, detail=word)
            case "dismiss":
                kinds = die.choice([tuple(JobKind), (JobKind.SLIP,), (JobKind.COPY, JobKind.SLIP)])
                due = [r for r in rows if r["ticket"] == ticket and r["state"] in ("queued", "printing")]
                _change([r for r in due if r["kind"] in kinds], state="dismissed", ended_ms=now, detail="gone")
                jobs.dismiss(tx, ticket, "gone", now_ms=now, kinds=kinds)
            case "settle":
                due = [r for r in rows if r["ticket"] == ticket and r["state"] == "uncertain"]
                _change(due, state="printed", ended_ms=now, detail="seen")
                jobs.settle_uncertain(tx, ticket, PrintState.PRINTED, "seen", now)
            case "stale":
                limit, boot, since_s = die.choice([now, now - 20, now - 60]), die.choice("xyz"), die.choice([5.0, 6.0])
                fresh = [t for t, (began, at_s) in _TAKEN.items() if began == boot and at_s >= since_s]
                due = [r for r in rows if r["state"] == "queued" and r["created_ms"] < limit]
                due = [r for r in due if r["ticket"] not in fresh]
                assert jobs.has_older(tx, limit, (boot, since_s)) is bool(due)
                assert jobs.dismiss_older(tx, limit, now, (boot, since_s)) == len(due)
                _change(due, state="dismissed", ended_ms=now, detail="waited too long")
            case "forget":
                limit = now - 50
                rows = [r for r in rows if r["ticket"] is not None or r["created_ms"] >= limit]
                jobs.forget_before(tx, limit)
        assert _rows(tx, "print_job") == rows
        queued = [_job(r) for r in rows if r["state"] == "queued"]
        assert jobs.first_queued(tx) == (queued[0] if queued else None)
        assert jobs.in_state(tx, PrintState.QUEUED) == queued
        of_ticket = [_job(r) for r in rows if r["ticket"] == ticket]
        assert jobs.latest_of(tx, ticket) == (of_ticket[-1] if of_ticket else None)
        assert [jobs.find(tx, r["id"]) for r in rows] == [_job(r) for r in rows]
        assert jobs.find(tx, 999) is None


def _take_all(tx: WriteTransaction) -> None:
    for ticket, (boot, uptime_s) in _TAKEN.items():
        values = (ticket, round(uptime_s * 1000), boot)
        tx.execute("INSERT INTO journal VALUES (?, 'ticket.issued', 0, 0, ?, ?, 1, '{}')", values)
        _set(tx, _take(tx, number=ticket), issued_seq=ticket)


def test_paper_is_fresh_to_the_millisecond_and_in_its_own_boot(tx: WriteTransaction) -> None:
    _take_all(tx)
    jobs.enqueue(tx, JobKind.SLIP, 1, 10)
    assert not jobs.has_older(tx, 10, ("z", 0.0))
    assert not jobs.has_older(tx, 11, ("x", 5.0))
    assert jobs.dismiss_older(tx, 11, 12, ("x", 5.0)) == 0
    assert jobs.has_older(tx, 11, ("x", 5.001))
    assert jobs.has_older(tx, 11, ("y", 5.0))
    assert jobs.dismiss_older(tx, 11, 12, ("x", 5.001)) == 1


def _change(rows: list[Row], **columns: object) -> None:
    for row in rows:
        row |= columns


@pytest.mark.parametrize("seed", range(2))
def test_a_question_is_open_until_it_is_sent_answered_or_too_old(tx: WriteTransaction, seed: int) -> None:
    die, rows, now = random.Random(seed), list[Row](), 0
    for _ in range(120):
        now += die.choice([1000, 5000, _DAY_MS // 2])
        kind, subject, some = die.choice("ab"), die.choice([b"x", b"y"]), die.choice([*rows, {"id": 999}])
        match die.choice(["ask", "ask", "send", "settle", "settle", "prune"]):
            case "ask":
                # A clock that was ahead, too, has asked questions.
                asked = now + die.choice([0, 0, 3 * _DAY_MS])
                new: Row = {"id": questions.ask(tx, kind, subject, asked, asked + 8000)}
                new |= {"kind": kind, "subject": subject, "asked_ms": asked, "deadline_ms": asked + 8000}
                rows.append(new | dict.fromkeys(("sent_ms", "answered_ms", "answer")))
            case "send":
                _change([r for r in [some] if r.get("sent_ms") is None], sent_ms=now)
                questions.mark_sent(tx, some["id"], now)
            case "settle":
                _change([r for r in [some] if r.get("answered_ms") is None], answer=f"{now}", answered_ms=now)
                questions.settle(tx, some["id"], f"{now}", now)
            case "prune":
                rows = [r for r in rows if _is_kept(r, now)]
                questions.prune(tx, now)
        assert _rows(tx, "question") == rows
        unsent = [r for r in rows if r["sent_ms"] is None and r["answered_ms"] is None and r["deadline_ms"] > now]
        keys = ("id", "kind", "subject", "asked_ms", "deadline_ms")
        assert questions.unsent(tx, now) == [Question(*(r[key] for key in keys)) for r in unsent]
        known = [r for r in rows if (r["kind"], r["subject"]) == (kind, subject) and r["answered_ms"] is not None]
        newest = (known[-1]["answer"], known[-1]["answered_ms"]) if known else None
        assert questions.latest(tx, kind, subject) == newest
        assert [questions.answer_of(tx, r["id"]) for r in rows] == [r["answer"] for r in rows]


def _is_kept(row: Row, now: int) -> bool:
    if row["answered_ms"] is not None:
        return bool(now - 30 * _DAY_MS <= row["answered_ms"] <= now + _DAY_MS)
    return bool(now - _DAY_MS <= row["deadline_ms"] <= now + _DAY_MS)


@pytest.mark.parametrize("seed", range(2))
def test_a_booking_stands_in_one_list_and_its_use_outlives_every_list(tx: WriteTransaction, seed: int) -> None:
    die = random.Random(seed)
    listed, made, used = dict[str, Booking](), dict[tuple[str, str], int](), dict[str, tuple[str, int]]()
    for now in range(80):
        site, day = die.choice(["00082", "00091"]), die.choice(_DAYS)
        match die.choice(["list", "list", "use", "forget"]):
            case "list":
                codes = die.sample("abcdefghij", die.randint(0, 4))
                new = [
                    Booking(c, site, day, die.choice("AB"), die.randint(0, 9), die.choice([None, "2.1"]), b"p" * 16)
                    for c in codes
                ]
                listed = {c: b for c, b in listed.items() if (b.site, b.day) != (site, day)} | {b.code: b for b in new}
                made[site, day] = now
                bookings.replace_day(tx, site, day, iter(new), now)
            case "use":
                code = die.choice("abcdefghij")
                if code not in used:
                    used[code] = day, now
                    bookings.use(tx, code, day, now)
            case "forget" if now % 3 == 0:
                listed = {c: b for c, b in listed.items() if b.day >= day}
                made = {key: at for key, at in made.items() if key[1] >= day}
                used = {c: use for c, use in used.items() if use[0] >= day}
                bookings.forget_before(tx, day)
        assert {c: bookings.find(tx, c) for c in "abcdefghij"} == {c: listed.get(c) for c in "abcdefghij"}
        of_day = sorted((b for b in listed.values() if (b.site, b.day) == (site, day)), key=lambda b: (b.at_ms, b.code))
        assert bookings.of_day(tx, site, day) == of_day
        assert bookings.made_ms_of(tx, site, day) == made.get((site, day))
        assert bookings.has_list(tx, site, day) is ((site, day) in made)
        uses = {c: bookings.used_as(tx, c) for c in "abcdefghij"}
        assert uses == {c: used[c][1] if c in used else None for c in uses}


def _take(tx: WriteTransaction, **changes: Any) -> int:  # noqa: ANN401 - any column of a new ticket
    known: Row = {"site": "00082", "device": "k1", "day": _DAYS[1], "letter": "A", "number": 1, "priority": None}
    known |= {"procedure": None, "language": "vi", "issued_ms": 5, "booked_ms": None}
    return tickets.insert(tx, NewTicket(**(known | changes)))


def test_a_new_ticket_is_written_down_whole(tx: WriteTransaction) -> None:
    ticket = _take(tx, letter="B", number=7, priority="elderly", procedure="2.1", language="en", booked_ms=9)
    row = tickets.by_id(tx, ticket)
    assert row == TicketRow(
        id=ticket,
        site="00082",
        device="k1",
        day=_DAYS[1],
        letter="B",
        number=7,
        service="B",
        state=State.WAITING,
        priority="elderly",
        procedure="2.1",
        language="en",
        issued_ms=5,
        booked_ms=9,
        since_ms=5,
        counter=None,
        called_ms=None,
        announced_ms=None,
        serving_ms=None,
        ended_ms=None,
        calls=0,
        by_post=False,
        queue_day=_DAYS[1],
        called_seq=None,
        announced_seq=None,
    )
    assert row.text == "B007"
    assert tickets.by_id(tx, ticket + 1) is None


@pytest.mark.parametrize("seed", range(2))
def test_tickets_are_found_by_their_day_their_state_and_their_number(tx: WriteTransaction, seed: int) -> None:
    die, rows = random.Random(seed), list[Row]()
    for number in range(1, 50):
        day, letter = die.choice(_DAYS), die.choice("AB")
        changes: Row = {
            "queue_day": die.choice([day, day, _DAYS[1]]),
            "state": die.choice(list(State)),
            "counter": die.choice([None, 1, 2]),
            "announced_seq": die.choice([None, 100 - number]),
            "ended_seq": 200 - number,
        }
        ticket = _take(tx, day=day, letter=letter, number=number)
        _set(tx, ticket, **changes)
        rows.append(changes | {"id": ticket, "day": day, "letter": letter, "number": number})
    for day in _DAYS:
        of_day = [r for r in rows if r["queue_day"] == day]
        is_open = [r["id"] for r in of_day if r["state"] in OPEN]
        elsewhere = [r["id"] for r in rows if r["queue_day"] != day and r["state"] in OPEN]
        announced = sorted((r for r in of_day if r["announced_seq"]), key=lambda r: -r["announced_seq"])
        done = sorted((r for r in of_day if r["state"] == "done"), key=lambda r: -r["ended_seq"])
        assert _ids(tickets.of_day(tx, day)) == [r["id"] for r in of_day]
        assert _ids(tickets.still_open(tx, day)) == is_open
        assert _ids(tickets.open_on_other_days(tx, day)) == elsewhere
        assert _ids(tickets.latest_announced(tx, day, 3)) == [r["id"] for r in announced[:3]]
        assert _ids(tickets.latest_done(tx, day, 2)) == [r["id"] for r in done[:2]]
        for counter in (1, 2):
            assert tickets.count_done(tx, day, counter) == sum(r["counter"] == counter for r in done)
        for letter in "AB":
            given = sum((r["day"], r["letter"]) == (day, letter) for r in rows)
            assert tickets.given(tx, day, letter) == given
    for r in rows:
        found = tickets.find(tx, ("00082", r["queue_day"], r["letter"], r["number"]))
        assert found is not None
        assert found.id == r["id"]
        assert tickets.find(tx, ("00091", r["queue_day"], r["letter"], r["number"])) is None
    assert tickets.rate(tx, 1)
    assert not tickets.rate(tx, 1)
    assert tickets.rate(tx, 2)


def _set(tx: WriteTransaction, ticket: int, **columns: Sql) -> None:
    names = ", ".join(f"{name} = ?" for name in columns)
    tx.execute(f"UPDATE ticket SET {names} WHERE id = ?", [*columns.values(), ticket])


def _ids(rows: list[TicketRow]) -> list[int]:
    return [row.id for row in rows]


def test_a_number_given_twice_under_a_wrong_date_means_who_is_still_here(tx: WriteTransaction) -> None:
    early, late, last = (_take(tx, day=day) for day in _DAYS)
    for ticket, state in ((early, State.DONE), (late, State.SERVING), (last, State.EXPIRED)):
        _set(tx, ticket, queue_day=_DAYS[1], state=state)
    key = ("00082", _DAYS[1], "A", 1)
    found = tickets.find(tx, key)
    assert found is not None
    assert found.id == late
    _set(tx, late, state=State.DONE)
    found = tickets.find(tx, key)
    assert found is not None
    assert found.id == last


def test_each_series_counts_by_itself_and_above_what_another_device_has_given(tx: WriteTransaction) -> None:
    series = ("00082", "k1", _DAYS[1], "A")
    assert [tickets.next_number(tx, series, 5) for _ in range(3)] == [5, 6, 7]
    for other in (("00091", *series[1:]), (*series[:2], _DAYS[2], "A"), (*series[:3], "B")):
        assert tickets.next_number(tx, other, 1) == 1
    _take(tx, number=8)
    assert tickets.next_number(tx, ("00082", "k2", *series[2:]), 5) == 9


def test_what_is_forgotten_of_a_day_is_its_tickets_their_paper_and_its_counting(tx: WriteTransaction) -> None:
    for day in _DAYS:
        jobs.enqueue(tx, JobKind.SLIP, _take(tx, day=day), 1)
        tickets.next_number(tx, ("00082", "k1", day, "A"), 1)
    jobs.enqueue(tx, JobKind.TEST, None, 1)
    tickets.forget_before(tx, _DAYS[1])
    assert [row["day"] for row in _rows(tx, "ticket")] == list(_DAYS[1:])
    assert [row["ticket"] for row in _rows(tx, "print_job")] == [2, 3, None]
    assert {row["day"] for row in tx.execute("SELECT day FROM series")} == set(_DAYS[1:])


def test_who_waits_under_a_wrong_date_is_gathered_and_who_left_is_not(tx: WriteTransaction) -> None:
    for uptime_ms, boot in ((1000, "b1"), (2000, "b2"), (3000, "b2")):
        tx.execute("INSERT INTO journal VALUES (NULL, 'ticket.issued', 0, 0, ?, ?, 1, '{}')", [uptime_ms, boot])
    before, today, ahead = _DAYS
    made = {
        "another boot": (before, 1, State.WAITING),
        "too long ago": (before, 2, State.WAITING),
        "just taken": (before, 3, State.WAITING),
        "has gone": (before, 3, State.DONE),
        "of today": (today, 1, State.PARKED),
        "of a day that has not come": (ahead, 1, State.CALLED),
        "ended in a day that has not come": (ahead, 1, State.NO_SHOW),
    }
    for number, (day, seq, state) in enumerate(made.values(), 1):
        _set(tx, _take(tx, day=day, number=number), issued_seq=seq, state=state)
    elsewhere = _take(tx, day=today, number=90)  # its queue is another day's by an earlier mistake
    _set(tx, elsewhere, queue_day="2026-11-20")
    older = _take(tx, day="2026-11-20", number=91)
    tickets.gather(tx, (before, today), "b2", 2.5)
    gathered = [name for name, row in zip(made, _rows(tx, "ticket"), strict=False) if row["queue_day"] == today]
    assert gathered == ["just taken", "of today", "of a day that has not come"]
    days = {row["id"]: row["queue_day"] for row in _rows(tx, "ticket")}
    assert (days[elsewhere], days[older]) == (today, "2026-11-20")
    _set(tx, 2, queue_day=before)
    tickets.gather(tx, (before, today), "b2", 2.0)
    late = tickets.by_id(tx, 2)
    assert late is not None
    assert late.queue_day == today


def test_a_digest_goes_with_its_day_whichever_way_the_date_moves(tx: WriteTransaction) -> None:
    for number, (day, digest) in enumerate([(d, p) for d in _DAYS for p in (b"me", b"you")], 1):
        letter = "AB"[number % 2]
        persons.note(tx, day, digest, _take(tx, day=day, letter=letter, number=number))
    persons.note(tx, _DAYS[1], b"me", _take(tx, letter="C", number=50))
    persons.note(tx, _DAYS[1], b"me", _take(tx, letter="A", number=51))
    assert persons.letters_of(tx, _DAYS[1], b"me") == ["B", "C", "A"]
    _set(tx, 7, state=State.CANCELLED)
    assert persons.letters_of(tx, _DAYS[1], b"me") == ["B", "A"]
    persons.forget_after(tx, _DAYS[1])
    assert [bool(persons.letters_of(tx, day, b"you")) for day in _DAYS] == [True, True, False]
    persons.forget_before(tx, _DAYS[1])
    assert [bool(persons.letters_of(tx, day, b"you")) for day in _DAYS] == [False, True, False]


def test_the_facts_of_a_hall_do_not_touch_each_other(tx: WriteTransaction) -> None:
    assert (meta.last_day(tx), meta.ended_before(tx), meta.leap(tx)) == ("", "", "")
    assert meta.out_of_service(tx) is None
    assert meta.troubles(tx) == {}
    for day in _DAYS:
        meta.open_day(tx, day)
    meta.end_before(tx, _DAYS[0])
    meta.end_before(tx, _DAYS[1])
    meta.note_leap(tx, _DAYS[0])
    meta.note_leap(tx, _DAYS[2])
    meta.take_out_of_service(tx, "")
    assert meta.out_of_service(tx) == ""
    meta.take_out_of_service(tx, "glass")
    for device, word in (("printer", "offline"), ("printer", "paper_out"), ("scanner", "missing")):
        meta.tell_trouble(tx, device, word)
    assert meta.last_day(tx) == _DAYS[2]
    assert meta.ended_before(tx) == _DAYS[1]
    assert meta.leap(tx) == _DAYS[2]
    assert meta.out_of_service(tx) == "glass"
    assert meta.troubles(tx) == {"printer": "paper_out", "scanner": "missing"}
    meta.note_leap(tx, None)
    assert (meta.leap(tx), meta.last_day(tx)) == ("", _DAYS[2])
    meta.tell_trouble(tx, "printer", None)
    assert meta.troubles(tx) == {"scanner": "missing"}
    meta.put_into_service(tx)
    assert meta.out_of_service(tx) is None
    assert (meta.ended_before(tx), meta.troubles(tx)) == (_DAYS[1], {"scanner": "missing"})
