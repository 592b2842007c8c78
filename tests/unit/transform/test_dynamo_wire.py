"""The lean `UpdateItem`: what it sends, and what it makes of each answer, beside boto3's own."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ChecksumError, ClientError
from botocore.parsers import ResponseParserError
from hypothesis import given
from hypothesis import strategies as st

from firelake.transform import dynamo_wire
from firelake.transform.dynamo_wire import DynamoWire

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest

REQUEST: dict[str, Any] = {
    "TableName": "claims",
    "Key": {"event_uuid": {"S": "\tpage"}},
    "ExpressionAttributeValues": {":0": {"B": b"\x00\x01\xff"}, ":e": {"N": "5"}},
}


@dataclass
class Answer:
    """What DynamoDB answers."""

    status_code: int
    content: bytes
    headers: dict[str, str] = field(default_factory=dict[str, str])


class Session:
    """Keeps what is sent, and answers as it is told."""

    def __init__(self, **options: object) -> None:
        self.options = options
        self.sent: list[AWSPreparedRequest] = []
        self.answer = Answer(200, b"{}")

    def as_made(self, **options: object) -> Session:
        """Stands for the class of sessions."""
        self.options = options
        return self

    def send(self, request: AWSPreparedRequest) -> Answer:
        self.sent.append(request)
        return self.answer


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    made = Session()
    monkeypatch.setattr(dynamo_wire, "URLLib3Session", made.as_made)
    return made


def wire() -> DynamoWire:
    return DynamoWire(
        "https://dynamodb.eu-west-1.amazonaws.com",
        "eu-west-1",
        Credentials("AKIDEXAMPLE", "secret", "token"),
        calls_in_flight=8,
        connect_timeout_s=1,
        read_timeout_s=2,
    )


def test_a_request_is_signed_for_dynamodb_and_bytes_are_base64(session: Session) -> None:
    wire().update_item(**REQUEST)
    (sent,) = session.sent
    assert (sent.method, sent.url) == ("POST", "https://dynamodb.eu-west-1.amazonaws.com/")
    assert isinstance(sent.body, bytes)
    assert json.loads(sent.body) == REQUEST | {
        "ExpressionAttributeValues": {":0": {"B": "AAH/"}, ":e": {"N": "5"}}
    }
    assert sent.headers["x-amz-target"] == "DynamoDB_20120810.UpdateItem"
    assert sent.headers["content-type"] == "application/x-amz-json-1.0"
    assert sent.headers["x-amz-security-token"] == "token"
    assert sent.headers["content-length"] == str(len(sent.body))


@given(
    url=st.sampled_from(
        [
            "https://dynamodb.eu-west-1.amazonaws.com",
            "http://127.0.0.1:4566",
            "https://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com/",
        ]
    ),
    region=st.sampled_from(["eu-west-1", "us-gov-west-1"]),
    token=st.sampled_from([None, "token/+=="]),
    key=st.text(max_size=20),
    now_s=st.integers(0, 4_000_000_000),
)
def test_a_request_is_signed_as_botocore_signs_it(
    url: str, region: str, token: str | None, key: str, now_s: int
) -> None:
    made, credentials = Session(), Credentials("AKIDEXAMPLE", "secret", token)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dynamo_wire, "URLLib3Session", made.as_made)
        lean = DynamoWire(
            url,
            region,
            credentials,
            calls_in_flight=1,
            connect_timeout_s=1,
            read_timeout_s=1,
            now_s=lambda: now_s,
        )
        lean.update_item(TableName="claims", Key={"event_uuid": {"S": key}})
    (sent,) = made.sent
    assert isinstance(sent.body, bytes)
    names = {"x-amz-target": "X-Amz-Target", "content-type": "Content-Type"}
    theirs = AWSRequest(
        "POST",
        f"{url.rstrip('/')}/",
        headers={shown: sent.headers[name] for name, shown in names.items()},
        data=sent.body,
    )
    moment = datetime.fromtimestamp(now_s, UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth, "get_current_datetime", lambda: moment)
        auth.SigV4Auth(credentials.get_frozen_credentials(), "dynamodb", region).add_auth(theirs)
    assert sent.headers["authorization"] == theirs.headers["Authorization"]


def test_an_answer_is_as_boto3_gives_it(session: Session) -> None:
    body = b'{"Attributes":{"a":{"B":"AAH/"},"n":{"N":"5"}},"ConsumedCapacity":{"CapacityUnits":2}}'
    session.answer = Answer(200, body, {"x-amz-crc32": str(zlib.crc32(body))})
    assert wire().update_item(**REQUEST) == {
        "Attributes": {"a": {"B": b"\x00\x01\xff"}, "n": {"N": "5"}},
        "ConsumedCapacity": {"CapacityUnits": 2},
    }


def test_a_body_that_is_not_whole_is_no_answer(session: Session) -> None:
    session.answer = Answer(200, b"{}", {"x-amz-crc32": "1"})
    with pytest.raises(ChecksumError):
        wire().update_item(**REQUEST)
    session.answer = Answer(200, b'{"Attributes":{')
    with pytest.raises(ResponseParserError, match="answered 200 with what is no JSON"):
        wire().update_item(**REQUEST)


def test_a_refusal_has_its_code_and_the_item_that_is_there(session: Session) -> None:
    session.answer = Answer(
        400,
        b'{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",'
        b'"message":"The conditional request failed",'
        b'"Item":{"a":{"B":"AAH/"},"full":{"BOOL":true}}}',
    )
    with pytest.raises(ClientError) as raised:
        wire().update_item(**REQUEST)
    response: Any = raised.value.response
    assert response["Error"] == {
        "Code": "ConditionalCheckFailedException",
        "Message": "The conditional request failed",
    }
    assert response["Item"] == {"a": {"B": b"\x00\x01\xff"}, "full": {"BOOL": True}}
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_failure_without_a_body_has_its_status(session: Session) -> None:
    session.answer = Answer(503, b"")
    with pytest.raises(ClientError) as raised:
        wire().update_item(**REQUEST)
    response: Any = raised.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 503
