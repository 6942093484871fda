"""What the long day says of its paper: planted misfortunes are noticed, and what a visitor asked for is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.drivers.printer.emulator.machine import Machine
from kiosk.drivers.printer.emulator.tray import Tray
from kiosk.model.paper import PrintState
from kiosk.ports.printer import Outcome
from kiosk.printing.print_worker import PrintWorker
from kiosk.receipt.commands import LONGEST_BAND_BYTES, cut
from kiosk.receipt.slip import PrinterProfile
from kiosk.store import jobs
from kiosk.store.jobs import JobKind
from tests import halls
from tests.clocks import FakeClock
from tests.e2e.soak import troubles_now
from tests.e2e.soak_paper import Ledger, Slip, complaints_about, slips_in
from tests.lobby.test_print_worker import FakePrinter

UNDER_WAY = "a slip is still under way"


class Day:
    """A hall whose printer says how a job ended, and whose paper comes out when a test lays it."""

    def __init__(self, root: Path) -> None:
        self.lobby = halls.lobby(root, FakeClock())
        self.printer = FakePrinter()
        self.tray = root / "slips"
        self.tray.mkdir()
        profile = PrinterProfile()
        self.machine = Machine(profile, Tray(self.tray, profile.width_dots, slips_kept=100).lay)
        self._worker = PrintWorker(self.lobby, self.printer)

    def print(self, ends: Outcome = Outcome.CONFIRMED) -> bytes:
        """Print what is queued; return what was sent."""
        self.printer.ends = ends
        self._worker.step()
        return self.printer.jobs[-1]

    def lay(self, *payloads: bytes) -> None:
        """Let what was sent come out."""
        for payload in payloads:
            for at in range(0, len(payload), 4096):
                self.machine.receive(payload[at : at + 4096])
                self.machine.work()

    @property
    def complaints(self) -> list[str]:
        return list(complaints_about(Ledger.of(self.lobby), slips_in(self.tray)))


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    day = Day(tmp_path)
    with closing(day.lobby):
        yield day


def _in_doubt_and_copied(day: Day) -> tuple[bytes, bytes]:
    """Take a number whose slip is in doubt, and a copy of it."""
    number = day.lobby.take("A").number
    first = day.print(Outcome.UNCERTAIN)
    day.lobby.reprint(number)
    return first, day.print()


def test_the_books_stay_shut_while_a_slip_is_in_the_printer(day: Day) -> None:
    day.lobby.take("A")
    store, settings = day.lobby.store, day.lobby.settings
    assert UNDER_WAY in troubles_now(settings)
    with store.write() as tx:
        assert jobs.move(tx, 1, PrintState.QUEUED, PrintState.PRINTING, now_ms=tx.now_ms)
    assert UNDER_WAY in troubles_now(settings)
    with store.write() as tx:
        assert jobs.move(tx, 1, PrintState.PRINTING, PrintState.PRINTED, now_ms=tx.now_ms)
    assert UNDER_WAY not in troubles_now(settings)


def test_a_slip_that_is_called_printed_and_is_not_there_is_missed(day: Day) -> None:
    day.lobby.take("A")
    payload = day.print()
    assert day.complaints == ["the slip of A001 is called printed 1 times and came out 0 times"]
    day.lay(payload)
    assert day.complaints == []


def test_a_missing_slip_is_missed_beside_one_in_doubt_that_came_out(day: Day) -> None:
    day.lobby.take("A")
    day.lay(day.print(Outcome.UNCERTAIN))
    day.lobby.take("A")
    day.print()
    assert day.complaints == ["the slip of A002 is called printed 1 times and came out 0 times"]


@pytest.mark.parametrize("is_out", [False, True], ids=["it never came out", "it came out"])
def test_a_slip_in_doubt_is_no_fault(day: Day, is_out: bool) -> None:
    day.lobby.take("A")
    payload = day.print(Outcome.UNCERTAIN)
    day.lay(*[payload] * is_out)
    assert day.complaints == []


def test_a_slip_in_doubt_comes_out_beside_its_copy(day: Day) -> None:
    day.lay(*_in_doubt_and_copied(day))
    assert len(slips_in(day.tray)) == 2
    assert day.complaints == []


def test_a_slip_in_doubt_comes_out_twice_and_its_copy_never(day: Day) -> None:
    first, _ = _in_doubt_and_copied(day)
    day.lay(first, first)
    assert day.complaints == [
        "the slip of A001 came out 2 times and was asked for 1 times",
        "the copy of A001 is called printed 1 times and came out 0 times",
    ]


def test_a_copy_comes_out_twice(day: Day) -> None:
    first, copy = _in_doubt_and_copied(day)
    day.lay(first, copy, copy)
    assert day.complaints == ["the copy of A001 came out 2 times and was asked for 1 times"]


def test_a_copy_is_ordered_that_nobody_asked_for(day: Day) -> None:
    day.lobby.take("A")
    day.lay(day.print())
    with day.lobby.store.write() as tx:
        jobs.enqueue(tx, JobKind.COPY, 1, tx.now_ms)
    day.lay(day.print())
    assert day.complaints == [
        "the copy of A001 was asked for 0 times and ordered 1 times",
        "the copy of A001 came out 1 times and was asked for 0 times",
    ]


def test_a_number_without_any_slip_is_missed(day: Day) -> None:
    day.lobby.take("A", print_slip=False)
    assert day.complaints == ["the slip of A001 was asked for 1 times and ordered 0 times"]


def test_a_slip_that_nobody_gave_up_is_dropped(day: Day) -> None:
    day.lobby.dismiss_slip(day.lobby.take("A").number)
    assert day.complaints == []
    day.lobby.cancel(day.lobby.take("A").number)
    assert day.complaints == ["the slip of A002 was dropped: its ticket is cancelled"]


def test_a_slip_of_another_hall_lies_there(day: Day, tmp_path: Path) -> None:
    with closing(Day(tmp_path / "other").lobby) as other:
        assert other.take("A").token != day.lobby.take("A").token
    payload = day.print()
    day.lay(payload)
    ledger = Ledger.of(day.lobby)
    strangers = [*slips_in(day.tray), Slip("stranger", is_copy=False)]
    assert list(complaints_about(ledger, strangers)) == ["a slip shows a number that was never given"]


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.75, 0.9, 0.99])
@pytest.mark.parametrize("is_cut", [True, False], ids=["cut off", "on the same paper"])
def test_a_slip_is_read_behind_what_is_left_of_another(day: Day, share: float, is_cut: bool) -> None:
    day.lobby.take("A")
    broken = day.print(Outcome.UNCERTAIN)
    broken = broken[: round(share * len(broken))]
    view = day.lobby.take("A")
    day.lay(broken, bytes(LONGEST_BAND_BYTES), cut(0) if is_cut else b"", day.print())
    assert Slip(view.token, is_copy=False) in slips_in(day.tray)
    assert day.complaints == []
