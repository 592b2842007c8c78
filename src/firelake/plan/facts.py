"""What every service takes, in words: a service, what is meant, and how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.plan.units import GIB, amount, duration, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.plan.plan import Plan


def facts(plan: Plan) -> tuple[tuple[str, str, str], ...]:
    """Returns all of them, in the order of an event's way."""
    by_service = {
        "Kinesis": _stream(plan),
        "Lambda": _function(plan),
        "DynamoDB": _claims(plan),
        "Firehose": _delivery(plan),
        "S3": _storage(plan),
        "Athena": _questions(plan),
        "Glue": _partitions(plan),
    }
    return tuple((service, *fact) for service, each in by_service.items() for fact in each)


def _stream(plan: Plan) -> Iterator[tuple[str, str]]:
    stream, workload = plan.needs.stream, plan.situation.workload
    yield "mode and shards", f"{stream.mode.value}, {_counted(stream.shards, 'shard')}"
    records = _pair(stream.records_per_s, stream.peak_records_per_s)
    yield "records a second, mean and peak", records
    unpacked = _pair(workload.events_per_s, workload.peak_events_per_s)
    yield "records a second without packing", unpacked
    sizes = f"{size(stream.bytes_per_s)}, {size(stream.peak_bytes_per_s)}"
    yield "bytes a second, mean and peak", sizes
    shards = f"{amount(stream.filled_shards)}; {stream.planned_shards:,}"
    yield "shards full at the peak; to provision", shards


def _function(plan: Plan) -> Iterator[tuple[str, str]]:
    function = plan.needs.function
    batch = f"{amount(function.batch_events)} in {amount(function.batch_records)} records"
    yield "events a batch", batch
    batches = _pair(function.invocations_per_s, function.peak_invocations_per_s)
    yield "batches a second, mean and peak", batches
    yield "time of a batch", duration(function.duration_s)
    at_once = _pair(function.concurrency, function.peak_concurrency)
    yield "at once, mean and peak", f"{at_once} (5 a shard are {function.most_concurrency:,})"
    yield "memory needed", f"{amount(function.memory_mb)} MB"
    yield "answer to a full batch", size(function.answer_bytes)


def _claims(plan: Plan) -> Iterator[tuple[str, str]]:
    claims = plan.needs.claims
    if claims is None:
        return
    yield "layout of the claims", claims.layout
    yield "writes a second, mean and peak", _pair(claims.writes_per_s, claims.peak_writes_per_s)
    yield "reads a second, mean and peak", _pair(claims.reads_per_s, claims.peak_reads_per_s)
    yield "claims kept", f"{claims.items:,.0f} ({size(claims.stored_gb * GIB)})"
    warm_up = duration(claims.warm_up_s) if claims.warm_up_s else "none"
    yield "warm-up of a new on-demand table", warm_up
    yield "write capacity that autoscaling sets", _counted(claims.write_capacity, "unit")


def _delivery(plan: Plan) -> Iterator[tuple[str, str]]:
    delivery = plan.needs.delivery
    partitions = _pair(delivery.open_partitions, delivery.peak_open_partitions)
    most = f"at most {delivery.most_partitions:,} by the settings"
    yield "partitions open, mean and peak", f"{partitions} ({most})"
    late = f"{amount(delivery.late_objects_per_hour)} for late events"
    yield "objects an hour", f"{amount(delivery.objects_per_hour)}, of them {late}"
    rows = f"{size(delivery.object_bytes)}, {amount(delivery.rows_per_object)} rows"
    yield "an object of current events", rows
    yield "an object of late events", size(delivery.late_object_bytes)
    delays = f"{duration(delivery.delay_s)}, {duration(delivery.worst_delay_s)}"
    yield "arrival to S3, mean and longest", delays
    yield "DataFreshness, mean", duration(delivery.freshness_s)


def _storage(plan: Plan) -> Iterator[tuple[str, str]]:
    lake = plan.needs.lake
    month = f"{size(lake.events_gb_a_month * GIB)} of Parquet"
    yield "written a month", f"{month}, {amount(lake.objects_a_month)} objects"
    kept = f"{size(lake.events_gb * GIB)} in {amount(lake.objects)} objects"
    yield f"after {lake.kept_months:g} months", f"{kept}, and {size(lake.raw_gb * GIB)} under raw/"


def _questions(plan: Plan) -> Iterator[tuple[str, str]]:
    for each in plan.needs.lake.questions:
        read = f"{size(each.read_bytes)} of {amount(each.files)} files"
        yield each.text, f"{read}, about {duration(each.seconds)}"


def _partitions(plan: Plan) -> Iterator[tuple[str, str]]:
    lake = plan.needs.lake
    listed = f"listed in {amount(lake.crawl_list_requests)} requests a month"
    yield f"partitions after {lake.kept_months:g} months", f"{amount(lake.partitions)}, {listed}"


def _pair(mean: float, peak: float) -> str:
    return f"{amount(mean)}, {amount(peak)}"


def _counted(number: float, noun: str) -> str:
    return f"{amount(number)} {noun}" if number == 1 else f"{amount(number)} {noun}s"
