"""The ESC/POS protocol over any line: query the status, send a job, determine how the job ended.

A printer reports in three ways. It answers DLE EOT at once, whatever it is doing. It answers GS r, the last command of
every job, when it has processed everything before. GS a, the first command of every job, enables automatic status back:
the printer reports a stop by itself, even when its buffer is too full for a query.

A missing answer is not a success. The abilities that a printer has shown are stored (`capabilities`) and outlive line
and process. If a printer that used to confirm stops confirming, the job's result is uncertain.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator

from kiosk.config import Home
from kiosk.config.types import OwnFont
from kiosk.drivers.printer.channel import Channel
from kiosk.drivers.printer.nv_graphics import NvGraphics
from kiosk.drivers.printer.printer_session import AUTO, PrinterSession
from kiosk.drivers.printer.responses import Responses
from kiosk.drivers.printer.timeouts import TIMEOUTS, Timeouts
from kiosk.drivers.printer.transports import Transport
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.receipt.blocks import Picture
from kiosk.receipt.commands import ASK_IN_ORDER, LONGEST_BAND_BYTES, cut
from kiosk.receipt.own_font import CELL_DOTS
from kiosk.receipt.slip import PrinterProfile
from kiosk.records import Record, replace

log = logging.getLogger(__name__)

_CHUNK_BYTES = 4096
_OPERATIONAL = (PrinterStatus.READY, PrinterStatus.PAPER_LOW)
_HEADER_PADDING = bytes(8)
"""Completes the header of an interrupted command with zeros, which ask for almost nothing. GS v 0 has the longest."""
_LINE_BUFFER_S = 4096 / 1920
"""How long a serial line still sends after the last write: Linux buffers 4,096 bytes, here at 19,200 baud."""
_IDENTITY_QUERIES = 2
"""How often a printer is asked for its model. A printer in the middle of a picture takes the first query for dots."""


class _Line(Record):
    """One open line and the responses received on it."""

    channel: Channel
    responses: Responses


class EscPosPrinter:
    """A printer at the end of a line that `transport` opens; see `kiosk.ports.printer.Printer`.

    Args:
        paper: the configured paper.
        profile: one of `profiles()`, or `auto` to ask the printer for its model.
        home: holds the lock for exclusive use and the status file. None for a printer that no other process can reach.
        own_font: whether the printer's own font prints plain words; `auto`: on a slow line only.
    """

    def __init__(
        self,
        transport: Transport,
        paper: PrinterProfile,
        *,
        profile: str = AUTO,
        home: Home | None = None,
        own_font: OwnFont = "auto",
        timeouts: Timeouts = TIMEOUTS,
    ) -> None:
        self._transport = transport
        self._paper = paper
        self._own_font = own_font
        self._nv_graphics = NvGraphics()
        self._uses_stored_pictures = False
        self._timeouts = timeouts
        self._cut = cut(0) if paper.has_cutter else b""
        self._session = PrinterSession(home, paper, profile)
        self._line: _Line | None = None
        self._is_silent = False
        self._confirms = True
        # The kiosk may have lost power in the middle of a picture while the printer kept its own. This is unlikely, so
        # the printer is first tried without zeros.
        self._zero_counts: tuple[int, ...] = (0, LONGEST_BAND_BYTES)
        self._is_job_interrupted = False
        self.why = ""
        self._identity_queries_left = 0
        self._apply_profile()

    def status(self) -> PrinterStatus:
        """Return the status that the printer reports."""
        deadline_monotonic_s = time.monotonic() + self._timeouts.connect_s + self._timeouts.answer_s
        status = self._query_status(deadline_monotonic_s)
        if self._identity_queries_left and status in _OPERATIONAL and self._line is not None:
            self._query_identity(self._line.responses, deadline_monotonic_s)
        if status in (PrinterStatus.OFFLINE, PrinterStatus.UNKNOWN):
            self._nv_graphics.forget()  # the next answer may come from another printer on the same cable
        self._session.record_says_less(self._says_less)
        return status

    @property
    def paper(self) -> PrinterProfile:
        """Return the profile to encode the next job for."""
        profile, art = self._session.profile, self._nv_graphics.art
        wants_types = self._own_font == "always" or (self._own_font == "auto" and self._transport.is_slow)
        self._uses_stored_pictures = art is not None
        return replace(self._paper, types_plain_words=wants_types and profile.font_a_dots == CELL_DOTS, art=art)

    def keep(self, pictures: Callable[[], Iterator[Picture]], deadline_s: float) -> bool:
        """Do one step of storing pictures in the printer; return whether there is more to do."""
        profile, line, deadline_monotonic_s = self._session.profile, self._line, time.monotonic() + deadline_s
        is_known = line is not None and not self._identity_queries_left
        if line is None or not is_known or profile.nv_graphics != "gs_l" or self._nv_graphics.is_finished:
            return False
        if not self._nv_graphics.collect(pictures, profile.nv_bytes):
            return True
        if not self._resynchronize(line, deadline_monotonic_s):
            return False
        self._session.mark_job_started()
        self._nv_graphics.step(line.channel, line.responses, deadline_monotonic_s)
        if line.channel.is_broken:
            self._close_line()
            return False
        self._session.mark_job_ended()
        self._session.record_stored_pictures(len(self._nv_graphics.art or ()))
        return not self._nv_graphics.is_finished

    def print_job(self, payload: bytes, deadline_s: float) -> Outcome:
        """Send one job and return how it ended."""
        deadline_monotonic_s = time.monotonic() + deadline_s
        # A silent printer is not queried before every job, which would take the full timeout. `status` detects when it
        # answers again.
        status = (
            PrinterStatus.UNKNOWN
            if self._is_silent and self._open(deadline_monotonic_s)
            else self._query_status(deadline_monotonic_s)
        )
        line = self._line
        if line is None or status.stops_paper or not self._resynchronize(line, deadline_monotonic_s):
            return Outcome.NOTHING_SENT
        if self._uses_stored_pictures and self._nv_graphics.art is None:
            return Outcome.NOTHING_SENT  # another printer may be connected, and it would omit pictures it does not have
        line.responses.forget()
        self._session.mark_job_started()
        sent = self._send(line, payload, deadline_monotonic_s)
        outcome = Outcome.NOTHING_SENT if sent == 0 else Outcome.UNCERTAIN
        if sent == len(payload):
            outcome = self._finish(line, deadline_monotonic_s)
        says_less = self._says_less
        if outcome is Outcome.ACCEPTED and says_less:
            outcome = Outcome.UNCERTAIN
        if outcome is Outcome.CONFIRMED:
            self._session.record_confirms(True)
        self._session.record_says_less(says_less)
        if outcome is Outcome.UNCERTAIN:
            self._record_interruption(payload, is_sent=sent == len(payload) and not line.channel.is_broken)
        else:
            self._session.mark_job_ended()
        if line.channel.is_broken:
            self._close_line()
        return outcome

    def close(self) -> None:
        """Release the printer."""
        self._close_line()
        self._session.release()

    # ---- the job and its outcome

    def _send(self, line: _Line, payload: bytes, deadline_monotonic_s: float) -> int:
        """Return how many bytes were written before the printer stopped, the line broke, or the deadline passed."""
        sent, query_offset = 0, len(payload) - len(ASK_IN_ORDER)
        while sent < len(payload) and not line.channel.is_broken and time.monotonic() < deadline_monotonic_s:
            to = min(sent + _CHUNK_BYTES, query_offset if sent < query_offset else len(payload))
            sent += line.channel.write(
                payload[sent:to], min(deadline_monotonic_s, time.monotonic() + self._timeouts.look_every_s)
            )
            if sent == len(payload):
                line.responses.expect_answer_in_order()
            line.responses.receive_available()
            if line.responses.has_stopped:
                break
        return sent

    def _finish(self, line: _Line, deadline_monotonic_s: float) -> Outcome:
        """Determine the outcome of a job of which every byte was written."""
        channel, responses = line.channel, line.responses
        if self._is_silent or not self._confirms:
            return self._finish_unconfirmed(line, deadline_monotonic_s)
        status = PrinterStatus.OFFLINE
        while not responses.has_stopped and not channel.is_broken and time.monotonic() < deadline_monotonic_s:
            if responses.is_confirmed and self._is_confirmation_genuine(line, deadline_monotonic_s):
                return Outcome.CONFIRMED
            responses.wait(min(deadline_monotonic_s, time.monotonic() + self._timeouts.look_every_s))
            is_due = not responses.is_confirmed and deadline_monotonic_s - time.monotonic() > self._timeouts.questions_s
            if is_due and channel.is_drained():  # otherwise the query would wait behind the job
                status = responses.ask(deadline_monotonic_s)
                if status.stops_paper:
                    break
        is_operational = status in _OPERATIONAL and not responses.has_stopped and not channel.is_broken
        if not is_operational or responses.has_answered_in_order:
            return Outcome.UNCERTAIN
        self._stop_waiting_for_confirmation()
        return Outcome.ACCEPTED

    def _is_confirmation_genuine(self, line: _Line, deadline_monotonic_s: float) -> bool:
        """Return whether a confirmation is genuine: the query was sent, and the printer answers a second one.

        Line noise can look like a confirmation. So can the break condition when a printer loses power.
        """
        channel, responses = line.channel, line.responses
        if channel.wait_drained(min(deadline_monotonic_s, time.monotonic() + self._timeouts.answer_s)):
            responses.ask_in_order(deadline_monotonic_s)
            if responses.is_there(deadline_monotonic_s):
                responses.wait(min(deadline_monotonic_s, time.monotonic() + self._timeouts.settle_s))
                if responses.is_confirmed:
                    return True
        responses.discard_confirmations()
        return False

    def _finish_unconfirmed(self, line: _Line, deadline_monotonic_s: float) -> Outcome:
        """Determine the outcome of a job that the printer does not confirm, by whether it reports a stop in the middle.

        A printer that never answers cannot report a stop.
        """
        channel, responses = line.channel, line.responses
        is_taken = channel.wait_drained(deadline_monotonic_s)
        responses.receive_available()
        if not is_taken or channel.is_broken:
            return Outcome.UNCERTAIN
        if self._is_silent:
            return Outcome.ACCEPTED
        watch_end_monotonic_s = min(deadline_monotonic_s, time.monotonic() + self._timeouts.settle_s)
        while not responses.is_confirmed:  # late answers to earlier jobs arrive too and do not confirm this one
            if responses.has_stopped or responses.ask(deadline_monotonic_s) not in _OPERATIONAL:
                return Outcome.UNCERTAIN
            if time.monotonic() >= watch_end_monotonic_s:
                break
            responses.wait(min(watch_end_monotonic_s, time.monotonic() + self._timeouts.look_every_s))
        return Outcome.UNCERTAIN if channel.is_broken else Outcome.ACCEPTED

    @property
    def _says_less(self) -> bool:
        """Return whether an accepted job is uncertain, because this printer reports less than it can."""
        is_confirming = self._confirms and not self._is_silent
        is_unexpectedly_silent = self._is_silent and self._session.should_answer
        return is_unexpectedly_silent or (self._session.should_confirm and not is_confirming)

    def _resynchronize(self, line: _Line, deadline_monotonic_s: float) -> bool:
        """Return whether the printer has processed all earlier data and expects a command.

        Otherwise it would take the next job for the rest of an interrupted picture, or the kiosk would take a late
        answer for the next job's. So the kiosk sends zeros, which complete a picture, and then a query that is answered
        in order. Zeros inside a picture are white dots; between commands they have no effect.
        """
        responses, channel = line.responses, line.channel
        is_asked = self._confirms and not self._is_silent
        if not self._zero_counts and not (is_asked and responses.is_answer_pending):
            return True
        responses.forget()
        for zeros in self._zero_counts or (0,):
            # Cut off the rest of an interrupted slip, so that it is not printed on top of the next one.
            padding = bytes(zeros) + (self._cut if zeros or self._is_job_interrupted else b"")
            if not is_asked:
                is_synchronized = channel.write(padding, deadline_monotonic_s) == len(padding)
            else:
                if zeros:  # the printer took the earlier queries for dots
                    responses.drop_pending_queries()
                responses.ask_in_order(deadline_monotonic_s, padding)
                buffer_s = _LINE_BUFFER_S if zeros and self._transport.is_slow else 0.0
                is_synchronized = responses.wait_for_answers(buffer_s + self._timeouts.settle_s, deadline_monotonic_s)
                while is_synchronized and responses.receive(
                    min(deadline_monotonic_s, time.monotonic() + self._timeouts.quiet_s)
                ):
                    pass
                if is_synchronized:
                    responses.drop_pending_queries()
            if is_synchronized:
                self._mark_synchronized()
                return True
            if responses.has_stopped or channel.is_broken or time.monotonic() >= deadline_monotonic_s:
                return False
        self._stop_waiting_for_confirmation()
        self._mark_synchronized()
        return True

    def _mark_synchronized(self) -> None:
        self._zero_counts, self._is_job_interrupted = (), False
        self._session.mark_job_ended()

    def _record_interruption(self, payload: bytes, is_sent: bool) -> None:
        """Record that the printer may expect the rest of a picture; this is unlikely when the whole job was sent."""
        zeros = min(len(payload), LONGEST_BAND_BYTES)
        self._zero_counts = (0, zeros) if is_sent else (zeros,)
        self._is_job_interrupted = True

    def _stop_waiting_for_confirmation(self) -> None:
        log.warning("the printer works but does not confirm jobs (GS r): the kiosk stops waiting for confirmations")
        self._confirms = False
        self._session.record_confirms(False)

    # ---- status queries

    def _query_status(self, deadline_monotonic_s: float) -> PrinterStatus:
        """Return the printer's status; a line that broke while it was idle is opened again, once."""
        self.why = ""
        for _ in range(2):
            line = self._open(deadline_monotonic_s)
            if line is None:
                return PrinterStatus.OFFLINE
            if not line.channel.wait_drained(min(deadline_monotonic_s, time.monotonic() + self._timeouts.answer_s)):
                self.why = "it takes no bytes"  # a query would wait behind the unsent bytes
                return self._interpret_silence(line, PrinterStatus.OFFLINE)
            if self._is_job_interrupted:
                # Otherwise the printer could take the queries for a picture's height and what follows for its rows.
                line.channel.write(_HEADER_PADDING, deadline_monotonic_s)
            status = PrinterStatus.UNKNOWN if self._has_no_status else line.responses.ask(deadline_monotonic_s)
            if not line.channel.is_broken:
                return self._interpret_silence(line, status)
            self._close_line()
        return PrinterStatus.OFFLINE

    def _interpret_silence(self, line: _Line, status: PrinterStatus) -> PrinterStatus:
        """Return the final status; a printer that did not answer has the status it last pushed, if that is a stop."""
        if status not in (PrinterStatus.UNKNOWN, PrinterStatus.OFFLINE):
            self._is_silent = False
            self._session.record_answers()
            return status
        if line.responses.pushed is not None and line.responses.has_stopped:
            return line.responses.pushed
        # A network printer that does not even acknowledge TCP segments is gone, not silent.
        self._is_silent = status is PrinterStatus.UNKNOWN and line.channel.is_drained()
        return PrinterStatus.UNKNOWN if self._is_silent else PrinterStatus.OFFLINE

    def _open(self, deadline_monotonic_s: float) -> _Line | None:
        """Return the line, reopened if the other side closed it; None when the printer cannot be reached."""
        if self._line is not None:
            self._line.responses.receive_available()
            if self._line.responses.has_answered_in_order and not self._confirms:
                # The printer confirms after all. Query again before the next job: the answer may belong to another job.
                self._confirms = True
                self._zero_counts = self._zero_counts or (0,)
            if not self._line.channel.is_broken:
                return self._line
            self._close_line()
        connect_s = max(0.05, min(self._timeouts.connect_s, deadline_monotonic_s - time.monotonic()))
        try:
            self._session.claim()
            if self._session.was_interrupted:
                self._zero_counts, self._is_job_interrupted = (LONGEST_BAND_BYTES,), True
            channel = Channel(self._transport.connect(connect_s))
        except OSError as error:
            self.why = str(error)
            return None
        self._line = _Line(channel, Responses(channel, self._timeouts.answer_s))
        self._identity_queries_left = _IDENTITY_QUERIES if self._session.is_profile_automatic else 0
        self._session.record_transport(self._transport.name)
        return self._line

    def _close_line(self) -> None:
        if self._line is not None:
            self._line.channel.close()
        self._line = None
        if self._nv_graphics.is_loading:  # the printer may expect the rest of a picture
            self._record_interruption(bytes(LONGEST_BAND_BYTES), is_sent=True)
        self._nv_graphics.forget()

    # ---- identity

    def _query_identity(self, responses: Responses, deadline_monotonic_s: float) -> None:
        self._identity_queries_left -= 1
        identity = responses.ask_name(deadline_monotonic_s)
        if identity is not None:
            self._identity_queries_left = 0
            self._session.record_identity(identity)
            self._apply_profile()

    def _apply_profile(self) -> None:
        """Take from the profile what is known of the model, so that it need not be tested on the printer."""
        profile = self._session.profile
        self._has_no_status = profile.status == "none"
        self._confirms = self._confirms and profile.confirms
