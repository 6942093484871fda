"""Priority: whether the law gives the visitor priority; the answer takes the number."""

from __future__ import annotations

from kiosk.i18n import Words, chosen
from kiosk.lobby.views import PriorityView
from kiosk.records import replace
from kiosk.ui.drawing.metrics import Space
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.session import CardNote
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.parts.card import Choice, card, card_height
from kiosk.ui.parts.choice_list import choices
from kiosk.ui.parts.controls import banner, title
from kiosk.ui.parts.fault_messages import Notice
from kiosk.ui.parts.frame import frame
from kiosk.ui.samples import Preview, at


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """An ordinary number as the main choice, and below it each priority group with its legal basis."""
    t = sheet.look.t
    content = frame(sheet, snapshot, back=t("Back"))
    box = title(sheet, content, t("Do you have priority?"), t("An officer may ask to see a paper."))
    proposal = snapshot.proposal
    if proposal is not None:
        box = banner(sheet, box, sheet.theme.good, _proposed(t, proposal))
    ordinary = Choice("priority:", t("No, an ordinary number"), "ticket", is_main=proposal is None, has_arrow=True)
    natural = card_height(sheet.metrics, ordinary, box.w)
    spot, box = box.top(natural)
    card(sheet, spot, ordinary)
    box = box.top(sheet.px(Space.GAP))[1]
    groups = [
        Choice(f"priority:{group.code}", chosen(group.name, t.language), group.icon, group.legal_basis, has_arrow=True)
        for group in sorted(snapshot.hall.priority_groups, key=lambda group: group is not proposal)
    ]
    can_scan = snapshot.hall.has_scanner and snapshot.session.card is None
    choices(sheet, box, groups, snapshot.session.page, foot=_scan(t) if can_scan else None)


def previews() -> tuple[Preview, ...]:
    """The four groups of a ward, with a scanner, and after a card was read."""
    asked = at(Screen.PRIORITY, letter="A")
    read = at(Screen.PRIORITY, letter="A", card=CardNote("N••••• V•• A•", "elderly"))
    return (
        Preview("priority", asked),
        Preview("priority-scanner", replace(asked, hall=replace(asked.hall, has_scanner=True))),
        Preview("priority-proposed", read),
    )


def _scan(t: Words) -> Choice:
    return Choice("card", t("Let my card show it"), "id-card", t("The age is read, nothing is kept"), is_dashed=True)


def _proposed(t: Words, group: PriorityView) -> Notice:
    return Notice("badge-check", t("Your card says: {group}.", group=chosen(group.name, t.language)), "")
