"""A small hall, a manual clock, and signed-in officers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from kiosk.counter.app import create_app
from kiosk.lobby.lobby import Lobby
from tests import halls
from tests.clocks import FakeClock
from tests.counter.serving import OFFICERS, OTHER_PIN, PIN, threads_closed


@pytest.fixture(autouse=True)
def _threads_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with threads_closed(monkeypatch):
        yield


Visit = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]
"""`visit(app, officer="lan", address="10.0.0.1")`: a client; officer "" is not signed in."""


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio, as uvicorn does."""
    return "asyncio"


@pytest.fixture
def clock() -> FakeClock:
    """Monday, 09:00."""
    return FakeClock()


@pytest.fixture
def lobby(tmp_path: Path, clock: FakeClock) -> Iterator[Lobby]:
    """A hall with services A and B, counters 1 (A), 2 (A, B) and 3 (B)."""
    lobby = halls.lobby(tmp_path, clock)
    yield lobby
    lobby.close()


@pytest.fixture
def app(lobby: Lobby, clock: FakeClock) -> Starlette:
    """The officers' page over that hall."""
    return create_app(lobby.settings, lambda: OFFICERS, clock=clock)


@pytest.fixture
def visit() -> Visit:
    """A function that returns an app's client."""

    @asynccontextmanager
    async def come(app: Starlette, officer: str = "lan", address: str = "10.0.0.1") -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://kiosk:8080") as client:
            if officer:
                pin = PIN if officer == "lan" else OTHER_PIN
                answer = await client.post("/api/session", json={"officer": officer, "pin": pin})
                assert answer.status_code == 200, answer.text
            yield client

    return come
