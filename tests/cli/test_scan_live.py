"""`kiosk scan --test`: the scanner itself, on real file descriptors, also while another process uses it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk.cli.main import run
from kiosk.cli.scan_live import TEST_CODE, garbled, terminal_qr
from kiosk.config import Home
from kiosk.defaults import write_home
from kiosk.drivers.scanner.decoding.picture import decode
from kiosk.drivers.scanner.serial_port import SerialScanner
from tests.drivers import scanner_rigs
from tests.drivers.scanner_rigs import SerialRig
from tests.drivers.test_scanner_contract import CARD, DOSSIER

KIOSK = [sys.executable, "-m", "kiosk"]


@pytest.fixture
def reader(tmp_path: Path) -> SerialRig:
    """A reader on a serial line that no process has open."""
    rig = SerialRig(tmp_path)
    rig.scanner.close()
    return rig


def run_test(reader: SerialRig, sent: bytes) -> tuple[int, str]:
    """Run the test on a reader that sends these bytes, end it with Ctrl-C, and return its exit code and its output."""
    command = [*KIOSK, "scan", "--test", "--driver", "serial", "--device", str(reader.path), "--text"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as test:
        assert test.stdout is not None
        output = [test.stdout.readline()]
        reader.write(b"\r" + sent)  # an end first, so that these bytes are not the rest of an earlier text
        while output[-1] and "test code" not in output[-1]:
            output.append(test.stdout.readline())
        test.send_signal(signal.SIGINT)
        try:
            rest, _ = test.communicate(timeout=20)
        finally:
            test.kill()
    return test.returncode, "".join(output) + rest


def report(capfd: pytest.CaptureFixture[str], *arguments: object, expect: int) -> dict[str, Any]:
    """Run `kiosk scan --test` briefly and return its JSON document."""
    assert run(["scan", "--test", "--json", *map(str, arguments)]) == expect
    document: dict[str, Any] = json.loads(capfd.readouterr().out)
    return document


def test_a_technician_sees_the_scanner_its_reads_and_that_letters_are_right(reader: SerialRig) -> None:
    code, output = run_test(reader, TEST_CODE.encode() + b"\r")
    assert code == 0
    assert output.startswith(f"serial line {reader.path}, 115200 baud, flow control none\n")
    assert "\x1b[97;40m██" in output, "the test code is drawn, light on dark"
    assert "test code: every letter is right" in output
    assert "1 of 1 tries succeeded (100%)" in output


def test_the_code_on_the_terminal_decodes_to_the_test_text() -> None:
    lines = [line.removeprefix("\x1b[97;40m").removesuffix("\x1b[0m") for line in terminal_qr(TEST_CODE).splitlines()]
    halves = [[255 if letter in bright else 0 for letter in line] for line in lines for bright in ("█▀", "█▄")]
    picture = Image.frombytes("L", (len(lines[0]), len(halves)), bytes(value for row in halves for value in row))
    big = picture.resize((picture.width * 4, picture.height * 4), Image.Resampling.NEAREST)
    assert [scan.payload for scan in decode(big)] == [TEST_CODE]


def test_garbled_letters_are_listed_one_by_one() -> None:
    typed = TEST_CODE.encode("ascii", "ignore").decode()
    lost = garbled(typed)
    assert set(lost.values()) == {""}
    assert {"ễ", "ị"} <= set(lost)
    assert garbled(TEST_CODE) == {}
    assert garbled(TEST_CODE.replace("ễ", "e"))["ễ"] == "e"


def test_a_folder_of_pictures_is_tested_as_a_camera_and_no_personal_data_is_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    home, seen = tmp_path / "home", tmp_path / "seen"
    write_home(Home.at(home))
    seen.mkdir()
    (seen / "card.png").write_bytes(scanner_rigs.drawn(CARD))
    file = home / "etc" / "kiosk.toml"
    settings = file.read_text(encoding="utf-8").replace(
        '[scanner]\ndriver = "simulated"', '[scanner]\ndriver = "camera"'
    )
    settings = settings.replace('camera = "v4l2"', 'camera = "folder"').replace(
        'address = ""\n# Only for "serial"', f'address = "{seen}"\n#'
    )
    file.write_text(settings, encoding="utf-8")
    assert run(["--home", str(home), "scan", "--test", "--json", "--seconds", "1"]) == 0
    out = capfd.readouterr().out
    document = json.loads(out)
    assert document["scanner"] == f"pictures in {seen}"
    assert document["hit_rate"] == 1.0
    assert document["milliseconds_per_try"] > 0
    assert [code["kind"] for code in document["codes"]] == ["identity_card"]
    assert document["test_code"] is None
    for secret in ("001090000123", "Nguyễn", "Hàng Trống"):
        assert secret not in out


def test_a_silent_scanner_is_a_warning(reader: SerialRig, capfd: pytest.CaptureFixture[str]) -> None:
    document = report(capfd, "--driver", "serial", "--device", reader.path, "--seconds", 0.1, expect=1)
    assert (document["reads"], document["hit_rate"], document["codes"]) == (0, None, [])


def test_a_scanner_that_the_screen_uses_is_refused_with_advice(
    reader: SerialRig, capfd: pytest.CaptureFixture[str]
) -> None:
    with closing(SerialScanner(reader.path).open()):
        assert run(["scan", "--test", "--driver", "serial", "--device", str(reader.path)]) == 2
    assert "stop kiosk-screen first: systemctl stop kiosk-screen" in capfd.readouterr().err


def test_a_missing_or_simulated_scanner_is_an_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", "--test", "--driver", "wedge", "--device", str(tmp_path / "none")]) == 2
    assert "No such file" in capfd.readouterr().err
    write_home(Home.at(tmp_path))
    assert run(["--home", str(tmp_path), "scan", "--test"]) == 2
    assert "this is not a real scanner; name one" in capfd.readouterr().err
    assert run(["scan", "--test", "card.png"]) == 64
    assert run(["scan"]) == 64


def test_codes_of_the_hall_are_listed_by_kind(reader: SerialRig) -> None:
    code, output = run_test(reader, DOSSIER.encode() + b"\r" + TEST_CODE.encode() + b"\r")
    assert code == 0
    assert f"unknown dossier: code={DOSSIER}" in output
