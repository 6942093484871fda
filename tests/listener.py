"""A link of the tests' own, to talk to the broker as a kiosk, as a city, or as somebody who means no good."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from kiosk import config
from kiosk.wire.link import Down, Link, LinkEvent, Message, Rejected, Session, Up

_PATIENCE_S = 20.0
_Kind = TypeVar("_Kind", Up, Down, Rejected, Message)


class Listener:
    """A link and what it said so far."""

    def __init__(self, settings: config.Broker, name: str, *topics: str) -> None:
        will = (f"s/{name}", b"gone")
        self.link = Link(settings, Path("/"), Session(name, tuple((topic, 1) for topic in topics), will))
        self.heard: list[LinkEvent] = []
        self.link.open()

    def wait(self, kind: type[_Kind], holds: Callable[[_Kind], bool] = lambda _: True) -> _Kind:
        """Return the next event of a kind for which something holds; others before it are passed over."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            for place, event in enumerate(self.heard):
                if isinstance(event, kind) and holds(event):
                    del self.heard[: place + 1]
                    return event
            left_s = deadline - time.monotonic()
            assert left_s > 0, f"no {kind.__name__}; heard {self.heard}"
            select.select([self.link], [], [], left_s)
            self.heard += self.link.poll()

    def close(self) -> None:
        """Close the link."""
        self.link.close()


@contextmanager
def listening(settings: config.Broker, name: str = "k00082-1", topic: str = "") -> Iterator[Listener]:
    """Listen to a topic, by default to the acknowledgements for `name`."""
    with closing(Listener(settings, name, topic or f"a/{name}")) as listener:
        yield listener
