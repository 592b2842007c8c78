"""One state of a world: nothing but tuples and whole numbers, so that it hashes fast.

Sets are bit masks. A *position* is a record's number in the stream; a *slot* is the number of one
event at one position, so a row of the lake is a slot. `Model` tells which slot is which event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.model.world import Faults

NOT_SENT = -1
NO_CLAIM = 0
NO_RECEIPT = -1


class Invocation(NamedTuple):
    """A run of the function.

    Attributes:
        claiming: Number of the snapshot of its `Claiming`.
        refused: Mask of the positions that did not pass validation.
        begun: Tick of its first step.
        since: Tick of its latest step. A request bears the time at which it was made, and that
            may be any tick from here to the one at which it takes effect.
    """

    claiming: int
    refused: int
    begun: int
    since: int


class Batch(NamedTuple):
    """Records at the function.

    Attributes:
        positions: The records, in order.
        read_at: Tick at which Firehose took them from the stream.
        generation: How many failovers there had been then; a recordId may depend on it.
        retries: Attempts left after the running one.
        invocation: The running attempt.
    """

    positions: tuple[int, ...]
    read_at: int
    generation: int
    retries: int
    invocation: Invocation


class Buffered(NamedTuple):
    """The rows of one record in Firehose's buffer, not yet in S3.

    Attributes:
        position: The record.
        rows: Mask of the slots.
        entered: Tick at which the function answered.
        event_type: The partition that the function gave them.
    """

    position: int
    rows: int
    entered: int
    event_type: str


class Page(NamedTuple):
    """The item of a page, beside the claims that it holds.

    Attributes:
        expires_at_s: When DynamoDB may delete it; 0 where there is none.
        is_full: Whether it takes no more ids.
    """

    expires_at_s: int = 0
    is_full: bool = False


NO_PAGE = Page()


class Verdicts(NamedTuple):
    """Masks of the slots on which the function has ever pronounced so."""

    passed: int = 0
    duplicate: int = 0
    reused: int = 0
    invalid: int = 0


class Replay(NamedTuple):
    """A run of replay: its next step, the event it is about, the claim as read."""

    step: str
    content: int = 0
    claim: int = NO_CLAIM


class BackfillRun(NamedTuple):
    """A run of backfill, from the lease it took to its last file.

    Attributes:
        step: Its next step.
        holder: Names it in the lease.
        source: Number of the input that it brings in.
        began: Tick at which it took the lease: what is closed then it may bring in.
        lease_ends_s: When its lease ends, as far as it knows, Unix time.
        missing: Mask of the contents that the lake lacked when it was last asked.
        files: How many files the lake had then.
        slice: Number of the slice that it is at.
        generation: Of the next file of that slice.
        written: How many files it has written.
    """

    step: str
    holder: int
    source: int
    began: int
    lease_ends_s: int
    missing: int = 0
    files: int = 0
    slice: int = 0
    generation: int = 0
    written: int = 0


class Backfilled(NamedTuple):
    """What runs of backfill have made.

    Attributes:
        begun: How many runs have begun.
        runs: Those that go on, sorted.
        lease: Holder and end of the lease, Unix time; None where nobody has it.
        files: Name and mask of contents of each file, in the order of their creation.
    """

    begun: int = 0
    runs: tuple[BackfillRun, ...] = ()
    lease: tuple[int, int] | None = None
    files: tuple[tuple[str, int], ...] = ()


NO_BACKFILL = Backfilled()


class State(NamedTuple):
    """Everything that any actor can see or change.

    Attributes:
        now: The clock.
        arrivals: Tick of arrival of each position, or `NOT_SENT`.
        table: For each place the number of the claim there, or `NO_CLAIM`.
        read: Mask of the positions that Firehose has taken.
        stored: Mask of the positions all of whose outputs are in S3.
        batches: What is at the function.
        zombies: Invocations whose answers nobody awaits.
        buffer: What waits for S3.
        lake: Mask of the slots that are rows of the table.
        partitions: For each partition by type that has rows, the mask of the slots that are rows
            of it, sorted.
        errors: Mask of the slots that stand in error objects.
        verdicts: What was ever answered.
        left: The faults that may still happen.
        replays: The runs of replay that have begun, sorted.
        backfill: What runs of backfill have made.
        promised: Mask of the contents of which replay or backfill has said that they are in the
            lake, though they are not among the rows that came by the stream.
        narrowed_at: Tick at which the settings were narrowed, or `NOT_SENT`.
        fixes: How often the fix has run.
        receipt: The fixed content that the receipt of the first record holds, or `NO_RECEIPT`.
        pages: Each page of claims.
        relaid_at: Tick at which another layout was added to the schedule, or `NOT_SENT`.
    """

    now: int
    arrivals: tuple[int, ...]
    table: tuple[int, ...]
    read: int
    stored: int
    batches: tuple[Batch, ...]
    zombies: tuple[Invocation, ...]
    buffer: tuple[Buffered, ...]
    lake: int
    errors: int
    verdicts: Verdicts
    left: Faults
    replays: tuple[Replay, ...]
    backfill: Backfilled = NO_BACKFILL
    partitions: tuple[tuple[str, int], ...] = ()
    promised: int = 0
    narrowed_at: int = NOT_SENT
    fixes: int = 0
    receipt: int = NO_RECEIPT
    pages: tuple[Page, ...] = ()
    relaid_at: int = NOT_SENT

    def with_rows(self, rows: int, event_type: str) -> State:
        """The state in which some slots are rows of a partition, too."""
        partitions = dict(self.partitions)
        partitions[event_type] = partitions.get(event_type, 0) | rows
        return self._replace(lake=self.lake | rows, partitions=tuple(sorted(partitions.items())))


class Step(NamedTuple):
    """What happened between two states: the kind of action, and a readable rest."""

    action: str
    detail: str = ""

    def __str__(self) -> str:
        """Renders one line of a story."""
        return f"{self.action}: {self.detail}" if self.detail else self.action
