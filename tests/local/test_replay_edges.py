"""The edges of replay on MiniStack: receipts, claims and freshness are as AWS has them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from firelake.aws.backoff import Waiting
from firelake.contract.claim_schedule import ITEMS_ONLY
from firelake.contract.layout import ERRORS_PREFIX, RECEIPTS_PREFIX
from firelake.failures.claims import ClaimsTable
from firelake.failures.deletion import Deletion
from firelake.failures.receipt_bucket import ReceiptBucket
from firelake.failures.receipts import Entry, State
from firelake.failures.replay.freshness import CloudWatchFreshness
from firelake.transform.claims import Claim, Outcome
from firelake.transform.dynamo_claims import DynamoClaimStore

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from firelake.local.cloud import Cloud
    from tests.helpers.cloud_fixtures import Clouds

pytestmark = pytest.mark.local


@pytest.fixture
def cloud(clouds: Clouds) -> Cloud:
    return clouds("dev")


def test_runs_at_once_keep_each_others_entries_of_a_receipt(cloud: Cloud) -> None:
    key = f"{ERRORS_PREFIX}type=processing-failed/dt=2026-01-01/one"
    s3 = cast("S3Client", cloud.clients.client("s3"))
    bucket = str(cloud.outputs["bucket"])

    def put(number: int) -> None:
        receipts = ReceiptBucket(s3, bucket, Waiting(time.sleep, lambda: number / 20))
        entry = Entry(State.SENT, number, "u", "a:b", 1.5, "a", "2026-01-01")
        receipts.put_in(key, {f"{number}#0": entry})

    with ThreadPoolExecutor(8) as executor:
        list(executor.map(put, range(12)))
    receipt = ReceiptBucket(s3, bucket).read(key)
    assert set(receipt.events) == {f"{number}#0" for number in range(12)}
    listed = cloud.clients.pages(
        "s3", "ListObjectsV2", {"Bucket": bucket, "Prefix": RECEIPTS_PREFIX}, "Contents"
    )
    assert RECEIPTS_PREFIX + key.removeprefix(ERRORS_PREFIX) in {each["Key"] for each in listed}


def test_a_claim_is_deleted_only_as_it_was_read(cloud: Cloud) -> None:
    client = cast("DynamoDBClient", cloud.clients.client("dynamodb"))
    name = str(cloud.outputs["claimsTable"])
    with ThreadPoolExecutor(4) as executor:
        waiting = Waiting(time.sleep, lambda: 0)
        table = ClaimsTable(client, name, lambda: ITEMS_ONLY, executor=executor, waiting=waiting)
        claim = Claim(
            "edge-1", "shard:1:0#0", "thing:done", 1.5, 1_795_348_800_007, 1_800_000_000, "thing"
        )
        store = DynamoClaimStore(client, name, executor=executor, expired=lambda: False)
        assert store.insert([claim]) == [Outcome.DONE]
        asked = [
            Deletion("edge-1", claim.owner, claim.claimed_at_ms + 1),
            Deletion("edge-1", "another", claim.claimed_at_ms),
            Deletion("no-such-id", claim.owner, claim.claimed_at_ms),
        ]
        assert table.delete(asked) == [Outcome.REFUSED] * 3
        assert [each.fits(claim) for each in asked] == [False, False, True]
        event, absent = ("edge-1", "thing:done", 1.5), ("no-such-id", "thing:done", 1.5)
        assert table.read([event, absent]) == {event: claim, absent: None}
        assert table.delete([Deletion("edge-1", claim.owner, claim.claimed_at_ms)]) == [
            Outcome.DONE
        ]
        assert table.read([event]) == {event: None}


def test_freshness_is_read_from_cloudwatch_as_firehose_publishes_it(cloud: Cloud) -> None:
    client = cast("CloudWatchClient", cloud.clients.client("cloudwatch"))
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    data: list[Any] = [
        {
            "MetricName": "DeliveryToS3.DataFreshness",
            "Dimensions": [{"Name": "DeliveryStreamName", "Value": "of-the-test"}],
            "Timestamp": now - timedelta(minutes=minutes) + timedelta(seconds=20),
            "Value": age_s,
            "Unit": "Seconds",
        }
        for minutes, age_s in ((9, 30.0), (5, 90.0), (5, 150.0), (3, 900.0))
    ]
    client.put_metric_data(Namespace="AWS/Firehose", MetricData=data)
    freshness = CloudWatchFreshness(client, "of-the-test", lambda: now)
    hour_ms = round(1000 * (now - timedelta(hours=1)).timestamp())
    until = now - timedelta(minutes=5, seconds=150)
    assert freshness(hour_ms) == round(1000 * until.timestamp())
    other = CloudWatchFreshness(client, "without-points", lambda: now)
    assert other(hour_ms) is None
