"""What `kiosk config display` tells the compositors, read as a person would and by the compositors themselves.

`python -m tests.field.test_compositors` writes the golden files anew; read the diff.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli.main import root
from kiosk.config import Home, Kiosk, load
from kiosk.defaults import write_home
from kiosk.errors import ConfigError
from kiosk.field import compositors
from tests.compositors import hall, is_valid, kiosk_on, needs_sway

GOLDEN = Path(__file__).parent / "golden"
TURNED = kiosk_on("DSI-1", "HDMI-A-1", rotate=90)


def _files(kiosk: Kiosk) -> dict[str, str]:
    return {**compositors.files("sway", kiosk), **compositors.files("labwc", kiosk)}


@pytest.mark.parametrize("name", _files(TURNED))
def test_each_file_is_as_it_was_read_last(name: str) -> None:
    assert _files(TURNED)[name] == (GOLDEN / Path(name).name).read_text(encoding="utf-8")


@pytest.mark.parametrize("compositor", ["sway", "labwc"])
def test_who_names_no_output_gets_those_of_a_raspberry_pi(compositor: compositors.Compositor) -> None:
    assert compositors.files(compositor, Kiosk("k00082-1")) == compositors.files(
        compositor, kiosk_on("HDMI-A-1", "HDMI-A-2")
    )


def test_labwc_gets_well_formed_rules_and_turns_nothing_that_stands_upright() -> None:
    files = compositors.files("labwc", kiosk_on("HDMI-A-1", "HDMI-A-2"))
    rules = {rule.get("identifier"): rule for rule in ET.fromstring(files["labwc/rc.xml"]).iter("windowRule")}
    moved = {name: rule[0].get("output") for name, rule in rules.items()}
    assert moved == {"kiosk-screen": "HDMI-A-1", "kiosk-board": "HDMI-A-2"}
    assert set(files) == {"labwc/rc.xml", "labwc/autostart"}
    assert "kanshi" not in files["labwc/autostart"]


@needs_sway
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_sway_itself_finds_no_mistake_and_would_have(rotate: int) -> None:
    text = compositors.files("sway", kiosk_on("HDMI-A-1", "HDMI-A-2", rotate))["sway.conf"]
    assert is_valid(text)
    assert not is_valid(text.replace("map_to_output", "map_to_outputs"))


@needs_sway
@pytest.mark.parametrize(("rotate", "transform"), [(0, "normal"), (90, "90"), (180, "180"), (270, "270")])
def test_sway_turns_the_screen_and_leaves_the_board(rotate: int, transform: str) -> None:
    with hall(kiosk=kiosk_on("HEADLESS-1", "HEADLESS-2", rotate)) as there:
        listed = there.message("-t", "get_outputs")
        assert isinstance(listed, list)
        turned = {output["name"]: output["transform"] for output in listed}
        assert turned == {"HEADLESS-1": transform, "HEADLESS-2": "normal"}


@pytest.mark.skipif(not shutil.which("labwc"), reason="labwc is not installed; Debian 12 has none")
def test_labwc_starts_with_them_without_a_complaint(tmp_path: Path) -> None:
    for name, text in compositors.files("labwc", kiosk_on("HEADLESS-1", "HEADLESS-2")).items():
        (tmp_path / Path(name).name).write_text(text.replace("systemd-notify --ready", "kill $LABWC_PID"))
    ended = subprocess.run(
        ["labwc", "--verbose", "--config-dir", str(tmp_path)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman"},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert ended.returncode == 0, ended.stderr
    assert "rcxml.c" not in "".join(line for line in ended.stderr.splitlines() if "[ERROR]" in line)


def test_the_command_prints_them_and_writes_them_where_the_unit_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compositors, "FOLDER", tmp_path / "kiosk-display")
    home = Home.at(tmp_path)
    write_home(home, kiosk={"screen.output": "DP-1"})
    printed = CliRunner().invoke(root, ["--home", str(tmp_path), "config", "display", "--compositor", "sway"])
    assert "workspace screen output DP-1\n" in printed.output
    assert "labwc" not in printed.output
    for _ in range(2):  # each start of the unit does so
        assert CliRunner().invoke(root, ["--home", str(tmp_path), "config", "display", "--write"]).exit_code == 0
    written = {
        str(file.relative_to(compositors.FOLDER)): file.read_text()
        for file in compositors.FOLDER.rglob("*")
        if file.is_file()
    }
    assert written == _files(load(home).kiosk)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(compositors, "FOLDER", tmp_path / "file" / "kiosk-display")
    with pytest.raises(ConfigError, match="cannot be written: Not a directory; try it as root"):
        compositors.write("sway.conf", "")


if __name__ == "__main__":
    for name, text in _files(TURNED).items():
        (GOLDEN / Path(name).name).write_text(text, encoding="utf-8")
