"""The function's event and its answer: what Firehose sends, and what it makes of what comes back.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

from firehose_emulator.errors import InvocationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firehose_emulator.records import Batch
    from firehose_emulator.settings import DeliverySettings

# A synchronous invocation takes and gives at most 6 MB.
MAX_PAYLOAD_BYTES: Final = 6 * 1024 * 1024

FUNCTION_ERROR: Final = "Lambda.FunctionError"
FUNCTION_ERROR_MESSAGE: Final = (
    "The Lambda function was successfully invoked but it returned an error result."
)
FUNCTION_TIMED_OUT: Final = "Lambda.FunctionTimedOut"
FUNCTION_TIMED_OUT_MESSAGE: Final = (
    "The Lambda function invocation timed out. Increase the Timeout setting in the Lambda function."
)
INVOKE_LIMIT_EXCEEDED: Final = "Lambda.InvokeLimitExceeded"
JSON_PROCESSING: Final = "Lambda.JsonProcessingException"

_MISSING_MESSAGE: Final = (
    "One or more record Ids were not returned. Ensure that the Lambda function returns all"
    " received record Ids."
)
_DUPLICATED_MESSAGE: Final = (
    "Multiple records were returned with the same record Id. Ensure that the Lambda function"
    " returns a unique record Id for each record."
)
_NO_DATA_MESSAGE: Final = (
    "The data field cannot be null when the SourceType is DirectPut or KinesisStreamAsSource and"
    " processing result is Ok. The value field cannot be null when the SourceType is MSKAsSource"
    " and processing result is Ok."
)
_PROCESSING_FAILED_MESSAGE: Final = "ProcessingFailed status set for record"


@unique
class Result(StrEnum):
    """What the function may say of a record."""

    OK = "Ok"
    DROPPED = "Dropped"
    PROCESSING_FAILED = "ProcessingFailed"


@dataclass(frozen=True, slots=True)
class Row:
    """A record that goes on its way.

    Attributes:
        data: What the function made of it.
        partition_keys: What it is partitioned by.
    """

    data: bytes
    partition_keys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that goes to `processing-failed`."""

    code: str
    message: str


# None is a record that was dropped.
Verdict = Row | Failure | None


def event(batch: Batch, settings: DeliverySettings, invocation_id: str) -> bytes:
    """Give the event of an invocation, with its members in the order that was seen.

    Args:
        batch: The records.
        settings: Names of the streams.
        invocation_id: Another one at each try.
    """
    return msgspec.json.encode(
        {
            "invocationId": invocation_id,
            "sourceKinesisStreamArn": settings.source_stream_arn,
            "deliveryStreamArn": settings.arn,
            "region": settings.region,
            "records": [
                {
                    "recordId": record.record_id(batch.shard_id),
                    "approximateArrivalTimestamp": record.arrival_ms,
                    "data": record.data,  # msgspec writes bytes as base64
                    "kinesisRecordMetadata": {
                        "sequenceNumber": record.sequence_number,
                        "subsequenceNumber": record.subsequence_number,
                        "partitionKey": record.partition_key,
                        "shardId": batch.shard_id,
                        "approximateArrivalTimestamp": record.arrival_ms,
                    },
                }
                for record in batch.records
            ],
        }
    )


def verdicts(batch: Batch, answer: bytes) -> list[Verdict]:
    """Read an answer: what becomes of each record of the batch, in its order.

    Raises:
        InvocationError: The answer as a whole is none; the batch is tried again.
    """
    if len(answer) > MAX_PAYLOAD_BYTES:
        raise InvocationError(FUNCTION_ERROR_MESSAGE, FUNCTION_ERROR)
    by_id: dict[str, list[Mapping[str, Any]]] = {}
    for entry in _entries(answer):
        by_id.setdefault(entry["recordId"], []).append(entry)
    return [_verdict(by_id.get(each.record_id(batch.shard_id), ())) for each in batch.records]


def _entries(answer: bytes) -> Sequence[Mapping[str, Any]]:
    """The answers with an id, all of them read so far that none can fail the batch later."""
    try:
        decoded = msgspec.json.decode(answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"The Lambda function's response is not JSON: {error}"
        raise InvocationError(message, JSON_PROCESSING) from error
    if not isinstance(decoded, dict):
        message = "The Lambda function's response is not a JSON object."
        raise InvocationError(message, JSON_PROCESSING)
    records = cast("dict[str, object]", decoded).get("records")
    if not isinstance(records, list | None):
        raise InvocationError(FUNCTION_ERROR_MESSAGE, FUNCTION_ERROR)
    entries: list[Mapping[str, Any]] = []
    for entry in cast("list[object]", records or []):
        if not isinstance(entry, dict):
            raise InvocationError(FUNCTION_ERROR_MESSAGE, FUNCTION_ERROR)
        read = cast("dict[str, Any]", entry)
        if not isinstance(read.get("recordId"), str):
            continue  # answers no record
        if read.get("result") not in _RESULTS:
            raise InvocationError(FUNCTION_ERROR_MESSAGE, FUNCTION_ERROR)
        if read["result"] == Result.OK and read.get("data") is not None:
            read["data"] = _decoded(read["data"])
        entries.append(read)
    return entries


_RESULTS: Final = frozenset(Result)


def _decoded(data: object) -> bytes:
    try:
        return base64.b64decode(cast("str", data), validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise InvocationError(FUNCTION_ERROR_MESSAGE, FUNCTION_ERROR) from error


def _verdict(entries: Sequence[Mapping[str, Any]]) -> Verdict:
    if not entries:
        return Failure("Lambda.MissingRecordId", _MISSING_MESSAGE)
    if len(entries) > 1:
        return Failure("Lambda.DuplicatedRecordId", _DUPLICATED_MESSAGE)
    entry = entries[0]
    if entry["result"] == Result.DROPPED:
        return None
    if entry["result"] == Result.PROCESSING_FAILED:
        return Failure("Lambda.ProcessingFailedStatus", _PROCESSING_FAILED_MESSAGE)
    if entry.get("data") is None:
        return Failure("Lambda.InvalidReturnFormat", _NO_DATA_MESSAGE)
    return Row(entry["data"], _partition_keys(entry))


def _partition_keys(entry: Mapping[str, Any]) -> Mapping[str, str]:
    """The keys that are texts: what becomes of others is unconfirmed, here they are none."""
    metadata: object = entry.get("metadata")
    if not isinstance(metadata, dict):
        return {}
    keys = cast("dict[str, object]", metadata).get("partitionKeys")
    if not isinstance(keys, dict):
        return {}
    named = cast("dict[str, object]", keys)
    return {key: value for key, value in named.items() if isinstance(value, str)}
