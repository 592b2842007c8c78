"""The records of a stream by their time of arrival, aggregates taken apart as Firehose does."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from firelake.formats.kpl import user_records
from firelake.operations.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from datetime import datetime

    from mypy_boto3_kinesis import KinesisClient

# Five reads a second and shard are all that Kinesis allows, and Firehose needs one or two:
# https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
_PAUSE_S: Final = 0.4
_LIMIT: Final = 1000


class StreamRecord(NamedTuple):
    """What a producer sent as one record.

    Attributes:
        place: Shard and sequence number; those of one aggregate have the same.
        partition_key: The producer's.
    """

    place: str
    arrived: datetime
    data: bytes
    partition_key: str


class StreamRecords:
    """Reads one stream."""

    def __init__(self, client: KinesisClient, stream: str, sleep: Callable[[float], None]) -> None:
        """Takes its parts and calls nothing.

        Args:
            client: A client that retries what a retry mends.
            stream: Name or ARN of the stream.
            sleep: Waits so many seconds.
        """
        self._client = client
        self._name = stream
        self._sleep = sleep
        self._arn = ""

    def retention_hours(self) -> int:
        """Returns how long the stream keeps records.

        Raises:
            StreamError: Kinesis refused.
        """
        asked = {"StreamARN" if self._name.startswith("arn:") else "StreamName": self._name}
        with self._told():
            summary = self._client.describe_stream_summary(**asked)["StreamDescriptionSummary"]
        self._arn = summary["StreamARN"]
        return summary["RetentionPeriodHours"]

    def read(self, since: datetime, until: datetime) -> Iterator[StreamRecord]:
        """Reads shard after shard; those that were split or merged meanwhile too.

        Args:
            until: Arrival before which the latest lies.

        Raises:
            StreamError: Kinesis refused.
        """
        for shard_id in self._shards():
            for page in self._pages(shard_id, since, until):
                yield from page

    def read_evenly(self, since: datetime, until: datetime) -> Iterator[StreamRecord]:
        """Reads as `read`, but a page of each shard in turn: for a sample that may end early."""
        reading = deque(self._pages(shard_id, since, until) for shard_id in self._shards())
        while reading:
            pages = reading.popleft()
            page = next(pages, None)
            if page is not None:
                yield from page
                reading.append(pages)

    def _shards(self) -> list[str]:
        if not self._arn:
            self.retention_hours()
        asked: dict[str, Any] = {"StreamARN": self._arn}
        shards: list[str] = []
        while True:
            with self._told():
                answer: Any = self._client.list_shards(**asked)
            shards += [shard["ShardId"] for shard in answer["Shards"]]
            if not answer.get("NextToken"):
                return shards
            # The token says of which stream, and allows no name beside it.
            asked = {"NextToken": answer["NextToken"]}

    def _pages(
        self, shard_id: str, since: datetime, until: datetime
    ) -> Iterator[list[StreamRecord]]:
        with self._told():
            iterator = self._client.get_shard_iterator(
                StreamARN=self._arn,
                ShardId=shard_id,
                ShardIteratorType="AT_TIMESTAMP",
                Timestamp=since,
            )["ShardIterator"]
        while iterator:
            with self._told():
                answer: Any = self._client.get_records(
                    StreamARN=self._arn, ShardIterator=iterator, Limit=_LIMIT
                )
            records = answer["Records"]
            arrivals: list[datetime] = [each["ApproximateArrivalTimestamp"] for each in records]
            # Clients send the moment of an iterator in whole seconds, so it may point before it.
            yield [
                StreamRecord(
                    f"{shard_id}:{record['SequenceNumber']}",
                    arrived,
                    child.data,
                    child.partition_key,
                )
                for record, arrived in zip(records, arrivals, strict=True)
                if since <= arrived < until
                for child in user_records(record["PartitionKey"], record["Data"])
            ]
            is_at_end = not records and not answer.get("MillisBehindLatest", 0)
            if is_at_end or any(arrived >= until for arrived in arrivals):
                return
            iterator = answer.get("NextShardIterator")
            self._sleep(_PAUSE_S)

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            message = f"stream {self._name!r} cannot be read: {error}"
            raise StreamError(message) from error
