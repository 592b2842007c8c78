"""A lake in memory with a clock of its own: whatever is planned happens when its time has come."""

from __future__ import annotations

import base64
import heapq
import json
from collections import defaultdict
from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from firelake.aws.backoff import Waiting
from firelake.contract.claim_schedule import ITEMS_ONLY, Schedule
from firelake.contract.in_force import IN_FORCE_KEY, SCHEDULE_NAME, Period, Windows
from firelake.failures.errors.lines import ErrorRecord, Place
from firelake.failures.errors.listing import ErrorObject
from firelake.failures.receipts import Receipt
from firelake.operations.lake_clock import LakeClock
from tests.fakes.claim_store import FULL_IDS, InMemoryClaimStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

    from firelake.failures.errors.lines import Unreadable
    from firelake.failures.errors.listing import Selection
    from firelake.failures.receipts import Entry
    from tests.simulation.rules import Identity

START_MS = 1_768_478_400_000
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


class Record(NamedTuple):
    """A record of the stream."""

    number: int
    arrived_ms: int
    data: bytes

    def as_invoked(self) -> dict[str, Any]:
        """It as Firehose hands it to the function."""
        return {
            "recordId": f"{self.number:06d}",
            "approximateArrivalTimestamp": self.arrived_ms,
            "data": base64.b64encode(self.data).decode(),
            "kinesisRecordMetadata": {
                "sequenceNumber": str(self.number),
                "subsequenceNumber": 0,
                "partitionKey": "key",
                "shardId": "shardId-000000000000",
                "approximateArrivalTimestamp": self.arrived_ms,
            },
        }


class Row(NamedTuple):
    """A row of the table, and where it stands."""

    event_type: str
    dt: str
    identity: Identity
    position: str


@dataclass
class Buffered:
    """A record's rows that Firehose holds.

    Attributes:
        data: The rows, a line each.
        partition: Where they go.
        entered_ms: When the function gave them.
        seen_from_ms: When `DataFreshness` begins to know of them.
    """

    data: bytes
    partition: tuple[str, str]
    entered_ms: int
    seen_from_ms: int


