"""When S3 deletes what is under a prefix, by the rules of the bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from firelake.aws.expiry import Lifecycle

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RAW = {
    "Status": "Enabled",
    "Filter": {"Prefix": "raw/"},
    "Expiration": {"Days": 30},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
}
OLD = {
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 14},
}


def days(rules: list[dict[str, Any]], prefix: str, folder: str = "") -> tuple[Any, Any]:
    lifecycle = Lifecycle(folder, rules)
    return lifecycle.expire_days(prefix), lifecycle.old_version_days(prefix)


def test_the_soonest_rule_of_a_prefix_counts() -> None:
    assert days([RAW, OLD], "raw/") == (30, 1)
    assert days([RAW, OLD], "events/") == (None, 14)
    assert days([{**RAW, "Filter": {"Prefix": "r"}}], "raw/") == (30, 1)
    assert days([], "raw/") == (None, None)


@pytest.mark.parametrize(
    "rule",
    [
        {**RAW, "Status": "Disabled"},
        {**RAW, "Filter": {"Prefix": "raw/dt=2026-11-02/"}},
        {**RAW, "Filter": {"And": {"Prefix": "raw/", "Tags": [{"Key": "a", "Value": "b"}]}}},
        {**RAW, "Filter": {"ObjectSizeGreaterThan": 5}},
    ],
)
def test_a_rule_that_does_not_hold_for_every_object_says_nothing(rule: dict[str, Any]) -> None:
    assert days([rule], "raw/") == (None, None)


def test_a_lake_in_a_folder_goes_by_the_rules_of_its_folder() -> None:
    rule = {**RAW, "Filter": {"Prefix": "lakes/shop/raw/"}}
    assert days([rule], "raw/", "lakes/shop/") == (30, 1)
    assert days([RAW], "raw/", "lakes/shop/") == (None, None)


class Bucket:
    """A bucket whose lifecycle S3 tells, or refuses with a code."""

    def __init__(self, code: str = "") -> None:
        self._code = code

    def get_bucket_lifecycle_configuration(self, **_: str) -> dict[str, Any]:
        if self._code:
            raise ClientError({"Error": {"Code": self._code}}, "GetBucketLifecycleConfiguration")
        return {"Rules": [RAW]}


def asked(bucket: Bucket, name: str) -> Lifecycle:
    return Lifecycle.of(cast("S3Client", bucket), name)


def test_s3_is_asked_for_the_bucket_as_it_is() -> None:
    assert asked(Bucket(), "lake").expire_days("raw/") == 30
    assert asked(Bucket(), "lake/shop").folder == "shop/"
    assert asked(Bucket("NoSuchLifecycleConfiguration"), "lake").expire_days("raw/") is None
    with pytest.raises(ClientError):
        asked(Bucket("AccessDenied"), "lake")
