"""What Kinesis answers, as codes for the retries or as an error that ends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from firelake.operations.errors import StreamError
from firelake.send.kinesis import KinesisPut
from firelake.send.records import Record

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

TAKEN = {"SequenceNumber": "1", "ShardId": "shardId-0"}
RECORDS = [Record(b"a\n", "1", 1), Record(b"b\n", "2", 1)]


class FakeClient:
    """Answers, or raises, as told."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.requests: list[dict[str, object]] = []

    def put_records(self, **request: object) -> object:
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def put(answer: object, stream: str = "events") -> tuple[list[str | None], FakeClient]:
    client = FakeClient(answer)
    return list(KinesisPut(cast("KinesisClient", client), stream)(RECORDS)), client


def refusal(code: str, status: int = 400) -> ClientError:
    response = {
        "Error": {"Code": code, "Message": "it says why"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, "PutRecords")  # pyright: ignore[reportArgumentType]


def test_each_record_has_its_own_answer() -> None:
    answer = {
        "FailedRecordCount": 1,
        "Records": [
            TAKEN,
            {"ErrorCode": "InternalFailure", "ErrorMessage": "try again"},
        ],
    }
    codes, client = put(answer)
    assert codes == [None, "InternalFailure"]
    assert client.requests == [
        {
            "StreamName": "events",
            "Records": [
                {"Data": b"a\n", "PartitionKey": "1"},
                {"Data": b"b\n", "PartitionKey": "2"},
            ],
        }
    ]


def test_a_stream_can_be_named_by_its_arn() -> None:
    arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/events"
    _, client = put({"Records": [TAKEN, TAKEN]}, arn)
    assert client.requests[0]["StreamARN"] == arn
    assert "StreamName" not in client.requests[0]


def test_an_answer_that_leaves_records_out_says_nothing_of_any() -> None:
    assert put({"Records": [TAKEN]})[0] == ["IncompleteAnswer", "IncompleteAnswer"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (
            refusal("ProvisionedThroughputExceededException"),
            "ProvisionedThroughputExceededException",
        ),
        (refusal("KMSThrottlingException"), "KMSThrottlingException"),
        (refusal("SomethingNew", 503), "SomethingNew"),
        (ReadTimeoutError(endpoint_url="https://k"), "ReadTimeoutError"),
        (EndpointConnectionError(endpoint_url="https://k"), "EndpointConnectionError"),
    ],
    ids=["throttled", "key throttled", "server error", "time-out", "no connection"],
)
def test_a_call_that_may_work_later_refuses_all_of_its_records(error: Exception, code: str) -> None:
    assert put(error)[0] == [code, code]


@pytest.mark.parametrize(
    "code", ["ResourceNotFoundException", "AccessDeniedException", "ValidationException"]
)
def test_a_call_that_no_retry_mends_raises_with_stream_code_and_reason(code: str) -> None:
    with pytest.raises(StreamError, match=f"^stream 'events': {code}: it says why$") as raised:
        put(refusal(code))
    assert raised.value.code == code


def test_without_credentials_no_call_is_repeated() -> None:
    with pytest.raises(StreamError, match=r"^stream 'events': Unable to locate credentials$"):
        put(NoCredentialsError())
