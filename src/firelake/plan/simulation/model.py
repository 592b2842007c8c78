"""The whole model: producers, Kinesis, Firehose, the function and its claims, by simpy's clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import simpy

from firelake.infra.config import CLAIMS_DEADLINE_S
from firelake.infra.config_setting import CapacityMode
from firelake.plan.delivery import object_bytes
from firelake.plan.function import duration_s
from firelake.plan.limits import (
    ON_DEMAND_START_SHARDS,
    ON_DEMAND_STREAM_DOUBLES_S,
    READ_INTERVAL_S,
)
from firelake.plan.plan import needs_of
from firelake.plan.simulation.firehose import Buffering, Firehose, Observer
from firelake.plan.simulation.groups import Group
from firelake.plan.simulation.table import MINUTE_S, ClaimTable
from firelake.plan.simulation.tally import Tally, percentile
from firelake.plan.simulation.traffic import Bursts, Traffic, layout_of
from firelake.plan.units import HOUR_S, MIB

if TYPE_CHECKING:
    from collections.abc import Generator

    from firelake.plan.plan import Situation
    from firelake.plan.simulation.cohorts import Cohort, Counts, Floats
    from firelake.plan.simulation.groups import Batch

# More groups are nearer to single shards, and take longer.
_MOST_GROUPS: Final = 8
_LEAST_SHARDS_FILLED: Final = 1e-6
# Waits between tries of a batch, as in src/firelake/local/: Firehose's own are unconfirmed.
_FIRST_RETRY_S: Final = 1.0
_LONGEST_RETRY_S: Final = 30.0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a simulation saw, after a warm-up of two buffer intervals.

    Attributes:
        hours: How long it looked.
        sent_events_per_s: Events that producers sent.
        delivered_rows_per_s: Rows that came into objects.
        failed_events: Events that went to errors.
        freshness_p50_s: Half of the rows were in their object so soon after their first sending.
        freshness_p90_s: Nine of ten.
        freshness_p99_s: All but one of a hundred.
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
        claim_throttles: Writes that had to wait.
        undecided: Invocations that ended with claims undecided, and were repeated.
        write_capacity: The table's write units a second at the end.
        open_partitions: Mean partitions open.
        most_open_partitions: Partitions open, at most.
        exceeded_records: Records that found no partition.
        objects_per_hour: Parquet objects.
        late_objects_per_hour: Those of late events.
        raw_objects_per_hour: Objects under `raw/`.
        object_p10_bytes: A tenth of the Parquet objects are no larger.
        object_p50_bytes: Half of them.
        object_p90_bytes: Nine of ten.
        current_object_p50_bytes: Half of those of current events.
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


def simulate(situation: Situation, run: Run) -> Outcome:
    """Simulate a situation.

    Args:
        situation: What comes and how the stack is set.
        run: How long, from which seed, and whether the stack is new.
    """
    return _Model(situation, run).outcome()


class _Model:
    def __init__(self, situation: Situation, run: Run) -> None:
        self._situation, self._run = situation, run
        config, workload = situation.config, situation.workload
        random = np.random.default_rng(run.seed)
        self._random = random
        needs = needs_of(situation)
        layout = layout_of(workload, config)
        self._types = layout.types
        self._traffic = Traffic(
            workload,
            layout,
            situation.assumptions,
            Bursts(workload.peak_ratio, random),
            random,
        )
        is_growing = run.is_new and config.stream.mode is CapacityMode.ON_DEMAND
        shards = float(ON_DEMAND_START_SHARDS if is_growing else needs.stream.shards)
        self._is_growing = is_growing
        number = min(_MOST_GROUPS, int(shards))
        is_on_demand = config.stream.mode is CapacityMode.ON_DEMAND
        # An on-demand stream that has seen the peak takes twice of it.
        spare = 2.0 if is_on_demand and not is_growing else 1.0
        self._groups = [
            Group(
                number=index,
                shards=shards / number,
                write_shards=spare * shards / number,
                batch_bytes=config.delivery.batch_size_mb * MIB,
                batch_interval_s=config.delivery.batch_interval_s,
                random=random,
            )
            for index in range(number)
        ]
        writes, peak = workload.events_per_s, workload.peak_events_per_s
        claims = config.claims
        self._table = (
            ClaimTable.new(claims) if run.is_new else ClaimTable.warm(claims, writes, peak)
        )
        self._firehose = Firehose.of(
            self._groups,
            layout.partitions,
            Buffering(
                size_bytes=config.delivery.buffer_size_mb * MIB,
                interval_s=config.delivery.buffer_interval_s,
                raw_interval_s=config.delivery.raw_buffer_interval_s,
                quota=config.delivery.active_partitions_quota,
            ),
            self._call,
            Observer(
                on_batch=lambda _now_s, _batch: None,
                on_objects=self._note_objects,
                on_raw_objects=self._note_raw_objects,
            ),
        )
        self._tally = Tally()
        self._at_once = 0.0
        self._minute_filled: list[tuple[float, float]] = []
        self._filled = 0.0
        self._env = simpy.Environment()
        self._warm_up_s = 2.0 * config.delivery.buffer_interval_s

    def outcome(self) -> Outcome:
        env = self._env
        env.process(self._steps())
        env.process(self._minutes())
        env.run(until=self._warm_up_s)
        self._forget()
        env.run(until=self._warm_up_s + self._run.hours * HOUR_S)
        return self._told()

    def _steps(self) -> Generator[simpy.Event, None, None]:
        while True:
            now_s = float(self._env.now)
            for cohort in self._traffic.tick(now_s, READ_INTERVAL_S):
                self._spread(cohort, now_s)
            self._firehose.step(now_s)
            self._look()
            yield self._env.timeout(READ_INTERVAL_S)

    def _spread(self, cohort: Cohort, now_s: float) -> None:
        """Random partition keys spread records over all shards."""
        self._tally.sent_events += cohort.total * cohort.events
        self._filled += cohort.total
        number = len(self._groups)
        parts = self._random.multinomial(cohort.counts, [1 / number] * number)
        for index, group in enumerate(self._groups):
            part = type(cohort)(
                cohort.created_s,
                cohort.record_bytes,
                cohort.row_bytes,
                cohort.events,
                parts[:, index].astype(np.int64),
            )
            group.put(part, now_s)

    def _call(self, batch: Batch) -> None:
        self._env.process(self._invoke(batch))

    def _invoke(self, batch: Batch) -> Generator[simpy.Event, None, None]:
        """An invocation for each shard of the batch's group, as often as it takes."""
        situation = self._situation
        config = situation.config
        allowed = needs_concurrency(situation)
        events = batch.events
        invocations = min(max(1.0, batch.group.shards), float(max(1, batch.records)))
        works_s = duration_s(
            events / invocations,
            situation.workload,
            config,
            situation.assumptions,
            claims=situation.has_claims,
        )
        for attempt in range(config.delivery.transform_retries + 1):
            if attempt:
                pause_s = min(_FIRST_RETRY_S * 2.0 ** (attempt - 1), _LONGEST_RETRY_S)
                yield self._env.timeout(pause_s)
            if self._at_once >= allowed:
                self._tally.function_throttles += invocations
                continue
            started_s = float(self._env.now)
            waits_s = self._claims(events, started_s)
            took_s = float(CLAIMS_DEADLINE_S) if waits_s is None else works_s + waits_s
            # The shards of a group close together here, but one after the other in truth.
            at_once = max(1.0, invocations * min(1.0, took_s / max(batch.period_s, 1e-9)))
            self._at_once += at_once
            self._tally.most_at_once = max(self._tally.most_at_once, self._at_once)
            yield self._env.timeout(took_s)
            self._at_once -= at_once
            if waits_s is None:
                self._tally.undecided += invocations
                continue
            self._tally.batches += invocations
            self._tally.batch_events += events
            self._tally.busy_s += took_s * invocations
            self._firehose.answered.append(batch)
            return
        self._tally.failed_events += events
        batch.cohorts.clear()
        self._firehose.answered.append(batch)

    def _claims(self, events: float, now_s: float) -> float | None:
        if not self._situation.has_claims:
            return 0.0
        return self._table.write(events, now_s, CLAIMS_DEADLINE_S)

    def _minutes(self) -> Generator[simpy.Event, None, None]:
        while True:
            yield self._env.timeout(MINUTE_S)
            now_s = float(self._env.now)
            self._table.minute(now_s)
            if self._is_growing:
                self._grow(now_s)

    def _grow(self, now_s: float) -> None:
        """A new on-demand stream takes twice the peak of more than a quarter of an hour ago."""
        workload = self._situation.workload
        taken = sum(group.write_shards for group in self._groups)
        records_per_shard_s = min(1000.0, MIB / workload.stored_record_bytes)
        wanted = self._filled / MINUTE_S / records_per_shard_s
        self._filled = 0.0
        self._minute_filled.append((now_s, min(wanted, taken)))
        before = [
            filled
            for at_s, filled in self._minute_filled
            if now_s - at_s >= ON_DEMAND_STREAM_DOUBLES_S
        ]
        shards = max(taken, 2.0 * max(before, default=_LEAST_SHARDS_FILLED))
        for group in self._groups:
            group.shards = group.write_shards = shards / len(self._groups)

    def _note_objects(self, now_s: float, partitions: Counts, rows: Floats) -> None:
        del now_s
        tally, workload = self._tally, self._situation.workload
        is_late = partitions >= self._types
        sizes = np.array(
            [object_bytes(float(each), workload, self._situation.assumptions) for each in rows]
        )
        tally.late_objects += int(is_late.sum())
        tally.objects += int((~is_late).sum())
        tally.sizes.add(sizes)
        tally.current_sizes.add(sizes[~is_late])
        tally.delivered_rows += float(rows.sum())

    def _note_raw_objects(self, now_s: float, partitions: Counts, rows: Floats) -> None:
        del now_s, rows
        self._tally.raw_objects += len(partitions)

    def _look(self) -> None:
        tally, groups = self._tally, self._groups
        tally.steps += 1
        tally.open_sum += self._firehose.buffers.active
        tally.open_most = max(tally.open_most, self._firehose.buffers.active)
        waiting = sum(group.waiting_records for group in groups)
        tally.backlog_most = max(tally.backlog_most, waiting)
        if tally.steps % 20 == 0:
            tally.held_most = max(tally.held_most, sum(group.held_records for group in groups))

    def _forget(self) -> None:
        """End the warm-up: count anew."""
        self._tally = Tally()
        self._firehose.buffers.forget()
        self._table.throttled = 0.0
        for group in self._groups:
            group.throttled = 0

    def _told(self) -> Outcome:
        tally, buffers = self._tally, self._firehose.buffers
        seconds = self._run.hours * HOUR_S
        freshness = buffers.freshness
        oldest = np.flatnonzero(freshness)
        answered = max(1e-12, tally.batches)
        return Outcome(
            hours=self._run.hours,
            sent_events_per_s=tally.sent_events / seconds,
            delivered_rows_per_s=tally.delivered_rows / seconds,
            failed_events=tally.failed_events,
            freshness_p50_s=percentile(freshness, 50),
            freshness_p90_s=percentile(freshness, 90),
            freshness_p99_s=percentile(freshness, 99),
            freshness_max_s=float(oldest[-1]) if len(oldest) else 0.0,
            freshness_percentiles_s=tuple(percentile(freshness, each) for each in range(101)),
            stream_throttles=sum(group.throttled for group in self._groups),
            producer_backlog=tally.backlog_most,
            stream_backlog=tally.held_most,
            function_throttles=tally.function_throttles,
            invocations_per_s=tally.batches / seconds,
            batch_events=tally.batch_events / answered,
            duration_s=tally.busy_s / answered,
            most_at_once=tally.most_at_once,
            claim_throttles=self._table.throttled,
            undecided=tally.undecided,
            write_capacity=self._table.capacity,
            open_partitions=tally.open_sum / max(1, tally.steps),
            most_open_partitions=tally.open_most,
            exceeded_records=buffers.exceeded,
            objects_per_hour=(tally.objects + tally.late_objects) / self._run.hours,
            late_objects_per_hour=tally.late_objects / self._run.hours,
            raw_objects_per_hour=tally.raw_objects / self._run.hours,
            object_p10_bytes=tally.sizes.percentile(10),
            object_p50_bytes=tally.sizes.percentile(50),
            object_p90_bytes=tally.sizes.percentile(90),
            current_object_p50_bytes=tally.current_sizes.percentile(50),
        )


def needs_concurrency(situation: Situation) -> float:
    """Give how many invocations the account or the stack allows at once."""
    return float(situation.config.transform.reserved_concurrency or 1000)
