"""The transform function: batches, their duration, concurrency, memory and answers.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import KEYS_PER_CALL, STATEMENTS_PER_CALL
from firelake.plan import limits
from firelake.plan.buffers import batch_filling
from firelake.plan.claim_pages import page_use_of
from firelake.plan.units import KIB, MIB, MONTH_S

if TYPE_CHECKING:
    from firelake.plan.claim_pages import PageUse
    from firelake.plan.situation import Situation

# A record's entry in the answer beside its data: recordId, result and partition keys.
_ANSWER_ENTRY_BYTES: Final = 240
_LEAST_DURATION_S: Final = 0.001


def duration_s(events: float, situation: Situation, pages: PageUse | None) -> float:
    """Returns how long the invocation for a batch of so many events takes.

    The function has a share of a processor by its memory. Its claims go out in calls of 25, or one
    a page, so many at once as are configured; each wave takes a call's time, or the CPU of its
    claims where that is longer. Copies of items are read in calls of 100 afterwards.
    """
    transform, assumptions = situation.config.transform, situation.assumptions
    # One thread works at a time: more than one processor makes nothing faster.
    usable = min(1.0, transform.memory_mb / limits.MEMORY_MB_PER_CPU)
    reading_s = (assumptions.invocation_ms / 1e3 + events * assumptions.transform_us / 1e6) / usable
    if not situation.has_claims:
        return max(_LEAST_DURATION_S, reading_s)
    in_flight = transform.calls_in_flight
    if pages is not None:
        calls = events * pages.calls
        cpu_s = (calls * assumptions.page_call_us + events * assumptions.page_claim_us) / 1e6
        waiting_s = max(1.0, calls / in_flight) * assumptions.page_call_ms / 1e3
        return max(_LEAST_DURATION_S, reading_s + max(waiting_s, cpu_s / usable))
    call_s = assumptions.claim_call_ms / 1e3
    waves = max(1.0, events / STATEMENTS_PER_CALL / in_flight)
    writing_s = max(waves * call_s, events * assumptions.claim_us / 1e6 / usable)
    copies = events * situation.workload.duplicates
    # The share of batches that hold a copy at all, and then whole waves.
    rereading_s = min(1.0, copies) * max(1.0, copies / KEYS_PER_CALL / in_flight) * call_s
    return max(_LEAST_DURATION_S, reading_s + writing_s + rereading_s)


class FunctionNeeds:
    """What the function takes: means and peaks, then the amounts of a month.

    Attributes:
        batch_period_s: Mean time between two batches of a shard.
        invocations_per_s: Retries aside.
        duration_s: Mean time of one invocation, cold starts aside.
        concurrency: Invocations at once.
        most_concurrency: Those that Firehose may have under way, 5 a shard.
        allowed_concurrency: What the stack reserves, or the account's default quota.
        answer_bytes: The answer to a batch that is full.
        memory_mb: What an invocation needs.
        gb_s: Memory by time.
    """

    def __init__(self, situation: Situation, shards: int) -> None:
        """Works out what the function takes where records spread evenly over the shards."""
        workload, config = situation.workload, situation.config
        given, memory_mb = situation.assumptions, config.transform.memory_mb
        pages = page_use_of(situation, shards)
        batch = batch_filling(situation, shards)
        self.batch_records: Final = batch.items
        self.batch_events: Final = batch.items * workload.events_per_record
        self.batch_period_s: Final = batch.period_s
        self.invocations_per_s: Final = batch.per_s * shards
        self.duration_s: Final = duration_s(self.batch_events, situation, pages)
        self.concurrency: Final = self.invocations_per_s * self.duration_s
        batch = batch_filling(situation, shards, workload.peak_ratio)
        self.peak_invocations_per_s: Final = batch.per_s * shards
        peak_s = duration_s(batch.items * workload.events_per_record, situation, pages)
        self.peak_concurrency: Final = self.peak_invocations_per_s * peak_s
        self.most_concurrency: Final = limits.INVOCATIONS_PER_SHARD * shards
        reserved = config.transform.reserved_concurrency
        self.allowed_concurrency: Final = reserved or limits.LAMBDA_CONCURRENCY
        # Of a full batch: rows in base64, and an entry for each.
        records = max(1.0, config.delivery.batch_size_mb * MIB // workload.record_bytes)
        row_bytes = workload.events_per_record * situation.row_bytes
        self.answer_bytes: Final = records * (_ANSWER_ENTRY_BYTES + 4 * ceil(row_bytes / 3))
        full_mb = records * workload.record_bytes / MIB
        self.memory_mb: Final = given.used_memory_mb + full_mb * given.batch_memory_ratio
        self.invocations: Final = self.invocations_per_s * MONTH_S
        self.gb_s: Final = self.invocations * self.duration_s * memory_mb / KIB
