"""`kiosk`: the root of the command line, its exit codes, and the table of its commands.

Exit codes: 0 ok, 1 warning, 2 failed, 3 unknown, 64 wrong usage.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from pathlib import Path

import click

from kiosk import __version__
from kiosk.config import Home
from kiosk.errors import KioskError

EXIT_OK, EXIT_FAILED, EXIT_USAGE = 0, 2, 64

_COMMANDS = {
    "init": ("kiosk.cli.settings:init", "Write a complete configuration for a new home."),
    "config": ("kiosk.cli.settings:config", "Check and show the settings; add officers."),
    "demo": ("kiosk.cli.demo:demo", "The whole hall on this machine, all hardware simulated."),
    "dock": ("kiosk.cli.run:dock", "A page in the browser to see and touch a kiosk."),
    "run": ("kiosk.cli.run:run", "Run one process in the foreground, as its systemd unit does."),
    "ticket": ("kiosk.cli.ticket:ticket", "Take, show, list, cancel and reprint numbers."),
    "call": ("kiosk.cli.call:call", "Call the next number, serve it and finish it."),
    "ask": ("kiosk.cli.ask:ask", "Find the procedures that answer a question."),
    "scan": ("kiosk.cli.scan:scan", "Decode pictures as the scanner would, or try the scanner."),
    "printer": ("kiosk.cli.printer:printer", "Ask the printer, through the process that uses it."),
    "sound": ("kiosk.cli.sound:sound", "Try the loudspeakers."),
    "service": ("kiosk.cli.service:service", "Take the kiosk out of service, and back."),
    "time": ("kiosk.cli.time:time_", "Show the time that this kiosk uses, and set it."),
    "journal": ("kiosk.cli.journal:journal", "Show the events: all, acknowledged, waiting."),
    "status": ("kiosk.cli.status:status", "Show what is wrong and what to do, in 0.1 s."),
    "store": ("kiosk.cli.store:store", "Check the database; move a damaged one aside."),
    "city": ("kiosk.cli.city:city", "The reference city: its keys, kiosks, bookings and dossiers."),
    "sim": ("kiosk.cli.sim:sim", "Make the simulated hardware fail; present codes, press keys."),
}
"""Where each command is defined, and its line of help. The module of a command is imported only when it runs."""

_FAST_EXIT = frozenset({"ticket", "call", "ask", "journal", "status"})
"""Commands with no work left after they are closed. They skip the interpreter's shutdown, which takes 15 ms."""


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{attribute} is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="KIOSK_HOME",
    help="Put etc/ var/ run/ under DIR instead of the system's places (or set KIOSK_HOME).",
    metavar="DIR",
)
@click.version_option(__version__, prog_name="kiosk")
@click.pass_context
def root(ctx: click.Context, home: Path | None) -> None:
    """Public-service kiosk: queue numbers that are never lost, with or without a connection to the city."""
    ctx.obj = Home.at(home)


def main() -> None:
    """Run the command line and exit with its exit code."""
    logging.basicConfig(level=os.environ.get("KIOSK_LOG", "INFO"), format="%(levelname)s %(name)s: %(message)s")
    code = run(sys.argv[1:])
    if next((word for word in sys.argv if word in _COMMANDS), "") in _FAST_EXIT:
        sys.stdout.flush()
        os._exit(code)
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code. An error is one sentence on stderr."""
    try:
        code = root.main(arguments, prog_name="kiosk", standalone_mode=False)
    except click.exceptions.Abort:
        return EXIT_FAILED
    except click.UsageError as error:
        error.show()
        return EXIT_USAGE
    except click.ClickException as error:
        error.show()
        return EXIT_FAILED
    except KioskError as error:
        click.echo(f"kiosk: {error}", err=True)
        return error.exit_code
    except BrokenPipeError:
        # The reader of the output has closed the pipe (`kiosk journal list | head`). That is not an error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    return code if isinstance(code, int) else EXIT_OK
