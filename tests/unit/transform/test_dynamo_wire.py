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

from firelake.transform.connections import Reply
from firelake.transform.dynamo_wire import DynamoWire

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUEST: dict[str, Any] = {
    "TableName": "claims",
    "Key": {"event_uuid": {"S": "\tpage"}},
    "ExpressionAttributeValues": {":0": {"B": b"\x00\x01\xff"}, ":e": {"N": "5"}},
}


OK = Reply(200, {}, b"{}")


@dataclass
class Posted:
    """Keeps what is sent, and answers as it is told."""

    reply: Reply = OK
    sent: list[tuple[Mapping[str, str], bytes]] = field(
        default_factory=list[tuple["Mapping[str, str]", bytes]]
    )

    def post(self, headers: Mapping[str, str], body: bytes) -> Reply:
        self.sent.append((headers, body))
        return self.reply


def wire(posted: Posted) -> DynamoWire:
    return DynamoWire(
        "https://dynamodb.eu-west-1.amazonaws.com",
        "eu-west-1",
        Credentials("AKIDEXAMPLE", "secret", "token"),
        posted,
    )


def test_a_request_is_signed_for_dynamodb_and_bytes_are_base64() -> None:
    posted = Posted()
    wire(posted).update_item(**REQUEST)
    ((headers, body),) = posted.sent
    assert json.loads(body) == REQUEST | {
        "ExpressionAttributeValues": {":0": {"B": "AAH/"}, ":e": {"N": "5"}}
    }
    assert headers["host"] == "dynamodb.eu-west-1.amazonaws.com"
    assert headers["x-amz-target"] == "DynamoDB_20120810.UpdateItem"
    assert headers["content-type"] == "application/x-amz-json-1.0"
    assert headers["x-amz-security-token"] == "token"


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
    posted, credentials = Posted(), Credentials("AKIDEXAMPLE", "secret", token)
    lean = DynamoWire(url, region, credentials, posted, lambda: now_s)
    lean.update_item(TableName="claims", Key={"event_uuid": {"S": key}})
    ((headers, body),) = posted.sent
    names = {"x-amz-target": "X-Amz-Target", "content-type": "Content-Type"}
    theirs = AWSRequest(
        "POST",
        f"{url.rstrip('/')}/",
        headers={shown: headers[name] for name, shown in names.items()},
        data=body,
    )
    moment = datetime.fromtimestamp(now_s, UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth, "get_current_datetime", lambda: moment)
        auth.SigV4Auth(credentials.get_frozen_credentials(), "dynamodb", region).add_auth(theirs)
    assert headers["authorization"] == theirs.headers["Authorization"]


def test_an_answer_is_as_boto3_gives_it() -> None:
    body = b'{"Attributes":{"a":{"B":"AAH/"},"n":{"N":"5"}},"ConsumedCapacity":{"CapacityUnits":2}}'
    posted = Posted(Reply(200, {"x-amz-crc32": str(zlib.crc32(body))}, body))
    assert wire(posted).update_item(**REQUEST) == {
        "Attributes": {"a": {"B": b"\x00\x01\xff"}, "n": {"N": "5"}},
        "ConsumedCapacity": {"CapacityUnits": 2},
    }


def test_a_body_that_is_not_whole_is_no_answer() -> None:
    posted = Posted(Reply(200, {"x-amz-crc32": "1"}, b"{}"))
    with pytest.raises(ChecksumError):
        wire(posted).update_item(**REQUEST)
    posted = Posted(Reply(200, {}, b'{"Attributes":{'))
    with pytest.raises(ResponseParserError, match="answered 200 with what is no JSON"):
        wire(posted).update_item(**REQUEST)


def test_a_refusal_has_its_code_and_the_item_that_is_there() -> None:
    posted = Posted(
        Reply(
            400,
            {},
            b'{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",'
            b'"message":"The conditional request failed",'
            b'"Item":{"a":{"B":"AAH/"},"full":{"BOOL":true}}}',
        )
    )
    with pytest.raises(ClientError) as raised:
        wire(posted).update_item(**REQUEST)
    response: Any = raised.value.response
    assert response["Error"] == {
        "Code": "ConditionalCheckFailedException",
        "Message": "The conditional request failed",
    }
    assert response["Item"] == {"a": {"B": b"\x00\x01\xff"}, "full": {"BOOL": True}}
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_failure_without_a_body_has_its_status() -> None:
    posted = Posted(Reply(503, {}, b""))
    with pytest.raises(ClientError) as raised:
        wire(posted).update_item(**REQUEST)
    response: Any = raised.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 503
