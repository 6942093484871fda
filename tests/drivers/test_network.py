"""The simulated network: what gets through, how fast, and what is left when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from kiosk.config import Home
from kiosk.drivers.simulated_network import SimulatedNetwork, actions, conditions, control_file, request
from kiosk.errors import UnknownNameError
from tests.descriptors import open_descriptors

PATIENCE_S = 5.0
Story = Callable[[SimulatedNetwork], Coroutine[Any, Any, None]]


def play(home: Home, story: Story) -> None:
    """Run a story against a network in front of an echo; afterwards no connection and no descriptor is left."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while heard := await reader.read(65536):
                writer.write(heard)
                await writer.drain()
        writer.close()

    async def stage() -> None:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        async with server:
            network = SimulatedNetwork(0, "127.0.0.1", server.sockets[0].getsockname()[1], home)
            serving = asyncio.create_task(network.serve())
            try:
                await asyncio.wait_for(story(network), 4 * PATIENCE_S)
            finally:
                serving.cancel()
                await asyncio.gather(serving, return_exceptions=True)
            await nothing_left(serving)

    before = open_descriptors()
    asyncio.run(stage())
    assert open_descriptors() <= before


async def nothing_left(serving: asyncio.Task[None]) -> None:
    ends = time.monotonic() + PATIENCE_S
    while (left := asyncio.all_tasks() - {asyncio.current_task(), serving}) and time.monotonic() < ends:
        await asyncio.wait(left, timeout=0.1)
    assert not left


@contextlib.asynccontextmanager
async def connection(network: SimulatedNetwork) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    ends = time.monotonic() + PATIENCE_S
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", network.port)
            break
        except ConnectionRefusedError:
            assert time.monotonic() < ends, "the network never came back"
            await asyncio.sleep(0.01)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def said_back(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], text: bytes) -> float:
    """Send a text, wait until all of it has come back, and return how many seconds it took."""
    began = time.monotonic()
    line[1].write(text)
    assert await asyncio.wait_for(line[0].readexactly(len(text)), 2 * PATIENCE_S) == text
    return time.monotonic() - began


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path)


def test_a_good_line_carries_everything_both_ways(home: Home) -> None:
    async def story(network: SimulatedNetwork) -> None:
        async with connection(network) as one, connection(network) as other:
            assert await said_back(one, os.urandom(1_000_000)) < PATIENCE_S
            assert await said_back(other, b"hello") < 1

    play(home, story)


def test_one_side_may_stop_talking_and_still_listen(home: Home) -> None:
    async def story(network: SimulatedNetwork) -> None:
        async with connection(network) as (reader, writer):
            writer.write(b"last words")
            writer.write_eof()
            assert await asyncio.wait_for(reader.read(-1), PATIENCE_S) == b"last words"

    play(home, story)


def test_offline_cuts_and_refuses_at_once_and_online_mends_it(home: Home) -> None:
    async def story(network: SimulatedNetwork) -> None:
        async with connection(network) as line:
            await said_back(line, b"hello")
            request(home, "offline")
            with contextlib.suppress(ConnectionResetError):
                assert await asyncio.wait_for(line[0].read(1), PATIENCE_S) == b""
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", network.port)
        request(home, "online")
        async with connection(network) as line:
            await said_back(line, b"hello again")

    play(home, story)


def test_a_slow_line_takes_its_time_each_way_and_for_each_byte(home: Home) -> None:
    async def story(network: SimulatedNetwork) -> None:
        async with connection(network) as line:
            request(home, "slow:10000")
            await asyncio.sleep(0.1)
            assert 0.6 <= await said_back(line, b"x") < 1.2
            assert 1.6 <= await said_back(line, bytes(10_000)) < 2.8

    play(home, story)


def test_a_line_that_is_good_again_does_not_hold_back_what_was_slow(home: Home) -> None:
    async def story(network: SimulatedNetwork) -> None:
        request(home, "slow:100")
        await asyncio.sleep(0.1)
        async with connection(network) as line:
            waiting = asyncio.create_task(said_back(line, bytes(5_000)))
            await asyncio.sleep(0.2)
            assert not waiting.done()
            request(home, "online")
            assert await waiting < 2

    play(home, story)


def test_a_silent_line_connects_and_gets_nothing_through_until_it_is_good_again(home: Home) -> None:
    async def story(network: SimulatedNetwork) -> None:
        async with connection(network) as before:
            await said_back(before, b"hello")
            request(home, "silent")
            await asyncio.sleep(0.1)
            async with connection(network) as after:
                waiting = [asyncio.create_task(said_back(line, b"is anybody there?")) for line in (before, after)]
                done, _ = await asyncio.wait(waiting, timeout=0.3)
                assert not done
                request(home, "online")
                await asyncio.gather(*waiting)

    play(home, story)


def test_offline_cuts_what_is_silent_and_what_is_slow(home: Home) -> None:
    async def story(network: SimulatedNetwork) -> None:
        for action in ("silent", "slow:10"):
            request(home, action)
            await asyncio.sleep(0.1)
            async with connection(network) as (reader, writer):
                writer.write(bytes(1000))
                await asyncio.sleep(0.1)
                request(home, "offline")
                with contextlib.suppress(ConnectionResetError):
                    assert await asyncio.wait_for(reader.read(1), PATIENCE_S) == b""

    play(home, story)


def test_a_broker_that_is_not_there_closes_the_connection(home: Home) -> None:
    async def stage() -> None:
        network = SimulatedNetwork(0, "127.0.0.1", 9, home)
        serving = asyncio.create_task(network.serve())
        async with connection(network) as (reader, _):
            with contextlib.suppress(ConnectionResetError):
                assert await asyncio.wait_for(reader.read(1), PATIENCE_S) == b""
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    asyncio.run(stage())


def test_connections_that_end_by_themselves_leave_nothing_behind(home: Home) -> None:
    async def story(network: SimulatedNetwork) -> None:
        for _ in range(20):
            async with connection(network) as line:
                await said_back(line, b"hello")
        ends = time.monotonic() + PATIENCE_S
        while network._carriers and time.monotonic() < ends:
            await asyncio.sleep(0.01)
        assert not network._carriers

    play(home, story)


def test_the_port_is_kept_while_offline(home: Home) -> None:
    request(home, "offline")

    async def story(network: SimulatedNetwork) -> None:
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", network.port)
        with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
            stranger.bind(("127.0.0.1", network.port))

    play(home, story)


@pytest.mark.parametrize("action", ["off", "", "slow:", "slow:0", "online:3"])
def test_an_unknown_action_is_refused_with_the_known_ones(home: Home, action: str) -> None:
    with pytest.raises(UnknownNameError, match=r"online.*offline") as refused:
        request(home, action)
    assert repr(action) in str(refused.value)
    assert not control_file(home).exists()


def test_every_action_is_remembered(home: Home) -> None:
    for action in actions():
        request(home, action)
        assert conditions(home).mode == action
    request(home, "slow:77")
    assert conditions(home).bytes_per_s == 77
