"""What the board calls large, and in which order: several calls at once take turns. Pure, like `flow`."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.lobby.views import BoardView, CallView
from kiosk.records import Record, replace
from kiosk.ui.flow.delays import Delays

_Name = tuple[str, int]
"""A call by its number and its place in the journal: a recall is another call."""

_PATIENCE = 3
"""A call that is being said stays so many times as long as a silent one, at most."""


class CallRotation(Record):
    """The call shown large since `since` (monotonic seconds), and those that wait for their turn.

    `unanswered` are the calls whose visitors have not come yet; all others are void, and make room at once.
    """

    call: CallView | None = None
    since: float = float("-inf")
    queue: tuple[CallView, ...] = ()
    seen: frozenset[_Name] = frozenset()
    unanswered: frozenset[_Name] = frozenset()

    @classmethod
    def opened(cls, view: BoardView) -> CallRotation:
        """Return the rotation of a board that has just been switched on: what was called before is not called again."""
        return cls(view.current, seen=_names(_calls(view)), unanswered=_names(view.unanswered))

    def updated(self, view: BoardView) -> CallRotation:
        """Return the rotation after news of the lobby: new calls and recalls queue, oldest first, void ones go."""
        calls = _calls(view)
        if not calls:
            return CallRotation()  # a new day
        unanswered = _names(view.unanswered)
        # A recall is another call, so that the one before it is void.
        waits = (call for call in self.queue if _name(call) in unanswered)
        new = (call for call in reversed(view.unanswered) if _name(call) not in self.seen)
        after = replace(self, queue=(*waits, *new), seen=_names(calls), unanswered=unanswered)
        is_taken_back = not after.queue and self.call and _name(self.call) not in after.seen
        return replace(after, call=view.current, since=float("-inf")) if is_taken_back else after

    def advanced(self, now: float, delays: Delays, *, is_spoken: bool = False) -> CallRotation:
        """Return the rotation at a moment: a call that has been large for long enough makes room for the next.

        Args:
            is_spoken: it is still being said, so the next one waits, but never for a voice that does not end.
        """
        is_void = self.call is not None and _name(self.call) not in self.unanswered
        stays_s = 0 if is_void else (_PATIENCE if is_spoken else 1) * delays.call_s
        if not self.queue or now < self.since + stays_s:
            return self
        return replace(self, call=self.queue[0], since=now, queue=self.queue[1:])

    def is_bright(self, now: float, delays: Delays) -> bool:
        """Tell whether the blinking of a new call is in a bright phase; after the blinks it is still."""
        phase = (now - self.since) // delays.blink_s
        return phase < 2 * delays.blinks and phase % 2 == 0

    def next_change_monotonic_s(self, now: float, delays: Delays) -> float | None:
        """Return when it looks different next, or None when it stays as it is.

        While a call is still being said after its time, that is soon: nothing tells when a voice has ended.
        """
        phase = (now - self.since) // delays.blink_s
        if phase < 2 * delays.blinks:
            return self.since + (phase + 1) * delays.blink_s
        if not self.queue:
            return None
        turns_at = self.since + delays.call_s
        return turns_at if now < turns_at else now + delays.watch_s

    def last(self, view: BoardView) -> tuple[CallView, ...]:
        """Return the calls before: all the lobby knows but the large one and those that wait for their turn."""
        hidden = {_name(call) for call in (self.call, *self.queue) if call}
        return tuple(call for call in (view.current, *view.last) if call and _name(call) not in hidden)


def _calls(view: BoardView) -> tuple[CallView, ...]:
    """Return all that the lobby knows: those it lists, and those that are unanswered for longer."""
    listed = (view.current, *view.last) if view.current else ()
    return (*listed, *(call for call in view.unanswered if call not in listed))


def _names(calls: Iterable[CallView]) -> frozenset[_Name]:
    return frozenset(map(_name, calls))


def _name(call: CallView) -> _Name:
    return call.number, call.seq
