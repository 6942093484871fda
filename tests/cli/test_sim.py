"""`kiosk sim`: codes presented, keys pressed and cables pulled from a second terminal."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PIL import Image

from kiosk.cli.main import run
from kiosk.clock import SystemClock
from kiosk.config import Home
from kiosk.drivers.panel.simulated import MOVABLE, SimulatedPanel
from kiosk.drivers.scanner.simulated import SimulatedScanner, present
from kiosk.drivers.speaker import simulated as speaker
from kiosk.ports.panel import Felt, Key, Sign
from kiosk.ports.scanner import Scan
from tests.cli.test_scan import CARD, SECRETS, picture_of
from tests.drivers.control_socket_rigs import Source, is_readable

_T = TypeVar("_T")
_READING = threading.Lock()
"""Held while the thread reads a device and stores the result, because a command may return before that."""

CODE = "000.00.01.H26-260930-0012"


@contextmanager
def owner(device: Source[_T]) -> Iterator[list[_T]]:
    """Act as the screen's process for a device: read it in a thread, and yield the list of what was read."""
    read: list[_T] = []
    is_over = threading.Event()

    def listen() -> None:
        while not is_over.is_set():
            if is_readable(device, 0.02):
                with _READING:
                    read.extend(device.read())

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield read
    finally:
        is_over.set()
        thread.join()


@pytest.fixture
def scans(tmp_path: Path) -> Iterator[list[Scan]]:
    scanner = SimulatedScanner(Home.at(tmp_path), SystemClock())
    with owner(scanner) as read:
        yield read
    scanner.close()


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[list[Felt]]:
    panel = SimulatedPanel(Home.at(tmp_path))
    with owner(panel) as read:
        yield read
    panel.close()


def sim(home: Path, *arguments: object, expect: int = 0) -> None:
    """Run `kiosk sim` on a home."""
    assert run(["--home", str(home), "sim", *map(str, arguments)]) == expect
    with _READING:
        pass


