"""Producers: client CPU and wall time an event, one event a call against calls of 500 and ours."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import boto3

from bench.claims_table import emulated_aws
from bench.measure import print_table, side_by_side
from bench.workload import EVENT_BYTES, make_events
from firelake.contract.layout import Granularity
from firelake.send.pack import PartitionJudge
from firelake.send.producer import Producer
from tests.helpers.contracts import LEARNING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_kinesis import KinesisClient

EVENTS = 10_000
SINGLE_EVENTS = 300
CALL_EVENTS = 500
ROUNDS = 5

Members = dict[str, Any]


def put_each(client: KinesisClient, stream: str, events: Sequence[Members]) -> int:
    """One call of PutRecord an event."""
    for event in events:
        client.put_record(
            StreamName=stream,
            Data=json.dumps(event).encode() + b"\n",
            PartitionKey=event["event_uuid"],
        )
    return len(events)


def put_by_hand(client: KinesisClient, stream: str, events: Sequence[Members]) -> int:
    """Calls of PutRecords of 500 events, as boto3's documentation shows them."""
    for start in range(0, len(events), CALL_EVENTS):
        answer = client.put_records(
            StreamName=stream,
            Records=[
                {"Data": json.dumps(event).encode() + b"\n", "PartitionKey": event["event_uuid"]}
                for event in events[start : start + CALL_EVENTS]
            ],
        )
        if answer.get("FailedRecordCount"):
            raise AssertionError(answer)
    return len(events)


def produced(producer: Producer, events: Sequence[Members]) -> int:
    """Every event by `send`, until Kinesis has it."""
    for event in events:
        producer.send(event)
    producer.flush()
    return len(events)


def main() -> None:
    """Prints the table."""
    made: list[Members] = [json.loads(event) for event in make_events(EVENTS)]
    judge = PartitionJudge(LEARNING, lateness_days=7, granularity=Granularity.DAY)
    with emulated_aws():
        client: KinesisClient = boto3.client("kinesis")  # pyright: ignore[reportUnknownMemberType] -- see transform.client
        client.create_stream(StreamName="bench", ShardCount=2)
        client.get_waiter("stream_exists").wait(StreamName="bench")
        with Producer("bench") as single, Producer("bench", pack=judge) as packed:
            ways: dict[str, Callable[[], int]] = {
                "put_record an event": lambda: put_each(client, "bench", made[:SINGLE_EVENTS]),
                "put_records of 500 by hand": lambda: put_by_hand(client, "bench", made),
                "Producer": lambda: produced(single, made),
                "Producer, packed": lambda: produced(packed, made),
            }
            begun_s = time.perf_counter()
            figures = side_by_side(ways, rounds=ROUNDS)
            took_s = time.perf_counter() - begun_s
    by_hand = figures["put_records of 500 by hand"]
    rows = [
        [
            name,
            f"{each.cpu_us:.1f}",
            f"{1 / each.cpu_ratio:.1f}",
            f"{by_hand.cpu_us / each.cpu_us:.2f}",
            f"{each.wall_us:.0f}",
        ]
        for name, each in figures.items()
    ]
    print_table(
        f"Producers: events of {EVENT_BYTES} bytes, medians of {ROUNDS} ({took_s:.0f} s)",
        ["way", "CPU us/event", "events/CPU s, x put_record", "x by hand", "wall us/event"],
        rows,
    )


if __name__ == "__main__":
    main()
