"""`kiosk scan`: decode pictures in the same way as the scanner, or test the scanner itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import click
import msgspec

from kiosk.cli import scan_live
from kiosk.cli.output import answer, json_option
from kiosk.config import Home, load
from kiosk.config.types import Scanner as ScannerSettings
from kiosk.drivers.scanner.decoding.picture import decode, open_picture
from kiosk.errors import DeviceError
from kiosk.model.cards import parse
from kiosk.model.masking import mask_text
from kiosk.ports.scanner import Scan

_Driver = Literal["serial", "wedge", "camera"]
_NOTHING: dict[str, Any] = {"symbology": None, "text": None, "kind": None, "fields": {}}


@click.command()
@click.argument("files", metavar="[FILE]…", nargs=-1, type=click.Path(path_type=Path))
@click.option("--test", "is_test", is_flag=True, help="Test the scanner itself: hold codes in front of it.")
@click.option(
    "--driver",
    type=click.Choice(["serial", "wedge", "camera"]),
    help="With --test: use this driver instead of the configured one.",
)
@click.option("--device", metavar="PATH", help="With --test: use this device file instead of the configured one.")
@click.option(
    "--seconds", type=click.FloatRange(min=0), help="With --test: end after this time. Default: end at Ctrl-C."
)
@click.option(
    "--unmask", is_flag=True, help="Show personal fields and the text in full. Take care that nobody else sees them."
)
@json_option
@click.pass_obj
def scan(
    home: Home,
    /,
    files: tuple[Path, ...],
    is_test: bool,
    driver: _Driver | None,
    device: str | None,
    seconds: float | None,
    unmask: bool,
    as_json: bool | None,
) -> int:
    """Decode pictures in the same way as the scanner: one line for each code, or for a file without a code.

    JSON lines have: file, symbology, text, kind, fields; and error if a file could not be read. Exit 0: every file
    had a code; 1: some had none; 2: a file could not be read.

    --test tests the scanner itself. The terminal shows a test code: its answer proves that names arrive unchanged. Stop
    the screen first, because it uses the scanner. JSON: scanner, seconds, reads, reads_per_minute, tries, hit_rate,
    milliseconds_per_try, test_code (exact, garbled), garbled, codes. Exit 0: it reads; 1: it read nothing, or garbled
    letters; 2: it is not connected, or another process uses it.

    \b
    Example:
        kiosk scan card.jpg receipt.png
        card.jpg: qr identity_card: number=•••••••••123 name=N••••• V•• A• …
        kiosk scan --test --driver wedge --device /dev/input/by-id/usb-…-event-kbd --seconds 60
    """
    if is_test:
        if files:
            raise click.UsageError("--test tests the scanner itself: give no files with it.")
        return scan_live.run(_scanner(home, driver, device), seconds, as_json)
    if not files:
        raise click.UsageError("Give pictures to decode, or --test to test the scanner.")
    return max(_scan_file(path, unmask, as_json) for path in files)


def _scanner(home: Home, driver: _Driver | None, device: str | None) -> ScannerSettings:
    """Return the configured scanner with the named options. With both options the settings are not read."""
    named = {name: value for name, value in (("driver", driver), ("address", device)) if value is not None}
    configured = ScannerSettings() if len(named) == 2 else load(home).kiosk.scanner
    return msgspec.structs.replace(configured, **named)


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
    """Return a line for a terminal, without the control characters of an untrusted code."""
    texts = {"text": document["text"], **document["fields"]}
    if document["kind"] != "opaque":
        del texts["text"]
    pairs = (f"{name}={','.join(v) if isinstance(v, list) else v}" for name, v in texts.items() if v)
    line = f"{document['symbology']} {document['kind']}: {' '.join(pairs)}"
    return "".join(letter if letter.isprintable() else "�" for letter in line)
