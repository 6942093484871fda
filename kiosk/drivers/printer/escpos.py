"""The conversation with an ESC/POS printer over any line: ask, send, and find out what became of it.

Three ways of knowing: DLE EOT is answered at once, whatever the printer is doing; GS r, which ends every job, is
answered when the printer comes to it, so that its answer says that all before is done; and GS a, which begins every
job, lets the printer tell by itself that it stops, even when its buffer is too full to hear a question.

Silence is no good news. What a printer has shown it can do outlives line and process (`shown`): when it used to confirm
and does not any more, nobody knows what became of the job.
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
"""Ends the head of a command that was cut short, GS v 0 being the longest, in numbers that ask for next to nothing."""
_LINE_BUFFER_S = 4096 / 1920
"""How long a serial line has still to send when the last byte was written: what Linux keeps, at 19,200 baud."""
_IDENTITY_QUERIES = 2
"""How often a printer is asked what it is: one in the middle of a picture takes the first question for dots."""


class _Line(Record):
    """One open line and what came over it."""

    channel: Channel
    responses: Responses


class EscPosPrinter:
    """A printer at the end of a line that `transport` opens; see `kiosk.ports.printer.Printer`.

    Args:
        paper: what it prints on, as configured.
        profile: one of `profiles()`, or `auto` to ask the printer what it is.
        home: where it is kept for this process alone, and where is written what was found out about it; None for
            a printer that nobody else could reach.
        own_font: whether plain words are left to the printer's own font; `auto`: over a slow line.
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
        # The power may have gone in the middle of a picture, the kiosk's and not the printer's; most likely it did not.
        self._zero_counts: tuple[int, ...] = (0, LONGEST_BAND_BYTES)
        self._is_job_interrupted = False
        self.why = ""
        self._identity_queries_left = 0
        self._apply_profile()

    def status(self) -> PrinterStatus:
        """Return what the printer says of itself."""
        deadline_monotonic_s = time.monotonic() + self._timeouts.connect_s + self._timeouts.answer_s
        status = self._query_status(deadline_monotonic_s)
        if self._identity_queries_left and status in _OPERATIONAL and self._line is not None:
            self._query_identity(self._line.responses, deadline_monotonic_s)
        if status in (PrinterStatus.OFFLINE, PrinterStatus.UNKNOWN):
            self._nv_graphics.forget()  # what answers next may be another printer at the same cable
        self._session.record_says_less(self._says_less)
        return status

    @property
    def paper(self) -> PrinterProfile:
        """Return what the next job is to be written for."""
        profile, art = self._session.profile, self._nv_graphics.art
        wants_types = self._own_font == "always" or (self._own_font == "auto" and self._transport.is_slow)
        self._uses_stored_pictures = art is not None
        return replace(self._paper, types_plain_words=wants_types and profile.font_a_dots == CELL_DOTS, art=art)

    def keep(self, pictures: Callable[[], Iterator[Picture]], deadline_s: float) -> bool:
        """Do one piece of having the printer keep pictures; tell whether there is more to do."""
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
        # A printer that never answers is not waited for before every job; `status` notices when it does again.
        status = (
            PrinterStatus.UNKNOWN
            if self._is_silent and self._open(deadline_monotonic_s)
            else self._query_status(deadline_monotonic_s)
        )
        line = self._line
        if line is None or status.stops_paper or not self._resynchronize(line, deadline_monotonic_s):
            return Outcome.NOTHING_SENT
        if self._uses_stored_pictures and self._nv_graphics.art is None:
            return Outcome.NOTHING_SENT  # this may be another printer, which would leave out what it does not know
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
        """Let go of the printer."""
        self._close_line()
        self._session.release()

    # ---- the job and what became of it

    def _send(self, line: _Line, payload: bytes, deadline_monotonic_s: float) -> int:
        """Return how many bytes were taken before the printer stopped, the line broke, or time ran out."""
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
        """Find out what became of a job of which every byte was written."""
        channel, responses = line.channel, line.responses
        if self._is_silent or not self._confirms:
            return self._finish_unconfirmed(line, deadline_monotonic_s)
        status = PrinterStatus.OFFLINE
        while not responses.has_stopped and not channel.is_broken and time.monotonic() < deadline_monotonic_s:
            if responses.is_confirmed and self._is_confirmation_genuine(line, deadline_monotonic_s):
                return Outcome.CONFIRMED
            responses.wait(min(deadline_monotonic_s, time.monotonic() + self._timeouts.look_every_s))
            is_due = not responses.is_confirmed and deadline_monotonic_s - time.monotonic() > self._timeouts.questions_s
            if is_due and channel.is_drained():  # else a question would wait behind the job
                status = responses.ask(deadline_monotonic_s)
                if status.stops_paper:
                    break
        is_operational = status in _OPERATIONAL and not responses.has_stopped and not channel.is_broken
        if not is_operational or responses.has_answered_in_order:
            return Outcome.UNCERTAIN
        self._stop_waiting_for_confirmation()
        return Outcome.ACCEPTED

    def _is_confirmation_genuine(self, line: _Line, deadline_monotonic_s: float) -> bool:
        """Tell whether what looked like the answer was it: the question had left, and is answered when asked again.

        Noise on the line looks like it, and so does the break that a printer leaves when it goes dark.
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
        """Find out whether a printer that does not confirm stops in the middle; one that never answers cannot tell."""
        channel, responses = line.channel, line.responses
        is_taken = channel.wait_drained(deadline_monotonic_s)
        responses.receive_available()
        if not is_taken or channel.is_broken:
            return Outcome.UNCERTAIN
        if self._is_silent:
            return Outcome.ACCEPTED
        watch_end_monotonic_s = min(deadline_monotonic_s, time.monotonic() + self._timeouts.settle_s)
        while not responses.is_confirmed:  # late answers to earlier jobs come, too: it is not this one's confirmation
            if responses.has_stopped or responses.ask(deadline_monotonic_s) not in _OPERATIONAL:
                return Outcome.UNCERTAIN
            if time.monotonic() >= watch_end_monotonic_s:
                break
            responses.wait(min(watch_end_monotonic_s, time.monotonic() + self._timeouts.look_every_s))
        return Outcome.UNCERTAIN if channel.is_broken else Outcome.ACCEPTED

    @property
    def _says_less(self) -> bool:
        """Tell whether a job that is only accepted is in doubt, since this printer could say more."""
        is_confirming = self._confirms and not self._is_silent
        is_unexpectedly_silent = self._is_silent and self._session.should_answer
        return is_unexpectedly_silent or (self._session.should_confirm and not is_confirming)

    def _resynchronize(self, line: _Line, deadline_monotonic_s: float) -> bool:
        """Make sure that the printer has caught up, and is not in the middle of a picture that never ended.

        Otherwise it would take the next job for the rest of that picture, or a late answer would be taken for the next
        job's. So it is asked in order, behind zeros that end a picture: they are white inside, and nothing outside.
        """
        responses, channel = line.responses, line.channel
        is_asked = self._confirms and not self._is_silent
        if not self._zero_counts and not (is_asked and responses.is_answer_pending):
            return True
        responses.forget()
        for zeros in self._zero_counts or (0,):
            # What is left of a broken slip is cut off, so that it does not come out on top of the next one.
            padding = bytes(zeros) + (self._cut if zeros or self._is_job_interrupted else b"")
            if not is_asked:
                is_synchronized = channel.write(padding, deadline_monotonic_s) == len(padding)
            else:
                if zeros:  # what was asked before was taken for dots
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
        """Remember that the printer may wait for the rest of a picture, surely not if it was sent all."""
        zeros = min(len(payload), LONGEST_BAND_BYTES)
        self._zero_counts = (0, zeros) if is_sent else (zeros,)
        self._is_job_interrupted = True

    def _stop_waiting_for_confirmation(self) -> None:
        log.warning("the printer is well but does not confirm (GS r): from now on its jobs are not waited for")
        self._confirms = False
        self._session.record_confirms(False)

    # ---- asking

    def _query_status(self, deadline_monotonic_s: float) -> PrinterStatus:
        """Ask how the printer is; a line that broke while it was idle is opened again, once."""
        self.why = ""
        for _ in range(2):
            line = self._open(deadline_monotonic_s)
            if line is None:
                return PrinterStatus.OFFLINE
            if not line.channel.wait_drained(min(deadline_monotonic_s, time.monotonic() + self._timeouts.answer_s)):
                self.why = "it takes no bytes"  # a question would wait behind them
                return self._interpret_silence(line, PrinterStatus.OFFLINE)
            if self._is_job_interrupted:
                # Or the questions would be taken for how tall a picture is, and all that follows for its rows.
                line.channel.write(_HEADER_PADDING, deadline_monotonic_s)
            status = PrinterStatus.UNKNOWN if self._has_no_status else line.responses.ask(deadline_monotonic_s)
            if not line.channel.is_broken:
                return self._interpret_silence(line, status)
            self._close_line()
        return PrinterStatus.OFFLINE

    def _interpret_silence(self, line: _Line, status: PrinterStatus) -> PrinterStatus:
        """Return what a printer that does not answer has said by itself when it stopped, if it did."""
        if status not in (PrinterStatus.UNKNOWN, PrinterStatus.OFFLINE):
            self._is_silent = False
            self._session.record_answers()
            return status
        if line.responses.pushed is not None and line.responses.has_stopped:
            return line.responses.pushed
        # Whoever does not even acknowledge on the network is not silent but gone.
        self._is_silent = status is PrinterStatus.UNKNOWN and line.channel.is_drained()
        return PrinterStatus.UNKNOWN if self._is_silent else PrinterStatus.OFFLINE

    def _open(self, deadline_monotonic_s: float) -> _Line | None:
        """Return the line, opened again if the other side has hung up, or None when nobody is there."""
        if self._line is not None:
            self._line.responses.receive_available()
            if self._line.responses.has_answered_in_order and not self._confirms:
                self._confirms = True  # after all; but whose answer was it? Ask once more before the next job.
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
        if self._nv_graphics.is_loading:  # it may wait for the rest of a picture
            self._record_interruption(bytes(LONGEST_BAND_BYTES), is_sent=True)
        self._nv_graphics.forget()

    # ---- what it is

    def _query_identity(self, responses: Responses, deadline_monotonic_s: float) -> None:
        self._identity_queries_left -= 1
        identity = responses.ask_name(deadline_monotonic_s)
        if identity is not None:
            self._identity_queries_left = 0
            self._session.record_identity(identity)
            self._apply_profile()

    def _apply_profile(self) -> None:
        """Spare a printer, and those who wait, the finding out of what is known."""
        profile = self._session.profile
        self._has_no_status = profile.status == "none"
        self._confirms = self._confirms and profile.confirms
