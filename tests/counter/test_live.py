"""Live views over a real server, with changes made by other processes."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from kiosk.counter import live_views
from kiosk.counter.live_views import LiveViews
from kiosk.counter.lobby_thread import LobbyThread
from kiosk.errors import StoreError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import BoardView
from tests import halls
from tests.clocks import FakeClock
from tests.counter.serving import PIN, Served, serving

TAKE = "import sys; from pathlib import Path; from tests.halls import lobby; lobby(Path(sys.argv[1])).take('A')"


class Events:
    """One stream of server-sent events, read as a browser reads it."""

    def __init__(self, served: Served, path: str, cookie: str = "") -> None:
        self._connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=10)
        self._connection.request("GET", path, headers={"cookie": cookie})
        self.response = self._connection.getresponse()

    def next(self, kind: str = "view") -> dict[str, Any] | None:
        """Return the payload of the next event of a kind; None when the stream has ended."""
        while line := self.response.readline():
            if line == f"event: {kind}\n".encode():
                payload: dict[str, Any] = json.loads(self.response.readline().removeprefix(b"data: "))
                return payload
        return None

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def served(tmp_path: Path, clock: FakeClock) -> Iterator[Served]:
    """The page of the same home as the fixture `lobby`, as another process would serve it."""
    with serving(halls.settings(tmp_path), clock) as served:
        yield served


def cookie(served: Served) -> str:
    """Sign lan in and return the cookie header."""
    answer = httpx.post(f"{served.url}/api/session", json={"officer": "lan", "pin": PIN})
    return answer.headers["set-cookie"].partition(";")[0]


def test_a_number_taken_in_another_process_reaches_the_officer(served: Served, tmp_path: Path) -> None:
    with closing(Events(served, "/api/counter/1/events", cookie(served))) as events:
        assert events.response.headers["content-type"].startswith("text/event-stream")
        first = events.next()
        assert first is not None
        assert first["queue"] == []
        subprocess.run([sys.executable, "-c", TAKE, str(tmp_path)], check=True, cwd=Path(__file__).parents[2])
        view = events.next()
    assert view is not None
    assert [row["number"] for row in view["queue"]] == ["A001"]


def test_a_call_reaches_every_board_at_once(served: Served, lobby: Lobby) -> None:
    boards = [Events(served, "/api/board/events") for _ in range(3)]
    for board in boards:
        first = board.next()
        assert first is not None
        assert first["current"] is None
    lobby.take("A", print_slip=False)
    lobby.call_next(1)
    for board in boards:
        with closing(board):
            # Taking and calling may be shown together or one after the other.
            while (view := board.next()) is not None and view["current"] is None:
                pass
            assert view is not None
            assert view["current"]["number"] == "A001"


def test_a_session_that_expires_ends_its_stream(served: Served, lobby: Lobby, clock: FakeClock) -> None:
    with closing(Events(served, "/api/counter/1/events", cookie(served))) as events:
        events.next()
        clock.pass_time(hours=13)
        lobby.take("A", print_slip=False)
        assert events.next() is None


def test_a_server_that_stops_ends_its_streams_and_does_not_wait_for_them(served: Served) -> None:
    with closing(Events(served, "/api/board/events")) as events:
        events.next()
        served.stop()
        assert events.next() is None


def test_officers_see_who_has_a_counter_open(served: Served) -> None:
    signed_in = {"cookie": cookie(served)}
    with closing(Events(served, "/api/counter/2/events", signed_in["cookie"])) as events:
        events.next()
        counters = httpx.get(f"{served.url}/api/counters", headers=signed_in).json()
    assert [counter["officers"] for counter in counters] == [[], ["lan"], []]


async def frames(stream: AsyncIterator[bytes], count: int) -> list[bytes]:
    """Return the next frames of a stream; one that does not come within a second is missing."""
    found = []
    for _ in range(count):
        try:
            found.append(await asyncio.wait_for(anext(stream), 1))
        except TimeoutError:
            break
    return found


@pytest.mark.anyio
async def test_an_unchanged_view_is_not_sent_again(lobby: Lobby, clock: FakeClock) -> None:
    live_views = LiveViews(LobbyThread(lambda: Lobby(lobby.settings, clock), "looking"))
    stream = live_views.stream(1, "lan", lambda: True)
    assert len(await frames(stream, 1)) == 1
    clock.pass_time(seconds=30)
    await live_views.refresh()
    lobby.take("B", print_slip=False)  # not a service of counter 1, though the journal grew
    lobby.take("A", print_slip=False)
    await live_views.refresh()
    await live_views.refresh()
    found = await frames(stream, 2)
    assert len(found) == 1
    assert b"A001" in found[0]


@pytest.mark.anyio
async def test_a_lobby_that_cannot_be_read_sends_no_beat(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = 0

    class Unreadable(Lobby):
        def board(self) -> BoardView:
            nonlocal reads
            reads += 1
            if reads != 2:
                raise StoreError("the card is gone")
            return super().board()

    monkeypatch.setattr(live_views, "BEAT_EVERY_S", 0)
    alive: list[int] = []
    thread = LobbyThread(lambda: Unreadable(lobby.settings, lobby.store.clock), "looking")
    beating = asyncio.create_task(LiveViews(thread, lambda: alive.append(reads)).beat())
    while reads < 4:
        await asyncio.sleep(0)
    beating.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await beating
    assert alive == [2]
