"""The estimated wait, from this day's turns; unknown before the first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def wait_minutes(
    service: str,
    waiting: Mapping[str, int],
    turn_s: Mapping[str, Sequence[float]],
    open_counters: Sequence[Sequence[str]],
) -> int | None:
    """Return the minutes until somebody who comes now for `service` is called, rounded up, or None for unknown.

    Args:
        waiting: how many people are ahead, by service.
        turn_s: seconds the counter was taken by each of the day's latest turns, by service.
        open_counters: the services of each counter that is working now.
    """
    serving = [counter for counter in open_counters if service in counter]
    if not serving or not any(turn_s.values()):
        return None
    if not waiting.get(service):
        return 0
    # A counter with several queues takes from each in proportion to its length.
    capacity = sum(_share(service, counter, waiting) / _typical(counter, waiting, turn_s) for counter in serving)
    return math.ceil(waiting[service] / capacity / 60)


def _share(service: str, counter: Sequence[str], waiting: Mapping[str, int]) -> float:
    return waiting[service] / sum(waiting.get(other, 0) for other in counter)


def _typical(counter: Sequence[str], waiting: Mapping[str, int], turn_s: Mapping[str, Sequence[float]]) -> float:
    """Return the seconds of a typical turn at this counter, each queue weighted by who stands in it."""
    from statistics import fmean, median  # costs 2 ms, and most commands estimate nothing

    day = [turn for turns in turn_s.values() for turn in turns]
    # Medians: one long conversation must not move the estimate while few turns are known.
    lengths = [median(turn_s.get(service) or day) for service in counter for _ in range(waiting.get(service, 0))]
    return max(1.0, fmean(lengths))
