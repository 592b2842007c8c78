"""Firehose's request and answer, and the size that the answer must keep.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
"""

from __future__ import annotations

import re
from enum import StrEnum, unique
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING, Any, Final, TypedDict

import msgspec

from firelake.contract.facts import MAX_ANSWER_BYTES
from firelake.contract.names import DT, EVENT_TYPE
from firelake.transform.errors import FirehoseEventError
from firelake.transform.events import RecordPosition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import NotRequired

    from firelake.transform.events import ValidEvent

# What counts is the JSON that Lambda's runtime makes of what the handler returns, with a space
# after each colon and comma. An entry takes this besides its texts, with the comma to the next.
_BARE_ENTRY_BYTES: Final = len('{"recordId": , "result": "ProcessingFailed"}, ')
_DATA_BYTES: Final = len(', "data": ""')
_METADATA_BYTES: Final = len(
    f', "metadata": {{"partitionKeys": {{"{EVENT_TYPE}": "", "{DT}": ""}}}}'
)
_ENVELOPE_BYTES: Final = len('{"records": []}')

_SHARD_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,128}")


@unique
class Result(StrEnum):
    """What Firehose may be told of a record."""

    OK = "Ok"
    DROPPED = "Dropped"
    PROCESSING_FAILED = "ProcessingFailed"


# Looked up once: an enum member's value is a property.
_OK: Final = Result.OK.value


class Metadata(TypedDict):
    """What Firehose partitions by."""

    partitionKeys: dict[str, str]


class Answer(TypedDict):
    """The answer to one record."""

    recordId: str
    result: str
    data: NotRequired[str]
    metadata: NotRequired[Metadata]


class SourceRecord(msgspec.Struct, frozen=True, gc=False):
    """One record of an invocation.

    Attributes:
        record_id: Opaque; only ever echoed.
        data: What the producer sent, in base64.
        position: Where and when it came.
    """

    record_id: str
    data: str
    position: RecordPosition

    def decode(self) -> bytes | None:
        """What the producer sent; None where the data is not base64."""
        try:
            return msgspec.convert(self.data, bytes)
        except msgspec.ValidationError:
            return None


def parse_request(event: Mapping[str, Any]) -> list[SourceRecord]:
    """Reads an invocation for a Kinesis source.

    Raises:
        FirehoseEventError: It is not such an invocation; the message names what is missing.
    """
    try:
        return [_record(record) for record in event["records"]]
    except KeyError as error:
        message = (
            f"the invocation has no {error}: only a Firehose that reads a Kinesis stream sends "
            "what a claim needs (kinesisRecordMetadata); connect the function to such a one"
        )
        raise FirehoseEventError(message) from error
    except FirehoseEventError:
        raise
    except (TypeError, AttributeError, ValueError) as error:
        message = f"the invocation is not of Firehose's shape: {error}"
        raise FirehoseEventError(message) from error


def _record(record: Mapping[str, Any]) -> SourceRecord:
    metadata = record["kinesisRecordMetadata"]
    sequence_number: str = metadata["sequenceNumber"]
    subsequence_number: int = metadata["subsequenceNumber"]
    if not (sequence_number.isascii() and sequence_number.isdigit()):
        message = f"sequenceNumber {sequence_number!r} is not a number"
        raise FirehoseEventError(message)
    shard = _shard(metadata["shardId"])
    return SourceRecord(
        record["recordId"],
        record["data"],
        RecordPosition(
            f"{shard}:{sequence_number}:{subsequence_number:d}",
            metadata["approximateArrivalTimestamp"],
        ),
    )


@lru_cache(maxsize=1024)
def _shard(shard_id: str) -> str:
    if _SHARD_ID.fullmatch(shard_id) is None:
        message = f"shardId {shard_id!r} is not of Kinesis' pattern {_SHARD_ID.pattern}"
        raise FirehoseEventError(message)
    return shard_id


def encode_rows(events: Sequence[ValidEvent]) -> str:
    """The rows of a record's events as an answer's data: a newline between, in base64."""
    if len(events) == 1:
        return msgspec.to_builtins(events[0].row)
    return msgspec.to_builtins(b"\n".join([event.row for event in events]))


@lru_cache(maxsize=4096)
def _metadata(event_type: str, dt: str) -> Metadata:
    return {"partitionKeys": {EVENT_TYPE: event_type, DT: dt}}


def ok(record: SourceRecord, data: str, event_type: str, dt: str) -> Answer:
    """Delivers a record's rows to their partition."""
    return {
        "recordId": record.record_id,
        "result": _OK,
        "data": data,
        "metadata": _metadata(event_type, dt),
    }


def not_ok(record: SourceRecord, result: Result, *, with_data: bool) -> Answer:
    """Drops or fails a record; Firehose's own error object holds what the producer sent.

    Args:
        result: `DROPPED` or `PROCESSING_FAILED`.
        with_data: Whether to send the data back, as the AWS guide asks, or to leave it out.
    """
    answer: Answer = {"recordId": record.record_id, "result": result.value}
    if with_data:
        answer["data"] = record.data
    return answer


class AnswerBudget:
    """How many bytes of the answer are left, each record having its place without data already."""

    def __init__(
        self, records: Iterable[SourceRecord], limit_bytes: int = MAX_ANSWER_BYTES
    ) -> None:
        """Sets aside an answer without data for each record of the batch."""
        self._left_bytes = limit_bytes - _ENVELOPE_BYTES
        for record in records:
            self._left_bytes -= len(encode_basestring_ascii(record.record_id)) + _BARE_ENTRY_BYTES

    def take_row(self, record: SourceRecord, data: str, event_type: str, dt: str) -> bool:
        """Reserves what a valid record may need: its rows, or its own data if it is dropped."""
        rows_bytes = len(data) + len(event_type) + len(dt) + _METADATA_BYTES
        return self._take(max(rows_bytes, len(record.data)) + _DATA_BYTES)

    def take_data(self, record: SourceRecord) -> bool:
        """Reserves what sending an invalid record's own data back needs."""
        return self._take(len(record.data) + _DATA_BYTES)

    def _take(self, needed_bytes: int) -> bool:
        if needed_bytes > self._left_bytes:
            return False
        self._left_bytes -= needed_bytes
        return True
