"""`kiosk sim printer`: make the simulated printer fail, or serve an emulated printer on a connection of its own."""

from __future__ import annotations

import signal
import socket
from functools import partial
from pathlib import Path

import click

from kiosk.cli.output import answer, json_option
from kiosk.config import Home
from kiosk.drivers.printer import simulated
from kiosk.drivers.printer.emulator.endpoints import NetworkEmulator, TerminalEmulator
from kiosk.drivers.printer.emulator.families import FAMILIES
from kiosk.drivers.printer.emulator.tray import tray_of
from kiosk.drivers.printer.simulated import SimulatedPrinter
from kiosk.receipt.slip import PrinterProfile

_SLIPS_KEPT = 1000


class _Actions(click.Group):
    """A group whose other commands are the actions of the simulated printer, some with a number: `paper-out:300`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *simulated.actions()]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        # Every other word is an action. The answer to an unknown one lists the actions.
        return super().get_command(ctx, name) or click.Command(
            name, callback=partial(_request, name), short_help=simulated.actions().get(name), help=_help(name)
        )


def _request(action: str) -> None:
    simulated.request(click.get_current_context().find_object(Home) or Home.at(None), action)


def _help(action: str) -> str:
    return f"Ask the simulated printer: {simulated.actions().get(action.partition(':')[0], 'no such action')}."


@click.group(cls=_Actions)
def printer() -> None:
    """Make the simulated printer fail until the next request, or `serve` a printer to any program."""


@printer.command()
@click.option("--pty", "is_terminal", is_flag=True, help="Serve on a pseudo-terminal, as a serial line.")
@click.option(
    "--tcp",
    "port",
    metavar="PORT",
    type=click.IntRange(0, 65535),
    help="Serve on this port of 127.0.0.1; 0: any free one.",
)
@click.option("--family", type=click.Choice(list(FAMILIES)), default="asb", show_default=True, help="What it answers.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="The folder for the pictures of the slips."
)
@click.option("--width-dots", type=click.IntRange(200, 1200), default=576, show_default=True)
@click.option("--cutter/--no-cutter", default=True, show_default=True)
@json_option
@click.pass_obj
def serve(
    home: Home,
    is_terminal: bool,
    port: int | None,
    family: str,
    out: Path | None,
    width_dots: int,
    cutter: bool,
    as_json: bool | None,
) -> int:
    """Emulate an ESC/POS printer on a real connection until Ctrl-C, and save each slip as a picture.

    It knows the commands that the kiosk sends. It reports everything else on stderr and prints it as garbage, as a real
    printer does. The families: `asb` reports every status, `dle` answers DLE EOT only, `silent` never answers.
    The actions of this group are its faults: request them from a second terminal with the same --home.
    Exit 1: it received something that it does not know.

    \b
    Example:
        kiosk sim printer serve --tcp 9100 --family dle --out slips
        kiosk sim printer paper-out:300
    """
    if is_terminal == (port is not None):
        raise click.UsageError("Give one of --pty and --tcp PORT.")
    paper = PrinterProfile(width_dots, cutter, 180 if width_dots == 512 else 203)
    tray = out or tray_of(home)
    hardware = SimulatedPrinter(home, paper, _SLIPS_KEPT, tray=tray, family=FAMILIES[family])
    emulator: TerminalEmulator | NetworkEmulator
    if port is None:
        driver, emulator = "device", TerminalEmulator(home, hardware, home.run / "sim" / "printer" / "tty")
    else:
        driver, emulator = "tcp", NetworkEmulator(home, hardware, port)
    document = {"driver": driver, "address": emulator.address, "family": family, "slips": str(tray)}
    settings = f'driver = "{driver}", address = "{emulator.address}"'
    text = f"A printer ({family}) is served at {emulator.address}: {settings}. Its slips: {tray}. Press Ctrl-C to end."
    is_announced = False

    def announce() -> None:
        nonlocal is_announced
        if not is_announced:
            answer(as_json, document, text)
        is_announced = True

    with _socket_readable_at_end() as read_end:
        emulator.serve(read_end, announce)
    return 1 if hardware.machine.complaints else 0


def _socket_readable_at_end() -> socket.socket:
    """Return a socket that becomes readable at Ctrl-C (SIGINT) and at SIGTERM."""
    write_end, read_end = socket.socketpair()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: write_end.send(b"x"))
    return read_end