def json_lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return the JSON lines that were printed."""
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def test_a_picture_is_decoded_and_its_code_is_read(
    tmp_path: Path, scans: list[Scan], capfd: pytest.CaptureFixture[str]
) -> None:
    card = picture_of(CARD, tmp_path / "card.png")
    sim(tmp_path, "scanner", "present", card)
    assert [scan.payload for scan in scans] == [CARD]
    (line,) = json_lines(capfd)
    assert line == {
        "schema_version": 1,
        "source": str(card),
        "symbology": "qr",
        "kind": "identity_card",
        "answer": "ok",
    }


def test_a_text_arrives_unchanged(tmp_path: Path, scans: list[Scan], capfd: pytest.CaptureFixture[str]) -> None:
    sim(tmp_path, "scanner", "present", "--plain", "--text", CODE)
    assert [scan.payload for scan in scans] == [CODE]
    assert capfd.readouterr().out == "text: qr dossier: read\n"


def test_a_cards_text_need_not_stand_in_the_list_of_processes(
    tmp_path: Path, scans: list[Scan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CARD}\n"))
    sim(tmp_path, "scanner", "present", "--text", "-")
    assert [scan.payload for scan in scans] == [CARD]
    sim(tmp_path, "scanner", "present", "--text", "-", expect=64)  # nothing more to read


def test_no_personal_data_of_a_presented_code_is_printed(
    tmp_path: Path, scans: list[Scan], capfd: pytest.CaptureFixture[str]
) -> None:
    for form in ("--json", "--plain"):
        sim(tmp_path, "scanner", "present", form, "--text", f"{CARD}{form}")
    printed = capfd.readouterr()
    assert len(scans) == 2
    for secret in SECRETS:
        assert secret not in printed.out + printed.err


def test_the_same_card_twice_is_a_warning(tmp_path: Path, scans: list[Scan], capfd: pytest.CaptureFixture[str]) -> None:
    card = picture_of(CARD, tmp_path / "card.png")
    sim(tmp_path, "scanner", "present", card, card, expect=1)
    assert [line["answer"] for line in json_lines(capfd)] == ["ok", "duplicate"]
    assert len(scans) == 1


def test_a_picture_without_a_code_and_a_missing_file_are_reported_and_the_other_codes_are_read(
    tmp_path: Path, scans: list[Scan], capfd: pytest.CaptureFixture[str]
) -> None:
    Image.new("L", (50, 50), 255).save(tmp_path / "white.png")
    card = picture_of(CARD, tmp_path / "card.png")
    sim(tmp_path, "scanner", "present", tmp_path / "white.png", card, expect=1)
    assert [line["answer"] for line in json_lines(capfd)] == ["no code", "ok"]
    sim(tmp_path, "scanner", "present", tmp_path / "gone.png", "--text", CODE, expect=2)
    gone, text = json_lines(capfd)
    assert "gone.png: No such file" in gone["error"]
    assert text["answer"] == "ok"
    assert len(scans) == 2


def test_a_scanner_with_a_fault_loses_codes_until_the_fault_is_ended(
    scans: list[Scan], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    sim(tmp_path, "scanner", "manner", "cr")
    sim(tmp_path, "scanner", "present", "--text", "HNK:take")
    sim(tmp_path, "scanner", "manner", "cut")
    sim(tmp_path, "scanner", "present", "--plain", "--text", CODE, expect=1)
    assert "kiosk sim scanner manner whole" in capfd.readouterr().out
    sim(tmp_path, "scanner", "manner", "whole")
    sim(tmp_path, "scanner", "present", "--text", CODE)
    assert [scan.payload for scan in scans] == ["HNK:take", CODE]
    sim(tmp_path, "scanner", "manner", "nicely", expect=64)


def test_an_unplugged_scanner_reads_nothing_until_it_is_plugged_in(
    tmp_path: Path, scans: list[Scan], capfd: pytest.CaptureFixture[str]
) -> None:
    sim(tmp_path, "scanner", "unplug")
    sim(tmp_path, "scanner", "present", "--plain", "--text", CODE, expect=2)
    assert "the scanner is unplugged; `kiosk sim scanner plug`" in capfd.readouterr().out
    sim(tmp_path, "scanner", "plug")
    sim(tmp_path, "scanner", "present", "--text", CODE)
    assert len(scans) == 1


def test_without_a_screen_the_error_says_what_to_start(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    sim(tmp_path, "scanner", "present", "--text", CODE, expect=2)
    assert "start the screen" in capfd.readouterr().err
    sim(tmp_path, "panel", "press", "next", expect=2)
    assert "start the screen" in capfd.readouterr().err


def test_present_without_a_code_is_wrong_usage(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    sim(tmp_path, "scanner", "present", expect=64)
    assert "pictures of codes, or --text" in capfd.readouterr().err


def test_keys_are_pressed_in_their_order(tmp_path: Path, keys: list[Felt]) -> None:
    sim(tmp_path, "panel", "press", "next", "next", "choose", "speak", "previous")
    assert keys == [Key.NEXT, Key.NEXT, Key.CHOOSE, Key.SPEAK, Key.PREVIOUS]


def test_an_unplugged_panel_ignores_keys(tmp_path: Path, keys: list[Felt], capfd: pytest.CaptureFixture[str]) -> None:
    sim(tmp_path, "panel", "unplug")
    sim(tmp_path, "panel", "press", "next", expect=2)
    assert "the panel is unplugged; `kiosk sim panel plug`" in capfd.readouterr().err
    sim(tmp_path, "panel", "plug")
    sim(tmp_path, "panel", "press", "next")
    assert keys == [Key.NEXT]


def test_every_switch_of_the_panel_can_be_operated(tmp_path: Path, keys: list[Felt]) -> None:
    for name, there, back in (
        ("presence", "came", "left"),
        ("tamper", "open", "close"),
        ("cup", "place", "take"),
        ("near-end", "low", "full"),
    ):
        sim(tmp_path, "panel", name, there)
        sim(tmp_path, "panel", name, back)
    sim(tmp_path, "panel", "cup", "drink", expect=64)
    assert keys == [sign for sign in Sign if sign in MOVABLE]


def test_an_unknown_key_is_wrong_usage(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    sim(tmp_path, "panel", "press", "enter", expect=64)
    assert "'enter' is not one of" in capfd.readouterr().err


def test_the_loudspeaker_can_be_unplugged(tmp_path: Path) -> None:
    sim(tmp_path, "speaker", "unplug")
    assert speaker.control_file(Home.at(tmp_path)).exists()
    sim(tmp_path, "speaker", "explode", expect=2)


def test_a_text_that_is_not_utf8_is_refused(
    tmp_path: Path, scans: list[Scan], capfd: pytest.CaptureFixture[str]
) -> None:
    sim(tmp_path, "scanner", "present", "--text", "\udcff", expect=2)
    assert "cannot be written as UTF-8" in capfd.readouterr().err
    assert scans == []


def test_the_dock_and_the_command_share_one_scanner(tmp_path: Path, scans: list[Scan]) -> None:
    sim(tmp_path, "scanner", "present", "--text", CODE)
    assert present(Home.at(tmp_path), scans[0]) == "duplicate"


def test_a_hint_is_requested_by_its_name(tmp_path: Path) -> None:
    scanner = SimulatedScanner(Home.at(tmp_path), SystemClock())
    assert run(["--home", str(tmp_path), "sim", "scanner", "hint", "closer"]) == 0
    assert scanner.hint == "closer"
    assert run(["--home", str(tmp_path), "sim", "scanner", "hint", "none"]) == 0
    assert scanner.hint is None
    scanner.close()
