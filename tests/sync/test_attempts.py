"""One attempt to connect after another: how long the link waits, and what it makes of lines that break."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.wire import link as links
from kiosk.wire.line_status import Why
from kiosk.wire.link import Down, Link, LinkEvent, _Connection
from tests.sync.test_connection import BROKER, SESSION, Seconds


@pytest.fixture
def link() -> Iterator[Link]:
    with closing(Link(BROKER, Path("/"), SESSION)) as made:
        yield made


class Longest(random.Random):
    """A chance that always falls on the far end."""

    def uniform(self, a: float, b: float) -> float:
        """Return the end."""
        return b


class Stopping(threading.Event):
    """What ends a link after so many waits, none of which takes any time."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.waits: list[float | None] = []
        self._most = most

    def wait(self, timeout: float | None = None) -> bool:
        """Note how long it would have been."""
        self.waits.append(timeout)
        if len(self.waits) == self._most:
            self.set()
        return self.is_set()


def _attempts(
    link: Link, monkeypatch: pytest.MonkeyPatch, *ends: tuple[float | None, Down | Exception]
) -> tuple[list[LinkEvent], list[float | None]]:
    """Let attempts end one after another, each after so many seconds on the line; return what was told, and waits."""
    stopping, clock, script = Stopping(len(ends)), Seconds(0.0), list(ends)

    def connect(connection: _Connection) -> Down:
        held_s, end = script.pop(0)
        if held_s is not None:
            connection.up_at_s = clock.now_s
            clock.now_s += held_s
        if isinstance(end, Exception):
            raise end
        return end

    monkeypatch.setattr(links, "time", clock)
    monkeypatch.setattr(random, "Random", Longest)
    vars(link).update(_stopping=stopping, _connect=connect)
    link._run()
    return link.poll(), stopping.waits


CUT = Down(Why.NETWORK, "the connection broke")


def test_attempts_that_fail_come_less_and_less_often_and_a_good_line_brings_the_quick_pace_back(
    link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = [(None, CUT)] * 3 + [(59.0, CUT), (60.0, CUT), (None, CUT)]
    told, waits = _attempts(link, monkeypatch, *ends)
    assert told == [CUT] * 6
    assert waits == [1, 2, 4, 8, 1, 2]


def test_a_line_that_breaks_is_told_as_taken_over_with_what_to_do_once_another_machine_is_known(
    link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, waits = _attempts(link, monkeypatch, *[(2.0, CUT)] * 9)
    assert told == [CUT] * 9
    link._stopping.clear()
    link.is_name_shared = True
    (last, away), waits = _attempts(link, monkeypatch, (2.0, CUT), (None, CUT))
    assert isinstance(last, Down) and last.why is Why.TAKEN_OVER
    assert "the name k00082-1 (the connection broke)" in last.detail
    assert (away, waits) == (CUT, [60, 2])


def test_what_nobody_thought_of_is_logged_and_the_next_attempt_comes(
    link: Link, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told, waits = _attempts(link, monkeypatch, (None, KeyError("nobody thought of this")), (None, CUT))
    assert told == [Down(Why.REFUSED, "unknown error, see the log"), CUT]
    assert waits == [1, 2]
    assert caplog.records[0].exc_info
