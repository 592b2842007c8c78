"""`DynamoClaimStore`: what it sends, and what it makes of every answer DynamoDB may give."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import botocore.session
import pytest
from botocore.exceptions import (
    ChecksumError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError
from hypothesis import example, given
from hypothesis import strategies as st

from firelake.transform.claims import Candidate, Claim, Claiming, Outcome, Replacement, Verdict
from firelake.transform.dynamo_claims import DynamoClaimStore
from firelake.transform.errors import ClaimStoreError
from firelake.transform.settling import settle
from tests.fakes.clock import FakeClock
from tests.fakes.dynamodb_client import ScriptedClient, all_done
from tests.fakes.inline_executor import InlineExecutor
from tests.helpers.records import changed

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

CLAIM = Claim(
    key="id-1",
    owner="shardId-000000000000:4966:0#0",
    event_name="lesson:started",
    created_at_s=1_700_000_000.25,
    claimed_at_ms=1_700_000_001_007,
    expires_at_s=1_701_209_602,
    event_type="lesson",
)
ITEM = {
    "event_uuid": {"S": "id-1"},
    "owner": {"S": "shardId-000000000000:4966:0#0"},
    "event_name": {"S": "lesson:started"},
    "created_at": {"N": "1700000000.25"},
    "claimed_at": {"N": "1700000001.007"},
    "expires_at": {"N": "1701209602"},
    "is_unregistered": {"BOOL": False},
}
ENDPOINT = "https://dynamodb.eu-west-1.amazonaws.com"
NO_ANSWERS: dict[str, Exception] = {
    "connect timeout": ConnectTimeoutError(endpoint_url=ENDPOINT),
    "read timeout": ReadTimeoutError(endpoint_url=ENDPOINT),
    "connection closed": ConnectionClosedError(endpoint_url=ENDPOINT),
    "nobody listens": EndpointConnectionError(endpoint_url=ENDPOINT),
    "checksum": ChecksumError(checksum_type="crc32", expected_checksum="1", actual_checksum="2"),
    "not to be parsed": ResponseParserError("Unable to parse response"),
}


def refusal(code: str, status: int) -> ClientError:
    error = ClientError({"Error": {"Code": code, "Message": "so it is"}}, "Operation")
    error.response["ResponseMetadata"] = {
        "HTTPStatusCode": status,
        "HTTPHeaders": {},
        "HostId": "",
        "RequestId": "",
        "RetryAttempts": 0,
    }
    return error


def store_on(
    client: ScriptedClient, expired: Callable[[], bool] = lambda: False
) -> DynamoClaimStore:
    return DynamoClaimStore(
        cast("DynamoDBClient", client), "claims", executor=InlineExecutor(), expired=expired
    )


def claims(count: int) -> list[Claim]:
    return [changed(CLAIM, key=f"id-{number}") for number in range(count)]


def test_an_insert_sends_the_whole_claim_as_parameters() -> None:
    client = ScriptedClient()
    assert store_on(client).insert([CLAIM]) == [Outcome.DONE]
    assert client.statements == [
        [
            {
                "Statement": (
                    "INSERT INTO \"claims\" VALUE {'event_uuid': ?, 'owner': ?, "
                    "'event_name': ?, 'created_at': ?, 'claimed_at': ?, 'expires_at': ?, "
                    "'is_unregistered': ?}"
                ),
                "Parameters": list(ITEM.values()),
            }
        ]
    ]


def test_a_replacement_is_an_update_on_condition_of_owner_and_time_as_read() -> None:
    client = ScriptedClient()
    new = changed(CLAIM, owner="shard-1:7:0#0", claimed_at_ms=1_700_000_002_000)
    assert store_on(client).replace([Replacement(CLAIM, new)]) == [Outcome.DONE]
    assert client.statements == [
        [
            {
                "Statement": (
                    'UPDATE "claims" SET "owner" = ? SET "event_name" = ? SET "created_at" = ? '
                    'SET "claimed_at" = ? SET "expires_at" = ? SET "is_unregistered" = ? '
                    'WHERE "event_uuid" = ? AND "owner" = ? AND "claimed_at" = ?'
                ),
                "Parameters": [
                    {"S": "shard-1:7:0#0"},
                    {"S": "lesson:started"},
                    {"N": "1700000000.25"},
                    {"N": "1700000002.000"},
                    {"N": "1701209602"},
                    {"BOOL": False},
                    {"S": "id-1"},
                    {"S": "shardId-000000000000:4966:0#0"},
                    {"N": "1700000001.007"},
                ],
            }
        ]
    ]


def test_a_read_is_consistent_and_gives_each_claim_or_none() -> None:
    client = ScriptedClient([{"Responses": {"claims": [ITEM]}, "UnprocessedKeys": {}}])
    assert store_on(client).read(["id-0", "id-1"]) == {"id-0": None, "id-1": CLAIM}
    keys = [{"event_uuid": {"S": "id-0"}}, {"event_uuid": {"S": "id-1"}}]
    assert client.requests == [{"claims": {"Keys": keys, "ConsistentRead": True}}]


def test_a_claim_tells_the_partition_that_its_event_was_given() -> None:
    older = {name: value for name, value in ITEM.items() if name != "is_unregistered"}
    told = {
        "unregistered": {**ITEM, "is_unregistered": {"BOOL": True}},
        "lesson": ITEM,
        None: older,
    }
    for event_type, item in told.items():
        client = ScriptedClient([{"Responses": {"claims": [item]}, "UnprocessedKeys": {}}])
        read = store_on(client).read(["id-1"])
        assert read == {"id-1": changed(CLAIM, event_type=event_type)}


@given(
    claimed_at_ms=st.integers(0, 10**14),
    created_at_s=st.floats(0, 10**11),
    expires_at_s=st.integers(0, 10**11),
)
@example(claimed_at_ms=1_700_000_000_001, created_at_s=0.1, expires_at_s=1)
def test_times_read_back_are_those_sent_to_the_last_digit(
    claimed_at_ms: int, created_at_s: float, expires_at_s: int
) -> None:
    """A renewal is on condition of the time as read: one digit off, and it is refused for ever."""
    sent = changed(
        CLAIM,
        claimed_at_ms=claimed_at_ms,
        created_at_s=created_at_s,
        expires_at_s=expires_at_s,
    )
    client = ScriptedClient()
    store_on(client).insert([sent])
    item = dict(zip(ITEM, client.statements[0][0]["Parameters"], strict=True))
    answer = {"Responses": {"claims": [item]}, "UnprocessedKeys": {}}
    assert store_on(ScriptedClient([answer])).read(["id-1"]) == {"id-1": sent}


def test_keys_that_dynamodb_left_unprocessed_are_unknown_and_not_absent() -> None:
    left = {"claims": {"Keys": [{"event_uuid": {"S": "id-2"}}], "ConsistentRead": True}}
    client = ScriptedClient([{"Responses": {"claims": [ITEM]}, "UnprocessedKeys": left}])
    assert store_on(client).read(["id-0", "id-1", "id-2"]) == {"id-0": None, "id-1": CLAIM}


def test_a_read_may_leave_everything_unprocessed() -> None:
    left = {"claims": {"Keys": [{"event_uuid": {"S": "id-1"}}]}}
    client = ScriptedClient([{"Responses": {}, "UnprocessedKeys": left}])
    assert store_on(client).read(["id-1"]) == {}


STATEMENT_ERRORS: dict[str, Outcome | type[ClaimStoreError]] = {
    "ConditionalCheckFailed": Outcome.REFUSED,
    "DuplicateItem": Outcome.REFUSED,
    "InternalServerError": Outcome.UNKNOWN,
    "ProvisionedThroughputExceeded": Outcome.UNKNOWN,
    "RequestLimitExceeded": Outcome.UNKNOWN,
    "ThrottlingError": Outcome.UNKNOWN,
    "TransactionConflict": Outcome.UNKNOWN,
    "AccessDenied": ClaimStoreError,
    "ItemCollectionSizeLimitExceeded": ClaimStoreError,
    "ResourceNotFound": ClaimStoreError,
    "ValidationError": ClaimStoreError,
}


def test_every_code_that_dynamodb_documents_for_a_statement_is_covered_here() -> None:
    model = botocore.session.get_session().get_service_model("dynamodb")
    documented = cast("list[str]", model.shape_for("BatchStatementErrorCodeEnum").metadata["enum"])
    assert sorted(documented) == sorted(STATEMENT_ERRORS)


@pytest.mark.parametrize(
    "code", [code for code, made in STATEMENT_ERRORS.items() if isinstance(made, Outcome)]
)
def test_a_statement_error_concerns_its_own_claim_alone(code: str) -> None:
    failed = {"Error": {"Code": code, "Message": "so it is"}, "TableName": "claims"}
    answer = {"Responses": [{"TableName": "claims"}, failed, {"TableName": "claims"}]}
    outcomes = store_on(ScriptedClient([answer])).insert(claims(3))
    assert outcomes == [Outcome.DONE, STATEMENT_ERRORS[code], Outcome.DONE]


@pytest.mark.parametrize(
    "code", [code for code, made in STATEMENT_ERRORS.items() if made is ClaimStoreError]
)
def test_a_statement_error_that_no_retry_mends_names_table_code_and_message(code: str) -> None:
    failed = {"Error": {"Code": code, "Message": "so it is"}}
    store = store_on(ScriptedClient([{"Responses": [{}, failed]}]))
    with pytest.raises(ClaimStoreError, match=rf"on claims failed with '{code}': so it is") as got:
        store.insert(claims(2))
    assert got.value.code == code
    assert not got.value.retryable


@pytest.mark.parametrize("code", ["", "SomethingNewError"], ids=["no code", "unheard of"])
def test_a_statement_error_that_nobody_knows_is_never_taken_for_an_answer(code: str) -> None:
    store = store_on(ScriptedClient([{"Responses": [{"Error": {"Code": code}}]}]))
    with pytest.raises(ClaimStoreError, match="a statement on claims failed"):
        store.insert([CLAIM])


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ProvisionedThroughputExceededException", 400),
        ("ThrottlingException", 400),
        ("RequestLimitExceeded", 400),
        ("InternalServerError", 500),
        ("ServiceUnavailable", 503),
        ("502", 502),
        ("", 504),
    ],
)
def test_a_call_that_is_refused_for_now_leaves_everything_unknown(code: str, status: int) -> None:
    error = refusal(code, status)
    store = store_on(ScriptedClient([error, error, error]))
    assert store.insert(claims(3)) == [Outcome.UNKNOWN] * 3
    assert store.replace([Replacement(CLAIM, CLAIM)]) == [Outcome.UNKNOWN]
    assert store.read(["id-1", "id-2"]) == {}


@pytest.mark.parametrize("error", NO_ANSWERS.values(), ids=NO_ANSWERS.keys())
def test_a_call_without_an_answer_leaves_everything_unknown(error: Exception) -> None:
    store = store_on(ScriptedClient([error, error, error]))
    assert store.insert(claims(3)) == [Outcome.UNKNOWN] * 3
    assert store.replace([Replacement(CLAIM, CLAIM)]) == [Outcome.UNKNOWN]
    assert store.read(["id-1", "id-2"]) == {}


def test_a_body_that_parses_as_empty_leaves_everything_unknown() -> None:
    store = store_on(ScriptedClient([{}, {}]))
    assert store.insert(claims(3)) == [Outcome.UNKNOWN] * 3
    assert store.read(["id-1", "id-2"]) == {}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(refusal("AccessDeniedException", 400), "AccessDeniedException", id="access"),
        pytest.param(
            refusal("ResourceNotFoundException", 400), "ResourceNotFoundException", id="no table"
        ),
        pytest.param(refusal("ValidationException", 400), "ValidationException", id="validation"),
        pytest.param(NoCredentialsError(), "NoCredentialsError", id="no credentials"),
    ],
)
def test_a_call_that_no_retry_mends_is_raised_with_table_and_code(
    error: Exception, code: str
) -> None:
    store = store_on(ScriptedClient([error, error]))
    with pytest.raises(ClaimStoreError, match="BatchExecuteStatement on claims failed: ") as got:
        store.insert([CLAIM])
    assert got.value.code == code
    assert got.value.__cause__ is error
    with pytest.raises(ClaimStoreError, match="BatchGetItem on claims failed: ") as got:
        store.read(["id-1"])
    assert got.value.code == code


@pytest.mark.parametrize("answered", [0, 2, 4], ids=str)
def test_a_wrong_number_of_answers_is_never_matched_to_the_claims(answered: int) -> None:
    store = store_on(ScriptedClient([all_done(answered)]))
    with pytest.raises(ClaimStoreError, match=rf"on claims answered {answered} of 3 statements"):
        store.insert(claims(3))


def test_of_several_calls_only_the_one_that_failed_is_unknown() -> None:
    client = ScriptedClient([all_done(25), refusal("ThrottlingException", 400)])
    assert store_on(client).insert(claims(60)) == [
        *[Outcome.DONE] * 25,
        *[Outcome.UNKNOWN] * 25,
        *[Outcome.DONE] * 10,
    ]


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(1, [1]), (25, [25]), (26, [25, 1]), (100, [25] * 4), (101, [25, 25, 25, 25, 1])],
    ids=str,
)
def test_inserts_take_one_call_for_each_25(count: int, sizes: list[int]) -> None:
    client = ScriptedClient()
    store_on(client).insert(claims(count))
    assert [len(statements) for statements in client.statements] == sizes


@pytest.mark.parametrize(
    ("count", "sizes"), [(100, [100]), (101, [100, 1]), (250, [100, 100, 50])], ids=str
)
def test_reads_take_one_call_for_each_100(count: int, sizes: list[int]) -> None:
    client = ScriptedClient()
    store_on(client).read([claim.key for claim in claims(count)])
    assert [len(request["claims"]["Keys"]) for request in client.requests] == sizes


def test_a_batch_without_duplicates_takes_at_most_1_1_calls_for_25_events() -> None:
    client = ScriptedClient()
    clock = FakeClock()
    events = [Candidate(f"id-{at}", "a:b", 1.0, f"shard-0:{at}:0#0", "a") for at in range(1013)]
    settled = settle(events, store_on(client), clock.pace(), dedupe_days=14)
    assert settled.verdicts == [Verdict.PASS] * 1013
    assert client.requests == []
    assert len(client.statements) <= 1.1 * 1013 / 25


def test_calls_that_have_not_begun_at_the_deadline_are_left_out() -> None:
    client = ScriptedClient()
    store = store_on(client, expired=lambda: len(client.statements) + len(client.requests) >= 2)
    assert store.insert(claims(60)) == [*[Outcome.DONE] * 50, *[Outcome.UNKNOWN] * 10]
    assert len(client.statements) == 2
    assert store.replace([Replacement(CLAIM, CLAIM)]) == [Outcome.UNKNOWN]
    assert store.read(["id-1"]) == {}
    assert (len(client.statements), client.requests) == (2, [])


def test_the_largest_item_takes_one_write_unit() -> None:
    """Sizes as the page says: names and strings in UTF-8, a number at most 21 bytes, a boolean 1.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    candidate = Candidate(
        event_uuid="\N{GRINNING FACE}" * 128,
        event_name="a" * 98 + ":" + "b" * 101,
        created_at_s=1_700_000_000.1234567,
        owner=f"shardId-999999999999:{'9' * 56}:{'9' * 20}#99999",
        event_type="unregistered",
    )
    client = ScriptedClient()
    store = store_on(client)
    store.insert(Claiming([candidate], dedupe_days=36_600).inserts(FakeClock.START_MS))
    parameters = client.statements[0][0]["Parameters"]
    values = sum(
        len(each["S"].encode()) if "S" in each else 1 if "BOOL" in each else 21
        for each in parameters
    )
    names = sum(map(len, ITEM))
    assert (names, values) == (70, 880)
    assert names + values <= 1024
