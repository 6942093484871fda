"""`kiosk scan`: decode pictures as the scanner would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kiosk.cli.output import answer, json_option
from kiosk.drivers.scanner.picture import decode, open_picture
from kiosk.drivers.scanner.scan import Scan
from kiosk.errors import DeviceError
from kiosk.model.cards import parse
from kiosk.model.masking import mask_text

_NOTHING: dict[str, Any] = {"symbology": None, "text": None, "kind": None, "fields": {}}


@click.command()
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--unmask", is_flag=True, help="Show personal fields and the text in full. Mind who reads along.")
@json_option
def scan(files: tuple[Path, ...], unmask: bool, as_json: bool | None) -> int:
    """Decode pictures as the scanner would: one line for each code, or for a file without one.

    JSON lines have: file, symbology, text, kind, fields; and error where a file could not be read. Exit 0: every file
    had a code; 1: some had none; 2: a file could not be read.

    \b
    Example:
        kiosk scan card.jpg receipt.png
        card.jpg: qr identity_card: number=•••••••••123 name=N••••• V•• A• …
    """
    return max(_scan_file(path, unmask, as_json) for path in files)


def _scan_file(path: Path, unmask: bool, as_json: bool | None) -> int:
    try:
        scans = decode(open_picture(path))
    except DeviceError as error:
        click.echo(f"kiosk: {error}", err=True)
        answer(as_json, {"file": str(path), **_NOTHING, "error": str(error)}, f"{path}: could not be read")
        return 2
    for found in scans:
        document = _document(found, unmask)
        answer(as_json, {"file": str(path), **document}, f"{path}: {_line(document)}")
    if not scans:
        answer(as_json, {"file": str(path), **_NOTHING}, f"{path}: no QR, Data Matrix or Code 128 code with text in it")
    return 0 if scans else 1


def _document(found: Scan, unmask: bool) -> dict[str, Any]:
    parsed = parse(found.payload)
    return {
        "symbology": found.symbology.value,
        "text": found.payload if unmask else mask_text(found.payload, keep=parsed.public),
        "kind": parsed.kind,
        "fields": parsed.fields() if unmask else parsed.masked(),
    }


def _line(document: dict[str, Any]) -> str:
    """Return a line for a terminal, which would obey the control characters in a stranger's code."""
    texts = {"text": document["text"], **document["fields"]}
    if document["kind"] != "opaque":
        del texts["text"]
    pairs = (f"{name}={','.join(v) if isinstance(v, list) else v}" for name, v in texts.items() if v)
    line = f"{document['symbology']} {document['kind']}: {' '.join(pairs)}"
    return "".join(letter if letter.isprintable() else "�" for letter in line)
