"""The search: every state that can be reached, the shortest stories first.

An *actor* is an object whose `steps(state)` yields what it may do next, and the state afterwards.
To add one: give `State` the fields that it needs (and `Model.initial_states` their first values),
write its module, list it in `Search`. What the actor decides by goes into `Rules`, as a method
that says the design's rule; the ways to get it wrong override that method in `weaker_rules`. If
others must wait for what the actor does, tell `invariants.is_quiet`; if it bounds time, tell
`Clock`. A world in which it acts then goes into `worlds`, with the number of states seen.
"""

from __future__ import annotations

import gc
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.model.backfill import Backfills
from tests.model.breadth_first import story_of
from tests.model.clock import Clock
from tests.model.deployments import Deployments
from tests.model.failover import Failover
from tests.model.firehose import Firehose
from tests.model.function import Function
from tests.model.invariants import Promise, broken_promise, is_quiet
from tests.model.model import Model
from tests.model.replay import Replays

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator

    from tests.model.rules import Rules
    from tests.model.state import State, Step
    from tests.model.world import World


@dataclass(frozen=True, slots=True)
class Explored:
    """What a search found.

    Attributes:
        states: How many states it has seen.
        quiet: Those that have nothing left to do for Firehose.
        actions: How often each kind of action was taken.
        broken: The promise that is broken at the end of `story`.
        story: The shortest way to a state that breaks a promise.
    """

    states: int
    quiet: list[State]
    actions: Counter[str]
    broken: Promise | None = None
    story: tuple[Step, ...] = ()

    def __str__(self) -> str:
        """Tells the story, or that there is none."""
        if self.broken is None:
            return f"{self.states:,} states, no promise broken"
        return "\n".join((f"broken: {self.broken}", *map(str, self.story)))


class Search:
    """A model with its actors.

    Attributes:
        model: The world and its rules.
    """

    def __init__(self, world: World, rules: Rules) -> None:
        """Sets the actors into a world."""
        self.model = Model(world, rules)
        function = Function(self.model)
        self._actors = (
            Firehose(self.model, function),
            Failover(self.model, function),
            Clock(self.model),
            Replays(self.model),
            Backfills(self.model),
            Deployments(self.model),
        )

    def steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """Everything that may happen next."""
        for actor in self._actors:
            yield from actor.steps(state)

    def run(self, promises: Collection[Promise] = frozenset(Promise)) -> Explored:
        """Visits every state, breadth first, until one of the promises is broken.

        Raises:
            RuntimeError: Nothing can happen, though Firehose has something left to do: a fault of
                the model, which would make it promise too much.
        """
        with _without_garbage_collection():
            return self._run(promises)

    def _run(self, promises: Collection[Promise]) -> Explored:
        parents: dict[State, tuple[State, Step] | None] = dict.fromkeys(self.model.initial_states())
        quiet: list[State] = []
        actions: Counter[str] = Counter()
        level = list(parents)
        while level:
            following: list[State] = []
            for state in level:
                stuck = True
                if is_quiet(state):
                    quiet.append(state)
                    stuck = False
                broken = broken_promise(self.model, state, promises, quiet=not stuck)
                if broken:
                    return Explored(len(parents), quiet, actions, broken, story_of(parents, state))
                for step, after in self.steps(state):
                    stuck = False
                    actions[step.action] += 1
                    if after not in parents:
                        parents[after] = (state, step)
                        following.append(after)
                if stuck:
                    message = f"nothing can happen in {state} after {story_of(parents, state)}"
                    raise RuntimeError(message)
            level = following
        return Explored(len(parents), quiet, actions)


def explore(
    world: World, rules: Rules, promises: Collection[Promise] = frozenset(Promise)
) -> Explored:
    """Visits every state of a world under some rules: `Search.run` in one call."""
    return Search(world, rules).run(promises)


@contextmanager
def _without_garbage_collection() -> Generator[None]:
    """Millions of tuples without a cycle: looking for one takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
