"""The screens, the events that can happen on them, and the effects: the requests to the lobby."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Screen(StrEnum):
    """Every screen a visitor can see."""

    WELCOME = "welcome"
    SERVICE = "service"
    PROCEDURE = "procedure"
    DETAIL = "detail"
    PORTAL = "portal"
    PAY = "pay"
    PRIORITY = "priority"
    CARD = "card"
    GREETED = "greeted"
    NUMBER = "number"
    CAPPED = "capped"
    REFUSED = "refused"
    ASK = "ask"
    ANSWERS = "answers"
    BOOKING = "booking"
    BOOKING_CODE = "booking_code"
    DOSSIER = "dossier"
    DOSSIER_CODE = "dossier_code"
    DOSSIER_WAIT = "dossier_wait"
    DOSSIER_SAID = "dossier_said"
    RATE = "rate"
    REASONS = "reasons"
    THANKS = "thanks"
    TICKET = "ticket"
    UNREADABLE = "unreadable"
    COMFORT = "comfort"
    HELP = "help"
    CLOSED = "closed"
    OUT = "out"
    SORRY = "sorry"
    WATER = "water"
    SLEEP = "sleep"


class Kind(StrEnum):
    """The kinds of events: a touch, a scan, a panel signal, an answer of the lobby, or a timeout."""

    # choices on the welcome screen
    TAKE = "take"
    PAPERS = "papers"
    ASK = "ask"
    BOOKED = "booked"
    DOSSIER = "dossier"
    RATE = "rate"
    CARD = "card"
    # choices on other screens
    SERVICE = "service"
    PROCEDURE = "procedure"
    READ = "read"
    PLAIN = "plain"
    WANT = "want"
    PRIORITY = "priority"
    TICK = "tick"
    CHECKLIST = "checklist"
    PORTAL = "portal"
    PAY = "pay"
    POST = "post"
    CONSENT = "consent"
    GO = "go"
    FACE = "face"
    REASON = "reason"
    SEND = "send"
    TYPE = "type"
    KEY = "key"
    MODE = "mode"
    ENTER = "enter"
    REPRINT = "reprint"
    HOLD = "hold"
    MORE = "more"
    WATER = "water"
    # available on every screen
    BACK = "back"
    DONE = "done"
    HELP = "help"
    COMFORT = "comfort"
    LARGE = "large"
    CONTRAST = "contrast"
    SPEECH = "speech"
    VOLUME = "volume"
    REACH = "reach"
    LANGUAGE = "language"
    STAY = "stay"
    WAKE = "wake"
    # scans
    CARD_SEEN = "card_seen"
    BOOKING_SEEN = "booking_seen"
    DOSSIER_SEEN = "dossier_seen"
    SLIP_SEEN = "slip_seen"
    MISREAD = "misread"
    # panel signals
    CAME = "came"
    DOZE = "doze"
    CUP = "cup"
    RUNS = "runs"
    POURED = "poured"
    STOPPED = "stopped"
    # answers of the lobby
    TAKEN = "taken"
    CAPPED = "capped"
    SHUT = "shut"
    FAILED = "failed"
    UNHEARD = "unheard"
    REFUSED = "refused"
    FOUND = "found"
    ANSWERED = "answered"
    # timeout
    TIMEOUT = "timeout"


SCANS = frozenset({Kind.CARD_SEEN, Kind.BOOKING_SEEN, Kind.DOSSIER_SEEN, Kind.SLIP_SEEN, Kind.MISREAD})
"""Events that only the scanner produces."""
SENSED = frozenset({Kind.CAME, Kind.DOZE, Kind.CUP, Kind.RUNS, Kind.POURED, Kind.STOPPED})
"""Events that only the panel produces."""
_ANSWERS_AND_TIME = frozenset(
    {
        Kind.TAKEN,
        Kind.CAPPED,
        Kind.SHUT,
        Kind.FAILED,
        Kind.UNHEARD,
        Kind.REFUSED,
        Kind.FOUND,
        Kind.ANSWERED,
        Kind.TIMEOUT,
    }
)
NOT_TOUCHED = SCANS | SENSED | _ANSWERS_AND_TIME
"""Events that no touch target produces."""


class Event(NamedTuple):
    """One event. The id of a touch target is its event, written `kind` or `kind:value`."""

    kind: Kind
    value: str = ""

    @classmethod
    def of(cls, id: str) -> Event:
        """Return the event of a target's id."""
        kind, _, value = id.partition(":")
        return cls(Kind(kind), value)


class Effect(StrEnum):
    """A request to the lobby that follows an event."""

    TAKE = "take"
    REPRINT = "reprint"
    DISMISS = "dismiss"
    HELP = "help"
    SEARCH = "search"
    CHECKLIST = "checklist"
    PAY = "pay"
    POST = "post"
    CHECK_IN = "check_in"
    ASK_DOSSIER = "ask_dossier"
    FIND = "find"
    RATE = "rate"
    POUR = "pour"


class Way(StrEnum):
    """A transition that names no screen: stay on this screen, or go back."""

    HERE = "here"
    BACK = "back"


class Cup(StrEnum):
    """The state of the cup of water. A visit gets one cup."""

    NONE = ""
    ASKED = "asked"
    RUNS = "runs"
    FULL = "full"
    STOPPED = "stopped"

    @property
    def is_had(self) -> bool:
        """Tell whether this visit has used its cup: it was filled, or filling was stopped."""
        return self in (Cup.FULL, Cup.STOPPED)


class Slip(StrEnum):
    """The state of the slip as the number screen shows it."""

    PRINTING = "printing"
    PRINTED = "printed"
    UNCERTAIN = "uncertain"
    LATE = "late"
    PHOTO = "photo"
    HELD = "held"
