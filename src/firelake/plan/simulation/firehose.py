"""Firehose as a model: steps of a read interval in the order of `firehose_emulator.delivery`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from firelake.plan.limits import INVOCATIONS_PER_SHARD
from firelake.plan.simulation.buffers import PartitionBuffers

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.plan.simulation.cohorts import Counts, Floats
    from firelake.plan.simulation.groups import Batch, Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffering:
    """How delivery buffers: until what size and age, and how many partitions may be open."""

    size_bytes: float
    interval_s: float
    raw_interval_s: float
    quota: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Observer:
    """Who is told what happens: the moment and a batch, or partitions of objects and their rows."""

    on_batch: Callable[[float, Batch], None]
    on_objects: Callable[[float, Counts, Floats], None]
    on_raw_objects: Callable[[float, Counts, Floats], None]


@dataclass(slots=True)
class Firehose:
    """Reads groups of shards, sends batches, buffers what comes back.

    Attributes:
        raw: Buffers of the source records.
        call: Sends a batch to the function, which puts it into `answered` later.
    """

    groups: list[Group]
    buffers: PartitionBuffers
    raw: PartitionBuffers
    call: Callable[[Batch], None]
    observer: Observer
    answered: list[Batch] = field(default_factory=list["Batch"])

    @classmethod
    def of(
        cls,
        groups: list[Group],
        partitions: int,
        buffering: Buffering,
        call: Callable[[Batch], None],
        observer: Observer,
    ) -> Firehose:
        """Returns a Firehose for so many partitions that has done nothing yet."""
        buffers = PartitionBuffers(
            partitions,
            size_bytes=buffering.size_bytes,
            interval_s=buffering.interval_s,
            quota=buffering.quota,
            on_objects=observer.on_objects,
        )
        raw = PartitionBuffers(
            1,
            size_bytes=buffering.size_bytes,
            interval_s=buffering.raw_interval_s,
            quota=1,
            on_objects=observer.on_raw_objects,
        )
        return cls(groups, buffers, raw, call, observer)

    def step(self, now_s: float) -> None:
        """Does all that is due; steps come at the read interval."""
        sent: list[Batch] = []
        for group in self.groups:
            group.take_page(now_s)
            group.close_if_due(now_s)
            group.read()
            while group.waiting and group.in_flight < INVOCATIONS_PER_SHARD:
                batch = group.waiting.popleft()
                group.in_flight += 1
                self._back_up(batch, now_s)
                self.observer.on_batch(now_s, batch)
                sent.append(batch)
        answered, self.answered = self.answered, []
        for batch in answered:
            batch.group.in_flight -= 1
            self._deliver(batch, now_s)
        for batch in sent:
            self.call(batch)
        self.buffers.close_due(now_s)
        self.raw.close_due(now_s)

    def _back_up(self, batch: Batch, now_s: float) -> None:
        for cohort in batch.cohorts:
            total = np.array([cohort.total], dtype=np.int64)
            self.raw.add(total, cohort.record_bytes, 1.0, cohort.created_s, now_s)

    def _deliver(self, batch: Batch, now_s: float) -> None:
        for cohort in batch.cohorts:
            rows = cohort.counts[:-1]  # the last are copies
            self.buffers.add(rows, cohort.row_bytes, cohort.events, cohort.created_s, now_s)
