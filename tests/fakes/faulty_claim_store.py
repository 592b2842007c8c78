"""Faults and interruptions around any claim store, as a script tells them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from firelake.transform.claims import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from firelake.transform.claim_pages import ClaimKey
    from firelake.transform.claims import Claim, ClaimStore, Found, Replacement

_Ask = TypeVar("_Ask")
_Told = TypeVar("_Told")
_ENOUGH_CALLS = 1_000


class Fault(StrEnum):
    """What becomes of one id's question."""

    NONE = "answered"
    LOST = "lost on the way, without effect"
    SILENT = "carried out, but its answer is lost"


class Step(StrEnum):
    """A call to a claim store."""

    INSERT = "insert"
    READ = "read"
    REPLACE = "replace"


class FaultyClaimStore:
    """A `ClaimStore` that passes on what the script lets through.

    The script holds one fault for each id of each call, in order; when it is used up, everything
    is answered. An interruption runs once, just before the first call of its step.
    """

    def __init__(
        self,
        inner: ClaimStore,
        faults: Iterable[Fault] = (),
        before: Mapping[Step, Callable[[], object]] | None = None,
    ) -> None:
        self.counts = inner.counts
        self._inner = inner
        self._faults = iter(faults)
        self._before = dict(before or {})
        self.steps: list[Step] = []

    def insert(self, claims: Sequence[Claim]) -> list[Outcome | Claim]:
        self._begin(Step.INSERT)
        return self._write(claims, self._inner.insert)

    def read(self, keys: Sequence[ClaimKey]) -> dict[ClaimKey, Found]:
        self._begin(Step.READ)
        found = self._inner.read(keys)
        return {key: found[key] for key in keys if self._next() is Fault.NONE and key in found}

    def replace(self, replacements: Sequence[Replacement]) -> list[Outcome]:
        self._begin(Step.REPLACE)
        return self._write(replacements, self._inner.replace)

    def _begin(self, step: Step) -> None:
        self.steps.append(step)
        # A fake clock stands still for a caller that never sleeps: without this it would hang.
        assert len(self.steps) < _ENOUGH_CALLS, "the store is asked without end"
        interruption = self._before.pop(step, None)
        if interruption is not None:
            interruption()

    def _next(self) -> Fault:
        return next(self._faults, Fault.NONE)

    def _write(
        self, asks: Sequence[_Ask], write: Callable[[list[_Ask]], Sequence[_Told]]
    ) -> list[Outcome | _Told]:
        faults = [self._next() for _ in asks]
        arriving = [ask for ask, fault in zip(asks, faults, strict=True) if fault is not Fault.LOST]
        answers = iter(write(arriving))
        outcomes: list[Outcome | _Told] = []
        for fault in faults:
            answer = Outcome.UNKNOWN if fault is Fault.LOST else next(answers)
            outcomes.append(answer if fault is Fault.NONE else Outcome.UNKNOWN)
        return outcomes
