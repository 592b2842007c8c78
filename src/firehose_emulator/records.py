"""Records on their way: as Kinesis gives them, as the function gets them, and batches of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_RECORD_ID_ZEROS: Final = "0" * 32


@dataclass(frozen=True, slots=True)
class KinesisRecord:
    """A record as GetRecords gives it.

    Attributes:
        sequence_number: Its place in the shard.
        partition_key: The producer's key.
        arrival_ms: Approximate arrival, Unix time.
        data: What the producer sent; may be an aggregate of the Kinesis Producer Library.
    """

    sequence_number: str
    partition_key: str
    arrival_ms: int
    data: bytes


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A record as the function gets it.

    Attributes:
        sequence_number: That of the Kinesis record.
        subsequence_number: Its place in an aggregate, from 0.
        partition_key: The producer's key; within an aggregate its own.
        arrival_ms: Approximate arrival, Unix time.
        data: What the producer sent.
        is_last: Whether it ends its Kinesis record: reading may go on after it.
    """

    sequence_number: str
    subsequence_number: int
    partition_key: str
    arrival_ms: int
    data: bytes
    is_last: bool

    def record_id(self, shard_id: str) -> str:
        """Give the id under which the function gets the record, the same at every retry."""
        return f"{shard_id}{_RECORD_ID_ZEROS}{self.sequence_number}{self.subsequence_number:012d}"


@dataclass(slots=True, eq=False)
class Batch:
    """Records that go to the function together, and how much of their output is not stored yet.

    Attributes:
        shard_id: Where they come from.
        records: The records; given up once they are answered.
        resume_after: Sequence number after which to read on when everything is stored; None where
            no Kinesis record ends within the shard's batches so far.
        oldest_arrival_ms: Arrival of the oldest record, Unix time.
        is_repeat: Whether it was sent before, under another batch.
        is_routed: Whether every record has gone where it belongs.
        deliveries_open: How many buffers of rows and errors hold something of it.
        backups_open: How many buffers of source records hold something of it.
    """

    shard_id: str
    records: list[SourceRecord]
    resume_after: str | None
    is_repeat: bool = False
    oldest_arrival_ms: int = field(init=False)
    is_routed: bool = field(init=False, default=False)
    deliveries_open: int = field(init=False, default=0)
    backups_open: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Look for the oldest record before the records are given up."""
        self.oldest_arrival_ms = min(record.arrival_ms for record in self.records)

    def is_delivered(self) -> bool:
        """Whether all of its rows and errors are stored."""
        return self.is_routed and self.deliveries_open == 0

    def is_backed_up(self) -> bool:
        """Whether all of its source records are stored, if they are kept at all."""
        return self.is_routed and self.backups_open == 0

    def is_stored(self) -> bool:
        """Whether nothing of it would be missed if the process ended now."""
        return self.is_delivered() and self.is_backed_up()
