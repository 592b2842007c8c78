"""Each rule weakened alone: the simulation must find a run in which it loses, doubles or hides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from firelake.contract.in_force import Period, Windows
from firelake.failures.deletion import Deletion
from firelake.failures.receipts import Receipt
from firelake.failures.replay.judging import Judge, Judged
from firelake.failures.replay.noting import Notes
from firelake.failures.replay.rules import Replaying, Run, Step
from firelake.history.backfill.rules import Step as Writes
from firelake.history.backfill.rules import Writing
from firelake.operations.settings_history import Settling
from tests.model.weaker_pages import NamedByTheIdAlone
from tests.model.weaker_rules import SeenWithoutOwner
from tests.simulation.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from firelake.contract.claim_schedule import Schedule
    from firelake.failures.receipts import Entry
    from firelake.failures.replay.items import Item
    from firelake.failures.replay.putting_back import Wanted
    from firelake.operations.lake_clock import LakeClock
    from firelake.operations.settings_history import Closing
    from firelake.transform.claims import Candidate, Claim
    from firelake.transform.settling import Settled
    from tests.simulation.rules import Identity, Key, Last


class _FixesAnew(Judge):
    def judge(self, item: Item, now_ms: int) -> Judged:
        return super().judge(replace(item, entry=None), now_ms)


class _LastStands(Notes):
    def reserve(self, wanted: Sequence[Wanted]) -> list[bool]:
        super().reserve(wanted)
        return [True] * len(wanted)


class MovedUnproved(Rules):
    """A move removes whatever file there is."""

    def is_moved(self, rows: set[Key], has: set[Key]) -> bool:
        """Looks at nothing."""
        del rows, has
        return True


class FixedAnewEachTime(Rules):
    """The fix runs in each run of replay, whatever the receipt says was sent."""

    judge = _FixesAnew
    notes = _LastStands


class TheLastReceiptStands(Rules):
    """A run sends what it has, also where the receipt bears what another run sent."""

    notes = _LastStands


class DoneForgetsWhatWasSent(Rules):
    """Backfill notes an event as done, and not what was sent as it."""

    def noted(self, receipt: Receipt, entries: Mapping[str, Entry]) -> Receipt:
        return Receipt(receipt.object, {**receipt.events, **entries})


class _NotesAfterwards(Notes):
    def reserve(self, wanted: Sequence[Wanted]) -> list[bool]:
        return [True] * len(wanted)


class NoReceipts(Rules):
    """No receipt is written before anything is sent."""

    notes = _NotesAfterwards


class _AnyClaim(Deletion):
    def fits(self, claim: Claim | None) -> bool:
        return claim is not None


class _DeletesAnyClaim(Replaying):
    def deletion(self, run: Run) -> Deletion:
        rightly = super().deletion(run)
        return _AnyClaim(rightly.key, rightly.owner, rightly.claimed_at_ms)


class ReleasedWithoutCondition(Rules):
    """A claim is deleted, whatever it is by then."""

    replaying = _DeletesAnyClaim


class _NeverLooks(Replaying):
    def freshness_seen(self, run: Run, delivered_until_ms: int | None) -> Run:
        del delivered_until_ms
        return Run(Step.ASK, run.claim, run.is_asked_only)


class FreshnessIsNotAskedFor(Rules):
    """The lake is asked, however young the claim is."""

    replaying = _NeverLooks


class _NeverAsks(Replaying):
    def lake_asked(self, run: Run, *, is_there: bool) -> Run:
        del is_there
        return super().lake_asked(run, is_there=False)


class TheLakeIsNotAsked(Rules):
    """What is not on its way any more is taken for lost."""

    replaying = _NeverAsks


class _NeverReleases(Replaying):
    def lake_asked(self, run: Run, *, is_there: bool) -> Run:
        after = super().lake_asked(run, is_there=is_there)
        return Run(Step.RESERVE) if after.step is Step.DELETE else after


class SentWithoutReleasing(Rules):
    """The event is sent, its old claim left as it is."""

    replaying = _NeverReleases


class NarrowedSettlingAtOnce(Rules):
    """A shorter settling counts for claims that were made by the longer one."""

    def settling(self, today: Windows, periods: Mapping[Windows, Period]) -> Settling:
        del periods
        return super().settling(today, {})


class SettlesAtOnce(Rules):
    """Nothing is taken to be on its way after its claim."""

    def settling(self, today: Windows, periods: Mapping[Windows, Period]) -> Settling:
        del today, periods
        return Settling(0)


class ReplayAsksOnePartition(Rules):
    """Replay looks in the partition of the event's name alone."""

    def replay_partitions(self) -> Callable[[tuple[str, str]], tuple[tuple[str, str], ...]]:
        return lambda partition: (partition,)


