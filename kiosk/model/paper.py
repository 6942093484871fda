"""How far the paper of a ticket has come."""

from __future__ import annotations

from enum import StrEnum


class PrintState(StrEnum):
    """The state of a print job, and of a ticket's newest one; NONE is a ticket that never had any."""

    NONE = "none"
    QUEUED = "queued"
    PRINTING = "printing"
    PRINTED = "printed"
    UNCERTAIN = "uncertain"
    DISMISSED = "dismissed"
