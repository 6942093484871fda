"""What the page may hold to the scanner and press, what it is told, and that nothing of it stays anywhere."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import segno
from PIL import Image

from kiosk.config import Settings
from kiosk.drivers.panel.simulated import request as ask_panel
from kiosk.drivers.scanner.simulated import request as ask_scanner
from kiosk.ports.panel import Key
from tests.dock.hardware import Screen, screen, simulated
from tests.dock.serving import served

CARD = "001090000123|012345678|Nguyễn Văn An|02011990|Nam|Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội|15042021"
FILE = {"content-type": "application/octet-stream"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return simulated(tmp_path)


@pytest.fixture
def dock(settings: Settings) -> Iterator[httpx.Client]:
    with served(settings) as url, httpx.Client(base_url=url) as client:
        yield client


@pytest.fixture
def hall(settings: Settings) -> Iterator[Screen]:
    with screen(settings) as hall:
        yield hall


def qr(payload: str) -> bytes:
    out = io.BytesIO()
    segno.make(payload.encode(), micro=False).save(out, kind="png", scale=5)
    return out.getvalue()


def test_any_text_is_handed_to_the_scanner_and_only_its_kind_comes_back(dock: httpx.Client, hall: Screen) -> None:
    answer = dock.post("/scan", json={"text": CARD})
    assert answer.json() == [{"symbology": "qr", "kind": "identity_card", "answer": "ok"}]
    assert hall.payloads(1) == [CARD]
    assert dock.post("/scan", json={"text": CARD}).json()[0]["answer"] == "duplicate"


def test_a_picture_is_decoded_in_memory_and_never_written(dock: httpx.Client, hall: Screen, tmp_path: Path) -> None:
    answer = dock.post("/picture", content=qr(CARD), headers=FILE)
    assert answer.json() == [{"symbology": "qr", "kind": "identity_card", "answer": "ok"}]
    assert hall.payloads(1) == [CARD]
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert b"0010900" not in file.read_bytes() and b"\x89PNG" not in file.read_bytes()


def test_what_cannot_be_held_up_is_told_in_a_sentence(dock: httpx.Client, hall: Screen) -> None:
    white = io.BytesIO()
    Image.new("L", (40, 40), 255).save(white, "PNG")
    for content, sentence in ((white.getvalue(), "there is no QR"), (b"hello", "the file: not a picture")):
        answer = dock.post("/picture", content=content, headers=FILE)
        assert (answer.status_code, sentence in answer.text) == (409, True)
    assert dock.post("/scan", json={"card": "ace-of-spades"}).text == "there is no such card in the deck now"
    assert dock.post("/scan", json={}).status_code == 409
    assert dock.post("/scan", json={"text": "x" * 200_001}).status_code == 409
    assert dock.post("/scan", json={"text": "x" * 1_300_000}).status_code == 413
    assert dock.post("/scan", json={"payload": "x"}).status_code == 400
    assert dock.post("/scan", content=b'{"text": "\xff"}', headers={"content-type": "application/json"}).is_error
    assert hall.payloads(0) == []


def test_without_a_screen_and_without_a_cable_it_says_so(
    dock: httpx.Client, settings: Settings, request: pytest.FixtureRequest
) -> None:
    for path, body in (("/scan", {"text": CARD}), ("/key", {"key": "next"})):
        assert "start the screen" in dock.post(path, json=body).text
    request.getfixturevalue("hall")
    ask_scanner(settings.home, "unplug")
    ask_panel(settings.home, "unplug")
    assert dock.post("/scan", json={"text": CARD}).json()[0]["answer"] == "unplugged"
    assert dock.post("/key", json={"key": "next"}).text == "the panel is unplugged"


def test_keys_are_felt(dock: httpx.Client, hall: Screen) -> None:
    for key in Key:
        assert dock.post("/key", json={"key": key}).status_code == 204
    assert hall.keys(4) == list(Key)
    assert dock.post("/key", json={"key": "enter"}).status_code == 400


def test_every_card_of_the_deck_can_be_held_up(dock: httpx.Client, hall: Screen) -> None:
    cards = ("card-2024", "card-2021", "card-elder", "number", "mrz", "passport", "insurance", "nasty", "endless")
    kinds = [dock.post("/scan", json={"card": card}).json()[0]["kind"] for card in cards]
    assert kinds[3:7] == ["identity_number", "mrz", "mrz", "insurance_card"]
    assert len(hall.payloads(len(cards))) == len(cards)