class BackfillAsksOnePartition(Rules):
    """Backfill looks in the partition that today's contract gives."""

    def asked(self, event_type: str, first_part: str, existing: set[str]) -> list[str]:
        del first_part
        return sorted({event_type} & existing)


class PartitionByTodaysContract(Rules):
    """A claim does not remember which partition its event was given."""

    def given(self, settled: Settled) -> dict[int, str]:
        del settled
        return {}


class NarrowedWindowsAtOnce(Rules):
    """Narrower windows count for backfill from their deployment on."""

    def closing(self, today: Windows, periods: Mapping[Windows, Period]) -> Closing:
        del periods
        return super().closing(today, {})


class OverAfterTheirLastNote(Rules):
    """Settings are taken for over soon after their last note, though nothing was noted since."""

    def closing(self, today: Windows, periods: Mapping[Windows, Period]) -> Closing:
        ends = max((each.last_ms for each in periods.values()), default=0)
        return super().closing(today, {**periods, NOBODYS: Period(ends + 1, ends + 1)})


class ClosedADayEarly(Rules):
    """An event is taken for closed a day before."""

    def closing(self, today: Windows, periods: Mapping[Windows, Period]) -> Closing:
        rightly = super().closing(today, periods)
        earlier = (replace(each, span_s=each.span_s - 86_400) for each in rightly.earlier)
        return replace(rightly, span_s=rightly.span_s - 86_400, earlier=tuple(earlier))


class TimeByTheMachine(Rules):
    """What time it is the operator's clock tells."""

    def now_ms(self, clock: LakeClock, machine_ms: int) -> int:
        clock.periods()
        return machine_ms


class SeenNotOwned(Rules):
    """An id is only marked as seen."""

    claiming = SeenWithoutOwner.claiming


class ClaimsLiveAsLongAsLateness(Rules):
    """A claim lives as long as an event may be late."""

    def dedupe_days(self, windows: Windows) -> int:
        return windows.lateness_days


class LatenessByTheWallClock(Rules):
    """Lateness is measured when the function runs."""

    def lateness_at_ms(self, arrived_ms: int, now_ms: int) -> int:
        del arrived_ms
        return now_ms


class SeenByItsIdAlone(Rules):
    """A view takes rows of one id for rows of one event."""

    def seen_as_one(self, identity: Identity) -> object:
        return identity[0]


class EntriesBeginAsTold(Rules):
    """An entry of the schedule begins when it says, though events may be claimed otherwise."""

    def schedule(self, told: Schedule, before: Schedule | None, last: Last) -> Schedule:
        del before, last
        return told


class PagesTellIdsApart(Rules):
    """A page takes every event with an id for a copy."""

    claiming = NamedByTheIdAlone.claiming


class _ByIdAlone(Replaying):
    def claim_read(self, run: Run, event: Candidate, claim: Claim | None) -> Run:
        if claim is not None:
            return Run(Step.LOOK, claim, run.is_asked_only)
        return super().claim_read(run, event, claim)


class ReplayKnowsEventsByTheirId(Rules):
    """Replay takes the claim of another event with the id for the event's own."""

    replaying = _ByIdAlone


class _ThereIsDone(Writing):
    def created(self, *, was_there: bool) -> None:
        del was_there
        self.step = Writes.DONE


class FilesAreWrittenOver(Rules):
    """Backfill numbers its files by itself, and writes over those of an earlier run."""

    writes_over = True
    writing = _ThereIsDone


NOBODYS: Final = Windows(lateness_days=1, retention_hours=24, dedupe_days=1, settle_s=1)
WEAKER: Final[tuple[type[Rules], ...]] = (
    BackfillAsksOnePartition,
    ClaimsLiveAsLongAsLateness,
    ClosedADayEarly,
    DoneForgetsWhatWasSent,
    EntriesBeginAsTold,
    FilesAreWrittenOver,
    FixedAnewEachTime,
    FreshnessIsNotAskedFor,
    LatenessByTheWallClock,
    NarrowedSettlingAtOnce,
    NarrowedWindowsAtOnce,
    NoReceipts,
    OverAfterTheirLastNote,
    PagesTellIdsApart,
    PartitionByTodaysContract,
    ReleasedWithoutCondition,
    ReplayAsksOnePartition,
    ReplayKnowsEventsByTheirId,
    SeenByItsIdAlone,
    SeenNotOwned,
    SentWithoutReleasing,
    SettlesAtOnce,
    TheLakeIsNotAsked,
    TheLastReceiptStands,
    TimeByTheMachine,
)
# What a run with moves must find; `tests/model` has those that two moments of an hour tell apart.
WEAKER_MOVES: Final[tuple[type[Rules], ...]] = (MovedUnproved,)
