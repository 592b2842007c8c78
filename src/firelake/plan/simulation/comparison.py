"""What the simulation saw beside what the formulas say, and why the two differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.plan.document import amount, duration, size
from firelake.plan.plan import needs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.plan.plan import Situation
    from firelake.plan.simulation.model import Outcome


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure, both ways.

    Attributes:
        name: What it is.
        formula: By the formulas; empty where they say nothing.
        simulated: What the simulation saw.
        remark: Why they differ, or what it means.
    """

    name: str
    formula: str
    simulated: str
    remark: str


def compare(situation: Situation, outcome: Outcome) -> tuple[Compared, ...]:
    """Set the simulation beside the formulas.

    Args:
        situation: What was simulated.
        outcome: What was seen.
    """
    return (
        *_load(situation, outcome),
        *_freshness(situation, outcome),
        *_objects(situation, outcome),
        *_throttles(outcome),
    )


def _load(situation: Situation, outcome: Outcome) -> Iterator[Compared]:
    needs, workload = needs_of(situation), situation.workload
    yield Compared(
        "events a second",
        amount(workload.events_per_s),
        amount(outcome.sent_events_per_s),
        "bursts come at random: an hour has more of them or fewer than the mean",
    )
    yield Compared(
        "batches a second",
        amount(needs.function.invocations_per_s),
        amount(outcome.invocations_per_s),
        "follows the events",
    )
    yield Compared(
        "events a batch",
        amount(needs.function.batch_events),
        amount(outcome.batch_events),
        "the formula is that of the mean rate; bursts fill batches more",
    )
    yield Compared(
        "time of a batch",
        duration(needs.function.duration_s),
        duration(outcome.duration_s),
        "the simulated one has waits for write capacity too",
    )
    yield Compared(
        "invocations at once, most",
        amount(needs.function.peak_concurrency),
        amount(outcome.most_at_once),
        "the formula is the mean at the peak, the simulation its highest moment",
    )


def _freshness(situation: Situation, outcome: Outcome) -> Iterator[Compared]:
    delivery = needs_of(situation).delivery
    yield Compared(
        "sent to S3, half of the rows",
        duration(delivery.delay_s),
        duration(outcome.freshness_p50_s),
        "the formula is the mean; rows of rare partitions wait for the whole interval",
    )
    yield Compared(
        "sent to S3, 90 %",
        "",
        duration(outcome.freshness_p90_s),
        "of the rows that came there within the time simulated",
    )
    yield Compared("sent to S3, 99 %", "", duration(outcome.freshness_p99_s), "")
    yield Compared(
        "sent to S3, longest",
        duration(delivery.worst_delay_s),
        duration(outcome.freshness_max_s),
        "AWS allows for 1.5 intervals, as Firehose buffers in stages; the simulation has one stage,"
        " and what waits at producers counts here",
    )


def _objects(situation: Situation, outcome: Outcome) -> Iterator[Compared]:
    delivery = needs_of(situation).delivery
    yield Compared(
        "partitions open, mean",
        amount(delivery.open_partitions),
        amount(outcome.open_partitions),
        "",
    )
    yield Compared(
        "partitions open, most",
        amount(delivery.peak_open_partitions),
        f"{outcome.most_open_partitions:,}",
        "the formula holds when a period ends, with two current partitions a type; the simulated"
        " hour lies within a period",
    )
    yield Compared(
        "objects an hour",
        amount(delivery.objects_per_hour),
        amount(outcome.objects_per_hour),
        "follows the events where buffers fill by size",
    )
    yield Compared(
        "of them for late events",
        amount(delivery.late_objects_per_hour),
        amount(outcome.late_objects_per_hour),
        "",
    )
    yield Compared(
        "objects an hour under raw/",
        amount(delivery.raw_objects_per_hour),
        amount(outcome.raw_objects_per_hour),
        "",
    )
    yield Compared(
        "an object of current events, half",
        size(delivery.object_bytes),
        size(outcome.current_object_p50_bytes),
        "the formula is the mean, which the commonest types raise",
    )
    yield Compared(
        "an object: 10 %, half, 90 %",
        "",
        f"{size(outcome.object_p10_bytes)}, {size(outcome.object_p50_bytes)},"
        f" {size(outcome.object_p90_bytes)}",
        "late events' objects are the small ones",
    )


def _throttles(outcome: Outcome) -> Iterator[Compared]:
    yield Compared(
        "records that Kinesis refused at first",
        "",
        f"{outcome.stream_throttles:,}",
        f"at most {outcome.producer_backlog:,} waited at producers",
    )
    yield Compared(
        "records waiting in Kinesis, most", "", f"{outcome.stream_backlog:,}", "open batches too"
    )
    yield Compared(
        "invocations without room", "", f"{outcome.function_throttles:,.0f}", "Firehose retries"
    )
    yield Compared(
        "claims that waited for capacity",
        "",
        f"{outcome.claim_throttles:,.0f}",
        f"{outcome.write_capacity:,.0f} write units at the end",
    )
    yield Compared(
        "invocations ended undecided",
        "",
        f"{outcome.undecided:,.0f}",
        "raised at the claims' deadline and repeated: nothing is lost",
    )
    yield Compared(
        "events in errors/ after all tries", "", f"{outcome.failed_events:,.0f}", "to be replayed"
    )
    yield Compared(
        "records without a partition",
        "",
        f"{outcome.exceeded_records:,}",
        "in errors/, to be brought back by backfill",
    )
