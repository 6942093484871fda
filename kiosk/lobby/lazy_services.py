"""The lobby's services beside the tickets, each imported on first use.

So a command that takes a number does not load all of them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from kiosk.lobby.context import Context

if TYPE_CHECKING:
    from kiosk.lobby.bookings import Bookings
    from kiosk.lobby.device_events import DeviceEvents
    from kiosk.lobby.dossiers import Dossiers
    from kiosk.lobby.feedback import Feedback
    from kiosk.lobby.help_calls import Help
    from kiosk.lobby.people import People
    from kiosk.lobby.procedure_guide import ProcedureGuide
    from kiosk.lobby.trusted_time import Timing


class LazyServices:
    """All services of one hall; they share one `Context`."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @cached_property
    def people(self) -> People:
        """Return the service for persons: their digests and sealed boxes."""
        from kiosk.lobby.people import People

        return People(self.context)

    @cached_property
    def bookings(self) -> Bookings:
        """Return the service for online bookings."""
        from kiosk.lobby.bookings import Bookings

        return Bookings(self.context)

    @cached_property
    def dossiers(self) -> Dossiers:
        """Return the service for dossiers."""
        from kiosk.lobby.dossiers import Dossiers

        return Dossiers(self.context)

    @cached_property
    def guide(self) -> ProcedureGuide:
        """Return the procedure guide."""
        from kiosk.lobby.procedure_guide import ProcedureGuide

        return ProcedureGuide(self.context)

    @cached_property
    def help(self) -> Help:
        """Return the service for help calls."""
        from kiosk.lobby.help_calls import Help

        return Help(self.context)

    @cached_property
    def feedback(self) -> Feedback:
        """Return the service for feedback."""
        from kiosk.lobby.feedback import Feedback

        return Feedback(self.context)

    @cached_property
    def device_events(self) -> DeviceEvents:
        """Return the service for device events."""
        from kiosk.lobby.device_events import DeviceEvents

        return DeviceEvents(self.context)

    @cached_property
    def timing(self) -> Timing:
        """Return the service for the clock and the believed time."""
        from kiosk.lobby.trusted_time import Timing

        return Timing(self.context)
