"""Nobody but who was told the address, and the dock's own page, may see the screen or touch it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests import halls
from tests.dock.serving import WORD, lay_out_slip, served

TAP: dict[str, object] = {"window": "screen", "kind": "down", "x": 1, "y": 2}
JSON = {"content-type": "application/json"}


@pytest.fixture
def dock(tmp_path: Path) -> Iterator[httpx.Client]:
    settings = halls.settings(tmp_path)
    lay_out_slip(settings, 7)
    (tmp_path / "secret.png").write_bytes(b"secret")
    with served(settings) as url, httpx.Client(base_url=url) as client:
        yield client


@pytest.mark.parametrize(
    "host", ["kiosk.example", "127.0.0.1.example:80", "10.0.0.7", "127.0.0.1@evil", "evil:127.0.0.1", "localhost.", ""]
)
def test_a_name_that_was_pointed_at_this_machine_gets_nothing(dock: httpx.Client, host: str) -> None:
    for path in ("/", "/news", "/frame/screen.jpg", "/slip/000007.png", "/page/main.js"):
        assert dock.get(path, headers={"host": host}).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1:1234", "localhost", "LOCALHOST:99", "[::1]:80"])
def test_a_tunnel_may_use_any_port_of_its_own_machine(dock: httpx.Client, host: str) -> None:
    assert dock.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("word", ["", "/", "/guessed", f"/{WORD}x", f"/{WORD[:-1]}", f"/x/{WORD}", f"/%2f{WORD}", "/ư"])
def test_another_user_of_this_machine_finds_the_port_and_gets_nothing(dock: httpx.Client, word: str) -> None:
    root = str(dock.base_url.copy_with(path=""))
    for path in ("/", "/news", "/frame/screen.jpg", "/slip/000007.png", "/page/main.js", f"/?token={WORD}"):
        answer = dock.get(f"{root}{word}{path}")
        assert answer.status_code == 403
        assert WORD not in answer.text
    for path in ("/touch", "/fault", "/scan", "/picture", "/key"):
        assert dock.post(f"{root}{word}{path}", json=TAP).status_code == 403


def test_an_address_copied_without_its_last_stroke_leads_to_the_page(dock: httpx.Client) -> None:
    answer = dock.get(str(dock.base_url).rstrip("/"), follow_redirects=True)
    assert answer.status_code == 200 and str(answer.url) == str(dock.base_url)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},  # another program of this machine
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
    ],
)
def test_a_foreign_page_cannot_touch_the_screen_hold_up_cards_or_break_the_printer(
    dock: httpx.Client, headers: dict[str, str]
) -> None:
    for path in ("/touch", "/fault", "/scan", "/picture", "/key"):
        assert dock.post(path, json=TAP, headers={**JSON, **headers}).status_code == 403


def test_its_own_page_may_but_only_in_words_the_dock_knows(dock: httpx.Client) -> None:
    own = {**JSON, "origin": str(dock.base_url.copy_with(path="")), "sec-fetch-site": "same-origin"}
    assert dock.post("/touch", json=TAP, headers=own).status_code == 409  # nothing runs here
    for wrong in ({"kind": "wipe"}, {"x": -1}, {"y": 1e9}, {"window": "/etc"}, {"z": 1}):
        assert dock.post("/touch", json={**TAP, **wrong}, headers=own).status_code == 400
    assert dock.post("/touch", content=b"\xff" * 5000, headers=own).status_code == 413
    for device, action in (("printer", "explode"), ("network", "explode"), ("cables", "explode"), ("toaster", "ok")):
        wish = {"device": device, "action": action, "is_on": True}
        assert dock.post("/fault", json=wish, headers=own).status_code == 409


def test_only_slips_are_served_from_the_printers_tray(dock: httpx.Client) -> None:
    assert dock.get("/slip/000007.png").headers["content-type"] == "image/png"
    for name in ("000008", "..%2f..%2f..%2f..%2fsecret", "٧", ".part", "7;", "%00"):
        assert dock.get(f"/slip/{name}.png").status_code == 404
    assert dock.get("/slip/../../../../secret.png").status_code == 403  # no longer under the word


@pytest.mark.parametrize("address", ["screen.jpg", "screen.jpg?w=abc", "screen.jpg?w=-1", "screen.jpg?w=٣", "x.jpg"])
def test_a_picture_that_is_not_there_is_not_found(dock: httpx.Client, address: str) -> None:
    assert dock.get(f"/frame/{address}").status_code == 404


def test_nothing_may_be_loaded_from_elsewhere_nor_the_dock_be_framed(dock: httpx.Client) -> None:
    headers = dock.get("/").headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["cross-origin-resource-policy"] == "same-origin"
