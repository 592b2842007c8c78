"""The reader of one shard: where it is, what it has read, and the batches it makes of that.

https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html
"""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Final

from firehose_emulator.checkpoints import Checkpoint
from firehose_emulator.deaggregate import deaggregate
from firehose_emulator.errors import ExpiredIteratorError, SourceError
from firehose_emulator.records import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from firehose_emulator.ports import Page, Stream
    from firehose_emulator.records import KinesisRecord, SourceRecord

_LOG: Final = logging.getLogger(__name__)

_RETRY_MS: Final = 1000
# AWS gives 2 MB a second of a shard and 10 MB at once; MiniStack gives all that is asked for, so a
# delivery that lags would read itself out of memory.
_PAGE_BYTES: Final = 2 * 1024 * 1024
_FIRST_PAGE_RECORDS: Final = 100
_MOST_PAGE_RECORDS: Final = 2_500


class ShardReader:
    """Reads one shard, a page at a time.

    Attributes:
        shard_id: The shard.
        is_at_end: Whether the shard is closed and read to its end.
        known_until_ms: Everything that arrived before this moment was read, Unix time.
        millis_behind_latest: How far the last page was from the end of the shard.
        is_caught_up: Whether there was a page, and the last one reached the end of the shard.
    """

    def __init__(
        self, stream: Stream, shard_id: str, checkpoint: Checkpoint, created_at_ms: int
    ) -> None:
        """Begin after a checkpoint.

        Args:
            stream: The stream.
            shard_id: The shard.
            checkpoint: How far it is delivered.
            created_at_ms: Where there is no checkpoint, records since then are read, Unix time.
        """
        self.shard_id = shard_id
        self.is_at_end = checkpoint.is_finished
        self.known_until_ms = created_at_ms
        self.millis_behind_latest = 0
        self.is_caught_up = False
        self._stream = stream
        self._created_at_ms = created_at_ms
        self._after = checkpoint.after
        self._iterator: str | None = None
        self._next_ms = 0
        self._started_ms = 0
        self._future: Future[Page] | None = None
        self._limit = _FIRST_PAGE_RECORDS

    def start(
        self, now_ms: int, interval_ms: int, submit: Callable[[Callable[[], Page]], Future[Page]]
    ) -> None:
        """Begin to read a page if it is time to.

        Args:
            now_ms: The time, Unix time.
            interval_ms: Time between two reads.
            submit: Runs something in another thread.
        """
        if self._future is None and not self.is_at_end and now_ms >= self._next_ms:
            self._next_ms = now_ms + interval_ms
            self._started_ms = now_ms
            self._future = submit(self._read)

    def take(self, now_ms: int) -> list[SourceRecord]:
        """Give the records of a page that was read since the last call.

        Kinesis' failures are retried for ever and move nothing.
        """
        if self._future is None or not self._future.done():
            return []
        future, self._future = self._future, None
        error = future.exception()
        if isinstance(error, SourceError):
            _LOG.warning("shard %s not read: %s", self.shard_id, error)
            if isinstance(error, ExpiredIteratorError):
                self._iterator = None
            self._next_ms = max(self._next_ms, now_ms + _RETRY_MS)
            return []
        page = future.result()
        self._iterator = page.next_iterator
        self.is_at_end = page.next_iterator is None
        self.millis_behind_latest = page.millis_behind_latest
        self.is_caught_up = page.millis_behind_latest == 0
        if page.records:
            self._after = page.records[-1].sequence_number
            self._limit = _page_limit(page.records)
        if page.millis_behind_latest == 0:
            self.known_until_ms = max(self.known_until_ms, self._started_ms)
        elif page.records:
            self.known_until_ms = max(self.known_until_ms, page.records[-1].arrival_ms)
        # Clients send the moment of an iterator in whole seconds, so it may point before it.
        return [
            record
            for each in page.records
            if each.arrival_ms >= self._created_at_ms
            for record in deaggregate(each)
        ]

    def _read(self) -> Page:
        """In another thread."""
        iterator = self._iterator
        if iterator is None:
            iterator = self._stream.iterator(
                self.shard_id, after=self._after, since_ms=self._created_at_ms
            )
            self._iterator = iterator
        return self._stream.page(iterator, self._limit)


