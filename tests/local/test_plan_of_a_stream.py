"""A plan for what came into a living stream."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, cast

import pytest
from typer.testing import CliRunner

from firelake.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_kinesis import KinesisClient

    from tests.helpers.cloud_fixtures import Clouds

pytestmark = pytest.mark.local

RECORDS = 120
NAMES = ("account:of_no_contract", "session:of_no_contract", "session:of_no_contract")
EVENTS = 3


def record(number: int, now_s: float) -> bytes:
    """Events of one type, created a minute ago; every tenth record is that before it again."""
    number -= number % 10 // 9
    return b"".join(
        json.dumps(
            {
                "event_uuid": f"plan-{number}-{part}",
                "event_name": NAMES[number % len(NAMES)],
                "created_at": now_s - 60,
                "filling": "x" * 400,
            }
        ).encode()
        + b"\n"
        for part in range(EVENTS)
    )


@pytest.fixture
def stream(clouds: Clouds) -> Iterator[str]:
    """A stream of its own, as other tests send to the lake's."""
    kinesis = cast("KinesisClient", clouds("dev").clients.client("kinesis"))
    name = "events-to-plan-for"
    kinesis.create_stream(StreamName=name, ShardCount=2)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    yield name
    kinesis.delete_stream(StreamName=name)
    kinesis.get_waiter("stream_not_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})


def test_a_living_stream_is_measured(
    clouds: Clouds, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = clouds("dev")
    for name, value in cloud.environment().items():
        monkeypatch.setenv(name, value)
    kinesis = cast("KinesisClient", cloud.clients.client("kinesis"))
    now_s = time.time()
    kinesis.put_records(
        StreamName=stream,
        Records=[
            {"Data": record(number, now_s), "PartitionKey": f"key-{number}"}
            for number in range(RECORDS)
        ],
    )
    arguments = ["plan", "--from-stream", stream, "--sample-seconds", "60", "--json"]
    done = CliRunner().invoke(app, [*arguments, "--events-per-hour", "5000"])
    assert done.exit_code == 0, done.stderr
    workload: dict[str, Any] = json.loads(done.stdout)["workload"]
    assert workload["events_per_hour"] == 5000
    assert workload["events_per_record"] == EVENTS
    assert workload["type_shares"] == pytest.approx([2 / 3, 1 / 3], abs=0.05)
    assert workload["duplicates"] == pytest.approx(0.1)
    assert workload["event_bytes"] == pytest.approx(len(record(50, now_s)) / EVENTS, rel=0.01)
