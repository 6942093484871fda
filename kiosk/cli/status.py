"""`kiosk status`: what is wrong and what to do."""

from __future__ import annotations

import click
import msgspec

from kiosk.cli.output import answer, json_option
from kiosk.config import Home
from kiosk.field.status import Line, Verdict, report, worst

_MARKS = {Verdict.OK: " ok ", Verdict.WARNING: "WARN", Verdict.UNKNOWN: " ?? ", Verdict.FAILED: "FAIL"}


@click.command()
@json_option
@click.pass_obj
def status(home: Home, as_json: bool | None) -> int:
    """Show what is wrong and what to do. Uses no hardware."""
    lines = report(home)
    verdict = worst(lines)
    document = {"verdict": verdict.value, "lines": [msgspec.structs.asdict(line) for line in lines]}
    answer(as_json, document, "\n".join(_text(line) for line in lines))
    return verdict.exit_code


def _text(line: Line) -> str:
    text = f"[{_MARKS[line.verdict]}] {line.what:9} {line.message}"
    return f"{text}\n{'':17}→ {line.advice}" if line.advice else text
