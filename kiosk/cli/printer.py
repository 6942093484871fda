"""`kiosk printer`: ask the printer, always through the process that owns it."""

from __future__ import annotations

import sys
import time

import click

from kiosk.cli.output import answer, json_option, open_lobby
from kiosk.config import Home
from kiosk.drivers.printer import About, forget_capabilities, read_about
from kiosk.errors import StoreError
from kiosk.lobby.lobby import Lobby
from kiosk.model.health import PrinterHealth
from kiosk.model.paper import PrintState
from kiosk.store import jobs
from kiosk.store.database import Store
from kiosk.store.health import read_health
from kiosk.store.jobs import Job, JobKind

_PATIENCE_S = 40.0
"""A little more than the printer process gives one job."""

_QUESTIONS = {
    "width": (
        "Does the ruler end in a post at both edges of the paper?",
        "Width: set printer.width_dots to 576, 512 or 384; a post that is cut off means it is too wide.",
    ),
    "letters": (
        "Is every letter whole, with all its marks?",
        "Letters: clean the head with alcohol; turn the roll if its back is printed; look at the power supply.",
    ),
    "density": (
        "Are both fields of squares even, without a white line along the paper?",
        "Density: a white line along the paper is a dead dot of the head; pale squares are a weak power supply.",
    ),
    "codes": (
        "Does a telephone read all three codes?",
        "Codes: when only the large one is read, the head burns too hot or too weak: look at density and supply.",
    ),
    "cut": (
        "Was the slip cut below its last line?",
        "Cut: free the knife; a printer without one needs printer.has_cutter = false.",
    ),
}
"""What a technician is asked, and what to do about a no."""


@click.group()
def printer() -> None:
    """Ask the printer through the process that owns it."""


@printer.command()
@json_option
@click.pass_obj
def status(home: Home, as_json: bool | None) -> int:
    """Say how the printer is, what it is, and what waits for it (exit 1: slips wait or are uncertain, 3: nobody knows).

    JSON: status (`none` where there is no printer by choice, `unknown` where its process cannot say); why (it is
    offline, where anybody knows); about (transport, profile and how it was found, maker, model, firmware, confirms,
    kept, remarks; null while nobody asks the printer); says_less (than it has shown it can, so that its slips are
    uncertain); queued; uncertain.
    """
    lobby = open_lobby(home)
    processes = read_health(home)
    process, health = processes.states.get(PrinterHealth.process), processes.health_of(PrinterHealth)
    is_asked = process is not None and process.is_running
    state = (health.status or "unknown") if is_asked else "not_running"
    has_none = lobby.settings.kiosk.printer.driver == "none"
    if has_none:
        state = "none"
    why = health.why or ""
    with lobby.store.read() as snapshot:
        queued = jobs.in_state(snapshot, PrintState.QUEUED)
        uncertain = jobs.in_state(snapshot, PrintState.UNCERTAIN)
    about = read_about(home) if is_asked and not has_none else None
    says_less = about is not None and about.says_less
    document = {
        "status": state,
        "why": why,
        "about": about,
        "says_less": says_less,
        "queued": [job.id for job in queued],
        "uncertain": [{"job": job.id, "detail": job.detail} for job in uncertain],
    }
    said = f"{state}, by choice (printer.driver in kiosk.toml)" if has_none else f"{state} ({why})" if why else state
    lines = [f"printer: {said}", *_introduced(about), f"{len(queued)} jobs wait"]
    if says_less:
        lines.append("It used to say more than it does now, so its slips are uncertain: is it on, is its cable whole?")
        lines.append("If it was changed for one that cannot: `kiosk printer test`, or `kiosk printer reset --changed`.")
    lines += [f"job {job.id} is uncertain: {job.detail}; look whether its slip came out" for job in uncertain]
    if uncertain:
        lines.append("Then `kiosk ticket reprint NUMBER` for a copy, and `kiosk printer reset` to clear the list.")
    answer(as_json, document, "\n".join(lines))
    if state == "not_running" or (process is not None and is_asked and not process.is_current):
        return 3
    return 1 if queued or uncertain else 0


