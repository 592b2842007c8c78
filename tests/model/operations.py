"""The store operations of a run of the function: one statement on one id, with every answer.

A batch statement is not atomic: its statements take effect one by one, in any order, and other
actors act in between. So one operation on one id is the model's smallest step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from firelake.transform.claim_pages import Slot
from firelake.transform.claims import Claim, Outcome
from tests.model.state import NO_PAGE, Step
from tests.model.world import TICK_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firelake.transform.claim_pages import ClaimKey
    from firelake.transform.claims import Claiming, Found, Replacement
    from tests.model.model import Model
    from tests.model.snapshots import Snapshots
    from tests.model.state import Invocation, Page, State


class There(NamedTuple):
    """What the table holds where an operation looks.

    Attributes:
        key: Where it looks.
        claim: Number of the claim there.
        page: The page that it is on; of an item of its own there is none.
    """

    key: ClaimKey
    claim: int
    page: Page = NO_PAGE


class Effect(NamedTuple):
    """What the table and the run hold after one operation.

    Attributes:
        step: The line of the story.
        there: What is there then.
        claiming: Number of the run's snapshot.
        throttles: How much of that budget it took.
    """

    step: Step
    there: There
    claiming: int
    throttles: int = 0


class Operations:
    """The operations that each snapshot asks for, computed once for each content of the table."""

    def __init__(self, model: Model, snapshots: Snapshots) -> None:
        """Starts with nothing computed."""
        self._model = model
        self._snapshots = snapshots
        self._throttled = model.world.faults.throttles > 0
        self._computed: dict[tuple[object, ...], tuple[Effect, ...]] = {}

    def of(self, state: State, invocation: Invocation) -> Iterator[tuple[Effect, State]]:
        """Every next operation of a run, with every time that its request may bear.

        Yields:
            The effect, and the state in which table and budget have changed, but not yet the run.
        """
        for stamp in range(invocation.since, state.now + 1):
            key = (invocation.claiming, state.table, state.pages, stamp, state.now)
            effects = self._computed.get(key)
            if effects is None:
                found = self._effects(invocation.claiming, state, stamp)
                effects = self._computed[key] = tuple(found)
            for effect in effects:
                if effect.throttles > state.left.throttles:
                    continue
                after = self._model.with_claim(state, *effect.there)
                if effect.throttles:
                    left = after.left
                    after = after._replace(left=left._replace(throttles=left.throttles - 1))
                yield effect, after

    def _effects(self, number: int, state: State, stamp: int) -> Iterator[Effect]:
        now_ms = state.now * TICK_MS
        snapshot = self._snapshots[number]
        claiming = self._snapshots.thaw(number)
        for claim in claiming.inserts(stamp * TICK_MS):
            label = self._model.label(claim.key)
            for written, outcome in self._inserted(self._there(state, claim.key), claim):
                yield from self._write(
                    Step("insert", f"{label} for {claim.owner} at tick {stamp}"),
                    number,
                    (self._there(state, claim.key), written),
                    outcome,
                    lambda thawed, outcome, claim=claim: thawed.inserted(claim, outcome, now_ms),
                )
        for replacement in claiming.replacements(stamp * TICK_MS):
            key = replacement.new.key
            there = self._there(state, key)
            label = self._model.label(key)
            fits = self._may_replace(there, replacement)
            written = there._replace(claim=self._model.number_of(replacement.new))
            yield from self._write(
                Step("replace", f"{label} for {replacement.new.owner} at tick {stamp}"),
                number,
                (there, written if fits else there),
                Outcome.DONE if fits else Outcome.REFUSED,
                lambda thawed, outcome, replacement=replacement: _replaced(
                    thawed, replacement, outcome
                ),
            )
        if stamp == state.now:  # expiry is judged when the answer comes, whenever it was asked
            for key in snapshot.to_read:
                yield from self._read(number, self._there(state, key), now_ms)

    def _there(self, state: State, key: ClaimKey) -> There:
        claim = state.table[self._model.places[key]]
        if isinstance(key, Slot) and not key.is_alone:
            return There(key, claim, state.pages[self._model.pages[key.page]])
        return There(key, claim)

    def _inserted(self, there: There, claim: Claim) -> Iterator[tuple[There, Outcome | Claim]]:
        """What an insert leaves and is answered; a page shows what it holds, an item does not."""
        on_page = isinstance(there.key, Slot) and not there.key.is_alone
        written = there._replace(claim=self._model.number_of(claim))
        if not on_page:
            taken = bool(there.claim) and not self._model.rules.insert_overwrites
            yield (there, Outcome.REFUSED) if taken else (written, Outcome.DONE)
            return
        held = self._shown(there.key, there.claim)
        if held is not None:
            yield there, Outcome.DONE if _is_same(held, claim) else held
            return
        if there.page.is_full and self._model.rules.page_has_mark:
            yield there, Outcome.FULL
        if not there.page.is_full or not self._model.rules.page_keeps_out:
            expires_at_s = there.page.expires_at_s or self._model.rules.page_expires_at_s(claim)
            page = there.page._replace(expires_at_s=expires_at_s)
            yield written._replace(page=page), Outcome.DONE

    def _shown(self, key: ClaimKey, number: int) -> Claim | None:
        """A claim as a store shows it: what a page holds does not tell whose it is."""
        claim = self._model.claim(number)
        if claim is None or not isinstance(key, Slot):
            return claim
        return Claim(
            key,
            claim.owner,
            key.event_name,
            key.created_at_s,
            claim.claimed_at_ms,
            claim.expires_at_s,
            claim.event_type,
        )

    def _may_replace(self, there: There, replacement: Replacement) -> bool:
        if not self._model.rules.renewal_is_conditional:
            return True
        return self._model.as_read(there.claim, self._model.number_of(replacement.read))

    def _write(
        self,
        step: Step,
        number: int,
        change: tuple[There, There],
        outcome: Outcome | Claim,
        put_in: Callable[[Claiming, Outcome | Claim], None],
    ) -> Iterator[Effect]:
        """One write, answered or not.

        One that was neither done nor answered counts only if the run draws a conclusion from it;
        else nothing has happened at all.
        """
        there, written = change
        action, detail = step
        asked = self._snapshots[number].asked

        def after(outcome: Outcome | Claim) -> int:
            claiming = self._snapshots.thaw(number)
            put_in(claiming, outcome)
            return self._snapshots.freeze(claiming, asked)

        told = outcome.value if isinstance(outcome, Outcome) else f"found {outcome.owner}"
        yield Effect(Step(action, f"{detail}, {told}"), written, after(outcome))
        if not self._throttled:
            return
        unknown = after(Outcome.UNKNOWN)
        if written != there:
            unanswered = Step(action, f"{detail}, done but not answered")
            yield Effect(unanswered, written, unknown, throttles=1)
        if unknown != number:
            yield Effect(Step(action, f"{detail}, not answered"), there, unknown)

    def _read(self, number: int, there: There, now_ms: int) -> Iterator[Effect]:
        found: Found = self._shown(there.key, there.claim)
        if found is None and there.page.is_full:
            found = Outcome.FULL
        asked, label = self._snapshots[number].asked, self._model.label(there.key)
        claiming = self._snapshots.thaw(number)
        claiming.was_read(there.key, found, now_ms)
        told = f"found {found.owner}" if isinstance(found, Claim) else "not there"
        yield Effect(
            Step("read", f"{label} {told}"), there, self._snapshots.freeze(claiming, asked)
        )
        if self._throttled:
            claiming = self._snapshots.thaw(number)
            self._model.rules.unanswered_read(claiming, there.key)
            after = self._snapshots.freeze(claiming, asked)
            if after != number:
                yield Effect(Step("read", f"{label}, not answered"), there, after)


def _replaced(claiming: Claiming, replacement: Replacement, outcome: Outcome | Claim) -> None:
    assert isinstance(outcome, Outcome), "a replacement is answered with an outcome alone"
    claiming.replaced(replacement, outcome)


def _is_same(held: Claim, claim: Claim) -> bool:
    """Whether a page holds the very bytes that were to be put there."""
    return (held.owner, held.claimed_at_ms, held.event_type) == (
        claim.owner,
        claim.claimed_at_ms,
        claim.event_type,
    )
