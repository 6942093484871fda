"""`kiosk sim printer`: the emulated printer as a separate program, on a connection that any program can open."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk.cli.main import run
from kiosk.config import Home, load
from kiosk.config import Printer as PrinterSettings
from kiosk.defaults import write_home
from kiosk.drivers.printer import Timeouts, open_printer
from kiosk.drivers.printer.simulated import active
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.receipt.escpos import encode_slip
from tests.drivers.rigs import PROFILE
from tests.receipt.paper import printed
from tests.receipt.samples import PLAIN
from tests.waiting import until

SLIP = encode_slip(PLAIN, PROFILE)


@contextmanager
def emulator(home: Path, *options: str) -> Iterator[tuple[dict[str, Any], subprocess.Popen[bytes]]]:
    """Start an emulator in a process of its own, and yield its JSON document and the process."""
    command = [sys.executable, "-m", "kiosk", "--home", str(home), "sim", "printer", "serve", *options, "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline()), process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("options", "status", "outcome", "how"),
    [
        (["--pty"], PrinterStatus.READY, Outcome.CONFIRMED, signal.SIGTERM),
        (["--tcp", "0", "--family", "dle"], PrinterStatus.READY, Outcome.ACCEPTED, signal.SIGINT),
        (["--tcp", "0", "--family", "silent"], PrinterStatus.UNKNOWN, Outcome.ACCEPTED, signal.SIGINT),
    ],
)
def test_a_slip_goes_to_an_emulated_printer_and_comes_out_as_a_picture(
    tmp_path: Path, options: list[str], status: PrinterStatus, outcome: Outcome, how: signal.Signals
) -> None:
    out = tmp_path / "slips"
    with emulator(tmp_path / "sim", *options, "--out", str(out)) as (document, process):
        settings = PrinterSettings(driver=document["driver"], address=document["address"])
        printer = open_printer(settings, Home.at(tmp_path / "kiosk"), Timeouts(settle_s=0.3))
        assert printer.status() is status
        assert printer.print_job(SLIP, 8) is outcome
        until((out / "000001.png").exists, "the slip: accepted is not yet printed")
        process.send_signal(how)
        assert process.wait(10) == 0
        printer.close()
    with Image.open(out / "000001.png") as slip:
        assert slip.tobytes() == printed(SLIP, PROFILE).tobytes()


def test_an_unknown_command_is_reported_and_gives_exit_code_1(tmp_path: Path) -> None:
    with emulator(tmp_path, "--tcp", "0") as (document, process):
        printer = open_printer(PrinterSettings(driver="tcp", address=document["address"]), Home.at(tmp_path / "kiosk"))
        assert printer.print_job(b"\x1bM\x01" + SLIP, 8) is Outcome.CONFIRMED
        process.terminate()
        assert process.wait(10) == 1
        assert process.stderr is not None and b"1b is not a command" in process.stderr.read()
        printer.close()


def test_faults_are_switched_from_a_second_terminal(tmp_path: Path) -> None:
    with emulator(tmp_path, "--pty") as (document, _):
        printer = open_printer(
            PrinterSettings(driver="device", address=document["address"]), Home.at(tmp_path / "kiosk")
        )
        assert printer.status() is PrinterStatus.READY
        for action, status in (("cutter-jam", PrinterStatus.CUTTER_JAMMED), ("ok", PrinterStatus.READY)):
            assert run(["--home", str(tmp_path), "sim", "printer", action]) == 0
            assert printer.status() is status
        printer.close()


def test_the_settings_may_name_an_emulated_printer(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    write_home(home)
    file = home.etc / "kiosk.toml"
    address = home.run / "sim" / "printer" / "tty"
    text = file.read_text().replace('driver = "simulated"\naddress = ""', f'driver = "device"\naddress = "{address}"')
    file.write_text(text)
    assert load(home).kiosk.printer.address == str(address)


@pytest.mark.parametrize("options", [[], ["--pty", "--tcp", "9100"], ["--tcp", "65536"], ["--family", "loud"]])
def test_impossible_options_are_wrong_usage(tmp_path: Path, options: list[str]) -> None:
    assert run(["--home", str(tmp_path), "sim", "printer", "serve", *options]) == 64


def test_every_action_is_listed_and_an_action_may_have_a_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--home", str(tmp_path), "sim", "printer", "--help"]) == 0
    listed = capsys.readouterr().out
    assert all(word in listed for word in ("serve", "paper-out", "stuck", "cutter-jam", "refill"))
    assert run(["--home", str(tmp_path), "sim", "printer", "slow:500"]) == 0
    assert active(Home.at(tmp_path)) == {"slow"}
