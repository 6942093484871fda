"""Which call the board shows large, and in which order when there are several. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.lobby.views import BoardView, CallView
from kiosk.records import Record, replace
from kiosk.ui.flow.delays import Delays

_Name = tuple[str, int]
"""A call, identified by its number and its position in the journal: a recall is another call."""

_PATIENCE = 3
"""A call whose announcement is still playing stays at most this many times as long as a silent one."""


class CallRotation(Record):
    """The call that is shown large since `since` (monotonic seconds), and the queue of further calls.

    `unanswered` are the calls whose visitors have not come yet. All other calls are void and are replaced at once.
    """

    call: CallView | None = None
    since: float = float("-inf")
    queue: tuple[CallView, ...] = ()
    seen: frozenset[_Name] = frozenset()
    unanswered: frozenset[_Name] = frozenset()

    @classmethod
    def opened(cls, view: BoardView) -> CallRotation:
        """Return the rotation of a board that has just started: earlier calls are not repeated."""
        return cls(view.current, seen=_names(_calls(view)), unanswered=_names(view.unanswered))

    def updated(self, view: BoardView) -> CallRotation:
        """Return the rotation after a change in the lobby: queues new calls, oldest first, and drops void ones."""
        calls = _calls(view)
        if not calls:
            return CallRotation()  # a new day
        unanswered = _names(view.unanswered)
        # A recall is another call, so the earlier one is void.
        waits = (call for call in self.queue if _name(call) in unanswered)
        new = (call for call in reversed(view.unanswered) if _name(call) not in self.seen)
        after = replace(self, queue=(*waits, *new), seen=_names(calls), unanswered=unanswered)
        is_taken_back = not after.queue and self.call and _name(self.call) not in after.seen
        return replace(after, call=view.current, since=float("-inf")) if is_taken_back else after

    def advanced(self, now: float, delays: Delays, *, is_spoken: bool = False) -> CallRotation:
        """Return the rotation at `now`: the next call replaces one that was shown for long enough.

        Args:
            is_spoken: its announcement is still playing, so the next call waits, for a limited time.
        """
        is_void = self.call is not None and _name(self.call) not in self.unanswered
        stays_s = 0 if is_void else (_PATIENCE if is_spoken else 1) * delays.call_s
        if not self.queue or now < self.since + stays_s:
            return self
        return replace(self, call=self.queue[0], since=now, queue=self.queue[1:])

    def is_bright(self, now: float, delays: Delays) -> bool:
        """Tell whether a blinking new call is in a bright phase."""
        phase = (now - self.since) // delays.blink_s
        return phase < 2 * delays.blinks and phase % 2 == 0

    def next_change_monotonic_s(self, now: float, delays: Delays) -> float | None:
        """Return when the display changes next (monotonic s), or None.

        While an announcement overruns, this is a short polling interval: nothing signals the end of speech.
        """
        phase = (now - self.since) // delays.blink_s
        if phase < 2 * delays.blinks:
            return self.since + (phase + 1) * delays.blink_s
        if not self.queue:
            return None
        turns_at = self.since + delays.call_s
        return turns_at if now < turns_at else now + delays.watch_s

    def last(self, view: BoardView) -> tuple[CallView, ...]:
        """Return the earlier calls: all calls except the large one and the queued ones."""
        hidden = {_name(call) for call in (self.call, *self.queue) if call}
        return tuple(call for call in (view.current, *view.last) if call and _name(call) not in hidden)


def _calls(view: BoardView) -> tuple[CallView, ...]:
    """Return all known calls: the listed ones, and older ones that are unanswered."""
    listed = (view.current, *view.last) if view.current else ()
    return (*listed, *(call for call in view.unanswered if call not in listed))


def _names(calls: Iterable[CallView]) -> frozenset[_Name]:
    return frozenset(map(_name, calls))


def _name(call: CallView) -> _Name:
    return call.number, call.seq
