"""A thermal printer in software: bytes in, burnt dots and answers out.

It executes the commands that the kiosk uses, as the makers' manuals specify. For every other byte it burns garbage, as
a real printer does with bytes that it takes for text.
Source: Epson ESC/POS command reference, the commands of `kiosk.receipt.commands`, DLE EOT and GS I.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.drivers.printer.emulator.families import FAMILIES, Family
from kiosk.drivers.printer.emulator.font import Letters, doubled
from kiosk.drivers.printer.emulator.nv_memory import Memory
from kiosk.receipt.slip import PrinterProfile
from kiosk.records import Record

log = logging.getLogger(__name__)

_QUESTION_NOW = re.compile(rb"\x10\x04([\x01-\x04])")
_POWER_ON_UNITS_PER_DOT = 2
"""Until GS P sets another unit, an Epson feeds half a dot for each unit."""
_QUESTION = b"\x10\x04"
_LENGTHS = {
    _QUESTION: 3,
    b"\x1b@": 2,
    b"\x1bt": 3,
    b"\x1bE": 3,
    b"\x1b3": 3,
    b"\x1b$": 4,
    b"\x1d!": 3,
    b"\x1d(": 5,
    b"\x1bJ": 3,
    b"\x1dI": 3,
    b"\x1da": 3,
    b"\x1dP": 4,
    b"\x1dL": 4,
    b"\x1dr": 3,
    b"\x1dV": 4,
    b"\x1dv": 8,
}
"""The length of each command in bytes, without the picture of GS v 0 and the parameters of GS ( L."""
_PRINT_STORED = 69
_ACK = 0x06
_LINE_FEED = 0x0A
_GARBAGE_ROWS = 2


class Condition(Record):
    """The faults of a printer."""

    is_cover_open: bool = False
    is_paper_out: bool = False
    is_paper_low: bool = False
    is_in_error: bool = False
    is_cutter_jammed: bool = False
    is_overheated: bool = False
    is_silent: bool = False

    @property
    def can_print(self) -> bool:
        """Return whether head and motor may run."""
        return not (self.is_cover_open or self.is_paper_out or self.errors)

    @property
    def errors(self) -> int:
        """Return the error bits of DLE EOT 3 and of the second pushed byte."""
        return 0x08 * self.is_cutter_jammed | 0x20 * self.is_in_error | 0x40 * self.is_overheated


@dataclass(slots=True)
class _Picture:
    """A picture of which some rows have not arrived yet."""

    width_bytes: int
    rows: int
    row_height: int
    dot_width: int


class Machine:
    """One printer and the paper in it.

    `on_slip` is called with each piece of paper that is cut off: packed rows, 1 = burnt, all as wide as the head.
    `complaints` lists in words what a real printer would have misprinted. `rows_left` is the paper left in rows; None
    for a full roll. Set `condition` at any time. `rows_moved` counts the rows that the paper has moved in total.
    """

    def __init__(
        self,
        profile: PrinterProfile,
        on_slip: Callable[[list[bytes]], None],
        buffer_bytes: int = 16 * 1024,
        family: Family = FAMILIES["asb"],
        memory: Memory | None = None,
    ) -> None:
        self.condition = Condition()
        self.rows_left: int | None = None
        self.rows_moved = 0
        self.complaints: list[str] = []
        self._profile = profile
        self._family = family
        self._on_slip = on_slip
        self._buffer_bytes = buffer_bytes
        self._memory = memory or Memory()
        self._paper: list[bytes] = []
        self._buffer = bytearray()
        self._tail = b""
        self._picture: _Picture | None = None
        self._feed_rows = 0
        self._cuts_after_feed = False
        self._is_printing_garbage = False
        self._letters: Letters | None = None
        self._rows_due: deque[int] = deque()
        self._margin = self._unit_x = self._unit_y = 0
        self._reset()

    def change_paper(self) -> None:
        """Release the paper printed so far and insert a full roll."""
        self.rows_left = None
        self._release_paper()

    def switch_off(self) -> None:
        """Lose the contents of the buffer; the paper stays where it is."""
        self._buffer.clear()
        self._rows_due.clear()
        self._tail, self._picture, self._feed_rows = b"", None, 0
        self._cuts_after_feed = self._is_printing_garbage = False
        self._reset()

    @property
    def room_bytes(self) -> int:
        """Return how many more bytes fit into the buffer; 0 when it is full because nothing can be printed."""
        return self._buffer_bytes - len(self._buffer)

    def receive(self, received: bytes) -> bytes:
        """Add bytes to the buffer and return the answers to the DLE EOT queries among them."""
        # The query also stays in the buffer: between two commands it has no effect, inside a picture it becomes dots.
        self._buffer += received
        seen = self._tail + received
        self._tail = seen[-2:]
        if self.condition.is_silent or not self._family.answers_now:
            return b""
        return bytes(self._answer_now(question[1][0]) for question in _QUESTION_NOW.finditer(seen))

    def work(self) -> bytes:
        """Print as far as bytes, paper and cover allow, and return the answers in order and the pushed statuses."""
        answers = bytearray()
        self._push_change(answers)
        while self.condition.can_print and not self._is_out() and self._step(answers):
            pass
        self._push_change(answers)
        return b"" if self.condition.is_silent else bytes(answers)

    # ---- one step at a time

    def _step(self, answers: bytearray) -> bool:
        """Do the next step; return whether there was one."""
        if self._feed_rows:
            self._feed_rows -= 1
            self._burn(0)
        elif self._rows_due:
            self._burn(self._rows_due.popleft())
        elif self._cuts_after_feed:
            self._cuts_after_feed = False
            self._release_paper()
        elif self._picture:
            return self._burn_row_of(self._picture)
        else:
            return self._execute_next(answers)
        return True

    def _burn_row_of(self, picture: _Picture) -> bool:
        if len(self._buffer) < picture.width_bytes:
            return False
        row = self._take(picture.width_bytes)
        dots = self._aligned(row if picture.dot_width == 1 else doubled(row))
        for _ in range(picture.row_height):
            self._burn(dots)
        picture.rows -= 1
        if not picture.rows:
            self._picture = None
        return True

    def _aligned(self, row: bytes) -> int:
        """Return a row of a picture as dots of the head; dots beyond its edge are lost."""
        dots = int.from_bytes(row, "big")
        past = self._margin + len(row) * 8 - self._profile.width_dots
        if past > 0 and dots & ((1 << past) - 1):
            self._complain("a picture is wider than the head")
        return dots >> past if past > 0 else dots << -past

    def _burn(self, dots: int) -> None:
        """Burn one row (the last dot of the head is bit 0) and move the paper by one row."""
        width = self._profile.width_dots
        self._paper.append((dots << -width % 8).to_bytes((width + 7) // 8, "big"))
        self.rows_moved += 1
        if self.rows_left is not None:
            self.rows_left = max(0, self.rows_left - 1)

    def _execute_next(self, answers: bytearray) -> bool:
        """Execute one command from the buffer; return whether a complete one was there."""
        head = bytes(self._buffer[:2])
        if head[:1] == b"\0":
            self._take(1)
            return True
        if head[:1] and self._type_byte(head[0], answers):
            self._take(1)
            return True
        if len(head) < 2 and head in (b"", b"\x1b", b"\x1d", b"\x10"):
            return False
        length = _LENGTHS.get(head)
        if length is None:
            return self._print_garbage()
        if head == b"\x1d(" and len(self._buffer) >= length:
            length += int.from_bytes(self._buffer[3:5], "little")
        if len(self._buffer) < length:
            return False
        command = self._take(length)
        self._is_printing_garbage = False
        self._execute(command, answers)
        return True

    def _execute(self, command: bytes, answers: bytearray) -> None:
        match command[:2], command[2:]:
            case [head, _] if head == _QUESTION:
                pass  # answered in `receive`
            case b"\x1b@", _:
                self._reset()
            case b"\x1bJ", rows:
                self._feed_rows = self._dots(rows[0], self._unit_y)
            case b"\x1dP", units:
                self._unit_x, self._unit_y = units[0], units[1]
            case b"\x1dL", margin:
                self._margin = self._dots(int.from_bytes(margin, "little"), self._unit_x)
            case b"\x1dr", b"\x01":
                if self._family.answers_in_order:
                    answers.append(0x03 if self.condition.is_paper_low else 0x00)
                if not self._profile.has_cutter:
                    self._release_paper()  # without a cutter, a person tears it off
            case b"\x1dV", cutting if cutting[0] == ord("B") and self._profile.has_cutter:
                self._feed_rows = self._dots(cutting[1], self._unit_y)
                self._cuts_after_feed = True
            case b"\x1dv", picture if picture[0] == ord("0") and picture[1] < 4:
                width, height = int.from_bytes(picture[2:4], "little"), int.from_bytes(picture[4:6], "little")
                tall, wide = 1 + (picture[1] >> 1), 1 + (picture[1] & 1)
                self._picture = _Picture(width, height, tall, wide) if width and height else None
            case b"\x1bt", b"\x00":
                self._letters = Letters()
            case b"\x1bE", on if self._letters is not None:
                self._letters.is_bold = bool(on[0] & 1)
            case b"\x1d!", size if self._letters is not None:
                self._letters.scale = 1 + (size[0] >> 4 & 7), 1 + (size[0] & 7)
            case b"\x1b3", units if self._letters is not None:
                self._letters.line_dots = self._dots(units[0], self._unit_y)
            case b"\x1b$", units if self._letters is not None:
                self._letters.at_dots = self._dots(int.from_bytes(units, "little"), self._unit_x)
            case b"\x1d(", graphics if graphics[0] == ord("L") and self._family.keeps:
                answers += self._execute_graphics(graphics[3:])
            case b"\x1dI", part:
                answers += self._family.name(part[0])
            case b"\x1da", wanted:
                self._pushed = b""
                self._pushes = self._family.pushes and wanted != b"\0"
                self._push_change(answers)
            case _:
                self._complain(f"{command.hex(' ')} is a variant of a command that this printer does not have")

    def _type_byte(self, byte: int, answers: bytearray) -> bool:
        """Process a letter, a line feed or an acknowledgement; return whether the byte was one.

        A real printer types at any time. This one types only after a code page was set, as the kiosk does; a letter
        before that is a byte of a picture that is out of step.
        """
        if byte == _ACK:
            answers += self._memory.acknowledged()
        elif self._letters is None or not (byte == _LINE_FEED or 0x20 <= byte < 0x7F):
            return False
        elif byte == _LINE_FEED:
            self._rows_due.extend(self._letters.line(self._profile.width_dots, self._margin))
        else:
            self._letters.type(chr(byte))
        self._is_printing_garbage = False
        return True

    def _execute_graphics(self, parameters: bytes) -> bytes:
        """Carry out GS ( L and return the answer."""
        function = parameters[1] if parameters[:1] == b"0" and len(parameters) > 1 else -1
        if function == _PRINT_STORED and parameters[4:] == b"\x01\x01":
            picture = self._memory.of(parameters[2:4])
            if picture is None:
                self._complain(f"no picture is stored under {parameters[2:4]!r}")
                return b""
            rows = (
                picture.dots[at : at + picture.width_bytes] for at in range(0, len(picture.dots), picture.width_bytes)
            )
            self._rows_due.extend(self._aligned(row) for row in rows)
            return b""
        answer = self._memory.perform(function, parameters[2:])
        if answer is None:
            self._complain(f"GS ( L function {function} is a variant of a command that this printer does not have")
        return answer or b""

    def _print_garbage(self) -> bool:
        """Print garbage for a byte that is not a command."""
        byte = self._take(1)
        if not self._is_printing_garbage:
            self._complain(f"{byte.hex()} is not a command; it and the following bytes are printed as garbage")
        self._is_printing_garbage = True
        for _ in range(_GARBAGE_ROWS):
            self._burn(int("10" * (self._profile.width_dots // 2), 2))
        return True

    # ---- helpers

    def _answer_now(self, n: int) -> int:
        condition = self.condition
        out, low = condition.is_paper_out or self._is_out(), condition.is_paper_low
        is_offline = out or not condition.can_print
        of_question = {
            1: 0x08 * is_offline,
            2: 0x04 * condition.is_cover_open | 0x20 * out | 0x40 * bool(condition.errors),
            3: condition.errors,
            4: 0x0C * (low or out) | 0x60 * out,
        }
        return 0x12 | of_question[n]

    def _push_change(self, answers: bytearray) -> None:
        """Push the four status bytes when they differ from the last pushed ones."""
        condition, out = self.condition, self.condition.is_paper_out or self._is_out()
        printer = 0x10 | 0x08 * (out or not condition.can_print) | 0x20 * condition.is_cover_open
        paper = 0x03 * (condition.is_paper_low or out) | 0x0C * out
        pushed = bytes((printer, condition.errors, paper, 0))
        if self._pushes and pushed != self._pushed:
            answers += pushed
        self._pushed = pushed

    def _reset(self) -> None:
        self._pushes = False
        self._pushed = b""
        self._letters = None
        self._margin = 0
        self._unit_x = self._unit_y = self._profile.dots_per_inch * _POWER_ON_UNITS_PER_DOT

    def _dots(self, units: int, per_inch: int) -> int:
        return units * self._profile.dots_per_inch // (per_inch or 1)

    def _is_out(self) -> bool:
        return self.rows_left == 0

    def _take(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _release_paper(self) -> None:
        paper, self._paper = self._paper, []
        if paper:
            self._on_slip(paper)

    def _complain(self, what: str) -> None:
        self.complaints.append(what)
        log.warning("simulated printer: %s", what)
