"""The transition table: (screen, event kind) to the next screen. Pure data."""

from __future__ import annotations

from kiosk.ui.flow.events import Effect, Kind, Screen, Way

_ANYWHERE: dict[Kind, Screen | Way] = {
    Kind.BACK: Way.BACK,
    Kind.HELP: Screen.HELP,
    Kind.COMFORT: Screen.COMFORT,
    Kind.LARGE: Way.HERE,
    Kind.CONTRAST: Way.HERE,
    Kind.SPEECH: Way.HERE,
    Kind.REACH: Way.HERE,
    Kind.LANGUAGE: Way.HERE,
    Kind.STAY: Way.HERE,
    Kind.MORE: Way.HERE,
    Kind.DONE: Screen.WELCOME,
    Kind.CARD_SEEN: Screen.CARD,  # no card is read before the privacy notice is on the screen
    Kind.BOOKING_SEEN: Way.HERE,
    Kind.DOSSIER_SEEN: Screen.DOSSIER_WAIT,
    Kind.SLIP_SEEN: Way.HERE,
    Kind.MISREAD: Screen.UNREADABLE,
    Kind.TAKEN: Screen.NUMBER,
    Kind.CAPPED: Screen.CAPPED,
    Kind.REFUSED: Screen.REFUSED,
    Kind.FOUND: Screen.TICKET,
    Kind.SHUT: Screen.WELCOME,
    Kind.FAILED: Screen.SORRY,
    Kind.TIMEOUT: Screen.WELCOME,
}
_OFFERS: dict[Kind, Screen | Way] = {
    Kind.PAPERS: Screen.SERVICE,
    Kind.ASK: Screen.ASK,
    Kind.DOSSIER: Screen.DOSSIER,
    Kind.RATE: Screen.RATE,
}
"""Offers that give no number. They are available in a closed hall too."""

TABLE: dict[tuple[Screen, Kind], Screen | Way] = {
    **{(screen, kind): way for screen in Screen for kind, way in _ANYWHERE.items()},
    **{
        (screen, kind): way for screen in (Screen.WELCOME, Screen.CLOSED, Screen.SORRY) for kind, way in _OFFERS.items()
    },
    **{(screen, Kind.DOZE): Screen.SLEEP for screen in (Screen.WELCOME, Screen.CLOSED, Screen.OUT, Screen.SORRY)},
    (Screen.SLEEP, Kind.WAKE): Screen.WELCOME,
    (Screen.SLEEP, Kind.CAME): Screen.WELCOME,
    (Screen.WELCOME, Kind.CAME): Way.HERE,
    (Screen.WELCOME, Kind.TAKE): Screen.SERVICE,
    (Screen.WELCOME, Kind.BOOKED): Screen.BOOKING,
    (Screen.SERVICE, Kind.SERVICE): Screen.PROCEDURE,
    (Screen.SERVICE, Kind.ASK): Screen.ASK,
    (Screen.PROCEDURE, Kind.PROCEDURE): Screen.PRIORITY,
    (Screen.PROCEDURE, Kind.READ): Screen.DETAIL,
    (Screen.PROCEDURE, Kind.PLAIN): Screen.PRIORITY,
    (Screen.DETAIL, Kind.WANT): Screen.PRIORITY,
    (Screen.DETAIL, Kind.TICK): Way.HERE,
    (Screen.DETAIL, Kind.CHECKLIST): Way.HERE,
    (Screen.DETAIL, Kind.PORTAL): Screen.PORTAL,
    (Screen.DETAIL, Kind.PAY): Screen.PAY,
    (Screen.PORTAL, Kind.DONE): Way.BACK,
    (Screen.PAY, Kind.DONE): Way.BACK,
    (Screen.PRIORITY, Kind.PRIORITY): Way.HERE,
    (Screen.PRIORITY, Kind.CARD): Screen.CARD,
    (Screen.CARD, Kind.CARD_SEEN): Screen.GREETED,
    (Screen.GREETED, Kind.CONSENT): Way.HERE,
    (Screen.GREETED, Kind.GO): Screen.SERVICE,
    (Screen.GREETED, Kind.PRIORITY): Way.HERE,
    (Screen.NUMBER, Kind.REPRINT): Way.HERE,
    (Screen.NUMBER, Kind.HOLD): Way.HERE,
    (Screen.NUMBER, Kind.POST): Way.HERE,
    (Screen.NUMBER, Kind.WATER): Screen.WATER,
    (Screen.WATER, Kind.CUP): Way.HERE,
    (Screen.WATER, Kind.RUNS): Way.HERE,
    (Screen.WATER, Kind.POURED): Way.HERE,
    (Screen.WATER, Kind.STOPPED): Way.HERE,
    (Screen.WATER, Kind.DONE): Way.BACK,
    (Screen.WATER, Kind.TIMEOUT): Way.BACK,
    (Screen.REFUSED, Kind.TAKE): Screen.SERVICE,
    (Screen.REFUSED, Kind.TYPE): Screen.BOOKING_CODE,
    (Screen.ASK, Kind.KEY): Way.HERE,
    (Screen.ASK, Kind.MODE): Way.HERE,
    (Screen.ASK, Kind.READ): Screen.DETAIL,
    (Screen.ASK, Kind.ENTER): Screen.ANSWERS,
    (Screen.ANSWERS, Kind.READ): Screen.DETAIL,
    (Screen.ANSWERS, Kind.TAKE): Screen.SERVICE,
    (Screen.ANSWERS, Kind.PAPERS): Screen.SERVICE,
    (Screen.BOOKING, Kind.TYPE): Screen.BOOKING_CODE,
    (Screen.BOOKING_CODE, Kind.KEY): Way.HERE,
    (Screen.BOOKING_CODE, Kind.ENTER): Way.HERE,
    (Screen.DOSSIER, Kind.TYPE): Screen.DOSSIER_CODE,
    (Screen.DOSSIER_CODE, Kind.KEY): Way.HERE,
    (Screen.DOSSIER_CODE, Kind.ENTER): Screen.DOSSIER_WAIT,
    (Screen.DOSSIER_WAIT, Kind.ANSWERED): Screen.DOSSIER_SAID,
    (Screen.DOSSIER_WAIT, Kind.TIMEOUT): Screen.DOSSIER_SAID,
    (Screen.DOSSIER_SAID, Kind.TYPE): Screen.DOSSIER_CODE,
    (Screen.DOSSIER_SAID, Kind.TAKE): Screen.SERVICE,
    (Screen.RATE, Kind.FACE): Screen.REASONS,
    (Screen.REASONS, Kind.REASON): Way.HERE,
    (Screen.REASONS, Kind.SEND): Screen.THANKS,
    (Screen.TICKET, Kind.RATE): Screen.RATE,
    (Screen.TICKET, Kind.REPRINT): Screen.NUMBER,
    (Screen.UNREADABLE, Kind.TYPE): Screen.ASK,
    (Screen.COMFORT, Kind.DONE): Way.BACK,
    (Screen.COMFORT, Kind.VOLUME): Way.HERE,
    (Screen.HELP, Kind.HELP): Way.HERE,
    (Screen.HELP, Kind.UNHEARD): Way.HERE,
    (Screen.HELP, Kind.DONE): Way.BACK,
    (Screen.HELP, Kind.TIMEOUT): Way.BACK,
}
"""The next screen of each event. An event that is not listed for a screen belongs to an earlier one and is ignored."""

