"""The rules of replay, each weakened in one place: every one of these loses or doubles an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.failures.deletion import Deletion
from firelake.failures.replay.rules import Replaying, Run, Step
from firelake.transform.claims import Claim
from tests.model.rules import Rules
from tests.model.world import TICK_MS

if TYPE_CHECKING:
    from firelake.transform.claims import Candidate
    from tests.model.model import Model


class _AnyClaim(Deletion):
    def fits(self, claim: Claim | None) -> bool:
        return claim is not None


class _DeleteAnyClaim(Replaying):
    def deletion(self, run: Run) -> Deletion:
        rightly = super().deletion(run)
        return _AnyClaim(rightly.key, rightly.owner, rightly.claimed_at_ms)


class ReleasedWithoutCondition(Rules):
    """The claim is deleted, whatever it is by then."""

    replaying = _DeleteAnyClaim


class _ClaimOfTheOwner(Deletion):
    def fits(self, claim: Claim | None) -> bool:
        return claim is not None and claim.owner == self.owner


class _DeleteByOwner(Replaying):
    def deletion(self, run: Run) -> Deletion:
        rightly = super().deletion(run)
        return _ClaimOfTheOwner(rightly.key, rightly.owner, rightly.claimed_at_ms)


class ReleasedOnTheOwnerAlone(Rules):
    """The claim is deleted if it has the owner as read, also if it was renewed since."""

    replaying = _DeleteByOwner


class _LookFirst(Replaying):
    def begin(self) -> Run:
        return Run(Step.LOOK)


class FreshnessBeforeTheClaim(Rules):
    """First the lake is found fresh, then the claim is read and found old by the wall clock."""

    replaying = _LookFirst

    def replay_looks(
        self, replaying: Replaying, run: Run, delivered_until_ms: int | None, now: int
    ) -> Run:
        if run.claim is None:
            return Run(Step.READ if delivered_until_ms == now * TICK_MS else Step.LATER)
        return super().replay_looks(replaying, run, delivered_until_ms, now)

    def replay_reads(
        self, replaying: Replaying, event: Candidate, claim: Claim | None, now: int
    ) -> Run:
        run = super().replay_reads(replaying, event, claim, now)
        is_old = run.step is Step.LOOK
        return replaying.freshness_seen(run, now * TICK_MS) if is_old else run


class NoDataPointIsFine(Rules):
    """Where there is no data point, everything is taken to be delivered."""

    def replay_looks(
        self, replaying: Replaying, run: Run, delivered_until_ms: int | None, now: int
    ) -> Run:
        until_ms = now * TICK_MS if delivered_until_ms is None else delivered_until_ms
        return super().replay_looks(replaying, run, until_ms, now)


class _AgeByArrival(Replaying):
    def freshness_seen(self, run: Run, delivered_until_ms: int | None) -> Run:
        claim = run.claim
        if claim is None:
            return super().freshness_seen(run, delivered_until_ms)
        arrived = Claim(
            key=claim.key,
            owner=claim.owner,
            event_name=claim.event_name,
            created_at_s=claim.created_at_s,
            # In the worlds of this rule every record arrives at the first tick.
            claimed_at_ms=0,
            expires_at_s=claim.expires_at_s,
            event_type=claim.event_type,
        )
        after = super().freshness_seen(Run(run.step, arrived), delivered_until_ms)
        return Run(after.step, claim) if after.claim else after


class AgeFromTheArrival(Rules):
    """A claim is as old as the record that made it, however late the function ran."""

    replaying = _AgeByArrival


class _Sender(Replaying):
    def claim_read(self, run: Run, event: Candidate, claim: Claim | None) -> Run:
        run = super().claim_read(run, event, claim)
        return run if claim is None else Run(Step.DELETE, claim)


class NothingIsAsked(Rules):
    """The claim is deleted and the event sent, as if what stands in `errors/` were nowhere else."""

    replaying = _Sender


class _NeverReleases(Replaying):
    def lake_asked(self, run: Run, *, is_there: bool) -> Run:
        after = super().lake_asked(run, is_there=is_there)
        return Run(Step.RESERVE) if after.step is Step.DELETE else after


class SentWithoutReleasing(Rules):
    """The event is sent, its old claim left as it is: every copy of it is dropped."""

    replaying = _NeverReleases


class OnlyItsOwnPartition(Rules):
    """After its type became known, an event is not looked for in `unregistered`."""

    def replay_asks(self, model: Model, lake: int) -> int:
        # What came by the stream before replay ran went to `unregistered`.
        before = len(model.world.records)
        own = sum(mask for at, mask in enumerate(model.record_mask) if at >= before)
        return lake & own


class AnyEventOfTheId(Rules):
    """A row of the id is taken for the event, whatever its name and creation time."""

    def replay_looks_for(self, model: Model, content: int) -> int:
        return model.id_mask[model.contents[content].event_uuid]


class ErrorObjectRemovedOnceSent(Rules):
    """Once an event is sent, its error objects are removed."""

    replay_removes_error_objects = True


class FixedAnewEachTime(Rules):
    """The fix runs in each run of replay, and the receipt says what was sent last."""

    replay_asks_the_receipt = False
    replay_reserves = False


class ReceiptAfterSending(Rules):
    """The receipt is written once the event was sent, and a run may be killed in between."""

    replay_reserves_after_sending = True


class TheLastReceiptStands(Rules):
    """A run writes its receipt over that of another run, and sends what it has."""

    replay_reserves = False
