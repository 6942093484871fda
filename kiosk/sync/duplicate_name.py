"""A second machine with our name, told where somebody looks: the journal, which goes to the city, and `status`."""

from __future__ import annotations

from kiosk.store import meta
from kiosk.store.database import Store
from kiosk.wire.line_status import SETTLED_S, Why

LINE = "line"
"""The device of the event, as a printer is one."""


class DuplicateName:
    """Whether another machine was found to use our name; kept in the store, so that a restart forgets nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.read() as snapshot:
            self._told = meta.troubles(snapshot).get(LINE)
        self._word = self._told
        self._up_at_s: float | None = None

    def up(self, now_s: float) -> None:
        """Note that the broker has let us in."""
        self._up_at_s = now_s

    def down(self, why: Why) -> None:
        """Note that the line went, and why."""
        self._up_at_s = None
        if why is Why.TAKEN_OVER:
            self._word = why.value

    def settle(self, now_s: float) -> None:
        """Append `device.fault` when another machine was found, and `device.cleared` when the line is ours alone again.

        Raises:
            FullError: no space is left; the next call tries again.
            StoreError: the store cannot be written.
        """
        if self._up_at_s is not None and now_s - self._up_at_s >= SETTLED_S:
            self._word = None
        if self._word != self._told:
            with self._store.write() as tx:
                kind = "device.fault" if self._word else "device.cleared"
                tx.append(kind, {"d": LINE, "x": self._word or "ready"})
                meta.tell_trouble(tx, LINE, self._word)
            self._told = self._word
