"""The lines of error objects: JSON that tells what failed, and holds it whole.

Of the lines of `processing-failed` two forms were seen; which one is written is a switch.
https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-error-handling.html
https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-error-handling.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

import msgspec

from firehose_emulator.settings import ErrorGeneration

if TYPE_CHECKING:
    from firehose_emulator.settings import Conversion


@unique
class ErrorType(StrEnum):
    """The values of `!{firehose:error-output-type}`."""

    PROCESSING_FAILED = "processing-failed"
    METADATA_EXTRACTION_FAILED = "metadata-extraction-failed"
    ACTIVE_PARTITION_EXCEEDED = "activePartitionExceeded"
    FORMAT_CONVERSION_FAILED = "format-conversion-failed"


EXTRACTION_FAILED: Final = "DynamicPartitioning.MetadataExtractionFailed"
PARTITIONS_EXCEEDED: Final = "DynamicPartitioning.ActivePartitionsLimitExceeded"
PARTITIONS_EXCEEDED_MESSAGE: Final = (
    "The number of active partitions exceeds the limit of the delivery stream."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """One failed record.

    Attributes:
        data: The record: before the function as it was sent, after it as the function gave it.
        code: Firehose's error code.
        message: Firehose's message.
        attempts: How often it was tried.
        arrival_ms: Arrival, Unix time.
        ended_ms: End of the last try, Unix time.
    """

    data: bytes
    code: str
    message: str
    attempts: int
    arrival_ms: int
    ended_ms: int


def failed_line(failed: Failed, generation: ErrorGeneration, function_arn: str | None) -> bytes:
    """Give the line of a record that the function failed on, or that has no partition.

    The members of both are the same, but for the function's.
    """
    if generation is ErrorGeneration.OBSERVED_2026:
        line: dict[str, object] = {
            "rawData": failed.data,  # msgspec writes bytes as base64
            "errorCode": failed.code,
            "errorMessage": failed.message,
            "attemptsMade": failed.attempts,
            "arrivalTimestamp": failed.arrival_ms,
            "attemptEndingTimestamp": failed.ended_ms,
        }
        named = {"lambdaARN": function_arn}
    else:
        line = {
            "attemptsMade": failed.attempts,
            "arrivalTimestamp": failed.arrival_ms,
            "errorCode": failed.code,
            "errorMessage": failed.message,
            "attemptEndingTimestamp": failed.ended_ms,
            "rawData": failed.data,
        }
        named = {"lambdaArn": function_arn}
    return msgspec.json.encode(line if function_arn is None else line | named)


def conversion_failed_line(
    failed: Failed, sequence_number: str, subsequence_number: int, conversion: Conversion
) -> bytes:
    """Give the line of a record that could not be converted."""
    return msgspec.json.encode(
        {
            "attemptsMade": failed.attempts,
            "arrivalTimestamp": failed.arrival_ms,
            "lastErrorCode": failed.code,
            "lastErrorMessage": failed.message,
            "attemptEndingTimestamp": failed.ended_ms,
            "rawData": failed.data,
            "sequenceNumber": sequence_number,
            "subSequenceNumber": subsequence_number,
            "dataCatalogTable": {
                "catalogId": conversion.catalog_id,
                "databaseName": conversion.database,
                "tableName": conversion.table,
                "region": conversion.region,
                "versionId": conversion.version_id,
                "catalogArn": None,
                "roleArn": conversion.role_arn,
            },
        }
    )
