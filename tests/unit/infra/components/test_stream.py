"""Stream: encrypted, kept as long as delivery may lag, on demand or with a number of shards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from firelake.infra.components.stream import Stream
from tests.unit.infra.components.recordings import (
    KEY_ARN,
    PROTECTED,
    children,
    context_of,
    outputs_of,
    recorded,
)

if TYPE_CHECKING:
    from tests.helpers.pulumi_recorder import Recording


def record(**values: object) -> Recording:
    return recorded(lambda: Stream("stream", context_of(**values)))


def test_a_stream_on_demand_is_encrypted_and_kept_for_three_days() -> None:
    stream = record()
    assert children(stream) == [("Stream", "stream-stream")]
    assert stream.only("aws:kinesis/stream:Stream").inputs == {
        "name": "firelake-dev-events",
        "streamModeDetails": {"streamMode": "ON_DEMAND"},
        "retentionPeriod": 72,
        "encryptionType": "KMS",
        "kmsKeyId": KEY_ARN,
        "enforceConsumerDeletion": True,
        "tags": {},
    }


def test_a_provisioned_stream_has_its_shards() -> None:
    settings = {"mode": "provisioned", "shardCount": 3, "retentionHours": 168}
    inputs = record(stream=settings).only("aws:kinesis/stream:Stream").inputs
    assert inputs["streamModeDetails"] == {"streamMode": "PROVISIONED"}
    assert inputs["shardCount"] == 3
    assert inputs["retentionPeriod"] == 168


def test_a_protected_stream_is_not_deleted_from_under_its_readers() -> None:
    stream = record(**PROTECTED).only("aws:kinesis/stream:Stream")
    assert stream.protect
    assert stream.inputs["enforceConsumerDeletion"] is False
    assert not record().only("aws:kinesis/stream:Stream").protect


def test_it_gives_out_the_name_of_the_stream() -> None:
    assert outputs_of(record()) == {"streamName": "firelake-dev-events"}


def test_other_accounts_that_are_named_get_a_policy_on_the_stream_and_nobody_else_one() -> None:
    stream = record(stream={"producerAccounts": ["444455556666"]})
    assert children(stream) == [("ResourcePolicy", "stream-policy"), ("Stream", "stream-stream")]
    policy = stream.only("aws:kinesis/resourcePolicy:ResourcePolicy")
    (statement,) = json.loads(policy.inputs["policy"])["Statement"]
    assert statement["Principal"] == {"AWS": ["arn:aws:iam::444455556666:root"]}
    assert statement["Action"] == [
        "kinesis:DescribeStreamSummary",
        "kinesis:ListShards",
        "kinesis:PutRecord",
        "kinesis:PutRecords",
    ]
    assert statement["Resource"] == (
        "arn:aws:kinesis:us-east-1:111122223333:stream/firelake-dev-events"
    )
