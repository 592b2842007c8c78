"""Tests of the function's event and of what is made of its answer: facts 1.1, 1.2 and 1.4."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firehose_emulator.errors import InvocationError
from firehose_emulator.invoke import Failure, Row, event, verdicts
from firehose_emulator.records import Batch, SourceRecord
from tests.fakes.firehose_world import SHARD
from tests.helpers.firehose_settings import settings

_ZEROS = "0" * 32
_IDS = [f"{SHARD}{_ZEROS}1000{0:012d}", f"{SHARD}{_ZEROS}1000{1:012d}"]

_MISSING = Failure(
    "Lambda.MissingRecordId",
    "One or more record Ids were not returned. Ensure that the Lambda function returns all"
    " received record Ids.",
)
_DUPLICATED = Failure(
    "Lambda.DuplicatedRecordId",
    "Multiple records were returned with the same record Id. Ensure that the Lambda function"
    " returns a unique record Id for each record.",
)
_PROCESSING_FAILED = Failure(
    "Lambda.ProcessingFailedStatus", "ProcessingFailed status set for record"
)
_NO_DATA = Failure(
    "Lambda.InvalidReturnFormat",
    "The data field cannot be null when the SourceType is DirectPut or KinesisStreamAsSource and"
    " processing result is Ok. The value field cannot be null when the SourceType is MSKAsSource"
    " and processing result is Ok.",
)
_FUNCTION_ERROR = (
    "Lambda.FunctionError",
    "The Lambda function was successfully invoked but it returned an error result.",
)


def batch() -> Batch:
    """Two children of one aggregate, the second one empty."""
    records = [
        SourceRecord("1000", 0, "k0", 1_790_000_000_000, b'{"a":1}', is_last=False),
        SourceRecord("1000", 1, "k1", 1_790_000_000_000, b"", is_last=True),
    ]
    return Batch(SHARD, records, "1000")


def ok(record_id: str, **changes: object) -> dict[str, Any]:
    data = base64.b64encode(b"row").decode()
    return {"recordId": record_id, "result": "Ok", "data": data, **changes}


def read(*entries: object) -> list[Row | Failure | None]:
    return verdicts(batch(), json.dumps({"records": entries}).encode())


def test_the_event_is_that_of_a_kinesis_source() -> None:
    payload = event(batch(), settings(), "invocation-1")
    metadata = {"partitionKey": "k0", "shardId": SHARD}
    assert json.loads(payload) == {
        "invocationId": "invocation-1",
        "sourceKinesisStreamArn": (
            "arn:aws:kinesis:us-east-1:123456789012:stream/firelake-dev-events"
        ),
        "deliveryStreamArn": (
            "arn:aws:firehose:us-east-1:123456789012:deliverystream/firelake-dev-delivery"
        ),
        "region": "us-east-1",
        "records": [
            {
                "recordId": _IDS[0],
                "approximateArrivalTimestamp": 1_790_000_000_000,
                "data": "eyJhIjoxfQ==",
                "kinesisRecordMetadata": {
                    **metadata,
                    "sequenceNumber": "1000",
                    "subsequenceNumber": 0,
                    "approximateArrivalTimestamp": 1_790_000_000_000,
                },
            },
            {
                "recordId": _IDS[1],
                "approximateArrivalTimestamp": 1_790_000_000_000,
                "data": "",
                "kinesisRecordMetadata": {
                    **metadata,
                    "partitionKey": "k1",
                    "sequenceNumber": "1000",
                    "subsequenceNumber": 1,
                    "approximateArrivalTimestamp": 1_790_000_000_000,
                },
            },
        ],
    }
    assert list(json.loads(payload)) == [
        "invocationId",
        "sourceKinesisStreamArn",
        "deliveryStreamArn",
        "region",
        "records",
    ]


@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        pytest.param(ok(_IDS[0]), Row(b"row", {}), id="Ok"),
        pytest.param(
            ok(_IDS[0], metadata={"partitionKeys": {"t": "x", "n": 5}}),
            Row(b"row", {"t": "x"}),
            id="Ok with partition keys, one of them no text",
        ),
        pytest.param(ok(_IDS[0], metadata=None), Row(b"row", {}), id="Ok with null metadata"),
        pytest.param(
            ok(_IDS[0], metadata={"partitionKeys": None}), Row(b"row", {}), id="Ok with null keys"
        ),
        pytest.param(ok(_IDS[0], data=""), Row(b"", {}), id="Ok with empty data"),
        pytest.param(ok(_IDS[0], data=None), _NO_DATA, id="Ok with null data"),
        pytest.param({"recordId": _IDS[0], "result": "Ok"}, _NO_DATA, id="Ok without data"),
        pytest.param({"recordId": _IDS[0], "result": "Dropped"}, None, id="Dropped without data"),
        pytest.param(ok(_IDS[0], result="Dropped"), None, id="Dropped with data"),
        pytest.param(
            {"recordId": _IDS[0], "result": "ProcessingFailed"},
            _PROCESSING_FAILED,
            id="ProcessingFailed",
        ),
        pytest.param({"recordId": "another", "result": "Dropped"}, _MISSING, id="an unknown id"),
        pytest.param({"result": "Dropped"}, _MISSING, id="no id"),
    ],
)
def test_a_record_is_judged_by_its_entry(
    entry: dict[str, Any], verdict: Row | Failure | None
) -> None:
    """Facts 1.4, line by line."""
    assert read(ok(_IDS[1]), entry) == [verdict, Row(b"row", {})]


def test_an_id_that_comes_twice_fails_its_record_alone() -> None:
    assert read(ok(_IDS[0]), ok(_IDS[1]), ok(_IDS[0])) == [_DUPLICATED, Row(b"row", {})]


@pytest.mark.parametrize("answer", [b"{}", b'{"records":null}', b'{"records":[]}'])
def test_an_answer_without_records_misses_every_record(answer: bytes) -> None:
    assert verdicts(batch(), answer) == [_MISSING, _MISSING]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(b"", "Lambda.JsonProcessingException", id="nothing"),
        pytest.param(b"no JSON", "Lambda.JsonProcessingException", id="no JSON"),
        pytest.param(b"null", "Lambda.JsonProcessingException", id="null"),
        pytest.param(b"[]", "Lambda.JsonProcessingException", id="a list"),
        pytest.param(b'{"records":{}}', "Lambda.FunctionError", id="records that are no list"),
        pytest.param(b'{"records":[1]}', "Lambda.FunctionError", id="an entry that is no object"),
        pytest.param(
            json.dumps({"records": [ok(_IDS[0], result="OK")]}).encode(),
            "Lambda.FunctionError",
            id="another result",
        ),
        pytest.param(
            json.dumps({"records": [ok(_IDS[0], data="###")]}).encode(),
            "Lambda.FunctionError",
            id="data that is no base64",
        ),
        pytest.param(
            json.dumps({"records": [ok(_IDS[0], data=5)]}).encode(),
            "Lambda.FunctionError",
            id="data that is no text",
        ),
    ],
)
def test_an_answer_that_is_none_fails_the_whole_batch(answer: bytes, code: str) -> None:
    with pytest.raises(InvocationError) as raised:
        verdicts(batch(), answer)
    assert raised.value.code == code


def test_an_answer_of_6_mb_is_read_and_a_longer_one_is_none() -> None:
    answer = b'{"records":[]}'
    assert verdicts(batch(), answer + b" " * (6 * 1024 * 1024 - len(answer))) == [_MISSING] * 2
    with pytest.raises(InvocationError) as raised:
        verdicts(batch(), answer + b" " * (6 * 1024 * 1024 - len(answer) + 1))
    assert (raised.value.code, str(raised.value)) == _FUNCTION_ERROR


@given(st.binary(max_size=60))
def test_any_answer_is_either_read_or_fails_the_batch(answer: bytes) -> None:
    try:
        found = verdicts(batch(), answer)
    except InvocationError as error:
        assert error.code in {"Lambda.JsonProcessingException", "Lambda.FunctionError"}  # noqa: PT017 - both may be
    else:
        assert len(found) == 2
