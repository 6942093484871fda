"""Which events to send, and when: the outbox as a pure state machine over sequence numbers.

Time is an argument; nothing is read. To be sent is what the city has not acknowledged and what is not in flight. Lost,
duplicated and reordered messages, a city restored from an old backup, and a restart of this process each change only
one of the two.
"""

from __future__ import annotations

from kiosk.records import Record
from kiosk.wire.messages import MAX_EVENTS, Ack

MAX_FLIGHTS = 4
RESEND_S = 30.0
RESEND_MAX_S = 600.0
"""A silent city is asked less and less often; after its first answer the normal intervals apply again."""
_ROUND_TRIPS = 4
_SMOOTHING = 1 / 8
"""RFC 6298 section 2: the share of a new round trip in the smoothed one."""
_STALE_MS = 600_000
"""How long an acknowledgement may be delayed. An older city clock than this was set back, and is believed."""


class Run(Record):
    """Sequence numbers from `first` to `last`, both included, to be sent in one batch or as much of it as fits."""

    first: int
    last: int


class _Flight(Record):
    first: int
    last: int
    sent_at_s: float
    is_resent: bool


class Window:
    """What is in flight of one journal. Seconds are of any monotonic clock.


    Args:
        epoch: of the journal; what the city says of another one is not for us.
        mark: the last seq that the city is known to have, with all before it.
    """

    def __init__(self, epoch: bytes, mark: int) -> None:
        self.epoch = epoch
        self.mark = mark
        """The highest seq the city ever confirmed with all before it: what may be kept on disk as acknowledged."""
        self.is_city_ahead = False
        """The city has events of ours that we do not have: this card was restored or cloned."""
        self.size = 1
        self.round_trip_s: float | None = None
        self._floor = mark
        self._stored: tuple[tuple[int, int], ...] = ()
        self._flights: list[_Flight] = []
        self._sent_to = mark
        self._silences = 0
        self._newest = (0, 0)

    @property
    def is_unanswered(self) -> bool:
        """Tell whether the city has not answered the last batch."""
        return self._silences > 0

    @property
    def in_flight(self) -> int:
        """Return how many batches are unacknowledged."""
        return len(self._flights)

    def deadline(self) -> float | None:
        """Return when the oldest batch in flight counts as lost, or None if there is none."""
        first = min((flight.sent_at_s for flight in self._flights), default=None)
        return None if first is None else first + self._timeout_s()

    def due(self, last_seq: int, now_s: float) -> Run | None:
        """Return what to send now, or None: then wait for an acknowledgement, a new event, or the deadline.


        Args:
            last_seq: the newest seq of the journal.
        """
        self._give_up_lost(now_s)
        if len(self._flights) >= self.size:
            return None
        run = self._first_gap(last_seq)
        if run is None:
            return None
        # Like Nagle's algorithm: a short run waits while something is in flight, and grows meanwhile.
        is_short = run.last == last_seq and run.last - run.first + 1 < MAX_EVENTS
        return None if is_short and self._flights else run

    def sent(self, run: Run, now_s: float) -> None:
        """Record that a batch with these sequence numbers was sent."""
        self._flights.append(_Flight(run.first, run.last, now_s, run.first <= self._sent_to))
        self._sent_to = max(self._sent_to, run.last)

    def forgotten(self, up_to: int) -> None:
        """Record that the journal no longer has the events that a restored city requests."""
        self._floor = max(self._floor, up_to)

    def line_lost(self) -> None:
        """Record that the connection broke: nothing is in flight any more, and the city may have been restored
        meanwhile.
        """
        self._flights.clear()
        self._stored = ()
        self._silences = 0
        self.size = 1

    def acknowledged(self, ack: Ack, last_seq: int, now_s: float) -> bool:
        """Process an acknowledgement; return whether it was fresh: of this journal, not overtaken, not beyond our last
        event.

        Only this moves the mark, and only over what was sent: on a restored card, the city's sequence number stands for
        another event.
        """
        if ack.epoch != self.epoch:
            return False
        self.is_city_ahead = ack.up_to > last_seq
        if self.is_city_ahead:
            return False
        up_to = min(ack.up_to, self._sent_to)
        word = (ack.city_ms, ack.up_to)
        is_fresh = word > self._newest or self._newest[0] - ack.city_ms >= _STALE_MS
        if is_fresh:
            self._newest = word
            self._floor = up_to
            self._stored = tuple((first, min(last, last_seq)) for first, last in ack.ranges if first <= last_seq)
        else:
            self._floor = max(self._floor, up_to)
        self.mark = max(self.mark, self._floor)
        self._land(now_s)
        if is_fresh and (ack.is_greeting or self._silences):
            # The city is back, and what was sent during its absence is lost: that is no new silence.
            self._flights.clear()
            self._silences = 0
        return is_fresh

    def _land(self, now_s: float) -> None:
        """Remove the acknowledged batches, and grow the window for each."""
        landed = [flight for flight in self._flights if self._has(flight)]
        self._flights = [flight for flight in self._flights if flight not in landed]
        self.size = min(MAX_FLIGHTS, self.size + len(landed))
        # Karn's algorithm: of a batch that was sent twice, nobody knows which one was acknowledged.
        trips = [now_s - flight.sent_at_s for flight in landed if not flight.is_resent]
        if trips:
            before = self.round_trip_s
            self.round_trip_s = trips[-1] if before is None else before + _SMOOTHING * (trips[-1] - before)

    def _has(self, flight: _Flight) -> bool:
        return flight.last <= self._floor or any(
            first <= flight.first and flight.last <= last for first, last in self._stored
        )

    def _give_up_lost(self, now_s: float) -> None:
        limit = now_s - self._timeout_s()
        kept = [flight for flight in self._flights if flight.sent_at_s > limit]
        if len(kept) < len(self._flights):
            self._flights = kept
            self._silences += 1
            self.size = max(1, self.size // 2)

    def _timeout_s(self) -> float:
        quick = max(RESEND_S, _ROUND_TRIPS * (self.round_trip_s or 0.0))
        return max(quick, min(RESEND_MAX_S, quick * 2.0**self._silences))

    def _first_gap(self, last_seq: int) -> Run | None:
        """Return the first sequence numbers that are neither acknowledged nor in flight, at most a batch."""
        first = self._floor + 1
        for low, high in sorted([*self._stored, *((flight.first, flight.last) for flight in self._flights)]):
            if low > first:
                return Run(first, min(low - 1, first + MAX_EVENTS - 1))
            first = max(first, high + 1)
        return Run(first, min(last_seq, first + MAX_EVENTS - 1)) if first <= last_seq else None
