"""What MiniStack tells of bucket, key, stream and table after the program was deployed on it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.asked import asked, differences, registered
from tests.helpers.cloud_fixtures import CONFIGS

if TYPE_CHECKING:
    from tests.helpers.cloud_fixtures import Clouds

pytestmark = [
    pytest.mark.local,
    pytest.mark.parametrize("stack", sorted(CONFIGS)),
]

# Per operation that sets a part of the bucket: the one that tells of it, and where.
BUCKET_PARTS = {
    "BucketLifecycleConfiguration": (
        "PutBucketLifecycleConfiguration",
        "LifecycleConfiguration",
        "GetBucketLifecycleConfiguration",
        None,
    ),
    "BucketNotification": (
        "PutBucketNotificationConfiguration",
        "NotificationConfiguration",
        "GetBucketNotificationConfiguration",
        None,
    ),
    "BucketOwnershipControls": (
        "PutBucketOwnershipControls",
        "OwnershipControls",
        "GetBucketOwnershipControls",
        "OwnershipControls",
    ),
    "BucketPublicAccessBlock": (
        "PutPublicAccessBlock",
        "PublicAccessBlockConfiguration",
        "GetPublicAccessBlock",
        "PublicAccessBlockConfiguration",
    ),
    "BucketServerSideEncryptionConfiguration": (
        "PutBucketEncryption",
        "ServerSideEncryptionConfiguration",
        "GetBucketEncryption",
        "ServerSideEncryptionConfiguration",
    ),
    "BucketVersioning": (
        "PutBucketVersioning",
        "VersioningConfiguration",
        "GetBucketVersioning",
        None,
    ),
}


@pytest.mark.parametrize("part", sorted(BUCKET_PARTS))
def test_the_bucket_is_configured_as_asked(clouds: Clouds, stack: str, part: str) -> None:
    put, key, get, told = BUCKET_PARTS[part]
    cloud = clouds(stack)
    (registration,) = registered(cloud, part)
    answer = cloud.clients.call("s3", get, {"Bucket": cloud.outputs["bucket"]})
    held = answer if told is None else answer[told]
    assert list(differences(asked(registration, put)[key], held)) == []


def test_the_bucket_has_the_tags_of_the_stack(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    (bucket,) = registered(cloud, "Bucket")
    held = cloud.clients.call("s3", "GetBucketTagging", {"Bucket": cloud.outputs["bucket"]})
    assert list(differences(asked(bucket, "PutBucketTagging")["Tagging"], held)) == []


def test_the_key_rotates_and_has_its_policy_and_alias(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    (key,) = registered(cloud, "Key")
    key_id = {"KeyId": cloud.outputs["keyArn"]}
    told = cloud.clients.call("kms", "DescribeKey", key_id)["KeyMetadata"]
    policy = cloud.clients.call("kms", "GetKeyPolicy", {**key_id, "PolicyName": "default"})
    rotation = cloud.clients.call("kms", "GetKeyRotationStatus", key_id)
    aliases = cloud.clients.call("kms", "ListAliases", key_id)["Aliases"]
    assert told["Description"] == key.inputs["description"]
    assert json.loads(policy["Policy"]) == json.loads(str(key.inputs["policy"]))
    assert rotation["KeyRotationEnabled"] is True
    assert [alias["AliasName"] for alias in aliases] == [f"alias/firelake-{stack}"]


def test_the_stream_is_as_asked(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    (stream,) = registered(cloud, "Stream")
    name = {"StreamName": cloud.outputs["streamName"]}
    told = cloud.clients.call("kinesis", "DescribeStreamSummary", name)["StreamDescriptionSummary"]
    assert told["StreamModeDetails"] == asked(stream, "CreateStream")["StreamModeDetails"]
    assert told["RetentionPeriodHours"] == stream.inputs["retentionPeriod"]
    assert told["EncryptionType"] == "KMS"
    assert told["KeyId"] == cloud.outputs["keyArn"]
    assert told["OpenShardCount"] == {"dev": 4, "prod": 4, "paid": 2}[stack]


def test_the_claims_table_is_as_asked(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    (table,) = registered(cloud, "Table")
    name = {"TableName": cloud.outputs["claimsTable"]}
    told: dict[str, Any] = cloud.clients.call("dynamodb", "DescribeTable", name)["Table"]
    wanted = asked(table, "CreateTable")
    simple = {
        key: wanted[key]
        for key in ("AttributeDefinitions", "KeySchema", "DeletionProtectionEnabled")
    }
    assert list(differences(simple, told)) == []
    assert told["SSEDescription"]["KMSMasterKeyArn"] == cloud.outputs["keyArn"]
    assert (
        told.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
        == (wanted["BillingMode"])
    )
    if "ProvisionedThroughput" in wanted:
        assert (
            list(differences(wanted["ProvisionedThroughput"], told["ProvisionedThroughput"])) == []
        )
    ttl = cloud.clients.call("dynamodb", "DescribeTimeToLive", name)["TimeToLiveDescription"]
    assert (ttl["TimeToLiveStatus"], ttl["AttributeName"]) == ("ENABLED", "expires_at")
    backups = cloud.clients.call("dynamodb", "DescribeContinuousBackups", name)
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert (
        recovery["PointInTimeRecoveryStatus"]
        == ({"dev": "DISABLED", "prod": "ENABLED", "paid": "DISABLED"}[stack])
    )


def test_other_accounts_may_send_where_the_settings_name_them(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    policies = registered(cloud, "ResourcePolicy")
    assert len(policies) == {"dev": 0, "prod": 0, "paid": 1}[stack]
    for policy in policies:
        arn = {"ResourceARN": policy.inputs["resourceArn"]}
        held = cloud.clients.call("kinesis", "GetResourcePolicy", arn)["Policy"]
        (statement,) = json.loads(held)["Statement"]
        assert statement["Principal"] == {"AWS": ["arn:aws:iam::444455556666:root"]}
        assert statement["Resource"] == policy.inputs["resourceArn"]