def _page_limit(records: Sequence[KinesisRecord]) -> int:
    """How many records like these make a page."""
    mean_bytes = sum(len(each.data) for each in records) / len(records)
    return min(max(int(_PAGE_BYTES / max(mean_bytes, 1)), 1), _MOST_PAGE_RECORDS)


class Batcher:
    """Makes batches of one shard's records by size and interval, and knows which are delivered.

    Attributes:
        checkpoint: How far the shard is delivered, without a gap.
        waiting: Batches that nobody has taken to the function yet.
    """

    def __init__(
        self, shard_id: str, checkpoint: Checkpoint, size_bytes: int, interval_ms: int
    ) -> None:
        """Begin with nothing.

        Args:
            shard_id: The shard.
            checkpoint: How far it is delivered.
            size_bytes: A batch is closed before it exceeds this size.
            interval_ms: A batch is closed at this age.
        """
        self.checkpoint = checkpoint
        self.waiting: deque[Batch] = deque()
        self._shard_id = shard_id
        self._size_bytes = size_bytes
        self._interval_ms = interval_ms
        self._records: list[SourceRecord] = []
        self._records_bytes = 0
        self._opened_ms = 0
        self._resume_after = checkpoint.after
        self._undelivered: deque[Batch] = deque()

    def add(self, record: SourceRecord, now_ms: int) -> None:
        """Add the next record of the shard."""
        if self._records and self._records_bytes + len(record.data) > self._size_bytes:
            self._close()
        if not self._records:
            self._opened_ms = now_ms
        self._records.append(record)
        self._records_bytes += len(record.data)
        if record.is_last:
            self._resume_after = record.sequence_number
        if self._records_bytes >= self._size_bytes:
            self._close()

    def close_if_due(self, now_ms: int, *, is_at_end: bool) -> None:
        """Close the batch at its age, or when nothing more can come."""
        if self._records and (is_at_end or now_ms - self._opened_ms >= self._interval_ms):
            self._close()

    def repeat(self, batch: Batch) -> None:
        """Let a batch come once more, as when a shard is read again after a failover."""
        again = Batch(batch.shard_id, batch.records, batch.resume_after, is_repeat=True)
        # Beside the first one: the checkpoint may not go back.
        self._undelivered.insert(self._undelivered.index(batch) + 1, again)
        self.waiting.append(again)

    def advance(self, *, is_at_end: bool) -> bool:
        """Move the checkpoint over the batches that are stored, up to the first that is not.

        Returns:
            Whether it moved.
        """
        before = self.checkpoint
        while self._undelivered and self._undelivered[0].is_stored():
            self.checkpoint = Checkpoint(self._undelivered.popleft().resume_after)
        if is_at_end and not self._undelivered and not self._records:
            self.checkpoint = Checkpoint(self.checkpoint.after, is_finished=True)
        return self.checkpoint != before

    def oldest_arrival_ms(self, is_done: Callable[[Batch], bool]) -> int | None:
        """Give the arrival of the oldest record whose batch is not done, Unix time."""
        arrivals = [each.oldest_arrival_ms for each in self._undelivered if not is_done(each)]
        arrivals += [record.arrival_ms for record in self._records]
        return min(arrivals, default=None)

    @property
    def held_bytes(self) -> int:
        """How many bytes of records wait for the function, or for its answer."""
        batches = (record for batch in self._undelivered for record in batch.records)
        return self._records_bytes + sum(len(record.data) for record in batches)

    @property
    def is_idle(self) -> bool:
        """Whether every record that was added is delivered."""
        return not self._undelivered and not self._records

    def _close(self) -> None:
        batch = Batch(self._shard_id, self._records, self._resume_after)
        self._records, self._records_bytes = [], 0
        self._undelivered.append(batch)
        self.waiting.append(batch)
