"""The simulated printer's tray, its control file, and the settings that select it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from kiosk.config import Home
from kiosk.config import Printer as PrinterSettings
from kiosk.drivers.printer import open_printer
from kiosk.drivers.printer.emulator.faults import control_file
from kiosk.drivers.printer.emulator.tray import Tray, tray_of
from kiosk.drivers.printer.simulated import actions, active, request
from kiosk.errors import ConfigError, UnknownNameError
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.receipt.escpos import encode_slip
from kiosk.receipt.slip import PrinterProfile
from tests.receipt.samples import BARE


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path)


def names(home: Home) -> list[str]:
    return sorted(file.name for file in (home.run / "sim" / "printer" / "slips").iterdir())


def test_slip_numbers_continue_after_a_restart_and_the_oldest_are_deleted(home: Home) -> None:
    for _ in range(3):
        Tray(tray_of(home), 16, 4).lay([b"\xff\x00"] * 5)
    after_restart = Tray(tray_of(home), 16, 4)
    for _ in range(3):
        after_restart.lay([b"\xff\x00"] * 5)
    assert names(home) == ["000003.png", "000004.png", "000005.png", "000006.png"]
    with Image.open(home.run / "sim" / "printer" / "slips" / "000006.png") as slip:
        assert (slip.size, slip.mode, slip.getpixel((0, 0)), slip.getpixel((8, 0))) == ((16, 5), "1", 0, 255)


def test_the_paper_is_as_wide_as_configured(home: Home) -> None:
    settings = PrinterSettings(driver="simulated", width_dots=384, has_cutter=False)
    printer = open_printer(settings, home)
    assert printer.print_job(encode_slip(BARE, PrinterProfile.of(settings)), 5) is Outcome.CONFIRMED
    printer.close()
    with Image.open(home.run / "sim" / "printer" / "slips" / "000001.png") as slip:
        assert slip.width == 384


@pytest.mark.parametrize(
    "action", ["paper_out", "", "burn", "refill:3", "paper-out:", "paper-out:0", "slow:-1", "slow:x"]
)
def test_an_unknown_action_is_refused_with_the_known_ones(home: Home, action: str) -> None:
    with pytest.raises(UnknownNameError, match=r"paper-out.*refill") as refused:
        request(home, action)
    assert repr(action) in str(refused.value)
    assert not control_file(home).exists()


def test_faults_add_up_until_they_are_repaired(home: Home) -> None:
    for action in ("paper-low", "cover-open", "silent", "slow:100"):
        request(home, action)
    assert active(home) == {"paper-low", "cover-open", "silent", "slow"}
    request(home, "close-cover")
    request(home, "refill")
    assert active(home) == {"silent", "slow"}
    request(home, "ok")
    assert active(home) == frozenset()


def test_every_action_has_a_description(home: Home) -> None:
    for action, meaning in actions().items():
        assert meaning
        request(home, action)


def test_simultaneous_actions_of_many_processes_all_take_effect(home: Home) -> None:
    faults = ["paper-low", "cover-open", "error", "silent", "slow", "unplug"]
    program = "import sys; from pathlib import Path; from kiosk.config import Home; "
    program += (
        "from kiosk.drivers.printer.emulator.faults import request; request(Home.at(Path(sys.argv[1])), sys.argv[2])"
    )
    processes = [subprocess.Popen([sys.executable, "-c", program, str(home.run.parent), fault]) for fault in faults]
    assert [process.wait(30) for process in processes] == [0] * len(faults)
    assert active(home) == set(faults)


def test_a_roll_that_ended_is_still_empty_after_a_restart(home: Home) -> None:
    settings = PrinterSettings(driver="simulated")
    request(home, "paper-out:200")
    printer = open_printer(settings, home)
    assert printer.print_job(encode_slip(BARE, PrinterProfile.of(settings)), 5) is Outcome.UNCERTAIN
    printer.close()
    after_restart = open_printer(settings, home)
    assert after_restart.status() is PrinterStatus.PAPER_OUT
    after_restart.close()


def test_repairing_a_printer_without_fault_does_not_cut_its_slip(home: Home) -> None:
    request(home, "ok")
    request(home, "refill")
    settings = PrinterSettings(driver="simulated")
    printer = open_printer(settings, home)
    request(home, "ok")
    assert printer.print_job(encode_slip(BARE, PrinterProfile.of(settings)), 5) is Outcome.CONFIRMED
    printer.close()
    assert names(home) == ["000001.png"]


def test_an_invalid_control_file_is_ignored(home: Home) -> None:
    control_file(home).parent.mkdir(parents=True)
    control_file(home).write_text('{"faults": "all of them"}')
    assert active(home) == frozenset()
    printer = open_printer(PrinterSettings(driver="simulated"), home)
    assert printer.status() is PrinterStatus.READY
    printer.close()


@pytest.mark.parametrize(
    ("driver", "address", "told"),
    [
        ("none", "", "no printer"),
        ("device", "", "is not a path"),
        ("device", "usb/lp0", "is not a path"),
        ("tcp", "", "is not host:port"),
        ("tcp", ":9100", "is not host:port"),
        ("tcp", "printer:99999", "is not host:port"),
        ("tcp", "printer:lp", "is not host:port"),
    ],
)
def test_a_wrong_printer_setting_is_never_replaced_by_another_printer(
    home: Home, driver: str, address: str, told: str
) -> None:
    settings = PrinterSettings(driver=driver, address=address)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=told) as refused:
        open_printer(settings, home)
    assert "kiosk.toml" in str(refused.value)


@pytest.mark.parametrize("what", ["missing", "file", "folder"])
def test_a_file_that_is_not_a_device_is_offline_and_gets_no_byte(home: Home, tmp_path: Path, what: str) -> None:
    path = tmp_path / "lp0"
    if what == "file":
        path.write_bytes(b"")
    elif what == "folder":
        path.mkdir()
    printer = open_printer(PrinterSettings(driver="device", address=str(path)), home)
    assert printer.status() is PrinterStatus.OFFLINE
    assert printer.print_job(b"\x1b@", 1) is Outcome.NOTHING_SENT
    assert what != "file" or path.read_bytes() == b""


def test_an_address_without_a_listener_is_offline(home: Home) -> None:
    printer = open_printer(PrinterSettings(driver="tcp", address="127.0.0.1:9"), home)
    assert printer.status() is PrinterStatus.OFFLINE
    assert printer.print_job(b"\x1b@", 1) is Outcome.NOTHING_SENT
    printer.close()
