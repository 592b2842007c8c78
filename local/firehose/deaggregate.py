"""Takes aggregates of the Kinesis Producer Library apart, before anything else is done.

https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html
"""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING, Any, Final, cast

from google.protobuf.message import DecodeError

from local.firehose.records import KinesisRecord, SourceRecord

_path = list(sys.path)
from aws_kinesis_agg import deaggregator  # noqa: E402 - the path is to be as it was

# The library puts its own folder first in the path, where its `config_pb2` may hide another's.
sys.path[:] = _path

if TYPE_CHECKING:
    from collections.abc import Callable

# https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
_MAGIC: Final = b"\xf3\x89\x9a\xc2"
_DIGEST_BYTES: Final = 16

# Of the library its message type is used: its own loop drops, with a line on the standard error,
# what comes after a child that it cannot read.
_new_message = cast("Callable[[], Any]", cast("Any", deaggregator).messages_pb2.AggregatedRecord)


def deaggregate(record: KinesisRecord) -> list[SourceRecord]:
    """Give the records within a Kinesis record: itself, unless it is an aggregate.

    Children keep the sequence number and the arrival of the whole and have a partition key and a
    subsequence number of their own. What only looks like an aggregate is a record as it came.
    """
    parts = _parts(record.data) or [(record.partition_key, record.data)]
    last = len(parts) - 1
    return [
        SourceRecord(record.sequence_number, number, key, record.arrival_ms, data, number == last)
        for number, (key, data) in enumerate(parts)
    ]


def _parts(data: bytes) -> list[tuple[str, bytes]]:
    """Partition key and data of each child; empty where it is no aggregate that can be read."""
    if not data.startswith(_MAGIC):
        return []
    content, digest = data[len(_MAGIC) : -_DIGEST_BYTES], data[-_DIGEST_BYTES:]
    if hashlib.md5(content, usedforsecurity=False).digest() != digest:
        return []
    message = _new_message()
    try:
        message.ParseFromString(content)
        keys: list[str] = list(message.partition_key_table)
        return [(keys[child.partition_key_index], child.data) for child in message.records]
    except (DecodeError, IndexError):
        return []
