"""How each process is, as small files on tmpfs: cheap to write, gone with the power, never in the database."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Any

import msgspec

from kiosk.config import Home


def health_file(home: Home, process: str) -> Path:
    """Return where a process says how it is."""
    return home.run / "health" / f"{process}.json"


def write_health(home: Home, process: str, facts: dict[str, Any]) -> None:
    """Say how a process is: replaces `run/health/<process>.json` in one step.

    Args:
        process: `screen`, `board`, `counter`, `printer` or `sync`.
        facts: JSON values; `pid` and `uptime_s` (of the machine, when this was written) are added.
    """
    file = health_file(home, process)
    file.parent.mkdir(parents=True, exist_ok=True)
    facts = {**facts, "pid": os.getpid(), "uptime_s": round(time.clock_gettime(time.CLOCK_BOOTTIME), 1)}
    part = file.with_name(f".{process}.{os.getpid()}")
    part.write_bytes(msgspec.json.encode(facts))
    part.replace(file)


def read_health(home: Home) -> dict[str, dict[str, Any]]:
    """Return what each process last said of itself, with `is_running` from its pid; {} for a process never started."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted((home.run / "health").glob("*.json")):
        with contextlib.suppress(OSError, msgspec.DecodeError):
            facts = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
            facts["is_running"] = _is_running(facts.get("pid"))
            found[file.stem] = facts
    return found


def _is_running(pid: object) -> bool:
    if not isinstance(pid, int) or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it is there, and another user's
    return True
