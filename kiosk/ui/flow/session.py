"""The data of one visit: the screen, and what the visitor chose, typed or scanned. Pure values."""

from __future__ import annotations

from kiosk.model import telex
from kiosk.records import Record, replace
from kiosk.ui.flow.events import Cup, Event, Kind, Screen, Slip

_LONGEST_QUESTION = 80
_LONGEST_CODE = 32
_SPACE = "space"
VOLUMES = (0, 1, 2, -2, -1)
"""Volume steps relative to the ward's volume, in the order in which a touch changes them."""
_CUPS = {Kind.WATER: Cup.ASKED, Kind.RUNS: Cup.RUNS, Kind.POURED: Cup.FULL, Kind.STOPPED: Cup.STOPPED}


class CardNote(Record):
    """The part of a card that a screen may show: the masked name, and the priority group that the age qualifies for."""

    name: str
    group: str


class Session(Record):
    """One visit. `touched_monotonic_s` is the last touch; `code` is the scanned code and names no person."""

    hidden = ("card", "typed", "code")

    screen: Screen = Screen.WELCOME
    language: str = "vi"
    is_large: bool = False
    is_contrast: bool = False
    is_spoken: bool = False
    volume: int = 0
    is_low: bool = False
    focus: str = ""
    trail: tuple[Screen, ...] = ()
    for_papers: bool = False
    letter: str = ""
    procedure: str = ""
    priority: str = ""
    ticked: frozenset[int] = frozenset()
    has_checklist: bool = False
    card: CardNote | None = None
    has_consent: bool = False
    typed: str = ""
    is_telex: bool = True
    code: str = ""
    number: str = ""
    slip: Slip = Slip.PRINTING
    has_copy: bool = False
    score: int = 0
    reasons: frozenset[str] = frozenset()
    is_unheard: bool = False
    is_greeted: bool = False
    cup: Cup = Cup.NONE
    page: int = 0
    touched_monotonic_s: float = 0.0

    def fresh(self) -> Session:
        """Return a session at the welcome screen that keeps only the settings of display and sound."""
        return Session(
            language=self.language,
            is_large=self.is_large,
            is_contrast=self.is_contrast,
            is_spoken=self.is_spoken,
            volume=self.volume,
            is_low=self.is_low,
            is_greeted=self.is_greeted,
            touched_monotonic_s=self.touched_monotonic_s,
        )


def with_event(session: Session, event: Event) -> Session:
    """Return the session with the data of an event."""
    match event:
        case Event(Kind.LANGUAGE | Kind.LARGE | Kind.CONTRAST | Kind.SPEECH | Kind.VOLUME | Kind.REACH):
            return _with_appearance(session, event)
        case Event(Kind.KEY | Kind.MODE | Kind.TYPE | Kind.ASK):
            return _with_key(session, event)
        case Event(Kind.TICK | Kind.CHECKLIST | Kind.CONSENT | Kind.FACE | Kind.REASON):
            return _with_mark(session, event)
        case Event(Kind.BOOKING_SEEN | Kind.DOSSIER_SEEN | Kind.SLIP_SEEN, code):
            return replace(session, code=code)
        case Event(Kind.ENTER):
            return replace(session, code=session.typed)
        case Event(Kind.MORE):
            return replace(session, page=session.page + 1)
        case Event(Kind.TAKEN | Kind.FOUND, number):
            return replace(session, number=number, slip=Slip.PRINTING, has_copy=False)
        case Event(Kind.REPRINT):
            return replace(session, slip=Slip.PRINTING, has_copy=True)
        case Event(Kind.HOLD):
            return replace(session, slip=Slip.HELD)
        case Event(Kind.HELP | Kind.UNHEARD as kind):
            return replace(session, is_unheard=kind is Kind.UNHEARD)
        case Event(kind) if kind in _CUPS:
            return session if session.cup.is_had else replace(session, cup=_CUPS[kind])
        case Event(Kind.CAME):
            return replace(session, is_greeted=True)
        case _:
            return _with_choice(session, event)


def _with_choice(session: Session, event: Event) -> Session:
    """Store a choice on the way to a number."""
    match event:
        case Event(Kind.TAKE | Kind.PAPERS as kind):
            return replace(session, for_papers=kind is Kind.PAPERS, procedure="")
        case Event(Kind.SERVICE | Kind.CAPPED, letter):
            return replace(session, letter=letter)
        case Event(Kind.PROCEDURE | Kind.READ | Kind.PLAIN, code):
            return replace(session, procedure=code, ticked=frozenset(), has_checklist=False)
        case Event(Kind.PRIORITY, code):
            return replace(session, priority=code)
        case _:
            return session


def _with_appearance(session: Session, event: Event) -> Session:
    match event:
        case Event(Kind.LANGUAGE, language):
            return replace(session, language=language)
        case Event(Kind.LARGE):
            return replace(session, is_large=not session.is_large, page=0)
        case Event(Kind.CONTRAST):
            return replace(session, is_contrast=not session.is_contrast)
        case Event(Kind.SPEECH):
            return replace(session, is_spoken=not session.is_spoken)
        case Event(Kind.VOLUME):
            return replace(session, volume=VOLUMES[(VOLUMES.index(session.volume) + 1) % len(VOLUMES)])
        case _:
            return replace(session, is_low=not session.is_low, page=0)


def _with_mark(session: Session, event: Event) -> Session:
    match event:
        case Event(Kind.TICK, place) if place.isdecimal():
            return replace(session, ticked=session.ticked ^ {int(place)})
        case Event(Kind.CHECKLIST):
            return replace(session, has_checklist=True)
        case Event(Kind.CONSENT):
            return replace(session, has_consent=not session.has_consent)
        case Event(Kind.FACE, score) if score in ("1", "2", "3", "4", "5"):
            return replace(session, score=int(score), reasons=frozenset())
        case Event(Kind.REASON, reason):
            return replace(session, reasons=session.reasons ^ {reason})
        case _:
            return session


def _with_key(session: Session, event: Event) -> Session:
    """Store a key of the on-screen keyboard. A question is typed with Telex, a code in capitals."""
    text = session.typed
    match event:
        case Event(Kind.TYPE | Kind.ASK):
            return replace(session, typed="", is_telex=session.language == "vi")
        case Event(Kind.MODE):
            return replace(session, is_telex=not session.is_telex)
        case Event(_, "clear"):
            return replace(session, typed="")
        case Event(_, "delete"):
            return replace(session, typed=text[:-1])
    key = " " if event.value == _SPACE else event.value
    if session.screen is not Screen.ASK:
        return replace(session, typed=(text + key.strip().upper())[:_LONGEST_CODE])
    if len(text) >= _LONGEST_QUESTION or (key == " " and not text.strip()):
        return session
    return replace(session, typed=telex.typed(text, key) if session.is_telex else text + key, page=0)
