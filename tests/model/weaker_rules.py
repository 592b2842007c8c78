"""The design's rules, each weakened in one place: every one of these loses or doubles an event.

A mutant is one rule read carelessly. `test_weaker_rules_fail` has the search find its story.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.contract.claim_schedule import ITEMS_ONLY
from firelake.transform.claims import Claim, Claiming, Outcome
from tests.model.rules import Rules
from tests.model.world import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from firelake.contract.claim_schedule import Schedule
    from firelake.transform.claim_pages import ClaimKey
    from firelake.transform.claims import Candidate, Replacement, Verdict
    from tests.model.world import Times

NOBODY = "nobody"


def _of_nobody(claim: Claim | Outcome | None) -> Claim | Outcome | None:
    if not isinstance(claim, Claim):
        return claim
    return Claim(
        key=claim.key,
        owner=NOBODY,
        event_name=claim.event_name,
        created_at_s=claim.created_at_s,
        claimed_at_ms=claim.claimed_at_ms,
        expires_at_s=claim.expires_at_s,
        event_type=claim.event_type,
    )


class _MarkOnly(Claiming):
    def found_there(self, key: ClaimKey, found: Claim | Outcome | None, now_ms: int) -> None:
        super().found_there(key, _of_nobody(found), now_ms)


class SeenWithoutOwner(Rules):
    """An id is only marked as seen: whoever finds the mark is a duplicate, the marker too."""

    claiming = _MarkOnly


class ClaimsBeforeValidating(Rules):
    """Ids are claimed first, and events validated afterwards."""

    claims_invalid_events = True


class LatenessByWallClock(Rules):
    """Lateness is measured when the function runs, not when the record arrived."""

    def accepts(self, event: Event, times: Times, arrival: int, now: int) -> bool:
        del arrival
        return super().accepts(event, times, now, now)


class ClaimsLiveAsLongAsLateness(Rules):
    """A claim lives for the time in which a copy may arrive, as if it were processed at once."""

    def dedupe_days(self, times: Times) -> int:
        return times.lateness


class ClaimsLiveUntilTheLastCopyIsRead(Rules):
    """A claim outlives lateness, skew and retention, but not the attempts after the read."""

    def dedupe_days(self, times: Times) -> int:
        return super().dedupe_days(times) - times.delivery


class ClaimsLiveOneDayLess(Rules):
    """A claim lives one day less than the arithmetic asks for."""

    def dedupe_days(self, times: Times) -> int:
        return super().dedupe_days(times) - 1


class OwnerIsTheRecordId(Rules):
    """The owner is a recordId, which Firehose may give anew when it reads a shard again."""

    def owner(self, shard: int, position: int, index: int, generation: int) -> str:
        return f"{super().owner(shard, position, index, generation)} of read {generation}"


class _LeaveAsItWas(Claiming):
    def found_there(self, key: ClaimKey, found: Claim | Outcome | None, now_ms: int) -> None:
        super().found_there(key, found, now_ms)
        read, candidate = self.to_replace.get(key, (None, None))
        if read and candidate and read.owner == candidate.owner:
            del self.to_replace[key]
            self.settled[key] = read


class PassWithoutRenewal(Rules):
    """A pass by one's own claim leaves the claim as it was."""

    claiming = _LeaveAsItWas


class _ReadFirst(Claiming):
    def __init__(
        self,
        candidates: Iterable[Candidate],
        *,
        dedupe_days: int,
        schedule: Schedule = ITEMS_ONLY,
    ) -> None:
        super().__init__(candidates, dedupe_days=dedupe_days, schedule=schedule)
        self.to_read, self.to_insert = dict.fromkeys(self.to_insert), {}


class GetThenPut(Rules):
    """The id is looked up, and written unconditionally if it is not there."""

    claiming = _ReadFirst
    insert_overwrites = True


class DroppedOnAGuess(Rules):
    """An insert that was refused and a read that was throttled make a duplicate."""

    def unanswered_read(self, claiming: Claiming, key: ClaimKey) -> None:
        guess = Claim(
            key=key,
            owner=NOBODY,
            event_name=Event(0).name,
            created_at_s=0.0,
            claimed_at_ms=0,
            expires_at_s=0,
            event_type=None,
        )
        claiming.was_read(key, guess, now_ms=0)


class _InsertedAnyway(Claiming):
    def inserted(self, claim: Claim, outcome: Outcome | Claim, now_ms: int) -> None:
        super().inserted(claim, Outcome.DONE if outcome is Outcome.UNKNOWN else outcome, now_ms)


class PassedOnAGuess(Rules):
    """An insert that was throttled is taken for done."""

    claiming = _InsertedAnyway


class _RenewedAnyway(Claiming):
    def replaced(self, replacement: Replacement, outcome: Outcome) -> None:
        super().replaced(replacement, Outcome.DONE if outcome is Outcome.UNKNOWN else outcome)


class RenewedOnAGuess(Rules):
    """A renewal that was throttled is taken for done."""

    claiming = _RenewedAnyway


class PartitionOfToday(Rules):
    """An event that is read again goes where today's contract says, whatever its claim says."""

    def given_before(
        self, candidates: Sequence[Candidate], verdicts: Sequence[Verdict], claiming: Claiming
    ) -> Mapping[int, str]:
        del candidates, verdicts, claiming
        return {}


class ViewsTellIdsApart(Rules):
    """The views show one row an id and partition, as if no id were used again."""

    def seen_as_one(self, event: Event) -> tuple[object, ...]:
        return (event.event_uuid,)


class _OneMomentEarly(Claiming):
    def found_there(self, key: ClaimKey, found: Claim | Outcome | None, now_ms: int) -> None:
        super().found_there(key, found, now_ms + 1)


class ExpiredAtTheVeryMoment(Rules):
    """A claim is taken over at the moment of `expires_at` already, not only after it."""

    claiming = _OneMomentEarly