EFFECTS: dict[Kind, Effect] = {
    Kind.PRIORITY: Effect.TAKE,
    Kind.REPRINT: Effect.REPRINT,
    Kind.HELP: Effect.HELP,
    Kind.CHECKLIST: Effect.CHECKLIST,
    Kind.PAY: Effect.PAY,
    Kind.POST: Effect.POST,
    Kind.BOOKING_SEEN: Effect.CHECK_IN,
    Kind.DOSSIER_SEEN: Effect.ASK_DOSSIER,
    Kind.SLIP_SEEN: Effect.FIND,
    Kind.SEND: Effect.RATE,
    Kind.WATER: Effect.POUR,
    Kind.CUP: Effect.POUR,
}
"""The request to the lobby that follows an event on any screen."""

EFFECTS_ON: dict[tuple[Screen, Kind], Effect] = {
    (Screen.ASK, Kind.KEY): Effect.SEARCH,
    (Screen.ASK, Kind.ENTER): Effect.SEARCH,
    (Screen.BOOKING_CODE, Kind.ENTER): Effect.CHECK_IN,
    (Screen.DOSSIER_CODE, Kind.ENTER): Effect.ASK_DOSSIER,
}
"""The request to the lobby that follows an event on one screen."""

NEVER_COVERED = frozenset({Screen.NUMBER, Screen.HELP, Screen.SORRY, Screen.COMFORT, Screen.WATER, Screen.SLEEP})
"""Screens that no fault replaces."""
WITHOUT_NUMBERS = frozenset(
    {
        Screen.ASK,
        Screen.ANSWERS,
        Screen.PORTAL,
        Screen.PAY,
        Screen.DOSSIER,
        Screen.DOSSIER_CODE,
        Screen.DOSSIER_WAIT,
        Screen.DOSSIER_SAID,
        Screen.RATE,
        Screen.REASONS,
        Screen.THANKS,
        Screen.TICKET,
        Screen.UNREADABLE,
    }
)
"""Screens that a closed hall or a full disk does not replace, because they give no number."""
FOR_PAPERS = frozenset({Screen.SERVICE, Screen.PROCEDURE, Screen.DETAIL})
"""Screens of the same kind, while the visitor only reads about a procedure."""
