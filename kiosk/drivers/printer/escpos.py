"""The conversation with an ESC/POS printer over any line: ask, send, and find out what became of it.

Three ways of knowing: DLE EOT is answered at once, whatever the printer is doing; GS r, which ends every job, is
answered when the printer comes to it, so that its answer says that all before is done; and GS a, which begins every
job, lets the printer tell by itself that it stops, even when its buffer is too full to hear a question.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.drivers.printer.channel import Channel
from kiosk.drivers.printer.hearing import ANSWER_S, Hearing
from kiosk.drivers.printer.port import Outcome, PrinterStatus
from kiosk.receipt.commands import ASK_IN_ORDER, LONGEST_BAND_BYTES, cut

log = logging.getLogger(__name__)

_CONNECT_S = 1.0
_QUESTIONS_S = 3 * ANSWER_S
"""Enough for a printer that leaves two of the four questions unanswered."""
_LOOK_EVERY_S = 0.5
"""How often a printer at work on a job is asked whether it has stopped."""
_SETTLE_S = 2.0
"""What is left of a slip in a printer's memory takes less: 140 mm at 75 mm a second."""
_QUIET_S = 0.2
"""No further answer for so long: the printer has caught up with all that it was asked."""
_CHUNK_BYTES = 4096


@dataclass(frozen=True, slots=True)
class _Line:
    """One open line and what came over it."""

    channel: Channel
    hearing: Hearing


