"""The units, checked without starting anything: what systemd itself thinks of them, and what we promise of them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from kiosk.cli.run import run
from kiosk.secrecy import ERASING
from tests.systemd.places import OWN, SERVICES, UNITS, settings_of

EXPOSURE = {
    "kiosk-board": 9,
    "kiosk-city": 14,
    "kiosk-counter": 13,
    "kiosk-display": 13,
    "kiosk-printer": 8,
    "kiosk-screen": 9,
    "kiosk-sync": 14,
}
"""What `systemd-analyze security` may find at most, in tenths; 96 is a unit without any hardening."""

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the units whose programs exist here, whatever is installed on this machine."""
    folder = tmp_path_factory.mktemp("units") / "systemd"
    shutil.copytree(UNITS, folder)
    program = folder / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for file in folder.glob("*.service"):
        text, programs = re.subn(r"(?m)^ExecStart=\S+", f"ExecStart={program}", file.read_text(encoding="utf-8"))
        assert programs == 1, file
        file.write_text(text, encoding="utf-8")
    return folder


@needs_systemd
@pytest.mark.parametrize("unit", [*(f"{name}.service" for name in SERVICES), "kiosk.target"])
def test_systemd_reads_the_unit_without_a_word(rendered: Path, unit: str) -> None:
    command = ["systemd-analyze", "verify", "--man=no", str(rendered / unit)]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)
    # An unknown key is only a warning and returns 0, so nothing at all may be said.
    assert (verified.returncode, verified.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("example", sorted(path.name for path in (UNITS / "examples").glob("*.conf")))
def test_systemd_reads_the_unit_with_an_example_of_ours_without_a_word(rendered: Path, example: str) -> None:
    service = "-".join(example.split("-")[:2])
    drop_in = rendered / f"{service}.service.d" / example
    drop_in.parent.mkdir()
    text = (UNITS / "examples" / example).read_text(encoding="utf-8")
    drop_in.write_text(re.sub(r"(?m)^ExecStart=/\S+", f"ExecStart={rendered / 'program'}", text), encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", str(rendered / f"{service}.service")]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)
    shutil.rmtree(drop_in.parent)
    assert (verified.returncode, verified.stderr) == (0, "")


@needs_systemd
def test_a_mistyped_key_would_have_been_noticed(rendered: Path, tmp_path: Path) -> None:
    broken = tmp_path / "kiosk-sync.service"
    text = (rendered / "kiosk-sync.service").read_text(encoding="utf-8")
    broken.write_text(text.replace("RestartSec=", "RestartSecs="), encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", str(broken)]
    assert "RestartSecs" in subprocess.run(command, capture_output=True, text=True, check=False).stderr


@needs_systemd
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_no_more_exposed_than_it_was(rendered: Path, service: str) -> None:
    threshold = f"--threshold={EXPOSURE[service]}"
    unit = str(rendered / f"{service}.service")
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", threshold, unit]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout


@pytest.mark.parametrize("service", OWN)
def test_a_stuck_or_crashed_process_comes_back_for_ever(service: str) -> None:
    unit = settings_of(service)
    assert unit["Restart"] == ["always"]
    assert unit["StartLimitIntervalSec"] == ["0"]
    assert unit["RestartSec"]
    if service != "kiosk-city":  # not on a kiosk
        assert unit["Type"] == ["notify"]
        assert 10 <= int(unit["WatchdogSec"][0]) <= 60


@pytest.mark.parametrize("service", OWN)
def test_a_service_runs_a_command_there_is_as_its_own_user(service: str) -> None:
    unit = settings_of(service)
    program, *words = unit["ExecStart"][0].split()
    assert program == "/usr/local/bin/kiosk"  # the launcher, which finds the real path of the release
    assert words == ["run", service.removeprefix("kiosk-")]
    assert isinstance(run, click.Group)
    assert words[1] in run.commands
    assert (unit["User"], unit["Group"]) == ([service], ["kiosk"])


@pytest.mark.parametrize("service", SERVICES)
def test_a_boot_without_network_or_time_is_still_a_kiosk(service: str) -> None:
    unit = settings_of(service)
    ordering = " ".join(value for key in ("After", "Wants", "Requires", "BindsTo", "Requisite") for value in unit[key])
    assert not re.search("time-wait-sync|time-sync|network-online", ordering)
    assert not unit["Requires"]


@pytest.mark.parametrize("service", OWN)
def test_no_service_takes_the_shared_folders_for_itself(service: str) -> None:
    unit = settings_of(service)
    assert not unit["StateDirectory"]
    assert not unit["RuntimeDirectory"]
    assert not unit["DynamicUser"]
    # The city stands alone on its machine: its database is its own.
    assert unit["UMask"] == ["0077" if service == "kiosk-city" else "0007"]


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_process_holds_in_memory_reaches_no_disk(service: str) -> None:
    unit = settings_of(service)
    assert unit["LimitCORE"] == ["0"]
    assert unit["MemorySwapMax"] == ["0"]


def test_the_screen_is_started_as_a_process_that_erases_what_it_frees() -> None:
    said = [word for line in settings_of("kiosk-screen")["Environment"] for word in line.split()]
    assert {f"{key}={value}" for key, value in ERASING.items()} <= set(said)  # or it would begin anew each time
    assert settings_of("kiosk-screen")["LimitMEMLOCK"] == ["infinity"]


@pytest.mark.parametrize("service", ["kiosk-screen", "kiosk-board"])
def test_a_window_reaches_neither_who_hands_out_keyboards_nor_the_system_s_bus(service: str) -> None:
    unit = settings_of(service)
    # Its group video, for the camera and the graphics card, would open the first.
    assert set(unit["InaccessiblePaths"][0].split()) == {"-/run/seatd.sock", "-/run/dbus"}


def test_what_a_compositor_makes_is_its_own_until_it_opens_it_for_our_windows() -> None:
    assert settings_of("kiosk-display")["UMask"] == ["0077"]


@pytest.mark.parametrize("service", ["kiosk-screen", "kiosk-board", "kiosk-printer", "kiosk-display"])
def test_a_process_that_needs_no_network_has_none(service: str) -> None:
    unit = settings_of(service)
    assert unit["PrivateNetwork"] == ["yes"]
    assert unit["IPAddressDeny"] == ["any"]
    assert "AF_INET" not in unit["RestrictAddressFamilies"][0]


@pytest.mark.parametrize("service", SERVICES)
def test_a_process_that_eats_memory_is_stopped_before_the_machine_is(service: str) -> None:
    unit = settings_of(service)
    high, limit = (int(unit[key][0].removesuffix("M")) for key in ("MemoryHigh", "MemoryMax"))
    assert 100 <= high < limit <= 600


def test_every_unit_of_a_kiosk_starts_and_stops_with_the_target_and_the_city_does_not() -> None:
    for service in SERVICES:
        unit = settings_of(service)
        if service == "kiosk-city":
            assert (unit["WantedBy"], unit["PartOf"]) == (["multi-user.target"], [])
        else:
            assert (unit["WantedBy"], unit["PartOf"]) == (["kiosk.target"], ["kiosk.target"])


def test_a_setting_all_services_share_is_not_written_again_where_it_would_be_overruled() -> None:
    common = (UNITS / "kiosk-.service.d" / "common.conf").read_text(encoding="utf-8")
    shared = set(re.findall(r"(?m)^(\w+)=", common))
    for service in SERVICES:
        own = set(re.findall(r"(?m)^(\w+)=", (UNITS / f"{service}.service").read_text(encoding="utf-8")))
        assert not own & shared, service
