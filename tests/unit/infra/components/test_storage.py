"""Lake: a private, encrypted, TLS-only bucket whose rules keep what they promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firelake.infra import iam
from firelake.infra.components.storage import Storage
from tests.unit.infra.components.recordings import (
    BUCKET,
    NAMES,
    PROTECTED,
    children,
    config_of,
    document,
    outputs_of,
    recorded,
)

if TYPE_CHECKING:
    from tests.helpers.pulumi_recorder import Recording


def record(**values: object) -> Recording:
    return recorded(lambda: Storage("lake", NAMES, config_of(**values)))


def test_these_resources_make_the_lake_and_no_others() -> None:
    assert children(record()) == [
        ("Alias", "lake-alias"),
        ("Bucket", "lake-bucket"),
        ("BucketServerSideEncryptionConfiguration", "lake-encryption"),
        ("Key", "lake-key"),
        ("BucketLifecycleConfiguration", "lake-lifecycle"),
        ("BucketNotification", "lake-notification"),
        ("BucketOwnershipControls", "lake-ownership"),
        ("BucketPolicy", "lake-policy"),
        ("BucketPublicAccessBlock", "lake-public-access"),
        ("BucketVersioning", "lake-versioning"),
    ]


def test_the_bucket_blocks_every_way_to_be_public() -> None:
    lake = record()
    assert lake.only("BucketPublicAccessBlock").inputs == {
        "bucket": BUCKET,
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    assert lake.only("BucketOwnershipControls").inputs == {
        "bucket": BUCKET,
        "rule": {"objectOwnership": "BucketOwnerEnforced"},
    }


def test_objects_are_encrypted_by_the_stacks_key_with_a_bucket_key() -> None:
    lake = record()
    key_arn = outputs_of(lake)["keyArn"]
    assert lake.only("BucketServerSideEncryptionConfiguration").inputs == {
        "bucket": BUCKET,
        "rules": [
            {
                "applyServerSideEncryptionByDefault": {
                    "sseAlgorithm": "aws:kms",
                    "kmsMasterKeyId": key_arn,
                },
                "bucketKeyEnabled": True,
                "blockedEncryptionTypes": ["SSE-C"],
            }
        ],
    }


def test_the_bucket_policy_is_the_one_of_this_key() -> None:
    lake = record()
    policy = lake.only("BucketPolicy")
    assert policy.inputs["bucket"] == BUCKET
    assert document(policy) == iam.bucket_policy(NAMES, str(outputs_of(lake)["keyArn"]))
    assert [each["Effect"] for each in document(policy)["Statement"]] == ["Deny"] * 5


def test_accesses_change_one_after_the_other_as_s3_refuses_two_at_once() -> None:
    lake = record()
    assert "lake-public-access" in lake.only("BucketOwnershipControls").depends_on
    assert {"lake-public-access", "lake-ownership"} < set(lake.only("BucketPolicy").depends_on)


def test_the_key_rotates_and_lets_iam_and_cloudwatch_use_it() -> None:
    key = record().only("Key")
    assert document(key) == iam.key_policy(NAMES)
    assert {name: value for name, value in key.inputs.items() if name != "policy"} == {
        "description": "All data of firelake-dev: stream, claims, lake and alarms",
        "deletionWindowInDays": 7,
        "enableKeyRotation": True,
        "tags": {},
    }


def test_the_alias_names_the_key() -> None:
    lake = record()
    key_id = str(outputs_of(lake)["keyArn"]).rpartition("/")[2]
    assert lake.only("Alias").inputs == {"name": "alias/firelake-dev", "targetKeyId": key_id}


def test_all_but_events_expires_for_good_and_old_versions_as_set() -> None:
    lake = record(
        delivery={"rawExpireDays": 90, "errorsExpireDays": 200, "oldVersionsExpireDays": 9},
        catalog={"resultsExpireDays": 3},
    )
    assert lake.only("BucketLifecycleConfiguration").inputs == {
        "bucket": BUCKET,
        "rules": [
            {
                "id": "raw",
                "status": "Enabled",
                "filter": {"prefix": "raw/"},
                "expiration": {"days": 90},
                "noncurrentVersionExpiration": {"noncurrentDays": 1},
            },
            {
                "id": "errors",
                "status": "Enabled",
                "filter": {"prefix": "errors/"},
                "expiration": {"days": 200},
                "noncurrentVersionExpiration": {"noncurrentDays": 1},
            },
            {
                "id": "errors-replayed",
                "status": "Enabled",
                "filter": {"prefix": "errors-replayed/"},
                "expiration": {"days": 200},
                "noncurrentVersionExpiration": {"noncurrentDays": 1},
            },
            {
                "id": "athena",
                "status": "Enabled",
                "filter": {"prefix": "athena/"},
                "expiration": {"days": 3},
                "noncurrentVersionExpiration": {"noncurrentDays": 1},
            },
            {
                "id": "old-versions",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "noncurrentVersionExpiration": {"noncurrentDays": 9},
                "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
            },
        ],
    }


@pytest.mark.parametrize("prefix", ["events/", "history/", "erasures/"])
def test_no_current_object_expires_under(prefix: str) -> None:
    rules = record().only("BucketLifecycleConfiguration").inputs["rules"]
    expiring = [rule["filter"]["prefix"] for rule in rules if "expiration" in rule]
    assert not [each for each in expiring if prefix.startswith(each)]


def test_rules_about_old_versions_wait_for_versioning() -> None:
    lake = record()
    assert lake.only("BucketVersioning").inputs == {
        "bucket": BUCKET,
        "versioningConfiguration": {"status": "Enabled"},
    }
    assert "lake-versioning" in lake.only("BucketLifecycleConfiguration").depends_on


def test_the_bucket_tells_eventbridge_of_its_objects() -> None:
    assert record().only("BucketNotification").inputs == {"bucket": BUCKET, "eventbridge": True}


def test_an_unprotected_bucket_goes_with_all_that_is_in_it() -> None:
    lake = record(tags={"owner": "data"})
    assert lake.only("Bucket").inputs == {
        "bucket": BUCKET,
        "forceDestroy": True,
        "tags": {"owner": "data"},
    }
    assert [each.name for each in lake.resources if each.protect] == []


def test_a_protected_lake_keeps_bucket_and_key() -> None:
    lake = record(**PROTECTED)
    assert lake.only("Bucket").inputs["forceDestroy"] is False
    assert lake.only("Key").inputs["deletionWindowInDays"] == 30
    assert [each.name for each in lake.resources if each.protect] == ["lake-key", "lake-bucket"]


def test_it_gives_out_the_bucket_and_the_arn_of_the_key() -> None:
    outputs = outputs_of(record())
    assert outputs["bucket"] == BUCKET
    assert str(outputs["keyArn"]).startswith("arn:aws:kms:us-east-1:111122223333:key/")
    assert set(outputs) == {"bucket", "keyArn"}
