"""The kiosk's status: read only from files and the database, without hardware, in a tenth of a second."""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import StrEnum

from kiosk.config import Home, Settings, load
from kiosk.errors import ConfigError, CorruptError, StoreError
from kiosk.lobby.device_events import is_well
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.trusted_time import TimeView
from kiosk.lobby.views import Fault
from kiosk.model.health import BoardHealth, PrinterHealth, ScreenHealth, SyncHealth
from kiosk.model.paper import PrintState
from kiosk.ports.display import DisplayStatus
from kiosk.ports.window_output import read_about
from kiosk.records import Record
from kiosk.store import journal, meta
from kiosk.store.health import ProcessState, ProcessStates, read_health
from kiosk.store.jobs import in_state

PROCESSES = ("screen", "board", "counter", "printer", "sync")
"""The processes of every kiosk, by the names of `kiosk run`."""


class Verdict(StrEnum):
    """The state of one thing; a report is as bad as its worst line."""

    OK = "ok"
    WARNING = "warning"
    UNKNOWN = "unknown"
    FAILED = "failed"

    @property
    def exit_code(self) -> int:
        """The exit code of a report with this worst line."""
        return {Verdict.OK: 0, Verdict.WARNING: 1, Verdict.FAILED: 2, Verdict.UNKNOWN: 3}[self]


class Line(Record):
    """One line of the report: `what` names the thing, `advice` says what to do, empty when nothing is to be done."""

    what: str
    verdict: Verdict
    message: str
    advice: str = ""


def worst(lines: list[Line]) -> Verdict:
    """Return the worst verdict of a report."""
    return max((line.verdict for line in lines), key=list(Verdict).index, default=Verdict.UNKNOWN)


def report(home: Home) -> list[Line]:
    """Return the state of a kiosk, line by line; never raises because of a fault of the kiosk."""
    try:
        settings = load(home)
    except ConfigError as error:
        return [Line("settings", Verdict.FAILED, str(error), "kiosk config check")]
    lines = [Line("settings", Verdict.OK, f"{settings.kiosk.device} at {settings.site.code}")]
    try:
        lobby = Lobby.open(settings)
    except StoreError as error:
        advice = "kiosk store check" if isinstance(error, CorruptError) else "look at the folder's owner and space"
        return [*lines, Line("database", Verdict.FAILED, str(error), advice)]
    try:
        faults = lobby.hall().faults
        checks: tuple[Callable[[], Line], ...] = (
            lambda: _database(home, faults),
            lambda: _queue(lobby, faults),
            lambda: _clock(lobby.timing.look()),
            lambda: _printer(lobby, read_health(home)),
            lambda: _line(lobby, read_health(home)),
        )
        lines += [check() for check in checks]
    except StoreError as error:
        lines.append(Line("database", Verdict.FAILED, str(error), "kiosk store check"))
    finally:
        lobby.close()
    processes = read_health(home)
    return [
        *lines,
        *_devices(settings, processes),
        *_displays(settings, processes),
        *_beside(processes.health_of(ScreenHealth)),
        *(_process(name, processes.states.get(name)) for name in PROCESSES),
    ]


def _database(home: Home, faults: tuple[Fault, ...]) -> Line:
    disk = os.statvfs(home.var)
    size = f"{home.database.stat().st_size / 1e6:.1f} MB, {disk.f_bavail * disk.f_frsize / 1e6:.0f} MB free"
    if Fault.DISK_FULL in faults:
        return Line("database", Verdict.FAILED, f"{size}: no number can be given", f"free space on {home.var}")
    return Line("database", Verdict.OK, size)


def _queue(lobby: Lobby, faults: tuple[Fault, ...]) -> Line:
    hall = lobby.hall()
    if Fault.OUT_OF_SERVICE in faults:
        return Line("hall", Verdict.WARNING, "this kiosk was taken out of service", "kiosk service on")
    state = "closed" if Fault.CLOSED in faults else "open"
    return Line("hall", Verdict.OK, f"{state}, {hall.waiting} waiting, {len(lobby.tickets())} numbers today")


def _clock(view: TimeView) -> Line:
    if view.is_certain:
        return Line("clock", Verdict.OK, "nothing speaks against the time")
    message = (
        f"not certain: we go by {view.now:%Y-%m-%d %H:%M}, day {view.day};"
        f" this machine says {view.machine:%Y-%m-%d %H:%M}"
    )
    if view.claimed:
        message += f", the {view.claimed_by} {view.claimed:%Y-%m-%d %H:%M}"
    return Line("clock", Verdict.WARNING, message, "connect a time server or the city's line, or: kiosk time set")


def _printer(lobby: Lobby, processes: ProcessStates) -> Line:
    with lobby.store.read() as snapshot:
        queued, uncertain = len(in_state(snapshot, PrintState.QUEUED)), len(in_state(snapshot, PrintState.UNCERTAIN))
    if lobby.settings.kiosk.printer.driver == "none":
        return Line("printer", Verdict.OK, "none, by choice: visitors photograph their numbers")
    waits = f"; slips waiting {queued}, uncertain {uncertain}"
    state, health = processes.states.get(PrinterHealth.process), processes.health_of(PrinterHealth)
    if state is None or not state.is_running:
        return Line("printer", Verdict.UNKNOWN, "nobody asks it" + waits, "start kiosk-printer")
    if not state.is_current:
        return Line("printer", Verdict.UNKNOWN, "its process cannot say" + waits, _ADVICE_ON_SILENCE)
    status = health.status
    if status == "ready":
        advice = "kiosk printer status" if uncertain else ""
        return Line("printer", Verdict.WARNING if queued or uncertain else Verdict.OK, status + waits, advice)
    verdict = Verdict.WARNING if status in ("paper_low", "unknown") else Verdict.FAILED
    why = f" ({health.why})" if health.why else ""
    return Line("printer", verdict, status + why + waits, _ADVICE_ON_PRINTER.get(status, ""))


