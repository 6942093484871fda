"""A second machine with our name: how it is noticed, and how a technician and the city learn of it.

A broker keeps one connection for each name, the newest, and closes the older one. Few brokers give the reason, so a
connection that was taken over looks like one that broke. The retained state (topic `s/<device>`) shows the difference:
each process of ours writes its own random `instance` into it, so another instance there means another machine.
"""

from __future__ import annotations

import secrets

from kiosk.model.event import DeviceCleared, DeviceFault
from kiosk.store import meta
from kiosk.store.database import Store
from kiosk.wire.line_status import Why
from kiosk.wire.messages import INSTANCE_BYTES, DeviceState

LINE = "line"
"""The device in `device.fault`, as a printer is one."""
SETTLED_S = 900.0
"""A line that holds this long is ours alone: a second machine tries again after 300 s at the latest."""
_SIGHTINGS = 2
"""In as many connections another instance must be seen: a broker that was restored may once return an old state."""


class DuplicateName:
    """Whether another machine uses our name; the finding is stored, so it survives a restart."""

    def __init__(self, store: Store) -> None:
        self.instance = secrets.token_bytes(INSTANCE_BYTES)
        """Written into every state that this process publishes."""
        self._store = store
        with store.read() as snapshot:
            self._recorded = meta.troubles(snapshot).get(LINE)
        self._fault = self._recorded
        self._up_since_s: float | None = None
        self._was_own_state_seen = False
        self._sightings = 0
        self._is_sighted_now = False

    @property
    def is_found(self) -> bool:
        """Return whether another machine is known to use our name."""
        return self._fault is not None

    def up(self, now_s: float) -> None:
        """Record that the broker has accepted the connection."""
        self._up_since_s = now_s
        self._is_sighted_now = False

    def down(self, why: Why) -> None:
        """Record that the connection ended, and why."""
        self._up_since_s = None
        if why is Why.TAKEN_OVER:
            self._fault = why.value

    def state_seen(self, state: DeviceState) -> None:
        """Take a state from our own topic: ours, or that of a machine that was connected under our name.

        What was there before our first own state is from an earlier process of this machine.
        """
        if state.instance == self.instance:
            self._was_own_state_seen = True
        elif self._was_own_state_seen and not self._is_sighted_now:
            self._is_sighted_now = True
            self._sightings += 1
            if self._sightings >= _SIGHTINGS:
                self._fault = Why.TAKEN_OVER.value

    def settle(self, now_s: float) -> None:
        """Append `device.fault` after another machine was found, and `device.cleared` after the line is ours alone.

        Raises:
            FullError: no space is left; the next call tries again.
            StoreError: the store cannot be written.
        """
        if self._up_since_s is not None and now_s - self._up_since_s >= SETTLED_S:
            self._fault, self._sightings = None, 0
        if self._fault != self._recorded:
            with self._store.write() as tx:
                tx.append(DeviceFault(LINE, self._fault) if self._fault else DeviceCleared(LINE, "ready"))
                meta.tell_trouble(tx, LINE, self._fault)
            self._recorded = self._fault
