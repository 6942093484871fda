"""The print worker: takes print jobs one by one and owns the printer alone.

A job is marked `printing` on disk before its first byte leaves, so whatever kills the process, the job is afterwards
known to be printed, not begun, or uncertain; an uncertain one is never begun again by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing

from kiosk.config import Settings
from kiosk.drivers.printer import Outcome, Printer, PrinterStatus, open_printer
from kiosk.errors import ConfigError, EncodingError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.slips import checklist_of, slip_of, typical_slips
from kiosk.lobby.views import Fault
from kiosk.model.paper import PrintState
from kiosk.receipt.blocks import Picture
from kiosk.receipt.escpos import encode_checklist, encode_slip, encode_test
from kiosk.receipt.layout import fixed_pictures
from kiosk.store import jobs, tickets
from kiosk.store.doorbell import set_by_signals
from kiosk.store.health import write_health
from kiosk.store.jobs import Job, JobKind

log = logging.getLogger(__name__)

_LOOK_S = 5.0
"""How often an idle printer is asked how it is."""

_LOOK_WHEN_WAITING_S = 1.0
"""How often a printer in trouble is asked while somebody waits for paper."""

_DEADLINE_S = 30.0
"""A slip takes 6 s at 115,200 baud as a full raster; a printer that needs longer than this is stuck."""

_KEEP_S = 15.0
"""One picture for the printer's memory: 8 s at 19,200 baud, and its flash is slow."""

_STALE_MS = 15 * 60_000
"""After this long nobody stands at the kiosk any more: a refill does not print what they have photographed."""

_JOB_AFTER: dict[Outcome, tuple[PrintState, str]] = {
    Outcome.CONFIRMED: (PrintState.PRINTED, ""),
    Outcome.ACCEPTED: (PrintState.PRINTED, "the printer took it and never answers"),
    Outcome.NOTHING_SENT: (PrintState.QUEUED, "nothing reached the printer"),
    Outcome.UNCERTAIN: (PrintState.UNCERTAIN, "the printer stopped in the middle of it"),
}
"""What becomes of a job, by how it ended."""


class PrintWorker:
    """Works through the print jobs of one hall at one printer."""

    def __init__(self, lobby: Lobby, printer: Printer) -> None:
        self._lobby = lobby
        self._store = lobby.store
        self._printer = printer
        self._status: PrinterStatus | None = None

    def recover(self) -> None:
        """Call uncertain what a crash left in the middle, and get the typefaces ready for the first visitor."""
        encode_test(self._printer.paper)
        left = jobs.in_state(self._store.connection, PrintState.PRINTING)
        for job in left:
            self._move(job, PrintState.UNCERTAIN, "the printer process ended in the middle of it")
            log.warning("print job %d was cut short: a person must look whether its slip came out", job.id)

    def step(self) -> float:
        """Do what is due and return how many seconds may pass before the next look."""
        self._look()
        self._lobby.keep_day()
        self._drop_stale()
        while (job := jobs.first_queued(self._store.connection)) is not None:
            if self._status is not None and self._status.stops_paper:
                return _LOOK_WHEN_WAITING_S
            end = self._print(job)
            self._look()
            if end is Outcome.NOTHING_SENT:
                return _LOOK_WHEN_WAITING_S
        if self._status is PrinterStatus.READY and self._printer.keep(self._worth_keeping, _KEEP_S):
            return 0.0
        return _LOOK_S

    def _look(self) -> None:
        """Ask the printer how it is; a change goes to the journal, the health file and the log, once."""
        status = self._printer.status()
        if status is self._status:
            return
        before, self._status = self._status, status
        write_health(self._lobby.settings.home, "printer", {"status": status.value})
        if before is None and status is PrinterStatus.READY:
            return
        kind = "device.cleared" if status is PrinterStatus.READY else "device.fault"
        log.log(logging.INFO if status is PrinterStatus.READY else logging.WARNING, "printer: %s", status.value)
        with self._store.write() as tx:
            tx.append(kind, {"d": "printer", "x": status.value})

    def _print(self, job: Job) -> Outcome | None:
        """Print a job and return how it ended, or None for one that cannot be drawn: it must not hold up the others."""
        try:
            payload = self._payload(job)
        except (LookupError, EncodingError, ConfigError) as error:
            self._move(job, PrintState.DISMISSED, f"it cannot be drawn: {error}")
            log.error("print job %d cannot be drawn: %s", job.id, error)
            return None
        with self._store.write() as tx:
            jobs.move(tx.connection, job.id, PrintState.PRINTING, tx.now_ms)
        outcome = self._printer.print_job(payload, _DEADLINE_S)
        state, detail = _JOB_AFTER[outcome]
        if job.kind is JobKind.CHECKLIST and state is PrintState.UNCERTAIN:
            state = PrintState.DISMISSED  # whoever stands there sees what came out, and can ask for another
        self._move(job, state, detail)
        if detail:
            log.warning("print job %d: %s", job.id, detail)
        return outcome

    def _payload(self, job: Job) -> bytes:
        if job.kind is JobKind.CHECKLIST:
            return self._checklist(job)
        if job.kind is JobKind.TEST or job.ticket is None:
            return encode_test(self._printer.paper)
        row = tickets.by_id(self._store.connection, job.ticket)
        if row is None:
            raise LookupError(f"print job {job.id} names ticket {job.ticket}, which is not there")
        view = self._lobby.view_of(row)
        is_certain = Fault.CLOCK_UNSURE not in self._lobby.hall().faults
        slip = slip_of(self._lobby.settings, view, is_copy=job.kind is JobKind.COPY, time_certain=is_certain)
        return encode_slip(slip, self._printer.paper)

    def _worth_keeping(self) -> Iterator[Picture]:
        """Draw what is the same on many slips of this ward, what most slips have first."""
        paper = self._printer.paper
        for slip in typical_slips(self._lobby.settings):
            yield from fixed_pictures(slip, paper)

    def _checklist(self, job: Job) -> bytes:
        settings = self._lobby.settings
        procedure = settings.procedure(job.procedure or "")
        if procedure is None:
            raise LookupError(f"print job {job.id} names procedure {job.procedure}, which is not in the catalogue")
        printed_at = self._lobby.doors.local_at(job.created_ms)
        return encode_checklist(
            checklist_of(settings, procedure, job.language or "vi", printed_at), self._printer.paper
        )

    def _move(self, job: Job, state: PrintState, detail: str = "") -> None:
        with self._store.write() as tx:
            jobs.move(tx.connection, job.id, state, tx.now_ms, detail)

    def _drop_stale(self) -> None:
        now_ms = round(self._store.now().utc.timestamp() * 1000)
        if jobs.has_older(self._store.connection, now_ms - _STALE_MS):
            with self._store.write() as tx:
                dropped = jobs.dismiss_older(tx.connection, tx.now_ms - _STALE_MS, tx.now_ms)
            log.warning("%d slips were not printed: their visitors waited too long for paper", dropped)


def run_printer(settings: Settings, progress: Callable[[], None]) -> None:
    """Work through print jobs until SIGTERM; `progress` is called after each round."""
    opened = open_printer(settings.kiosk.printer, settings.home)
    with closing(opened) as printer, closing(Lobby.open(settings)) as lobby:
        worker = PrintWorker(lobby, printer)
        worker.recover()
        with lobby.doorbell() as bell:
            ended = set_by_signals(bell)
            while not ended.is_set():
                pause_s = worker.step()
                progress()
                bell.wait(pause_s)
