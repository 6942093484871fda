"""Detail: the papers of one procedure as a checklist, its duration and fee, and the button for a number."""

from __future__ import annotations

from kiosk.i18n import chosen
from kiosk.lobby.views import Fault, ProcedureView
from kiosk.records import replace
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.navigation import stopping
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.parts.card import Choice
from kiosk.ui.parts.controls import title
from kiosk.ui.parts.frame import frame
from kiosk.ui.parts.paged_text import Action, Block, PagedText
from kiosk.ui.samples import Preview, at, faulty

_PAPERS, _TIME, _FEE, _ONLINE = range(4)


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The requirements of the procedure, on several pages if necessary, above the button for a number."""
    t, procedure = sheet.look.t, snapshot.procedure
    content = frame(sheet, snapshot, back=t("Back"))
    if procedure is None:  # the catalogue has changed during the visit
        title(sheet, content, t("This is no longer listed."), t("Please go back and choose again."))
        return
    box = title(sheet, content, chosen(procedure.name, t.language))
    take = t("Take a number") if sheet.metrics.is_cramped or sheet.metrics.is_large else t("Take a number for this")
    foot = None if stopping(snapshot.hall.faults) else Choice("want", take, "ticket", is_main=True).compact()
    paged = PagedText(sheet, box.w, 1 if sheet.metrics.is_portrait else 2)
    paged.lay(box, _blocks(sheet, paged, snapshot, procedure), snapshot.session.page, foot)


def previews() -> tuple[Preview, ...]:
    """A short procedure, one with a long fee text, half of it ready, all of it ready, and no printer."""
    long = at(Screen.DETAIL, letter="C", procedure="1.004222", for_papers=True)
    half = replace(long, session=replace(long.session, ticked=frozenset({0, 2}), has_checklist=True))
    return (
        Preview("detail", at(Screen.DETAIL, letter="A", procedure="2.000815", for_papers=True)),
        Preview("detail-long", long),
        Preview("detail-ticked", half),
        Preview("detail-ready", replace(long, session=replace(long.session, ticked=frozenset(range(3))))),
        Preview("detail-no-paper", faulty(long, Fault.PAPER_OUT)),
    )


def _blocks(sheet: SceneBuilder, paged: PagedText, snapshot: Snapshot, procedure: ProcedureView) -> list[Block]:
    """Return the blocks of a procedure, each button below the text it belongs to."""
    t = sheet.look.t
    online = t("Yes, on the national public service portal") if procedure.is_online else t("No, at the counter only")
    blocks: list[Block] = [
        *_papers(sheet, paged, snapshot, procedure),
        paged.head(_TIME, t("How long it takes")),
        *paged.text(_TIME, chosen(procedure.time, t.language), "clock"),
        paged.head(_FEE, t("Fee")),
        *paged.text(_FEE, chosen(procedure.fee, t.language), "wallet"),
    ]
    if procedure.can_pay:
        blocks.append(Action(_FEE, "pay", t("Pay by bank app"), "scan-qr-code"))
    blocks += [paged.head(_ONLINE, t("Online")), *paged.text(_ONLINE, online, "globe")]
    if procedure.portal_url:
        blocks.append(Action(_ONLINE, "portal", t("Apply by phone"), "smartphone"))
    return blocks


def _papers(sheet: SceneBuilder, paged: PagedText, snapshot: Snapshot, procedure: ProcedureView) -> list[Block]:
    t, session = sheet.look.t, snapshot.session
    papers = [chosen(paper, t.language) for paper in procedure.papers]
    ready = len(session.ticked & set(range(len(papers))))
    note = t("All ready") if ready == len(papers) else t("{ready} of {count} ready", ready=ready, count=len(papers))
    blocks: list[Block] = [paged.head(_PAPERS, t("Papers to bring"), note if papers else "", ready, len(papers))]
    for number, paper in enumerate(papers):
        is_ticked = number in session.ticked
        label = t("{paper}: ready", paper=paper) if is_ticked else t("{paper}: not ready yet", paper=paper)
        blocks.append(paged.tick(_PAPERS, f"tick:{number}", paper, label, is_ticked=is_ticked))
    if session.has_checklist:
        blocks += paged.text(_PAPERS, t("This list is being printed."), "printer-check")
    elif papers and snapshot.paper_fault is None:
        blocks.append(Action(_PAPERS, "checklist", t("Print this list"), "printer"))
    return blocks
