"""The board's order of calls: each is large for a while, blinks three times, and is then still."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kiosk.errors import StoreError
from kiosk.lobby.views import BoardView, CallView
from kiosk.ui.board import Board
from kiosk.ui.delays import Delays
from kiosk.ui.samples import BOARD, NOW
from kiosk.ui.stage import Stage
from tests.clocks import FakeClock
from tests.ui.fakes import FakeLobby

DELAYS = Delays()


def _call(number: str, second: int, calls: int = 1) -> CallView:
    return CallView(number, 3, NOW + timedelta(seconds=second), calls)


def _view(*newest_first: CallView) -> BoardView:
    return replace(BOARD, current=newest_first[0] if newest_first else None, last=newest_first[1:])


OLD = _call("A001", 0)


def test_a_board_switched_on_calls_nobody_again() -> None:
    stage = Stage.opened(_view(OLD))
    assert stage.call == OLD
    assert not stage.is_bright(0.0, DELAYS)
    assert stage.wakes_at(0.0, DELAYS) is None


def test_a_new_call_blinks_three_times_and_is_then_still() -> None:
    new = _call("A002", 5)
    stage = Stage.opened(_view(OLD)).updated(_view(new, OLD)).advanced(100.0, DELAYS)
    assert stage.call == new
    brights, now = [], 100.0
    while (wakes := stage.wakes_at(now, DELAYS)) is not None:
        brights.append(stage.is_bright(now, DELAYS))
        assert wakes > now
        now = wakes + 1e-6
    assert brights == [True, False] * DELAYS.blinks
    assert not stage.is_bright(now, DELAYS)


def test_several_calls_at_once_are_each_shown_large_oldest_first() -> None:
    calls = [_call("A002", 1), _call("B001", 2), _call("C001", 3)]
    stage = Stage.opened(_view(OLD)).updated(_view(*reversed(calls), OLD))
    shown, now = [], 100.0
    for _ in calls:
        stage = stage.advanced(now, DELAYS)
        shown.append(stage.call)
        assert stage.advanced(now + DELAYS.call_s - 0.1, DELAYS) == stage
        now += DELAYS.call_s
    assert shown == calls


def test_a_call_that_waits_for_its_turn_is_not_yet_among_the_last() -> None:
    view = _view(_call("B001", 2), _call("A002", 1), OLD)
    stage = Stage.opened(_view(OLD)).updated(view).advanced(100.0, DELAYS)
    assert stage.last(view) == (OLD,)


def test_a_recall_blinks_again() -> None:
    again = _call("A001", 9, calls=2)
    stage = Stage.opened(_view(OLD)).updated(_view(again)).advanced(100.0, DELAYS)
    assert stage.call == again
    assert stage.is_bright(100.0, DELAYS)


def test_an_impatient_officer_fills_the_queue_with_one_call() -> None:
    stage = Stage.opened(_view(OLD)).updated(_view(_call("B001", 1), OLD)).advanced(100.0, DELAYS)
    for second in range(2, 9):
        stage = stage.updated(_view(_call("A001", second, calls=second), _call("B001", 1)))
    assert [call.number for call in stage.queue] == ["A001"]


def test_a_new_day_clears_the_board() -> None:
    assert Stage.opened(_view(OLD)).updated(_view()).call is None


def test_a_board_without_its_database_says_that_it_stands_still(lobby: FakeLobby, clock: FakeClock) -> None:
    board = Board(lobby, Delays(), clock.monotonic)
    lobby.fails["board"] = StoreError("busy")
    board.refresh()
    texts = board.scene().texts
    assert "Bảng tạm dừng. Mời nghe cán bộ gọi số." in texts
    assert "09:24" not in texts, "a frozen clock lies"
    del lobby.fails["board"]
    clock.pass_time(seconds=board.tick() + 0.01)
    board.tick()
    assert "09:24" in board.scene().texts


def test_a_board_that_starts_without_its_database_is_no_crash(lobby: FakeLobby, clock: FakeClock) -> None:
    lobby.fails["board"] = StoreError("busy")
    assert "Bảng tạm dừng. Mời nghe cán bộ gọi số." in Board(lobby, Delays(), clock.monotonic).scene().texts


def test_notices_take_turns_in_both_languages(lobby: FakeLobby, clock: FakeClock) -> None:
    board = Board(lobby, Delays(), clock.monotonic)
    seen = set()
    for _ in range(6):
        seen |= {notice for notice in board.scene().texts if notice in BOARD.notices[0].values()}
        clock.pass_time(seconds=DELAYS.notice_s)
        board.tick()
    assert seen == set(BOARD.notices[0].values())
