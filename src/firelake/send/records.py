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
# Of a key that is drawn.
PARTITION_KEY_LENGTH: Final = 16
MAX_DATA_BYTES: Final = MAX_RECORD_BYTES - PARTITION_KEY_LENGTH
MAX_PARTITION_KEY_LENGTH: Final = 256
# No partition key makes a payload of so many bytes too large.
_LONGEST_KEY_LEAVES: Final = MAX_RECORD_BYTES - 4 * MAX_PARTITION_KEY_LENGTH


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a producer wants to send: as a rule one event.

    Attributes:
        payload: The bytes as they are, without a newline at the end.
        event_count: How many events it counts as.
        is_alone: Whether it must not share a record with others, whatever it holds.
        fault: Why it cannot be sent; None where nothing was found.
        place: Where it stands in the input; empty where it comes from none.
        partition_key: What Kinesis is to choose the shard by; empty for any.
    """

    payload: bytes
    event_count: int = 1
    is_alone: bool = False
    fault: str | None = None
    place: str = ""
    partition_key: str = ""


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
        return len(self.data) + _key_bytes(self.partition_key)

    @property
    def payloads(self) -> list[bytes]:
        """What it holds, line by line."""
        return self.data.removesuffix(b"\n").split(b"\n")


def fault_of(outgoing: Outgoing) -> str | None:
    """Tell why no record can hold it, with the newline that ends it; None where one can."""
    size_bytes = len(outgoing.payload)
    if outgoing.fault is not None or size_bytes < _LONGEST_KEY_LEAVES:
        return outgoing.fault
    key_bytes = _key_bytes(outgoing.partition_key) or PARTITION_KEY_LENGTH
    most_bytes = MAX_RECORD_BYTES - key_bytes - len(b"\n")
    if size_bytes <= most_bytes:
        return None
    return f"it has {size_bytes:,} bytes, and a record holds at most {most_bytes:,}"


def _key_bytes(partition_key: str) -> int:
    if partition_key.isascii():
        return len(partition_key)
    return len(partition_key.encode())


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
        size_bytes = record.size_bytes
        if self._size_bytes + size_bytes > MAX_CALL_BYTES:
            full = self.flush()
            self._append(record, size_bytes)
            return full
        self._append(record, size_bytes)
        return self.flush() if len(self._records) == MAX_CALL_RECORDS else None

    @property
    def has_room(self) -> bool:
        """Whether any three more records fit without filling the call."""
        return (
            len(self._records) + 3 < MAX_CALL_RECORDS
            and self._size_bytes + 3 * MAX_RECORD_BYTES <= MAX_CALL_BYTES
        )

    def flush(self) -> list[Record]:
        """Give what is collected so far, and begin anew."""
        records, self._records, self._size_bytes = self._records, [], 0
        return records

    def _append(self, record: Record, size_bytes: int) -> None:
        self._records.append(record)
        self._size_bytes += size_bytes
