"""The dock looks at the kiosk only while somebody looks at the dock, and tells each browser what it missed."""

from __future__ import annotations

import asyncio
import logging

import pytest

from kiosk.dock.latest_values import LatestValues
from kiosk.dock.polling import Watch


def test_nothing_is_looked_at_before_the_first_looker_or_after_the_last() -> None:
    running: list[str] = []

    async def job() -> None:
        running.append("frames")
        try:
            await asyncio.Event().wait()
        finally:
            running.remove("frames")

    async def lookers() -> None:
        watch = Watch([job])
        for _ in range(2):  # the second time as well as the first
            async with watch:
                async with watch:
                    await asyncio.sleep(0)
                    assert running == ["frames"]
                await asyncio.sleep(0)
                assert running == ["frames"]
            await asyncio.sleep(0)
            assert running == []

    asyncio.run(lookers())


def test_a_job_that_breaks_is_told_and_takes_nobody_with_it(caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> None:
        raise ValueError("no such luck")

    async def lookers() -> None:
        async with Watch([broken]):
            await asyncio.sleep(0)

    with caplog.at_level(logging.ERROR):
        asyncio.run(lookers())
    assert "no such luck" in caplog.text


def test_a_slow_browser_gets_only_the_newest_word_on_each_topic() -> None:
    async def read() -> None:
        latest = LatestValues()
        latest.post("screen", 1)
        latest.post("board", 1)
        mark, words = await latest.news(0)
        assert words == {"screen": 1, "board": 1}
        for word in (2, 3, 3):
            latest.post("screen", word)
        mark, words = await latest.news(mark)
        assert words == {"screen": 3}
        latest.post("screen", 3)  # the same again is no news
        waiting = asyncio.create_task(latest.news(mark))
        await asyncio.sleep(0)
        assert not waiting.done()
        latest.close()
        assert (await waiting)[1] == {}

    asyncio.run(read())
