"""What a simulation counts, and what it saw in the end.

Percentiles are of histograms, so that memory stays flat.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from firelake.plan.units import HOUR_S

if TYPE_CHECKING:
    from firelake.plan.simulation.claim_pages import PagesSeen
    from firelake.plan.simulation.cohorts import Floats
    from firelake.plan.simulation.firehose import Firehose
    from firelake.plan.simulation.table import ClaimTable

# Sizes from a byte to a TB, each class 2 % larger than the one before.
_STEP: Final = 1.02
_CLASSES: Final = 1400


@dataclass(slots=True)
class Sizes:
    """A histogram of sizes."""

    counts: Floats = field(default_factory=lambda: np.zeros(_CLASSES))

    def add(self, sizes: Floats) -> None:
        """Counts sizes of at least one byte."""
        classes = np.log(sizes) / np.log(_STEP)
        np.add.at(self.counts, np.minimum(classes.astype(np.int64), _CLASSES - 1), 1.0)

    def percentile(self, percent: float) -> float:
        """Returns a size that so many percent do not exceed, to 2 %."""
        return _STEP ** (percentile(self.counts, percent) + 0.5)


def percentile(counts: Floats, percent: float) -> float:
    """Returns the index at which so many percent of a histogram are reached; 0 of an empty one."""
    total = float(counts.sum())
    if not total:
        return 0.0
    reached = np.searchsorted(np.cumsum(counts), percent / 100 * total * (1 - 1e-12))
    return float(min(int(reached), len(counts) - 1))


@dataclass(slots=True)
class Tally:
    """What was counted since the warm-up ended; `Outcome` says what each becomes.

    Attributes:
        objects: Objects of current events.
        batches: Invocations that were answered, with their events and their time together.
        open_sum: Open partitions, added up over steps.
        backlog_most: Records that waited at producers, at most.
        held_most: Records that waited in Kinesis, at most.
    """

    sent_events: float = 0.0
    delivered_rows: float = 0.0
    failed_events: float = 0.0
    objects: int = 0
    late_objects: int = 0
    raw_objects: int = 0
    sizes: Sizes = field(default_factory=Sizes)
    current_sizes: Sizes = field(default_factory=Sizes)
    batches: float = 0.0
    batch_events: float = 0.0
    busy_s: float = 0.0
    most_at_once: float = 0.0
    function_throttles: float = 0.0
    undecided: float = 0.0
    open_sum: float = 0.0
    open_most: int = 0
    steps: int = 0
    backlog_most: int = 0
    held_most: int = 0


class Outcome:
    """What a simulation saw, after a warm-up of two buffer intervals.

    Attributes:
        failed_events: Events that went to errors.
        freshness_p50_s: Half of the rows were in their object so soon after their first sending.
        freshness_max_s: All of them; an hour stands for anything longer.
        freshness_percentiles_s: The same for each percent from 0 to 100.
        stream_throttles: Records that Kinesis refused when they were first sent.
        producer_backlog: Records that waited at producers, at most.
        stream_backlog: Records that waited in Kinesis, at most.
        function_throttles: Invocations that found no room.
        invocations_per_s: Invocations that were answered.
        batch_events: Mean events of them.
        duration_s: Their mean time, waits for claims included.
        most_at_once: Invocations at once, at most.
        pages: What claims on pages take, event by event; None without claims.
        claim_throttles: Writes that had to wait.
        undecided: Invocations that ended with claims undecided, and were repeated.
        write_capacity: The table's write units a second at the end.
        exceeded_records: Records that found no partition.
        objects_per_hour: Parquet objects, those of late events too.
        raw_objects_per_hour: Objects under `raw/`.
        object_p10_bytes: A tenth of the Parquet objects are no larger.
        current_object_p50_bytes: Half of those of current events are no larger.
    """

    def __init__(
        self,
        hours: float,
        tally: Tally,
        firehose: Firehose,
        table: ClaimTable,
        pages: PagesSeen | None,
    ) -> None:
        """Sums up so many hours."""
        buffers = firehose.buffers
        seconds, answered = hours * HOUR_S, max(1e-12, tally.batches)
        self.hours: Final = hours
        self.sent_events_per_s: Final = tally.sent_events / seconds
        self.delivered_rows_per_s: Final = tally.delivered_rows / seconds
        self.failed_events: Final = tally.failed_events
        freshness = tuple(percentile(buffers.freshness, each) for each in range(101))
        self.freshness_p50_s: Final = freshness[50]
        self.freshness_p90_s: Final = freshness[90]
        self.freshness_p99_s: Final = freshness[99]
        self.freshness_max_s: Final = freshness[100]
        self.freshness_percentiles_s: Final = freshness
        self.stream_throttles: Final = sum(group.throttled for group in firehose.groups)
        self.producer_backlog: Final = tally.backlog_most
        self.stream_backlog: Final = tally.held_most
        self.function_throttles: Final = tally.function_throttles
        self.invocations_per_s: Final = tally.batches / seconds
        self.batch_events: Final = tally.batch_events / answered
        self.duration_s: Final = tally.busy_s / answered
        self.most_at_once: Final = tally.most_at_once
        self.pages: Final = pages
        self.claim_throttles: Final = table.throttled
        self.undecided: Final = tally.undecided
        self.write_capacity: Final = table.capacity
        self.open_partitions: Final = tally.open_sum / max(1, tally.steps)
        self.most_open_partitions: Final = tally.open_most
        self.exceeded_records: Final = buffers.exceeded
        self.objects_per_hour: Final = (tally.objects + tally.late_objects) / hours
        self.late_objects_per_hour: Final = tally.late_objects / hours
        self.raw_objects_per_hour: Final = tally.raw_objects / hours
        self.object_p10_bytes: Final = tally.sizes.percentile(10)
        self.object_p50_bytes: Final = tally.sizes.percentile(50)
        self.object_p90_bytes: Final = tally.sizes.percentile(90)
        self.current_object_p50_bytes: Final = tally.current_sizes.percentile(50)
