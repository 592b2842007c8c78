"""PutRecords with its records written and read at once: the call that AWS documents, no other."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from firelake.aws.clients import AwsClients

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from mypy_boto3_kinesis import KinesisClient

# By hand, base64 too: {"n":1} with a newline, and bytes that are no text.
BODY = {
    "StreamName": "events",
    "Records": [
        {"Data": "eyJuIjoxfQo=", "PartitionKey": "a"},
        {"Data": "/wA=", "PartitionKey": "é"},
    ],
}
RECORDS: list[Any] = [
    {"Data": b'{"n":1}\n', "PartitionKey": "a"},
    {"Data": b"\xff\x00", "PartitionKey": "é"},
]


class Answers(BytesIO):
    """The body of an answer, as urllib3 gives it."""

    def stream(self, *_: object, **__: object) -> list[bytes]:
        return [self.read()]


class Wire:
    """Answers in place of a connection."""

    def __init__(self, client: KinesisClient, status: int, answer: bytes) -> None:
        self._status = status
        self._answer = answer
        # Botocore's types know neither the bytes of these requests nor hooks that answer.
        self.requests: list[Any] = []
        client.meta.events.register("before-send.kinesis", cast("Any", self._send))

    def _send(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        self.requests.append(request)
        headers: Any = {"content-type": "application/x-amz-json-1.1"}
        return AWSResponse(request.url, self._status, headers, Answers(self._answer))


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> KinesisClient:
    for name in ("AWS_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return AwsClients().kinesis_puts()


def test_the_call_is_the_one_that_aws_documents_and_signed(client: KinesisClient) -> None:
    wire = Wire(client, 200, b'{"FailedRecordCount":0,"Records":[{},{}]}')
    client.put_records(StreamName="events", Records=RECORDS)
    (request,) = wire.requests
    assert json.loads(request.body) == BODY
    assert request.url == "https://kinesis.eu-west-1.amazonaws.com/"
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert headers["x-amz-target"] == b"Kinesis_20131202.PutRecords"
    assert headers["content-length"] == str(len(request.body))
    assert headers["authorization"].startswith(b"AWS4-HMAC-SHA256 Credential=test/")


def test_each_record_has_its_answer(client: KinesisClient) -> None:
    Wire(
        client,
        200,
        b'{"FailedRecordCount":1,"EncryptionType":"KMS","Records":[{"ErrorCode":'
        b'"InternalFailure","ErrorMessage":"again"},{"SequenceNumber":"1","ShardId":"s"}]}',
    )
    answer = client.put_records(StreamName="events", Records=RECORDS)
    assert [record.get("ErrorCode") for record in answer["Records"]] == ["InternalFailure", None]


def test_a_refused_call_is_botocores_error(client: KinesisClient) -> None:
    Wire(client, 400, b'{"__type":"ResourceNotFoundException","message":"no stream"}')
    with pytest.raises(ClientError, match="no stream") as raised:
        client.put_records(StreamName="events", Records=RECORDS)
    assert raised.value.response.get("Error", {}).get("Code") == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "body", [b"{}", b'{"Records":[1,2]}', b"<html>"], ids=["nothing", "numbers", "no JSON"]
)
def test_an_answer_of_something_else_answers_for_no_record(
    client: KinesisClient, body: bytes
) -> None:
    Wire(client, 200, body)
    assert client.put_records(StreamName="events", Records=RECORDS)["Records"] == []


def test_a_stream_is_named_by_its_arn_too(client: KinesisClient) -> None:
    wire = Wire(client, 200, b'{"Records":[{},{}]}')
    arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/events"
    client.put_records(StreamARN=arn, Records=RECORDS)
    assert json.loads(wire.requests[0].body)["StreamARN"] == arn
