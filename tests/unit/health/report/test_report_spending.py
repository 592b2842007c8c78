"""What events cost: CloudWatch's sums times list prices, reckoned by hand."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from firelake.health.report.findings import Gap, Spending
from firelake.health.report.spending import spending_of
from firelake.plan.prices import Basis, Price, Prices

GB: Final = 1024**3


def prices(dollars: float) -> Prices:
    """Every unit of everything at one price."""
    keys = (
        *("kinesis.on_demand_gb_in", "kinesis.on_demand_gb_out", "firehose.ingested_gb"),
        *("firehose.converted_gb", "firehose.partitioned_gb"),
        *("firehose.partitioned_objects_thousand", "lambda.requests_million"),
        *("lambda.gb_s_arm64", "dynamodb.write_units_million", "dynamodb.read_units_million"),
        "s3.puts_and_lists_thousand",
    )
    return Prices(
        "us-east-1",
        date(2026, 11, 22),
        {
            key: Price(key=key, tiers=((float("inf"), dollars),), page="", basis=Basis.UNCONFIRMED)
            for key in keys
        },
    )


def spent(**sums: float) -> Spending:
    found = spending_of({name.replace("__", "."): value for name, value in sums.items()}, prices(2))
    assert isinstance(found, Spending)
    return found


def test_records_are_billed_rounded_up_by_each_service_in_its_own_steps() -> None:
    found = spent(
        DataReadFromKinesisStream__Bytes=1_500_000 * 1024.0,
        DataReadFromKinesisStream__Records=1024.0 * 1024,
    )
    known = {(line.service, line.what): line for line in found.lines if line.amount is not None}
    # A record of 1,465 bytes is 2 KB to Kinesis, and 5 KB to Firehose.
    assert known["Kinesis", "data in"].amount == pytest.approx(2)
    assert known["Kinesis", "data out"].dollars == pytest.approx(4)
    assert known["Firehose", "ingested"].amount == pytest.approx(5)
    assert known["Firehose", "converted to Parquet"].dollars == pytest.approx(10)
    assert len(known) == 4
    assert found.dollars == pytest.approx(28)
    assert not found.is_whole


def test_where_there_is_a_metric_of_everything_the_sum_is_whole() -> None:
    found = spent(
        DataReadFromKinesisStream__Bytes=1.0,
        DataReadFromKinesisStream__Records=1.0,
        SucceedProcessing__Bytes=3.0 * GB,
        DeliveryToS3__ObjectCount=500.0,
        Invocations=2e6,
        Duration=5000.0,
        ConsumedWriteCapacityUnits=4e6,
        ConsumedReadCapacityUnits=1e6,
    )
    assert found.is_whole
    amounts = {(line.service, line.what): line.amount for line in found.lines}
    dollars = {(line.service, line.what): line.dollars for line in found.lines}
    assert dollars["DynamoDB", "claims written"] == pytest.approx(8)
    assert dollars["S3", "objects written"] == pytest.approx(1)
    assert amounts["Firehose", "partitioned"] == 3
    assert amounts["S3", "objects written"] == 500
    # Five seconds at the default memory of 1 GB.
    assert amounts["Lambda", "memory by time"] == 5
    assert amounts["DynamoDB", "claims written"] == 4e6


def test_without_any_metric_it_is_a_gap() -> None:
    found = spending_of({}, prices(1))
    assert isinstance(found, Gap)
