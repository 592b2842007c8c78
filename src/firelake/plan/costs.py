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
    from firelake.plan.moves import MoveNeeds
    from firelake.plan.needs import Needs
    from firelake.plan.prices import Basis, Prices

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


def costs(needs: Needs, config: LakeConfig, prices: Prices) -> tuple[Cost, ...]:
    """Returns the lines of a month's bill, in the order of an event's way.

    Raises:
        InputError: The prices lack one.
    """
    by_service = {
        "Kinesis": _stream(needs),
        "Firehose": _delivery(needs),
        "Lambda": _function(needs, config),
        "DynamoDB": _claims(needs, config),
        "S3": _storage(needs),
        "Athena": _scanned(needs),
        "Step Functions": _steps(needs),
        "Glue": _catalog(needs),
        "CloudWatch": _watch(needs),
        "KMS": _key(needs),
        "EventBridge": _matched(needs),
    }
    return tuple(
        _cost(service, line, prices) for service, lines in by_service.items() for line in lines
    )


def asking_dollars(lines: tuple[Cost, ...]) -> float:
    """Returns what of a bill the typical questions cost."""
    return sum(line.dollars for line in lines if line.dimension in _OF_QUESTIONS)


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


def _stream(needs: Needs) -> Iterator[_Line]:
    stream = needs.stream
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


def _delivery(needs: Needs) -> Iterator[_Line]:
    delivery = needs.delivery
    rounded = f"each record rounded up to 5 KB: {delivery.unrounded_gb:,.2f} GB unrounded"
    by_rounded = "billed by the rounded records"
    by_rows = "rows before conversion, the dearer reading of the price page"
    objects = delivery.objects / 1000
    yield "ingested", "ingested_gb", delivery.ingested_gb, "GB", rounded
    yield "converted to Parquet", "converted_gb", delivery.ingested_gb, "GB", by_rounded
    yield "dynamic partitioning, data", "partitioned_gb", delivery.partitioned_gb, "GB", by_rows
    yield "dynamic partitioning, objects", "partitioned_objects_thousand", objects, "thousands"


def _function(needs: Needs, config: LakeConfig) -> Iterator[_Line]:
    memory = f"gb_s_{config.transform.architecture.value}"
    millions = needs.function.invocations / MILLION
    yield "invocations", "requests_million", millions, "millions"
    yield "memory by time", memory, needs.function.gb_s, "GB-seconds"
    if needs.moves is not None:
        millions = needs.moves.invocations / MILLION
        yield "moves, invocations", "requests_million", millions, "millions"
        yield "moves, memory by time", memory, needs.moves.function_gb_s, "GB-seconds"


def _claims(needs: Needs, config: LakeConfig) -> Iterator[_Line]:
    claims = needs.claims
    if claims is None:
        return
    suffix = "_ia" if config.claims.table_class is TableClass.INFREQUENT_ACCESS else ""
    if claims.mode is CapacityMode.ON_DEMAND:
        refused = claims.refused_write_units / MILLION
        new = claims.write_units / MILLION - refused
        why = "a refused conditional write is billed like one that succeeds"
        yield "claims written", f"write_units_million{suffix}", new, "millions"
        yield "refused writes of copies", f"write_units_million{suffix}", refused, "millions", why
        read = claims.read_units / MILLION
        yield "claims of copies read", f"read_units_million{suffix}", read, "millions"
    else:
        why = "as autoscaling sets it for the mean; refused writes of copies included"
        yield (
            "write capacity",
            f"write_unit_hour{suffix}",
            claims.write_unit_hours,
            "unit-hours",
            why,
        )
        yield "read capacity", f"read_unit_hour{suffix}", claims.read_unit_hours, "unit-hours"
    yield "claims kept", f"stored_gb_month{suffix}", claims.stored_gb, "GB-months"
    if config.claims.has_point_in_time_recovery:
        backups = "point-in-time recovery"
        yield backups, "point_in_time_gb_month", claims.stored_gb, "GB-months"


def _storage(needs: Needs) -> Iterator[_Line]:
    lake = needs.lake
    put, listed = lake.objects_a_month / 1000, lake.crawl_list_requests / 1000
    got = sum(each.files for each in lake.questions) * QUESTIONS_A_MONTH / 1000
    after = f"after {lake.kept_months:g} months; events/ never expires"
    yield "stored", "stored_gb_month", lake.events_gb + lake.raw_gb, "GB-months", after
    yield "objects written", "puts_and_lists_thousand", put, "thousands"
    yield "listed by the crawler", "puts_and_lists_thousand", listed, "thousands"
    yield _READ_BY_ATHENA, "gets_thousand", got, "thousands", "at least one request a file"
    if needs.moves is not None:
        got = needs.moves.get_requests / 1000
        yield "read by moves", "gets_thousand", got, "thousands", "three requests a file"


def _scanned(needs: Needs) -> Iterator[_Line]:
    billed = sum(each.billed_bytes for each in needs.lake.questions) * QUESTIONS_A_MONTH
    asked = f"three typical questions, each {QUESTIONS_A_MONTH} times"
    yield _SCANNED, "scanned_tb", billed / _TB_BYTES, "TB", asked
    if needs.moves is not None:
        moved = needs.moves.scanned_bytes * DAYS_A_MONTH / _TB_BYTES
        yield "scanned by moves", "scanned_tb", moved, "TB", _daily(needs.moves)


def _steps(needs: Needs) -> Iterator[_Line]:
    if needs.moves is not None:
        thousands, daily = needs.moves.transitions / 1000, _daily(needs.moves)
        yield "state transitions", "transitions_thousand", thousands, "thousands", daily


def _daily(moves: MoveNeeds) -> str:
    return f"a move a day, of {moves.files:,.0f} files by {moves.statements:,.0f} statements"


def _catalog(needs: Needs) -> Iterator[_Line]:
    kept = max(0.0, needs.lake.partitions - GLUE_FREE_PARTITIONS) / 1e5
    yield "crawler", "crawler_dpu_hour", needs.lake.crawl_dpu_hours, "DPU-hours"
    yield "partitions kept", "partitions_100_thousand", kept, "100 thousands"


def _watch(needs: Needs) -> Iterator[_Line]:
    watch = needs.watch
    yield "custom metrics", "metric_month", watch.metrics, "metrics"
    yield "logs written", "log_gb_in", watch.log_gb, "GB"
    yield "logs kept", "log_gb_month", watch.kept_log_gb, "GB-months"
    yield "alarms", "alarm_metric_month", watch.alarm_metrics, "metrics"
    yield "dashboard", "dashboard_month", watch.dashboards, "pieces"


def _key(needs: Needs) -> Iterator[_Line]:
    yield "key", "key_month", 1, "keys"
    yield "requests", "requests_ten_thousand", needs.watch.key_requests / 1e4, "ten thousands"


def _matched(needs: Needs) -> Iterator[_Line]:
    millions = needs.watch.matched_events / MILLION
    why = "the bucket tells of every object, so that an alarm sees those under errors/"
    yield "S3 events", "s3_events_million", millions, "millions", why
