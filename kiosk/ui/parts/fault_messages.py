"""The message of each fault for the visitor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kiosk.i18n import Words
from kiosk.lobby.views import Fault
from kiosk.model.hint import Hint

_ELSEWHERE = (Fault.PRINTER_SILENT,)


class Notice(NamedTuple):
    """An icon, a headline, and a text that says what to do."""

    icon: str
    head: str
    text: str


def standing(t: Words, faults: Sequence[Fault]) -> Notice | None:
    """Return the notice for the welcome screen: the worst fault that does not stop numbers.

    A printer that does not answer is left out: many never answer. The number screen mentions it after printing.
    """
    fault = next((one for one in Fault if one in faults and one not in _ELSEWHERE and not one.stops_numbers), None)
    if fault is None:
        return None
    if fault.stops_paper:
        return Notice("printer-x", _no_paper(t, fault), t("Numbers are still given: please photograph yours."))
    return {
        Fault.CLOCK_UNSURE: Notice("clock-alert", t("The time shown may be wrong."), t("Numbers are not affected.")),
        Fault.LINE_DOWN: Notice("cloud-off", t("No connection to the city now."), t("Numbers are given as usual.")),
        Fault.SCANNER_OFFLINE: Notice(
            "scan-line", t("The scanner does not work now."), t("Codes can be typed instead.")
        ),
        Fault.SPEAKER_OFFLINE: Notice("volume-x", t("This kiosk cannot speak now."), t("An officer can read for you.")),
        Fault.PANEL_OFFLINE: Notice("keyboard", t("The keys do not work now."), t("Please touch the glass.")),
        Fault.PAPER_LOW: Notice("scroll-text", t("The printer is low on paper."), t("Numbers are given as usual.")),
    }.get(fault)


def missing_slip(t: Words, fault: Fault | None) -> Notice:
    """Return the notice for a number without a slip; `fault` is the reason, None when it is unknown."""
    if fault is None:
        return Notice("camera", t("Your number is kept."), t("Please photograph this screen."))
    return Notice(
        "scroll-text",
        t("{fault} Your number is kept.", fault=_no_paper(t, fault)),
        t("Please photograph this screen. Staff can see that the printer needs them."),
    )


def advice(t: Words, hint: Hint) -> Notice:
    """Return the advice for a card or paper that the scanner cannot read."""
    return {
        Hint.CLOSER: Notice("zoom-in", t("A little closer, please."), ""),
        Hint.HOLD_STILL: Notice("hand", t("Please hold it still."), ""),
        Hint.TOO_BRIGHT: Notice("sun", t("Too bright: please tilt it a little."), ""),
        Hint.TOO_DARK: Notice("moon", t("Too dark: please turn it to the light."), ""),
    }[hint]


def _no_paper(t: Words, fault: Fault) -> str:
    return {
        Fault.PRINTER_OFFLINE: t("The printer is not connected."),
        Fault.PAPER_OUT: t("The printer is out of paper."),
        Fault.COVER_OPEN: t("The printer cover is open."),
        Fault.PRINTER_ERROR: t("The printer has a fault."),
    }.get(fault, "")
