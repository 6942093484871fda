"""The requests of a visit to the lobby, and their results. Personal data is held only here, in memory."""

from __future__ import annotations

import logging
from collections.abc import Callable

from kiosk.errors import CapReachedError, ClosedError, FullError, LimitError, RefusedError, StoreError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import CheckIn, HallView, Refusal
from kiosk.model import cards
from kiosk.model.choice import ChoiceCode
from kiosk.records import replace
from kiosk.ui.flow.events import NOT_TOUCHED, Effect, Event, Kind, Screen
from kiosk.ui.flow.session import CardNote, Session
from kiosk.ui.flow.snapshot import Results

_log = logging.getLogger(__name__)


class VisitActions:
    """Sends the requests of each visit to the lobby; `results` holds the answers of the present visit."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._card: cards.Document | None = None
        self._question = 0
        self.results = Results()

    def forget(self) -> None:
        """Drop all data of the visit."""
        self._card, self._question, self.results = None, 0, Results()

    def read(self, payload: str, on: Screen) -> Event:
        """Return the event of a scanned payload. A card is kept in memory only while its privacy notice is shown."""
        match cards.parse(payload):
            case ChoiceCode(id=id):
                return _choice(id)
            case cards.BookingCode(text=text):
                return Event(Kind.BOOKING_SEEN, text)
            case cards.DossierCode(code=code):
                return Event(Kind.DOSSIER_SEEN, code)
            case cards.TicketToken(token=token):
                return Event(Kind.SLIP_SEEN, token)
            case cards.Opaque():
                return Event(Kind.MISREAD)
            case card:
                self._card = card if on is Screen.CARD else None
                return Event(Kind.CARD_SEEN)

    def note_cup(self, is_full: bool) -> None:
        """Record that a cup of water was filled, or that filling was stopped."""
        self._attempt(lambda: self._lobby.note_cup(is_full), None)

    def card_note(self, hall: HallView) -> CardNote | None:
        """Return the part of the scanned card that a screen may show."""
        if self._card is None:
            return None
        return CardNote(self._card.masked_name, _group(hall, self._card.age_on(hall.now.date())))

    def do(self, effect: Effect, session: Session) -> Event | None:
        """Send a request to the lobby; return the event of its answer, if any."""
        number = session.number
        match effect:
            case Effect.TAKE:
                return self._take(session)
            case Effect.SEARCH:
                answers = self._lobby.guide.search(session.typed, session.language)
                self.results = replace(self.results, answers=answers)
                return None
            case Effect.CHECK_IN:
                return self._attempt(lambda: self._check_in(session))
            case Effect.ASK_DOSSIER:
                return self._attempt(lambda: self._ask_dossier(session.code))
            case Effect.FIND:
                return self._attempt(lambda: self._find(session.code))
            case Effect.REPRINT:
                return self._attempt(lambda: self._lobby.reprint(number))
            case Effect.DISMISS:
                return self._attempt(lambda: self._lobby.dismiss_slip(number), None)
            case Effect.HELP:
                return self._attempt(self._lobby.help.request, Kind.UNHEARD)
            case Effect.CHECKLIST:
                return self._attempt(lambda: self._lobby.guide.print_checklist(session.procedure, session.language))
            case Effect.PAY:
                payment = self._lobby.guide.payment(session.procedure)
                self.results = replace(self.results, payment=payment)
                return None
            case Effect.POST:
                is_wanted = self.results.ticket is not None and not self.results.ticket.by_post
                return self._attempt(lambda: self._lobby.note_post(number, is_wanted))
            case Effect.POUR:
                return None  # `Visit` handles water with its panel
            case Effect.RATE:
                reasons = sorted(session.reasons)
                return self._attempt(lambda: self._lobby.feedback.give(session.score, reasons, number), None)

    def look(self, session: Session) -> Event | None:
        """Read what may have changed: the ticket, and the city's answer about a dossier.

        Raises:
            RefusedError: the ticket belongs to an earlier day.
            StoreError: the database cannot be read.
        """
        if session.number:
            self.results = replace(self.results, ticket=self._lobby.ticket(session.number))
        if session.screen is Screen.DOSSIER_WAIT and self._question:
            answer = self._lobby.dossiers.answer(self._question)
            if answer is not None:
                self._question = 0
                self.results = replace(self.results, dossier=answer, is_dossier_fresh=True)
                return Event(Kind.ANSWERED)
        return None

    def _take(self, session: Session) -> Event:
        try:
            ticket = self._lobby.take(
                session.letter,
                priority=session.priority or None,
                procedure=session.procedure or None,
                language=session.language,
                person=self._person(),
                sealed=self._sealed() if session.has_consent else None,
            )
        except CapReachedError:
            return Event(Kind.CAPPED, session.letter)
        except ClosedError:
            return Event(Kind.SHUT)
        except LimitError as error:
            self.results = replace(self.results, check_in=CheckIn(refusal=Refusal(error.code)))
            return Event(Kind.REFUSED)
        except (RefusedError, StoreError) as error:
            _log.error("no number of service %s could be given: %s", session.letter, error)
            return Event(Kind.FAILED)
        self.results = replace(self.results, ticket=ticket)
        return Event(Kind.TAKEN, ticket.number)

    def _person(self) -> bytes | None:
        """Return the pseudonym of the person, which the limits of the day need; None without a card."""
        return self._lobby.people.digest(self._card.number) if self._card and self._card.number else None

    def _sealed(self) -> bytes | None:
        """Return the card's data encrypted for the city, or None when that fails: the number is given anyway."""
        try:
            return self._lobby.people.seal(self._card.sealed_fields()) if self._card else None
        except RefusedError as error:
            _log.error("a card's details could not be sealed: %s", error)
            return None

    def _check_in(self, session: Session) -> Event:
        try:
            result = self._lobby.bookings.check_in(session.code, language=session.language)
        except ClosedError:
            return Event(Kind.SHUT)
        except CapReachedError:
            return Event(Kind.CAPPED)
        self.results = replace(self.results, check_in=result, ticket=result.ticket)
        return Event(Kind.TAKEN, result.ticket.number) if result.ticket else Event(Kind.REFUSED)

    def _ask_dossier(self, code: str) -> Event | None:
        self.results = replace(self.results, dossier=self._lobby.dossiers.last(code), is_dossier_fresh=False)
        try:
            self._question = self._lobby.dossiers.ask(code)
        except FullError:
            return Event(Kind.ANSWERED)  # a full disk prevents a new question; the last answer can still be shown
        return None

    def _find(self, token: str) -> Event:
        ticket = self._lobby.find_by_token(token)
        if ticket is None:
            return Event(Kind.MISREAD)
        self.results = replace(self.results, ticket=ticket)
        return Event(Kind.FOUND, ticket.number)

    def _attempt(self, ask: Callable[[], object], otherwise: Kind | None = Kind.FAILED) -> Event | None:
        try:
            answer = ask()
            return answer if isinstance(answer, Event) else None
        except (RefusedError, StoreError) as error:
            # The message may contain what a visitor scanned or typed, so only the kind of error is logged.
            _log.error("a visitor's request failed in the lobby: %s", type(error).__name__)
            return Event(otherwise) if otherwise is not None else None


def _choice(id: str) -> Event:
    """Return the event of a printed choice code. It takes effect only when the screen offers the same choice."""
    try:
        event = Event.of(id)
    except ValueError:
        return Event(Kind.MISREAD)
    return Event(Kind.MISREAD) if event.kind in NOT_TOUCHED else event


def _group(hall: HallView, age: int | None) -> str:
    """Return the priority group that an age qualifies for; of several, the one with the highest minimum age."""
    groups = [one for one in hall.priority_groups if age is not None and one.min_age_years and one.min_age_years <= age]
    return max(groups, key=lambda one: one.min_age_years or 0).code if groups else ""
