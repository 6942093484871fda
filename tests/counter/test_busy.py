"""Another process holds the database's lock: pages, boards and beats continue, and a waiting request is refused."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from starlette.applications import Starlette

from kiosk.counter import lobby_thread
from kiosk.counter.lobby_thread import MOST_WAITING, LobbyThread
from kiosk.counter.replies import ApiError
from kiosk.errors import StoreError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import BoardView
from tests.counter.conftest import Visit

pytestmark = pytest.mark.anyio


@contextmanager
def locked(lobby: Lobby) -> Iterator[None]:
    """Lock the database like a process that hangs in the middle of a write."""
    with closing(sqlite3.connect(lobby.settings.home.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_a_locked_database_stops_no_board_and_no_page(lobby: Lobby, app: Starlette, visit: Visit) -> None:
    lobby.take("A", print_slip=False)
    async with visit(app) as officer, visit(app, officer="") as board:
        with locked(lobby):
            calling = asyncio.create_task(officer.post("/api/counter/1/next", json={}))
            for _ in range(5):
                answers = await asyncio.gather(board.get("/api/board"), board.get("/"), officer.get("/api/counter/1"))
                assert [answer.status_code for answer in answers] == [200] * 3
            assert not calling.done()
        answer = await calling
    assert (answer.status_code, answer.json()["number"]) == (200, "A001")


async def test_a_request_that_waits_too_long_is_refused_and_safe_to_repeat(
    lobby: Lobby, app: Starlette, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lobby_thread, "PATIENCE_S", 0.2)
    ticket = lobby.take("A", print_slip=False)
    lobby.call_next(1)
    async with visit(app) as officer:
        with locked(lobby):
            begun = await officer.post("/api/counter/1/done", json={"number": ticket.number})
            waiting = await officer.post("/api/counter/1/park", json={"number": ticket.number})
            assert (begun.status_code, begun.json()["code"]) == (503, "busy")
            assert "look whether it was done" in begun.json()["message"]
            assert "nothing was changed" in waiting.json()["message"]
            assert begun.headers["retry-after"] == "2"
        monkeypatch.setattr(lobby_thread, "PATIENCE_S", 20.0)
        again = await officer.post("/api/counter/1/done", json={"number": ticket.number})
    assert (again.status_code, again.json()["code"]) == (409, "not_in_hand")
    assert lobby.counter(1).done_today == 1


async def test_a_flood_of_requests_waits_in_a_short_queue_and_shares_reads(lobby: Lobby) -> None:
    go_on, looks = threading.Event(), []
    thread = LobbyThread(lambda: Lobby(lobby.settings), "looking")
    first = asyncio.create_task(thread.run(lambda lobby: go_on.wait(20)))
    await asyncio.sleep(0)
    boards = [asyncio.create_task(thread.run(lambda lobby: looks.append(1), "board")) for _ in range(500)]
    others = [asyncio.create_task(thread.run(lambda lobby: None)) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)
    go_on.set()
    answers = await asyncio.gather(*others, return_exceptions=True)
    await asyncio.gather(first, *boards)
    assert len(looks) == 1
    refused = [answer for answer in answers if isinstance(answer, ApiError)]
    assert [(error.status_code, error.code) for error in refused] == [(503, "busy")] * 2


async def test_a_lobby_that_could_not_be_opened_is_opened_again(lobby: Lobby) -> None:
    (database := lobby.settings.home.database).rename(aside := database.with_name("aside"))
    thread = LobbyThread(lambda: Lobby.open(lobby.settings), "looking")
    database.mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        await thread.run(lambda lobby: lobby.board())
    database.rmdir()
    aside.rename(database)
    assert isinstance(await thread.run(lambda lobby: lobby.board()), BoardView)
