"""What time does: every screen goes back to the welcome by itself, with a warning that can be answered."""

from __future__ import annotations

import pytest

from kiosk.lobby.views import Fault
from kiosk.model.paper import PrintState
from kiosk.records import replace
from kiosk.ui.flow.delays import Delays
from kiosk.ui.flow.events import Screen, Slip
from kiosk.ui.flow.session import Session
from kiosk.ui.flow.timeouts import ScreenTimeouts, next_change_monotonic_s, printed, touched
from kiosk.ui.samples import TICKET

DELAYS = Delays()
WAITS = ScreenTimeouts(DELAYS, Session())


def _session(screen: Screen, **chosen: object) -> Session:
    trail = () if screen is Screen.WELCOME else (Screen.WELCOME,)
    return replace(Session(screen=screen, trail=trail), **chosen)  # type: ignore[arg-type]


def _left_alone(session: Session, faults: tuple[Fault, ...] = (), limit_s: float = 600.0) -> float:
    """Return after how many seconds nothing more happens, waking only when a wait asks for it."""
    now = 0.0
    while (wakes := next_change_monotonic_s(WAITS.of(session, faults), now)) is not None:
        assert wakes > now or WAITS.tick(session, faults, now) != session, f"{session.screen} wakes for nothing"
        now = max(now, wakes)
        assert now < limit_s, f"{session.screen} stays for ever"
        session = WAITS.tick(session, faults, now)
    assert replace(session, touched_monotonic_s=0.0) == WAITS.fresh
    return now


@pytest.mark.parametrize("screen", [screen for screen in Screen if screen is not Screen.SLEEP])  # that one stays
def test_every_screen_returns_to_the_welcome_by_itself(screen: Screen) -> None:
    _left_alone(_session(screen, language="en", is_large=True))


@pytest.mark.parametrize("slip", Slip)
def test_a_number_leaves_the_screen_whatever_became_of_its_slip(slip: Slip) -> None:
    assert _left_alone(_session(Screen.NUMBER, number="A001", slip=slip)) <= DELAYS.held_s


def test_an_idle_welcome_never_wakes() -> None:
    assert next_change_monotonic_s(WAITS.of(Session(), ()), 0.0) is None


def test_a_foreign_language_left_behind_is_taken_back() -> None:
    assert _left_alone(_session(Screen.WELCOME, language="en")) == DELAYS.reset_s


@pytest.mark.parametrize("screen", [Screen.SERVICE, Screen.PROCEDURE, Screen.DETAIL, Screen.PRIORITY, Screen.CAPPED])
def test_a_question_warns_twenty_seconds_before_it_gives_up(screen: Screen) -> None:
    wait = WAITS.of(_session(screen), ())
    assert wait is not None
    assert wait.at - wait.shown_from_monotonic_s >= 20
    assert not wait.is_shown(wait.shown_from_monotonic_s - 0.01)
    assert wait.left_s(wait.shown_from_monotonic_s) == 20


def test_the_countdown_wakes_once_a_second_and_only_while_it_is_seen() -> None:
    session = _session(Screen.SERVICE)
    wait = WAITS.of(session, ())
    now, woken = 0.0, 0
    while now < DELAYS.idle_s:
        wakes = next_change_monotonic_s(wait, now)
        assert wakes is not None
        now, woken = wakes, woken + 1
    assert woken == 1 + DELAYS.warn_s


def test_any_touch_gives_the_whole_time_again() -> None:
    session = touched(_session(Screen.PRIORITY), 55.0)
    assert WAITS.tick(session, (), 100.0) == session
    assert WAITS.tick(session, (), 115.0).screen is Screen.WELCOME


def test_touching_the_screen_does_not_put_off_that_a_slip_is_late() -> None:
    session = touched(_session(Screen.NUMBER, slip=Slip.PRINTING), 7.0)
    assert WAITS.tick(session, (), DELAYS.printing_s).slip is Slip.LATE


def test_the_number_stays_twelve_seconds_after_its_slip_has_come_out() -> None:
    session = printed(_session(Screen.NUMBER), replace(TICKET, print_state=PrintState.PRINTED), (), 3.0)
    assert session.slip is Slip.PRINTED
    assert WAITS.tick(session, (), 14.9).screen is Screen.NUMBER
    assert WAITS.tick(session, (), 15.0).screen is Screen.WELCOME


@pytest.mark.parametrize(
    ("state", "faults", "before", "after"),
    [
        (PrintState.QUEUED, (), Slip.PRINTING, Slip.PRINTING),
        (PrintState.QUEUED, (Fault.PAPER_OUT,), Slip.PRINTING, Slip.PHOTO),
        (PrintState.PRINTING, (Fault.COVER_OPEN,), Slip.PRINTING, Slip.PHOTO),
        (PrintState.QUEUED, (Fault.PAPER_OUT,), Slip.HELD, Slip.HELD),
        (PrintState.QUEUED, (), Slip.PHOTO, Slip.PRINTING),
        (PrintState.QUEUED, (), Slip.LATE, Slip.LATE),
        (PrintState.QUEUED, (Fault.LINE_DOWN, Fault.PAPER_LOW), Slip.PRINTING, Slip.PRINTING),
        (PrintState.PRINTED, (Fault.PAPER_OUT,), Slip.PHOTO, Slip.PRINTED),
        (PrintState.UNCERTAIN, (), Slip.PRINTING, Slip.UNCERTAIN),
        (PrintState.NONE, (), Slip.PRINTING, Slip.PHOTO),
        (PrintState.DISMISSED, (), Slip.PRINTING, Slip.PHOTO),
    ],
)
def test_what_is_said_of_a_slip_is_what_is_known(
    state: PrintState, faults: tuple[Fault, ...], before: Slip, after: Slip
) -> None:
    session = _session(Screen.NUMBER, slip=before)
    assert printed(session, replace(TICKET, print_state=state), faults, 1.0).slip is after
