"""The world of a delivery in memory: a stream, a function, S3, Glue, CloudWatch and a clock."""

from __future__ import annotations

import base64
import gzip
import io
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, cast

import pyarrow.parquet as pq

from firehose_emulator.delivery import Delivery
from firehose_emulator.errors import ExpiredIteratorError, InvocationError, SourceError, StoreError
from firehose_emulator.ports import Page, Ports
from firehose_emulator.records import KinesisRecord
from firelake.formats.columns import Column
from tests.fakes.inline_executor import InlineExecutor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from firehose_emulator.metrics import Datum
    from firehose_emulator.settings import DeliverySettings
    from firelake.formats.errors import SchemaError

START_MS = 1_790_000_000_000  # 2026-09-21T14:13:20Z
SHARD = "shardId-000000000000"


class Crash(BaseException):
    """The process ends here, as by kill -9."""


@dataclass
class FakeStream:
    """Kinesis: shards as lists of records. An iterator is `<shard>/<position>`."""

    shards: dict[str, list[KinesisRecord]] = field(default_factory=lambda: {SHARD: []})
    closed: set[str] = field(default_factory=set[str])
    page_size: int = 10_000
    failures: int = 0
    expired: int = 0
    is_lagging: bool = False
    limits: list[int] = field(default_factory=list[int])

    def put(
        self, data: bytes, arrival_ms: int, shard_id: str = SHARD, partition_key: str = "key"
    ) -> KinesisRecord:
        records = self.shards.setdefault(shard_id, [])
        record = KinesisRecord(str(1000 + len(records)), partition_key, arrival_ms, data)
        records.append(record)
        return record

    def shard_ids(self) -> Sequence[str]:
        self._fail()
        return list(self.shards)

    def iterator(self, shard_id: str, *, after: str | None, since_ms: int) -> str:
        self._fail()
        records = self.shards[shard_id]
        if after is not None:
            return f"{shard_id}/{int(after) - 1000 + 1}"
        first = next((i for i, each in enumerate(records) if each.arrival_ms >= since_ms), None)
        return f"{shard_id}/{len(records) if first is None else first}"

    def page(self, iterator: str, limit: int) -> Page:
        self.limits.append(limit)
        self._fail()
        if self.expired:
            self.expired -= 1
            message = "the iterator is older than five minutes"
            raise ExpiredIteratorError(message)
        shard_id, _, position = iterator.rpartition("/")
        start = int(position)
        records = self.shards[shard_id][start : start + min(limit, self.page_size)]
        end = start + len(records)
        is_at_end = end == len(self.shards[shard_id])
        following = None if is_at_end and shard_id in self.closed else f"{shard_id}/{end}"
        behind_ms = 5000 if self.is_lagging or not is_at_end else 0
        return Page(records, following, behind_ms)

    def _fail(self) -> None:
        if self.failures:
            self.failures -= 1
            message = "Kinesis is not there"
            raise SourceError(message)


Answer = dict[str, Any]


@dataclass
class FakeFunction:
    """The function: by default every record passes as it is, partitioned by its `t` and `d`.

    `respond` makes the whole answer; `answer` that of one record, from its entry and its data.
    `failures` are raised before anything else, the first first.
    """

    answer: Callable[[Answer, bytes], Answer | None] | None = None
    respond: Callable[[Answer], bytes] | None = None
    failures: list[InvocationError] = field(default_factory=list[InvocationError])
    events: list[Answer] = field(default_factory=list[Answer])

    def invoke(self, payload: bytes) -> bytes:
        event = json.loads(payload)
        self.events.append(event)
        if self.failures:
            raise self.failures.pop(0)
        if self.respond is not None:
            return self.respond(event)
        answer = self.answer or passes
        answers = [answer(each, base64.b64decode(each["data"])) for each in event["records"]]
        return json.dumps({"records": [each for each in answers if each is not None]}).encode()


def passes(entry: Answer, data: bytes) -> Answer:
    """Lets a record pass as it is; what is no JSON object is `ProcessingFailed`."""
    try:
        row = json.loads(data)
    except ValueError:
        return {"recordId": entry["recordId"], "result": "ProcessingFailed"}
    if row.get("drop"):
        return {"recordId": entry["recordId"], "result": "Dropped"}
    keys = {"event_type": row.get("t", "account"), "dt": row.get("d", "2026-09-21")}
    return {
        "recordId": entry["recordId"],
        "result": "Ok",
        "data": entry["data"],
        "metadata": {"partitionKeys": keys},
    }


@dataclass
class StoredObject:
    """An object in S3."""

    key: str
    body: bytes
    content_encoding: str | None

    def rows(self) -> list[dict[str, Any]]:
        """The rows of a Parquet file, nulls left out."""
        read = cast("Any", pq).read_table
        rows: list[dict[str, Any]] = read(io.BytesIO(self.body)).to_pylist()
        return [{key: value for key, value in row.items() if value is not None} for row in rows]

    def lines(self) -> list[dict[str, Any]]:
        """The lines of an error object."""
        return [json.loads(line) for line in self.body.splitlines()]

    def text(self) -> bytes:
        """The content of a gzipped object."""
        return gzip.decompress(self.body)


