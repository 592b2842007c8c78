"""A failover of Firehose: it forgets what it holds of a shard and reads from a checkpoint again.

The checkpoint moves on when everything that a record became is in S3. It may itself be lost, and
then delivered records are read again. A failover is left out where a record not yet stored is no
longer in the stream: that delivery never lags longer than retention is what the promise assumes.
A write to S3 is over or never happens: one that lands after the failover is taken for one that
landed just before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model.state import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.model.function import Function
    from tests.model.model import Model
    from tests.model.state import State


class Failover:
    """The failovers of one model."""

    def __init__(self, model: Model, function: Function) -> None:
        """May strike any shard."""
        self._model = model
        self._function = function

    def steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """A failover of each shard from which something has been read."""
        if not state.left.failovers:
            return
        for shard, order in self._model.shard_order(state.arrivals).items():
            read = [position for position in order if state.read >> position & 1]
            if read:
                yield from self._of_shard(state, shard, read)

    def _of_shard(self, state: State, shard: int, read: list[int]) -> Iterator[tuple[Step, State]]:
        in_stream = [
            position
            for position in read
            if state.arrivals[position] + self._model.times_of(state).retention >= state.now
        ]
        unstored = [position for position in read if not state.stored >> position & 1]
        if not set(unstored) <= set(in_stream):
            return
        checkpoint = read.index(unstored[0]) if unstored else len(read)
        left = state.left._replace(failovers=state.left.failovers - 1)
        lost = [
            batch
            for batch in state.batches
            if self._model.records[batch.positions[0]].shard == shard
        ]
        undone = tuple(
            batch.invocation._replace(refused=0)
            for batch in lost
            if not self._function.decided(batch.invocation)
        )
        after = state._replace(
            left=left,
            batches=tuple(batch for batch in state.batches if batch not in lost),
            buffer=tuple(
                entry
                for entry in state.buffer
                if self._model.records[entry.position].shard != shard
            ),
        )
        for start in sorted({0, checkpoint}):
            again = sum(1 << at for at in read[start:] if at in in_stream)
            if not again:
                continue
            rewound = after._replace(read=state.read & ~again, stored=state.stored & ~again)
            step = Step("failover", f"shard {shard} from record {read[start]}")
            yield step, rewound
            if 0 < len(undone) <= left.zombies:
                yield (
                    Step("failover", f"shard {shard} from record {read[start]}, runs go on"),
                    rewound._replace(
                        zombies=tuple(sorted((*state.zombies, *undone))),
                        left=left._replace(zombies=left.zombies - len(undone)),
                    ),
                )