_ADVICE_ON_PRINTER = {
    "paper_low": "bring a roll soon",
    "paper_out": "change the roll; it goes on by itself",
    "cover_open": "close the cover; it goes on by itself",
    "cutter_jammed": "open the cover, free the knife, close it; it goes on by itself",
    "overheated": "wait; it goes on by itself",
    "error": "switch it off and on",
    "offline": "look at its cable, its switch and `printer.address` in kiosk.toml; it goes on by itself",
    "unknown": "it never answers and may well print: kiosk printer test, and look",
}


def _line(lobby: Lobby, processes: ProcessStates) -> Line:
    with lobby.store.read() as snapshot:
        unacked, last = journal.unacked(snapshot), journal.last_seq(snapshot)
        is_taken = meta.troubles(snapshot).get("line") == "taken_over"
    waits = f"{unacked} of {last} events wait for the city"
    state, health = processes.states.get(SyncHealth.process), processes.health_of(SyncHealth)
    if state is None or not state.is_running:
        return Line("line", Verdict.UNKNOWN, f"nobody sends; {waits}", "start kiosk-sync")
    if not state.is_current:
        return Line("line", Verdict.UNKNOWN, f"its process cannot say; {waits}", _ADVICE_ON_SILENCE)
    if is_taken:
        advice = f"find the other machine named {lobby.settings.kiosk.device}: docs/technician.md, taken_over"
        return Line("line", Verdict.FAILED, f"taken over by another machine, again and again; {waits}", advice)
    if health.line != "online":
        why = health.why or "no answer"
        return Line("line", Verdict.WARNING, f"offline ({why}); {waits}", "nothing is lost; look at cable and broker")
    return Line("line", Verdict.OK, f"online; {waits}")


_ADVICE_ON_SILENCE = "df -h /run/kiosk: is it full? journalctl -u 'kiosk-*' -n 50 says more"

_ADVICE = {
    "offline": "look at its cable; it goes on by itself",
    "missing": "look at its cable and at `device` in kiosk.toml; it goes on by itself",
    "no output": "look at its cable and power, and at `output` in kiosk.toml; it goes on by itself",
    "no_voice": "install espeak-ng, or mend the voice file in kiosk.toml",
}
"""The advice for a device, by its status."""


def _devices(settings: Settings, processes: ProcessStates) -> list[Line]:
    """Return a line for each configured device whose window runs."""
    kiosk = settings.kiosk
    screen, board = processes.health_of(ScreenHealth), processes.health_of(BoardHealth)
    devices = (
        ("scanner", kiosk.scanner.driver, screen, "scanner", screen.scanner),
        ("keys and lamp", kiosk.panel.driver, screen, "panel", screen.panel),
        ("loudspeaker of the screen", kiosk.sound.driver, screen, "speaker", screen.speaker),
        ("loudspeaker of the board", kiosk.board_sound.driver, board, "speaker", board.speaker),
    )
    lines = []
    for what, driver, window, device, told in devices:
        state = processes.states.get(window.process)
        if driver != "none" and state is not None and state.is_current:
            status = told or "not opened"
            verdict = Verdict.OK if is_well(device, status) else Verdict.WARNING
            lines.append(Line(what, verdict, status, _ADVICE.get(status, "")))
    return lines


def _displays(settings: Settings, processes: ProcessStates) -> list[Line]:
    """Return a line for each running window that knows the state of its output."""
    lines = []
    for health, display in (
        (processes.health_of(ScreenHealth), settings.kiosk.screen),
        (processes.health_of(BoardHealth), settings.kiosk.board),
    ):
        if health.display:
            window = health.process
            output = read_about(settings.home, window)
            is_ready = health.display == DisplayStatus.READY
            named = str(output or display.output or "any output")
            lines.append(
                Line(f"display of the {window}", Verdict.OK, f"ready: {named}")
                if is_ready
                else Line(f"display of the {window}", Verdict.WARNING, f"no output: {named}", _ADVICE["no output"])
            )
    return lines


def _beside(screen: ScreenHealth) -> list[Line]:
    """Return a line for the case and the tap, if the panel senses them."""
    lines = []
    if screen.case:
        is_open = screen.case == "opened"
        verdict, advice = (Verdict.WARNING, "look who is at it, then close it") if is_open else (Verdict.OK, "")
        lines.append(Line("case", verdict, screen.case, advice))
    if screen.water:
        is_blocked = screen.water == "blocked"
        advice = "close the case; set dtparam=strict_gpiod (docs/hardware.md)" if is_blocked else ""
        lines.append(Line("water", Verdict.WARNING if is_blocked else Verdict.OK, screen.water, advice))
    return lines


def _process(name: str, state: ProcessState | None) -> Line:
    if state is None:
        return Line(name, Verdict.FAILED, "not started since this machine is up", f"systemctl start kiosk-{name}")
    if not state.is_running:
        return Line(name, Verdict.FAILED, "it has ended", f"journalctl -u kiosk-{name} -n 50")
    if not state.is_current:
        return Line(name, Verdict.WARNING, f"running, pid {state.pid}; it cannot say how it is", _ADVICE_ON_SILENCE)
    return Line(name, Verdict.OK, f"running, pid {state.pid}")
