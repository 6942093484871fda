"""Figures for people: a heading, a table, and how it was measured."""

from __future__ import annotations

import statistics
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


def milliseconds(seconds: Sequence[float]) -> tuple[str, str]:
    """Return median and 99th percentile as text."""
    return f"{statistics.median(seconds) * 1000:.1f} ms", f"{percentile(seconds, 0.99) * 1000:.1f} ms"
