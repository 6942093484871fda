"""The print worker: takes print jobs one by one and owns the printer alone.

A job is marked `printing` on disk before its first byte leaves, so whatever kills the process, the job is afterwards
known to be printed, not begun, or uncertain; an uncertain one is never begun again by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from kiosk.errors import ConfigError, EncodingError
from kiosk.lobby.device_events import BY_CHOICE
from kiosk.lobby.lobby import Lobby
from kiosk.model.health import PrinterHealth
from kiosk.model.paper import PrintState
from kiosk.ports.printer import Outcome, Printer, PrinterStatus
from kiosk.printing.slip_contents import checklist_of, slip_of, typical_slips
from kiosk.receipt.blocks import Picture
from kiosk.receipt.escpos import encode_checklist, encode_slip, encode_test
from kiosk.receipt.layout import fixed_pictures
from kiosk.store import jobs, tickets
from kiosk.store.database import Store, to_ms
from kiosk.store.jobs import Job, JobKind

log = logging.getLogger(__name__)

_POLL_S = 5.0
"""How often an idle printer is asked how it is."""

_POLL_WHEN_WAITING_S = 1.0
"""How often a printer in trouble is asked while somebody waits for paper."""

_IDLE_S = 20.0
"""The longest a process that has nothing to do stays silent towards its watchdog."""

_DEADLINE_S = 30.0
"""A slip takes 6 s at 115,200 baud as a full raster; a printer that needs longer than this is stuck."""

_STORE_PICTURE_DEADLINE_S = 15.0
"""One picture for the printer's memory: 8 s at 19,200 baud, and its flash is slow."""

_STALE_MS = 15 * 60_000
"""After this long nobody stands at the kiosk any more: a refill does not print what they have photographed."""

_JOB_AFTER: dict[Outcome, tuple[PrintState, str]] = {
    Outcome.CONFIRMED: (PrintState.PRINTED, ""),
    Outcome.ACCEPTED: (PrintState.PRINTED, "the printer took it and never answers"),
    Outcome.NOTHING_SENT: (PrintState.QUEUED, "nothing reached the printer"),
    Outcome.UNCERTAIN: (
        PrintState.UNCERTAIN,
        "the printer stopped in the middle of it, or no longer says what it does",
    ),
}
"""What becomes of a job, by how it ended."""


