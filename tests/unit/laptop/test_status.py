"""The status tells what CloudWatch and the bucket have, and where they have nothing."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from typer.testing import CliRunner

from firelake.cli.app import app
from firelake.cli.commands import status as command
from firelake.laptop.running import Running, StateFolder
from firelake.laptop.status import Size, Status, status_of
from firelake.local.processes import ProcessIdentity, identify

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

START = datetime(2026, 11, 1, 12, 0, 30, tzinfo=UTC)
NOW = START + timedelta(minutes=5)
RUNNING = Running(
    process=ProcessIdentity(1, "then"),
    stack="dev",
    since_s=int(START.timestamp()),
    environment={
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "FIRELAKE_STREAM": "events",
        "FIRELAKE_DELIVERY_STREAM": "delivery",
        "FIRELAKE_BUCKET": "lake",
    },
)


@dataclass(slots=True)
class FakeCalls:
    """A cloud whose metrics are data points by name, in minutes after the start."""

    metrics: Mapping[str, Mapping[int, float]] = field(
        default_factory=dict[str, "Mapping[int, float]"]
    )
    objects: Mapping[str, int] = field(default_factory=dict[str, int])
    asked: list[Mapping[str, object]] = field(default_factory=list["Mapping[str, object]"])

    def call(
        self, service: str, operation: str, parameters: Mapping[str, object]
    ) -> dict[str, Any]:
        assert (service, operation) == ("cloudwatch", "GetMetricStatistics")
        self.asked.append(parameters)
        namespace, dimensions = parameters["Namespace"], parameters["Dimensions"]
        assert (namespace, dimensions) in (
            ("AWS/Kinesis", [{"Name": "StreamName", "Value": "events"}]),
            ("AWS/Firehose", [{"Name": "DeliveryStreamName", "Value": "delivery"}]),
        )
        (statistic,) = cast("list[str]", parameters["Statistics"])
        points = self.metrics.get(f"{namespace} {parameters['MetricName']} {statistic}", {})
        # As CloudWatch, in no order.
        return {
            "Datapoints": [
                {"Timestamp": START + timedelta(minutes=minute), statistic: value}
                for minute, value in sorted(points.items(), reverse=True)
            ]
        }

    def pages(
        self, service: str, operation: str, parameters: Mapping[str, object], key: str
    ) -> list[dict[str, Any]]:
        assert (service, operation, key) == ("s3", "ListObjectsV2", "Contents")
        assert parameters == {"Bucket": "lake"}
        return [{"Key": name, "Size": size} for name, size in self.objects.items()]

    def status(self, now: datetime = NOW) -> Status:
        return status_of(RUNNING, self, is_delivering=True, now_s=now.timestamp())


def test_counts_are_sums_of_all_time_and_states_are_of_the_newest_minute() -> None:
    status = FakeCalls(
        {
            "AWS/Kinesis IncomingRecords Sum": {0: 10, 1: 5},
            "AWS/Kinesis IncomingBytes Sum": {0: 1000},
            "AWS/Firehose KinesisMillisBehindLatest Maximum": {2: 70, 3: 40},
            "AWS/Firehose DataReadFromKinesisStream.Records Sum": {1: 14},
            "AWS/Firehose DeliveryToS3.Records Sum": {1: 6, 2: 7},
            "AWS/Firehose FailedConversion.Records Sum": {1: 0},
            "AWS/Firehose DeliveryToS3.DataFreshness Maximum": {1: 300, 2: 12.5},
            "AWS/Firehose DeliveryToS3.Success Average": {1: 1, 2: 0.5},
            "AWS/Firehose PartitionCount Maximum": {1: 30, 2: 20},
        }
    ).status()
    assert (status.stack, status.endpoint) == ("dev", "http://127.0.0.1:4566")
    assert status.stream.name == "events"
    assert status.stream.incoming_records == 15
    assert status.stream.incoming_bytes == 1000
    assert status.stream.millis_behind_latest == 40
    assert status.delivery.name == "delivery"
    assert status.delivery.is_running is True
    assert status.delivery.read_records == 14
    assert status.delivery.delivered_records == 13
    assert status.delivery.not_converted_records == 0
    assert status.delivery.data_freshness_s == 12.5
    assert status.delivery.success == 0.5
    assert status.delivery.partitions == 20


def test_what_cloudwatch_does_not_have_is_not_taken_for_zero() -> None:
    status = FakeCalls().status()
    assert status.stream.incoming_records is None
    assert status.delivery.data_freshness_s is None
    assert status.delivery.partitions is None


@pytest.mark.parametrize(
    ("minutes", "told"), [(15, 7.0), (16, None)], ids=["just recent", "too old"]
)
def test_an_old_data_point_does_not_tell_how_it_is_now(minutes: int, told: float | None) -> None:
    calls = FakeCalls({"AWS/Firehose DeliveryToS3.DataFreshness Maximum": {0: 7.0}})
    assert calls.status(START + timedelta(minutes=minutes)).delivery.data_freshness_s == told


@pytest.mark.parametrize(
    ("age", "period_s"),
    [(timedelta(minutes=5), 60), (timedelta(days=1), 120), (timedelta(days=30), 1860)],
    ids=["minutes", "a day", "a month"],
)
def test_no_question_is_for_more_points_than_cloudwatch_answers(
    age: timedelta, period_s: int
) -> None:
    calls = FakeCalls()
    calls.status(START + age)
    assert {question["Period"] for question in calls.asked} == {period_s}
    assert {question["StartTime"] for question in calls.asked} == {START.replace(second=0)}
    for question in calls.asked:
        start, end = question["StartTime"], question["EndTime"]
        assert isinstance(start, datetime)
        assert isinstance(end, datetime)
        assert START + age < end
        assert (end - start) / timedelta(seconds=period_s) <= 1440


def test_objects_are_counted_by_prefix_and_errors_by_type() -> None:
    status = FakeCalls(
        objects={
            "events/event_type=a/dt=2026-11-01/1.parquet": 10,
            "events/event_type=b/dt=2026-11-01/2.parquet": 20,
            "raw/dt=2026-11-01/hour=12/3.gz": 5,
            "errors/type=processing-failed/dt=2026-11-01/4": 7,
            "errors/type=processing-failed/dt=2026-11-02/5": 8,
            "errors/type=format-conversion-failed/dt=2026-11-02/6": 1,
            "errors/something-else": 2,
            "errors-replayed/type=processing-failed/dt=2026-11-01/4": 3,
            "stray": 4,
        }
    ).status()
    assert status.prefixes == (
        Size(name="errors-replayed/", objects=1, bytes=3),
        Size(name="errors/", objects=4, bytes=18),
        Size(name="events/", objects=2, bytes=30),
        Size(name="raw/", objects=1, bytes=5),
        Size(name="stray", objects=1, bytes=4),
    )
    assert status.errors == (
        Size(name="format-conversion-failed", objects=1, bytes=1),
        Size(name="processing-failed", objects=2, bytes=15),
        Size(name="unknown", objects=1, bytes=2),
    )


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StateFolder:
    monkeypatch.setenv("FIRELAKE_STATE", str(tmp_path))
    folder = StateFolder(tmp_path)
    folder.make()
    return folder


@pytest.fixture
def running(state: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = FakeCalls(
        metrics={"AWS/Kinesis IncomingRecords Sum": {0: 1234}},
        objects={"events/a": 5000, "errors/type=processing-failed/dt=2026-11-01/\x1b[2J": 1},
    )

    def ask(_running: Running) -> Status:
        return calls.status()

    monkeypatch.setattr(command, "_ask", ask)
    process = identify(os.getpid())
    assert process is not None
    state.write(Running(process=process, stack="dev", since_s=0, environment=RUNNING.environment))


@pytest.mark.usefixtures("running")
def test_people_get_tables() -> None:
    shown = CliRunner().invoke(app, ["status"])
    cells = [
        [cell.strip() for cell in line.strip("\u2502").split("\u2502")]
        for line in shown.stdout.splitlines()
    ]
    assert shown.exit_code == 0
    assert ["since", "2026-11-01 12:00:30 UTC"] in cells
    assert ["records in", "1,234"] in cells
    assert ["delivery", "delivery, runs"] in cells
    assert ["records read", "no data yet"] in cells
    assert ["events/", "1", "5,000"] in cells
    assert ["processing-failed", "1", "1"] in cells


@pytest.mark.usefixtures("running")
def test_programs_get_json() -> None:
    shown = CliRunner().invoke(app, ["status", "--json"])
    status = json.loads(shown.stdout)
    assert shown.exit_code == 0
    assert (status["is_running"], status["is_ready"]) == (True, True)
    assert status["stream"]["incoming_records"] == 1234
    assert status["prefixes"][1] == {"name": "events/", "objects": 1, "bytes": 5000}


@pytest.mark.usefixtures("state")
def test_that_nothing_runs_is_told_by_the_exit_code_too() -> None:
    shown = CliRunner().invoke(app, ["status"])
    assert (shown.exit_code, shown.stdout) == (1, "no embedded cloud runs\n")
    shown = CliRunner().invoke(app, ["status", "--json"])
    assert shown.exit_code == 1
    assert json.loads(shown.stdout) == {"is_running": False, "is_ready": False}


def test_a_cloud_that_is_starting_is_told(state: StateFolder) -> None:
    process = identify(os.getpid())
    assert process is not None
    state.write(Running(process=process, stack="dev", since_s=0))
    shown = CliRunner().invoke(app, ["status"])
    assert (shown.exit_code, shown.stdout) == (1, "starting\n")
