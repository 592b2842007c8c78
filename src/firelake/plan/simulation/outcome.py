"""How to simulate, and what a simulation saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firelake.plan.simulation.claim_pages import PagesSeen


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How to simulate.

    Attributes:
        hours: How long, after the warm-up.
        seed: Decides everything that is random.
        is_new: Whether stream and table have never seen the load.
    """

    hours: float = 1.0
    seed: int = 1
    is_new: bool = False

    @property
    def title(self) -> str:
        """What a table of it is about."""
        age = "a new stack" if self.is_new else "a stack that has seen the load before"
        return f"Simulation of {self.hours:g} h of {age}, seed {self.seed}"


@dataclass(frozen=True, slots=True, kw_only=True)
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

    hours: float
    sent_events_per_s: float
    delivered_rows_per_s: float
    failed_events: float
    freshness_p50_s: float
    freshness_p90_s: float
    freshness_p99_s: float
    freshness_max_s: float
    freshness_percentiles_s: tuple[float, ...]
    stream_throttles: int
    producer_backlog: int
    stream_backlog: int
    function_throttles: float
    invocations_per_s: float
    batch_events: float
    duration_s: float
    most_at_once: float
    pages: PagesSeen | None
    claim_throttles: float
    undecided: float
    write_capacity: float
    open_partitions: float
    most_open_partitions: int
    exceeded_records: int
    objects_per_hour: float
    late_objects_per_hour: float
    raw_objects_per_hour: float
    object_p10_bytes: float
    object_p50_bytes: float
    object_p90_bytes: float
    current_object_p50_bytes: float
