"""What the city's pages say: each sentence in Vietnamese and English, side by side.

A visitor who took the number in another language reads that one instead of English.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from kiosk.city.views import FollowView
from kiosk.defaults import WARDS
from kiosk.i18n import languages, words
from kiosk.model.event import Value
from kiosk.model.ticket import OPEN, State
from kiosk.records import Record

SOON = timedelta(minutes=1)
"""What happened less than this ago happened just now."""
STALE = timedelta(minutes=10)
"""A kiosk not heard for this long: what we show of its hall may have changed."""


class Said(Record):
    """One sentence in Vietnamese and English, and in `others`: the further languages of visitors, by their codes."""

    vi: str
    en: str
    others: Mapping[str, str] = msgspec.field(default_factory=dict)

    def second(self, language: str) -> str:
        """Return what a visitor of this language reads under the Vietnamese words."""
        return self.others.get(language) or self.en


def say(message: str, **values: object) -> Said:
    """Return a message of the `web` catalogue in every language, its `{name}` places filled."""
    return _said({language: words("web", language)(message, **values) for language in languages()})


def count(singular: str, plural: str, number: int) -> Said:
    """Return the form of a counted message for a number, in every language."""
    return say(singular if number == 1 else plural, count=number)


def ward(site: str) -> str:
    """Return the name of a site's ward, or an empty string for one whose name is not known here."""
    return WARDS.get(site, "")


def ago(then: datetime | None, now: datetime) -> Said:
    """Say how long ago something was."""
    if then is None:
        return say("never")
    passed = now - then
    if passed < SOON:
        return say("just now")
    if passed < timedelta(hours=1):
        return count("{count} minute ago", "{count} minutes ago", passed // timedelta(minutes=1))
    if passed < timedelta(days=1):
        return count("{count} hour ago", "{count} hours ago", passed // timedelta(hours=1))
    return count("{count} day ago", "{count} days ago", passed // timedelta(days=1))


def say_when(message: str, then: datetime | None, now: datetime) -> Said:
    """Return a message whose `{time}` says how long ago something was."""
    time = ago(then, now)
    times = {"vi": time.vi, "en": time.en, **time.others}
    return _said({language: words("web", language)(message, time=said) for language, said in times.items()})


def second_language(language: str) -> str:
    """Return the language under the Vietnamese words for a visitor who took the number in `language`."""
    return language if language in languages() and language != "vi" else "en"


def _said(sentences: dict[str, str]) -> Said:
    return Said(sentences.pop("vi"), sentences.pop("en"), sentences)


def is_old(heard_at: datetime | None, now: datetime) -> bool:
    """Tell whether what we last heard may no longer be so."""
    return heard_at is None or now - heard_at > STALE


def minutes(duration: timedelta) -> Said:
    """Say a duration in whole minutes, at least one."""
    return count("{count} minute", "{count} minutes", max(1, duration // timedelta(minutes=1)))


_WELL = ("ok", "ready", "none")
_PARTS = {
    "screen": "screen",
    "board": "board",
    "counter": "officers' page",
    "printer": "printer",
    "scanner": "scanner",
    "panel": "keys and lamp",
    "speaker": "loudspeaker",
    "board_speaker": "board's loudspeaker",
    "display": "display",
    "board_display": "board's display",
    "case": "case",
    "line": "line to the city",
}
_TROUBLES = {
    "stopped": "stopped",
    "paper_low": "paper low",
    "paper_out": "no paper",
    "cover_open": "cover open",
    "cutter_jammed": "cutter jammed",
    "overheated": "too hot",
    "error": "error",
    "offline": "not reached",
    "missing": "not there",
    "no_voice": "voice missing",
    "opened": "opened",
    "taken_over": "name used by a second machine",
    "unknown": "does not answer",
}


def troubles(health: Mapping[str, Value]) -> list[Said]:
    """Say what is not well at a kiosk, from the words of its state message: `{"printer": "paper_out"}`."""
    found = []
    for part, word in health.items():
        if isinstance(word, str) and word not in _WELL:
            what, trouble = say(_PARTS.get(part, part)), say(_TROUBLES.get(word, word))
            found.append(Said(f"{what.vi}: {trouble.vi}", f"{what.en}: {trouble.en}"))
    return found


STATES = {
    State.WAITING: "Waiting",
    State.CALLED: "Being called",
    State.SERVING: "Now serving",
    State.PARKED: "On hold",
    State.DONE: "Done",
    State.NO_SHOW: "No-show",
    State.CANCELLED: "Cancelled",
    State.EXPIRED: "Expired",
}
"""The word for each state of a ticket, to be said with `say`."""

FACES = (
    ("angry", "Very bad"),
    ("frown", "Bad"),
    ("meh", "So-so"),
    ("smile", "Good"),
    ("laugh", "Very good"),
)
"""The five faces of "how was it", worst first: the name of the picture and what it means, to be said with `say`."""

_ENDINGS = {
    State.PARKED: ("This number is on hold", "When everything is ready, please tell an officer at a counter."),
    State.DONE: ("All done", "Thank you, and goodbye."),
    State.NO_SHOW: ("This number was called", "Missed it? Please show the slip to an officer at a counter."),
    State.CANCELLED: ("This number was given back", "A new one can be taken at the kiosk at any time."),
    State.EXPIRED: ("This number has expired", "A number is good for its own day only."),
}


def state_on(view: FollowView, day: str) -> State:
    """Return the state to show on a day: a ticket left open on an earlier one is over, whoever forgot to say so."""
    ticket = view.ticket
    return State.EXPIRED if ticket.day < day and ticket.state in OPEN else ticket.state


def follow_sentences(view: FollowView, day: str) -> tuple[Said, Said]:
    """Return what a ticket's owner reads: how things stand, and what to do."""
    state, counter = state_on(view, day), view.ticket.counter
    if state is State.CALLED and counter is not None:
        return say("Please go to counter {number}", number=counter), say("It is your turn now.")
    if state is State.SERVING and counter is not None:
        return say("Now at counter {number}", number=counter), say("An officer is looking after this number.")
    if state is State.WAITING and view.ahead == 0:
        return say("Almost your turn"), say("Please stay near the counters.")
    if state in _ENDINGS:
        sentence, advice = _ENDINGS[state]
        return say(sentence), say(advice)
    return say(STATES[state]), say("Please take a seat. This page tells when it is your turn.")
