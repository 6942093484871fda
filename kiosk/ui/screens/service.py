"""Service: the choice of a service group."""

from __future__ import annotations

from kiosk.i18n import Words, chosen
from kiosk.lobby.views import ServiceView
from kiosk.records import replace
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.parts.card import Choice
from kiosk.ui.parts.choice_list import choices
from kiosk.ui.parts.controls import title
from kiosk.ui.parts.frame import frame
from kiosk.ui.parts.wording import wait_of
from kiosk.ui.samples import HALL, SERVICES, Preview, at


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The groups in everyday words, with the number waiting."""
    t = sheet.look.t
    content = frame(sheet, snapshot, back=t("Back"))
    if snapshot.session.for_papers:
        box = title(sheet, content, t("Papers for what?"), t("Choose what is nearest."))
        cards = [_topic(t, service) for service in snapshot.hall.services]
    else:
        box = title(sheet, content, t("What do you need?"), t("Choose what is nearest. The officer will help further."))
        cards = [_queue(t, service) for service in snapshot.hall.services]
    choices(sheet, box, cards, snapshot.session.page, foot=_asking(t, snapshot))


def previews() -> tuple[Preview, ...]:
    """Choosing for a number, with one service out of numbers, and for papers."""
    capped = (replace(SERVICES[0], refusal="cap_reached"), *SERVICES[1:])
    service = at(Screen.SERVICE)
    return (
        Preview("service", service),
        Preview("service-capped", replace(service, hall=replace(HALL, services=capped))),
        Preview("service-papers", at(Screen.SERVICE, for_papers=True)),
    )


def _asking(t: Words, snapshot: Snapshot) -> Choice | None:
    """Return the choice for a visitor who finds no matching group."""
    if not snapshot.hall.procedures:
        return None
    hint = t("Type a few words, for example “lost identity card”.")
    return Choice("ask", t("Not on this list?"), "search", hint, is_dashed=True, has_arrow=True)


def _topic(t: Words, service: ServiceView) -> Choice:
    name, hint = chosen(service.name, t.language), chosen(service.hint, t.language)
    return Choice(f"service:{service.letter}", name, service.icon, hint, has_arrow=True)


def _queue(t: Words, service: ServiceView) -> Choice:
    choice = replace(_topic(t, service), note=wait_of(t, service), has_arrow=False)
    if service.refusal:
        return replace(choice, id=f"capped:{service.letter}", is_dashed=True, is_stopped=True)
    unit = t.plural("person waiting", "people waiting", service.waiting)
    return replace(choice, count=str(service.waiting), unit=unit)
