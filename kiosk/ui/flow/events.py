"""The words of the flow: the screens there are, what can happen on them, and what is then asked of the lobby."""

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
    """What can happen: a touch, a scan, an answer of the lobby, or the end of a wait."""

    # what is on offer
    TAKE = "take"
    PAPERS = "papers"
    ASK = "ask"
    BOOKED = "booked"
    DOSSIER = "dossier"
    RATE = "rate"
    CARD = "card"
    # choices on the way
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
    # always there
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
    # the scanner has read
    CARD_SEEN = "card_seen"
    BOOKING_SEEN = "booking_seen"
    DOSSIER_SEEN = "dossier_seen"
    SLIP_SEEN = "slip_seen"
    MISREAD = "misread"
    # the panel senses
    CAME = "came"
    DOZE = "doze"
    CUP = "cup"
    RUNS = "runs"
    POURED = "poured"
    STOPPED = "stopped"
    # the lobby answers
    TAKEN = "taken"
    CAPPED = "capped"
    SHUT = "shut"
    FAILED = "failed"
    UNHEARD = "unheard"
    REFUSED = "refused"
    FOUND = "found"
    ANSWERED = "answered"
    # time is up
    TIMEOUT = "timeout"


SCANS = frozenset({Kind.CARD_SEEN, Kind.BOOKING_SEEN, Kind.DOSSIER_SEEN, Kind.SLIP_SEEN, Kind.MISREAD})
"""What only the scanner can say."""
SENSED = frozenset({Kind.CAME, Kind.DOZE, Kind.CUP, Kind.RUNS, Kind.POURED, Kind.STOPPED})
"""What only the panel beside the screen can say."""
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
"""What no target on the glass ever means."""


class Event(NamedTuple):
    """One thing that happened; a target's id is its event, written `kind` or `kind:value`."""

    kind: Kind
    value: str = ""

    @classmethod
    def of(cls, id: str) -> Event:
        """Return the event a target's id means."""
        kind, _, value = id.partition(":")
        return cls(Kind(kind), value)


class Effect(StrEnum):
    """What the lobby must be asked for now."""

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
    """Where an event leads when it is not to a certain screen."""

    HERE = "here"
    BACK = "back"


class Cup(StrEnum):
    """How far a visitor is with a cup of water; one is given in a visit."""

    NONE = ""
    ASKED = "asked"
    RUNS = "runs"
    FULL = "full"
    STOPPED = "stopped"

    @property
    def is_had(self) -> bool:
        """Tell whether the visit's one cup is given, or was spilled."""
        return self in (Cup.FULL, Cup.STOPPED)


class Slip(StrEnum):
    """What the number screen says about the slip of paper."""

    PRINTING = "printing"
    PRINTED = "printed"
    UNCERTAIN = "uncertain"
    LATE = "late"
    PHOTO = "photo"
    HELD = "held"
