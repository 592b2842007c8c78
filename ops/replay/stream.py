"""A stretch of the stream itself: the remedy after a gap, as long as the stream keeps it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from formats.kpl import user_records
from ops.error_objects.lines import Place
from ops.errors import InputError, StreamError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from ops.error_objects.listing import Selection

# Five reads a second and shard are all that Kinesis allows, and Firehose needs one or two:
# https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
_PAUSE_S: Final = 0.4
_LIMIT: Final = 1000


class KinesisReads(Protocol):
    """What is asked of a client of Kinesis."""

    def describe_stream_summary(self, **asked: Any) -> Any:  # noqa: ANN401 -- as botocore has it
        """Tell about a stream."""
        ...

    def list_shards(self, **asked: Any) -> Any:  # noqa: ANN401
        """List shards."""
        ...

    def get_shard_iterator(self, **asked: Any) -> Any:  # noqa: ANN401
        """Give a place to read from."""
        ...

    def get_records(self, **asked: Any) -> Any:  # noqa: ANN401
        """Read records."""
        ...


class StreamRecords:
    """The records of one stream by their time of arrival."""

    def __init__(
        self,
        client: KinesisReads,
        stream: str,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        """Takes its parts and calls nothing.

        Args:
            client: A client that retries what a retry mends.
            stream: Name or ARN of the stream.
            now: The clock.
            sleep: Waits so many seconds.
        """
        self._client = client
        self._stream = {"StreamARN" if stream.startswith("arn:") else "StreamName": stream}
        self._now = now
        self._sleep = sleep

    def read(self, selection: Selection) -> Iterator[tuple[Place, bytes]]:
        """Give the records that arrived in the selected time, shard after shard.

        Aggregates of the Kinesis Producer Library are taken apart, as Firehose does. Shards that
        were split or merged meanwhile are read too.

        Args:
            selection: The time; its error types mean nothing here.

        Yields:
            The place (shard and sequence number) and what the producer sent.

        Raises:
            InputError: The stream no longer keeps the begin of that time.
            StreamError: Kinesis refused.
        """
        try:
            stream_arn = self._check(selection)
            for shard_id in self._shards(stream_arn):
                yield from self._of_shard(stream_arn, shard_id, selection)
        except (ClientError, BotoCoreError) as error:
            name = next(iter(self._stream.values()))
            message = f"stream {name!r} cannot be read: {error}"
            raise StreamError(message) from error

    def _check(self, selection: Selection) -> str:
        """Gives the stream's ARN, by which each call says what it reads."""
        summary = self._client.describe_stream_summary(**self._stream)["StreamDescriptionSummary"]
        hours: int = summary["RetentionPeriodHours"]
        oldest = self._now() - timedelta(hours=hours)
        if selection.since < oldest:
            message = (
                f"the stream keeps records for {hours} hours, and {selection.since:%Y-%m-%d %H:%M}"
                " UTC is longer ago: give a later begin, and put back what was before by --raw"
            )
            raise InputError(message)
        return summary["StreamARN"]

    def _shards(self, stream_arn: str) -> list[str]:
        asked: dict[str, Any] = {"StreamARN": stream_arn}
        shards: list[str] = []
        while True:
            answer = self._client.list_shards(**asked)
            shards += [shard["ShardId"] for shard in answer["Shards"]]
            if not answer.get("NextToken"):
                return shards
            # The token says of which stream, and allows no name beside it.
            asked = {"NextToken": answer["NextToken"]}

    def _of_shard(
        self, stream_arn: str, shard_id: str, selection: Selection
    ) -> Iterator[tuple[Place, bytes]]:
        iterator = self._client.get_shard_iterator(
            StreamARN=stream_arn,
            ShardId=shard_id,
            ShardIteratorType="AT_TIMESTAMP",
            Timestamp=selection.since,
        )["ShardIterator"]
        while iterator:
            answer = self._client.get_records(
                StreamARN=stream_arn, ShardIterator=iterator, Limit=_LIMIT
            )
            for record in answer["Records"]:
                arrived: datetime = record["ApproximateArrivalTimestamp"]
                if arrived >= selection.until:
                    return
                place = Place(f"{shard_id}:{record['SequenceNumber']}")
                for child in user_records(record["PartitionKey"], record["Data"]):
                    yield place, child.data
            if not answer["Records"] and not answer.get("MillisBehindLatest", 0):
                return
            iterator = answer.get("NextShardIterator")
            self._sleep(_PAUSE_S)
