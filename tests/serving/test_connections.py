"""The connection limits of every page server do not harm ordinary browsers."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from kiosk.serving import PageServer, connections
from kiosk.serving.rate_limit import RateLimit
from tests.serving.strangers import has_ended, status_of, strangers


async def _size(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def _slow(request: Request) -> Response:
    await asyncio.sleep(1.5)
    return PlainTextResponse("done")


@contextlib.contextmanager
def serving(host: str = "127.0.0.1", most_of_address: int = connections.MOST_OF_ADDRESS) -> Iterator[str]:
    """Serve two pages: `/` tells a body's size, `/slow` takes its time."""
    routes = [Route("/", _size, methods=["GET", "POST"]), Route("/slow", _slow)]
    server = PageServer(Starlette(routes=routes), most_of_address=most_of_address)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listener:
        thread = threading.Thread(target=server.run, args=[[listener]])
        thread.start()
        port = listener.getsockname()[1]
        try:
            yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        finally:
            server.should_exit = True
            thread.join(15)
            assert not thread.is_alive()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_ten_browsers_behind_one_router_ask_on_six_connections_each_again_and_again(host: str) -> None:
    with serving(host) as url, contextlib.ExitStack() as stack:
        for _ in range(10):
            limits = httpx.Limits(max_connections=6)
            browser = stack.enter_context(httpx.Client(base_url=url, limits=limits, timeout=15))
            for number in range(12):
                assert browser.post("/", content=b"x" * number).text == str(number)


def test_a_slow_answer_is_not_taken_for_a_slow_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("HEADER_S", "BODY_S", "UNREAD_S"):
        monkeypatch.setattr(connections, limit, 0.1)
    with serving() as url:
        assert httpx.get(f"{url}/slow", timeout=15).text == "done"


def test_a_body_that_comes_steadily_on_a_slow_line_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "BODY_S", 0.5)
    monkeypatch.setattr(connections, "BODY_BYTES_PER_S", 10)
    with serving() as url, strangers(url) as them:
        posted = them.connect(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 60\r\n\r\n" + b"x" * 30)
        # Thirty bytes at ten a second: it has three seconds and a half. The next request shows that two went by.
        assert httpx.get(f"{url}/slow", timeout=15).text == "done"
        posted.sendall(b"x" * 30)
        assert status_of(posted) == 200


def test_requests_sent_all_at_once_are_answered_in_order() -> None:
    with serving() as url, strangers(url) as them:
        one = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc"
        connection = them.connect(one * 5)
        answers = b""
        while answers.count(b"\r\n\r\n3") < 5:
            answers += connection.recv(4096)
        assert answers.count(b"HTTP/1.1 200") == 5


def test_noise_after_a_request_ends_the_connection_and_nothing_else() -> None:
    with serving() as url, strangers(url) as them:
        for noise in (b"\x00" * 100, b"GET / HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n", b"x" * 70_000):
            connection = them.connect(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n" + noise)
            assert has_ended(connection)
            assert httpx.get(url).status_code == 200


def test_a_server_behind_a_proxy_gives_one_address_all_places() -> None:
    with serving(most_of_address=connections.MOST_CONNECTIONS) as url, strangers(url) as them:
        asked = [them.ask("/slow") for _ in range(connections.MOST_OF_ADDRESS + 20)]
        assert [status_of(one) for one in asked] == [200] * len(asked)


def test_silent_connections_do_not_shut_a_server_that_gives_one_address_all_places() -> None:
    with serving(most_of_address=connections.MOST_CONNECTIONS) as url, strangers(url) as them:
        for _ in range(connections.MOST_CONNECTIONS + 100):
            them.connect()
        assert them.status("/") == 200


def test_a_warning_repeated_a_thousand_times_is_logged_five_times_a_minute_with_its_count() -> None:
    import logging

    now_s = 0.0
    rate_limit = RateLimit(lambda: now_s)

    def told(times: int) -> list[str]:
        made = [logging.makeLogRecord({"name": "x", "levelno": logging.WARNING, "msg": "noise"}) for _ in range(times)]
        return [record.getMessage() for record in made if rate_limit.filter(record)]

    assert told(1000) == ["noise"] * 5
    now_s = 60.0
    assert told(1) == ["noise (and 995 more like this since the last one)"]
    assert rate_limit.filter(logging.makeLogRecord({"name": "y", "levelno": logging.WARNING, "msg": "noise"}))
    assert all(rate_limit.filter(logging.makeLogRecord({"levelno": logging.INFO, "msg": "call"})) for _ in range(100))
