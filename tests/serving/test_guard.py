"""Hostile requests to all pages: foreign host names, foreign origins and invalid characters."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from kiosk.city.database import CityDatabase
from kiosk.city.web import create_app as city_pages
from kiosk.counter.app import create_app as officers_page
from kiosk.dock.app import create_app as dock_pages
from kiosk.drivers.simulated_hardware import SimulatedHardware
from kiosk.lobby.lobby import Lobby
from kiosk.serving import DOCK_FILE, dock_origins, framers, names
from tests import halls
from tests.clocks import FakeClock
from tests.counter.serving import OFFICERS, PIN, threads_closed

WORD = "x" * 22
JSON = {"content-type": "application/json"}
NASTY = [
    "9" * 5000,
    "٣",
    "１",
    "-1",
    "+1",
    "1_0",
    "1e3",
    "0x1",
    "1.0",
    " 1",
    "%00",
    "1%00",
    "1%0a",
    "1%0d%0a",
    "%ff%fe",
    "%ed%a0%80",
    "%e2%80%ae",
    "A" * 6000,
    "A001%0a",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e",
    "{}",
    "A%ef%bc%91",
]
NASTY_BODIES = [
    b"",
    b"\xff",
    b"null",
    b"[]",
    b"{" * 3000,
    b"[" * 4000,
    b'{"number": "A001\\n"}',
    b'{"number": "A001\\u0000"}',
    b'{"number": "A\\ud800"}',
    b'{"officer": "lan\\ud800", "pin": "\\ud800"}',
    b'{"officer": "lan", "pin": "\xed\xa0\x80"}',
    b'{"officer": "\\u0000", "pin": "\xd9\xa3"}',
    b'{"number": "A\xd9\xa1"}',
    b'{"number": ' + b"9" * 4000 + b"}",
    b'{"number": 1e999}',
    b'{"number": "A001", "service": "B\\n"}',
    b'{"finish": "A001\\n"}',
]


@pytest.fixture(autouse=True)
def _threads_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with threads_closed(monkeypatch):
        yield


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def lobby(tmp_path: Path) -> Iterator[Lobby]:
    lobby = halls.lobby(tmp_path)
    yield lobby
    lobby.close()


@pytest.fixture(params=["counter", "city", "dock"])
def pages(request: pytest.FixtureRequest, lobby: Lobby, tmp_path: Path) -> Iterator[tuple[Starlette, str]]:
    """Each server's application and what its paths begin with."""
    database = CityDatabase.open(tmp_path / "city.db")
    if request.param == "counter":
        yield officers_page(lobby.settings, lambda: OFFICERS, clock=FakeClock()), ""
    elif request.param == "city":
        yield city_pages(database, FakeClock()), ""
    else:
        yield dock_pages(lobby.settings, SimulatedHardware(lobby.settings.home), WORD), f"/{WORD}"
    database.close()


