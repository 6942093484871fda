"""Procedure: the procedures of the chosen service group, or only a number."""

from __future__ import annotations

from kiosk.i18n import chosen
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.parts.card import Choice
from kiosk.ui.parts.choice_list import choices
from kiosk.ui.parts.controls import banner, title
from kiosk.ui.parts.fault_messages import Notice
from kiosk.ui.parts.frame import frame
from kiosk.ui.samples import Preview, at


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The group's procedures; on the way to a number also "only a number", always at the bottom."""
    t, session = sheet.look.t, snapshot.session
    name = chosen(snapshot.service.name, t.language) if snapshot.service else ""
    content = frame(sheet, snapshot, back=t("Back"))
    if session.for_papers:
        box = title(sheet, content, name, t("Choose one to see its papers, time and fee."))
    else:
        box = title(sheet, content, name, t("Choose one to learn what to have ready."))
    kind = "read" if session.for_papers else "procedure"
    cards = [Choice(f"{kind}:{one.code}", chosen(one.name, t.language), has_arrow=True) for one in snapshot.procedures]
    if not cards:
        empty = Notice("file-text", t("Nothing is described here yet."), t("Please ask at a counter."))
        banner(sheet, box, sheet.theme.warn, empty)
    plain = Choice("plain", t("Something else: only a number"), "ticket", has_arrow=True, is_dashed=True)
    choices(sheet, box, cards, session.page, foot=None if session.for_papers else plain)


def previews() -> tuple[Preview, ...]:
    """A long list, a short one, the list for papers, and a group without any."""
    return (
        Preview("procedure-long", at(Screen.PROCEDURE, letter="B")),
        Preview("procedure-short", at(Screen.PROCEDURE, letter="A")),
        Preview("procedure-papers", at(Screen.PROCEDURE, letter="C", for_papers=True)),
        Preview("procedure-none", at(Screen.PROCEDURE, letter="E", for_papers=True)),
    )
