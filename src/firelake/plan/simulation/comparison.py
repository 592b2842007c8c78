"""What the simulation saw beside what the formulas say, and why the two differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.plan.claim_pages import page_use_of
from firelake.plan.needs import Needs
from firelake.plan.units import amount, duration, size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firelake.plan.delivery import DeliveryNeeds
    from firelake.plan.function import FunctionNeeds
    from firelake.plan.simulation.claim_pages import PagesSeen
    from firelake.plan.simulation.outcome import Outcome
    from firelake.plan.situation import Situation


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure by the formulas, empty where they say nothing, and as the simulation saw it."""

    name: str
    formula: str
    simulated: str
    remark: str


def compare(situation: Situation, seen: Outcome) -> tuple[Compared, ...]:
    """Returns what the simulation of a situation saw, beside the formulas."""
    needs = Needs(situation)
    events = situation.workload.events_per_s
    random = "bursts come at random: an hour has more of them or fewer than the mean"
    return (
        _pair("events a second", amount, events, seen.sent_events_per_s, random),
        *_load(needs.function, seen),
        *_pages(situation, needs.stream.shards, seen.pages),
        *_freshness(needs.delivery, seen),
        *_objects(needs.delivery, seen),
        *(Compared(name, "", figure, remark) for name, figure, remark in _throttles(seen)),
    )


def _pair(
    name: str, write: Callable[[float], str], formula: float, seen: float, remark: str = ""
) -> Compared:
    return Compared(name, write(formula), write(seen), remark)


def _load(function: FunctionNeeds, seen: Outcome) -> Iterator[Compared]:
    name, remark = "batches a second", "follows the events"
    yield _pair(name, amount, function.invocations_per_s, seen.invocations_per_s, remark)
    remark = "the formula is that of the mean rate; bursts fill batches more"
    yield _pair("events a batch", amount, function.batch_events, seen.batch_events, remark)
    remark = "the simulated one has waits for write capacity too"
    yield _pair("time of a batch", duration, function.duration_s, seen.duration_s, remark)
    remark = "the formula is the mean at the peak, the simulation its highest moment"
    most = function.peak_concurrency, seen.most_at_once
    yield _pair("invocations at once, most", amount, *most, remark)


def _pages(situation: Situation, shards: int, seen: PagesSeen | None) -> Iterator[Compared]:
    """Claims on pages beside items, of which each event takes a write unit."""
    if seen is None:
        return
    paged = situation.with_settings("claims", schedule=(seen.layout,))
    use = page_use_of(paged, shards)
    if use is None:
        return
    layout = paged.pages
    which = "in force" if seen.is_in_force else "would suit; items, in force, take 1"
    units = use.write_units, seen.write_units
    yield _pair(f"write units an event, {layout}", amount, *units, which)
    remark = "bursts put more ids on a page, and batches close at random"
    yield _pair(f"calls an event, {layout}", amount, use.calls, seen.calls, remark)


def _freshness(delivery: DeliveryNeeds, seen: Outcome) -> Iterator[Compared]:
    remark = "the formula is the mean; rows of rare partitions wait for the whole interval"
    half = delivery.delay_s, seen.freshness_p50_s
    yield _pair("sent to S3, half of the rows", duration, *half, remark)
    within = "of the rows that came there within the time simulated"
    yield Compared("sent to S3, 90 %", "", duration(seen.freshness_p90_s), within)
    yield Compared("sent to S3, 99 %", "", duration(seen.freshness_p99_s), "")
    remark = (
        "AWS allows for 1.5 intervals, as Firehose buffers in stages; the simulation has one stage,"
        " and what waits at producers counts here"
    )
    longest = delivery.worst_delay_s, seen.freshness_max_s
    yield _pair("sent to S3, longest", duration, *longest, remark)


def _objects(delivery: DeliveryNeeds, seen: Outcome) -> Iterator[Compared]:
    opened = delivery.open_partitions, seen.open_partitions
    yield _pair("partitions open, mean", amount, *opened)
    most, seen_most = amount(delivery.peak_open_partitions), f"{seen.most_open_partitions:,}"
    remark = (
        "the formula holds when a period ends, with two current partitions a type; the simulated"
        " hour lies within a period"
    )
    yield Compared("partitions open, most", most, seen_most, remark)
    objects = delivery.objects_per_hour, seen.objects_per_hour
    remark = "follows the events where buffers fill by size"
    yield _pair("objects an hour", amount, *objects, remark)
    late = delivery.late_objects_per_hour, seen.late_objects_per_hour
    yield _pair("of them for late events", amount, *late)
    raw = delivery.raw_objects_per_hour, seen.raw_objects_per_hour
    yield _pair("objects an hour under raw/", amount, *raw)
    half = delivery.object_bytes, seen.current_object_p50_bytes
    remark = "the formula is the mean, which the commonest types raise"
    yield _pair("an object of current events, half", size, *half, remark)
    percentiles = seen.object_p10_bytes, seen.object_p50_bytes, seen.object_p90_bytes
    remark = "late events' objects are the small ones"
    yield Compared("an object: 10 %, half, 90 %", "", ", ".join(map(size, percentiles)), remark)


def _throttles(seen: Outcome) -> Iterator[tuple[str, str, str]]:
    at_producers = f"at most {seen.producer_backlog:,} waited at producers"
    yield "records that Kinesis refused at first", f"{seen.stream_throttles:,}", at_producers
    yield "records waiting in Kinesis, most", f"{seen.stream_backlog:,}", "open batches too"
    yield "invocations without room", f"{seen.function_throttles:,.0f}", "Firehose retries"
    capacity = f"{seen.write_capacity:,.0f} write units at the end"
    yield "claims that waited for capacity", f"{seen.claim_throttles:,.0f}", capacity
    repeated = "raised at the claims' deadline and repeated: nothing is lost"
    yield "invocations ended undecided", f"{seen.undecided:,.0f}", repeated
    yield "events in errors/ after all tries", f"{seen.failed_events:,.0f}", "to be replayed"
    exceeded = "in errors/, to be brought back by backfill"
    yield "records without a partition", f"{seen.exceeded_records:,}", exceeded