@printer.command()
@click.option("--ask/--no-ask", "asks", default=None, help="Ask what came out. Default: on a terminal.")
@json_option
@click.pass_obj
def test(home: Home, asks: bool | None, as_json: bool | None) -> int:
    """Print a test slip, wait for it, and ask what came out (exit 1: not all, or not yet; 2: nothing).

    Some printers do not say any more that a slip is out. When you say that it is out, such a printer counts from then
    on as one that cannot tell.

    JSON: job, state, detail; seen (what was answered to each question, null where nobody was asked).
    """
    lobby = open_lobby(home)
    with lobby.store.write() as tx:
        number = jobs.enqueue(tx, JobKind.TEST, None, tx.now_ms)
    deadline = time.monotonic() + _PATIENCE_S
    with lobby.doorbell() as bell:
        job = _get(lobby.store, number)
        while job.state in (PrintState.QUEUED, PrintState.PRINTING) and time.monotonic() < deadline:
            bell.wait(deadline - time.monotonic())
            job = _get(lobby.store, number)
    if job.state is PrintState.QUEUED:
        with lobby.store.write() as tx:
            nobody = "nobody printed it"
            jobs.move(tx, number, job.state, PrintState.DISMISSED, now_ms=tx.now_ms, detail=nobody)
        job = _get(lobby.store, number)
    is_attended = _is_attended(as_json) if asks is None else asks
    if job.state is PrintState.UNCERTAIN and is_attended and _says_less(home):
        job = _seen_out(home, lobby, job)
    text = {
        PrintState.PRINTED: "The test slip is printed: look at it.",
        PrintState.UNCERTAIN: "The printer stopped in the middle, or is silent now: look at the paper.",
        PrintState.PRINTING: "It is still being printed: wait, then look at the paper and at `kiosk printer status`.",
    }.get(job.state, f"Nothing was printed: {job.detail or 'is kiosk-printer running?'}. See `kiosk printer status`.")
    is_asked = job.state is PrintState.PRINTED and is_attended
    seen = _seen(lobby.settings.kiosk.printer.has_cutter) if is_asked else None
    wrong = [advice for name, (_, advice) in _QUESTIONS.items() if seen and seen.get(name) is False]
    if seen:
        text = "\n".join(wrong) or "The printer is well."
    answer(as_json, {"job": number, "state": job.state.value, "detail": job.detail, "seen": seen}, text)
    return {PrintState.PRINTED: 1 if wrong else 0, PrintState.UNCERTAIN: 1, PrintState.PRINTING: 1}.get(job.state, 2)


@printer.command()
@click.option("--changed", is_flag=True, help="It is another printer now: forget what the one before could tell.")
@json_option
@click.pass_obj
def reset(home: Home, changed: bool, as_json: bool | None) -> None:
    """Clear the list of uncertain jobs, once a person has looked at the paper."""
    if changed:
        forget_capabilities(home)
    lobby = open_lobby(home)
    with lobby.store.write() as tx:
        uncertain = jobs.in_state(tx, PrintState.UNCERTAIN)
        for job in uncertain:
            by_hand = f"cleared by hand; was: {job.detail}"
            jobs.move(tx, job.id, job.state, PrintState.DISMISSED, now_ms=tx.now_ms, detail=by_hand)
    answer(as_json, {"cleared": len(uncertain)}, f"{len(uncertain)} uncertain jobs cleared.")


@printer.command()
@json_option
def profiles(as_json: bool | None) -> None:
    """List the models that `printer.profile` can name, by name.

    What is not ours is python-escpos' list. Width in dots; null where nobody has written it down.

    JSON: profiles (name, title, width_dots, has_cutter, source).
    """
    from kiosk.drivers.printer.profiles import profiles as known

    rows = [
        {
            "name": name,
            "title": profile.title,
            "width_dots": profile.width_dots,
            "has_cutter": profile.has_cutter,
            "source": profile.source,
        }
        for name, profile in sorted(known().items())
    ]
    lines = [
        f"{row['name']:<16} {row['width_dots'] or '?':>4} dots  {'cutter' if row['has_cutter'] else '-':<6}  "
        f"{row['title']} ({row['source']})"
        for row in rows
    ]
    answer(as_json, {"profiles": rows}, "\n".join(lines))


def _says_less(home: Home) -> bool:
    """Tell whether the printer is less well heard than it could be."""
    about = read_about(home)
    return about is not None and about.says_less


def _introduced(about: About | None) -> list[str]:
    """Return what is known of the printer, a line for each."""
    if about is None:
        return []
    named = " ".join(part for part in (about.maker, about.model) if part) or "it does not say what it is"
    firmware = f", firmware {about.firmware}" if about.firmware else ""
    found = {"configured": "as configured", "told": "as it says", "assumed": "for want of a better one"}[about.found]
    confirms = {
        True: "says when a slip is done",
        False: "does not say when a slip is done",
        None: "has printed nothing yet since it was reached",
    }[about.confirms]
    remarks = [f"mind: {remark}" for remark in about.remarks]
    kept = [f"it keeps {about.kept} pictures of the slips"] if about.kept else []
    return [f"{about.transport}: {named}{firmware}", f"profile {about.profile}, {found}; {confirms}", *kept, *remarks]


def _seen_out(home: Home, lobby: Lobby, job: Job) -> Job:
    """Ask whether a slip came out of a printer that does not say so any more; if so, it counts as one that cannot."""
    if not click.confirm("Did the whole test slip come out?", err=True):
        return job
    forget_capabilities(home)
    with lobby.store.write() as tx:
        by_eye = "a person has seen it"
        jobs.move(tx, job.id, job.state, PrintState.PRINTED, now_ms=tx.now_ms, detail=by_eye)
    return _get(lobby.store, job.id)


def _is_attended(as_json: bool | None) -> bool:
    return not as_json and sys.stdin.isatty() and sys.stdout.isatty()


def _seen(has_cutter: bool) -> dict[str, bool]:
    """Ask on stderr, so that a document on stdout stays one."""
    asked = {name: question for name, (question, _) in _QUESTIONS.items() if has_cutter or name != "cut"}
    return {name: click.confirm(question, err=True) for name, question in asked.items()}


def _get(store: Store, number: int) -> Job:
    with store.read() as snapshot:
        job = jobs.find(snapshot, number)
    if job is None:
        raise StoreError(f"print job {number} has gone: was the database set aside meanwhile?")
    return job
