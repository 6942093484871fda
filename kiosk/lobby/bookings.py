"""Online bookings: a scanned or typed code becomes a number, once. This needs no connection to the city."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kiosk.errors import LimitError
from kiosk.lobby import queries
from kiosk.lobby.context import Context
from kiosk.lobby.issuing import Issued, Wish, issue
from kiosk.lobby.views import CheckIn, Refusal
from kiosk.model import cards
from kiosk.model.booking import SignedBooking, Timing, check_in_time, verify
from kiosk.model.cards import BookingForm
from kiosk.model.event import BookingCheckedIn
from kiosk.records import Record, replace
from kiosk.store import bookings, tickets
from kiosk.store.bookings import Booking
from kiosk.store.database import Transaction, to_ms


class _Shown(Record):
    """The code that a visitor showed, and the signed booking; None for a typed code."""

    code: str
    signed: SignedBooking | None = None


class Bookings:
    """Checks in bookings."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._site = context.settings.site

    def check_in(self, payload: str, *, language: str, person: bytes | None = None) -> CheckIn:
        """Turn a booking into a number, or return why not. The number is on disk when this returns.


        Args:
            payload: what was scanned or typed.
            person: the digest of who showed a card; whom the city's list names comes first.
        Raises:
            ClosedError: outside opening hours, or out of service.
            CapReachedError: the service's ring of numbers is at its end.
            UnknownNameError: the site no longer has the booked service.
            FullError: no space is left; nothing was changed.
        """
        shown = self._read(payload)
        if isinstance(shown, Refusal):
            return CheckIn(refusal=shown)
        wish = Wish("", language, person=person)
        try:
            with self._context.change() as (tx, day):
                result = self._decide(tx, day, shown, wish)
                if isinstance(result, CheckIn):
                    return result
                made = queries.ticket_made(self._context.settings, self._context.store, tx, result.id)
                return CheckIn(ticket=made)
        except LimitError as error:
            return CheckIn(refusal=Refusal(error.code))

    def _read(self, payload: str) -> _Shown | Refusal:
        found = cards.parse(payload)
        if not isinstance(found, cards.BookingCode):
            return Refusal.UNKNOWN
        if found.form is BookingForm.TYPED:
            return _Shown(found.text)
        keys = [bytes.fromhex(key) for key in self._site.city_keys.booking]
        signed = verify(found.text, keys)
        if signed is not None:
            return _Shown(signed.code, signed)
        # a missing key does not prove that the code is forged
        return Refusal.FORGED if keys else Refusal.UNKNOWN

    def _decide(self, tx: Transaction, day: str, shown: _Shown, wish: Wish) -> Issued | CheckIn:
        """Decide inside the transaction: if several screens scan one code at once, only one issues the number."""
        # The list is newer than the code on the visitor's phone: the booking may have been moved.
        booked = bookings.find(tx, shown.code) or self._as_signed(shown)
        at = self._context.local_at(booked.at_ms) if booked else None
        if booked is not None and booked.site != self._site.code:
            return CheckIn(refusal=Refusal.OTHER_WARD, site=booked.site, at=at)
        if booked is not None and booked.day != day:
            return CheckIn(refusal=Refusal.OTHER_DAY, at=at)
        used = bookings.used_as(tx, shown.code)
        if used is not None:
            row = tickets.by_id(tx, used)
            return CheckIn(refusal=Refusal.USED, number=row.text if row else "", at=at)
        if booked is None:
            has_list = bookings.has_list(tx, self._site.code, day)
            return CheckIn(refusal=Refusal.UNKNOWN if has_list else Refusal.NO_LIST)
        return self._out_of_time(booked, tx.now_ms) or self._issue(tx, day, booked, wish)

    def _as_signed(self, shown: _Shown) -> Booking | None:
        """Return the booking as the city signed it."""
        signed = shown.signed
        if signed is None:
            return None
        midnight = datetime.combine(date.fromisoformat(signed.day), time(), ZoneInfo(self._site.timezone))
        at_ms = to_ms(midnight.astimezone(UTC)) + signed.minute * 60_000
        return Booking(signed.code, signed.site, signed.day, signed.service, at_ms)

    def _out_of_time(self, booked: Booking, now_ms: int) -> CheckIn | None:
        at, rules = self._context.local_at(booked.at_ms), self._site.rules
        match check_in_time(at, self._context.local_at(now_ms), rules, self._closing(at)):
            case Timing.EARLY:
                opens_at = at - timedelta(minutes=rules.checkin_early_minutes)
                return CheckIn(refusal=Refusal.EARLY, at=at, opens_at=opens_at)
            case Timing.LATE:
                return CheckIn(refusal=Refusal.LATE, at=at)
            case Timing.OTHER_DAY:
                return CheckIn(refusal=Refusal.OTHER_DAY, at=at)
            case Timing.ON_TIME:
                return None

    def _closing(self, at: datetime) -> datetime | None:
        """Return when the hall closes on the day of a booking, or None on a day without opening hours."""
        periods = self._site.hours.of(at.weekday())
        if not periods:
            return None
        hours, minutes = max(end for _, end in periods).split(":")
        return datetime.combine(at.date(), time(), at.tzinfo) + timedelta(hours=int(hours), minutes=int(minutes))

    def _issue(self, tx: Transaction, day: str, booked: Booking, wish: Wish) -> Issued:
        known = self._context.settings.procedure(booked.procedure or "")
        procedure = known.code if known is not None and known.service == booked.service else None
        person = booked.person or wish.person
        wish = replace(wish, letter=booked.service, procedure=procedure, booked_ms=booked.at_ms, person=person)
        issued = issue(self._context, tx, day, wish)
        bookings.use(tx, booked.code, day, issued.id)
        tx.append(BookingCheckedIn(ticket=issued.id, code=booked.code))
        return issued
