"""setup.sh and the locks it installs from."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.systemd.places import OWN, ROOT

LOCKS = ("kiosk", "dev")


def _setup(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROOT / "setup.sh", *words], cwd="/", capture_output=True, text=True, check=False)


def _pins(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", text))


def _wanted(*extras: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"][extra] for extra in extras)]
    wanted = [Requirement(line) for requirements in lists for line in requirements]
    return [one for one in wanted if one.name != project["name"]]


def test_an_unknown_word_is_wrong_usage_and_names_the_known_ones() -> None:
    outcome = _setup("dmeo")
    assert outcome.returncode == 64
    words = "demo, test, checks, pytest, root, fuzz, privacy, soak, words, metal, mutants, bench, device or lock"
    assert f"dmeo: {words}" in outcome.stderr


def test_help_tells_every_word() -> None:
    outcome = _setup("--help")
    assert outcome.returncode == 0
    assert re.findall(r"setup\.sh (\w+)", outcome.stdout) == [
        "demo",
        "test",
        "checks",
        "pytest",
        "root",
        "fuzz",
        "privacy",
        "soak",
        "words",
        "metal",
        "mutants",
        "bench",
        "device",
        "lock",
    ]


def test_a_device_is_installed_in_an_order_that_works() -> None:
    places = [Path(place) for place in ("/opt/kiosk", "/etc/kiosk", "/usr/local/bin/kiosk", "/var/lib/kiosk")]
    before = [place.exists() for place in places]
    outcome = _setup("device", "--dry-run", "--site", "00070")
    assert outcome.returncode == 0, outcome.stderr
    steps = [line.removeprefix("+ ") for line in outcome.stdout.splitlines() if "apt-get" not in line]
    order = [
        "install -D .*/usr/local/lib/systemd/system systemd/kiosk-board.service",
        "install -D .*/kiosk-.service.d systemd/kiosk-.service.d/common.conf",
        "install -D .*/usr/local/bin/kiosk",
        "systemd-sysusers kiosk.conf",
        "systemd-tmpfiles --create kiosk.conf",
        r".*python3 -m venv --system-site-packages /opt/kiosk/releases/\d+\.\d+\.\d+$",
        "/opt/kiosk/releases/.*/bin/python -m pip install .*--require-hashes",
        "/opt/kiosk/releases/.*/bin/python -m pip install .*--no-deps",
        "touch /opt/kiosk/releases/.*/.complete",
        "mv -T /opt/kiosk/current.new /opt/kiosk/current",
        "/usr/local/bin/kiosk init --site 00070",
        "systemd-tmpfiles --create kiosk.conf",
        "systemctl enable .*",
        "systemctl restart kiosk.target",
    ]
    if before[0] or before[1]:
        pytest.skip("this machine is a kiosk already")
    position = 0
    for step in order:
        matches = [index for index, line in enumerate(steps) if index >= position and re.match(step, line)]
        assert matches, f"{step} is missing after {steps[:position]}"
        position = matches[0] + 1
    assert [place.exists() for place in places] == before


def test_every_service_of_a_kiosk_is_enabled_and_the_city_is_not() -> None:
    outcome = _setup("device", "--dry-run")
    enabled = next(line for line in outcome.stdout.splitlines() if "systemctl enable" in line)
    services = {word.removesuffix(".service") for word in enabled.split() if word.endswith(".service")}
    assert services == {*OWN, "kiosk-display"} - {"kiosk-city"}


@pytest.mark.parametrize(("compositor", "other"), [("labwc", "sway"), ("sway", "labwc")])
def test_one_compositor_is_installed_and_the_unit_starts_that_one(compositor: str, other: str) -> None:
    outcome = _setup("device", "--dry-run", f"--compositor={compositor}")
    steps = outcome.stdout.splitlines()
    installed = " ".join(line for line in steps if "apt-get install" in line).split()
    assert other not in installed
    drop_in = [line for line in steps if line.endswith("/kiosk-display.service.d/labwc.conf")]
    assert len(drop_in) == 1
    assert ("examples/kiosk-display-labwc.conf" in drop_in[0]) is (compositor == "labwc")


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
@pytest.mark.parametrize("script", ["setup.sh", ".ci/run", "systemd/kiosk", "tests/root/run.sh"])
def test_every_script_can_be_run_and_has_no_known_mistake(script: str) -> None:
    assert (ROOT / script).stat().st_mode & 0o111 == 0o111
    checked = subprocess.run(["shellcheck", ROOT / script], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_what_differs_between_releases_is_there() -> None:
    part = (ROOT / "tests/root/differs.txt").read_text(encoding="utf-8").split()
    assert part
    assert [path for path in part if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_to_fetch_from_and_hashes_everything(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|^-|index-url|find-links", text, re.MULTILINE)
    for requirement in re.split(r"(?m)^(?=[a-z])", text)[1:]:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", requirement), requirement


@pytest.mark.parametrize(("lock", "extras"), [("kiosk", ("kiosk", "city", "build")), ("dev", ("kiosk", "city", "dev"))])
def test_a_lock_is_not_older_than_what_the_project_asks_for(lock: str, extras: tuple[str, ...]) -> None:
    pins = _pins(lock)
    for requirement in _wanted(*extras):
        version = pins.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not locked; run ./setup.sh lock"
        assert requirement.specifier.contains(version), f"{requirement} is locked at {version}; run ./setup.sh lock"


def test_the_tools_are_tested_with_the_versions_that_run() -> None:
    kiosk, dev = _pins("kiosk"), _pins("dev")
    assert {name: dev.get(name) for name in kiosk} == kiosk
