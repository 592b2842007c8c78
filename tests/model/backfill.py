"""Runs of backfill: each brings the slices of one input into the lake, by the shipped rules.

Which events are closed, how a file is named, what follows the lake's answer and when a run may
write is what `firelake.history.backfill.rules` says. A run may be killed between any two steps, or
be halted for any time: one that goes on after its lease has ended is what the lease is for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.history.backfill.rules import Lease, file_name
from firelake.history.backfill.rules import Step as Next
from tests.model.state import BackfillRun, Step
from tests.model.world import TICK_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.operations.settings_history import Closing
    from tests.model.model import Model
    from tests.model.state import Backfilled, State

# Between taking the lease and the first slice.
_LIST: Final = "list the lake"


class Backfills:
    """The runs of backfill of one model."""

    def __init__(self, model: Model) -> None:
        """Brings in what the model's world allows."""
        self._model = model
        self._rules = model.rules
        self._inputs = [
            tuple(model.mask_of(events) for events in slices) for slices in model.world.inputs
        ]

    def steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """The begin of another run, and the next step of each one."""
        backfill = state.backfill
        if backfill.begun < self._model.world.backfills:
            yield from self._begin(state)
        for number, run in enumerate(backfill.runs):
            others = backfill.runs[:number] + backfill.runs[number + 1 :]
            without = backfill._replace(runs=others)
            yield from self._renew(state, without, run)
            if run.step == _LIST:
                told = Step("backfill lists the lake", f"run {run.holder}")
                yield told, self._asked(state, without, run._replace(slice=0))
            elif run.step == Next.ASK.value:
                told = Step("backfill asks the lake", f"run {run.holder}, slice {run.slice}")
                yield told, self._asked(state, without, run)
            elif self._rules.backfill_may_write(Lease("", run.lease_ends_s), state.now * TICK_S):
                yield from self._create(state, without, run)

    def _begin(self, state: State) -> Iterator[tuple[Step, State]]:
        """Takes the lease, which is one conditional write."""
        backfill, now_s = state.backfill, state.now * TICK_S
        if not self._rules.backfill_may_begin(_lease(backfill), now_s):
            return
        lease = Lease.granted(str(backfill.begun), now_s)
        for source in range(len(self._inputs)):
            began = self._rules.backfill_now(state.now)
            run = BackfillRun(_LIST, backfill.begun, source, began, lease.expires_at_s)
            after = backfill._replace(
                begun=backfill.begun + 1,
                runs=tuple(sorted((*backfill.runs, run))),
                lease=(run.holder, lease.expires_at_s),
            )
            told = Step("backfill begins", f"run {run.holder} with input {source}")
            yield told, state._replace(backfill=after)

    def _renew(
        self, state: State, without: Backfilled, run: BackfillRun
    ) -> Iterator[tuple[Step, State]]:
        """Makes the lease last longer, unless another run has it."""
        lease = Lease.granted(str(run.holder), state.now * TICK_S)
        is_mine = without.lease is not None and without.lease[0] == run.holder
        if is_mine and lease.expires_at_s > run.lease_ends_s:
            renewed = run._replace(lease_ends_s=lease.expires_at_s)
            after = without._replace(lease=(run.holder, lease.expires_at_s))
            told = Step("backfill renews its lease", f"run {run.holder}")
            yield told, _with(state, after, renewed)

    def _closing(self, state: State, run: BackfillRun) -> Closing:
        """Which events are closed by what a run knew of the settings when it began."""
        world, rules = self._model.world, self._model.rules
        if world.narrowed is None or not 0 <= state.narrowed_at <= run.began:
            return rules.closing(world.times)
        return rules.closing_after(world.times, world.narrowed, state.narrowed_at)

    def _asked(self, state: State, without: Backfilled, run: BackfillRun) -> State:
        """Takes the lake's answer for all that is closed, and goes on at the run's slice."""
        in_files = self._model.contents_in_files(without)
        missing = sum(
            1 << content
            for content, event in enumerate(self._model.contents)
            if self._closing(state, run).is_closed(event.created * TICK_S, run.began * TICK_S)
            and not state.lake & self._model.content_mask[content]
            and content not in in_files
        )
        answered = run._replace(missing=missing, files=len(without.files))
        return self._go_on(state, without, answered)

    def _go_on(self, state: State, without: Backfilled, run: BackfillRun) -> State:
        """Leaves out the slices of which nothing is missing; ends after the last one."""
        slices = self._inputs[run.source]
        names = [name for name, _ in without.files[: run.files]]
        for number in range(run.slice, len(slices)):
            missing = run.missing & slices[number]
            writing = self._rules.backfill_writing()
            generation = self._rules.backfill_generation(_digest(slices[number]), names)
            writing.answered(is_missing=missing > 0, generation=generation)
            if writing.step is not Next.DONE:
                at = run._replace(
                    step=writing.step.value, slice=number, generation=writing.generation
                )
                return _with(state, without, at)
        return self._end(state, without, run)

    def _end(self, state: State, without: Backfilled, run: BackfillRun) -> State:
        """Says what is in the lake, and gives the lease back if it has it."""
        closed = self._model.mask_of(
            event
            for events in self._model.world.inputs[run.source]
            for event in events
            if self._closing(state, run).is_closed(event.created * TICK_S, run.began * TICK_S)
        )
        is_mine = without.lease is not None and without.lease[0] == run.holder
        after = without._replace(lease=None if is_mine else without.lease)
        return state._replace(backfill=after, promised=state.promised | closed)

    def _create(
        self, state: State, without: Backfilled, run: BackfillRun
    ) -> Iterator[tuple[Step, State]]:
        """Creates a file, unless there is one of its name; the answer may not come."""
        of_slice = self._inputs[run.source][run.slice]
        if self._rules.backfill_cuts_what_is_missing:
            name, files = f"part {run.written}", dict(without.files)
            files[name] = run.missing & of_slice
            written = without._replace(files=tuple(files.items()))
            yield self._created(state, written, run, name, was_there=False)
            return
        name = file_name(_digest(of_slice), run.generation)
        was_there = any(name == there for there, _ in without.files)
        if not was_there:
            without = without._replace(files=(*without.files, (name, run.missing & of_slice)))
            if state.left.s3_repeats:
                left = state.left._replace(s3_repeats=state.left.s3_repeats - 1)
                told = Step("backfill is not answered", f"run {run.holder}, {name} is created")
                yield told, _with(state._replace(left=left), without, run)
        yield self._created(state, without, run, name, was_there=was_there)

    def _created(
        self, state: State, without: Backfilled, run: BackfillRun, name: str, *, was_there: bool
    ) -> tuple[Step, State]:
        writing = self._rules.backfill_writing()
        writing.created(was_there=was_there)
        if writing.step is Next.ASK:
            told = Step("backfill finds the file there", f"run {run.holder}, {name}")
            return told, _with(state, without, run._replace(step=Next.ASK.value))
        of_slice = self._inputs[run.source][run.slice]
        after = run._replace(
            missing=run.missing & ~of_slice, slice=run.slice + 1, written=run.written + 1
        )
        told = Step("backfill creates a file", f"run {run.holder}, {name}")
        return told, self._go_on(state, without, after)


def _digest(of_slice: int) -> str:
    return f"{of_slice:032x}"


def _lease(backfill: Backfilled) -> Lease | None:
    return None if backfill.lease is None else Lease(str(backfill.lease[0]), backfill.lease[1])


def _with(state: State, without: Backfilled, run: BackfillRun) -> State:
    return state._replace(backfill=without._replace(runs=tuple(sorted((*without.runs, run)))))
