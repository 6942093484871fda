"""Keeps these checks inside the virtual machine, and says at the end what each room of them has proved."""

from __future__ import annotations

import os
from collections import Counter

import pytest

IS_INSIDE = "KIOSK_METAL" in os.environ
collect_ignore_glob = [] if IS_INSIDE else ["test_*.py"]
_PROVES = pytest.StashKey[dict[str, str]]()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Remember what each file says that it proves; outside, there is nothing of ours to remember."""
    session.config.stash[_PROVES] = {
        item.nodeid.partition("::")[0]: (item.module.__doc__ or "").partition("\n")[0]
        for item in session.items
        if isinstance(item, pytest.Function)
    }


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the table."""
    if not IS_INSIDE:
        return
    counts: dict[str, Counter[str]] = {}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.getreports(outcome):
            if isinstance(report, pytest.TestReport):
                counts.setdefault(report.nodeid.partition("::")[0], Counter())[outcome] += 1
    terminalreporter.write_sep("=", "what was tried on this kernel")
    for file, proves in config.stash[_PROVES].items():
        ended = ", ".join(f"{count} {outcome}" for outcome, count in counts.get(file, Counter()).items())
        terminalreporter.write_line(f"{ended:<24} {proves}")
