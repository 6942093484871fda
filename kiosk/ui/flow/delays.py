"""All delays and timeouts of the screen and the board, in one table."""

from __future__ import annotations

from kiosk.records import Record


class Delays(Record):
    """All values are in seconds. The screen announces a timeout that ends a visit; any touch restarts the timeout."""

    settle_s: float = 0.25
    """A touch this soon after a change of screen is ignored, so that a double tap takes only one number."""
    idle_s: float = 60.0
    """Timeout of a screen that asks a question."""
    reading_s: float = 120.0
    """Timeout of the screens with long texts, such as the papers of a procedure."""
    warn_s: float = 20.0
    """The question "need more time?" appears this long before. Source: WCAG 2.2, 2.2.1 Timing Adjustable."""
    reset_s: float = 30.0
    """The welcome screen returns to the ward's default language and colours."""
    printing_s: float = 8.0
    """A slip that takes longer than this is shown as late."""
    printed_s: float = 12.0
    """The number stays on the screen this long after the slip was printed."""
    photo_s: float = 60.0
    """The number stays this long for a photograph when no slip is printed."""
    held_s: float = 180.0
    """The number stays this long when the visitor chooses to wait for the slip."""
    help_s: float = 30.0
    """Timeout of the help screen, which shows the counter that answered."""
    thanks_s: float = 5.0
    water_s: float = 10.0
    """The result of filling a cup stays this long."""
    dossier_s: float = 8.0
    """The screen waits this long for the city's answer about a dossier, then shows the last known answer."""
    sorry_s: float = 20.0
    retry_s: float = 3.0
    """The screen reads the lobby again after this long when a read failed."""
    watch_s: float = 0.5
    """Interval between two checks of the printer while a slip is pending."""
    read_s: float = 0.4
    """The edges of the screen light up this long after a code was read."""
    pulse_s: float = 10.0
    """The longest interval between two watchdog notifications."""
    call_s: float = 6.0
    """The board shows a call at least this long when another call waits."""
    notice_s: float = 12.0
    """Each notice of the board is shown this long."""
    blink_s: float = 0.45
    """Half a period of the blinking of a new call: bright this long, then dim this long."""
    blinks: int = 3
