"""The monthly bill: every dimension of every service, its quantity, its price, and the sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from firelake.infra.config_setting import CapacityMode, TableClass
from firelake.plan.limits import GLUE_FREE_PARTITIONS
from firelake.plan.units import DAYS_A_MONTH, HOURS_A_MONTH, MILLION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.infra.config import LakeConfig
    from firelake.plan.claims import ClaimsNeeds
    from firelake.plan.delivery import DeliveryNeeds
    from firelake.plan.function import FunctionNeeds
    from firelake.plan.lake import LakeNeeds
    from firelake.plan.moves import MoveNeeds
    from firelake.plan.prices import Basis, Prices
    from firelake.plan.stream import StreamNeeds
    from firelake.plan.watch import WatchNeeds

_READ_BY_ATHENA: Final = "read by Athena"
_SCANNED: Final = "scanned"
_OF_QUESTIONS: Final = frozenset({_READ_BY_ATHENA, _SCANNED})
_TB_BYTES: Final = 1e12
# What a lake that is used sees: each of the three questions ten times a day.
QUESTIONS_A_MONTH: Final = 300

# A dimension, its price in the service's table of prices.toml, a month's amount and its unit, and
# what it hangs on where that is not plain.
_Line: TypeAlias = tuple[str, str, float, str] | tuple[str, str, float, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One line of the bill.

    Attributes:
        dimension: What is billed.
        quantity: A month's amount, in `unit`.
        dollars: What it costs in a month.
        note: What it hangs on; empty where that is plain.
    """

    service: str
    dimension: str
    quantity: float
    unit: str
    dollars: float
    price_page: str
    price_basis: Basis
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What every service takes."""

    stream: StreamNeeds
    function: FunctionNeeds
    claims: ClaimsNeeds | None
    delivery: DeliveryNeeds
    lake: LakeNeeds
    watch: WatchNeeds
    moves: MoveNeeds | None = None


def costs(needs: Needs, config: LakeConfig, prices: Prices) -> tuple[Cost, ...]:
    """Returns the lines of a month's bill, in the order of an event's way.

    Raises:
        InputError: The prices lack one.
    """
    lake, watch = needs.lake, needs.watch
    moving = _moves(needs.moves, config)
    by_service: dict[str, tuple[_Line, ...]] = {
        "Kinesis": (*_stream(needs.stream),),
        "Firehose": _delivery(needs.delivery),
        "Lambda": (*_function(needs.function, config), *moving["Lambda"]),
        "DynamoDB": () if needs.claims is None else (*_claims(needs.claims, config),),
        "S3": (*_storage(lake), *moving["S3"]),
        "Athena": (_scanned(lake), *moving["Athena"]),
        "Step Functions": moving["Step Functions"],
        "Glue": _catalog(lake),
        "CloudWatch": _watch(watch),
        "KMS": (
            ("key", "key_month", 1, "keys"),
            ("requests", "requests_ten_thousand", watch.key_requests / 1e4, "ten thousands"),
        ),
        "EventBridge": (
            (
                "S3 events",
                "s3_events_million",
                watch.matched_events / MILLION,
                "millions",
                "the bucket tells of every object, so that an alarm sees those under errors/",
            ),
        ),
    }
    return tuple(
        _cost(service, line, prices) for service, lines in by_service.items() for line in lines
    )


def asking_dollars(lines: tuple[Cost, ...]) -> float:
    """Returns what of a bill the typical questions cost."""
    return sum(line.dollars for line in lines if line.dimension in _OF_QUESTIONS)


def total(lines: tuple[Cost, ...]) -> float:
    """Returns the sum of a bill."""
    return sum(line.dollars for line in lines)


def _cost(service: str, line: _Line, prices: Prices) -> Cost:
    dimension, key, quantity, unit, *notes = line
    price = prices[f"{service.lower().replace(' ', '_')}.{key}"]
    return Cost(
        service=service,
        dimension=dimension,
        quantity=quantity,
        unit=unit,
        dollars=price.cost(quantity),
        price_page=price.page,
        price_basis=price.basis,
        note="".join(notes),
    )


def _stream(stream: StreamNeeds) -> Iterator[_Line]:
    if stream.mode is CapacityMode.ON_DEMAND:
        rounded = "each record rounded up to 1 KB"
        kept_gb = stream.extended_gb
        yield "stream", "on_demand_stream_hour", HOURS_A_MONTH, "hours"
        yield "data in", "on_demand_gb_in", stream.billed_gb, "GB", rounded
        yield "data out", "on_demand_gb_out", stream.read_gb, "GB"
        yield "kept beyond a day", "on_demand_extended_gb_month", kept_gb, "GB-months"
    else:
        hours = stream.shards * HOURS_A_MONTH
        yield "shards", "shard_hour", hours, "shard-hours"
        yield "PUT units", "put_unit_million", stream.put_units / MILLION, "millions", "25 KB each"
        if stream.extended_gb:
            yield "kept beyond a day", "extended_shard_hour", hours, "shard-hours"
    if stream.long_term_gb:
        yield "kept beyond a week", "long_term_gb_month", stream.long_term_gb, "GB-months"


def _delivery(delivery: DeliveryNeeds) -> tuple[_Line, ...]:
    rounded = f"each record rounded up to 5 KB: {delivery.unrounded_gb:,.2f} GB unrounded"
    by_rounded = "billed by the rounded records"
    by_rows = "rows before conversion, the dearer reading of the price page"
    objects = delivery.objects / 1000
    return (
        ("ingested", "ingested_gb", delivery.ingested_gb, "GB", rounded),
        ("converted to Parquet", "converted_gb", delivery.ingested_gb, "GB", by_rounded),
        ("dynamic partitioning, data", "partitioned_gb", delivery.partitioned_gb, "GB", by_rows),
        ("dynamic partitioning, objects", "partitioned_objects_thousand", objects, "thousands"),
    )


def _function(function: FunctionNeeds, config: LakeConfig) -> tuple[_Line, ...]:
    memory = f"gb_s_{config.transform.architecture.value}"
    return (
        ("invocations", "requests_million", function.invocations / MILLION, "millions"),
        ("memory by time", memory, function.gb_s, "GB-seconds"),
    )


def _claims(claims: ClaimsNeeds, config: LakeConfig) -> Iterator[_Line]:
    of = "_ia" if config.claims.table_class is TableClass.INFREQUENT_ACCESS else ""
    if claims.mode is CapacityMode.ON_DEMAND:
        refused = claims.refused_write_units / MILLION
        new = claims.write_units / MILLION - refused
        why = "a refused conditional write is billed like one that succeeds"
        yield "claims written", f"write_units_million{of}", new, "millions"
        yield "refused writes of copies", f"write_units_million{of}", refused, "millions", why
        read = claims.read_units / MILLION
        yield "claims of copies read", f"read_units_million{of}", read, "millions"
    else:
        why = "as autoscaling sets it for the mean; refused writes of copies included"
        yield "write capacity", f"write_unit_hour{of}", claims.write_unit_hours, "unit-hours", why
        yield "read capacity", f"read_unit_hour{of}", claims.read_unit_hours, "unit-hours"
    yield "claims kept", f"stored_gb_month{of}", claims.stored_gb, "GB-months"
    if config.claims.has_point_in_time_recovery:
        backups = "point-in-time recovery"
        yield backups, "point_in_time_gb_month", claims.stored_gb, "GB-months"


def _storage(lake: LakeNeeds) -> tuple[_Line, ...]:
    put, listed = lake.objects_a_month / 1000, lake.crawl_list_requests / 1000
    got = sum(each.files for each in lake.questions) * QUESTIONS_A_MONTH / 1000
    after = f"after {lake.kept_months:g} months; events/ never expires"
    return (
        ("stored", "stored_gb_month", lake.events_gb + lake.raw_gb, "GB-months", after),
        ("objects written", "puts_and_lists_thousand", put, "thousands"),
        ("listed by the crawler", "puts_and_lists_thousand", listed, "thousands"),
        (_READ_BY_ATHENA, "gets_thousand", got, "thousands", "at least one request a file"),
    )


def _moves(moves: MoveNeeds | None, config: LakeConfig) -> dict[str, tuple[_Line, ...]]:
    """Returns what moves into history take, by service."""
    if moves is None:
        return dict.fromkeys(("Lambda", "S3", "Athena", "Step Functions"), ())
    memory = f"gb_s_{config.transform.architecture.value}"
    scanned = moves.scanned_bytes * DAYS_A_MONTH / _TB_BYTES
    got, transitions = moves.get_requests / 1000, moves.transitions / 1000
    daily = f"a move a day, of {moves.files:,.0f} files by {moves.statements:,.0f} statements"
    return {
        "Lambda": (
            ("moves, invocations", "requests_million", moves.invocations / MILLION, "millions"),
            ("moves, memory by time", memory, moves.function_gb_s, "GB-seconds"),
        ),
        "S3": (("read by moves", "gets_thousand", got, "thousands", "three requests a file"),),
        "Athena": (("scanned by moves", "scanned_tb", scanned, "TB", daily),),
        "Step Functions": (
            ("state transitions", "transitions_thousand", transitions, "thousands", daily),
        ),
    }


def _scanned(lake: LakeNeeds) -> _Line:
    scanned = sum(each.billed_bytes for each in lake.questions) * QUESTIONS_A_MONTH / _TB_BYTES
    asked = f"three typical questions, each {QUESTIONS_A_MONTH} times"
    return _SCANNED, "scanned_tb", scanned, "TB", asked


def _catalog(lake: LakeNeeds) -> tuple[_Line, ...]:
    kept = max(0.0, lake.partitions - GLUE_FREE_PARTITIONS) / 1e5
    return (
        ("crawler", "crawler_dpu_hour", lake.crawl_dpu_hours, "DPU-hours"),
        ("partitions kept", "partitions_100_thousand", kept, "100 thousands"),
    )


def _watch(watch: WatchNeeds) -> tuple[_Line, ...]:
    return (
        ("custom metrics", "metric_month", watch.metrics, "metrics"),
        ("logs written", "log_gb_in", watch.log_gb, "GB"),
        ("logs kept", "log_gb_month", watch.kept_log_gb, "GB-months"),
        ("alarms", "alarm_metric_month", watch.alarm_metrics, "metrics"),
        ("dashboard", "dashboard_month", watch.dashboards, "pieces"),
    )
