"""The clock, and DynamoDB's reaper: what happens because time passes.

The clock does not pass a deadline that the promise assumes to be met. It can always be met: a run
may die at any moment, and attempts run out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model.state import NO_CLAIM, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.model.model import Model
    from tests.model.state import State


class Clock:
    """The time of one model."""

    def __init__(self, model: Model) -> None:
        """Stops at the world's last tick."""
        self._model = model

    def steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """The next tick, every claim that may be reaped now, and narrower settings."""
        yield from self._narrow(state)
        if state.now < self._model.world.last_tick and self._may_pass(state):
            now = state.now + 1
            function = self._model.world.times.function
            yield (
                Step("tick", f"{now}"),
                state._replace(
                    now=now,
                    zombies=tuple(run for run in state.zombies if now <= run.begun + function),
                ),
            )
        for event_uuid, claim in enumerate(state.table):
            if self._model.may_be_reaped(claim, state.now):
                table = list(state.table)
                table[event_uuid] = NO_CLAIM
                yield Step("reap", f"id {event_uuid}"), state._replace(table=tuple(table))

    def _narrow(self, state: State) -> Iterator[tuple[Step, State]]:
        """A deployment that narrows the settings, while nothing that waits is lost by it."""
        narrowed = self._model.world.narrowed
        if narrowed is None or state.narrowed_at >= 0:
            return
        waits = (
            arrival
            for position, arrival in enumerate(state.arrivals)
            if 0 <= arrival <= state.now and not state.read >> position & 1
        )
        if all(state.now <= arrival + narrowed.retention for arrival in waits):
            yield Step("narrow", f"at tick {state.now}"), state._replace(narrowed_at=state.now)

    def _may_pass(self, state: State) -> bool:
        """Whether nothing has its deadline at this very tick."""
        times = self._model.times_of(state)
        at_the_function = all(
            state.now < batch.read_at + times.delivery
            and state.now < batch.invocation.begun + times.function
            for batch in state.batches
        )
        in_the_buffer = times.buffer is None or all(
            state.now < entry.entered + times.buffer for entry in state.buffer
        )
        at_firehose = at_the_function and in_the_buffer
        return at_firehose and all(
            state.now < arrival + times.retention
            for position, arrival in enumerate(state.arrivals)
            if 0 <= arrival <= state.now and not state.read >> position & 1
        )
