"""Drives the claims of one batch against a store until all is decided, or the time is up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from firelake.contract.claim_schedule import ITEMS_ONLY
from firelake.transform.claims import Claiming, Outcome, Verdict
from firelake.transform.errors import ClaimsUndecidedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firelake.contract.claim_schedule import Schedule
    from firelake.transform.claims import Candidate, Claim, ClaimStore

_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0


class Settled(msgspec.Struct, frozen=True):
    """What was decided about the candidates of a batch, in their order.

    Attributes:
        verdicts: One a candidate.
        given: By its index, the partition by type of each candidate that passes and belongs to
            another one than today's contract gives it.
    """

    verdicts: list[Verdict]
    given: dict[int, str]


@dataclass(frozen=True, slots=True)
class Pace:
    """The clock of one call, and what to do while waiting.

    Attributes:
        now_ms: The wall clock, Unix time in milliseconds.
        remaining_s: Seconds left until the claims must be decided.
        sleep: Waits so many seconds.
        jitter: A random number in [0, 1).
    """

    now_ms: Callable[[], int]
    remaining_s: Callable[[], float]
    sleep: Callable[[float], None]
    jitter: Callable[[], float]


def settle(
    candidates: Sequence[Candidate],
    store: ClaimStore,
    pace: Pace,
    *,
    dedupe_days: int,
    schedule: Schedule = ITEMS_ONLY,
) -> Settled:
    """Decides every candidate of a batch.

    Args:
        candidates: Every valid event of the batch, in order of arrival.
        store: Where the claims are.
        pace: Clock, deadline and back-off.
        dedupe_days: How long a claim lives.
        schedule: Which layout has the claim of which event.

    Raises:
        ClaimsUndecidedError: The time is up and an id is still unknown. Firehose invokes the
            function again, and what this call claimed passes then.
        ClaimStoreError: The store refused for a reason that no retry mends.
    """
    claiming = Claiming(candidates, dedupe_days=dedupe_days, schedule=schedule)
    pause_s = _FIRST_PAUSE_S
    while claiming.undecided:
        if pace.remaining_s() <= 0:
            message = (
                f"{claiming.undecided} ids of a batch of {len(candidates)} events have no verdict "
                "at the claims deadline; the batch is raised so that Firehose retries it (look at "
                "throttles of the claims table)"
            )
            raise ClaimsUndecidedError(message, claiming.undecided)
        if _ask_once(claiming, store, pace):
            pause_s = _FIRST_PAUSE_S
        else:
            pace.sleep(max(0.0, min(pause_s * pace.jitter(), pace.remaining_s())))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
    verdicts = claiming.verdicts()
    return Settled(verdicts, given_before(candidates, verdicts, claiming.claims()))


def given_before(
    candidates: Sequence[Candidate], verdicts: Sequence[Verdict], claims: Sequence[Claim]
) -> dict[int, str]:
    """Finds the events that pass to another partition than today's contract gives them.

    Args:
        candidates: Every valid event of the batch, in order of arrival.
        verdicts: One a candidate, in their order.
        claims: The claim of each candidate, in their order.

    Returns:
        The partition by type that its claim remembers, by the candidate's index.
    """
    given: dict[int, str] = {}
    for index, (candidate, claim) in enumerate(zip(candidates, claims, strict=True)):
        event_type = claim.event_type
        if event_type != candidate.event_type and verdicts[index] is Verdict.PASS and event_type:
            given[index] = event_type
    return given


def _ask_once(claiming: Claiming, store: ClaimStore, pace: Pace) -> bool:
    """Asks everything that is open, each step once; False if any answer was missing."""
    complete = True
    if claiming.to_insert:
        claims = claiming.inserts(pace.now_ms())
        outcomes = store.insert(claims)
        now_ms = pace.now_ms()
        for claim, outcome in zip(claims, outcomes, strict=True):
            claiming.inserted(claim, outcome, now_ms)
            complete &= outcome is not Outcome.UNKNOWN
    if claiming.to_read:
        keys = claiming.reads()
        found = store.read(keys)
        now_ms = pace.now_ms()
        for key in keys:
            if key in found:
                claiming.was_read(key, found[key], now_ms)
            else:
                complete = False
    if claiming.to_replace:
        replacements = claiming.replacements(pace.now_ms())
        for replacement, outcome in zip(replacements, store.replace(replacements), strict=True):
            claiming.replaced(replacement, outcome)
            complete &= outcome is not Outcome.UNKNOWN
    return complete
