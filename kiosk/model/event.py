"""An event of the journal, and the content of each kind: one Struct each, which the kiosk writes and the city reads.

The short field names are those of the journal and of the line (docs/wire.md). They are a contract, as are their order
and which of them may be missing. Constructing a Struct checks nothing; `data_of` checks content from outside.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta, Struct, field

from kiosk.model.ticket import Step
from kiosk.records import Record

MAX_SEQ = 2**53
"""The largest integer that every reader of the line stores exactly: that of a double."""
LAST_FACE = 5
"""The happiest face; 1 is the unhappiest."""

Value = int | str | bool | None


class Event(Record):
    """A row of the journal; `seq` rises by one without a gap, `at_ms` is business time, UTC milliseconds since 1970."""

    seq: int
    kind: str
    at_ms: int
    payload: dict[str, Value]


TicketId = Annotated[int, Meta(ge=1, le=MAX_SEQ)]
"""The ticket's row in the kiosk's database."""
CounterId = Annotated[int, Meta(ge=1, le=99)]
Letter = Annotated[str, Meta(pattern=r"^[A-Z]\Z")]
"""The letter of a service."""
Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
Word = Annotated[str, Meta(min_length=1, max_length=64)]
Remark = Annotated[str, Meta(max_length=200)]
DeviceName = Annotated[str, Meta(pattern=r"^[a-z][a-z_]{0,31}\Z")]


class EventData(Struct, frozen=True, omit_defaults=True):
    """The content of an event. `kind` is its name in the journal and on the line."""

    kind: ClassVar[str]


class DayOpened(EventData, frozen=True):
    """A business day began, at the site with this 5-digit code."""

    kind: ClassVar[str] = "day.opened"
    day: Day
    site: Annotated[str, Meta(pattern=r"^[0-9]{5}\Z")]


class DayClosed(EventData, frozen=True):
    """A business day ended."""

    kind: ClassVar[str] = "day.closed"
    day: Day


class TicketIssued(EventData, frozen=True):
    """A number was issued: `number` as on the slip, `language` of two letters, `priority` a group's code."""

    kind: ClassVar[str] = "ticket.issued"
    ticket: TicketId = field(name="t")
    number: Annotated[str, Meta(pattern=r"^[A-Z][0-9]{1,4}\Z")] = field(name="n")
    day: Day
    service: Letter = field(name="s")
    language: Annotated[str, Meta(pattern=r"^[a-z]{2}\Z")] = field(name="l")
    priority: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{1,23}\Z")] | None = field(name="g", default=None)
    procedure: Annotated[str, Meta(pattern=r"^[0-9]\.[0-9]{6}\Z")] | None = field(name="p", default=None)


class TicketStep(EventData, frozen=True):
    """A step of a ticket; `counter` is the counter that has it."""

    kind: ClassVar[Step]
    ticket: TicketId = field(name="t")
    counter: CounterId | None = field(name="c", default=None)


class TicketCalled(TicketStep, frozen=True):
    """A counter called it."""

    kind: ClassVar[Step] = Step.CALL


class TicketRecalled(TicketStep, frozen=True):
    """It was announced once more."""

    kind: ClassVar[Step] = Step.RECALL


class TicketServing(TicketStep, frozen=True):
    """Its visitor came to the counter."""

    kind: ClassVar[Step] = Step.SERVE


class TicketDone(TicketStep, frozen=True):
    """It was served."""

    kind: ClassVar[Step] = Step.DONE


class TicketNoShow(TicketStep, frozen=True):
    """Nobody came."""

    kind: ClassVar[Step] = Step.NO_SHOW


class TicketParked(TicketStep, frozen=True):
    """It was set aside, because papers were missing."""

    kind: ClassVar[Step] = Step.PARK


class TicketResumed(TicketStep, frozen=True):
    """It waits again."""

    kind: ClassVar[Step] = Step.RESUME


class TicketTransferred(TicketStep, frozen=True, kw_only=True):
    """It was moved to another service."""

    kind: ClassVar[Step] = Step.TRANSFER
    service: Letter = field(name="s")


class TicketCancelled(TicketStep, frozen=True):
    """Its visitor cancelled it."""

    kind: ClassVar[Step] = Step.CANCEL


