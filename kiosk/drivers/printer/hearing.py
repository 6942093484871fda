"""Listening to a printer: every byte that comes back is put to its kind, however the line has cut them up."""

from __future__ import annotations

import time
from dataclasses import dataclass

from kiosk.drivers.printer.channel import Channel
from kiosk.drivers.printer.port import PrinterStatus
from kiosk.drivers.printer.status import (
    ACKNOWLEDGED,
    FIRMWARE,
    KEYS_HEAD,
    KEYS_IDENTIFIER,
    MAKER,
    MODEL,
    MORE_KEYS,
    PUSHED_BYTES,
    QUESTIONS,
    TEXT_END,
    TEXT_HEAD,
    ask_name,
    ask_now,
    is_answer_in_order,
    is_answer_now,
    is_pushed,
    status_now,
    status_pushed,
)

ANSWER_S = 0.4
"""A printer answers DLE EOT within milliseconds on USB, tens of them at 9,600 baud or over a wireless bridge."""
_LONGEST_NAME = 80
"""Source: Epson ESC/POS command reference, GS I: "Data is 0 to 80 bytes"."""

_LONGEST_KEYS = 2 + 80
"""Source: the same, GS ( L function 64: identifier, status, "2 to 80 bytes"."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a printer calls itself; printable ASCII, empty where it does not say."""

    maker: str = ""
    model: str = ""
    firmware: str = ""


class Hearing:
    """What one open line has brought. `pushed` is the last state that the printer told by itself since `forget`."""

    def __init__(self, channel: Channel, answer_s: float = ANSWER_S) -> None:
        self.channel = channel
        self._answer_s = answer_s
        self._now: list[int] = []
        self._in_order = 0
        self._pushing = bytearray()
        self._names: list[str] = []
        self._name: bytearray | None = None
        self._names_due = 0
        self._keys: bytearray | None = None
        self._key_lists: list[bytes] = []
        self._are_keys_due = False
        self._mute: set[int] = set()
        self._answered: set[int] = set()
        self.pushed: PrinterStatus | None = None

    @property
    def is_confirmed(self) -> bool:
        """Tell whether an answer in order has come since `forget`."""
        return self._in_order > 0

    @property
    def has_answered(self) -> bool:
        """Tell whether any question was ever answered over this line."""
        return bool(self._answered)

    @property
    def has_stopped(self) -> bool:
        """Tell whether the printer has said by itself that it prints no further."""
        return self.pushed is not None and self.pushed.stops_paper

    def forget(self) -> None:
        """Take what has come so far for answers to something earlier."""
        self.catch_up()
        self._in_order = 0
        self.pushed = None

    def catch_up(self) -> None:
        """Take in what has come, without waiting; finds out, too, that the other side has hung up."""
        self.hears(time.monotonic())

    def hears(self, ends: float) -> bool:
        """Take in what comes next; tell whether anything did."""
        heard = self.channel.read(ends)
        self._sort(heard)
        return bool(heard)

    def wait(self, ends: float) -> None:
        """Listen until an answer in order comes, the printer says that it stops, or it is `ends`."""
        while not self.is_confirmed and not self.has_stopped and self.hears(ends):
            pass

    def ask(self, ends: float) -> PrinterStatus:
        """Ask how the printer is, with every question that it knows; UNKNOWN when it does not answer."""
        answers: dict[int, int] = {}
        for n in QUESTIONS:
            if n in self._mute:
                continue
            self.catch_up()
            self._now.clear()
            self.channel.write(ask_now(n), ends)
            answer = self._answer_now(min(ends, time.monotonic() + self._answer_s))
            if answer is not None:
                answers[n] = answer
                self._answered.add(n)
            elif n == QUESTIONS[0] or self.channel.is_broken:
                break
            elif n not in self._answered:  # some know the first and the last only: wait for the others once
                self._mute.add(n)
        return status_now(answers)

    def ask_name(self, ends: float) -> Named | None:
        """Ask what the printer is called; None when it has not said all of it in time, as most clones.

        What comes too late is still known for a name, and never taken for a status.
        """
        questions = ask_name(MAKER, MODEL, FIRMWARE)
        self._names.clear()
        self._names_due = 3
        self.channel.write(questions, ends)
        ends = min(ends, time.monotonic() + self._answer_s)
        while self._names_due and self.hears(ends):
            pass
        return None if self._names_due else Named(*self._names)

    def ask_keys(self, question: bytes, ends: float) -> list[bytes] | None:
        """Ask for the keys of what the printer keeps, two characters each; None when it has not said all of them."""
        keys: list[bytes] = []
        self._key_lists.clear()
        self._are_keys_due = True
        self.channel.write(question, ends)
        while not self.channel.is_broken:
            while not self._key_lists and self.hears(ends):
                pass
            if not self._key_lists:
                break
            said = self._key_lists.pop(0)
            self.channel.write(ACKNOWLEDGED, ends)
            keys += [said[at : at + 2] for at in range(2, len(said), 2)]
            if said[1] != MORE_KEYS:
                self._are_keys_due = False
                return keys
        self._are_keys_due = False
        return None

    def _answer_now(self, ends: float) -> int | None:
        while not self._now and self.hears(ends):
            pass
        return self._now[-1] if self._now else None

    def _sort(self, heard: bytes) -> None:
        for byte in heard:
            if self._name is not None and self._is_of_name(self._name, byte):
                continue
            if self._keys is not None and self._is_of_keys(self._keys, byte):
                continue
            if self._pushing or is_pushed(byte):
                self._pushing.append(byte)
                if len(self._pushing) == PUSHED_BYTES:
                    self.pushed = status_pushed(bytes(self._pushing))
                    self._pushing.clear()
            elif is_answer_now(byte):
                self._now.append(byte)
            elif byte == TEXT_HEAD and self._names_due:
                self._name = bytearray()
            elif byte == KEYS_HEAD and self._are_keys_due:
                self._keys = bytearray()
            elif is_answer_in_order(byte):
                self._in_order += 1

    def _is_of_name(self, name: bytearray, byte: int) -> bool:
        """Take a byte for the next one of a name; tell whether it was, for a name that never ends swallows nothing."""
        is_letter = 0x20 <= byte < 0x7F and len(name) < _LONGEST_NAME
        if is_letter:
            name.append(byte)
            return True
        self._names_due -= 1
        self._names.append(name.decode("ascii").strip())
        self._name = None
        return byte == TEXT_END

    def _is_of_keys(self, keys: bytearray, byte: int) -> bool:
        """Take a byte for the next one of a list of keys: identifier, status, keys; tell whether it was."""
        is_letter = 0x20 <= byte < 0x7F and len(keys) < _LONGEST_KEYS
        if is_letter:
            keys.append(byte)
            return True
        self._keys = None
        if keys[:1] == bytes([KEYS_IDENTIFIER]) and len(keys) > 1:
            self._key_lists.append(bytes(keys))
        return byte == TEXT_END