class PrintWorker:
    """Works through the print jobs of one hall at one printer."""

    def __init__(self, lobby: Lobby, printer: Printer) -> None:
        self._lobby = lobby
        self._store = lobby.store
        self._printer = printer
        self._status: PrinterStatus | None = None
        self._is_in_journal = False

    def recover(self) -> None:
        """Call uncertain what a crash left in the middle, and get the typefaces ready for the first visitor."""
        encode_test(self._printer.paper)
        _mark_uncertain(self._store)

    def step(self) -> float:
        """Do what is due, at most one job, and return how many seconds may pass before the next step.

        A slow printer needs most of `_DEADLINE_S` for each job: after several in a row the watchdog would have fired.
        """
        self._query_printer()
        self._lobby.keep_day()
        self._drop_stale()
        with self._store.read() as snapshot:
            job = jobs.first_queued(snapshot)
        if job is None:
            is_well = self._status is PrinterStatus.READY
            return (
                0.0 if is_well and self._printer.keep(self._storable_pictures, _STORE_PICTURE_DEADLINE_S) else _POLL_S
            )
        if self._status is not None and self._status.stops_paper:
            return _POLL_WHEN_WAITING_S
        outcome = self._print(job)
        if outcome is Outcome.NOTHING_SENT:
            self._query_printer()
            return _POLL_WHEN_WAITING_S
        return 0.0

    def _query_printer(self) -> None:
        """Ask the printer how it is; a change goes to the health file, the log and the journal, once."""
        status, why = self._printer.status(), self._printer.why
        self._lobby.tell_health(PrinterHealth(status.value, why))
        if status is not self._status:
            if status is not PrinterStatus.READY:
                log.warning("printer: %s", f"{status.value} ({why})" if why else status.value)
            elif self._status is not None:
                log.info("printer: %s", status.value)
            self._is_in_journal = False
        self._status = status
        self._is_in_journal = self._is_in_journal or self._lobby.device_events.note(
            "printer", {"printer": status.value}
        )

    def _print(self, job: Job) -> Outcome | None:
        """Print a job and return how it ended, or None for one that cannot be drawn: it must not hold up the others."""
        try:
            payload = self._payload(job)
        except (LookupError, EncodingError, ConfigError) as error:
            _move(self._store, job, PrintState.QUEUED, PrintState.DISMISSED, f"it cannot be drawn: {error}")
            log.error("print job %d cannot be drawn: %s", job.id, error)
            return None
        if not _move(self._store, job, PrintState.QUEUED, PrintState.PRINTING):
            return None  # while it was drawn, nobody needed it any more
        outcome = self._printer.print_job(payload, _DEADLINE_S)
        state, detail = _JOB_AFTER[outcome]
        _record_end(self._store, job, state, detail)
        if detail:
            log.warning("print job %d: %s", job.id, detail)
        return outcome

    def _payload(self, job: Job) -> bytes:
        if job.kind is JobKind.CHECKLIST:
            return self._checklist(job)
        if job.kind is JobKind.TEST or job.ticket is None:
            return encode_test(self._printer.paper)
        with self._store.read() as snapshot:
            row = tickets.by_id(snapshot, job.ticket)
        if row is None:
            raise LookupError(f"print job {job.id} names ticket {job.ticket}, which is not there")
        view = self._lobby.view_of(row)
        is_certain = self._lobby.timing.look().is_certain
        slip = slip_of(self._lobby.settings, view, is_copy=job.kind is JobKind.COPY, time_certain=is_certain)
        return encode_slip(slip, self._printer.paper)

    def _storable_pictures(self) -> Iterator[Picture]:
        """Draw what is the same on many slips of this ward, what most slips have first."""
        paper = self._printer.paper
        for slip in typical_slips(self._lobby.settings):
            yield from fixed_pictures(slip, paper)

    def _checklist(self, job: Job) -> bytes:
        settings = self._lobby.settings
        procedure = settings.procedure(job.procedure or "")
        if procedure is None:
            raise LookupError(f"print job {job.id} names procedure {job.procedure}, which is not in the catalogue")
        printed_at = self._lobby.context.local_at(job.created_ms)
        return encode_checklist(
            checklist_of(settings, procedure, job.language or "vi", printed_at), self._printer.paper
        )

    def _drop_stale(self) -> None:
        now = self._store.now()
        not_older_than = (now.anchor.boot_id, now.uptime_s - _STALE_MS / 1000)
        with self._store.read() as snapshot:
            has_stale = jobs.has_older(snapshot, to_ms(now.utc) - _STALE_MS, not_older_than)
        if has_stale:
            with self._store.write() as tx:
                dropped = jobs.dismiss_older(tx, tx.now_ms - _STALE_MS, tx.now_ms, not_older_than)
            log.warning("%d slips were not printed: their visitors waited too long for paper", dropped)


class PaperlessWorker:
    """Stands in where a hall has no printer by choice: what is to be printed all the same is dropped at once."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._is_in_journal = False

    def recover(self) -> None:
        """Call uncertain what a printer that is gone was in the middle of."""
        _mark_uncertain(self._lobby.store)

    def step(self) -> float:
        """Do what is due and return how many seconds may pass before the next step."""
        self._lobby.tell_health(PrinterHealth(BY_CHOICE))
        self._is_in_journal = self._is_in_journal or self._lobby.device_events.note("printer", {"printer": BY_CHOICE})
        self._lobby.keep_day()
        for job in _in_state(self._lobby.store, PrintState.QUEUED):
            no_printer = "this kiosk has no printer by choice"
            _move(self._lobby.store, job, PrintState.QUEUED, PrintState.DISMISSED, no_printer)
        return _IDLE_S


def _in_state(store: Store, state: PrintState) -> list[Job]:
    with store.read() as snapshot:
        return jobs.in_state(snapshot, state)


def _mark_uncertain(store: Store) -> None:
    for job in _in_state(store, PrintState.PRINTING):
        _record_end(store, job, PrintState.UNCERTAIN, "the printer process ended in the middle of it")
        log.warning("print job %d was cut short: a person must look whether its slip came out", job.id)


def _record_end(store: Store, job: Job, state: PrintState, detail: str) -> None:
    """Put down how a job ended; one that nobody waits for any more stays dismissed, unless it came out."""
    if job.kind is JobKind.CHECKLIST and state is PrintState.UNCERTAIN:
        state = PrintState.DISMISSED  # whoever stands there sees what came out, and can ask for another
    if not _move(store, job, PrintState.PRINTING, state, detail) and state is PrintState.PRINTED:
        _move(store, job, PrintState.DISMISSED, state, detail)


def _move(store: Store, job: Job, before: PrintState, after: PrintState, detail: str = "") -> bool:
    with store.write() as tx:
        return jobs.move(tx, job.id, before, after, now_ms=tx.now_ms, detail=detail)
