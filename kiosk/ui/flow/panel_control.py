"""How a visit uses the panel: presence, the water tap, and the status lamp."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.config import Settings
from kiosk.lobby.status_lamp import light_of
from kiosk.lobby.views import Fault
from kiosk.ports.panel import Light, Panel, Senses, Sign, Water
from kiosk.ui.flow.events import Event, Kind, Screen
from kiosk.ui.flow.session import Session

_KINDS = {Sign.CAME: Kind.CAME, Sign.CUP_PLACED: Kind.CUP, Sign.POURED: Kind.POURED, Sign.STOPPED: Kind.STOPPED}
_REST = (Screen.WELCOME, Screen.CLOSED, Screen.OUT, Screen.SORRY)
"""Screens that go dark when nobody is present."""


class PanelControl:
    """Controls the panel of one screen; the kiosk may have none."""

    def __init__(self, panel: Panel | None, settings: Settings, now: Callable[[], float]) -> None:
        self._panel = panel
        self._sleep_after_s = settings.kiosk.panel.sleep_after_s
        self._now = now
        self._left_monotonic_s = now()
        self._down_since_monotonic_s: float | None = None

    @property
    def senses(self) -> Senses:
        """The panel's sensor values; all unknown when there is no panel."""
        return self._panel.senses if self._panel is not None else Senses()

    def event(self, sign: Sign) -> Event | None:
        """Return the screen event of a panel signal, or None when it has none."""
        if sign is Sign.LEFT:
            self._left_monotonic_s = self._now()
        return Event(_KINDS[sign]) if sign in _KINDS else None

    def sleeps_monotonic_s(self, session: Session, screen: Screen, *, is_fresh: bool) -> float | None:
        """Return when the screen goes dark (monotonic s), or None while somebody is present or the screen must stay on.

        Args:
            screen: the screen that is shown.
            is_fresh: the session holds no data of a visit.
        """
        may_sleep = self._sleep_after_s and is_fresh and screen in _REST and session.screen is Screen.WELCOME
        if not may_sleep or self.senses.is_somebody is not False:
            return None
        return max(self._left_monotonic_s, session.touched_monotonic_s) + self._sleep_after_s

    def must_wake(self, session: Session) -> bool:
        """Tell whether the screen is dark and the presence sensor that would wake it has failed."""
        return session.screen is Screen.SLEEP and self.senses.is_somebody is None

    def pour(self) -> bool:
        """Start filling the cup; return whether the water runs."""
        return self._panel is not None and self._panel.pour()

    def keep(self, session: Session) -> None:
        """Turn the water off when its screen is no longer shown."""
        is_seen = session.screen is Screen.WATER
        if self._panel is not None and not is_seen and self.senses.water is Water.POURING:
            self._panel.stop()

    def light(self, faults: Sequence[Fault]) -> Light:
        """Return the state of the status lamp."""
        if Fault.LINE_DOWN not in faults:
            self._down_since_monotonic_s = None
        elif self._down_since_monotonic_s is None:
            self._down_since_monotonic_s = self._now()
        down_s = self._now() - self._down_since_monotonic_s if self._down_since_monotonic_s is not None else 0.0
        return light_of(faults, down_s)
