"""The clock, DynamoDB's reaper, and what else happens beside the events of a world.

The clock does not pass a deadline that the promise assumes to be met. It can always be met: a run
may die at any moment, and attempts run out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.transform.claim_pages import Slot
from tests.model.state import NO_CLAIM, NO_PAGE, NOT_SENT, Page, Step
from tests.model.world import TICK_S

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
        """The next tick, what may be reaped now, a page that fills, and other settings."""
        yield from self._narrow(state)
        yield from self._relay(state)
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
        yield from self._reap(state)

    def _reap(self, state: State) -> Iterator[tuple[Step, State]]:
        """DynamoDB deletes what has expired: one claim, or a page with all that it holds."""
        model = self._model
        for key, place in model.places.items():
            if isinstance(key, Slot) and not key.is_alone:
                continue
            if model.may_be_reaped(state.table[place], state.now):
                yield Step("reap", model.label(key)), model.with_claim(state, key, NO_CLAIM)
        for number, page in enumerate(state.pages):
            keys = [
                key
                for key in model.places
                if isinstance(key, Slot) and not key.is_alone and model.pages[key.page] == number
            ]
            if page.expires_at_s and page.expires_at_s < state.now * TICK_S:
                after = state
                for key in keys:
                    after = model.with_claim(after, key, NO_CLAIM, NO_PAGE)
                yield Step("reap", f"page {number}"), after
            elif state.left.fills and not page.is_full:
                lives_s = model.rules.dedupe_days(model.world.times) * TICK_S
                full = Page(page.expires_at_s or keys[0].ends_s + lives_s, is_full=True)
                pages = (*state.pages[:number], full, *state.pages[number + 1 :])
                left = state.left._replace(fills=state.left.fills - 1)
                yield Step("fill", f"page {number}"), state._replace(pages=pages, left=left)

    def _relay(self, state: State) -> Iterator[tuple[Step, State]]:
        """A deployment that adds an entry to the schedule of layouts."""
        if self._model.world.next_layouts and state.relaid_at == NOT_SENT:
            step = Step("add an entry", f"at tick {state.now}")
            yield step, state._replace(relaid_at=state.now)

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
