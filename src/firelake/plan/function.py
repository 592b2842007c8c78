"""The transform function: batches, their duration, concurrency, memory and answers.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
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

    batch_records: float
    batch_events: float
    batch_period_s: float
    invocations_per_s: float
    peak_invocations_per_s: float
    duration_s: float
    concurrency: float
    peak_concurrency: float
    most_concurrency: int
    allowed_concurrency: int
    answer_bytes: float
    memory_mb: float
    invocations: float
    gb_s: float


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


def function_needs(situation: Situation, shards: int) -> FunctionNeeds:
    """Returns what the function takes where records spread evenly over the shards."""
    workload, config = situation.workload, situation.config
    assumptions, size_bytes = situation.assumptions, config.delivery.batch_size_mb * MIB
    mean, peak = (batch_filling(situation, shards, ratio) for ratio in (1.0, workload.peak_ratio))
    pages = page_use_of(situation, shards)
    events, peak_events = (each.items * workload.events_per_record for each in (mean, peak))
    took_s, peak_took_s = (duration_s(each, situation, pages) for each in (events, peak_events))
    invocations_per_s = mean.per_s * shards
    full_records = max(1.0, size_bytes // workload.record_bytes)
    full_mb = full_records * workload.record_bytes / MIB
    invocations = invocations_per_s * MONTH_S
    return FunctionNeeds(
        batch_records=mean.items,
        batch_events=events,
        batch_period_s=mean.period_s,
        invocations_per_s=invocations_per_s,
        peak_invocations_per_s=peak.per_s * shards,
        duration_s=took_s,
        concurrency=invocations_per_s * took_s,
        peak_concurrency=peak.per_s * shards * peak_took_s,
        most_concurrency=limits.INVOCATIONS_PER_SHARD * shards,
        allowed_concurrency=config.transform.reserved_concurrency or limits.LAMBDA_CONCURRENCY,
        answer_bytes=_answer_bytes(situation, full_records),
        memory_mb=assumptions.used_memory_mb + full_mb * assumptions.batch_memory_ratio,
        invocations=invocations,
        gb_s=invocations * took_s * config.transform.memory_mb / KIB,
    )


def _answer_bytes(situation: Situation, records: float) -> float:
    """Returns the size of the answer to so many records: rows in base64 and an entry for each."""
    row_bytes = situation.workload.events_per_record * situation.row_bytes
    return records * (_ANSWER_ENTRY_BYTES + 4 * ceil(row_bytes / 3))
