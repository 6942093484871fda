"""Every wait of the screen and the board, in one table."""

from __future__ import annotations

from kiosk.records import Record


class Delays(Record):
    """All in seconds. A wait that ends a visit is shown before it ends, and any touch begins it anew."""

    settle_s: float = 0.25
    """A touch this soon after the screen changed was meant for the screen before: a double tap takes one number."""
    idle_s: float = 60.0
    """A question that nobody answers."""
    reading_s: float = 120.0
    """The papers of a procedure: there is more to read."""
    warn_s: float = 20.0
    """How long before the end of a visit "need more time?" appears. Source: WCAG 2.2, 2.2.1 Timing Adjustable."""
    reset_s: float = 30.0
    """The welcome screen goes back to the ward's own language and colours."""
    printing_s: float = 8.0
    """A slip that takes longer than this is said to be late."""
    printed_s: float = 12.0
    """The number stays after its slip has come out."""
    photo_s: float = 60.0
    """The number stays for a photograph when no slip comes."""
    held_s: float = 180.0
    """The number stays for somebody who waits for the slip."""
    help_s: float = 30.0
    """A call for help stays until somebody could have come, and says who is coming."""
    thanks_s: float = 5.0
    water_s: float = 10.0
    """A cup that is full, or was taken too early, is spoken of for so long."""
    dossier_s: float = 8.0
    """The city's answer about a dossier is waited for so long; then what it said last is shown."""
    sorry_s: float = 20.0
    retry_s: float = 3.0
    """A lobby that could not be read is tried again."""
    watch_s: float = 0.5
    """While somebody waits for a slip, how often to look whether the printer is well."""
    read_s: float = 0.4
    """The glass shines at its edges after a code was read."""
    pulse_s: float = 10.0
    """The longest a process stays silent towards its watchdog."""
    call_s: float = 6.0
    """The board shows a call this long before the next one may take its place."""
    notice_s: float = 12.0
    """The board's notices take turns."""
    blink_s: float = 0.45
    """A new call is this long bright, then this long dim."""
    blinks: int = 3