@dataclass
class Lake:
    """All that lasts.

    Attributes:
        now_ms: The time by AWS, Unix time in milliseconds.
        skew_s: How wrong the operator's clock is.
        windows: The settings that are deployed.
        version: Number of the contract that is deployed.
        told: The schedule of claims that is deployed.
        noted: The one that the function noted last; None before it ever ran.
        full_ids: How many ids fill a page.
        history: The rows of the table of history, in the order of their commits.
        watermark: The first day whose files the views read.
    """

    windows: Windows
    skew_s: float
    now_ms: int = START_MS
    version: int = 0
    rows: list[Row] = field(default_factory=list[Row])
    buffer: list[Buffered] = field(default_factory=list[Buffered])
    files: dict[tuple[str, str, str], list[Row]] = field(
        default_factory=dict[tuple[str, str, str], "list[Row]"]
    )
    errors: list[ErrorRecord] = field(default_factory=list[ErrorRecord])
    receipts: dict[str, Receipt] = field(default_factory=dict[str, Receipt])
    periods: dict[Windows, Period] = field(default_factory=dict[Windows, Period])
    sent: list[bytes] = field(default_factory=list[bytes])
    broken: list[str] = field(default_factory=list[str])
    told: Schedule = ITEMS_ONLY
    noted: Schedule | None = None
    full_ids: int = FULL_IDS
    history: list[Row] = field(default_factory=list[Row])
    watermark: str = "2025-12-01"

    def __post_init__(self) -> None:
        """Starts with nothing planned."""
        self.claims = InMemoryClaimStore(lambda: self.now_ms, full_ids=self.full_ids)
        self._planned: list[tuple[int, int, Callable[[], None]]] = []
        self._numbers = count()

    def plan(self, at_ms: int, action: Callable[[], None]) -> None:
        """Lets something happen, now at the earliest."""
        heapq.heappush(self._planned, (max(at_ms, self.now_ms), next(self._numbers), action))

    def advance(self, to_ms: int) -> None:
        """Lets all happen that is planned until then."""
        while self._planned and self._planned[0][0] <= to_ms:
            at_ms, _, action = heapq.heappop(self._planned)
            self.now_ms = max(self.now_ms, at_ms)
            action()
        self.now_ms = max(self.now_ms, to_ms)

    def finish(self) -> None:
        """Lets all happen that is planned."""
        while self._planned:
            self.advance(self._planned[0][0])

    def delivered_until_ms(self) -> int:
        """Until when everything is delivered, as far as the metric knows."""
        seen = (each.entered_ms for each in self.buffer if each.seen_from_ms <= self.now_ms)
        return min(seen, default=self.now_ms)

    def all_rows(self) -> list[Row]:
        """The rows of Firehose's files, of backfill's, and of history."""
        return self.file_rows() + self.history

    def file_rows(self) -> list[Row]:
        """The rows of Firehose's files and of backfill's."""
        return self.rows + [row for rows in self.files.values() for row in rows]

    def land(self, data: bytes, partition: tuple[str, str]) -> None:
        """Writes rows to a partition."""
        for line in data.splitlines():
            row = json.loads(line)
            identity = row["event_uuid"], row["event_name"], row["created_at"]
            self.rows.append(Row(*partition, identity, row["stream_position"]))

    def fail(self, error_type: str, data: bytes, arrived_ms: int) -> None:
        """Writes an error object of one record."""
        key = f"errors/type={error_type}/dt=2026-01-15/{len(self.errors):06d}"
        self.errors.append(
            ErrorRecord(
                place=Place(key, 1),
                error_type=error_type,
                code="",
                message="",
                arrived_ms=arrived_ms,
                data=data,
            )
        )

    # As replay and backfill see error objects and receipts.
    def objects(self, selection: Selection) -> Iterator[ErrorObject | Unreadable]:
        """List the error objects."""
        del selection
        for record in list(self.errors):
            yield ErrorObject(record.place.key, record.error_type, record.arrived_ms)

    def records(
        self, found: ErrorObject, selection: Selection
    ) -> Iterator[ErrorRecord | Unreadable]:
        """Read the record of an object."""
        del selection
        yield self.errors[int(found.key[-6:])]

    def read(self, errors_key: str) -> Receipt:
        """Give a receipt."""
        return self.receipts.get(errors_key, Receipt(errors_key, {}))

    def put_in(self, errors_key: str, entries: Mapping[str, Entry]) -> Receipt:
        """Put into a receipt."""
        merged = self.receipts[errors_key] = self.read(errors_key).merged(entries)
        return merged

    # As an operator's commands see the table of claims.
    def get_item(self, **_: object) -> dict[str, Any]:
        """The note of the settings in force, with the time of the answer."""
        headers = {"date": formatdate(self.now_ms / 1000, usegmt=True)}
        item: dict[str, Any] = {"event_uuid": {"S": IN_FORCE_KEY}}
        for windows, period in self.periods.items():
            item[windows.name] = {"N": str(period.last_ms)}
            item[windows.begun_name] = {"N": str(period.begun_ms)}
        if self.noted is not None:
            item[SCHEDULE_NAME] = {"S": str(self.noted)}
        return {"ResponseMetadata": {"HTTPHeaders": headers}, "Item": item}

    @property
    def machine_ms(self) -> int:
        """The operator's clock."""
        return self.now_ms + int(1000 * self.skew_s)

    def clock(self) -> LakeClock:
        """The clock of one command."""
        return LakeClock(
            cast("DynamoDBClient", self),
            "claims",
            readings=(lambda: self.now_ms / 1000 % 1e6, lambda: self.machine_ms / 1000),
            waiting=Waiting(lambda _: None, lambda: 0.0),
        )

    def identities(self, partitions: Iterable[tuple[str, str]]) -> set[Identity]:
        """The events that have a row in any of some partitions."""
        return identities_of(self.all_rows(), partitions)

    def shown(self) -> dict[tuple[str, str], set[Identity]]:
        """The events that are rows, by partition."""
        found: defaultdict[tuple[str, str], set[Identity]] = defaultdict(set)
        for row in self.all_rows():
            found[row.event_type, row.dt].add(row.identity)
        return found


def identities_of(rows: Iterable[Row], partitions: Iterable[tuple[str, str]]) -> set[Identity]:
    """The events that have a row in any of some partitions."""
    wanted = set(partitions)
    return {row.identity for row in rows if (row.event_type, row.dt) in wanted}
