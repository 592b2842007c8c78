"""The edges of replay: claims, freshness, sending and the lake, each by what it asks of AWS."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError
from hypothesis import given
from hypothesis import strategies as st

from firelake.aws.backoff import Waiting
from firelake.catalog.errors import CatalogError
from firelake.contract.claim_schedule import ITEMS_ONLY
from firelake.failures.claims import ClaimsError, ClaimsTable
from firelake.failures.deletion import Deletion
from firelake.failures.replay.freshness import (
    CloudWatchFreshness,
    FreshnessError,
    delivered_until_ms,
)
from firelake.failures.replay.lake import AthenaLake
from firelake.failures.replay.rules import Replaying, Run, Step
from firelake.failures.replay.sending import Sender
from firelake.operations.errors import LakeQueryError
from firelake.operations.settings_history import Settling
from firelake.send.put import Tally
from firelake.send.records import MAX_DATA_BYTES
from firelake.transform.claims import Candidate, Claim, Outcome
from tests.unit.cli.fakes import THROTTLED, FakeStream, FakeTime
from tests.unit.failures.errors.object_samples import NOON, NOON_MS, refusal
from tests.unit.failures.replay.simulated_lake import AtOnce

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from botocore.exceptions import ClientError
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient

EVENT = ("u-1", "thing:done", 1.5)
OTHER = ("u-2", "thing:done", 1.5)
CLAIM = Claim("u-1", "shard:1:0#0", "thing:done", 1.5, NOON_MS + 7, 1_800_000_000, None)
ITEM = {
    "event_uuid": {"S": "u-1"},
    "owner": {"S": "shard:1:0#0"},
    "event_name": {"S": "thing:done"},
    "created_at": {"N": "1.5"},
    "claimed_at": {"N": "1795348800.007"},
    "expires_at": {"N": "1800000000"},
}


class FakeDynamo:
    """Answers as told, one answer after the other."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def batch_get_item(self, **asked: object) -> object:
        return self._answer(asked)

    def delete_item(self, **asked: object) -> object:
        return self._answer(asked)

    def _answer(self, asked: dict[str, Any]) -> object:
        self.asked.append(asked)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def table_of(dynamo: FakeDynamo, time: FakeTime | None = None) -> ClaimsTable:
    return ClaimsTable(
        cast("DynamoDBClient", dynamo),
        "claims",
        lambda: ITEMS_ONLY,
        executor=AtOnce(),
        waiting=Waiting((time or FakeTime()).sleep, lambda: 1.0),
    )


def test_claims_are_read_until_each_is_known() -> None:
    time = FakeTime()
    unprocessed = {"claims": {"Keys": [{"event_uuid": {"S": "u-1"}}]}}
    dynamo = FakeDynamo(
        refusal("ThrottlingException"),
        {"Responses": {"claims": []}, "UnprocessedKeys": unprocessed},
        {"Responses": {"claims": [ITEM]}},
    )
    assert table_of(dynamo, time).read([EVENT, OTHER]) == {EVENT: CLAIM, OTHER: None}
    assert [len(each["RequestItems"]["claims"]["Keys"]) for each in dynamo.asked] == [2, 2, 1]
    assert all(each["RequestItems"]["claims"]["ConsistentRead"] for each in dynamo.asked)
    assert time.sleeps_s == [0.05, 0.1]


def test_claims_that_cannot_be_read_for_long_are_an_error() -> None:
    with pytest.raises(ClaimsError, match="1 claims of claims could not be read"):
        table_of(FakeDynamo(refusal("ThrottlingException"))).read([EVENT])
    with pytest.raises(ClaimsError, match="AccessDenied"):
        table_of(FakeDynamo(refusal("AccessDeniedException"))).read([EVENT])


