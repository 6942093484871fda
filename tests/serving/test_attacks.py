"""Strangers in the hall's network against the real officers' page: real sockets, from many loopback addresses."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from kiosk.serving import connections
from tests import halls
from tests.clocks import FakeClock
from tests.counter.serving import PIN, Served, serving
from tests.serving.strangers import Strangers, has_ended, status_of, strangers

HERE = "127.0.0.1"
ATTACKER = "127.0.0.66"


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Served]:
    """The officers' page of a hall, served."""
    halls.lobby(tmp_path).close()
    with serving(halls.settings(tmp_path), FakeClock()) as served:
        yield served


@pytest.fixture
def them(page: Served) -> Iterator[Strangers]:
    """Strangers before it."""
    with strangers(page.url) as them:
        yield them


def test_hundreds_of_silent_connections_shut_nobody_out(them: Strangers) -> None:
    for _ in range(400):
        them.connect(address=ATTACKER)
    assert them.status("/api/board", HERE) == 200
    assert them.status("/api/board", ATTACKER) == 200


def test_silent_connections_from_a_hundred_addresses_shut_nobody_out(them: Strangers) -> None:
    for number in range(400):
        them.connect(address=f"127.0.9.{number % 100 + 1}")
    assert [them.status("/api/board", HERE) for _ in range(5)] == [200] * 5


def test_many_boards_of_one_client_shut_out_no_other_board(them: Strangers) -> None:
    boards = [them.ask("/api/board/events", ATTACKER) for _ in range(100)]
    assert status_of(boards[0]) == 200
    assert them.status("/api/board/events", HERE) == 200
    assert them.status("/api/board/events", ATTACKER) == 200


def test_an_officers_stream_outlives_a_flood_from_the_same_address(
    tmp_path: Path, page: Served, them: Strangers
) -> None:
    with httpx.Client(base_url=page.url, timeout=15) as officer, closing(halls.lobby(tmp_path)) as lobby:
        officer.post("/api/session", json={"officer": "lan", "pin": PIN}).raise_for_status()
        with officer.stream("GET", "/api/counter/1/events") as stream:
            events = stream.iter_lines()
            assert next(events) == "event: view"
            for _ in range(100):
                them.ask("/api/board/events", HERE)
                them.connect(address=HERE)
            lobby.take("A")
            assert any(line == "event: view" for line in events)
        assert officer.get("/api/session").status_code == 200


def test_an_endless_header_ends_the_connection(monkeypatch: pytest.MonkeyPatch, them: Strangers) -> None:
    monkeypatch.setattr(connections, "HEADER_S", 0.5)
    slow = [
        them.connect(words, ATTACKER) for words in (b"", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nhost: kiosk\r\nx: ")
    ]
    assert all(has_ended(one) for one in slow)


def test_an_endless_second_header_ends_the_connection(monkeypatch: pytest.MonkeyPatch, them: Strangers) -> None:
    monkeypatch.setattr(connections, "HEADER_S", 0.5)
    connection = them.ask("/api/board", ATTACKER)
    assert status_of(connection) == 200
    connection.sendall(b"GET / HT")
    assert has_ended(connection)


@pytest.mark.parametrize("path", ["/api/session", "/api/board"])
def test_a_missing_body_ends_the_connection(monkeypatch: pytest.MonkeyPatch, them: Strangers, path: str) -> None:
    monkeypatch.setattr(connections, "BODY_S", 0.5)
    fields = "host: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 999999999"
    connection = them.connect(f"POST {path} HTTP/1.1\r\n{fields}\r\n\r\n{{".encode(), ATTACKER)
    assert has_ended(connection)


def test_a_client_that_reads_nothing_is_disconnected(monkeypatch: pytest.MonkeyPatch, them: Strangers) -> None:
    monkeypatch.setattr(connections, "UNREAD_S", 0.5)
    fonts = "/fonts/BeVietnamPro_400Regular.ttf"
    assert them.status(fonts) == 200
    deaf = them.ask(fonts, ATTACKER)
    for _ in range(30):
        deaf.sendall(f"GET {fonts} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
    assert has_ended(deaf)


def test_noise_fills_no_log(tmp_path: Path) -> None:
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    halls.lobby(tmp_path).close()
    try:
        with serving(halls.settings(tmp_path), FakeClock()) as page, strangers(page.url) as them:
            for number in range(300):
                address = f"127.0.3.{number % 50 + 1}"
                assert status_of(them.connect(b"\x16\x03\x01 no HTTP\r\n\r\n", address)) in (0, 400)
                them.connect(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n", address)
    finally:
        logging.getLogger().removeHandler(handler)
    assert 0 < len(log.getvalue()) < 10_000


RUN = """
import logging, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[2]), int(sys.argv[2])))
from kiosk.processes.counter import run_counter
from kiosk.lobby.lobby import Lobby
from tests.counter.test_server import settings
logging.basicConfig(level=logging.INFO)
run_counter(settings(Path(sys.argv[1])), tuple, progress=lambda: print("alive", flush=True))
"""


@pytest.mark.parametrize("descriptors", [64, 1024])
def test_more_connections_than_descriptors_stop_nothing_and_fill_no_log(tmp_path: Path, descriptors: int) -> None:
    command = [sys.executable, "-c", RUN, str(tmp_path), str(descriptors)]
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, cwd=Path(__file__).parents[2]) as process,
    ):
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"alive\n"
            url = (tmp_path / "run" / "counter.url").read_text(encoding="utf-8").strip()
            with strangers(url) as them:
                for number in range(1100 if descriptors > 64 else 200):
                    them.connect(address=f"127.0.1.{number % 200 + 1}")
                assert them.status("/api/board", HERE) == 200
            process.terminate()
            assert process.wait(15) == 0
        finally:
            process.kill()
    assert (tmp_path / "log").stat().st_size < 20_000
