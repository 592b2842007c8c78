"""Aggregates of the Kinesis Producer Library, taken apart.

https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
"""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from google.protobuf.message import DecodeError

_path = list(sys.path)
from aws_kinesis_agg import deaggregator  # noqa: E402 - the path is to be as it was

# The library puts its own folder first in the path, where its `config_pb2` may hide another's.
sys.path[:] = _path

if TYPE_CHECKING:
    from collections.abc import Callable

_MAGIC: Final = b"\xf3\x89\x9a\xc2"
_DIGEST_BYTES: Final = 16

# Of the library its message type is used: its own loop drops, with a line on the standard error,
# what comes after a child that it cannot read.
_new_message = cast("Callable[[], Any]", cast("Any", deaggregator).messages_pb2.AggregatedRecord)


class UserRecord(NamedTuple):
    """What a producer sent as one record."""

    partition_key: str
    data: bytes


def user_records(partition_key: str, data: bytes) -> list[UserRecord]:
    """Returns the records within a Kinesis record: itself, unless it is an aggregate.

    What only looks like an aggregate is a record as it came.

    Args:
        partition_key: The Kinesis record's.
        data: Its data.
    """
    return _children(data) or [UserRecord(partition_key, data)]


def _children(data: bytes) -> list[UserRecord]:
    """Empty where it is no aggregate that can be read."""
    if not data.startswith(_MAGIC):
        return []
    content, digest = data[len(_MAGIC) : -_DIGEST_BYTES], data[-_DIGEST_BYTES:]
    if hashlib.md5(content, usedforsecurity=False).digest() != digest:
        return []
    message = _new_message()
    try:
        message.ParseFromString(content)
        keys: list[str] = list(message.partition_key_table)
        return [UserRecord(keys[each.partition_key_index], each.data) for each in message.records]
    except (DecodeError, IndexError):
        return []
