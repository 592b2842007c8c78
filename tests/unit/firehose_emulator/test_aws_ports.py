"""Tests of what the ports ask of AWS's clients and what they make of the answers."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from firehose_emulator.aws_ports import (
    CloudWatchSink,
    GlueSchema,
    KinesisStream,
    LambdaFunction,
    S3Store,
)
from firehose_emulator.errors import ExpiredIteratorError, InvocationError, SourceError, StoreError
from firehose_emulator.metrics import Datum, Metric, Unit
from firehose_emulator.ports import Page
from firehose_emulator.records import KinesisRecord
from firehose_emulator.settings import Conversion
from firelake.formats.columns import Column
from firelake.formats.errors import SchemaError
from tests.helpers.firehose_settings import FUNCTION, ROLE, STREAM

_ARRIVAL = datetime(2026, 9, 21, 14, 13, 20, 123_000, tzinfo=UTC)
_LOST = ConnectionClosedError(endpoint_url="http://x")


class Client:
    """A client with one answer, or one error, to every call; keeps the calls."""

    def __init__(self, answer: object = None) -> None:
        self.answer = answer
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any operation
        def call(**parameters: object) -> object:
            self.calls.append((name, parameters))
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

        return call

    def get_paginator(self, name: str) -> Client:
        assert name == "list_shards"
        return self


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Operation")


def stream(client: Client) -> KinesisStream:
    return KinesisStream(cast("Any", client), STREAM)


def test_all_pages_of_shards_are_listed() -> None:
    client = Client([{"Shards": [{"ShardId": "a"}]}, {"Shards": [{"ShardId": "b"}]}])
    assert stream(client).shard_ids() == ["a", "b"]
    assert client.calls == [("paginate", {"StreamARN": STREAM})]


def test_an_iterator_stands_after_a_record_or_at_a_moment() -> None:
    client = Client({"ShardIterator": "it"})
    assert stream(client).iterator("s", after="7", since_ms=1_790_000_000_123) == "it"
    assert stream(client).iterator("s", after=None, since_ms=1_790_000_000_123) == "it"
    common = {"StreamARN": STREAM, "ShardId": "s"}
    assert [parameters for _, parameters in client.calls] == [
        {**common, "ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": "7"},
        {**common, "ShardIteratorType": "AT_TIMESTAMP", "Timestamp": _ARRIVAL},
    ]


def test_a_page_has_its_records() -> None:
    record = {
        "SequenceNumber": "7",
        "PartitionKey": "key",
        "ApproximateArrivalTimestamp": _ARRIVAL,
        "Data": b"x",
    }
    client = Client({"Records": [record], "NextShardIterator": "next", "MillisBehindLatest": 5})
    page = stream(client).page("it", 25)
    assert page == Page([KinesisRecord("7", "key", 1_790_000_000_123, b"x")], "next", 5)
    # The ARN lets a role be checked against the stream that it may read.
    assert client.calls == [
        ("get_records", {"StreamARN": STREAM, "ShardIterator": "it", "Limit": 25})
    ]


def test_a_closed_shard_has_no_next_iterator() -> None:
    assert stream(Client({"Records": []})).page("it", 25) == Page([], None, 0)


def test_failures_of_kinesis_are_source_errors() -> None:
    for error in (refused("ProvisionedThroughputExceededException"), _LOST):
        broken = stream(Client(error))
        with pytest.raises(SourceError):
            broken.shard_ids()
        with pytest.raises(SourceError):
            broken.iterator("s", after=None, since_ms=0)
        with pytest.raises(SourceError) as raised:
            broken.page("it", 25)
        assert not isinstance(raised.value, ExpiredIteratorError)


def test_an_expired_iterator_is_told_apart() -> None:
    with pytest.raises(ExpiredIteratorError):
        stream(Client(refused("ExpiredIteratorException"))).page("it", 25)


def answer(payload: bytes, **members: object) -> dict[str, object]:
    return {"Payload": io.BytesIO(payload), **members}


def test_a_functions_answer_is_its_payload() -> None:
    client = Client(answer(b"{}"))
    assert LambdaFunction(cast("Any", client), FUNCTION).invoke(b"event") == b"{}"
    assert client.calls == [("invoke", {"FunctionName": FUNCTION, "Payload": b"event"})]


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        pytest.param(answer(b'{"errorMessage":"x"}', FunctionError="Unhandled"),
                     "Lambda.FunctionError", id="an error of the function"),
        pytest.param(answer(b'{"errorMessage":"Task timed out after 2.00 seconds"}',
                            FunctionError="Unhandled"), "Lambda.FunctionTimedOut", id="a time-out"),
        pytest.param(refused("TooManyRequestsException"), "Lambda.InvokeLimitExceeded",
                     id="throttled"),
        pytest.param(refused("ResourceNotFoundException"), "Lambda.ResourceNotFound",
                     id="no function"),
        pytest.param(refused("AccessDeniedException"), "Lambda.InvokeAccessDenied", id="denied"),
        pytest.param(refused("ServiceException"), "Lambda.FunctionError", id="another error"),
        pytest.param(_LOST, "Lambda.InvokeLimitExceeded", id="a lost connection"),
        pytest.param(ReadTimeoutError(endpoint_url="http://x"), "Lambda.FunctionTimedOut",
                     id="no answer in five minutes"),
    ],
)  # fmt: skip
def test_a_call_without_an_answer_has_firehoses_code(outcome: object, code: str) -> None:
    """Facts 1.4."""
    function = LambdaFunction(cast("Any", Client(outcome)), FUNCTION)
    with pytest.raises(InvocationError) as raised:
        function.invoke(b"event")
    assert raised.value.code == code


def test_objects_are_written_with_their_encoding() -> None:
    client = Client()
    store, body = S3Store(cast("Any", client)), io.BytesIO(b"x")
    store.put("lake", "a", body, content_encoding=None)
    store.put("lake", "b", body, content_encoding="hadoop-snappy")
    common = {"Bucket": "lake", "Body": body, "ContentType": "application/octet-stream"}
    assert [parameters for _, parameters in client.calls] == [
        {**common, "Key": "a"},
        {**common, "Key": "b", "ContentEncoding": "hadoop-snappy"},
    ]


def test_a_refused_write_is_a_store_error() -> None:
    for error in (refused("SlowDown"), _LOST):
        with pytest.raises(StoreError, match=r"s3://lake/a not written"):
            S3Store(cast("Any", Client(error))).put(
                "lake", "a", io.BytesIO(), content_encoding=None
            )


def schema(client: Client, version_id: str = "LATEST") -> GlueSchema:
    conversion = Conversion(
        role_arn=ROLE,
        catalog_id="123456789012",
        region="us-east-1",
        database="d",
        table="t",
        version_id=version_id,
    )
    return GlueSchema(cast("Any", client), conversion)


_TABLE = {"StorageDescriptor": {"Columns": [{"Name": "id", "Type": "string"}]}}


def test_columns_are_those_of_the_newest_version_or_of_the_one_asked_for() -> None:
    newest, third = Client({"Table": _TABLE}), Client({"TableVersion": {"Table": _TABLE}})
    assert schema(newest).columns() == [Column("id", "string")]
    assert schema(third, "3").columns() == [Column("id", "string")]
    common = {"CatalogId": "123456789012", "DatabaseName": "d"}
    assert newest.calls == [("get_table", {**common, "Name": "t"})]
    assert third.calls == [("get_table_version", {**common, "TableName": "t", "VersionId": "3"})]


@pytest.mark.parametrize(
    ("error", "is_missing"),
    [
        pytest.param(refused("EntityNotFoundException"), True, id="missing"),
        pytest.param(refused("AccessDeniedException"), False, id="denied"),
        pytest.param(_LOST, False, id="a lost connection"),
    ],
)
def test_a_missing_table_is_told_from_one_that_cannot_be_read(
    error: Exception, is_missing: bool
) -> None:
    with pytest.raises(SchemaError) as raised:
        schema(Client(error)).columns()
    assert raised.value.is_missing is is_missing


def datum(namespace: str, metric: Metric) -> Datum:
    return Datum(
        namespace=namespace,
        metric=metric,
        dimension=("StreamName", "events"),
        unit=Unit.COUNT,
        at_ms=1_790_000_000_123,
        count=2,
        total=5,
        least=1,
        greatest=4,
    )


def test_metrics_are_published_by_namespace() -> None:
    client = Client()
    CloudWatchSink(cast("Any", client)).put(
        [datum("AWS/Kinesis", Metric.INCOMING_RECORDS), datum("AWS/Firehose", Metric.PARTITIONS)]
    )
    sent = {
        "MetricName": "IncomingRecords",
        "Dimensions": [{"Name": "StreamName", "Value": "events"}],
        "Timestamp": _ARRIVAL,
        "Unit": "Count",
        "StatisticValues": {"SampleCount": 2, "Sum": 5, "Minimum": 1, "Maximum": 4},
    }
    assert client.calls == [
        (
            "put_metric_data",
            {"Namespace": "AWS/Firehose", "MetricData": [sent | {"MetricName": "PartitionCount"}]},
        ),
        ("put_metric_data", {"Namespace": "AWS/Kinesis", "MetricData": [sent]}),
    ]


def test_metrics_that_cannot_be_published_stop_nothing(caplog: pytest.LogCaptureFixture) -> None:
    CloudWatchSink(cast("Any", Client(_LOST))).put([datum("AWS/Kinesis", Metric.INCOMING_BYTES)])
    assert "metrics not published" in caplog.text
