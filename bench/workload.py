"""The events that the benchmarks are fed with: of the example contract, the same by seed."""

from __future__ import annotations

import base64
import json
import random
import time
import uuid
from typing import TYPE_CHECKING, Any

from firelake.contract.types import FieldType, Kind
from tests.helpers.contracts import LEARNING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.contract.events import Event, EventContract

EVENT_BYTES = 700

_SAMPLES: dict[Kind, Any] = {
    Kind.STRING: "a1b2c3d4-lesson",
    Kind.BIGINT: 1284,
    Kind.DOUBLE: 0.875,
    Kind.BOOLEAN: True,
    Kind.DECIMAL: "0.5",
    Kind.TIMESTAMP: "2026-03-02T10:15:30.250Z",
    Kind.DATE: "2026-03-02",
    Kind.JSON: {"variant": "b", "weights": [1, 2, 3]},
}


def make_events(count: int, seed: int = 1, *, event_bytes: int = EVENT_BYTES) -> list[bytes]:
    """Makes valid events, each with a fresh id, filled up to a size with a text field.

    Args:
        count: How many.
        seed: The same seed gives the same events, but for their creation times.
        event_bytes: Size of each, at least, in bytes.
    """
    contract, chance = LEARNING, random.Random(seed)
    events = [event for event in contract.events.values() if "user_id" in event.fields]
    now_s = time.time()
    return [
        _fill(_event(chance.choice(events), contract, chance, now_s), event_bytes)
        for _ in range(count)
    ]


def _event(
    event: Event, contract: EventContract, chance: random.Random, now_s: float
) -> dict[str, Any]:
    members: dict[str, Any] = {
        "event_uuid": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "event_name": event.name,
        "created_at": round(now_s - 60 * chance.random(), 3),
    }
    for name in event.fields:
        if contract.fields[name].since < contract.version:
            members[name] = _sample(contract.fields[name].type)
    return members


def _sample(field_type: FieldType) -> object:
    if field_type.is_map:
        return dict.fromkeys("abc", _sample(field_type.member))
    if field_type.is_array:
        return [_sample(field_type.member)] * 3
    return _SAMPLES[field_type.kind]


def _fill(members: dict[str, Any], event_bytes: int) -> bytes:
    missing = event_bytes - len(json.dumps(members, separators=(",", ":")))
    members["user_id"] += "x" * max(0, missing)
    return json.dumps(members, separators=(",", ":")).encode() + b"\n"


def pack(events: Sequence[bytes], events_per_record: int) -> list[bytes]:
    """Joins events to packed records, each of one partition."""
    by_type: dict[str, list[bytes]] = {}
    for event in events:
        by_type.setdefault(json.loads(event)["event_name"].split(":")[0], []).append(event)
    return [
        b"".join(of_type[start : start + events_per_record])
        for of_type in by_type.values()
        for start in range(0, len(of_type), events_per_record)
    ]


def invocation(records: Sequence[bytes], first: int = 0) -> dict[str, Any]:
    """What Firehose hands to the function for these records.

    Args:
        records: Their data.
        first: Where in the stream they begin, so that two invocations differ.
    """
    now_ms = time.time_ns() // 1_000_000
    return {
        "invocationId": str(uuid.UUID(int=first)),
        "deliveryStreamArn": "arn:aws:firehose:us-east-1:111122223333:deliverystream/bench",
        "sourceKinesisStreamArn": "arn:aws:kinesis:us-east-1:111122223333:stream/bench",
        "region": "us-east-1",
        "records": [_record(data, first + index, now_ms) for index, data in enumerate(records)],
    }


def _record(data: bytes, index: int, now_ms: int) -> dict[str, Any]:
    sequence_number = f"49615332175504399275388999519764255559777264{index:012d}"
    return {
        "recordId": f"{sequence_number}000000",
        "approximateArrivalTimestamp": now_ms,
        "data": base64.b64encode(data).decode(),
        "kinesisRecordMetadata": {
            "sequenceNumber": sequence_number,
            "subsequenceNumber": 0,
            "partitionKey": "bench",
            "shardId": "shardId-000000000000",
            "approximateArrivalTimestamp": now_ms,
        },
    }
