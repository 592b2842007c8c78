"""The function put together without AWS, and invocations for it."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from firelake.transform.handler import Clock, Transform
from firelake.transform.settings import Settings
from tests.fakes.claim_store import InMemoryClaimStore
from tests.fakes.clock import FakeClock
from tests.helpers.transform_parts import ARRIVED_MS, learning_reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firelake.transform.claims import ClaimStore
    from firelake.transform.events import EventReader
    from firelake.transform.records import Answer

SHARD_ID = "shardId-000000000000"
_NUMBERS = count()


def record_of(
    data: bytes | str, number: int, *, record_id: str | None = None, arrived_ms: int = ARRIVED_MS
) -> dict[str, Any]:
    """A record of an invocation, its place in the stream given by a number."""
    payload = data if isinstance(data, bytes) else data.encode()
    return {
        "recordId": f"{number:056d}000000" if record_id is None else record_id,
        "approximateArrivalTimestamp": arrived_ms,
        "data": base64.b64encode(payload).decode(),
        "kinesisRecordMetadata": {
            "sequenceNumber": str(number),
            "subsequenceNumber": 0,
            "partitionKey": "key",
            "shardId": SHARD_ID,
            "approximateArrivalTimestamp": arrived_ms,
        },
    }


def invocation_of(
    payloads: Iterable[bytes | str], *, start: int = 1, invocation_id: str = "invocation-1"
) -> dict[str, Any]:
    """An invocation with these payloads one after the other in the stream."""
    return {
        "invocationId": invocation_id,
        "sourceKinesisStreamArn": "arn:aws:kinesis:us-east-1:111122223333:stream/events",
        "deliveryStreamArn": "arn:aws:firehose:us-east-1:111122223333:deliverystream/events",
        "region": "us-east-1",
        "records": [record_of(data, start + index) for index, data in enumerate(payloads)],
    }


def rows_in(answer: Answer) -> list[dict[str, Any]]:
    """The rows of an answer, decoded."""
    lines = base64.b64decode(answer.get("data", ""), validate=True).split(b"\n")
    return [json.loads(line) for line in lines]


@dataclass(slots=True)
class Function:
    """The function with claims in memory, a clock moved by hand and a log to be read.

    Attributes:
        store: Where the claims are.
        clock: The clock of function and store.
        reader: Reads records by the shipped contract, unless given otherwise.
        log: What the function logged, a JSON object a line.
        service: Name of the log and dimension of the metrics; another for each, as a logger is one
            per name and process.
    """

    clock: FakeClock = field(default_factory=lambda: FakeClock(ARRIVED_MS + 30_000))
    store: ClaimStore | None = None
    reader: EventReader = field(default_factory=learning_reader)
    log: io.StringIO = field(default_factory=io.StringIO)
    service: str = field(default_factory=lambda: f"firelake-test-{next(_NUMBERS)}")

    def __post_init__(self) -> None:
        if self.store is None:
            self.store = InMemoryClaimStore(self.clock.read)

    def call(self, event: dict[str, Any], time_left_s: float = 60.0) -> list[Answer]:
        """The answers to one invocation."""
        return self.transform().answer(event, time_left_s)["records"]

    def results(self, event: dict[str, Any]) -> list[str]:
        """What became of each record of one invocation."""
        return [answer["result"] for answer in self.call(event)]

    def transform(self) -> Transform:
        """The function itself, as of a new process."""
        store = self.store
        assert store is not None
        return Transform(
            Settings(claims_table="claims"),
            self.reader,
            lambda _expired: store,
            Logger(service=self.service, stream=self.log),
            Clock(
                now_ms=self.clock.read,
                monotonic_s=lambda: self.clock.now_ms / 1000,
                sleep=self.clock.sleep,
                jitter=lambda: 0.5,
            ),
        )

    def logged(self) -> list[dict[str, Any]]:
        """The lines of the log so far."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    def claimed(self, event_uuids: Sequence[str]) -> list[bool]:
        """Whether each of these ids has a claim."""
        assert self.store is not None
        found = self.store.read(event_uuids)
        return [found[event_uuid] is not None for event_uuid in event_uuids]
