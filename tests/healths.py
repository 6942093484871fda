"""What a process would say of itself, said by a test in its place, which stays alive until the tests end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.config import Home
from kiosk.store.health import Health

_SAID: dict[tuple[Home, str], Health] = {}


def write_health(home: Home, process: str, facts: Mapping[str, Any]) -> None:
    """Say how a process of a home is."""
    _SAID.setdefault((home, process), Health(home, process)).tell(facts)
