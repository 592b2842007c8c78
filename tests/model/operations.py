"""The store operations of a run of the function: one statement on one id, with every answer.

A batch statement is not atomic: its statements take effect one by one, in any order, and other
actors act in between. So one operation on one id is the model's smallest step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from firelake.transform.claims import Outcome
from tests.model.state import Step
from tests.model.world import TICK_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firelake.transform.claims import Claiming
    from tests.model.model import Model
    from tests.model.snapshots import Snapshots
    from tests.model.state import Invocation, State


class Effect(NamedTuple):
    """What the table and the run hold after one operation.

    Attributes:
        step: The line of the story.
        event_uuid: Number of the id.
        claim: Number of the id's claim.
        claiming: Number of the run's snapshot.
        throttles: How much of that budget it took.
    """

    step: Step
    event_uuid: int
    claim: int
    claiming: int
    throttles: int = 0


class Operations:
    """The operations that each snapshot asks for, computed once for each content of the table."""

    def __init__(self, model: Model, snapshots: Snapshots) -> None:
        """Starts with nothing computed."""
        self._model = model
        self._snapshots = snapshots
        self._throttled = model.world.faults.throttles > 0
        self._computed: dict[tuple[int, tuple[int, ...], int, int], tuple[Effect, ...]] = {}

    def of(self, state: State, invocation: Invocation) -> Iterator[tuple[Effect, State]]:
        """Every next operation of a run, with every time that its request may bear.

        Yields:
            The effect, and the state in which table and budget have changed, but not yet the run.
        """
        for stamp in range(invocation.since, state.now + 1):
            key = (invocation.claiming, state.table, stamp, state.now)
            effects = self._computed.get(key)
            if effects is None:
                effects = self._computed[key] = tuple(self._effects(*key))
            for effect in effects:
                if effect.throttles > state.left.throttles:
                    continue
                after = state
                if effect.claim != state.table[effect.event_uuid]:
                    table = list(state.table)
                    table[effect.event_uuid] = effect.claim
                    after = after._replace(table=tuple(table))
                if effect.throttles:
                    left = after.left
                    after = after._replace(left=left._replace(throttles=left.throttles - 1))
                yield effect, after

    def _effects(
        self, number: int, table: tuple[int, ...], stamp: int, now: int
    ) -> Iterator[Effect]:
        snapshot = self._snapshots[number]
        claiming = self._snapshots.thaw(number)
        for claim in claiming.inserts(stamp * TICK_MS):
            event_uuid = int(claim.event_uuid)
            there = table[event_uuid]
            taken = bool(there) and not self._model.rules.insert_overwrites
            yield from self._write(
                Step("insert", f"id {event_uuid} for {claim.owner} at tick {stamp}"),
                number,
                (event_uuid, there, there if taken else self._model.number_of(claim)),
                Outcome.REFUSED if taken else Outcome.DONE,
                lambda thawed, outcome, claim=claim: thawed.inserted(claim, outcome),
            )
        for replacement in claiming.replacements(stamp * TICK_MS):
            event_uuid = int(replacement.new.event_uuid)
            there = table[event_uuid]
            as_read = self._model.as_read(there, self._model.number_of(replacement.read))
            yield from self._write(
                Step("replace", f"id {event_uuid} for {replacement.new.owner} at tick {stamp}"),
                number,
                (event_uuid, there, self._model.number_of(replacement.new) if as_read else there),
                Outcome.DONE if as_read else Outcome.REFUSED,
                lambda thawed, outcome, replacement=replacement: thawed.replaced(
                    replacement, outcome
                ),
            )
        if stamp == now:  # expiry is judged when the answer comes, whenever the request was made
            for event_uuid in snapshot.to_read:
                yield from self._read(number, event_uuid, table[int(event_uuid)], now)

    def _write(
        self,
        step: Step,
        number: int,
        change: tuple[int, int, int],
        outcome: Outcome,
        put_in: Callable[[Claiming, Outcome], None],
    ) -> Iterator[Effect]:
        """One write, answered or not.

        One that was neither done nor answered counts only if the run draws a conclusion from it;
        else nothing has happened at all.
        """
        event_uuid, there, written = change
        action, detail = step
        candidates = self._snapshots[number].candidates

        def after(outcome: Outcome) -> int:
            claiming = self._snapshots.thaw(number)
            put_in(claiming, outcome)
            return self._snapshots.freeze(claiming, candidates)

        answered = Step(action, f"{detail}, {outcome.value}")
        yield Effect(answered, event_uuid, written, after(outcome))
        if not self._throttled:
            return
        unknown = after(Outcome.UNKNOWN)
        if written != there:
            unanswered = Step(action, f"{detail}, done but not answered")
            yield Effect(unanswered, event_uuid, written, unknown, throttles=1)
        if unknown != number:
            yield Effect(Step(action, f"{detail}, not answered"), event_uuid, there, unknown)

    def _read(self, number: int, event_uuid: str, there: int, now: int) -> Iterator[Effect]:
        claim = self._model.claim(there)
        candidates = self._snapshots[number].candidates
        claiming = self._snapshots.thaw(number)
        claiming.was_read(event_uuid, claim, now * TICK_MS)
        found = "not there" if claim is None else f"found {claim.owner}"
        step = Step("read", f"id {event_uuid} {found}")
        yield Effect(step, int(event_uuid), there, self._snapshots.freeze(claiming, candidates))
        if self._throttled:
            claiming = self._snapshots.thaw(number)
            self._model.rules.unanswered_read(claiming, event_uuid)
            after = self._snapshots.freeze(claiming, candidates)
            if after != number:
                step = Step("read", f"id {event_uuid}, not answered")
                yield Effect(step, int(event_uuid), there, after)
