"""A plan as JSON values, and the same values with their units for tables and the page."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING

from firelake.infra.config import values_of
from firelake.plan.assumptions import listed
from firelake.plan.units import DAY_S, GIB, HOUR_S, MIB

if TYPE_CHECKING:
    from datetime import date

    from firelake.plan.headroom import Headroom
    from firelake.plan.plan import Plan
    from firelake.plan.variants import Variant


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the table of needs.

    Attributes:
        service: The service.
        name: What is told.
        value: The value, for people.
    """

    service: str
    name: str
    value: str


def facts(plan: Plan) -> tuple[Fact, ...]:
    """Tell what every service takes, for people."""
    return (
        *_stream(plan),
        *_function(plan),
        *_claims(plan),
        *_delivery(plan),
        *_lake(plan),
    )


def document(
    plan: Plan, headrooms: tuple[Headroom, ...], variants: tuple[Variant, ...], today: date
) -> dict[str, object]:
    """Give everything as JSON values; names bear their units, as those of the classes do.

    Args:
        plan: The plan.
        headrooms: What breaks first.
        variants: What other settings would cost.
        today: From which the age of the prices is told.
    """
    situation = plan.situation
    prices = situation.prices
    return {
        "region": situation.region,
        "workload": plain_values(situation.workload),
        "settings": {
            path: plain_values(value)
            for path, value in values_of(situation.config).items()
            if path != "startDate"
        },
        "needs": plain_values(plan.needs),
        "monthly_cost_dollars": plan.dollars,
        "cost_of_a_million_events_dollars": plan.dollars_per_million,
        "costs": [
            {
                "service": line.service,
                "dimension": line.dimension,
                "quantity": line.quantity,
                "unit": line.unit,
                "dollars": line.dollars,
                "price_page": line.price.page,
                "price_basis": line.price.basis.value,
                "note": line.note,
            }
            for line in plan.costs
        ],
        "prices": {
            "region": prices.region,
            "as_of": prices.as_of.isoformat(),
            "age_days": prices.age_days(today),
        },
        "limits": [
            {
                "name": each.limit.name,
                "used": each.used,
                "limit": each.limit.most,
                "unit": each.limit.unit,
                "is_broken": each.is_broken,
                "breaks_at_events_per_hour": each.breaks_at,
                "kind": each.limit.kind.value,
                "remedy": each.limit.remedy,
                "page": each.limit.page,
            }
            for each in headrooms
        ],
        "variants": [
            {
                "name": each.name,
                "monthly_cost_dollars": each.plan.dollars,
                "saved_dollars": each.saved,
                "remark": each.remark,
            }
            for each in variants
        ],
        "assumptions": {
            name: {"value": value, "origin": origin}
            for name, value, origin in listed(situation.assumptions)
        },
    }


