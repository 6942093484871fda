"""`kiosk scan --test`: measure how well the scanner reads while a person holds codes in front of it."""

from __future__ import annotations

import difflib
import select
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from errno import EBUSY
from typing import Any

import click

from kiosk.cli.output import answer, is_for_programs
from kiosk.clock import SystemClock
from kiosk.config.types import Scanner as ScannerSettings
from kiosk.drivers.scanner.sources import source
from kiosk.drivers.scanner.supervised import SupervisedScanner, Tally
from kiosk.errors import DeviceError
from kiosk.model.cards import parse
from kiosk.model.masking import mask_text
from kiosk.ports.scanner import ScannerStatus
from kiosk.qr_code import QUIET_MODULES, modules_of

TEST_CODE = "KIOSK-TEST|Nguyễn Thị Ánh Tuyết|Đỗ Hữu Phước|0123456789"
"""The text of the code on the terminal. A reader that changes it cannot be trusted with names."""

_TEST_MARK = TEST_CODE[:10]
_HALVES = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
"""The letter for two modules, one above the other; 1 is dark."""
_WHITE_ON_BLACK, _RESET = "\x1b[97;40m", "\x1b[0m"
"""The printed blocks are the light modules. Source: ECMA-48, SGR; aixterm's bright white."""


@dataclass
class _Report:
    """The result of one test. `garbled` maps letters of the test code to the letters that were read instead."""

    scanner: str
    seconds: float = 0.0
    tally: Tally = field(default_factory=Tally)
    codes: list[dict[str, Any]] = field(default_factory=list)
    is_test_code_read: bool = False
    garbled: dict[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the report as a JSON document."""
        hits, tries = self.tally.hits, self.tally.tries
        return {
            "scanner": self.scanner,
            "seconds": round(self.seconds, 1),
            "reads": hits,
            "reads_per_minute": round(hits * 60 / self.seconds, 1) if self.seconds else 0.0,
            "milliseconds_per_try": round(self.tally.seconds * 1000 / tries, 1) if tries else None,
            "tries": tries,
            "hit_rate": round(hits / tries, 3) if tries else None,
            "test_code": None if not self.is_test_code_read else "garbled" if self.garbled else "exact",
            "garbled": self.garbled,
            "codes": self.codes,
        }

    def text(self) -> str:
        """Return the report as text for people."""
        document = self.document()
        if not self.tally.tries:
            return f"The scanner sent nothing in {document['seconds']} s."
        lines = [
            f"{document['reads']} reads in {document['seconds']} s ({document['reads_per_minute']} per minute); "
            f"{document['reads']} of {document['tries']} tries succeeded ({document['hit_rate']:.0%}), "
            f"{document['milliseconds_per_try']} ms per try"
        ]
        if self.garbled:
            pairs = ", ".join(f"{letter} → {other or 'nothing'}" for letter, other in self.garbled.items())
            lines.append(f"The scanner garbles letters: {pairs}")
            lines.append("Only the number of an identity card can be used. Set the reader to serial mode (CDC-ACM).")
        elif not self.is_test_code_read:
            lines.append("The test code was not read: it is not known whether names arrive unchanged.")
        return "\n".join(lines)


def run(settings: ScannerSettings, seconds: float | None, as_json: bool | None) -> int:
    """Test a scanner until Ctrl-C, or for `seconds`; return the exit code.

    Raises:
        DeviceError: the scanner is not connected, or another process uses it.
    """
    if settings.driver not in ("serial", "wedge", "camera"):
        raise DeviceError(
            f"scanner.driver = {settings.driver!r}: this is not a real scanner; name one, as in "
            "kiosk scan --test --driver serial --device /dev/ttyACM0"
        )
    clock, is_quiet = SystemClock(), is_for_programs(as_json)
    with closing(SupervisedScanner(source(settings, clock, is_raw=True), clock)) as scanner:
        _require_ready(scanner)
        report = _Report(scanner.name, tally=scanner.tally)
        if not is_quiet:
            _show_test_code(scanner.name)
        began_monotonic_s = time.monotonic()
        with suppress(KeyboardInterrupt):
            _read_codes(
                scanner, report, began_monotonic_s + seconds if seconds is not None else None, is_quiet=is_quiet
            )
        report.seconds = time.monotonic() - began_monotonic_s
    answer(as_json, report.document(), report.text())
    return 0 if report.tally.hits and not report.garbled else 1


def garbled(read: str) -> dict[str, str]:
    """Map the letters of the test code that were read wrongly to the letters that were read instead."""
    changes = difflib.SequenceMatcher(None, TEST_CODE, read, autojunk=False).get_opcodes()
    return {TEST_CODE[a:b] or "(nothing)": read[c:d] for kind, a, b, c, d in changes if kind != "equal"}


def _require_ready(scanner: SupervisedScanner) -> None:
    error = scanner.trouble
    if scanner.status is ScannerStatus.READY:
        return
    if error is None:
        raise DeviceError(f"{scanner.name}: the scanner failed; see the message above")
    if error.errno == EBUSY:
        raise DeviceError(
            f"{scanner.name}: another process uses it; stop kiosk-screen first: systemctl stop kiosk-screen"
        ) from error
    raise DeviceError(f"{scanner.name}: {error.strerror or error}") from error


def terminal_qr(text: str) -> str:
    """Return a QR code for a terminal: black on white, whatever the colours of the terminal are."""
    rows = modules_of(text)
    light_row, light_side = bytes(len(rows) + 2 * QUIET_MODULES), bytes(QUIET_MODULES)
    border = [light_row] * QUIET_MODULES
    picture = [*border, *(light_side + row + light_side for row in rows), *border, light_row]
    pairs = zip(picture[::2], picture[1::2], strict=False)
    lines = ("".join(_HALVES[halves] for halves in zip(upper, lower, strict=True)) for upper, lower in pairs)
    return "".join(f"{_WHITE_ON_BLACK}{line}{_RESET}\n" for line in lines)


def _show_test_code(name: str) -> None:
    click.echo(f"{name}\nHold codes in front of it; Ctrl-C ends. This code tests how it reads letters:\n")
    sys.stdout.write(terminal_qr(TEST_CODE))
    sys.stdout.flush()


def _read_codes(
    scanner: SupervisedScanner, report: _Report, deadline_monotonic_s: float | None, *, is_quiet: bool
) -> None:
    hint, status = scanner.hint, scanner.status
    while (
        left_s := None if deadline_monotonic_s is None else deadline_monotonic_s - time.monotonic()
    ) is None or left_s > 0:
        select.select([scanner], [], [], left_s)
        for scan in scanner.read():
            line = _record(report, scan.symbology.value, scan.payload)
            if not is_quiet:
                click.echo(f"{len(report.codes):4}  {line}")
        if not is_quiet and (scanner.hint, scanner.status) != (hint, status):
            click.echo(f"      {scanner.status}" + (f", hint: {scanner.hint}" if scanner.hint else ""))
        hint, status = scanner.hint, scanner.status


def _record(report: _Report, symbology: str, payload: str) -> str:
    """Add a code to the report; return a line about it without personal data."""
    if payload.startswith(_TEST_MARK):
        report.is_test_code_read = True
        report.garbled |= garbled(payload)
        report.codes.append({"symbology": symbology, "kind": "test", "text": payload})
        return "test code: every letter is right" if payload == TEST_CODE else f"test code, garbled: {payload}"
    parsed = parse(payload)
    masked = parsed.masked()
    shown = mask_text(payload, keep=parsed.public)
    report.codes.append({"symbology": symbology, "kind": parsed.kind, "text": shown, "fields": masked})
    pairs = " ".join(f"{name}={value}" for name, value in masked.items() if value and not isinstance(value, list))
    line = f"{symbology} {parsed.kind}: {pairs or shown}"
    return "".join(letter if letter.isprintable() else "�" for letter in line)
