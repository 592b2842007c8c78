"""Firehose: takes records from shards, has them transformed, writes to S3, fails and starts over.

What AWS documents, at its worst: a failed attempt is repeated with the same records; a batch whose
attempts are used up ends in error objects; after a failover everything from the checkpoint on is
read again, cut into other batches; a write to S3 may be repeated. Records of one shard may be at
the function in several batches at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model.state import Batch, Buffered, Step, Verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.model.function import Function
    from tests.model.model import Model
    from tests.model.state import Invocation, State


class Firehose:
    """The delivery stream of one model, and the invocations that it started."""

    def __init__(self, model: Model, function: Function) -> None:
        """Reads from every shard of the model."""
        self._model = model
        self._function = function

    def steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """Everything that Firehose or a run of the function may do next."""
        yield from self._take(state)
        for number, batch in enumerate(state.batches):
            yield from self._run(state, number, batch)
        for number, zombie in enumerate(state.zombies):
            others = state.zombies[:number] + state.zombies[number + 1 :]
            for effect, after in self._function.operations.of(state, zombie):
                run = zombie._replace(claiming=effect.claiming, since=state.now)
                yield (
                    Step(f"zombie {effect.step.action}", effect.step.detail),
                    after._replace(zombies=self._alive(others, (run,))),
                )
        for entry in state.buffer:
            yield from self._write(state, entry)

    def _take(self, state: State) -> Iterator[tuple[Step, State]]:
        """Cuts the next records of a shard into a batch, of any size, and invokes the function."""
        world = self._model.world
        generation = world.faults.failovers - state.left.failovers
        for shard, order in self._model.shard_order(state.arrivals).items():
            unread = [
                position
                for position in order
                if state.arrivals[position] <= state.now and not state.read >> position & 1
            ]
            if not unread or self._in_flight(state, shard) >= world.batches_in_flight:
                continue
            for size in range(1, min(world.batch_records, len(unread)) + 1):
                positions = tuple(unread[:size])
                run = self._function.begin(state, positions, generation)
                batch = Batch(positions, state.now, generation, world.attempts - 1, run)
                yield (
                    Step("take", f"records {positions} of shard {shard}"),
                    state._replace(
                        read=state.read | _mask(positions),
                        batches=tuple(sorted((*state.batches, batch))),
                    ),
                )

    def _in_flight(self, state: State, shard: int) -> int:
        return sum(
            self._model.records[batch.positions[0]].shard == shard for batch in state.batches
        )

    def _run(self, state: State, number: int, batch: Batch) -> Iterator[tuple[Step, State]]:
        """The next step of a batch's running attempt."""
        others = state.batches[:number] + state.batches[number + 1 :]
        run = batch.invocation
        if self._function.decided(run):
            answered = self._pronounce(state, batch)
            yield Step("answer", f"{batch.positions}"), self._deliver(answered, batch, others)
            yield (
                Step("answer lost", f"{batch.positions}"),
                self._fail(answered, batch, others),
            )
            return
        for effect, after in self._function.operations.of(state, run):
            later = batch._replace(
                invocation=run._replace(claiming=effect.claiming, since=state.now)
            )
            yield effect.step, after._replace(batches=tuple(sorted((*others, later))))
        yield Step("die", f"{batch.positions}"), self._fail(state, batch, others)
        if state.left.zombies:
            left = state.left._replace(zombies=state.left.zombies - 1)
            given_up = state._replace(left=left, zombies=self._alive(state.zombies, (run,)))
            yield Step("time out", f"{batch.positions}"), self._fail(given_up, batch, others)

    def _alive(
        self, zombies: tuple[Invocation, ...], more: tuple[Invocation, ...]
    ) -> tuple[Invocation, ...]:
        """Zombies with something left to do; what else they know is of no use to anybody."""
        undone = (run._replace(refused=0) for run in more if not self._function.decided(run))
        return tuple(sorted((*zombies, *undone)))

    def _pronounce(self, state: State, batch: Batch) -> State:
        """Remembers the verdicts of a run, also if nobody hears them."""
        verdicts = self._function.answers(batch).verdicts
        if self._model.world.replays:
            # Replay deletes claims and so lets another copy pass: validity alone must stay.
            valid = verdicts.passed | verdicts.duplicate | verdicts.reused
            verdicts = Verdicts(passed=valid, invalid=verdicts.invalid)
        return state._replace(
            verdicts=Verdicts(
                *(old | new for old, new in zip(state.verdicts, verdicts, strict=True))
            )
        )

    def _deliver(self, state: State, batch: Batch, others: tuple[Batch, ...]) -> State:
        """Takes an answer: rows to the buffer, failed records to error objects."""
        rows, failed, ended, _ = self._function.answers(batch)
        state = state._replace(
            batches=others, errors=state.errors | failed, stored=state.stored | ended
        )
        if self._buffer_matters(state):
            entered = (Buffered(at, mask, state.now, event_type) for at, mask, event_type in rows)
            return state._replace(buffer=tuple(sorted((*state.buffer, *entered))))
        for _, mask, event_type in rows:
            state = state.with_rows(mask, event_type)
        return state._replace(stored=state.stored | _mask(tuple(at for at, *_ in rows)))

    def _buffer_matters(self, state: State) -> bool:
        """Whether anything can still tell a row in the buffer from a row in the lake."""
        left = state.left
        return bool(
            left.failovers
            or left.conversions
            or left.s3_repeats
            or self._model.world.replays
            or self._model.world.backfills
        )

    def _fail(self, state: State, batch: Batch, others: tuple[Batch, ...]) -> State:
        """Invokes the function again with the same records, or gives the batch up."""
        if batch.retries:
            run = self._function.begin(state, batch.positions, batch.generation)
            again = batch._replace(retries=batch.retries - 1, invocation=run)
            return state._replace(batches=tuple(sorted((*others, again))))
        objects = sum(self._model.record_mask[position] for position in batch.positions)
        return state._replace(
            batches=others,
            errors=state.errors | objects,
            stored=state.stored | _mask(batch.positions),
        )

    def _write(self, state: State, entry: Buffered) -> Iterator[tuple[Step, State]]:
        """Writes the rows of one record, some of them perhaps as error objects."""
        buffer = tuple(other for other in state.buffer if other != entry)
        written = state._replace(buffer=buffer, stored=state.stored | 1 << entry.position)
        yield (
            Step("write", f"record {entry.position}"),
            written.with_rows(entry.rows, entry.event_type),
        )
        if state.left.conversions:
            left = state.left._replace(conversions=state.left.conversions - 1)
            for row in _bits(entry.rows):
                yield (
                    Step("conversion failure", f"record {entry.position}"),
                    written._replace(errors=state.errors | row, left=left).with_rows(
                        entry.rows & ~row, entry.event_type
                    ),
                )
        if state.left.s3_repeats:
            left = state.left._replace(s3_repeats=state.left.s3_repeats - 1)
            yield (
                Step("write, to be repeated", f"record {entry.position}"),
                state._replace(left=left).with_rows(entry.rows, entry.event_type),
            )


def _mask(numbers: tuple[int, ...]) -> int:
    return sum(1 << number for number in numbers)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        yield mask & -mask
        mask &= mask - 1