class EscPosPrinter:
    """A printer at the end of a line that `connect` opens; see `kiosk.drivers.printer.port.Printer`.

    Args:
        connect: returns a descriptor within the seconds given, or raises OSError.
    """

    def __init__(self, connect: Callable[[float], int], has_cutter: bool) -> None:
        self._connect = connect
        self._cut = cut(0) if has_cutter else b""
        self._line: _Line | None = None
        self._is_silent = False
        self._confirms = True
        # Whoever printed before may have been killed in the middle of a picture; most likely it was not.
        self._zeros_to_try: tuple[int, ...] = (0, LONGEST_BAND_BYTES)
        self._is_broken = False
        self._refusal = ""

    def status(self) -> PrinterStatus:
        """Return what the printer says of itself."""
        return self._look(time.monotonic() + _CONNECT_S + ANSWER_S)

    def print_job(self, payload: bytes, deadline_s: float) -> Outcome:
        """Send one job and return how it ended."""
        ends = time.monotonic() + deadline_s
        # A printer that never answers is not waited for before every job; `status` notices when it does again.
        status = PrinterStatus.UNKNOWN if self._is_silent and self._open(ends) else self._look(ends)
        line = self._line
        if line is None or status.stops_paper or not self._settle(line, ends):
            return Outcome.NOTHING_SENT
        line.hearing.forget()
        sent = self._send(line, payload, ends)
        outcome = Outcome.NOTHING_SENT if sent == 0 else Outcome.UNCERTAIN
        if sent == len(payload):
            outcome = self._finish(line, ends)
        if outcome is Outcome.UNCERTAIN:
            self._remember_break(payload, is_sent=sent == len(payload) and not line.channel.is_broken)
        if line.channel.is_broken:
            self.close()
        return outcome

    def close(self) -> None:
        """Let go of the printer."""
        if self._line is not None:
            self._line.channel.close()
        self._line = None

    # ---- the job and what became of it

    def _send(self, line: _Line, payload: bytes, ends: float) -> int:
        """Return how many bytes were taken before the printer stopped, the line broke, or time ran out."""
        sent = 0
        while sent < len(payload) and not line.channel.is_broken and time.monotonic() < ends:
            chunk = payload[sent : sent + _CHUNK_BYTES]
            sent += line.channel.write(chunk, min(ends, time.monotonic() + _LOOK_EVERY_S))
            line.hearing.catch_up()
            if line.hearing.has_stopped:
                break
        return sent

    def _finish(self, line: _Line, ends: float) -> Outcome:
        """Find out what became of a job of which every byte was written."""
        channel, hearing = line.channel, line.hearing
        if self._is_silent or not self._confirms:
            return Outcome.ACCEPTED if channel.wait_drained(ends) else Outcome.UNCERTAIN
        status = PrinterStatus.OFFLINE
        while not hearing.is_confirmed and not hearing.has_stopped and not channel.is_broken:
            if time.monotonic() >= ends:
                break
            hearing.wait(min(ends, time.monotonic() + _LOOK_EVERY_S))
            is_due = not hearing.is_confirmed and ends - time.monotonic() > _QUESTIONS_S
            if is_due and channel.is_drained():  # else a question would wait behind the job
                status = hearing.ask(ends)
                if status.stops_paper:
                    break
        if hearing.is_confirmed:
            return Outcome.CONFIRMED
        if status not in (PrinterStatus.READY, PrinterStatus.PAPER_LOW) or hearing.has_stopped or channel.is_broken:
            return Outcome.UNCERTAIN
        self._stop_waiting_for_confirmation()
        return Outcome.ACCEPTED

    def _settle(self, line: _Line, ends: float) -> bool:
        """Make sure that the printer has caught up, and is not in the middle of a picture that never ended.

        Otherwise it would take the next job for the rest of that picture, or a late answer would be taken for the next
        job's. So it is asked in order, behind zeros that end a picture: they are white inside, and nothing outside.
        """
        if not self._zeros_to_try:
            return True
        hearing, channel = line.hearing, line.channel
        hearing.forget()
        for zeros in self._zeros_to_try:
            # What is left of a broken slip is cut off, so that it does not come out on top of the next one.
            ending = bytes(zeros) + (self._cut if zeros or self._is_broken else b"")
            if self._is_silent or not self._confirms:
                is_settled = channel.write(ending, ends) == len(ending)
            else:
                channel.write(ending + ASK_IN_ORDER, ends)
                hearing.wait(min(ends, time.monotonic() + _SETTLE_S))
                is_settled = hearing.is_confirmed
                while is_settled and channel.read(min(ends, time.monotonic() + _QUIET_S)):
                    pass
            if is_settled:
                self._zeros_to_try, self._is_broken = (), False
                return True
            if hearing.has_stopped or channel.is_broken or time.monotonic() >= ends:
                return False
        self._stop_waiting_for_confirmation()
        self._zeros_to_try, self._is_broken = (), False
        return True

    def _remember_break(self, payload: bytes, is_sent: bool) -> None:
        """Remember that the printer may wait for the rest of a picture, surely not if it was sent all."""
        zeros = min(len(payload), LONGEST_BAND_BYTES)
        self._zeros_to_try = (0, zeros) if is_sent else (zeros,)
        self._is_broken = True

    def _stop_waiting_for_confirmation(self) -> None:
        log.warning("the printer is well but does not confirm (GS r): from now on its jobs are not waited for")
        self._confirms = False

    # ---- asking

    def _look(self, ends: float) -> PrinterStatus:
        """Ask how the printer is; a line that broke while it was idle is opened again, once."""
        for _ in range(2):
            line = self._open(ends)
            if line is None:
                return PrinterStatus.OFFLINE
            if not line.channel.wait_drained(min(ends, time.monotonic() + ANSWER_S)):
                # It takes no bytes: a question would wait behind them.
                return self._explained(line, PrinterStatus.OFFLINE)
            status = line.hearing.ask(ends)
            if not line.channel.is_broken:
                return self._explained(line, status)
            self.close()
        return PrinterStatus.OFFLINE

    def _explained(self, line: _Line, status: PrinterStatus) -> PrinterStatus:
        """Return what a printer that does not answer has said by itself when it stopped, if it did."""
        if status not in (PrinterStatus.UNKNOWN, PrinterStatus.OFFLINE):
            self._is_silent = False
            return status
        if line.hearing.pushed is not None and line.hearing.has_stopped:
            return line.hearing.pushed
        # Whoever does not even acknowledge on the network is not silent but gone.
        self._is_silent = status is PrinterStatus.UNKNOWN and line.channel.is_drained()
        return PrinterStatus.UNKNOWN if self._is_silent else PrinterStatus.OFFLINE

    def _open(self, ends: float) -> _Line | None:
        """Return the line, opened again if the other side has hung up, or None when nobody is there."""
        if self._line is not None:
            self._line.hearing.catch_up()
            if self._line.hearing.is_confirmed and not self._confirms:
                self._confirms = True  # after all; but whose answer was it? Ask once more before the next job.
                self._zeros_to_try = self._zeros_to_try or (0,)
            if not self._line.channel.is_broken:
                return self._line
            self.close()
        try:
            channel = Channel(self._connect(max(0.05, min(_CONNECT_S, ends - time.monotonic()))))
        except OSError as error:
            if str(error) != self._refusal:
                log.warning("the printer cannot be reached: %s", error)
            self._refusal = str(error)
            return None
        self._refusal = ""
        self._line = _Line(channel, Hearing(channel))
        return self._line
