"""Users, folders and device rules, tried under a folder of the test and never on this machine."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.systemd.places import OWN, SERVICES, UNITS, ids, settings_of

SYSUSERS = UNITS / "sysusers.d" / "kiosk.conf"
TMPFILES = UNITS / "tmpfiles.d" / "kiosk.conf"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="giving files to users needs root")
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-tmpfiles"), reason="systemd is not installed")


def _lines(file: Path) -> list[list[str]]:
    return [line.split() for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


@pytest.fixture
def device(tmp_path: Path) -> Path:
    """Return the root of a device that has its users and, of ours, nothing else yet."""
    (tmp_path / "etc").mkdir()
    users = subprocess.run(["systemd-sysusers", f"--root={tmp_path}", str(SYSUSERS)], capture_output=True, text=True)
    assert users.returncode == 0, users.stderr
    return tmp_path


def _make_folders(device: Path) -> None:
    command = ["systemd-tmpfiles", "--create", f"--root={device}", str(TMPFILES)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (made.returncode, made.stderr) == (0, "")


def test_every_unit_has_its_user() -> None:
    users = {line[1] for line in _lines(SYSUSERS) if line[0] == "u"}
    assert users == set(SERVICES)
    for service in SERVICES:
        assert set(settings_of(service)["User"]) <= users


@as_root
@needs_systemd
def test_the_users_and_the_group_they_share_are_made(device: Path) -> None:
    assert set(SERVICES) <= set(ids(device, "passwd"))
    assert "kiosk" in ids(device, "group")


@as_root
@needs_systemd
def test_the_folders_are_shared_by_the_group_and_the_secrets_are_not(device: Path) -> None:
    _make_folders(device)
    users, groups = ids(device, "passwd"), ids(device, "group")
    found = {}
    for path in (*device.glob("etc/kiosk/**/*"), *device.glob("var/lib/kiosk/**/*"), *device.glob("run/kiosk*")):
        status = path.stat()
        found[str(path.relative_to(device))] = (oct(stat.S_IMODE(status.st_mode)), status.st_uid, status.st_gid)
    assert found == {
        "etc/kiosk/officers.toml": ("0o600", users["kiosk-counter"], groups["kiosk"]),
        "etc/kiosk/keys": ("0o700", users["kiosk-sync"], groups["kiosk-sync"]),
        "var/lib/kiosk/kiosk.db": ("0o660", 0, groups["kiosk"]),
        "run/kiosk": ("0o2770", 0, groups["kiosk"]),
    }


@as_root
@needs_systemd
def test_a_second_boot_keeps_the_journal_and_mends_its_mode(device: Path) -> None:
    _make_folders(device)
    database = device / "var" / "lib" / "kiosk" / "kiosk.db"
    database.write_bytes(b"journal")
    database.chmod(0o600)
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).touch(0o600)
    _make_folders(device)
    assert database.read_bytes() == b"journal"
    modes = {stat.S_IMODE(path.stat().st_mode) for path in database.parent.iterdir()}
    assert modes == {0o660}


def test_nothing_a_kiosk_keeps_is_ever_cleaned_away() -> None:
    for kind, path, _mode, _user, _group, age in _lines(TMPFILES):
        assert kind in "dfz", path
        assert age == "-", path


def test_every_process_may_write_where_it_must() -> None:
    made = {line[1] for line in _lines(TMPFILES) if line[0] == "d"}
    for service in OWN:
        assert {place.lstrip("-") for place in settings_of(service)["ReadWritePaths"][0].split()} <= made


def test_every_device_rule_has_the_form_of_one() -> None:
    rules = [line for line in (UNITS / "udev" / "60-kiosk.rules").read_text().splitlines() if line and line[0] != "#"]
    assert len(rules) == 5
    for rule in rules:
        for part in rule.split(", "):
            assert re.fullmatch(r'[A-Z_]+(\{\w+\})?(==|!=|\+=|=)"[^"]+"', part), part
    assert 'GROUP="kiosk-printer"' in rules[0]
    assert settings_of("kiosk-printer")["SupplementaryGroups"] == ["kiosk-printer"]
    assert all('GROUP="kiosk-screen"' in rule for rule in rules if "kiosk-scanner" in rule)


def test_the_screen_may_use_every_kind_of_scanner_and_only_read_keyboards() -> None:
    unit = settings_of("kiosk-screen")
    assert {"kiosk-screen", "dialout", "input", "video"} <= {
        group for line in unit["SupplementaryGroups"] for group in line.split()
    }
    allowed = dict(line.split() for line in unit["DeviceAllow"])
    assert [allowed[f"char-{kind}"] for kind in ("ttyACM", "ttyUSB", "video4linux")] == ["rw"] * 3
    assert allowed["char-input"] == "r"
