"""Events on their way to Kinesis: records, and the calls of PutRecords that carry them.

Limits: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

MAX_CALL_RECORDS: Final = 500
# AWS takes 10 MiB today and took 5 MiB for long; smaller calls lose nothing.
MAX_CALL_BYTES: Final = 5_000_000
# Data and partition key together. A stream may allow more, but what Firehose then does is not
# documented.
MAX_RECORD_BYTES: Final = 1_048_576
PARTITION_KEY_LENGTH: Final = 16
MAX_DATA_BYTES: Final = MAX_RECORD_BYTES - PARTITION_KEY_LENGTH


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a producer wants to send: as a rule one event.

    Attributes:
        payload: The bytes as they are, without a newline at the end.
        event_count: How many events it counts as.
        is_alone: Whether it must not share a record with others, whatever it holds.
        fault: Why it cannot be sent; None where nothing was found.
        place: Where it stands in the input; empty where it comes from none.
    """

    payload: bytes
    event_count: int = 1
    is_alone: bool = False
    fault: str | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One record for Kinesis.

    Attributes:
        data: One event or several, each with a newline at its end.
        partition_key: What Kinesis chooses the shard by.
        event_count: How many events it holds.
    """

    data: bytes
    partition_key: str
    event_count: int

    @property
    def size_bytes(self) -> int:
        """What the record counts against the limits of Kinesis."""
        return len(self.data) + len(self.partition_key)


def fault_of(outgoing: Outgoing) -> str | None:
    """Tell why no record can hold it, with the newline that ends it; None where one can."""
    size_bytes = len(outgoing.payload)
    if outgoing.fault is not None or size_bytes < MAX_DATA_BYTES:
        return outgoing.fault
    return f"it has {size_bytes:,} bytes, and a record holds at most {MAX_DATA_BYTES - 1:,}"


@dataclass(slots=True)
class Batcher:
    """Collects records into calls that keep the limits of PutRecords, in their order."""

    _records: list[Record] = field(default_factory=list[Record])
    _size_bytes: int = 0

    def add(self, record: Record) -> list[Record] | None:
        """Add a record.

        Args:
            record: It keeps the limit of a single record.

        Returns:
            The call that it no longer fits into, or that it fills; None while there is room.
        """
        if self._size_bytes + record.size_bytes > MAX_CALL_BYTES:
            full = self.flush()
            self._append(record)
            return full
        self._append(record)
        return self.flush() if len(self._records) == MAX_CALL_RECORDS else None

    def flush(self) -> list[Record]:
        """Give what is collected so far, and begin anew."""
        records, self._records, self._size_bytes = self._records, [], 0
        return records

    def _append(self, record: Record) -> None:
        self._records.append(record)
        self._size_bytes += record.size_bytes
