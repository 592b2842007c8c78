"""What a delivery needs of the world: the stream, the function, the store, the schema, metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firehose_emulator.metrics import Datum
    from firehose_emulator.records import KinesisRecord
    from firelake.formats.columns import Column


@dataclass(frozen=True, slots=True)
class Page:
    """An answer of GetRecords.

    Attributes:
        records: What was there.
        next_iterator: Where to read on; None at the end of a closed shard.
        millis_behind_latest: How far the end of the page is from the end of the shard.
    """

    records: Sequence[KinesisRecord]
    next_iterator: str | None
    millis_behind_latest: int


class Stream(Protocol):
    """The source stream. Every method raises SourceError where Kinesis fails."""

    def shard_ids(self) -> Sequence[str]:
        """List the shards."""
        ...

    def iterator(self, shard_id: str, *, after: str | None, since_ms: int) -> str:
        """Give an iterator after a sequence number, or where there is none, since a moment."""
        ...

    def page(self, iterator: str, limit: int) -> Page:
        """Read so many on at most; raises ExpiredIteratorError where another iterator is needed."""
        ...


class Function(Protocol):
    """The function that transforms."""

    def invoke(self, payload: bytes) -> bytes:
        """Give the answer to an event; raises InvocationError where there is none."""
        ...


class Store(Protocol):
    """S3."""

    def put(self, bucket: str, key: str, body: BinaryIO, *, content_encoding: str | None) -> None:
        """Write an object from the start of a file; raises StoreError where S3 fails."""
        ...


class SchemaSource(Protocol):
    """The Glue catalog."""

    def columns(self) -> Sequence[Column]:
        """Give the table's columns without partition keys; raises SchemaError where it cannot."""
        ...


class MetricSink(Protocol):
    """CloudWatch."""

    def put(self, data: Sequence[Datum]) -> None:
        """Publish; metrics that cannot be published are lost, as with every service."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All of the above, and what makes names and tells the time.

    Attributes:
        stream: The source stream.
        function: The function; not called where there is no processing.
        store: S3, as the destination's role sees it.
        schema: The Glue catalog; not asked where nothing is converted.
        metrics: CloudWatch.
        now_ms: The time, Unix time.
        new_uuid: Makes the ids of invocations and objects.
        random_string: Makes the value of `!{firehose:random-string}`.
    """

    stream: Stream
    function: Function
    store: Store
    schema: SchemaSource
    metrics: MetricSink
    now_ms: Callable[[], int]
    new_uuid: Callable[[], str]
    random_string: Callable[[], str]
