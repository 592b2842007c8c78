"""What a request in CBOR is in JSON, and an answer in JSON in CBOR, byte by byte."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.local.emulator.answers import Answer, refusal
from firelake.local.emulator.cbor import Call, call_of

if TYPE_CHECKING:
    from collections.abc import Mapping

# CBOR by hand: 0xA0 + n is a map of n, 0x80 + n a list, 0x60 + n text, 0x40 + n bytes, 0xC1 a time.
JSON_TARGET = {"content-type": "application/x-amz-cbor-1.1"}
RPC = {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}


def kinesis(operation: str) -> Call:
    call = call_of("/", {**JSON_TARGET, "x-amz-target": f"Kinesis_20131202.{operation}"})
    assert call is not None
    return call


def cloudwatch(operation: str) -> Call:
    call = call_of(f"/service/GraniteServiceVersion20100801/operation/{operation}", RPC)
    assert call is not None
    return call


def in_json(call: Call, body: bytes) -> Any:  # noqa: ANN401
    return json.loads(call.body(body))


def answered(call: Call, told: object) -> Answer:
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-requestid": "1"}
    return call.answer(Answer(200, headers, json.dumps(told).encode()))


def test_bytes_of_records_are_base64_in_json() -> None:
    body = b"\xa2" + b"\x6aStreamName\x61s" + b"\x67Records\x81"
    body += b"\xa2" + b"\x64Data\x43\xff\x00\x7b" + b"\x6cPartitionKey\x62\xc3\xa9"
    assert in_json(kinesis("PutRecords"), body) == {
        "StreamName": "s",
        "Records": [{"Data": "/wB7", "PartitionKey": "é"}],
    }


def test_lists_maps_and_texts_may_come_in_parts_of_unknown_number() -> None:
    body = b"\xbf" + b"\x6aStreamName\x7f\x61a\x61b\xff" + b"\x67Records\x9f"
    body += b"\xbf" + b"\x64Data\x5f\x41\xff\x42\x00\x7b\xff" + b"\x6cPartitionKey\x61k" + b"\xff"
    body += b"\xff\xff"
    assert in_json(kinesis("PutRecords"), body) == {
        "StreamName": "ab",
        "Records": [{"Data": "/wB7", "PartitionKey": "k"}],
    }


def test_times_are_milliseconds_in_aws_json_and_seconds_in_json() -> None:
    body = b"\xa1\x69Timestamp\xc1\x1b" + (1_795_305_600_123).to_bytes(8, "big")
    assert in_json(kinesis("GetShardIterator"), body) == {"Timestamp": 1_795_305_600.123}


def test_times_are_seconds_in_rpc_v2() -> None:
    body = b"\xa1\x69StartTime\xc1\x1a" + (1_795_305_600).to_bytes(4, "big")
    assert in_json(cloudwatch("GetMetricData"), body) == {"StartTime": 1_795_305_600}


def test_members_that_are_null_are_left_out() -> None:
    assert in_json(kinesis("ListShards"), b"\xa1\x69NextToken\xf6") == {}


def test_a_request_without_a_body_is_an_empty_one() -> None:
    assert in_json(kinesis("ListStreams"), b"") == {}


def test_the_headers_are_those_of_json() -> None:
    sent = {**RPC, "content-length": "5", "authorization": "AWS4-HMAC-SHA256 …"}
    assert cloudwatch("PutMetricData").headers(sent) == {
        "authorization": "AWS4-HMAC-SHA256 …",
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "GraniteServiceVersion20100801.PutMetricData",
    }


def test_records_come_back_as_bytes_and_times_in_milliseconds() -> None:
    record = {"ApproximateArrivalTimestamp": 1_795_305_600.123, "Data": "/wB7"}
    answer = answered(kinesis("GetRecords"), {"Records": [record], "MillisBehindLatest": 0})
    time = b"\x78\x1bApproximateArrivalTimestamp\xc1\x1b" + (1_795_305_600_123).to_bytes(8, "big")
    records = b"\x67Records\x81\xa2" + time + b"\x64Data\x43\xff\x00\x7b"
    assert answer.body == b"\xa2" + records + b"\x72MillisBehindLatest\x00"
    assert answer.headers == {
        "Content-Type": "application/x-amz-cbor-1.1",
        "x-amzn-requestid": "1",
    }


def test_metrics_come_back_as_doubles_and_times_in_seconds() -> None:
    result = {"Id": "a", "Timestamps": [1_795_305_600], "Values": [3]}
    answer = answered(cloudwatch("GetMetricData"), {"MetricDataResults": [result]})
    time = b"\x6aTimestamps\x81\xc1\x1a" + (1_795_305_600).to_bytes(4, "big")
    values = b"\x66Values\x81\xfb\x40\x08\x00\x00\x00\x00\x00\x00"
    assert answer.body == b"\xa1\x71MetricDataResults\x81\xa3\x62Id\x61a" + time + values
    assert answer.headers["Content-Type"] == "application/cbor"
    assert answer.headers["smithy-protocol"] == "rpc-v2-cbor"


def test_what_has_no_output_has_no_body_and_no_type() -> None:
    answer = answered(cloudwatch("PutMetricData"), {})
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers == {"smithy-protocol": "rpc-v2-cbor", "x-amzn-requestid": "1"}


@pytest.mark.parametrize(
    "call", [kinesis("PutRecords"), cloudwatch("PutMetricData")], ids=["json", "rpc"]
)
def test_a_refusal_names_its_error_and_says_why(call: Call) -> None:
    answer = call.answer(refusal("Refused", "no"))
    assert answer.status == 400
    assert answer.body == b"\xa2\x66__type\x67Refused\x67message\x62no"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        pytest.param(
            "/",
            {
                "content-type": "application/x-amz-json-1.1",
                "x-amz-target": "Kinesis_20131202.PutRecords",
            },
            id="json",
        ),
        pytest.param("/", {**JSON_TARGET, "x-amz-target": "Other.PutRecords"}, id="service"),
        pytest.param("/", {**JSON_TARGET, "x-amz-target": "Kinesis_20131202.Nothing"}, id="name"),
        pytest.param("/service/Other/operation/PutMetricData", RPC, id="service of rpc"),
        pytest.param("/bucket/key", RPC, id="another path"),
        pytest.param("/", {}, id="nothing"),
    ],
)
def test_what_is_not_called_in_cbor_is_left_alone(path: str, headers: Mapping[str, str]) -> None:
    assert call_of(path, headers) is None


@given(st.binary(min_size=1))
def test_any_bytes_are_a_request_or_a_value_error(body: bytes) -> None:
    try:
        assert isinstance(in_json(kinesis("PutRecords"), body), dict)
    except ValueError:
        return