def client(app: Starlette, url: str = "http://127.0.0.1:8080") -> httpx.AsyncClient:
    """Return a client that sees what breaks as a browser does."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=url)


def is_guarded(answer: httpx.Response) -> bool:
    """Tell whether an answer carries the headers that forbid framing and sniffing."""
    policy = answer.headers.get("content-security-policy", "")
    return "frame-ancestors 'self'" in policy and answer.headers.get("x-content-type-options") == "nosniff"


@pytest.mark.anyio
async def test_no_address_and_no_body_whatever_breaks_a_page(pages: tuple[Starlette, str]) -> None:
    app, root = pages
    paths = {route.path for route in app.routes if isinstance(route, Route)} | {"/static/{x}", "/page/{x}", "/{x}"}
    async with client(app) as stranger:
        await stranger.post(f"{root}/api/session", json={"officer": "lan", "pin": PIN})
        for path in sorted(path for path in paths if not path.endswith(("/events", "/news"))):
            for word in NASTY if "{" in path else [""]:
                before, _, after = path.partition("{")
                address = f"{root}{before}{word}{after.partition('}')[2]}"
                answers = [await stranger.get(address), await stranger.post(address, content=b"{}", headers=JSON)]
                for answer in answers:
                    assert answer.status_code < 500, (address[:80], answer.text)
                    assert is_guarded(answer), address[:80]
            for body in NASTY_BODIES:
                address = root + path.replace("{counter}", "1").replace("{number}", "A001")
                answer = await stranger.post(address, content=body, headers=JSON)
                assert answer.status_code < 500, (address, body[:40], answer.text)


@pytest.mark.anyio
@pytest.mark.parametrize("end", ["%0a", "%0d", "%00", "%ff"])
async def test_an_address_that_ends_in_a_line_break_leads_nowhere(pages: tuple[Starlette, str], end: str) -> None:
    app, root = pages
    async with client(app) as stranger:
        for path in ("/", "/api/site", "/api/board", "/api/sites", "/board"):
            assert (await stranger.get(f"{root}{path}{end}")).status_code == 404


@pytest.mark.anyio
async def test_a_rebound_host_name_gets_nothing(pages: tuple[Starlette, str]) -> None:
    app, root = pages
    for host in (
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "10.0.0.7.nip.io",
        "",
        "kiosk.",
        "0x7f.1",
    ):
        async with client(app) as stranger:
            for path in ("/", "/api/board", "/api/sites", "/api/alarms", "/api/site"):
                answer = await stranger.get(root + path, headers={"host": host})
                assert answer.status_code == 403 and is_guarded(answer), (host, path)


@pytest.mark.anyio
async def test_nobody_signs_in_under_a_foreign_name(lobby: Lobby) -> None:
    async with client(
        officers_page(lobby.settings, lambda: OFFICERS, clock=FakeClock()), "http://evil.example"
    ) as browser:
        headers = {"origin": "http://evil.example"}
        answer = await browser.post("/api/session", json={"officer": "lan", "pin": PIN}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_host")
    assert "set-cookie" not in answer.headers


@pytest.mark.anyio
async def test_a_ticket_may_be_followed_under_the_citys_public_name(tmp_path: Path) -> None:
    database = CityDatabase.open(tmp_path / "city.db")
    async with client(city_pages(database, FakeClock()), "http://follow.example") as phone:
        assert (await phone.get("/t/aaaaaaaaaaaaaaaa")).status_code in (200, 404)
        assert (await phone.get("/page/page.css")).status_code in (200, 404)
        assert (await phone.get("/")).status_code == 403
    async with client(city_pages(database, FakeClock(), own_names=["city.example"]), "http://City.example") as centre:
        assert (await centre.get("/")).status_code == 200
    database.close()


@pytest.mark.anyio
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"},
    ],
)
async def test_a_foreign_page_can_neither_read_nor_open_streams(
    pages: tuple[Starlette, str], headers: dict[str, str]
) -> None:
    app, root = pages
    async with client(app) as browser:
        for path in ("/api/board", "/api/board/events", "/api/sites", "/news", "/api/counter/1/events"):
            answer = await browser.get(root + path, headers=headers)
            assert answer.status_code == 403, path


@pytest.mark.anyio
async def test_a_link_from_elsewhere_may_lead_to_a_page(pages: tuple[Starlette, str]) -> None:
    app, root = pages
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    async with client(app) as browser:
        assert (await browser.get(f"{root}/", headers=headers)).status_code == 200
        assert (await browser.post(f"{root}/", headers=headers, json={})).status_code == 403


@pytest.mark.anyio
async def test_an_exception_is_answered_with_headers_and_logged_once(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    app = officers_page(lobby.settings, lambda: OFFICERS, clock=FakeClock())
    monkeypatch.setattr("kiosk.counter.app.page_words", broken)
    with caplog.at_level(logging.ERROR):
        async with client(app) as browser:
            answer = await browser.get("/words/vi")
    assert (answer.status_code, answer.json()["code"]) == (500, "kiosk_error")
    assert is_guarded(answer) and "mistake" not in answer.text
    assert [record.exc_info is not None for record in caplog.records] == [True]


@pytest.mark.parametrize("host", ["10.0.0.7", "127.0.0.1", "[::1]", "[fe80::1]", "localhost", "kiosk.hall"])
def test_ip_addresses_and_our_own_names_are_accepted(host: str) -> None:
    assert names("Kiosk.hall")(host)


@pytest.mark.parametrize("host", ["::1", "[10.0.0.7]", "10.0.0", "0x7f000001", "2130706433", "١٠.0.0.1", "[]", "a"])
def test_text_that_only_resembles_an_address_is_refused(host: str) -> None:
    assert not names()(host)


@pytest.mark.anyio
async def test_only_the_dock_that_runs_may_show_the_pages_in_a_frame(lobby: Lobby) -> None:
    app = officers_page(lobby.settings, lambda: OFFICERS, clock=FakeClock())
    file = lobby.settings.home.run / DOCK_FILE
    async with client(app) as browser:
        for words, framers_wanted in (
            ("http://127.0.0.1:40123\n", " http://127.0.0.1:40123 http://localhost:40123"),
            ("http://127.0.0.1:40123; script-src *\n", ""),
            ("http://evil.example:80\n", ""),
            ("http://127.0.0.1.evil.example\n", ""),
            ("", ""),
        ):
            file.write_text(words, encoding="utf-8")
            policy = (await browser.get("/")).headers["content-security-policy"]
            assert policy.endswith(f"frame-ancestors 'self'{framers_wanted}"), words
    file.unlink()
    assert dock_origins(file.parent) == []


def test_a_foreign_url_is_not_a_frame_origin() -> None:
    assert framers(["https://127.0.0.1:1", "http://127.0.0.1:*", "http://127.0.0.1:1@evil", "http://10.0.0.1:1"]) == []
