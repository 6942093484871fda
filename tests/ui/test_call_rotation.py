"""The board's order of calls: each is large for a while, blinks three times, and is then still."""

from __future__ import annotations

from kiosk.errors import StoreError
from kiosk.lobby.views import BoardView, CallView
from kiosk.records import replace
from kiosk.ui.board.board import Board
from kiosk.ui.board.call_rotation import CallRotation
from kiosk.ui.flow.delays import Delays
from kiosk.ui.samples import BOARD, NOW
from tests.clocks import FakeClock
from tests.ui.fakes import FakeLobby

DELAYS = Delays()


def _call(number: str, seq: int, calls: int = 1) -> CallView:
    return CallView(number, 3, NOW, calls, seq)


def _view(*newest_first: CallView) -> BoardView:
    current = newest_first[0] if newest_first else None
    return replace(BOARD, current=current, last=newest_first[1:], unanswered=newest_first)


def _answered(view: BoardView, *calls: CallView) -> BoardView:
    return replace(view, unanswered=tuple(call for call in view.unanswered if call not in calls))


OLD = _call("A001", 0)


def test_a_board_switched_on_calls_nobody_again() -> None:
    rotation = CallRotation.opened(_view(OLD))
    assert rotation.call == OLD
    assert not rotation.is_bright(0.0, DELAYS)
    assert rotation.next_change_monotonic_s(0.0, DELAYS) is None


def test_a_new_call_blinks_three_times_and_is_then_still() -> None:
    new = _call("A002", 5)
    rotation = CallRotation.opened(_view(OLD)).updated(_view(new, OLD)).advanced(100.0, DELAYS)
    assert rotation.call == new
    brights, now = [], 100.0
    while (wakes := rotation.next_change_monotonic_s(now, DELAYS)) is not None:
        brights.append(rotation.is_bright(now, DELAYS))
        assert wakes > now
        now = wakes + 1e-6
    assert brights == [True, False] * DELAYS.blinks
    assert not rotation.is_bright(now, DELAYS)


def test_several_calls_at_once_are_each_shown_large_oldest_first() -> None:
    calls = [_call("A002", 1), _call("B001", 2), _call("C001", 3)]
    rotation = CallRotation.opened(_view(OLD)).updated(_view(*reversed(calls), OLD))
    shown, now = [], 100.0
    for _ in calls:
        rotation = rotation.advanced(now, DELAYS)
        shown.append(rotation.call)
        assert rotation.advanced(now + DELAYS.call_s - 0.1, DELAYS) == rotation
        now += DELAYS.call_s
    assert shown == calls


def test_a_call_that_waits_for_its_turn_is_not_yet_among_the_last() -> None:
    view = _view(_call("B001", 2), _call("A002", 1), OLD)
    rotation = CallRotation.opened(_view(OLD)).updated(view).advanced(100.0, DELAYS)
    assert rotation.last(view) == (OLD,)


def test_a_recall_blinks_again() -> None:
    again = _call("A001", 9, calls=2)
    rotation = CallRotation.opened(_view(OLD)).updated(_view(again)).advanced(100.0, DELAYS)
    assert rotation.call == again
    assert rotation.is_bright(100.0, DELAYS)


def test_a_call_that_is_void_by_now_is_dropped_and_the_true_one_comes_at_once() -> None:
    first, void, true = _call("A002", 1), _call("A003", 2), _call("A004", 3)
    view = _view(true, void, first, OLD)
    rotation = CallRotation.opened(_view(OLD)).updated(view).advanced(100.0, DELAYS)
    rotation = rotation.updated(_answered(view, first, void)).advanced(100.5, DELAYS, is_spoken=True)
    assert rotation.call == true
    assert rotation.queue == ()
    assert rotation.last(view) == (void, first, OLD), "they were called, as the lobby says"


def test_a_call_that_was_void_before_anybody_looked_is_never_called() -> None:
    view = _view(_call("A002", 5), OLD)
    rotation = CallRotation.opened(_view(OLD)).updated(_answered(view, _call("A002", 5))).advanced(100.0, DELAYS)
    assert (rotation.call, rotation.queue) == (OLD, ())


def test_more_calls_at_once_than_the_board_lists_are_each_called() -> None:
    calls = [_call(f"A{number:03}", number) for number in range(2, 12)]
    view = replace(_view(*reversed(calls), OLD), last=tuple(reversed(calls))[1:6])
    rotation = CallRotation.opened(_view(OLD)).updated(view)
    assert list(rotation.queue) == calls
    assert list(rotation.updated(view).queue) == calls


def test_a_large_call_that_the_lobby_took_back_is_not_left_on_the_board() -> None:
    new = _call("A002", 5)
    rotation = CallRotation.opened(_view(OLD)).updated(_view(new, OLD)).advanced(100.0, DELAYS).updated(_view(OLD))
    assert rotation.call == OLD
    assert not rotation.is_bright(100.1, DELAYS), "nobody is called again"


def test_an_impatient_officer_fills_the_queue_with_one_call() -> None:
    rotation = CallRotation.opened(_view(OLD)).updated(_view(_call("B001", 1), OLD)).advanced(100.0, DELAYS)
    for second in range(2, 9):
        rotation = rotation.updated(_view(_call("A001", second, calls=second), _call("B001", 1)))
    assert [call.number for call in rotation.queue] == ["A001"]


def test_a_new_day_clears_the_board() -> None:
    assert CallRotation.opened(_view(OLD)).updated(_view()).call is None


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
