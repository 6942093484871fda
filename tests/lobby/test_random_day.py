"""Whatever a hall does in a day, its screens, its board, its counters and its journal say what a pencil would have."""

from __future__ import annotations

import contextlib
import random
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.errors import CapReachedError, ClosedError, IllegalStepError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import Fault, HelpView, Reason
from kiosk.model.paper import PrintState
from kiosk.model.ticket import State, Step
from kiosk.store import jobs, journal
from tests.clocks import FakeClock
from tests.databases import look
from tests.halls import text
from tests.lobby import wards
from tests.lobby.ledger import DAY, Entry, Ledger

_SERVICES = [
    {"letter": letter, "name": text(name), "short": text(letter), "hint": text(f"{name}?"), "icon": "stamp", **limits}
    for letter, name, limits in (
        ("A", "Copies", {}),
        ("B", "Births", {"first_number": 5, "last_number": 24}),
        ("C", "Land", {"daily_cap": 12}),
    )
]
_COUNTERS = [{"id": 1, "services": ["A"]}, {"id": 2, "services": ["A", "B"]}, {"id": 3, "services": ["B", "C"]}]
_TICKET_STEPS = {
    "cancel": Step.CANCEL,
    "serve": Step.SERVE,
    "done": Step.DONE,
    "no_show": Step.NO_SHOW,
    "park": Step.PARK,
    "resume": Step.RESUME,
}
_PRINTER_ENDS = (PrintState.PRINTED, PrintState.UNCERTAIN, PrintState.QUEUED)


