"""Packing: many small events in one record of one partition, which Firehose bills far cheaper.

Firehose bills each record rounded up to 5 KB. All events of a record must share `event_type` and
`dt`, and one invalid event makes the whole record fail, so whoever packs must judge each event as
the transform function will: by its own code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from firelake.send.records import Record
from firelake.transform.events import EventReader, RecordPosition
from firelake.transform.rules import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firelake.contract.events import EventContract
    from firelake.contract.layout import Granularity
    from firelake.send.records import Outgoing

# A record is full from the first size on and never grows beyond the second.
FULL_RECORD_BYTES: Final = 25_000
MAX_PACKED_BYTES: Final = 50_000
LONGEST_WAIT_MS: Final = 1000
# Bounds the memory: so many records are open at once, of as many partitions.
MAX_OPEN_RECORDS: Final = 500
# Kinesis notes an event's arrival later than the packer sees it, and by another clock. An event so
# near to the edge of the window goes alone, lest it takes others with it.
EDGE_MS: Final = 15 * 60_000

Partition = tuple[str, str]


class PartitionJudge:
    """Tells an event's partition, for those that are safe to share a record."""

    def __init__(
        self, contract: EventContract, *, lateness_days: int, granularity: Granularity
    ) -> None:
        """Takes what the stack is deployed with; another granularity would mix partitions.

        Args:
            lateness_days: How long before its arrival an event may have been created.
            granularity: How much time one `dt` partition holds.
        """
        self._reader = EventReader(contract, lateness_days=lateness_days, granularity=granularity)
        self._window = Window(lateness_days)

    def partition_of(self, payload: bytes, now_ms: int) -> Partition | None:
        """Judge one line.

        Args:
            payload: One event or several.
            now_ms: When it is sent, Unix time in milliseconds.

        Returns:
            Event type and `dt`; None for what the transform function would refuse, or might.
        """
        reading = self._reader.read(payload, RecordPosition("", now_ms))
        if not reading.events:
            return None
        earliest_s = self._window.bounds_s(now_ms + EDGE_MS)[0]
        latest_s = self._window.bounds_s(now_ms - EDGE_MS)[1]
        if not all(earliest_s <= event.created_at_s <= latest_s for event in reading.events):
            return None
        first = reading.events[0]
        return first.event_type, first.dt


@dataclass(slots=True)
class _OpenRecord:
    partition_key: str
    opened_ms: int
    payloads: list[bytes] = field(default_factory=list[bytes])
    event_count: int = 0
    size_bytes: int = 0


class Packer(Protocol):
    """Makes records of what is to be sent."""

    def add(self, outgoing: Outgoing, now_ms: int) -> Iterator[Record]:
        """Take one line that fits a record; gives the records that are ready."""
        ...

    def due(self, now_ms: int) -> Iterator[Record]:
        """Give the records that have waited long enough."""
        ...

    def wait_ms(self, now_ms: int) -> int | None:
        """Tell how long until a record is due; None where none is open."""
        ...

    def flush(self) -> Iterator[Record]:
        """Give all that is open."""
        ...


class SingleEvents:
    """Packs nothing: each line is a record."""

    def __init__(self, partition_key: Callable[[], str]) -> None:
        """Takes what gives a fresh partition key."""
        self._partition_key = partition_key

    def add(self, outgoing: Outgoing, now_ms: int) -> Iterator[Record]:
        """Give the record at once."""
        del now_ms
        partition_key = outgoing.partition_key or self._partition_key()
        yield Record(outgoing.payload + b"\n", partition_key, outgoing.event_count)

    def due(self, now_ms: int) -> Iterator[Record]:
        """Give nothing, as nothing waits."""
        del now_ms
        return iter(())

    def wait_ms(self, now_ms: int) -> int | None:
        """Tell that nothing waits."""
        del now_ms

    def flush(self) -> Iterator[Record]:
        """Give nothing, as nothing waits."""
        return iter(())


class PackedEvents:
    """Packs the events of one partition until their record is full or has waited a second.

    The record gets the partition key of its first event.
    """

    def __init__(
        self,
        partition_of: Callable[[bytes, int], Partition | None],
        partition_key: Callable[[], str],
    ) -> None:
        """Takes its parts.

        Args:
            partition_of: Judges a line at a time, as `PartitionJudge.partition_of` does.
            partition_key: Gives a fresh partition key, so that records spread over the shards.
        """
        self._partition_of = partition_of
        self._partition_key = partition_key
        # In the order of opening, as a dict keeps it, and so in the order of being due.
        self._open: dict[Partition, _OpenRecord] = {}

    def add(self, outgoing: Outgoing, now_ms: int) -> Iterator[Record]:
        """Take one line; gives it alone if it must be, and any record that became full."""
        size_bytes = len(outgoing.payload) + 1
        partition = None
        if not outgoing.is_alone and size_bytes < FULL_RECORD_BYTES:
            partition = self._partition_of(outgoing.payload, now_ms)
        if partition is None:
            yield self._record([outgoing.payload], outgoing.event_count, outgoing.partition_key)
            return
        found = self._open.get(partition)
        if found is not None and found.size_bytes + size_bytes > MAX_PACKED_BYTES:
            yield self._close(partition)
            found = None
        if found is None:
            if len(self._open) == MAX_OPEN_RECORDS:
                yield self._close(next(iter(self._open)))
            found = self._open[partition] = _OpenRecord(outgoing.partition_key, now_ms)
        found.payloads.append(outgoing.payload)
        found.event_count += outgoing.event_count
        found.size_bytes += size_bytes

    def due(self, now_ms: int) -> Iterator[Record]:
        """Give the records that were opened a second ago or earlier."""
        while self.wait_ms(now_ms) == 0:
            yield self._close(next(iter(self._open)))

    def wait_ms(self, now_ms: int) -> int | None:
        """Tell how long until the oldest record is due; None where none is open."""
        for oldest in self._open.values():
            return max(0, oldest.opened_ms + LONGEST_WAIT_MS - now_ms)
        return None

    def flush(self) -> Iterator[Record]:
        """Give all open records, the oldest first."""
        while self._open:
            yield self._close(next(iter(self._open)))

    def _close(self, partition: Partition) -> Record:
        closed = self._open.pop(partition)
        return self._record(closed.payloads, closed.event_count, closed.partition_key)

    def _record(self, payloads: list[bytes], event_count: int, partition_key: str) -> Record:
        data = b"\n".join([*payloads, b""])
        return Record(data, partition_key or self._partition_key(), event_count)
