"""A small world: which records are sent, how long things may take, which faults may happen.

Time is whole ticks. A tick stands for a day, because claims are kept for days; nothing else in
the model has a scale, so the same ticks serve where minutes matter (the settle time of replay).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from firelake.contract.claim_schedule import ITEMS_ONLY

if TYPE_CHECKING:
    from firelake.contract.claim_schedule import Pages, Schedule

TICK_S = 86_400
TICK_MS = TICK_S * 1000


class Event(NamedTuple):
    """One event. Two events that are equal are copies of each other.

    Attributes:
        event_uuid: Number of the id.
        name: The event's name; another name with the same id is a reused id.
        created: Tick of creation.
        valid: False if a declared field is not of its type; lateness comes on top.
    """

    event_uuid: int
    name: str = "account:created"
    created: int = 0
    valid: bool = True


class Record(NamedTuple):
    """One record of the stream: packed if it holds several events.

    Attributes:
        shard: Number of the shard.
        events: What it carries.
        arrives: The ticks at which it may arrive; every choice is explored.
    """

    shard: int
    events: tuple[Event, ...]
    arrives: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Times:
    """How long things may take, in ticks. The skew of clocks is the code's own constant.

    Attributes:
        lateness: From creation to arrival, at most, for an event to be accepted.
        retention: From arrival to the moment Firehose reads the record, at most.
        delivery: From that moment to the last step of the last attempt, at most.
        function: From the begin to the end of one invocation, at most.
        settle: What replay lets a claim age before it looks for the row in the lake.
        buffer: How long a row may wait in Firehose's buffer; None for any time.
    """

    lateness: int = 1
    retention: int = 1
    delivery: int = 1
    function: int = 1
    settle: int = 1
    buffer: int | None = None


class Faults(NamedTuple):
    """How often each fault may happen. A failed attempt is bounded by `World.attempts` instead.

    Attributes:
        failovers: Firehose forgets a shard's records in memory and reads them again.
        zombies: An invocation goes on although Firehose has given it up.
        throttles: A write took effect, but its answer did not come. Writes without effect and
            unanswered reads leave an invocation where it was, so they need no bound; they happen
            only where this is not zero at the start.
        conversions: A row cannot be converted to Parquet and ends in an error object.
        s3_repeats: A row is written, but Firehose does not learn it and writes it again.
        deployments: Another contract comes into effect: the first one knows the type of no event,
            the next one knows all, the one after that is a rollback.
        fills: A page fills up, with events that are not of this world.
    """

    failovers: int = 0
    zombies: int = 0
    throttles: int = 0
    conversions: int = 0
    s3_repeats: int = 0
    deployments: int = 0
    fills: int = 0


ONE_TICK_EACH = Times()
NO_FAULTS = Faults()


@dataclass(frozen=True, slots=True)
class World:
    """What one search explores.

    Attributes:
        records: Everything that producers send; the index is the record's position.
        times: The limits of time.
        last_tick: Where the clock stops.
        attempts: Invocations of one batch before it ends in error objects.
        batch_records: Records of one batch, at most.
        batches_in_flight: Batches of one shard at the function at once.
        faults: How often each fault may happen.
        replays: Runs of replay, each of them for one event; they may overlap.
        fixed: What a fix makes of the first record's event, which is invalid, each time it runs.
        replays_raw: Whether they also take events of `raw/`, which may never have failed.
        narrowed: Limits of lateness and retention that hold from some tick on; None for none.
        backfills: Runs of backfill.
        inputs: What each run may bring in: slices, and the events of each.
        schedule: Which layout has the claim of which event.
        next_layouts: The layout that an entry may bring which is added on the way; none for none.
    """

    records: tuple[Record, ...]
    times: Times = ONE_TICK_EACH
    last_tick: int = 0
    attempts: int = 2
    batch_records: int = 1
    batches_in_flight: int = 1
    faults: Faults = NO_FAULTS
    replays: int = 0
    fixed: tuple[Event, ...] = ()
    replays_raw: bool = False
    narrowed: Times | None = None
    backfills: int = 0
    inputs: tuple[tuple[tuple[Event, ...], ...], ...] = ()
    schedule: Schedule = ITEMS_ONLY
    next_layouts: tuple[Pages | None, ...] = ()
