"""The wait estimate: unknown when there is nothing to go by, and its error measured on simulated days."""

from __future__ import annotations

import random
from statistics import fmean

from kiosk.model.wait import wait_minutes


def test_a_day_without_a_finished_turn_says_unknown() -> None:
    assert wait_minutes("A", {"A": 3}, {}, [["A"]]) is None


def test_no_open_counter_says_unknown() -> None:
    assert wait_minutes("A", {"A": 3}, {"A": [300.0]}, [["B"]]) is None


def test_nobody_ahead_is_no_wait() -> None:
    assert wait_minutes("A", {}, {"A": [300.0]}, [["A"]]) == 0


def test_four_ahead_at_two_counters_wait_two_turns() -> None:
    assert wait_minutes("A", {"A": 4}, {"A": [300.0]}, [["A"], ["A"]]) == 10


def test_a_counter_that_serves_two_queues_is_half_a_counter() -> None:
    assert wait_minutes("A", {"A": 4, "B": 4}, {"A": [300.0], "B": [300.0]}, [["A", "B"]]) == 40


def test_one_long_story_does_not_move_the_estimate() -> None:
    assert wait_minutes("A", {"A": 1}, {"A": [300.0, 300.0, 7200.0]}, [["A"]]) == 5


def test_turns_of_no_length_are_waited_for_a_second_each() -> None:
    """An officer who clears the queue by clicks leaves turns of nothing: nobody may divide by it."""
    assert wait_minutes("A", {"A": 61}, {"A": [0.0, 0.0]}, [["A"]]) == 2


def test_a_part_of_a_minute_is_a_minute() -> None:
    assert wait_minutes("A", {"A": 1}, {"A": [61.0]}, [["A"]]) == 2


def test_a_service_without_turns_of_its_own_goes_by_the_day() -> None:
    assert wait_minutes("A", {"A": 2}, {"B": [300.0]}, [["A"]]) == 10


def test_queues_at_one_counter_weigh_as_many_as_stand_in_them() -> None:
    turns = {"A": [60.0], "B": [600.0]}
    assert wait_minutes("A", {"A": 9, "B": 1}, turns, [["A", "B"]]) == 19


def test_over_simulated_mornings_the_estimate_beats_a_constant_guess() -> None:
    rng = random.Random(20261123)
    ours, constant = [], []
    for _ in range(40):
        turns = [rng.lognormvariate(5.6, 0.5) for _ in range(20)]
        counters, ahead = rng.randint(1, 4), rng.randint(1, 15)
        free_at = sorted(rng.uniform(0, 300) for _ in range(counters))
        for _ in range(ahead):
            free_at = sorted([free_at[0] + rng.lognormvariate(5.6, 0.5), *free_at[1:]])
        truth = free_at[0] / 60
        estimate = wait_minutes("A", {"A": ahead}, {"A": turns}, [["A"]] * counters)
        assert estimate is not None
        ours.append(abs(estimate - truth))
        constant.append(abs(15 - truth))
    assert fmean(ours) < fmean(constant) / 2


def test_a_queue_where_nobody_stands_takes_nothing_of_a_counter() -> None:
    turns = {"A": [300.0], "B": [600.0]}
    assert wait_minutes("A", {"A": 4}, turns, [["A", "B"]]) == wait_minutes("A", {"A": 4, "B": 0}, turns, [["A"]]) == 20
