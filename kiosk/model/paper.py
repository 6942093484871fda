"""The state of a ticket's slip."""

from __future__ import annotations

from enum import StrEnum


class PrintState(StrEnum):
    """The state of a print job, and of a ticket's newest job; NONE if there was never one."""

    NONE = "none"
    QUEUED = "queued"
    PRINTING = "printing"
    PRINTED = "printed"
    UNCERTAIN = "uncertain"
    DISMISSED = "dismissed"
