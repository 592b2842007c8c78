"""Firehose as a model: steps of a read interval in the order of `firehose_emulator.delivery`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from firelake.plan.limits import INVOCATIONS_PER_SHARD

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.plan.simulation.buffers import PartitionBuffers
    from firelake.plan.simulation.groups import Batch, Group


@dataclass(slots=True)
class Firehose:
    """Reads groups of shards, sends batches, buffers what comes back.

    Attributes:
        buffers: Buffers of the rows.
        raw: Buffers of the source records, which are one partition.
        call: Sends a batch to the function, which puts it into `answered` later.
    """

    groups: list[Group]
    buffers: PartitionBuffers
    raw: PartitionBuffers
    call: Callable[[Batch], None]
    answered: list[Batch] = field(default_factory=list["Batch"])

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
