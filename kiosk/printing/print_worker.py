"""The print worker: it processes print jobs one by one and is the only user of the printer.

It marks a job `printing` on disk before it sends the first byte. So after any crash the job is known to be printed, not
started, or uncertain. An uncertain job is never restarted automatically.
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
"""The interval of status queries to an idle printer."""

_POLL_WHEN_WAITING_S = 1.0
"""The interval of status queries to a printer with a fault while a visitor waits for a slip."""

_IDLE_S = 20.0
"""The longest interval between watchdog notifications of an idle process."""

_DEADLINE_S = 30.0
"""A slip takes 6 s at 115,200 baud as a full raster. A printer that needs longer than this deadline is stuck."""

_STORE_PICTURE_DEADLINE_S = 15.0
"""The deadline for storing one picture in the printer: 8 s at 19,200 baud, and its flash is slow."""

_STALE_MS = 15 * 60_000
"""After this long the visitor has left the kiosk with a photo of the number, so a refill does not print the slip."""

_JOB_AFTER: dict[Outcome, tuple[PrintState, str]] = {
    Outcome.CONFIRMED: (PrintState.PRINTED, ""),
    Outcome.ACCEPTED: (PrintState.PRINTED, "the printer took it and never answers"),
    Outcome.NOTHING_SENT: (PrintState.QUEUED, "nothing reached the printer"),
    Outcome.UNCERTAIN: (
        PrintState.UNCERTAIN,
        "the printer stopped in the middle of it, or no longer says what it does",
    ),
}
"""The state of a job and its detail, by the outcome."""


class PrintWorker:
    """Processes the print jobs of one hall on one printer."""

    def __init__(self, lobby: Lobby, printer: Printer) -> None:
        self._lobby = lobby
        self._store = lobby.store
        self._printer = printer
        self._status: PrinterStatus | None = None
        self._is_in_journal = False

    def recover(self) -> None:
        """Mark the job that a crash interrupted as uncertain, and load the typefaces before the first visitor."""
        encode_test(self._printer.paper)
        _mark_uncertain(self._store)

    def step(self) -> float:
        """Do the due work, at most one job, and return how many seconds may pass before the next step.

        A slow printer needs most of `_DEADLINE_S` for a job, so several jobs in one step would trigger the watchdog.
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
        """Query the printer's status and write the health file; log a change and record it in the journal, once."""
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
        """Print a job and return its outcome; None for a job that cannot be drawn, which must not block the others."""
        try:
            payload = self._payload(job)
        except (LookupError, EncodingError, ConfigError) as error:
            _move(self._store, job, PrintState.QUEUED, PrintState.DISMISSED, f"it cannot be drawn: {error}")
            log.error("print job %d cannot be drawn: %s", job.id, error)
            return None
        if not _move(self._store, job, PrintState.QUEUED, PrintState.PRINTING):
            return None  # the job was dismissed while it was drawn
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
        """Draw the pictures that many slips of this ward share, the most common first."""
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
    """The worker of a hall without a printer by choice; it dismisses every print job at once."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._is_in_journal = False

    def recover(self) -> None:
        """Mark the job that a removed printer left in the middle as uncertain."""
        _mark_uncertain(self._lobby.store)

    def step(self) -> float:
        """Do the due work and return how many seconds may pass before the next step."""
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
        log.warning("print job %d was interrupted: check whether its slip came out", job.id)


def _record_end(store: Store, job: Job, state: PrintState, detail: str) -> None:
    """Record the outcome of a job; a job dismissed meanwhile stays dismissed unless it was printed."""
    if job.kind is JobKind.CHECKLIST and state is PrintState.UNCERTAIN:
        state = PrintState.DISMISSED  # the visitor at the kiosk sees what came out and can print another
    if not _move(store, job, PrintState.PRINTING, state, detail) and state is PrintState.PRINTED:
        _move(store, job, PrintState.DISMISSED, state, detail)


def _move(store: Store, job: Job, before: PrintState, after: PrintState, detail: str = "") -> bool:
    with store.write() as tx:
        return jobs.move(tx, job.id, before, after, now_ms=tx.now_ms, detail=detail)
