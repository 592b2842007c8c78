"""Tests of the metrics: facts 8."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firehose_emulator.errors import InvocationError
from firehose_emulator.metrics import Datum, Metric, Metrics, Unit
from firelake.infra.naming import Names
from firelake.infra.watch import metrics as watched
from tests.fakes.firehose_world import START_MS, FakeWorld
from tests.helpers.firehose_settings import settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> FakeWorld:
    return FakeWorld(settings(), tmp_path)


def test_values_of_a_minute_are_given_out_once() -> None:
    made = Metrics("delivery", "stream")
    for value in (3, 1, 2):
        made.add(Metric.DELIVERY_BYTES, value)
    made.add(Metric.INCOMING_RECORDS, 5)
    assert made.take(60_000) == [
        Datum(
            namespace="AWS/Firehose",
            metric=Metric.DELIVERY_BYTES,
            dimension=("DeliveryStreamName", "delivery"),
            unit=Unit.BYTES,
            at_ms=60_000,
            count=3,
            total=6,
            least=1,
            greatest=3,
        ),
        Datum(
            namespace="AWS/Kinesis",
            metric=Metric.INCOMING_RECORDS,
            dimension=("StreamName", "stream"),
            unit=Unit.COUNT,
            at_ms=60_000,
            count=1,
            total=5,
            least=5,
            greatest=5,
        ),
    ]
    assert made.take(120_000) == []


@pytest.mark.parametrize(
    ("metric", "unit"),
    [
        (Metric.DELIVERY_FRESHNESS, "Seconds"),
        (Metric.MILLIS_BEHIND_LATEST, "Milliseconds"),
        (Metric.EXECUTE_DURATION, "Milliseconds"),
        (Metric.READ_BYTES, "Bytes"),
        (Metric.PARTITIONS, "Count"),
    ],
)
def test_metrics_have_their_units(metric: Metric, unit: str) -> None:
    made = Metrics("delivery", "stream")
    made.add(metric, 1)
    assert [each.unit for each in made.take(0)] == [unit]


def test_metrics_are_published_once_a_minute(world: FakeWorld) -> None:
    world.put({"id": "a"})
    world.run(300)
    assert sorted({each.at_ms for each in world.metrics.data}) == [
        START_MS + minute * 60_000 for minute in range(1, 6)
    ]


def test_what_comes_and_goes_is_counted(world: FakeWorld) -> None:
    world.put({"id": "a"})
    world.put({"id": "b", "n": "oops"})
    world.put({"drop": True})
    world.put(b"no JSON")
    world.run(2000)
    totals = {
        "DataReadFromKinesisStream.Records": 4,
        "DataReadFromKinesisStream.Bytes": 11 + 24 + 14 + 7,
        "IncomingRecords": 4,
        "IncomingBytes": 11 + 24 + 14 + 7,
        "ExecuteProcessing.Success": 1,
        "SucceedProcessing.Records": 2,
        "SucceedProcessing.Bytes": 35,
        "SucceedConversion.Records": 1,
        "SucceedConversion.Bytes": 11,
        "FailedConversion.Records": 1,
        "FailedConversion.Bytes": 24,
        # Rows and error objects.
        "DeliveryToS3.Records": 3,
        "DeliveryToS3.ObjectCount": 3,
        "DeliveryToS3.Success": 3,
        "BackupToS3.Records": 4,
        "BackupToS3.Success": 1,
        "PartitionCountExceeded": 0,
    }
    assert {name: world.metrics.total(name) for name in totals} == totals
    assert world.metrics.total("DeliveryToS3.Bytes") == sum(
        len(each.body) for each in world.store.objects if not each.key.startswith("raw/")
    )


def test_a_failed_write_and_a_failed_call_lower_their_success(world: FakeWorld) -> None:
    world.put({"id": "a"})
    world.store.failures = 1
    world.function.failures = [InvocationError("failed", "Lambda.FunctionError")]
    world.run(2000)
    data = [each for each in world.metrics.data if each.metric == "DeliveryToS3.Success"]
    assert [(each.count, each.total, each.least) for each in data] == [(2, 1, 0)]
    assert world.metrics.total("ExecuteProcessing.Success") == 1


def test_freshness_is_told_only_when_something_was_delivered(world: FakeWorld) -> None:
    world.run(1000)
    assert "DeliveryToS3.DataFreshness" not in {name for _, name in world.metrics.names()}
    world.put({"id": "a"})
    world.run(1000)
    (point,) = [e for e in world.metrics.data if e.metric == "DeliveryToS3.DataFreshness"]
    # 30 s to the function, 300 s in the buffer, and the steps between.
    assert point.greatest == 332.0
    assert point.at_ms == START_MS + 1_380_000


def test_nothing_older_than_a_point_of_freshness_is_missing_at_its_moment(
    world: FakeWorld,
) -> None:
    """Whoever replays relies on it: all that arrived before moment minus value is in the lake."""
    arrivals: dict[str, int] = {}
    for index in range(400):
        arrivals[f"{index:03d}"] = world.now_ms
        world.put({"id": f"{index:03d}", "t": str(index % 7)})
        if index == 150:
            world.store.failures = 30
        known = len(world.metrics.data)
        world.run(7)
        there: set[str] = set()
        if len(world.metrics.data) > known:
            there = {row["id"] for row in world.rows()}
        for point in world.metrics.data[known:]:
            if point.metric == "DeliveryToS3.DataFreshness":
                until_ms = point.at_ms - point.greatest * 1000
                late = {name for name, arrival_ms in arrivals.items() if arrival_ms < until_ms}
                assert late - there == set()
    assert world.metrics.total("DeliveryToS3.DataFreshness") > 0


def test_every_metric_that_the_program_watches_of_firehose_has_a_name_here() -> None:
    names = Names(project="p", stack="s", account_id="123456789012", region="us-east-1")
    known = {metric.value for metric in Metric}
    for name in ("DeliveryToS3.DataFreshness", "KinesisMillisBehindLatest", "PartitionCount"):
        metric = watched.firehose(names, name)
        assert metric.namespace == "AWS/Firehose"
        assert metric.dimensions == (("DeliveryStreamName", "p-s-delivery"),)
        assert name in known
    assert watched.kinesis(names, "IncomingRecords").namespace == "AWS/Kinesis"
