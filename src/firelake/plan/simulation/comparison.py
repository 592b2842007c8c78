"""What the simulation saw beside what the formulas say, and why the two differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.infra.schedule import schedule_of
from firelake.plan.claim_pages import page_use_of, suited_pages
from firelake.plan.plan import needs_of
from firelake.plan.units import amount, duration, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.plan.plan import Needs
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


def compare(situation: Situation, outcome: Outcome) -> tuple[Compared, ...]:
    """Returns what the simulation of a situation saw, beside the formulas."""
    needs = needs_of(situation)
    events = (situation.workload.events_per_s, outcome.sent_events_per_s)
    return (
        _amounts(
            "events a second",
            events,
            "bursts come at random: an hour has more of them or fewer than the mean",
        ),
        *_load(needs, outcome),
        *_pages(situation, needs, outcome.pages),
        *_freshness(needs, outcome),
        *_objects(needs, outcome),
        *(Compared(name, "", seen, remark) for name, seen, remark in _throttles(outcome)),
    )


def _amounts(name: str, both: tuple[float, float], remark: str = "") -> Compared:
    return Compared(name, amount(both[0]), amount(both[1]), remark)


def _load(needs: Needs, outcome: Outcome) -> Iterator[Compared]:
    function = needs.function
    batches = (function.invocations_per_s, outcome.invocations_per_s)
    yield _amounts("batches a second", batches, "follows the events")
    yield _amounts(
        "events a batch",
        (function.batch_events, outcome.batch_events),
        "the formula is that of the mean rate; bursts fill batches more",
    )
    yield Compared(
        "time of a batch",
        duration(function.duration_s),
        duration(outcome.duration_s),
        "the simulated one has waits for write capacity too",
    )
    yield _amounts(
        "invocations at once, most",
        (function.peak_concurrency, outcome.most_at_once),
        "the formula is the mean at the peak, the simulation its highest moment",
    )


def _pages(situation: Situation, needs: Needs, seen: PagesSeen | None) -> Iterator[Compared]:
    """Claims on pages beside items, of which each event takes a write unit."""
    if seen is None:
        return
    shards = needs.stream.shards
    layout = schedule_of(situation.config).entries[-1].pages or suited_pages(situation, shards)
    paged = situation.with_settings("claims", schedule=(str(layout),))
    use = page_use_of(paged, shards)
    if use is None:
        return
    which = "in force" if seen.is_in_force else "would suit; items, in force, take 1"
    yield _amounts(f"write units an event, {layout}", (use.write_units, seen.write_units), which)
    yield _amounts(
        f"calls an event, {layout}",
        (use.calls, seen.calls),
        "bursts put more ids on a page, and batches close at random",
    )


def _freshness(needs: Needs, outcome: Outcome) -> Iterator[Compared]:
    yield Compared(
        "sent to S3, half of the rows",
        duration(needs.delivery.delay_s),
        duration(outcome.freshness_p50_s),
        "the formula is the mean; rows of rare partitions wait for the whole interval",
    )
    within = "of the rows that came there within the time simulated"
    yield Compared("sent to S3, 90 %", "", duration(outcome.freshness_p90_s), within)
    yield Compared("sent to S3, 99 %", "", duration(outcome.freshness_p99_s), "")
    yield Compared(
        "sent to S3, longest",
        duration(needs.delivery.worst_delay_s),
        duration(outcome.freshness_max_s),
        "AWS allows for 1.5 intervals, as Firehose buffers in stages; the simulation has one stage,"
        " and what waits at producers counts here",
    )


def _objects(needs: Needs, outcome: Outcome) -> Iterator[Compared]:
    delivery = needs.delivery
    yield _amounts("partitions open, mean", (delivery.open_partitions, outcome.open_partitions))
    yield Compared(
        "partitions open, most",
        amount(delivery.peak_open_partitions),
        f"{outcome.most_open_partitions:,}",
        "the formula holds when a period ends, with two current partitions a type; the simulated"
        " hour lies within a period",
    )
    yield _amounts(
        "objects an hour",
        (delivery.objects_per_hour, outcome.objects_per_hour),
        "follows the events where buffers fill by size",
    )
    late = (delivery.late_objects_per_hour, outcome.late_objects_per_hour)
    yield _amounts("of them for late events", late)
    raw = (delivery.raw_objects_per_hour, outcome.raw_objects_per_hour)
    yield _amounts("objects an hour under raw/", raw)
    yield Compared(
        "an object of current events, half",
        size(delivery.object_bytes),
        size(outcome.current_object_p50_bytes),
        "the formula is the mean, which the commonest types raise",
    )
    percentiles = (outcome.object_p10_bytes, outcome.object_p50_bytes, outcome.object_p90_bytes)
    yield Compared(
        "an object: 10 %, half, 90 %",
        "",
        ", ".join(map(size, percentiles)),
        "late events' objects are the small ones",
    )


def _throttles(outcome: Outcome) -> Iterator[tuple[str, str, str]]:
    at_producers = f"at most {outcome.producer_backlog:,} waited at producers"
    refused = f"{outcome.stream_throttles:,}"
    yield "records that Kinesis refused at first", refused, at_producers
    waiting = f"{outcome.stream_backlog:,}"
    yield "records waiting in Kinesis, most", waiting, "open batches too"
    no_room = f"{outcome.function_throttles:,.0f}"
    yield "invocations without room", no_room, "Firehose retries"
    capacity = f"{outcome.write_capacity:,.0f} write units at the end"
    yield "claims that waited for capacity", f"{outcome.claim_throttles:,.0f}", capacity
    repeated = "raised at the claims' deadline and repeated: nothing is lost"
    yield "invocations ended undecided", f"{outcome.undecided:,.0f}", repeated
    failed = f"{outcome.failed_events:,.0f}"
    yield "events in errors/ after all tries", failed, "to be replayed"
    exceeded = f"{outcome.exceeded_records:,}"
    yield "records without a partition", exceeded, "in errors/, to be brought back by backfill"
