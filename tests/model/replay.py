"""Runs of replay: each takes one event and puts it back on the stream, by the shipped rules.

What a run does next, and on which condition a claim is deleted, is what
`firelake.failures.replay.rules` says. A run may be killed between any two steps, which is a run
that never takes its next one: nothing waits for it. A run that leaves its event for later has
ended, and another one begins anew.

A fix gives another event each time it runs. Which of them is sent the receipt says, which is
written before; for an event that is sent as it stands, to write it is no step of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.failures.replay.rules import ENDS, Run
from firelake.failures.replay.rules import Step as Next
from firelake.operations.settings_history import Settling
from firelake.transform.claims import Outcome
from tests.model.state import NO_CLAIM, NO_RECEIPT, NOT_SENT, Replay, Step
from tests.model.world import TICK_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.model.model import Model
    from tests.model.state import State

DONE: Final = Next.DONE.value


class Replays:
    """The runs of replay of one model."""

    def __init__(self, model: Model) -> None:
        """Replays what the model's world allows."""
        self._model = model
        times = model.world.times
        self._rules = model.rules.replaying(Settling(times.settle * TICK_MS))
        self._events = [model.candidate(event) for event in model.contents]

    def steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """The begin of another run, and the next step of each one."""
        if len(state.replays) < self._model.world.replays:
            yield from self._begin(state)
        for number, run in enumerate(state.replays):
            others = state.replays[:number] + state.replays[number + 1 :]
            match run.step:
                case Next.READ.value:
                    yield self._read(state, run, others)
                case Next.LOOK.value:
                    yield from self._look(state, run, others)
                case Next.ASK.value:
                    yield self._ask(state, run, others)
                case Next.DELETE.value:
                    yield from self._delete(state, run, others)
                case Next.RESERVE.value:
                    yield self._reserve(state, run, others)
                case Next.SEND.value:
                    yield from self._send(state, run, others)
                case _:
                    pass

    def _begin(self, state: State) -> Iterator[tuple[Step, State]]:
        """Begins with an event of an error object, or of `raw/`, that is still accepted.

        The first step is taken at once: a run that has only begun is none.
        """
        times = self._model.times_of(state)
        yield from self._begin_with_fix(state)
        for content, event in enumerate(self._model.contents):
            is_there = state.errors & self._model.content_mask[content]
            if self._model.world.replays_raw:
                is_there |= state.read & self._model.content_positions[content]
            if is_there and self._model.rules.accepts(event, times, state.now, state.now):
                run = Replay(self._rules.begin().step.value, content)
                if run.step == Next.READ.value:
                    yield self._read(state, run, state.replays)
                else:
                    yield from self._look(state, run, state.replays)

    def _begin_with_fix(self, state: State) -> Iterator[tuple[Step, State]]:
        """Goes by the receipt of the record that failed, or lets the fix run."""
        fixed = self._model.fixed
        if not fixed or not state.errors & self._model.record_mask[0]:
            return
        content = state.receipt
        if content == NO_RECEIPT or not self._model.rules.replay_asks_the_receipt:
            if state.fixes == len(fixed):
                return
            content = fixed[state.fixes]
            state = state._replace(fixes=state.fixes + 1)
        run = Replay(self._rules.begin().step.value, content)
        yield self._read(state, run, state.replays)

    def _reserve(self, state: State, run: Replay, others: tuple[Replay, ...]) -> tuple[Step, State]:
        """Writes the receipt on condition that it is as read; the first identity stands."""
        is_own = state.receipt in {NO_RECEIPT, run.content} or not self._model.rules.replay_reserves
        after = self._rules.reserved(is_own=is_own)
        told = "its own" if is_own else "another run's"
        written = state._replace(receipt=run.content) if is_own else state
        return Step("replay writes the receipt", told), self._with(written, others, run, after)

    def _read(self, state: State, run: Replay, others: tuple[Replay, ...]) -> tuple[Step, State]:
        key = self._model.key_of(self._model.contents[run.content], state)
        number = state.table[self._model.places[key]]
        found = self._model.rules.replay_reads(
            self._rules, self._events[run.content], self._model.claim(number), state.now
        )
        step = Step("replay reads the claim", f"id {self._events[run.content].event_uuid}")
        return step, self._with(state, others, run, found)

    def _look(
        self, state: State, run: Replay, others: tuple[Replay, ...]
    ) -> Iterator[tuple[Step, State]]:
        """Goes on once a data point says that all rows are delivered that entered until then.

        The model's data point knows the rows in Firehose's buffer alone, not what is at the
        function or still to be read. AWS does not say so precisely; this is the worst of it, and
        the settle time makes up for it. Its points are never out of date, so a settle time as long
        as a run of the function is enough here; on AWS delivery and lake lag come on top. That
        there is no point is always possible.
        """
        before = Run(Next.LOOK, self._model.claim(run.claim))
        delivered_until = min((entry.entered for entry in state.buffer), default=state.now)
        for until, told in (
            (delivered_until, Step("replay finds all delivered", f"until {delivered_until}")),
            (None, Step("replay finds no data point")),
        ):
            until_ms = None if until is None else until * TICK_MS
            after = self._model.rules.replay_looks(self._rules, before, until_ms, state.now)
            # To wait is to be left for later, or never to take the next step.
            if after.step is not Next.LATER:
                yield told, self._with(state, others, run, after)

    def _ask(self, state: State, run: Replay, others: tuple[Replay, ...]) -> tuple[Step, State]:
        event_uuid = self._model.contents[run.content].event_uuid
        seen = self._model.rules.replay_asks(self._model, state.lake)
        is_there = bool(seen & self._model.rules.replay_looks_for(self._model, run.content))
        before = Run(Next.ASK, self._model.claim(run.claim))
        after = self._rules.lake_asked(before, is_there=is_there)
        told = f"id {event_uuid} {'is' if is_there else 'is not'} there"
        if after.step is Next.DONE and not state.lake & self._model.content_mask[run.content]:
            state = state._replace(promised=state.promised | 1 << run.content)
        return Step("replay asks the lake", told), self._with(state, others, run, after)

    def _delete(
        self, state: State, run: Replay, others: tuple[Replay, ...]
    ) -> Iterator[tuple[Step, State]]:
        """Deletes on the condition that the rules give; the answer may not come."""
        event_uuid = self._model.contents[run.content].event_uuid
        deletion = self._rules.deletion(Run(Next.DELETE, self._model.claim(run.claim)))
        if not deletion.fits(self._model.claim(state.table[self._model.places[deletion.key]])):
            after = self._rules.claim_deleted(Outcome.REFUSED)
            told = Step("replay is refused the delete", f"id {event_uuid}")
            yield told, self._with(state, others, run, after)
            return
        deleted = self._model.with_claim(state, deletion.key, NO_CLAIM)
        after = self._rules.claim_deleted(Outcome.DONE)
        told = Step("replay deletes the claim", f"id {event_uuid}")
        yield told, self._with(deleted, others, run, after)
        if state.left.throttles:
            left = state.left._replace(throttles=state.left.throttles - 1)
            after = self._rules.claim_deleted(Outcome.UNKNOWN)
            told = Step("replay deletes the claim", f"id {event_uuid}, done but not answered")
            yield told, self._with(deleted._replace(left=left), others, run, after)

    def _send(
        self, state: State, run: Replay, others: tuple[Replay, ...]
    ) -> Iterator[tuple[Step, State]]:
        """Puts the event on the stream as a new record, unless today's code would refuse it."""
        event = self._model.contents[run.content]
        times = self._model.times_of(state)
        if not self._model.rules.accepts(event, times, state.now, state.now):
            return
        position = next(
            at for at in self._model.replay_positions(run.content) if state.arrivals[at] == NOT_SENT
        )
        arrivals = list(state.arrivals)
        arrivals[position] = state.now
        sent = state._replace(arrivals=tuple(arrivals))
        if self._model.rules.replay_removes_error_objects:
            sent = sent._replace(errors=sent.errors & ~self._model.content_mask[run.content])
        yield (
            Step("replay sends", f"id {event.event_uuid} as record {position}"),
            self._with(sent, others, run, self._rules.sent(is_taken=True)),
        )

    def _with(self, state: State, others: tuple[Replay, ...], run: Replay, after: Run) -> State:
        """Puts a run back; all that have ended are alike."""
        late = self._model.rules.replay_reserves_after_sending
        if after.step is Next.RESERVE and (late or run.content not in self._model.fixed):
            after = self._rules.reserved(is_own=True)
        if after.step is Next.SENT and late and run.content in self._model.fixed:
            after = Run(Next.RESERVE)
        if run.step == Next.RESERVE.value and late:
            after = Run(Next.SENT)
        if after.step in ENDS:
            ended = Replay(DONE)
        else:
            claim = NO_CLAIM if after.claim is None else self._model.number_of(after.claim)
            ended = Replay(after.step.value, run.content, claim)
        return state._replace(replays=tuple(sorted((*others, ended))))