def test_a_claim_is_deleted_on_condition_of_owner_and_time() -> None:
    dynamo = FakeDynamo({})
    deletion = Replaying(Settling(1)).deletion(Run(Step.DELETE, CLAIM))
    assert table_of(dynamo).delete([deletion]) == [Outcome.DONE]
    assert dynamo.asked == [
        {
            "TableName": "claims",
            "Key": {"event_uuid": {"S": "u-1"}},
            "ConditionExpression": "#owner = :owner AND #claimed_at = :claimed_at",
            "ExpressionAttributeNames": {"#owner": "owner", "#claimed_at": "claimed_at"},
            "ExpressionAttributeValues": {
                ":owner": {"S": "shard:1:0#0"},
                ":claimed_at": {"N": "1795348800.007"},
            },
        }
    ]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (refusal("ConditionalCheckFailedException"), Outcome.REFUSED),
        (refusal("ThrottlingException"), Outcome.UNKNOWN),
        (refusal("InternalServerError", 500), Outcome.UNKNOWN),
        (EndpointConnectionError(endpoint_url="http://x"), Outcome.UNKNOWN),
    ],
    ids=["refused", "throttled", "failed", "lost"],
)
def test_the_answer_to_a_deletion_is_not_guessed(answer: Exception, outcome: Outcome) -> None:
    assert table_of(FakeDynamo(answer)).delete([Deletion("u-1", "o", 1)]) == [outcome]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (refusal("AccessDeniedException"), "AccessDenied"),
        (refusal("UnrecognizedClientException"), "UnrecognizedClient"),
        (NoCredentialsError(), "credentials"),
    ],
    ids=["denied", "unknown keys", "no keys"],
)
def test_a_table_that_may_not_be_deleted_from_is_an_error(answer: Exception, why: str) -> None:
    with pytest.raises(ClaimsError, match=f"a claim of claims cannot be deleted: .*{why}"):
        table_of(FakeDynamo(answer)).delete([Deletion("u-1", "o", 1)])


claims = st.builds(
    Claim,
    st.just("u-1"),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["x:y", "x:z"]),
    st.sampled_from([1.0, 2.0]),
    st.integers(0, 3),
    st.just(0),
)


@given(claims, claims)
def test_a_claim_is_deleted_only_if_owner_and_time_are_as_read(read: Claim, there: Claim) -> None:
    deletion = Replaying(Settling(1)).deletion(Run(Step.DELETE, read))
    is_as_read = (read.owner, read.claimed_at_ms) == (there.owner, there.claimed_at_ms)
    assert deletion.fits(there) is is_as_read
    assert not deletion.fits(None)


@given(claims, st.integers(0, 9), st.integers(0, 5))
def test_the_lake_is_asked_once_everything_is_delivered_for_longer_than_settle(
    claim: Claim, until_ms: int, settle_ms: int
) -> None:
    rules = Replaying(Settling(settle_ms))
    run = rules.freshness_seen(Run(Step.LOOK, claim), until_ms)
    assert (run.step is Step.ASK) is (until_ms > claim.claimed_at_ms + settle_ms)
    assert rules.freshness_seen(Run(Step.LOOK, claim), None).step is Step.LATER


def test_an_id_of_another_event_is_reused() -> None:
    rules = Replaying(Settling(1))
    event = Candidate("u-1", "thing:done", 1.5, "", "thing")
    assert rules.claim_read(rules.begin(), event, CLAIM).step is Step.LOOK
    for name, created_at_s in (("thing:gone", 1.5), ("thing:done", 1.25)):
        other = Candidate("u-1", name, created_at_s, "", "thing")
        assert rules.claim_read(rules.begin(), other, CLAIM).step is Step.REUSED


def test_a_claim_that_was_never_read_cannot_be_deleted() -> None:
    with pytest.raises(ValueError, match="has no claim to delete"):
        Replaying(Settling(1)).deletion(Run(Step.DELETE))


class FakeCloudWatch:
    """Gives pages of data points, or refuses."""

    def __init__(self, *pages: list[tuple[datetime, float]] | ClientError) -> None:
        self._pages = pages
        self.asked: dict[str, Any] = {}

    def get_paginator(self, operation: str) -> FakeCloudWatch:
        assert operation == "get_metric_data"
        return self

    def paginate(self, **asked: object) -> Iterator[dict[str, Any]]:
        self.asked = asked
        for page in self._pages:
            if not isinstance(page, list):
                raise page
            times, values = [at for at, _ in page], [value for _, value in page]
            yield {"MetricDataResults": [{"Timestamps": times, "Values": values}]}


def freshness_of(cloudwatch: FakeCloudWatch) -> CloudWatchFreshness:
    return CloudWatchFreshness(cast("CloudWatchClient", cloudwatch), "delivery", lambda: NOON)