class Day:
    """A hall and its ledger, and a die that says what happens next to both."""

    def __init__(self, root: Path, seed: int) -> None:
        self.die = random.Random(seed)
        self.clock = FakeClock()
        policy = {"priority_run": self.die.choice([1, 2]), "ordinary_run": self.die.choice([1, 3])}
        self.hall: Lobby = wards.lobby(root, self.clock, services=_SERVICES, counters=_COUNTERS, policy=policy)
        self.ledger = Ledger(self.hall.settings, self._now)
        self.epoch = self.hall.store.epoch
        with self.hall.context.change():
            self.ledger.append("day.opened", {"day": DAY, "site": self.hall.settings.site.code})

    def _now(self) -> datetime:
        return self.clock.read().wall.astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))

    def go_on(self) -> None:
        """Let one thing happen."""
        self.clock.pass_time(seconds=self.die.choice([0, 1, 20, 90, 240]))
        happenings = [self._take] * 6 + [self._call] * 6 + [self._turn] * 9 + [self._any_step] * 4
        happenings += [self._transfer, self._recall, self._paper, self._paper, self._printer, self._printer]
        self.die.choice([*happenings, self._printer, self._help, self._word, self._post, self._service])()

    def _some(self, *states: State) -> Entry | None:
        known = [t for t in self.ledger.tickets if not states or t.state in states]
        return self.die.choice(known) if known else None

    def _take(self) -> None:
        letter, language = self.die.choice("AABC"), self.die.choice(["vi", "en"])
        priority = self.die.choice([None, None, "elderly"])
        procedure = self.die.choice([None, {"A": "2.000815", "B": "2.000635", "C": None}[letter]])
        has_paper = self.die.random() < 0.8
        expected = ClosedError if self.ledger.is_out else CapReachedError if self.ledger.is_spent(letter) else None
        with pytest.raises(expected) if expected else contextlib.nullcontext():
            taken = self.hall.take(
                letter, priority=priority, procedure=procedure, language=language, print_slip=has_paper
            )
        if expected is None:
            entry = self.ledger.take(letter, priority, procedure, language)
            if has_paper:
                self.ledger.print("slip", entry)
            assert taken == self.ledger.view(entry, self.epoch)

    def _call(self) -> None:
        desk = self.die.choice(self.hall.settings.site.counters)
        if any(t.counter == desk.id and t.state in (State.CALLED, State.SERVING) for t in self.ledger.tickets):
            with pytest.raises(IllegalStepError, match="finish it first"):
                self.hall.call_next(desk.id)
            return
        queue = self.ledger.order(desk.services)
        called = self.hall.call_next(desk.id)
        assert (called is None) is (not queue)
        if called is not None:
            self.ledger.call(queue[0], desk.id)
            assert called == self.ledger.view(queue[0], self.epoch)

    def _turn(self) -> None:
        """Go on with somebody who stands at a counter."""
        entry = self._some(State.CALLED, State.SERVING)
        if entry is not None:
            self._step(entry, "serve" if entry.state is State.CALLED else self.die.choice(["done", "done", "park"]))

    def _any_step(self) -> None:
        entry = self._some()
        if entry is not None:
            self._step(entry, self.die.choice(list(_TICKET_STEPS)))

    def _step(self, entry: Entry, name: str) -> None:
        try:
            self.ledger.step(entry, _TICKET_STEPS[name])
        except IllegalStepError:
            with pytest.raises(IllegalStepError):
                getattr(self.hall, name)(entry.number)
        else:
            assert getattr(self.hall, name)(entry.number) == self.ledger.view(entry, self.epoch)

    def _transfer(self) -> None:
        entry, letter = self._some(State.WAITING, State.CALLED, State.SERVING, State.PARKED), self.die.choice("ABC")
        if entry is not None:
            self.ledger.step(entry, Step.TRANSFER, letter)
            assert self.hall.transfer(entry.number, letter) == self.ledger.view(entry, self.epoch)

    def _recall(self) -> None:
        entry = self._some(State.CALLED)
        if entry is not None:
            self.ledger.recall(entry)
            assert self.hall.recall(entry.number) == self.ledger.view(entry, self.epoch)

    def _paper(self) -> None:
        """Somebody asks for a copy, has seen a slip, or needs none."""
        entry, wish = self._some(), self.die.choice(["copy", "seen", "photographed"])
        if entry is None:
            return
        if wish == "copy":
            self.ledger.settle(entry, [PrintState.UNCERTAIN], PrintState.DISMISSED)
            self.ledger.print("copy", entry)
            self.ledger.append("ticket.reprinted", {"t": entry.id})
            assert self.hall.reprint(entry.number) == self.ledger.view(entry, self.epoch)
        elif wish == "seen":
            self.ledger.settle(entry, [PrintState.UNCERTAIN], PrintState.PRINTED)
            self.hall.confirm_slip(entry.number)
        else:
            self.ledger.settle(entry, [PrintState.QUEUED, PrintState.PRINTING], PrintState.DISMISSED)
            self.hall.dismiss_slip(entry.number)

    def _printer(self) -> None:
        """The printer ends what it is doing, or begins with what waits longest."""
        busy = next((paper for paper in self.ledger.papers if paper.state is PrintState.PRINTING), None)
        waits = next((paper for paper in self.ledger.papers if paper.state is PrintState.QUEUED), None)
        queued = jobs.first_queued(look(self.hall.store))
        assert (queued and (queued.id, queued.kind)) == (waits and (waits.id, waits.kind))
        paper = busy or waits
        if paper is not None:
            before, paper.state = paper.state, self.die.choice(_PRINTER_ENDS) if busy else PrintState.PRINTING
            with self.hall.store.write() as tx:
                assert jobs.move(tx, paper.id, before, paper.state, now_ms=tx.now_ms)

    def _help(self) -> None:
        if self.die.random() < 0.5:
            self.ledger.append("help.requested", {})
            self.hall.help.request()
            return
        counter = self.die.choice([1, 2, 3])
        asked, coming = self.ledger.help()
        if asked is not None and coming is None:
            self.ledger.append("help.answered", {"c": counter})
        self.hall.help.answer(counter)

    def _word(self) -> None:
        entry, score = self._some(), self.die.randint(1, 5)
        reasons = self.die.sample(list(Reason), 2)
        word: dict[str, int | str] = {"x": score, "r": ",".join(r for r in Reason if r in reasons)}
        if entry is None or not entry.is_rated:
            self.ledger.append("feedback.given", word | ({"t": entry.id} if entry else {}))
        if entry is not None:
            entry.is_rated = True
        self.hall.feedback.give(score, reasons, entry.number if entry else "")

    def _post(self) -> None:
        entry, is_by_post = self._some(), self.die.random() < 0.5
        if entry is not None:
            if entry.by_post is not is_by_post:
                entry.by_post = is_by_post
                self.ledger.append("ticket.post", {"t": entry.id, "on": is_by_post})
            self.hall.note_post(entry.number, is_by_post)

    def _service(self) -> None:
        """The kiosk is taken out of service, seldom, and put back, often."""
        is_in = self.die.random() < 0.8
        reason = self.die.choice(["", "the glass is broken"])
        if is_in and self.ledger.is_out:
            self.ledger.append("device.cleared", {"d": "kiosk", "x": "in_service"})
        elif not is_in and not self.ledger.is_out:
            self.ledger.append(
                "device.fault", {"d": "kiosk", "x": "out_of_service"} | ({"r": reason} if reason else {})
            )
        self.ledger.is_out = not is_in
        self.hall.set_in_service(is_in, reason)

    # --- what must be seen ------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Compare all that anybody can see."""
        hall, ledger = self.hall, self.ledger
        assert hall.tickets() == tuple(ledger.row(t) for t in ledger.tickets)
        for desk in hall.settings.site.counters:
            seen = hall.counter(desk.id)
            assert seen == ledger.counter(seen)
            assert [service.letter for service in seen.services] == desk.services
        self._check_board()
        self._check_screen()
        last = ledger.tickets[-1:]
        assert [hall.ticket(t.number) for t in last] == [ledger.view(t, self.epoch) for t in last]

    def _check_board(self) -> None:
        board, calls = self.hall.board(), self.ledger.calls()
        shown = [call for call, _ in calls[:6]]
        assert board.current == (shown[0] if shown else None)
        assert list(board.last) == shown[1:]
        assert list(board.unanswered) == [call for call, is_unanswered in calls if is_unanswered]
        assert board.now == self._now()

    def _check_screen(self) -> None:
        hall, ledger = self.hall.hall(), self.ledger
        assert hall.now == self._now()
        asked, coming = ledger.help()
        is_shown = asked is not None and self._now() - asked <= timedelta(minutes=3)
        assert hall.help == (HelpView(asked, coming) if asked and is_shown else None)
        out = (Fault.OUT_OF_SERVICE,) if ledger.is_out else ()
        assert hall.faults == (*out, Fault.PRINTER_OFFLINE, Fault.LINE_DOWN)
        waiting = ledger.waiting()
        for service in hall.services:
            spent = "cap_reached" if ledger.is_spent(service.letter) else ""
            assert service.waiting == waiting[service.letter]
            assert service.wait_minutes == ledger.wait_minutes(service.letter, waiting[service.letter])
            assert service.refusal == ("closed" if ledger.is_out else spent)
        assert hall.waiting == sum(waiting.values())


@pytest.mark.parametrize("seed", range(3))
def test_all_that_is_seen_of_a_day_is_what_a_pencil_would_have_kept(tmp_path: Path, seed: int) -> None:
    day = Day(tmp_path, seed)
    with contextlib.closing(day.hall):
        for _ in range(120):
            day.go_on()
            day.check()
        told = [(event.kind, event.payload) for event in journal.pending(look(day.hall.store), 0, 10_000)]
        assert told == [(kind, payload) for kind, payload, _ in day.ledger.events]
        assert day.hall.context.today() == DAY
        for entry in day.ledger.tickets:
            found = day.hall.find_by_token(day.ledger.view(entry, day.epoch).token)
            assert found is not None
            assert found.number == entry.number
