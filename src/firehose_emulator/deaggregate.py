"""Kinesis records to the function's: aggregates are taken apart before anything else is done.

https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firehose_emulator.records import SourceRecord
from firelake.formats.kpl import user_records

if TYPE_CHECKING:
    from firehose_emulator.records import KinesisRecord


def deaggregate(record: KinesisRecord) -> list[SourceRecord]:
    """Give the records within a Kinesis record: itself, unless it is an aggregate.

    Children keep the sequence number and the arrival of the whole and have a partition key and a
    subsequence number of their own.
    """
    parts = user_records(record.partition_key, record.data)
    last = len(parts) - 1
    return [
        SourceRecord(record.sequence_number, number, key, record.arrival_ms, data, number == last)
        for number, (key, data) in enumerate(parts)
    ]
