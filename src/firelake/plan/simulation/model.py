"""The whole model: producers, Kinesis, Firehose, the function and its claims, by simpy's clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import simpy

from firelake.contract.facts import CLAIMS_DEADLINE_S
from firelake.infra.config_setting import CapacityMode
from firelake.plan.claim_pages import page_use_of
from firelake.plan.delivery import object_bytes
from firelake.plan.function import duration_s
from firelake.plan.limits import (
    LAMBDA_CONCURRENCY,
    ON_DEMAND_START_SHARDS,
    ON_DEMAND_STREAM_DOUBLES_S,
    READ_INTERVAL_S,
    SHARD_BYTES_PER_S,
    SHARD_RECORDS_PER_S,
)
from firelake.plan.needs import Needs
from firelake.plan.simulation.buffers import PartitionBuffers
from firelake.plan.simulation.claim_pages import simulate_pages
from firelake.plan.simulation.firehose import Firehose
from firelake.plan.simulation.groups import Group
from firelake.plan.simulation.outcome import Outcome, Tally
from firelake.plan.simulation.table import MINUTE_S, ClaimTable
from firelake.plan.simulation.traffic import Bursts, Layout, Traffic
from firelake.plan.units import HOUR_S, MIB

if TYPE_CHECKING:
    from collections.abc import Generator

    from firelake.plan.simulation.cohorts import Cohort, Counts, Floats
    from firelake.plan.simulation.groups import Batch
    from firelake.plan.simulation.run import Run
    from firelake.plan.situation import Situation

# More groups are nearer to single shards, and take longer.
_MOST_GROUPS: Final = 8
_LEAST_SHARDS_FILLED: Final = 1e-6
# Waits between tries of a batch, as in src/firelake/local/: Firehose's own are unconfirmed.
_FIRST_RETRY_S: Final = 1.0
_LONGEST_RETRY_S: Final = 30.0


def simulate(situation: Situation, run: Run) -> Outcome:
    """Returns what a simulation of a situation sees."""
    return _Model(situation, run).outcome()


class _Model:
    def __init__(self, situation: Situation, run: Run) -> None:
        self._situation, self._run = situation, run
        config, workload = situation.config, situation.workload
        random = np.random.default_rng(run.seed)
        self._random = random
        needs = Needs(situation)
        layout = Layout(situation)
        self._types = layout.types
        bursts = Bursts(workload.peak_ratio, random)
        self._traffic = Traffic(situation, layout, bursts, random)
        is_on_demand = config.stream.mode is CapacityMode.ON_DEMAND
        self._is_growing = is_growing = run.is_new and is_on_demand
        shards = float(ON_DEMAND_START_SHARDS if is_growing else needs.stream.shards)
        number = min(_MOST_GROUPS, int(shards))
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
        self._pages = None
        # Write units of an event.
        self._units = 1.0
        if situation.has_claims:
            self._pages = simulate_pages(situation, needs.stream.shards, run.seed)
            if self._pages.is_in_force:
                self._units = self._pages.write_units
        self._use = page_use_of(situation, needs.stream.shards)
        if run.is_new:
            self._table = ClaimTable.new(config.claims)
        else:
            writes_per_s = self._units * workload.events_per_s
            peak_per_s = self._units * workload.peak_events_per_s
            self._table = ClaimTable.warm(config.claims, writes_per_s, peak_per_s)
        delivery, size_bytes = config.delivery, config.delivery.buffer_size_mb * MIB
        quota = delivery.active_partitions_quota
        self._firehose = Firehose(
            self._groups,
            PartitionBuffers(
                layout.partitions, size_bytes, delivery.buffer_interval_s, quota, self._note_objects
            ),
            PartitionBuffers(
                1, size_bytes, delivery.raw_buffer_interval_s, 1, self._note_raw_objects
            ),
            self._call,
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
        return Outcome(self._run.hours, self._tally, self._firehose, self._table, self._pages)

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
            group.put(cohort.with_counts(parts[:, index].astype(np.int64)), now_s)

    def _call(self, batch: Batch) -> None:
        self._env.process(self._invoke(batch))

    def _invoke(self, batch: Batch) -> Generator[simpy.Event, None, None]:
        """An invocation for each shard of the batch's group, as often as it takes."""
        situation = self._situation
        config = situation.config
        allowed = config.transform.reserved_concurrency or LAMBDA_CONCURRENCY
        events = batch.events
        invocations = min(max(1.0, batch.group.shards), float(max(1, batch.records)))
        works_s = duration_s(events / invocations, situation, self._use)
        for attempt in range(config.delivery.transform_retries + 1):
            if attempt:
                pause_s = min(_FIRST_RETRY_S * 2.0 ** (attempt - 1), _LONGEST_RETRY_S)
                yield self._env.timeout(pause_s)
            if self._at_once >= allowed:
                self._tally.function_throttles += invocations
                continue
            waits_s = (
                self._table.write(self._units * events, float(self._env.now), CLAIMS_DEADLINE_S)
                if situation.has_claims
                else 0.0
            )
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
        records_per_shard_s = min(
            float(SHARD_RECORDS_PER_S), SHARD_BYTES_PER_S / workload.stored_record_bytes
        )
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

    def _note_objects(self, _now_s: float, partitions: Counts, rows: Floats) -> None:
        tally = self._tally
        is_late = partitions >= self._types
        sizes = np.array([object_bytes(float(each), self._situation) for each in rows])
        tally.late_objects += int(is_late.sum())
        tally.objects += int((~is_late).sum())
        tally.sizes.add(sizes)
        tally.current_sizes.add(sizes[~is_late])
        tally.delivered_rows += float(rows.sum())

    def _note_raw_objects(self, _now_s: float, partitions: Counts, _rows: Floats) -> None:
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
        """Ends the warm-up: counts anew."""
        self._tally = Tally()
        self._firehose.buffers.forget()
        self._table.throttled = 0.0
        for group in self._groups:
            group.throttled = 0
