"""Visits every state of a world of its own, breadth first, until a promise is broken."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

State = TypeVar("State")
Step = TypeVar("Step")


@dataclass(frozen=True)
class Visited(Generic[State]):
    """What a search found.

    Attributes:
        states: How many states there are.
        actions: How often each action was taken.
        broken: The shortest story in which a promise is broken, or nothing.
        ends: The states after which nothing happens.
    """

    states: int
    actions: Counter[str]
    broken: str
    ends: list[State]


def visit(
    start: State,
    steps: Callable[[State], Iterable[tuple[str, State]]],
    broken: Callable[[State], str],
    action_of: Callable[[str], str] = str,
) -> Visited[State]:
    """Visit what can come of a state.

    Args:
        steps: Yields everything that may happen next, each with what it leads to.
        broken: Returns the promise that a state breaks; empty where there is none.
        action_of: Returns the action that a step is counted as.
    """
    parents: dict[State, tuple[State, str] | None] = {start: None}
    actions: Counter[str] = Counter()
    ends: list[State] = []
    waiting = deque([start])
    while waiting:
        state = waiting.popleft()
        promise = broken(state)
        if promise:
            story = f"{', '.join(story_of(parents, state))}: {promise}"
            return Visited(len(parents), actions, story, ends)
        following = list(steps(state))
        if not following:
            ends.append(state)
        for told, after in following:
            actions[action_of(told)] += 1
            if after not in parents:
                parents[after] = (state, told)
                waiting.append(after)
    return Visited(len(parents), actions, "", ends)


def story_of(parents: Mapping[State, tuple[State, Step] | None], state: State) -> tuple[Step, ...]:
    """Returns the steps that led to a state, the first one first."""
    steps: list[Step] = []
    parent = parents[state]
    while parent is not None:
        state, step = parent
        steps.append(step)
        parent = parents[state]
    return tuple(reversed(steps))
