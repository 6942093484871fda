"""The health of each process: one Struct for each health file, which its process writes and the others read.

A field's name is its key in the file. An empty text is not written: the device is missing by choice, or its state is
unknown.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class ProcessHealth(Struct, frozen=True, omit_defaults=True):
    """A process's report about itself; `process` is its name, and that of its file."""

    process: ClassVar[str]


class BoardHealth(ProcessHealth, frozen=True):
    """The board's devices, each by its driver's status."""

    process: ClassVar[str] = "board"
    speaker: str = ""
    display: str = ""


class ScreenHealth(ProcessHealth, frozen=True):
    """The screen's devices, each by its driver's status; and what the panel senses.

    `case` is `opened` or `closed`, `roll` `low` or `full`, `water` the state of the tap.
    """

    process: ClassVar[str] = "screen"
    scanner: str = ""
    panel: str = ""
    speaker: str = ""
    display: str = ""
    case: str = ""
    roll: str = ""
    water: str = ""


class CounterHealth(ProcessHealth, frozen=True):
    """The officers' page has no devices; its file only shows that it runs."""

    process: ClassVar[str] = "counter"


class PrinterHealth(ProcessHealth, frozen=True):
    """The printer's status, `none` if there is none by choice; and the reason, in words for a technician."""

    process: ClassVar[str] = "printer"
    status: str = ""
    why: str | None = None


class SyncHealth(ProcessHealth, frozen=True, omit_defaults=False):
    """The connection to the city: `online` or `offline`, the reason (`kiosk.wire.line_status.Why`), and the journal's
    position.

    `pending` counts unacknowledged events, `acked` is the last acknowledged sequence number, `last_ack_at` is an aware
    time in ISO 8601.
    """

    process: ClassVar[str] = "sync"
    line: str = ""
    why: str = ""
    detail: str = ""
    pending: int = 0
    acked: int = 0
    last_ack_at: str | None = None
    is_city_ahead: bool = False


class CityHealth(ProcessHealth, frozen=True):
    """The city's end of the line, and how many messages since its start were `stored`, `answered`, and so on."""

    process: ClassVar[str] = "city"
    line: str = ""
    why: str | None = None
    detail: str | None = None
    stored: int = 0
    answered: int = 0
    malformed: int = 0
    unstored: int = 0
    flooding: int = 0


HEALTH: dict[str, type[ProcessHealth]] = {
    kind.process: kind for kind in (ScreenHealth, BoardHealth, CounterHealth, PrinterHealth, SyncHealth, CityHealth)
}
