"""The monthly bill: every dimension of every service, its quantity, its price, and the sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.infra.config_setting import CapacityMode
from firelake.infra.target import Architecture
from firelake.plan.limits import GLUE_FREE_PARTITIONS
from firelake.plan.units import HOURS_A_MONTH, MILLION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.infra.config import LakeConfig
    from firelake.plan.claims import ClaimsNeeds
    from firelake.plan.delivery import DeliveryNeeds
    from firelake.plan.function import FunctionNeeds
    from firelake.plan.lake import LakeNeeds
    from firelake.plan.prices import Price, Prices
    from firelake.plan.stream import StreamNeeds
    from firelake.plan.watch import WatchNeeds

_TB_BYTES = 1e12
# What a lake that is used sees: each of the three questions ten times a day.
QUESTIONS_A_MONTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One line of the bill.

    Attributes:
        service: The service.
        dimension: What is billed.
        quantity: A month's amount.
        unit: Unit of the amount.
        dollars: What it costs in a month.
        price: The price, with its page.
        note: What it hangs on; empty where that is plain.
    """

    service: str
    dimension: str
    quantity: float
    unit: str
    dollars: float
    price: Price
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What every service takes."""

    stream: StreamNeeds
    function: FunctionNeeds
    claims: ClaimsNeeds | None
    delivery: DeliveryNeeds
    lake: LakeNeeds
    watch: WatchNeeds


@dataclass(frozen=True, slots=True)
class Bill:
    """Makes lines of a bill from prices."""

    prices: Prices

    def line(  # noqa: PLR0913, PLR0917 -- the columns of a bill
        self, service: str, dimension: str, quantity: float, unit: str, key: str, note: str = ""
    ) -> Cost:
        """Give one line."""
        price = self.prices[key]
        return Cost(
            service=service,
            dimension=dimension,
            quantity=quantity,
            unit=unit,
            dollars=price.cost(quantity),
            price=price,
            note=note,
        )


def costs(needs: Needs, config: LakeConfig, prices: Prices) -> tuple[Cost, ...]:
    """List what a month costs.

    Args:
        needs: What every service takes.
        config: Modes and architecture.
        prices: What a unit costs.

    Raises:
        InputError: The prices lack one.
    """
    bill = Bill(prices)
    return (
        *stream_costs(needs.stream, bill),
        *_delivery(needs.delivery, bill),
        *_function(needs.function, config, bill),
        *(() if needs.claims is None else claims_costs(needs.claims, config, prices)),
        *_lake(needs.lake, bill),
        *_watch(needs.watch, bill),
    )


def total(lines: tuple[Cost, ...]) -> float:
    """Add up a bill."""
    return sum(line.dollars for line in lines)


def stream_costs(stream: StreamNeeds, bill: Bill) -> Iterator[Cost]:
    """List what the stream costs in its mode."""
    service = "Kinesis"
    if stream.mode is CapacityMode.ON_DEMAND:
        yield bill.line(service, "stream", HOURS_A_MONTH, "hours", "kinesis.on_demand_stream_hour")
        yield bill.line(
            service,
            "data in",
            stream.billed_gb,
            "GB",
            "kinesis.on_demand_gb_in",
            "each record rounded up to 1 KB",
        )
        yield bill.line(service, "data out", stream.read_gb, "GB", "kinesis.on_demand_gb_out")
        yield bill.line(
            service,
            "kept beyond a day",
            stream.extended_gb,
            "GB-months",
            "kinesis.on_demand_extended_gb_month",
        )
    else:
        hours = stream.shards * HOURS_A_MONTH
        yield bill.line(service, "shards", hours, "shard-hours", "kinesis.shard_hour")
        yield bill.line(
            service,
            "PUT units",
            stream.put_units / MILLION,
            "millions",
            "kinesis.put_unit_million",
            "25 KB each",
        )
        if stream.extended_gb:
            yield bill.line(
                service, "kept beyond a day", hours, "shard-hours", "kinesis.extended_shard_hour"
            )
    if stream.long_term_gb:
        yield bill.line(
            service,
            "kept beyond a week",
            stream.long_term_gb,
            "GB-months",
            "kinesis.long_term_gb_month",
        )


def _delivery(delivery: DeliveryNeeds, bill: Bill) -> Iterator[Cost]:
    service = "Firehose"
    rounded = f"each record rounded up to 5 KB: {delivery.unrounded_gb:,.2f} GB unrounded"
    yield bill.line(
        service, "ingested", delivery.ingested_gb, "GB", "firehose.ingested_gb", rounded
    )
    yield bill.line(
        service,
        "converted to Parquet",
        delivery.ingested_gb,
        "GB",
        "firehose.converted_gb",
        "billed by the rounded records",
    )
    yield bill.line(
        service,
        "dynamic partitioning, data",
        delivery.partitioned_gb,
        "GB",
        "firehose.partitioned_gb",
        "rows before conversion, the dearer reading of the price page",
    )
    yield bill.line(
        service,
        "dynamic partitioning, objects",
        delivery.objects / 1000,
        "thousands",
        "firehose.partitioned_objects_thousand",
    )


def _function(function: FunctionNeeds, config: LakeConfig, bill: Bill) -> Iterator[Cost]:
    architecture = "arm64" if config.transform.architecture is Architecture.ARM64 else "x86_64"
    yield bill.line(
        "Lambda",
        "invocations",
        function.invocations / MILLION,
        "millions",
        "lambda.requests_million",
    )
    yield bill.line(
        "Lambda", "memory by time", function.gb_s, "GB-seconds", f"lambda.gb_s_{architecture}"
    )


def claims_costs(claims: ClaimsNeeds, config: LakeConfig, prices: Prices) -> Iterator[Cost]:
    """List what the claims cost in their mode.

    Args:
        claims: What they take.
        config: Whether there are backups.
        prices: What a unit costs.
    """
    bill, service = Bill(prices), "DynamoDB"
    if claims.mode is CapacityMode.ON_DEMAND:
        new = claims.write_units - claims.refused_write_units
        key = "dynamodb.write_units_million"
        yield bill.line(service, "claims written", new / MILLION, "millions", key)
        yield bill.line(
            service,
            "refused writes of copies",
            claims.refused_write_units / MILLION,
            "millions",
            key,
            "a refused conditional write is billed like one that succeeds",
        )
        yield bill.line(
            service,
            "claims of copies read",
            claims.read_units / MILLION,
            "millions",
            "dynamodb.read_units_million",
        )
    else:
        yield bill.line(
            service,
            "write capacity",
            claims.write_unit_hours,
            "unit-hours",
            "dynamodb.write_unit_hour",
            "as autoscaling sets it for the mean; refused writes of copies included",
        )
        yield bill.line(
            service,
            "read capacity",
            claims.read_unit_hours,
            "unit-hours",
            "dynamodb.read_unit_hour",
        )
    yield bill.line(
        service, "claims kept", claims.stored_gb, "GB-months", "dynamodb.stored_gb_month"
    )
    if config.claims.has_point_in_time_recovery:
        yield bill.line(
            service,
            "point-in-time recovery",
            claims.stored_gb,
            "GB-months",
            "dynamodb.point_in_time_gb_month",
        )


def _lake(lake: LakeNeeds, bill: Bill) -> Iterator[Cost]:
    yield bill.line(
        "S3",
        "stored",
        lake.events_gb + lake.raw_gb,
        "GB-months",
        "s3.stored_gb_month",
        f"after {lake.kept_months:g} months; events/ never expires",
    )
    yield bill.line(
        "S3",
        "objects written",
        lake.objects_a_month / 1000,
        "thousands",
        "s3.puts_and_lists_thousand",
    )
    yield bill.line(
        "S3",
        "listed by the crawler",
        lake.crawl_list_requests / 1000,
        "thousands",
        "s3.puts_and_lists_thousand",
    )
    yield bill.line(
        "S3",
        "read by Athena",
        sum(each.files for each in lake.questions) * QUESTIONS_A_MONTH / 1000,
        "thousands",
        "s3.gets_thousand",
        "at least one request a file",
    )
    yield bill.line(
        "Athena",
        "scanned",
        sum(each.billed_bytes for each in lake.questions) * QUESTIONS_A_MONTH / _TB_BYTES,
        "TB",
        "athena.scanned_tb",
        f"three typical questions, each {QUESTIONS_A_MONTH} times",
    )
    yield bill.line("Glue", "crawler", lake.crawl_dpu_hours, "DPU-hours", "glue.crawler_dpu_hour")
    yield bill.line(
        "Glue",
        "partitions kept",
        max(0.0, lake.partitions - GLUE_FREE_PARTITIONS) / 1e5,
        "100 thousands",
        "glue.partitions_100_thousand",
    )


def _watch(watch: WatchNeeds, bill: Bill) -> Iterator[Cost]:
    service = "CloudWatch"
    yield bill.line(service, "custom metrics", watch.metrics, "metrics", "cloudwatch.metric_month")
    yield bill.line(service, "logs written", watch.log_gb, "GB", "cloudwatch.log_gb_in")
    yield bill.line(service, "logs kept", watch.kept_log_gb, "GB-months", "cloudwatch.log_gb_month")
    yield bill.line(
        service, "alarms", watch.alarm_metrics, "metrics", "cloudwatch.alarm_metric_month"
    )
    yield bill.line(service, "dashboard", watch.dashboards, "pieces", "cloudwatch.dashboard_month")
    yield bill.line("KMS", "key", 1, "keys", "kms.key_month")
    yield bill.line(
        "KMS", "requests", watch.key_requests / 10_000, "ten thousands", "kms.requests_ten_thousand"
    )
    yield bill.line(
        "EventBridge",
        "S3 events",
        watch.matched_events / MILLION,
        "millions",
        "eventbridge.s3_events_million",
        "the bucket tells of every object, so that an alarm sees those under errors/",
    )
