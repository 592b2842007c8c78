"""The shipped rules that a run drives; each can be weakened alone."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from firelake.failures.replay import putting_back
from firelake.failures.replay.judging import Judge
from firelake.failures.replay.noting import Notes
from firelake.failures.replay.rules import Replaying
from firelake.history.backfill.rules import Writing, asked_event_types
from firelake.operations.settings_history import Closing, Settling
from firelake.transform import settling
from firelake.transform.claims import Claiming

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from types import ModuleType

    from firelake.contract.claim_schedule import Schedule
    from firelake.contract.in_force import Period, Windows
    from firelake.failures.receipts import Entry, Receipt
    from firelake.operations.lake_clock import LakeClock
    from firelake.transform.claims import Candidate, ClaimStore
    from firelake.transform.settling import Pace, Settled

Identity = tuple[str, str, float]
# A row as the views tell it from others: by its type, its dt and its event.
Key = tuple[str, str, Identity]


class Last(NamedTuple):
    """When a schedule was last noted, what time it is, and how long claims are kept, in seconds."""

    noted_s: float
    now_s: float
    kept_s: float


class Rules:
    """What is shipped.

    Attributes:
        claiming: Decides about ids.
        replaying: Decides what replay does next.
        judge: Decides what replay sends of an item.
        notes: Writes receipts.
        writing: Decides what backfill does next for a slice.
        partitions_of: Tells where replay looks for an event.
        asked_event_types: Tells where backfill does.
        writes_over: Whether backfill numbers its files by itself, and writes over older ones.
    """

    claiming: type[Claiming] = Claiming
    replaying: type[Replaying] = Replaying
    judge: type[Judge] = Judge
    notes: type[Notes] = Notes
    writing: type[Writing] = Writing
    writes_over = False

    def settle(
        self,
        candidates: Sequence[Candidate],
        store: ClaimStore,
        pace: Pace,
        dedupe: int,
        schedule: Schedule,
    ) -> Settled:
        """Decides about ids, by this class of rules."""
        with in_place(settling, "Claiming", self.claiming):
            return settling.settle(candidates, store, pace, dedupe_days=dedupe, schedule=schedule)

    def schedule(self, told: Schedule, before: Schedule | None, last: Last) -> Schedule:
        """The schedule that holds for a function."""
        if before is None:
            return told
        return told.following(before, noted_s=last.noted_s, now_s=last.now_s, kept_s=last.kept_s)

    def given(self, settled: Settled) -> dict[int, str]:
        """The partitions that claims remember."""
        return settled.given

    def lateness_at_ms(self, arrived_ms: int, now_ms: int) -> int:
        """The moment by which lateness is measured: the arrival."""
        del now_ms
        return arrived_ms

    def dedupe_days(self, windows: Windows) -> int:
        """How long a claim lives."""
        return windows.dedupe_days

    def asked(self, event_type: str, first_part: str, existing: set[str]) -> list[str]:
        """Where backfill looks for an event."""
        return asked_event_types(event_type, [first_part], existing)

    def replay_partitions(self) -> Callable[[tuple[str, str]], tuple[tuple[str, str], ...]]:
        """Where replay looks for an event."""
        return putting_back.partitions_of

    def closing(self, today: Windows, periods: Mapping[Windows, Period]) -> Closing:
        """Which events are closed."""
        return Closing.of(
            lateness_days=today.lateness_days,
            retention_hours=today.retention_hours,
            periods=periods,
        )

    def settling(self, today: Windows, periods: Mapping[Windows, Period]) -> Settling:
        """How long an event may be on its way after its claim."""
        return Settling.of(settle_s=today.settle_s, periods=periods)

    def now_ms(self, clock: LakeClock, machine_ms: int) -> int:
        """What time it is for an operator's command."""
        del machine_ms
        return clock.now_ms()

    def noted(self, receipt: Receipt, entries: Mapping[str, Entry]) -> Receipt:
        """What a receipt is once backfill has noted in it what is done."""
        return receipt.merged(entries)

    def is_moved(self, rows: set[Key], has: set[Key]) -> bool:
        """Whether a move may remove a file with these rows, by what history has."""
        return rows <= has

    def seen_as_one(self, identity: Identity) -> object:
        """By what a view takes rows of one partition for rows of one event."""
        return identity


@contextmanager
def in_place(module: ModuleType, name: str, value: object) -> Generator[None]:
    """Puts a rule in the place of the shipped one."""
    before: object = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)
