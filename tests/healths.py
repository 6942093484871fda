"""What a process would say of itself, said by a test in its place, which stays alive until the tests end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from kiosk.config import Home
from kiosk.model.health import HEALTH, ProcessHealth
from kiosk.store.health import Health, health_file, read_health

_SAID: dict[tuple[Home, str], Health] = {}


def health(process: str, **words: Any) -> ProcessHealth:  # noqa: ANN401 - a file holds any JSON
    """Return what a process says of itself, by the keys of its file."""
    return msgspec.convert(words, HEALTH[process])


def write_health(home: Home, process: str, words: Mapping[str, Any]) -> None:
    """Say how a process of a home is."""
    _SAID.setdefault((home, process), Health(home, process)).tell(health(process, **words))


def health_words(home: Home) -> dict[str, dict[str, Any]]:
    """Return what each process says, as it stands in its file, and what is known of the process."""
    return {
        name: {
            **(msgspec.json.decode(health_file(home, name).read_bytes()) if state.health is not None else {}),
            "is_running": state.is_running,
            "is_current": state.is_current,
            "pid": state.pid,
        }
        for name, state in read_health(home).states.items()
    }
