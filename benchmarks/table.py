"""Figures for people: a heading, a table, and how it was measured."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence


def show(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]], note: str) -> None:
    """Print one table as Markdown, so that a run can be pasted into an issue as it is."""
    print(f"\n### {title}\n")
    print("| " + " | ".join(heads) + " |")
    print("|" + "|".join("---" for _ in heads) + "|")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(f"\n{note}", flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of the values lie, of the values measured."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


_over: list[str] = []
"""Budgets that a figure of this run has passed."""


def judged(value: float, unit: str, budget: float, *, least: bool = False, digits: int = 0) -> str:
    """Return a figure as text; red, with its budget, where it passes it.

    Args:
        least: the budget is the least that the figure may be, not the most.
    """
    text = f"{value:.{digits}f} {unit}"
    if (value >= budget) if least else (value <= budget):
        return text
    said = f"{text} (budget: {'at least' if least else 'at most'} {budget:g} {unit})"
    _over.append(said)
    return f"\033[31m{said}\033[0m" if sys.stdout.isatty() else f"**{said}**"


def over_budget() -> tuple[str, ...]:
    """Return what has passed its budget since the process began."""
    return tuple(_over)


def milliseconds(seconds: Sequence[float]) -> tuple[str, str]:
    """Return median and 99th percentile as text."""
    return f"{statistics.median(seconds) * 1000:.1f} ms", f"{percentile(seconds, 0.99) * 1000:.1f} ms"
