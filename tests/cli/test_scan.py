"""`kiosk scan`: its contract of JSON lines and exit codes, and that nothing personal is told unasked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image

from kiosk.cli.main import run

CARD = "001090000123|012345678|Nguyễn Văn An|02011990|Nam|Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội|15042021"
SECRETS = ("001090000123", "012345678", "Nguyễn", "Văn", "02011990", "1990", "Hàng Trống", "15042021")


@pytest.fixture
def card(tmp_path: Path) -> Path:
    return picture_of(CARD, tmp_path / "card.png")


def picture_of(payload: str, path: Path) -> Path:
    """Write a QR code."""
    segno.make(payload.encode(), micro=False).save(str(path), scale=5)
    return path


def lines(capfd: pytest.CaptureFixture[str], *arguments: object, expect: int = 0) -> list[dict[str, Any]]:
    """Run `kiosk scan` and return its JSON lines."""
    assert run(["scan", *map(str, arguments)]) == expect
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def test_a_card_is_one_masked_line(card: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (line,) = lines(capfd, card)
    assert set(line) == {"schema_version", "file", "symbology", "text", "kind", "fields"}
    assert (line["schema_version"], line["file"], line["symbology"]) == (1, str(card), "qr")
    assert line["kind"] == "identity_card"
    assert (line["fields"]["number"], line["fields"]["name"]) == ("•••••••••123", "N••••• V•• A•")
    assert line["text"].count("|") == 6
    assert set(line["text"]) <= set("•| ")


@pytest.mark.parametrize("form", ["--json", "--text"])
@pytest.mark.parametrize("payload", [CARD, f"{CARD}|of nobody's|{CARD}", "001090000123"])
def test_nothing_personal_is_told_unasked(tmp_path: Path, form: str, payload: str) -> None:
    path = picture_of(payload, tmp_path / "code.png")
    command = [sys.executable, "-m", "kiosk", "--home", str(tmp_path / "home"), "scan", str(path), form]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"KIOSK_LOG": "DEBUG"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    for secret in SECRETS:
        assert secret not in done.stdout + done.stderr
    assert sorted(tmp_path.rglob("*")) == [path], "nothing is written"


def test_what_is_not_known_is_masked_whole(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (line,) = lines(capfd, picture_of("Nguyễn, 001090000123!", tmp_path / "unknown.png"))
    assert (line["kind"], line["fields"]) == ("opaque", {"reason": "unknown"})
    assert set(line["text"]) <= set("• ")


def test_unmask_tells_all(card: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (line,) = lines(capfd, card, "--unmask")
    assert line["text"] == CARD
    assert line["fields"]["name"] == "Nguyễn Văn An"
    assert line["fields"]["birth"] == "1990-01-02"


def test_a_dossier_code_is_no_secret(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (line,) = lines(capfd, picture_of("000.00.01.H26-260930-0012", tmp_path / "receipt.png"))
    assert (line["kind"], line["text"]) == ("dossier", "000.00.01.H26-260930-0012")


def test_a_file_without_a_code_is_a_warning(card: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Image.new("L", (50, 50), 255).save(tmp_path / "white.png")
    found, nothing = lines(capfd, card, tmp_path / "white.png", expect=1)
    assert found["kind"] == "identity_card"
    assert (nothing["symbology"], nothing["text"], nothing["kind"], nothing["fields"]) == (None, None, None, {})


def test_a_file_that_cannot_be_read_fails_and_the_others_are_still_read(
    card: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "words.png").write_text("hello")
    assert run(["scan", str(tmp_path / "words.png"), str(tmp_path / "gone.png"), str(card)]) == 2
    told = capfd.readouterr()
    words, gone, found = map(json.loads, told.out.splitlines())
    assert "words.png: not a picture" in words["error"]
    assert "gone.png: No such file" in gone["error"]
    assert found["kind"] == "identity_card"
    assert "words.png: not a picture" in told.err


def test_a_terminal_does_not_obey_a_code(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = picture_of("\x1b[2J\x9bnot ours", tmp_path / "bad.png")
    assert run(["scan", "--unmask", "--text", str(path)]) == 0
    told = capfd.readouterr().out
    assert "not ours" in told
    assert told.rstrip("\n").isprintable()


def test_without_files_it_says_what_it_wants(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["scan"]) == 64
    assert "Give pictures to decode" in capfd.readouterr().err
    assert run(["scan", "--help"]) == 0
    assert "kiosk scan card.jpg" in capfd.readouterr().out