@dataclass
class FakeStore:
    """S3; `failures` writes fail, after having had their effect where `after_effect` says so."""

    objects: list[StoredObject] = field(default_factory=list[StoredObject])
    failures: int = 0
    after_effect: bool = False

    def put(self, bucket: str, key: str, body: BinaryIO, *, content_encoding: str | None) -> None:
        assert bucket == "lake"
        if self.failures:
            self.failures -= 1
            if self.after_effect:
                self._store(key, body, content_encoding)
            message = "S3 is not there"
            raise StoreError(message)
        self._store(key, body, content_encoding)

    def _store(self, key: str, body: BinaryIO, content_encoding: str | None) -> None:
        self.objects = [each for each in self.objects if each.key != key]
        self.objects.append(StoredObject(key, body.read(), content_encoding))

    def under(self, prefix: str) -> list[StoredObject]:
        return [each for each in self.objects if each.key.startswith(prefix)]


@dataclass
class FakeSchema:
    """Glue: a table of columns; while `error` is set it cannot be read."""

    table: list[Column] = field(
        default_factory=lambda: [
            Column("id", "string"),
            Column("n", "bigint"),
            Column("at", "timestamp"),
        ]
    )
    error: SchemaError | None = None

    def columns(self) -> Sequence[Column]:
        if self.error is not None:
            raise self.error
        return self.table


@dataclass
class FakeMetrics:
    """CloudWatch."""

    data: list[Datum] = field(default_factory=list["Datum"])

    def put(self, data: Sequence[Datum]) -> None:
        self.data.extend(data)

    def total(self, name: str) -> float:
        return sum(each.total for each in self.data if each.metric == name)

    def greatest(self, name: str) -> float:
        return max(each.greatest for each in self.data if each.metric == name)

    def names(self) -> set[tuple[str, str]]:
        return {(each.namespace, each.metric.value) for each in self.data}


@dataclass
class FakeWorld:
    """All of it, and a delivery at work in it; `restart` is a new process on the old state."""

    settings: DeliverySettings
    state: Path
    stream: FakeStream = field(default_factory=FakeStream)
    function: FakeFunction = field(default_factory=FakeFunction)
    store: FakeStore = field(default_factory=FakeStore)
    schema: FakeSchema = field(default_factory=FakeSchema)
    metrics: FakeMetrics = field(default_factory=FakeMetrics)
    executor: Executor = field(default_factory=InlineExecutor)
    now_ms: int = START_MS
    names_made: int = 0
    started: Delivery | None = None
    # Those whose delivery may still hold something.
    alive: ClassVar[list[FakeWorld]] = []

    def __post_init__(self) -> None:
        FakeWorld.alive.append(self)

    def put(self, row: dict[str, Any] | bytes, shard_id: str = SHARD) -> KinesisRecord:
        """A record that arrives now."""
        data = row if isinstance(row, bytes) else json.dumps(row).encode()
        return self.stream.put(data, self.now_ms, shard_id)

    @property
    def delivery(self) -> Delivery:
        if self.started is None:
            self.started = Delivery(self.settings, self.ports(), self.state, self.executor)
        return self.started

    def restart(self) -> None:
        """Ends the process and lets another one take its place."""
        if self.started is not None:
            self.started.close()
        self.started = None

    def with_destination(self, **changes: object) -> None:
        """Gives the destination other settings; to be called before the delivery begins."""
        self._change("destination", self.settings.destination, changes)

    def with_processing(self, **changes: object) -> None:
        self._change("processing", self.settings.processing, changes)

    def with_switches(self, **changes: object) -> None:
        self._change("switches", self.settings.switches, changes)

    def _change(self, name: str, part: object, changes: dict[str, object]) -> None:
        changed = cast("Any", replace)(part, **changes)
        self.settings = cast("Any", replace)(self.settings, **{name: changed})

    def ports(self) -> Ports:
        return Ports(
            stream=self.stream,
            function=self.function,
            store=self.store,
            schema=self.schema,
            metrics=self.metrics,
            now_ms=lambda: self.now_ms,
            new_uuid=self._new_uuid,
            random_string=lambda: f"{self._new_uuid()[-11:]}",
        )

    def run(self, seconds: float, *, step_s: float = 0.5) -> None:
        """Lets time pass, with a step of the delivery every half second."""
        end_ms = self.now_ms + round(seconds * 1000)
        while True:
            self.delivery.step()
            if self.now_ms >= end_ms:
                return
            self.now_ms = min(self.now_ms + round(step_s * 1000), end_ms)

    def rows(self) -> list[dict[str, Any]]:
        """All rows in the lake, sorted by `id`."""
        rows = [row for each in self.store.under("events/") for row in each.rows()]
        return sorted(rows, key=lambda row: row["id"])

    def error_lines(self, error_type: str) -> list[dict[str, Any]]:
        objects = self.store.under(f"errors/type={error_type}/")
        return [line for each in objects for line in each.lines()]

    def backup(self) -> bytes:
        return b"".join(each.text() for each in self.store.under("raw/"))

    def _new_uuid(self) -> str:
        self.names_made += 1
        return f"00000000-0000-4000-8000-{self.names_made:012d}"
