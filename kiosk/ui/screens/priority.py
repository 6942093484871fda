"""Priority: whether the law lets the visitor go first; the answer takes the number."""

from __future__ import annotations

from kiosk.i18n import chosen
from kiosk.ui.card import Choice, card, card_height
from kiosk.ui.choices import choices
from kiosk.ui.flow import Screen
from kiosk.ui.frame import frame
from kiosk.ui.metrics import Space
from kiosk.ui.moment import Moment
from kiosk.ui.parts import title
from kiosk.ui.samples import Preview, at
from kiosk.ui.sheet import Sheet


def paint(sheet: Sheet, moment: Moment) -> None:
    """An ordinary number, large, and under it each group with its legal basis."""
    t = sheet.look.t
    content = frame(sheet, moment, back=t("Back"))
    box = title(sheet, content, t("Do you have priority?"), t("An officer may ask to see a paper."))
    ordinary = Choice("priority:", t("No, an ordinary number"), "ticket", is_main=True, has_arrow=True)
    natural = card_height(sheet, ordinary, box.w)
    spot, box = box.top(natural)
    card(sheet, spot, ordinary)
    box = box.top(sheet.px(Space.GAP))[1]
    groups = [
        Choice(f"priority:{group.code}", chosen(group.name, t.language), group.icon, group.legal_basis, has_arrow=True)
        for group in moment.hall.priority_groups
    ]
    choices(sheet, box, groups, moment.session.page)


def previews() -> tuple[Preview, ...]:
    """The four groups of a ward."""
    return (Preview("priority", at(Screen.PRIORITY, letter="A")),)
