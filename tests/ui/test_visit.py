"""A visitor's finger on the glass: taps, double taps, and a lobby that cannot do what is asked."""

from __future__ import annotations

import pytest

from kiosk.errors import CapReachedError, ClosedError, CorruptError, FullError, StoreError, UnknownNameError
from kiosk.lobby.views import Fault, HelpView
from kiosk.model.paper import PrintState
from kiosk.ports.panel import Lamp
from kiosk.records import replace
from kiosk.ui.flow.delays import Delays
from kiosk.ui.flow.events import Slip
from kiosk.ui.flow.visit import Visit
from kiosk.ui.samples import HALL
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
    from kiosk.ui.window.window import Touch

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
    finger.see()
    scene = finger.tap(*TO_PRIORITY, "priority:")
    assert finger.visit.session.slip is Slip.PHOTO
    assert "Máy in hết giấy. Số đã được giữ." in scene.texts
    assert {"done", "hold"} <= {target.id for target in scene.targets}


@pytest.mark.parametrize("faults", [(), (Fault.PAPER_OUT,), (Fault.PRINTER_OFFLINE,)])
def test_the_first_picture_of_a_number_has_its_buttons_where_the_next_has_them(
    finger: Finger, lobby: FakeLobby, faults: tuple[Fault, ...]
) -> None:
    """The number is shown before the hall is read again: nothing may then move under a finger that is on its way."""
    lobby.break_down(*faults)
    finger.visit.refresh()
    finger.see()
    finger.tap(*TO_PRIORITY)
    finger.clock.pass_time(seconds=1)
    target = finger.see().target("priority:")
    assert target is not None
    finger.strike(*target.box.center)
    first = finger.visit.scene()
    assert first.name == "number"
    assert finger.see().targets == first.targets


def test_waiting_for_the_slip_holds_the_number_until_it_is_there(finger: Finger, lobby: FakeLobby) -> None:
    lobby.break_down(Fault.PAPER_OUT)
    finger.visit.refresh()
    finger.see()
    finger.tap(*TO_PRIORITY, "priority:", "hold")
    assert finger.wait(100).name == "number"
    lobby.break_down()
    lobby.print_state = PrintState.PRINTED
    assert "Xong rồi. Mời lấy phiếu." in finger.wait(1).texts


def test_a_photographed_number_prints_for_nobody(finger: Finger, lobby: FakeLobby) -> None:
    lobby.break_down(Fault.PAPER_OUT)
    finger.visit.refresh()
    finger.see()
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
    lobby.fails["help"] = StoreError("the disk is slow")
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


def test_a_question_is_searched_at_every_key(finger: Finger, lobby: FakeLobby) -> None:
    lobby.guide.found = ("1.001193",)  # type: ignore[attr-defined]  # the fake's own
    scene = finger.tap("ask", "key:k", "key:h", "key:a", "key:i")
    assert lobby.asked == ["search k", "search kh", "search kha", "search khai"]
    assert scene.target("read:1.001193") is not None
    assert finger.tap("read:1.001193").name == "detail"
    assert finger.visit.session.letter == "B"


def test_a_rating_reaches_the_lobby_with_its_reasons(finger: Finger, lobby: FakeLobby) -> None:
    assert finger.tap("rate", "face:1", "reason:long_wait", "reason:unkind", "reason:unkind", "send").name == "thanks"
    assert lobby.asked == ["rated 1 long_wait"]


def test_a_rating_that_cannot_be_kept_still_says_thank_you(finger: Finger, lobby: FakeLobby) -> None:
    lobby.fails["feedback"] = StoreError("the disk is slow")
    assert finger.tap("rate", "face:5", "send").name == "thanks"


def test_the_next_visitor_finds_nothing_of_a_card(finger: Finger) -> None:
    finger.visit.scan("001048000123||Nguyễn Văn An|02011948|Nam|Hà Nội|15042021")
    finger.visit.scan("001048000123||Nguyễn Văn An|02011948|Nam|Hà Nội|15042021")
    assert finger.screen == "greeted"
    assert "N••••• V•• A•" in " ".join(finger.see().texts)
    assert finger.wait(120).name == "welcome"
    assert finger.visit.session.card is None
    assert finger.visit._actions._card is None


def test_a_card_that_is_held_up_unasked_is_not_kept(finger: Finger) -> None:
    finger.visit.scan("001048000123")
    assert finger.screen == "card"
    assert finger.visit._actions._card is None


def test_what_a_stranger_smuggles_into_a_code_is_nowhere_on_the_screen(finger: Finger) -> None:
    for payload in ("\x1b@\x1dV\x00" * 50, "<b>MẬT</b>" * 100, "x" * 100_000, "HNK:priority:elderly", "HNK:taken:A001"):
        finger.visit.scan(payload)
        scene = finger.see()
        assert scene.name == "unreadable"
        assert not any(piece in text for text in (*scene.texts, *scene.spoken) for piece in ("\x1b", "<", "xxx", "HNK"))
        assert finger.visit.session.code == ""


def test_a_printed_choice_is_worth_what_the_screen_offers(finger: Finger) -> None:
    finger.visit.scan("HNK:service:A")
    assert finger.screen == "unreadable"
    finger.tap("back")
    finger.visit.scan("HNK:take")
    assert finger.screen == "service"


def test_a_card_is_forgotten_when_the_next_visitor_scans_at_once(finger: Finger) -> None:
    """Somebody takes a number with a card and goes; the next one holds up a code while the number still stands."""
    card = "001048000123||Nguyễn Văn An|02011948|Nam|Hà Nội|15042021"
    finger.visit.scan(card)
    finger.visit.scan(card)
    finger.see()
    finger.tap("go", "service:A", "procedure:2.000815", "priority:")
    assert finger.screen == "number"
    finger.visit.scan("a stranger's code")
    assert finger.screen == "unreadable"
    assert finger.visit._actions._card is None
    assert finger.visit.session.card is None


def test_a_full_disk_still_tells_what_the_city_said_of_a_dossier(finger: Finger, lobby: FakeLobby) -> None:
    lobby.fails["dossier"] = FullError("no space is left")
    finger.visit.scan("000.00.01.H26-260930-0012")
    assert finger.screen == "dossier_said"


def test_a_key_of_the_keyboard_is_heard_however_the_answers_change(finger: Finger, lobby: FakeLobby) -> None:
    finger.tap("ask")
    finger.clock.pass_time(seconds=1)
    for letter in "khai":
        lobby.guide.found = ("1.001193",) if letter in "ha" else ()  # type: ignore[attr-defined]  # the fake's own
        finger.press(f"key:{letter}")
        finger.lift(f"key:{letter}")
        finger.clock.pass_time(seconds=0.1)
    assert finger.visit.session.typed == "khai"


def test_the_lamp_blinks_until_somebody_says_that_they_come(finger: Finger, lobby: FakeLobby) -> None:
    assert finger.visit.lamp is Lamp.OFF
    for counter, lamp in ((None, Lamp.BLINK), (3, Lamp.ON)):
        lobby.view = replace(HALL, help=HelpView(HALL.now, counter))
        finger.visit.refresh()
        assert finger.visit.lamp is lamp
    assert "Cán bộ quầy 3 đang đến." in finger.tap("help").texts