def plain_values(value: object) -> object:
    """Turn dataclasses, enumerations and tuples into what JSON has."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain_values(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        members: tuple[object, ...] = value  # pyright: ignore[reportUnknownVariableType]
        return [plain_values(each) for each in members]
    if isinstance(value, int | float | str | bool) or value is None:
        return value
    return str(value)


def amount(value: float) -> str:
    """Write a number with as many digits as it deserves."""
    if value >= 100 or value == int(value):  # noqa: PLR2004 -- from here on decimals say nothing
        return f"{value:,.0f}"
    return f"{value:.3g}"


def size(value: float) -> str:
    """Write bytes in the unit that suits them."""
    for unit, least in (("TB", GIB * 1024), ("GB", GIB), ("MB", MIB), ("KB", 1024)):
        if value >= least:
            return f"{amount(value / least)} {unit}"
    return f"{amount(value)} bytes"


def duration(seconds: float) -> str:
    """Write a time in the unit that suits it."""
    for unit, least in (("days", DAY_S), ("hours", HOUR_S), ("min", 60)):
        if seconds >= 2 * least:
            return f"{seconds / least:,.1f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.2g} s"  # noqa: PLR2004 -- as above


def money(dollars: float) -> str:
    """Write dollars; cents only where there are few."""
    sign, whole = "-" if dollars < 0 else "", abs(dollars)
    digits = 0 if whole >= 1000 else 2  # noqa: PLR2004 -- as above
    return f"{sign}${whole:,.{digits}f}"


def _counted(number: float, noun: str) -> str:
    return f"{amount(number)} {noun}" if number == 1 else f"{amount(number)} {noun}s"


def _stream(plan: Plan) -> tuple[Fact, ...]:
    stream = plan.needs.stream
    workload = plan.situation.workload
    unpacked = workload.events_per_s
    return (
        Fact(
            "Kinesis", "mode and shards", f"{stream.mode.value}, {_counted(stream.shards, 'shard')}"
        ),
        Fact(
            "Kinesis",
            "records a second, mean and peak",
            f"{amount(stream.records_per_s)}, {amount(stream.peak_records_per_s)}",
        ),
        Fact(
            "Kinesis",
            "records a second without packing",
            f"{amount(unpacked)}, {amount(unpacked * workload.peak_ratio)}",
        ),
        Fact(
            "Kinesis",
            "bytes a second, mean and peak",
            f"{size(stream.bytes_per_s)}, {size(stream.peak_bytes_per_s)}",
        ),
        Fact(
            "Kinesis",
            "shards full at the peak; to provision",
            f"{amount(stream.filled_shards)}; {stream.planned_shards:,}",
        ),
    )


def _function(plan: Plan) -> tuple[Fact, ...]:
    function = plan.needs.function
    return (
        Fact(
            "Lambda",
            "events a batch",
            f"{amount(function.batch_events)} in {amount(function.batch_records)} records",
        ),
        Fact(
            "Lambda",
            "batches a second, mean and peak",
            f"{amount(function.invocations_per_s)}, {amount(function.peak_invocations_per_s)}",
        ),
        Fact("Lambda", "time of a batch", duration(function.duration_s)),
        Fact(
            "Lambda",
            "at once, mean and peak",
            f"{amount(function.concurrency)}, {amount(function.peak_concurrency)}"
            f" (5 a shard are {function.most_concurrency:,})",
        ),
        Fact("Lambda", "memory needed", f"{amount(function.memory_mb)} MB"),
        Fact("Lambda", "answer to a full batch", size(function.answer_bytes)),
    )


def _claims(plan: Plan) -> tuple[Fact, ...]:
    claims = plan.needs.claims
    if claims is None:
        return ()
    return (
        Fact(
            "DynamoDB",
            "writes a second, mean and peak",
            f"{amount(claims.writes_per_s)}, {amount(claims.peak_writes_per_s)}",
        ),
        Fact(
            "DynamoDB",
            "reads a second, mean and peak",
            f"{amount(claims.reads_per_s)}, {amount(claims.peak_reads_per_s)}",
        ),
        Fact("DynamoDB", "claims kept", f"{claims.items:,.0f} ({size(claims.stored_gb * GIB)})"),
        Fact(
            "DynamoDB",
            "warm-up of a new on-demand table",
            duration(claims.warm_up_s) if claims.warm_up_s else "none",
        ),
        Fact(
            "DynamoDB",
            "write capacity that autoscaling sets",
            _counted(claims.write_capacity, "unit"),
        ),
    )


def _delivery(plan: Plan) -> tuple[Fact, ...]:
    delivery = plan.needs.delivery
    return (
        Fact(
            "Firehose",
            "partitions open, mean and peak",
            f"{amount(delivery.open_partitions)}, {amount(delivery.peak_open_partitions)}"
            f" (at most {delivery.most_partitions:,} by the settings)",
        ),
        Fact(
            "Firehose",
            "objects an hour",
            f"{amount(delivery.objects_per_hour)}, of them"
            f" {amount(delivery.late_objects_per_hour)} for late events",
        ),
        Fact(
            "Firehose",
            "an object of current events",
            f"{size(delivery.object_bytes)}, {amount(delivery.rows_per_object)} rows",
        ),
        Fact("Firehose", "an object of late events", size(delivery.late_object_bytes)),
        Fact(
            "Firehose",
            "arrival to S3, mean and longest",
            f"{duration(delivery.delay_s)}, {duration(delivery.worst_delay_s)}",
        ),
        Fact("Firehose", "DataFreshness, mean", duration(delivery.freshness_s)),
    )


def _lake(plan: Plan) -> tuple[Fact, ...]:
    lake = plan.needs.lake
    questions = tuple(
        Fact(
            "Athena",
            each.text,
            f"{size(each.read_bytes)} of {amount(each.files)} files, about"
            f" {duration(each.seconds)}",
        )
        for each in lake.questions
    )
    return (
        Fact(
            "S3",
            "written a month",
            f"{size(lake.events_gb_a_month * GIB)} of Parquet,"
            f" {amount(lake.objects_a_month)} objects",
        ),
        Fact(
            "S3",
            f"after {lake.kept_months:g} months",
            f"{size(lake.events_gb * GIB)} in {amount(lake.objects)} objects, and"
            f" {size(lake.raw_gb * GIB)} under raw/",
        ),
        *questions,
        Fact(
            "Glue",
            f"partitions after {lake.kept_months:g} months",
            f"{amount(lake.partitions)}, listed in {amount(lake.crawl_list_requests)} requests a"
            " month",
        ),
    )
