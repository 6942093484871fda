"""Watching and touching a window, also one that dies, lies or was never there."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager, suppress
from pathlib import Path

import pytest
from PIL import Image

from kiosk.dock.window_mirror import Frame, Mirror, Scene
from tests.dock.fake_window import FakeWindow

RED = Image.new("RGB", (36, 64), "#9e1b1b")
JADE = Image.new("RGB", (36, 64), "#0f5b46")

Seen = tuple[Frame, Scene] | None


async def _next(seen: AsyncGenerator[Seen, None]) -> Seen:
    async with asyncio.timeout(5):
        return await anext(seen)


def _colour(seen: Seen) -> tuple[int, ...]:
    assert seen is not None
    return tuple(seen[0].rgb[:3])


def test_each_new_picture_is_seen_with_its_scene(tmp_path: Path) -> None:
    window = FakeWindow(tmp_path / "screen.sock", RED)

    async def watch() -> None:
        async with aclosing(_watch(tmp_path)) as seen:
            first = await _next(seen)
            assert first is not None
            assert (first[0].width, first[0].height, len(first[0].rgb)) == (36, 64, 36 * 64 * 3)
            assert first[1].screen == "welcome"
            window.show(JADE)
            assert _colour(await _next(seen)) == (0x0F, 0x5B, 0x46)

    asyncio.run(watch())
    window.close()


def test_a_window_that_dies_is_gone_and_comes_back_by_itself(tmp_path: Path) -> None:
    async def watch() -> None:
        async with aclosing(_watch(tmp_path)) as seen:
            assert await _next(seen) is None  # never started
            window = FakeWindow(tmp_path / "screen.sock", RED)
            assert _colour(await _next(seen)) == (0x9E, 0x1B, 0x1B)
            window.close()
            assert await _next(seen) is None  # killed: its socket file is still there
            again = FakeWindow(tmp_path / "screen.sock", JADE)
            # The new process counts its versions from one again, and its first picture is news all the same.
            assert _colour(await _next(seen)) == (0x0F, 0x5B, 0x46)
            again.close()

    asyncio.run(watch())


@pytest.mark.parametrize(
    "answer",
    [
        b'{"version": 1, "width": 100000, "height": 100000, "bytes": 30000000000}\n',
        b'{"version": 1, "width": 10, "height": 10, "bytes": 5}\n12345',
        b'{"version": 1, "width": -10, "height": -10, "bytes": 300}\n' + bytes(300),
        b"not json\n",
        b"x" * 2_000_000,
        b"",
        b'{"version": 1, "width": 1, "height": 1, "bytes": 3}\nrg',
        b'{"version": 1, "width": 1, "height": 1, "bytes": 3}\nrgb{"screen": 5}\n',
    ],
)
def test_a_window_that_talks_nonsense_counts_as_gone(tmp_path: Path, answer: bytes) -> None:
    async def watch() -> None:
        async with aclosing(_watch(tmp_path)) as seen:
            assert await _next(seen) is None

    with _says(tmp_path / "screen.sock", answer):
        asyncio.run(watch())


def test_a_tap_arrives_as_touch_and_lift_also_after_the_window_was_restarted(tmp_path: Path) -> None:
    first = FakeWindow(tmp_path / "screen.sock", RED)
    mirror = Mirror(tmp_path / "screen.sock")

    async def tap() -> tuple[bool, bool]:
        return await mirror.touch("down", 12, 34), await mirror.touch("up", 12, 34)

    async def taps() -> None:
        assert await tap() == (True, True)
        assert await asyncio.to_thread(first.wait_for_touches, 2) == ["down 12 34", "up 12 34"]
        first.close()
        assert await tap() == (False, False)
        second = FakeWindow(tmp_path / "screen.sock", RED)
        assert await tap() == (True, True)
        assert await asyncio.to_thread(second.wait_for_touches, 2) == ["down 12 34", "up 12 34"]
        second.close()

    asyncio.run(taps())


def _watch(folder: Path) -> AsyncGenerator[Seen, None]:
    return Mirror(folder / "screen.sock").watch()


@contextmanager
def _says(path: Path, answer: bytes) -> Iterator[None]:
    """A window that answers its first client with these bytes and hangs up."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(100)
                with suppress(OSError):  # it may hang up on us first, rightly
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield
        thread.join()