class TicketExpired(TicketStep, frozen=True):
    """Its day ended before it was served."""

    kind: ClassVar[Step] = Step.EXPIRE


class TicketReprinted(EventData, frozen=True):
    """A copy of its slip was asked for."""

    kind: ClassVar[str] = "ticket.reprinted"
    ticket: TicketId = field(name="t")


class TicketPost(EventData, frozen=True):
    """Whether its visitor wants the result by post; missing means yes."""

    kind: ClassVar[str] = "ticket.post"
    ticket: TicketId = field(name="t")
    is_by_post: bool | None = field(name="on", default=None)


class BookingCheckedIn(EventData, frozen=True, kw_only=True):
    """A visitor checked in with a booking, and got this ticket."""

    kind: ClassVar[str] = "booking.checked_in"
    ticket: TicketId | None = field(name="t", default=None)
    code: Annotated[str, Meta(pattern=r"^[0-9A-Z]{8}\Z")] = field(name="k")


class FeedbackGiven(EventData, frozen=True):
    """A visitor's feedback: a face from 1 to 5, and the reasons, separated by commas."""

    kind: ClassVar[str] = "feedback.given"
    face: Annotated[int, Meta(ge=1, le=LAST_FACE)] = field(name="x")
    reasons: Remark | None = field(name="r", default=None)
    ticket: TicketId | None = field(name="t", default=None)


class HelpRequested(EventData, frozen=True):
    """A visitor asks for an officer."""

    kind: ClassVar[str] = "help.requested"


class HelpAnswered(EventData, frozen=True):
    """The officer of a counter is coming."""

    kind: ClassVar[str] = "help.answered"
    counter: CounterId = field(name="c")


class DossierAsked(EventData, frozen=True):
    """A visitor asked about a dossier; which one is not recorded."""

    kind: ClassVar[str] = "dossier.asked"


class IdentitySealed(EventData, frozen=True):
    """Data of an identity card, sealed for the city, in base64 (RFC 4648, section 4)."""

    kind: ClassVar[str] = "identity.sealed"
    ticket: TicketId = field(name="t")
    box: Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{1,1200}={0,2}\Z")] = field(name="b")


class WaterPoured(EventData, frozen=True):
    """A cup of water: `full`, or `stopped` before it was."""

    kind: ClassVar[str] = "water.poured"
    end: Word = field(name="x")


class DeviceEvent(EventData, frozen=True):
    """A device, its status, and the reason that a person gave."""

    device: DeviceName = field(name="d")
    status: Word = field(name="x")
    reason: Remark | None = field(name="r", default=None)


class DeviceFault(DeviceEvent, frozen=True):
    """A device has failed."""

    kind: ClassVar[str] = "device.fault"


class DeviceCleared(DeviceEvent, frozen=True):
    """A device works again."""

    kind: ClassVar[str] = "device.cleared"


class TimeSet(EventData, frozen=True):
    """The time was set: by which source, and the time before, in UTC milliseconds since 1970."""

    kind: ClassVar[str] = "time.set"
    source: Word = field(name="x")
    was_ms: int = field(name="was")


class EventUnsendable(EventData, frozen=True):
    """Replaces, on the line, an event that does not fit it; `original_kind` is that event's kind."""

    kind: ClassVar[str] = "event.unsendable"
    original_kind: str = field(name="kind")


STEPS: dict[Step, type[TicketStep]] = {step.kind: step for step in TicketStep.__subclasses__()}
_OTHERS: tuple[type[EventData], ...] = (
    DayOpened,
    DayClosed,
    TicketIssued,
    TicketReprinted,
    TicketPost,
    BookingCheckedIn,
    FeedbackGiven,
    HelpRequested,
    HelpAnswered,
    DossierAsked,
    IdentitySealed,
    WaterPoured,
    DeviceFault,
    DeviceCleared,
    TimeSet,
    EventUnsendable,
)
KINDS: dict[str, type[EventData]] = {data.kind: data for data in (*STEPS.values(), *_OTHERS)}


def data_of(event: Event) -> EventData | None:
    """Return the content of an event, or None for a kind that this release does not know.


    Raises:
        msgspec.ValidationError: a field is missing, or is not what it must be; the message names it.
    """
    kind = KINDS.get(event.kind)
    return None if kind is None else msgspec.convert(event.payload, kind)
