"""A visitor's finger on the glass: taps, double taps, and a lobby that cannot do what is asked."""

from __future__ import annotations

from dataclasses import replace

from kiosk.errors import CapReachedError, ClosedError, CorruptError, FullError, StoreError, UnknownNameError
from kiosk.lobby.views import Fault
from kiosk.model.paper import PrintState
from kiosk.ui.delays import Delays
from kiosk.ui.flow import Slip
from kiosk.ui.samples import HALL
from kiosk.ui.visit import Visit
from tests.clocks import FakeClock
from tests.ui.fakes import FakeLobby
from tests.ui.finger import Finger

TO_PRIORITY = ("take", "service:A", "procedure:2.000815")


def test_a_visitor_takes_a_number_and_the_screen_goes_home(finger: Finger, lobby: FakeLobby) -> None:
    scene = finger.tap(*TO_PRIORITY, "priority:elderly")
    assert lobby.taken == [("A", "elderly", "2.000815", "vi")]
    assert "A001" in scene.texts
    lobby.print_state = PrintState.PRINTED
    finger.wait(1)
    assert finger.screen == "number"
    assert finger.wait(12.5).name == "welcome"


def test_several_taps_on_one_button_give_one_ticket(finger: Finger, lobby: FakeLobby) -> None:
    """ZMS-2328: impatient fingers."""
    finger.tap(*TO_PRIORITY)
    x, y = (finger.see().target("priority:") or finger.see().targets[0]).box.center
    finger.clock.pass_time(seconds=1)
    for _ in range(5):
        finger.strike(x, y)
        finger.clock.pass_time(seconds=0.04)
        finger.see()
    assert len(lobby.taken) == 1
    assert finger.screen == "number"


def test_a_double_tap_does_not_answer_the_next_question(finger: Finger) -> None:
    finger.clock.pass_time(seconds=1)
    x, y = (finger.see().target("take") or finger.see().targets[0]).box.center
    finger.strike(x, y)
    assert finger.screen == "service"
    finger.clock.pass_time(seconds=0.2)
    finger.strike(x, y)
    assert finger.screen == "service"


def test_a_pressed_button_is_seen_before_it_does_anything(finger: Finger, lobby: FakeLobby) -> None:
    finger.tap(*TO_PRIORITY)
    finger.clock.pass_time(seconds=1)
    before = finger.see()
    finger.press("priority:")
    assert finger.see() != before
    assert lobby.taken == []


def test_a_finger_that_slides_away_has_changed_its_mind(finger: Finger, lobby: FakeLobby) -> None:
    finger.tap(*TO_PRIORITY)
    finger.clock.pass_time(seconds=1)
    finger.press("priority:")
    finger.lift("help")
    assert lobby.taken == []
    assert finger.screen == "priority"


def test_a_trembling_finger_still_counts(finger: Finger) -> None:
    finger.clock.pass_time(seconds=1)
    target = finger.see().target("take")
    assert target is not None
    finger.press("take")
    from kiosk.ui.window import Touch

    finger.visit.touch(Touch(False, target.box.center[0], target.box.bottom + 10))
    assert finger.screen == "service"


def test_the_number_is_taken_in_the_language_of_the_visitor(finger: Finger, lobby: FakeLobby) -> None:
    finger.tap("language:en", *TO_PRIORITY, "priority:")
    assert lobby.taken == [("A", None, "2.000815", "en")]
    assert finger.see().language == "en"


def test_a_full_disk_says_so_and_mends_itself(finger: Finger, lobby: FakeLobby) -> None:
    lobby.fails["take"] = FullError("no space is left")
    assert finger.tap(*TO_PRIORITY, "priority:").name == "sorry"
    lobby.fails.clear()
    assert finger.wait(Delays().sorry_s + 1).name == "welcome"
    finger.tap(*TO_PRIORITY, "priority:")
    assert len(lobby.taken) == 1


def test_trying_again_after_a_failure_is_one_touch(finger: Finger, lobby: FakeLobby) -> None:
    lobby.fails["take"] = StoreError("the disk is slow")
    finger.tap(*TO_PRIORITY, "priority:")
    assert finger.tap("done").name == "welcome"


def test_a_service_that_fills_up_meanwhile_says_so(finger: Finger, lobby: FakeLobby) -> None:
    lobby.fails["take"] = CapReachedError("no more today")
    scene = finger.tap(*TO_PRIORITY, "priority:")
    assert scene.name == "capped"
    assert "Sao y, chứng thực" in scene.texts


def test_a_service_that_is_full_is_not_offered_as_if_it_were_not(finger: Finger, lobby: FakeLobby) -> None:
    full = replace(HALL.services[0], refusal="cap_reached")
    lobby.view = replace(HALL, services=(full, *HALL.services[1:]))
    finger.visit.refresh()
    assert finger.tap("take", "capped:A").name == "capped"
    assert finger.tap("back").name == "service"


def test_a_hall_that_closes_while_somebody_chooses_says_so(finger: Finger, lobby: FakeLobby) -> None:
    finger.tap(*TO_PRIORITY)
    lobby.fails["take"] = ClosedError("closed")
    lobby.break_down(Fault.CLOSED)
    assert finger.tap("priority:").name == "closed"


