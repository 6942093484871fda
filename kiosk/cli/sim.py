"""`kiosk sim`: make the simulated hardware fail, present codes and press keys, from a second terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kiosk.cli.emulate import printer
from kiosk.cli.output import answer
from kiosk.config import Home
from kiosk.drivers import simulated_network as network_driver
from kiosk.drivers.panel import simulated as panel_driver
from kiosk.drivers.scanner import simulated as scanner_driver
from kiosk.drivers.scanner.reader_modes import ReaderMode
from kiosk.drivers.scanner.simulated import Presented
from kiosk.drivers.speaker import simulated as speaker_driver
from kiosk.errors import DeviceError
from kiosk.model.cards import parse
from kiosk.model.hint import Hint
from kiosk.ports.panel import Felt, Key, Sign
from kiosk.ports.scanner import Scan, Symbology

_NO_CODE = "no code"
_NO_HINT = "none"
_RESULT_TEXTS: dict[str, str] = {
    Presented.OK: "read",
    Presented.DUPLICATE: "not read again: the same code within 2 seconds counts once",
    Presented.UNPLUGGED: "not read: the scanner is unplugged; `kiosk sim scanner plug` plugs it in",
    Presented.LOST: "not read: the reader sent only a part; `kiosk sim scanner manner whole` mends it",
    _NO_CODE: "no QR, Data Matrix or Code 128 code with text in it",
}
_EXIT_CODES: dict[str, int] = {
    Presented.OK: 0,
    Presented.DUPLICATE: 1,
    Presented.LOST: 1,
    _NO_CODE: 1,
    Presented.UNPLUGGED: 2,
}


@click.group()
def sim() -> None:
    """Make the simulated hardware fail, present codes, press keys. A fault stays until another command ends it."""


sim.add_command(printer)


@sim.command(help=f"Ask the simulated network: {', '.join(network_driver.actions())}.")
@click.argument("action")
@click.pass_obj
def network(home: Home, action: str) -> None:
    network_driver.request(home, action)


@sim.command(help=f"Ask the simulated loudspeakers: {', '.join(speaker_driver.actions())}.")
@click.argument("action")
@click.pass_obj
def speaker(home: Home, action: str) -> None:
    speaker_driver.request(home, action)


@sim.group()
def scanner() -> None:
    """Present codes to the simulated scanner; unplug it, plug it in; make it give a hint, or fail."""


@scanner.command("unplug")
@click.pass_obj
def unplug_scanner(home: Home) -> None:
    """Pull the scanner's cable."""
    scanner_driver.request(home, "unplug")


@scanner.command("plug")
@click.pass_obj
def plug_scanner(home: Home) -> None:
    """Put the scanner's cable back."""
    scanner_driver.request(home, "plug")


@scanner.command()
@click.argument("hint", metavar=f"[{'|'.join(Hint)}|none]", type=click.Choice([*(one.value for one in Hint), _NO_HINT]))
@click.pass_obj
def hint(home: Home, hint: str) -> None:
    """Make the scanner give a hint to the visitor, or none."""
    scanner_driver.ask_for_hint(home, None if hint == _NO_HINT else Hint(hint))


@scanner.command()
@click.argument("manner", metavar=f"[{'|'.join(ReaderMode)}]", type=click.Choice([one.value for one in ReaderMode]))
@click.pass_obj
def manner(home: Home, manner: str) -> None:
    """Send the texts as a reader with this setting, or with this fault; `whole` is the normal state.

    cr, cr-lf, silence, tab and frame are the ends of a text. identifier and escapes put the kind of code before the
    text. noise, twice, pauses and late do no harm. cut and glued lose the text.
    """
    scanner_driver.request_mode(home, ReaderMode(manner))