def test_everything_is_delivered_until_the_age_of_the_best_point() -> None:
    cloudwatch = FakeCloudWatch(
        [(NOON - timedelta(minutes=9), 60.0)],
        [(NOON - timedelta(minutes=2), 600.0), (NOON - timedelta(minutes=5), 90.5)],
    )
    assert freshness_of(cloudwatch)(NOON_MS - 1_234_567) == NOON_MS - 390_500
    (query,) = cloudwatch.asked["MetricDataQueries"]
    assert query["MetricStat"]["Stat"] == "Maximum"
    assert query["MetricStat"]["Metric"] == {
        "Namespace": "AWS/Firehose",
        "MetricName": "DeliveryToS3.DataFreshness",
        "Dimensions": [{"Name": "DeliveryStreamName", "Value": "delivery"}],
    }
    assert cloudwatch.asked["StartTime"] == NOON - timedelta(minutes=21)
    assert cloudwatch.asked["EndTime"] == NOON + timedelta(minutes=1)


def test_points_that_cloudwatch_no_longer_has_by_the_minute_are_not_asked_for() -> None:
    cloudwatch = FakeCloudWatch([])
    assert freshness_of(cloudwatch)(0) is None
    assert cloudwatch.asked["StartTime"] == NOON - timedelta(days=14)


def test_a_cloudwatch_that_refuses_is_an_error() -> None:
    with pytest.raises(FreshnessError, match=r"'delivery' cannot be asked for: .*AccessDenied"):
        freshness_of(FakeCloudWatch(refusal("AccessDenied")))(NOON_MS)


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 900))))
def test_the_point_is_of_the_start_of_its_minute(points: list[tuple[int, int]]) -> None:
    told = [(NOON + timedelta(seconds=at_s), float(age_s)) for at_s, age_s in points]
    expected = max((NOON_MS + 1000 * (at_s - age_s) for at_s, age_s in points), default=None)
    assert delivered_until_ms(told) == expected


def sender_of(stream: FakeStream, patience_s: float = 0.0) -> Sender:
    numbers = iter(range(1_000_000))
    return Sender(
        stream.put,
        FakeTime().pace(patience_s=patience_s),
        lambda: f"{next(numbers):016x}",
        AtOnce(),
        Tally(),
    )


def test_each_event_is_a_record_by_itself() -> None:
    stream = FakeStream()
    events = [b'{"n": %d}' % number for number in range(1203)]
    assert sender_of(stream)(events) == [True] * 1203
    assert [record.data for record in stream.taken] == [event + b"\n" for event in events]
    assert stream.calls == [500, 500, 203]


def test_of_a_call_that_kinesis_took_a_part_of_no_event_counts_as_sent() -> None:
    events = [b"%04d" % number for number in range(1100)]
    stream = FakeStream(lambda record, _: THROTTLED if record.data == b"0700\n" else None)
    sender = sender_of(stream)
    assert sender(events) == [True] * 500 + [False] * 500 + [True] * 100
    assert (sender.tally.events, sender.tally.refused) == (1099, 1)


def test_an_event_that_no_record_holds_is_not_sent_and_hinders_no_other() -> None:
    stream = FakeStream()
    assert sender_of(stream)([b"a", b"x" * MAX_DATA_BYTES, b"b"]) == [True, False, True]
    assert stream.lines == [b"a", b"b"]


def test_nothing_to_send_makes_no_call() -> None:
    stream = FakeStream()
    assert sender_of(stream)([]) == []
    assert stream.calls == []


def test_an_athena_that_does_not_answer_is_an_error() -> None:
    def lake_that_raises(error: Exception) -> AthenaLake:
        class Silent:
            def stored_identities(
                self, partitions: Iterable[Any], uuids: Iterable[str]
            ) -> set[Any]:
                del partitions, uuids
                raise error

        return AthenaLake(Silent())

    message = "the lake cannot be asked which events it has: "
    make: Callable[[], Exception]
    for make in (lambda: CatalogError("no"), lambda: refusal("TooManyRequestsException")):
        with pytest.raises(LakeQueryError, match=message):
            lake_that_raises(make()).stored_identities([("a", "b")], ["u-1"])