def test_a_catalogue_that_changed_meanwhile_is_no_crash(finger: Finger, lobby: FakeLobby) -> None:
    lobby.fails["take"] = UnknownNameError("procedure", "2.000815")
    assert finger.tap(*TO_PRIORITY, "priority:").name == "sorry"


def test_a_database_that_cannot_be_read_at_the_start_shows_a_dark_hall(lobby: FakeLobby, clock: FakeClock) -> None:
    lobby.fails["hall"] = CorruptError("damaged")
    finger = Finger(Visit(lobby, Delays(), clock.monotonic), clock)
    assert finger.screen == "sorry"
    del lobby.fails["hall"]
    assert finger.wait(Delays().retry_s + 0.1).name == "welcome"


def test_a_database_that_fails_under_way_covers_and_comes_back(finger: Finger, lobby: FakeLobby) -> None:
    lobby.fails["hall"] = StoreError("busy")
    finger.visit.refresh()
    assert finger.screen == "sorry"
    del lobby.fails["hall"]
    assert finger.wait(Delays().retry_s + 0.1).name == "welcome"


def test_no_paper_keeps_the_number_and_says_so(finger: Finger, lobby: FakeLobby) -> None:
    lobby.break_down(Fault.PAPER_OUT)
    finger.visit.refresh()
    scene = finger.tap(*TO_PRIORITY, "priority:")
    assert finger.visit.session.slip is Slip.PHOTO
    assert "Máy in hết giấy. Số đã được giữ." in scene.texts
    assert {"done", "hold"} <= {target.id for target in scene.targets}


def test_waiting_for_the_slip_holds_the_number_until_it_is_there(finger: Finger, lobby: FakeLobby) -> None:
    lobby.break_down(Fault.PAPER_OUT)
    finger.visit.refresh()
    finger.tap(*TO_PRIORITY, "priority:", "hold")
    assert finger.wait(100).name == "number"
    lobby.break_down()
    lobby.print_state = PrintState.PRINTED
    assert "Xong rồi. Mời lấy phiếu." in finger.wait(1).texts


def test_a_photographed_number_prints_for_nobody(finger: Finger, lobby: FakeLobby) -> None:
    lobby.break_down(Fault.PAPER_OUT)
    finger.visit.refresh()
    finger.tap(*TO_PRIORITY, "priority:", "done")
    assert lobby.asked == ["dismiss A001"]
    assert finger.screen == "welcome"


def test_paper_that_runs_out_while_printing_is_noticed_without_a_commit(finger: Finger, lobby: FakeLobby) -> None:
    finger.tap(*TO_PRIORITY, "priority:")
    lobby.break_down(Fault.PAPER_OUT)
    finger.wait(Delays().watch_s + 0.1)
    assert finger.visit.session.slip is Slip.PHOTO


def test_a_copy_is_offered_once(finger: Finger, lobby: FakeLobby) -> None:
    lobby.print_state = PrintState.PRINTED
    finger.tap(*TO_PRIORITY, "priority:", "reprint")
    assert lobby.asked == ["reprint A001"]
    lobby.print_state = PrintState.PRINTED
    assert finger.wait(1).target("reprint") is None


def test_a_copy_that_cannot_be_printed_is_no_crash(finger: Finger, lobby: FakeLobby) -> None:
    lobby.print_state = PrintState.PRINTED
    finger.tap(*TO_PRIORITY, "priority:")
    lobby.fails["reprint"] = StoreError("the disk is slow")
    assert finger.tap("reprint").name == "sorry"


def test_help_is_called_once_and_says_that_somebody_comes(finger: Finger, lobby: FakeLobby) -> None:
    scene = finger.tap("help")
    assert lobby.asked == ["help"]
    assert "Đã gọi hỗ trợ." in scene.texts
    assert scene.target("help") is None
    assert finger.wait(Delays().help_s + 0.1).name == "welcome"


def test_help_that_could_not_be_called_does_not_say_that_it_was(finger: Finger, lobby: FakeLobby) -> None:
    lobby.fails["request_help"] = StoreError("the disk is slow")
    scene = finger.tap("help")
    assert "Đã gọi hỗ trợ." not in scene.texts
    assert "Mời đến quầy gần nhất." in scene.texts
    lobby.fails.clear()
    assert "Đã gọi hỗ trợ." in finger.tap("help").texts


def test_the_warning_is_answered_with_one_touch(finger: Finger) -> None:
    finger.tap("take")
    scene = finger.wait(45)
    assert {target.id for target in scene.targets} == {"stay", "done"}
    assert finger.tap("stay").target("service:A") is not None
    assert finger.wait(30).name == "service"
    assert finger.wait(60).name == "welcome"


def test_a_ticket_left_on_the_screen_over_midnight_does_not_stay(finger: Finger, lobby: FakeLobby) -> None:
    finger.tap(*TO_PRIORITY, "priority:")
    lobby.fails["ticket"] = UnknownNameError("ticket of today", "A001")
    finger.visit.refresh()
    assert finger.screen == "welcome"


def test_the_welcome_asks_the_lobby_again_at_the_full_minute(finger: Finger, lobby: FakeLobby) -> None:
    lobby.view = replace(HALL, now=HALL.now.replace(second=57))
    finger.visit.refresh()
    assert finger.visit.tick() <= 3.0
