"""A ticket's life: its states and the steps that lead from one to the next.

waiting ──call──▶ called ──serve──▶ serving ──done──▶ done
   ▲  ▲             │ │                │
   │  └─transfer────┼─┼────────────────┤        (keeps its number, waits for another service)
   └──resume── parked ◀──park──────────┘
                      └──no_show──▶ no_show      cancel ▶ cancelled      end of day ▶ expired
"""

from __future__ import annotations

import re
from enum import StrEnum

from kiosk.errors import IllegalStepError


class State(StrEnum):
    """The state of a ticket."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Step(StrEnum):
    """A step of a ticket; the value is the event's kind in the journal."""

    CALL = "ticket.called"
    RECALL = "ticket.recalled"
    SERVE = "ticket.serving"
    DONE = "ticket.done"
    NO_SHOW = "ticket.no_show"
    PARK = "ticket.parked"
    RESUME = "ticket.resumed"
    TRANSFER = "ticket.transferred"
    CANCEL = "ticket.cancelled"
    EXPIRE = "ticket.expired"


OPEN = frozenset({State.WAITING, State.CALLED, State.SERVING, State.PARKED})
"""States a ticket can still leave."""

IN_HAND = frozenset({State.CALLED, State.SERVING})
"""States in which a counter holds the ticket."""

_STEPS: dict[Step, tuple[frozenset[State], State]] = {
    Step.CALL: (frozenset({State.WAITING}), State.CALLED),
    Step.RECALL: (frozenset({State.CALLED}), State.CALLED),
    Step.SERVE: (frozenset({State.CALLED}), State.SERVING),
    Step.DONE: (frozenset({State.SERVING}), State.DONE),
    Step.NO_SHOW: (frozenset({State.CALLED}), State.NO_SHOW),
    # Missing papers are noticed at the counter most often, so a ticket that is being served can be parked too.
    Step.PARK: (frozenset({State.WAITING, State.CALLED, State.SERVING}), State.PARKED),
    Step.RESUME: (frozenset({State.PARKED}), State.WAITING),
    Step.TRANSFER: (OPEN, State.WAITING),
    Step.CANCEL: (frozenset({State.WAITING, State.CALLED, State.PARKED}), State.CANCELLED),
    Step.EXPIRE: (OPEN, State.EXPIRED),
}

_NUMBER = re.compile(r"([A-Z])([0-9]{1,4})")


def state_after(step: Step) -> State:
    """Return the state that a step leads to."""
    return _STEPS[step][1]


def after(state: State, step: Step, number: str) -> State:
    """Return the state a ticket is in after a step.

    Raises:
        IllegalStepError: the step does not start from `state`; the message says which states it starts from.
    """
    sources, target = _STEPS[step]
    if state not in sources:
        verb = step.value.removeprefix("ticket.")
        names = " or ".join(source.value for source in State if source in sources)
        raise IllegalStepError(f"{number} is {state.value} and cannot become {verb}: only {names} tickets can")
    return target


def number_text(letter: str, number: int) -> str:
    """Return a ticket number as people read it: `A001`; past 999 it grows a digit."""
    return f"{letter}{number:03d}"


def parse_number(text: str) -> tuple[str, int] | None:
    """Return the letter and number of `A001` (any case, spaces around), or None when it is not one."""
    match = _NUMBER.fullmatch(text.strip().upper())
    return (match[1], int(match[2])) if match else None
