"""The ports of a delivery as boto3 clients: Kinesis, Lambda, S3, Glue and CloudWatch."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from firehose_emulator.errors import ExpiredIteratorError, InvocationError, SourceError, StoreError
from firehose_emulator.invoke import (
    FUNCTION_ERROR,
    FUNCTION_ERROR_MESSAGE,
    FUNCTION_TIMED_OUT,
    FUNCTION_TIMED_OUT_MESSAGE,
    INVOKE_LIMIT_EXCEEDED,
)
from firehose_emulator.ports import Page
from firehose_emulator.records import KinesisRecord
from firelake.formats.columns import Column
from firelake.formats.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client

    from firehose_emulator.metrics import Datum
    from firehose_emulator.settings import Conversion

_LOG: Final = logging.getLogger(__name__)

_LATEST: Final = "LATEST"

# What Lambda answers, and what Firehose calls it.
_INVOCATION_CODES: Final = {
    "TooManyRequestsException": INVOKE_LIMIT_EXCEEDED,
    "ResourceNotFoundException": "Lambda.ResourceNotFound",
    "AccessDeniedException": "Lambda.InvokeAccessDenied",
    "AccessDenied": "Lambda.InvokeAccessDenied",
}


@contextmanager
def _source_errors() -> Generator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        is_expired = isinstance(error, ClientError) and _code(error).startswith("ExpiredIter")
        raise (ExpiredIteratorError if is_expired else SourceError)(str(error)) from error


class KinesisStream:
    """The source stream."""

    def __init__(self, client: KinesisClient, stream_arn: str) -> None:
        self._client = client
        self._arn = stream_arn

    def shard_ids(self) -> Sequence[str]:
        """List the shards, closed ones too.

        Raises:
            SourceError: Kinesis failed.
        """
        with _source_errors():
            pages = self._client.get_paginator("list_shards").paginate(StreamARN=self._arn)
            return [shard["ShardId"] for page in pages for shard in page["Shards"]]

    def iterator(self, shard_id: str, *, after: str | None, since_ms: int) -> str:
        """Give an iterator.

        Raises:
            SourceError: Kinesis failed.
        """
        start: Any = (
            {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": _moment(since_ms)}
            if after is None
            else {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": after}
        )
        with _source_errors():
            answer = self._client.get_shard_iterator(StreamARN=self._arn, ShardId=shard_id, **start)
        return answer["ShardIterator"]

    def page(self, iterator: str, limit: int) -> Page:
        """Read on.

        Raises:
            ExpiredIteratorError: Another iterator is needed.
            SourceError: Kinesis failed.
        """
        with _source_errors():
            # With the ARN the call is checked against the stream's permission.
            answer = self._client.get_records(
                StreamARN=self._arn, ShardIterator=iterator, Limit=limit
            )
        records = [
            KinesisRecord(
                record["SequenceNumber"],
                record.get("PartitionKey", ""),
                _arrival_ms(record.get("ApproximateArrivalTimestamp")),
                record["Data"],
            )
            for record in answer["Records"]
        ]
        # There is none at the end of a closed shard.
        next_iterator = answer.get("NextShardIterator") or None
        return Page(records, next_iterator, answer.get("MillisBehindLatest", 0))


class LambdaFunction:
    """The function, called and waited for."""

    def __init__(self, client: LambdaClient, function_arn: str) -> None:
        self._client = client
        self._arn = function_arn

    def invoke(self, payload: bytes) -> bytes:
        """Give the answer.

        Raises:
            InvocationError: There is none.
        """
        try:
            answer = self._client.invoke(FunctionName=self._arn, Payload=payload)
            content = answer["Payload"].read()
        except ReadTimeoutError as error:
            raise InvocationError(FUNCTION_TIMED_OUT_MESSAGE, FUNCTION_TIMED_OUT) from error
        except ClientError as error:
            code = _INVOCATION_CODES.get(_code(error), FUNCTION_ERROR)
            raise InvocationError(str(error), code) from error
        except BotoCoreError as error:
            raise InvocationError(str(error), INVOKE_LIMIT_EXCEEDED) from error
        if answer.get("FunctionError"):
            _LOG.warning("the function failed: %s", content[:1000].decode(errors="replace"))
            if b"Task timed out" in content:
                raise InvocationError(FUNCTION_TIMED_OUT_MESSAGE, FUNCTION_TIMED_OUT)
            raise InvocationError(FUNCTION_ERROR_MESSAGE, FUNCTION_ERROR)
        return content


class S3Store:
    """S3."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    def put(self, bucket: str, key: str, body: BinaryIO, *, content_encoding: str | None) -> None:
        """Write an object.

        Raises:
            StoreError: S3 did not take it.
        """
        encoding: Any = {} if content_encoding is None else {"ContentEncoding": content_encoding}
        try:
            self._client.put_object(
                Bucket=bucket,
                Key=key,
                Body=body,
                ContentType="application/octet-stream",
                **encoding,
            )
        except (BotoCoreError, ClientError) as error:
            message = f"s3://{bucket}/{key} not written: {error}"
            raise StoreError(message) from error


class GlueSchema:
    """The table's columns."""

    def __init__(self, client: GlueClient, conversion: Conversion) -> None:
        self._client = client
        self._conversion = conversion

    def columns(self) -> Sequence[Column]:
        """Give the columns of the table, its newest version unless another one is asked for.

        Raises:
            SchemaError: The table cannot be read.
        """
        conversion, version_id = self._conversion, self._conversion.version_id
        place: Any = {"CatalogId": conversion.catalog_id, "DatabaseName": conversion.database}
        try:
            if version_id == _LATEST:
                table = self._client.get_table(**place, Name=conversion.table)["Table"]
            else:
                table = self._client.get_table_version(
                    **place, TableName=conversion.table, VersionId=version_id
                )["TableVersion"].get("Table")
        except (BotoCoreError, ClientError) as error:
            is_missing = (
                isinstance(error, ClientError) and _code(error) == "EntityNotFoundException"
            )
            raise SchemaError(str(error), is_missing=is_missing) from error
        columns = (table or {}).get("StorageDescriptor", {}).get("Columns", [])
        return [Column(each["Name"], each.get("Type", "")) for each in columns]


class CloudWatchSink:
    """CloudWatch."""

    def __init__(self, client: CloudWatchClient) -> None:
        self._client = client

    def put(self, data: Sequence[Datum]) -> None:
        """Publish; what CloudWatch does not take is lost, with a line in the log."""
        try:
            for namespace in sorted({each.namespace for each in data}):
                sent = [_metric_datum(each) for each in data if each.namespace == namespace]
                self._client.put_metric_data(Namespace=namespace, MetricData=sent)
        except (BotoCoreError, ClientError) as error:
            _LOG.warning("metrics not published: %s", error)


def _metric_datum(datum: Datum) -> MetricDatumTypeDef:
    name, value = datum.dimension
    return {
        "MetricName": datum.metric.value,
        "Dimensions": [{"Name": name, "Value": value}],
        "Timestamp": _moment(datum.at_ms),
        "Unit": datum.unit.value,
        "StatisticValues": {
            "SampleCount": datum.count,
            "Sum": datum.total,
            "Minimum": datum.least,
            "Maximum": datum.greatest,
        },
    }


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


def _moment(moment_ms: int) -> datetime:
    return datetime.fromtimestamp(moment_ms / 1000, UTC)


def _arrival_ms(arrival: datetime | None) -> int:
    if arrival is None:
        message = "Kinesis gave a record without an arrival"
        raise SourceError(message)
    return round(arrival.timestamp() * 1000)