@scanner.command()
@click.argument("files", metavar="[FILE]…", nargs=-1, type=click.Path(path_type=Path))
@click.option("--text", "payload", metavar="TEXT", help="Present a QR code with this text; -: read it from stdin.")
@click.option(
    "--json/--plain", "as_json", default=None, help="JSON lines, or text for people. Default: JSON in a pipe."
)
@click.pass_obj
def present(home: Home, files: tuple[Path, ...], payload: str | None, as_json: bool | None) -> int:
    """Present pictures of codes, or one text, to the scanner of a running screen.

    The pictures are decoded here, as `kiosk scan` does. Their text is passed on in memory and never written to a file.
    JSON lines have: source, symbology, kind, answer (ok, duplicate, lost, unplugged, no code); and error if a file
    could not be read. Exit 0: every code was read; 1: a code was a duplicate, was lost, or there was none; 2: the
    scanner is unplugged, a file could not be read, or no screen runs.

    \b
    Example:
        kiosk sim scanner present card.jpg
        kiosk sim scanner present --text 000.00.01.H26-260930-0012
    """
    if not files and not payload:
        raise click.UsageError("Give pictures of codes, or --text.")
    codes = [_present_file(home, path, as_json) for path in files]
    if payload == "-":  # personal data must not appear in the list of processes
        payload = sys.stdin.readline().rstrip("\r\n")
    if payload:
        codes.append(_present(home, "text", Scan(Symbology.QR, payload), as_json))
    if not codes:
        raise click.UsageError("The standard input has no text.")
    return max(codes)


@sim.group()
def panel() -> None:
    """Press the keys of the simulated panel, operate its switches; unplug it, plug it in."""


@panel.command("unplug")
@click.pass_obj
def unplug_panel(home: Home) -> None:
    """Pull the panel's cable."""
    panel_driver.request(home, "unplug")


@panel.command("plug")
@click.pass_obj
def plug_panel(home: Home) -> None:
    """Put the panel's cable back."""
    panel_driver.request(home, "plug")


@panel.command()
@click.argument(
    "keys", metavar=f"[{'|'.join(Key)}]…", nargs=-1, required=True, type=click.Choice([key.value for key in Key])
)
@click.pass_obj
def press(home: Home, keys: tuple[str, ...]) -> int:
    """Press keys of the panel of the running screen, one after the other."""
    return _press(home, *map(Key, keys))


def _switch(name: str, words: dict[str, Sign], help_text: str) -> None:
    """Add a command that operates a switch of the panel."""

    @panel.command(name, help=help_text)
    @click.argument("position", metavar="|".join(words), type=click.Choice(list(words)))
    @click.pass_obj
    def move(home: Home, position: str) -> int:
        return _press(home, words[position])


_switch("presence", {"came": Sign.CAME, "left": Sign.LEFT}, "A visitor comes near the screen, or leaves.")
_switch("tamper", {"open": Sign.OPENED, "close": Sign.CLOSED}, "Open the kiosk's case, or close it.")
_switch("cup", {"place": Sign.CUP_PLACED, "take": Sign.CUP_TAKEN}, "Place a cup under the tap, or take it away.")
_switch(
    "near-end",
    {"low": Sign.ROLL_LOW, "full": Sign.ROLL_FULL},
    "Set the printer's near-end switch: the roll is low, or full.",
)


def _press(home: Home, *inputs: Felt) -> int:
    for input_ in inputs:
        if not panel_driver.press(home, input_):
            click.echo("kiosk: no effect: the panel is unplugged; `kiosk sim panel plug` plugs it in", err=True)
            return 2
    return 0


def _present_file(home: Home, path: Path, as_json: bool | None) -> int:
    from kiosk.drivers.scanner.decoding.picture import decode, open_picture

    try:
        scans = decode(open_picture(path))
    except DeviceError as error:
        click.echo(f"kiosk: {error}", err=True)
        answer(as_json, {**_document(str(path), None, None), "error": str(error)}, f"{path}: could not be read")
        return 2
    if not scans:
        return _report(str(path), None, _NO_CODE, as_json)
    return max(_present(home, str(path), scan, as_json) for scan in scans)


def _present(home: Home, source: str, scan: Scan, as_json: bool | None) -> int:
    return _report(source, scan, scanner_driver.present(home, scan), as_json)


def _report(source: str, scan: Scan | None, outcome: str, as_json: bool | None) -> int:
    document = _document(source, scan, outcome)
    code = f"{document['symbology']} {document['kind']}: " if scan else ""
    answer(as_json, document, f"{source}: {code}{_RESULT_TEXTS[outcome]}")
    return _EXIT_CODES[outcome]


def _document(source: str, scan: Scan | None, outcome: str | None) -> dict[str, Any]:
    """Return the JSON about a code: its kind, and nothing of its text."""
    return {
        "source": source,
        "symbology": scan.symbology.value if scan else None,
        "kind": parse(scan.payload).kind if scan else None,
        "answer": None if outcome is None else str(outcome),
    }
