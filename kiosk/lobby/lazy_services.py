"""The small rooms beside the tickets, one for each other thing that visitors do, imported when first entered.

A command that takes a number would otherwise pay for all of them.
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
    """All rooms of one hall, behind its doors."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @cached_property
    def people(self) -> People:
        """Return the room for what is known of a visitor, for this day."""
        from kiosk.lobby.people import People

        return People(self.context)

    @cached_property
    def bookings(self) -> Bookings:
        """Return the room for numbers that were booked before."""
        from kiosk.lobby.bookings import Bookings

        return Bookings(self.context)

    @cached_property
    def dossiers(self) -> Dossiers:
        """Return the room for where a dossier is."""
        from kiosk.lobby.dossiers import Dossiers

        return Dossiers(self.context)

    @cached_property
    def guide(self) -> ProcedureGuide:
        """Return the room for which procedure is meant, and its papers."""
        from kiosk.lobby.procedure_guide import ProcedureGuide

        return ProcedureGuide(self.context)

    @cached_property
    def help(self) -> Help:
        """Return the room for who called for help."""
        from kiosk.lobby.help_calls import Help

        return Help(self.context)

    @cached_property
    def feedback(self) -> Feedback:
        """Return the room for how it went."""
        from kiosk.lobby.feedback import Feedback

        return Feedback(self.context)

    @cached_property
    def device_events(self) -> DeviceEvents:
        """Return the room for what was told of devices."""
        from kiosk.lobby.device_events import DeviceEvents

        return DeviceEvents(self.context)

    @cached_property
    def timing(self) -> Timing:
        """Return the room for the clock, and for setting the day right."""
        from kiosk.lobby.trusted_time import Timing

        return Timing(self.context)
