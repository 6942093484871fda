"""Water: one cup per visit, placed by the visitor and filled automatically."""

from __future__ import annotations

from kiosk.i18n import Words
from kiosk.records import replace
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Cup, Screen
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.parts.fault_messages import Notice
from kiosk.ui.parts.frame import frame
from kiosk.ui.parts.message import buttons, message
from kiosk.ui.parts.wording import closing
from kiosk.ui.samples import HALL, Preview, at


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """What to do with the cup."""
    t = sheet.look.t
    content = frame(sheet, snapshot, back=t("Back"))
    note = closing(t, snapshot.left_s) if snapshot.session.cup.is_had else ""
    box = buttons(sheet, content, ("done", t("Back to my number"), ""), note=note)
    message(sheet, box, _notice(t, snapshot))


def previews() -> tuple[Preview, ...]:
    """Each state of the cup, and a tap that is out of order."""
    hall = replace(HALL, has_water=True)
    water = replace(at(Screen.WATER, number="A042", trail=(Screen.NUMBER,)), hall=hall)
    return (
        *(
            Preview(f"water-{cup}", replace(water, session=replace(water.session, cup=cup), left_s=left_s))
            for cup, left_s in ((Cup.ASKED, None), (Cup.RUNS, None), (Cup.FULL, 10), (Cup.STOPPED, 10))
        ),
        Preview("water-none", replace(water, hall=HALL, session=replace(water.session, cup=Cup.ASKED))),
    )


def _notice(t: Words, snapshot: Snapshot) -> Notice:
    match snapshot.session.cup:
        case Cup.FULL:
            return Notice("circle-check", t("Your cup is full."), t("Please take it. Your number stays valid."))
        case Cup.STOPPED:
            return Notice("glass-water", t("The water has stopped."), t("It stops as soon as the cup is moved."))
        case Cup.RUNS:
            return Notice("glass-water", t("Your cup is being filled…"), t("Please leave it where it stands."))
        case _ if snapshot.hall.has_water:
            return Notice("glass-water", t("Please place a cup under the tap."), t("The water starts by itself."))
        case _:
            return Notice("triangle-alert", t("There is no water now."), t("Please ask at a counter."))
