"""Runs of replay: each takes one event from an error object and puts it back on the stream.

The steps are those of the design, in their order: read the claim; no claim, send. Wait until a
DataFreshness point says that everything is delivered until the claim's age plus settle; ask the
lake; delete the claim as read; send. A run may be killed between any two steps, which is a run
that never takes its next one: nothing waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model.state import NO_CLAIM, NOT_SENT, Replay, Step
from tests.model.world import TICK_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.model.model import Model
    from tests.model.state import State

LOOK = "look at the freshness"
ASK = "ask the lake"
DELETE = "delete the claim"
SEND = "send"
DONE = "done"


class Replays:
    """The runs of replay of one model."""

    def __init__(self, model: Model) -> None:
        """Replays what the model's world allows."""
        self._model = model

    def steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """The begin of another run, and the next step of each one."""
        if len(state.replays) < self._model.world.replays:
            yield from self._begin(state)
        for number, run in enumerate(state.replays):
            others = state.replays[:number] + state.replays[number + 1 :]
            if run.step == LOOK:
                yield from self._look(state, run, others)
            elif run.step == ASK:
                yield from self._ask(state, run, others)
            elif run.step == DELETE:
                yield from self._delete(state, run, others)
            elif run.step == SEND:
                yield from self._send(state, run, others)

    def _begin(self, state: State) -> Iterator[tuple[Step, State]]:
        """Reads the claim of an event that stands in an error object and is still accepted."""
        times = self._model.world.times
        for content, event in enumerate(self._model.contents):
            in_errors = state.errors & self._model.content_mask[content]
            if in_errors and self._model.rules.accepts(event, times, state.now, state.now):
                claim = state.table[event.event_uuid]
                run = Replay(SEND if claim == NO_CLAIM else LOOK, content, claim)
                yield (
                    Step("replay reads the claim", f"id {event.event_uuid}"),
                    _with(state, state.replays, run),
                )

    def _look(
        self, state: State, run: Replay, others: tuple[Replay, ...]
    ) -> Iterator[tuple[Step, State]]:
        """Goes on once a data point says that all rows are delivered that entered until then.

        The model's data point knows the rows in Firehose's buffer alone, not what is at the
        function or still to be read. AWS does not say so precisely; this is the worst of it, and
        the settle time makes up for it. Its points are never out of date, so a settle time as long
        as a run of the function is enough here; on AWS delivery and lake lag come on top.
        """
        claim = self._model.claim(run.claim)
        delivered_until = min((entry.entered for entry in state.buffer), default=state.now)
        settle = self._model.world.times.settle
        if claim and delivered_until * TICK_MS > claim.claimed_at_ms + settle * TICK_MS:
            yield (
                Step("replay finds all delivered", f"until {delivered_until}"),
                _with(state, others, run._replace(step=ASK)),
            )

    def _ask(
        self, state: State, run: Replay, others: tuple[Replay, ...]
    ) -> Iterator[tuple[Step, State]]:
        event_uuid = self._model.contents[run.content].event_uuid
        there = bool(state.lake & self._model.id_mask[event_uuid])
        yield (
            Step("replay asks the lake", f"id {event_uuid} {'is' if there else 'is not'} there"),
            _with(state, others, Replay(DONE) if there else run._replace(step=DELETE)),
        )

    def _delete(
        self, state: State, run: Replay, others: tuple[Replay, ...]
    ) -> Iterator[tuple[Step, State]]:
        """Deletes only the claim as it was read: a renewed one belongs to an event on its way."""
        event_uuid = self._model.contents[run.content].event_uuid
        as_read = self._model.as_read(state.table[event_uuid], run.claim)
        if not as_read:
            yield (
                Step("replay is refused the delete", f"id {event_uuid}"),
                _with(state, others, Replay(DONE)),
            )
            return
        table = list(state.table)
        table[event_uuid] = NO_CLAIM
        yield (
            Step("replay deletes the claim", f"id {event_uuid}"),
            _with(state._replace(table=tuple(table)), others, Replay(SEND, run.content)),
        )

    def _send(
        self, state: State, run: Replay, others: tuple[Replay, ...]
    ) -> Iterator[tuple[Step, State]]:
        """Puts the event on the stream as a new record, unless today's code would refuse it."""
        event = self._model.contents[run.content]
        times = self._model.world.times
        if not self._model.rules.accepts(event, times, state.now, state.now):
            return
        position = next(
            at for at in self._model.replay_positions(run.content) if state.arrivals[at] == NOT_SENT
        )
        arrivals = list(state.arrivals)
        arrivals[position] = state.now
        yield (
            Step("replay sends", f"id {event.event_uuid} as record {position}"),
            _with(state._replace(arrivals=tuple(arrivals)), others, Replay(DONE)),
        )


def _with(state: State, others: tuple[Replay, ...], run: Replay) -> State:
    return state._replace(replays=tuple(sorted((*others, run))))
