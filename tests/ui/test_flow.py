"""The table of screens: every one is reached, none is a dead end, faults cover in order."""

from __future__ import annotations

import pytest

from kiosk.lobby.views import Fault
from kiosk.records import replace
from kiosk.ui.compose import compose, previews
from kiosk.ui.flow.events import Effect, Event, Kind, Screen, Slip, Way
from kiosk.ui.flow.navigation import shown, step
from kiosk.ui.flow.session import Session
from kiosk.ui.flow.transitions import TABLE
from kiosk.ui.gallery import PANELS
from kiosk.ui.samples import HALL

WALKED = frozenset(
    {Kind.TAKE, Kind.PAPERS, Kind.SERVICE, Kind.PROCEDURE, Kind.READ, Kind.PLAIN, Kind.WANT, Kind.PRIORITY}
)


def _session(**chosen: object) -> Session:
    return replace(Session(), **chosen)  # type: ignore[arg-type]


def _go(session: Session, *ids: str) -> Session:
    for id in ids:
        session, _ = step(session, Event.of(id), HALL, 0.0)
    return session


def test_every_screen_can_be_reached() -> None:
    reached, news = {Screen.WELCOME}, {Screen.WELCOME}
    while news:
        ways = {way for (screen, _), way in TABLE.items() if screen in news}
        news = {way for way in ways if isinstance(way, Screen)} - reached
        reached |= news
    covers = {shown(Session(), [fault]) for fault in Fault}
    assert reached | covers == set(Screen)


@pytest.mark.parametrize("screen", Screen)
def test_no_screen_is_a_dead_end(screen: Screen) -> None:
    """From wherever a visitor is, the table leads back to the welcome, by touch and by itself."""
    assert TABLE[screen, Kind.BACK] is Way.BACK
    after = TABLE[screen, Kind.TIMEOUT]
    while isinstance(after, Screen) and after is not Screen.WELCOME:
        after = TABLE[after, Kind.TIMEOUT]
    assert after in (Screen.WELCOME, Way.BACK)
    session = _session(screen=screen, trail=(Screen.WELCOME,))
    for _ in range(3):
        session = _go(session, "back")
    assert session.screen is Screen.WELCOME


@pytest.mark.parametrize("preview", previews(), ids=lambda preview: preview.name)
def test_every_button_that_is_drawn_leads_somewhere(preview: object) -> None:
    from kiosk.ui.samples import Preview

    assert isinstance(preview, Preview)
    snapshot = preview.snapshot
    for target in compose(snapshot, PANELS["portrait"]).targets:
        assert (snapshot.screen, Event.of(target.id).kind) in TABLE, target.id


@pytest.mark.parametrize("preview", previews(), ids=lambda preview: preview.name)
def test_every_screen_but_the_first_has_a_button_that_leaves_it(preview: object) -> None:
    from kiosk.ui.samples import Preview

    assert isinstance(preview, Preview)
    ids = {target.id for target in compose(preview.snapshot, PANELS["portrait"]).targets}
    assert preview.snapshot.screen in (Screen.WELCOME, Screen.CLOSED, Screen.OUT, Screen.SORRY) or ids & {
        "back",
        "done",
        "stay",
        "wake",
    }


def test_a_number_is_four_touches_away() -> None:
    session = _go(Session(), "take", "service:A", "procedure:2.000815")
    session, effect = step(session, Event.of("priority:"), HALL, 0.0)
    assert (session.letter, session.procedure, session.priority, effect) == ("A", "2.000815", "", Effect.TAKE)


def test_reading_what_is_needed_leads_to_a_number_for_it() -> None:
    session = _go(Session(), "papers", "service:C", "read:1.004222")
    assert session.screen is Screen.DETAIL
    session = _go(session, "want")
    assert (session.screen, session.procedure, session.letter) == (Screen.PRIORITY, "1.004222", "C")


def test_changing_the_mind_forgets_the_procedure() -> None:
    session = _go(Session(), "take", "service:A", "procedure:2.000815", "back", "plain")
    assert session.procedure == ""


def test_a_service_without_procedures_asks_for_none() -> None:
    assert _go(Session(), "take", "service:E").screen is Screen.PRIORITY
    assert _go(Session(), "take", "service:E", "back").screen is Screen.SERVICE


def test_a_hall_without_priority_groups_gives_the_number_at_once() -> None:
    hall = replace(HALL, priority_groups=())
    session = _go(Session(), "take", "service:A")
    assert step(session, Event.of("plain"), hall, 0.0)[1] is Effect.TAKE


def test_a_touch_left_over_from_the_screen_before_does_nothing() -> None:
    session = _session(screen=Screen.NUMBER, number="A001")
    assert step(session, Event.of("priority:"), HALL, 0.0) == (session, None)


def test_language_and_large_text_survive_the_way_back_to_the_welcome() -> None:
    session = _go(Session(), "language:en", "large", "contrast", "take", "back")
    assert session == _session(language="en", is_large=True, is_contrast=True)


def test_help_comes_back_to_where_it_was_called_from() -> None:
    session = _go(Session(), "take", "service:B")
    called, effect = step(session, Event.of("help"), HALL, 0.0)
    assert (called.screen, effect) == (Screen.HELP, Effect.HELP)
    assert _go(called, "done") == session


def test_photographed_means_that_no_slip_is_wanted() -> None:
    photo = _session(screen=Screen.NUMBER, number="A001", slip=Slip.PHOTO)
    assert step(photo, Event.of("done"), HALL, 0.0)[1] is Effect.DISMISS
    assert step(replace(photo, slip=Slip.PRINTING), Event.of("done"), HALL, 0.0)[1] is None


def test_faults_cover_the_welcome_in_the_order_of_their_list() -> None:
    assert shown(Session(), (Fault.CLOSED, Fault.DISK_FULL)) is Screen.SORRY
    assert shown(Session(), (Fault.CLOSED, Fault.PAPER_OUT)) is Screen.CLOSED
    assert shown(Session(), (Fault.PAPER_OUT, Fault.LINE_DOWN)) is Screen.WELCOME


def test_a_hall_that_closes_covers_every_way_to_a_number_but_not_the_number() -> None:
    for screen in (Screen.WELCOME, Screen.SERVICE, Screen.PROCEDURE, Screen.PRIORITY, Screen.CAPPED):
        assert shown(_session(screen=screen), (Fault.CLOSED,)) is Screen.CLOSED
    assert shown(_session(screen=Screen.NUMBER), (Fault.CLOSED,)) is Screen.NUMBER


def test_a_closed_hall_can_still_be_read() -> None:
    closed = replace(HALL, faults=(Fault.CLOSED,))
    session = Session()
    for id in ("papers", "service:C", "read:1.004222"):
        session, _ = step(session, Event.of(id), closed, 0.0)
        assert shown(session, closed.faults) is session.screen
    assert session.screen is Screen.DETAIL
    assert step(session, Event.of("want"), closed, 0.0)[0].screen is Screen.PRIORITY
    assert shown(step(session, Event.of("want"), closed, 0.0)[0], closed.faults) is Screen.CLOSED
