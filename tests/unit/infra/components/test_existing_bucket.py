"""A lake in a folder of a bucket that is there already: nothing of it lies, or looks, elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pulumi_aws as aws
import pytest

from firelake.infra import Existing
from tests.unit.infra.components.lakes import lake, recorded_program, statement
from tests.unit.infra.components.recordings import document
from tests.unit.infra.components.test_names_and_tags import of_aws

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.helpers.pulumi_recorder import Recording

BUCKET_KEY: Final = "arn:aws:kms:us-east-1:111122223333:key/2222cccc-2222-2222-2222-222222222222"


def in_a_bucket(bucket: Callable[[], Any], **existing: Any) -> Recording:  # noqa: ANN401 -- Existing's own
    return recorded_program(
        lambda: lake(
            "shop",
            existing=Existing(bucket=bucket(), bucket_folder="lakes/shop/", **existing),
        )
    )


@pytest.fixture(
    scope="module",
    params=[lambda: "acme-data", lambda: aws.s3.Bucket("data", bucket="acme-data").bucket],
    ids=["text", "output"],
)
def in_bucket(request: pytest.FixtureRequest) -> Recording:
    return in_a_bucket(request.param, bucket_key_arn=BUCKET_KEY)


def test_a_bucket_that_is_there_is_left_as_it_is(in_bucket: Recording) -> None:
    of_buckets = [each for each in in_bucket.resources if each.type.startswith("aws:s3/")]
    assert [each.name for each in of_buckets if each.name != "data"] == []


def test_no_key_or_place_is_told_but_within_the_folder(in_bucket: Recording) -> None:
    folders = ("events/", "raw/", "errors/", "errors-replayed/", "athena/")
    for each in of_aws(in_bucket):
        text = json.dumps(each.inputs, default=lambda archive: archive.path)
        assert "shop-dev-111122223333" not in text, each.name
        for folder in folders:
            for place in (f"s3://acme-data/{folder}", f":s3:::acme-data/{folder}"):
                assert place not in text, (each.name, place)
        for pattern in ('"s3:prefix": ["', '\\"s3:prefix\\": [\\"'):
            _, found, after = text.partition(pattern)
            assert not found or after.startswith("lakes/shop/"), each.name


def test_firehose_and_tables_write_and_read_in_the_folder(in_bucket: Recording) -> None:
    s3 = in_bucket.only("FirehoseDeliveryStream").inputs["extendedS3Configuration"]
    assert s3["bucketArn"] == s3["s3BackupConfiguration"]["bucketArn"] == "arn:aws:s3:::acme-data"
    assert s3["prefix"].startswith("lakes/shop/events/event_type=")
    assert s3["errorOutputPrefix"].startswith("lakes/shop/errors/type=")
    assert s3["s3BackupConfiguration"]["prefix"].startswith("lakes/shop/raw/dt=")
    assert s3["s3BackupConfiguration"]["errorOutputPrefix"].startswith("lakes/shop/errors/type=")
    places = {
        each.inputs["name"]: (
            each.inputs["storageDescriptor"]["location"],
            each.inputs["parameters"]["storage.location.template"].partition("=")[0],
        )
        for each in in_bucket.all("CatalogTable")
        if "location" in each.inputs["storageDescriptor"]
    }
    assert places == {
        name: (f"s3://acme-data/lakes/shop/{folder}/", f"s3://acme-data/lakes/shop/{folder}/{key}")
        for name, folder, key in (
            ("events", "events", "event_type"),
            ("events_errors", "errors", "type"),
            ("events_raw", "raw", "dt"),
        )
    }


def test_results_and_the_count_of_errors_are_of_the_folder(in_bucket: Recording) -> None:
    results = {
        each.inputs["name"]: each.inputs["configuration"]["resultConfiguration"]
        for each in in_bucket.all("Workgroup")
    }
    assert results["shop-dev"] == {
        "outputLocation": "s3://acme-data/lakes/shop/athena/operators/",
        "encryptionConfiguration": {"encryptionOption": "SSE_KMS", "kmsKeyArn": BUCKET_KEY},
    }
    pattern = in_bucket.only("EventRule", "shop-watch-error-objects-rule").inputs["eventPattern"]
    assert json.loads(pattern)["detail"] == {
        "bucket": {"name": ["acme-data"]},
        "object": {"key": [{"prefix": "lakes/shop/errors/"}]},
    }


def test_roles_reach_the_folder_by_the_key_of_the_bucket(in_bucket: Recording) -> None:
    objects = statement(in_bucket, "shop-delivery-policy", "Objects")
    assert objects["Resource"] == [
        f"arn:aws:s3:::acme-data/lakes/shop/{folder}/*" for folder in ("events", "raw", "errors")
    ]
    for policy in ("shop-delivery-policy", "shop-access-analyst", "shop-catalog-crawler-policy"):
        assert statement(in_bucket, policy, "BucketKey")["Resource"] == [BUCKET_KEY]
    names = statement(in_bucket, "shop-catalog-crawler-policy", "EventNames")
    assert names["Condition"]["StringLike"]["s3:prefix"] == [
        "lakes/shop/events",
        "lakes/shop/events/*",
    ]


def test_the_outputs_name_the_folder_and_what_should_expire(in_bucket: Recording) -> None:
    outputs = in_bucket.outputs["shop"]
    assert outputs["bucket"] == "acme-data/lakes/shop"
    assert json.loads(outputs["lifecycleRules"]) == [
        {"Prefix": "lakes/shop/raw/", "Days": 30},
        {"Prefix": "lakes/shop/errors/", "Days": 400},
        {"Prefix": "lakes/shop/errors-replayed/", "Days": 400},
        {"Prefix": "lakes/shop/athena/", "Days": 14},
    ]


def test_a_bucket_that_encrypts_by_s3s_own_key_needs_no_right_to_another() -> None:
    made = in_a_bucket(lambda: "acme-data")
    (policy,) = (each for each in made.resources if each.name == "shop-access-analyst")
    assert "BucketKey" not in {each["Sid"] for each in document(policy)["Statement"]}
    assert [
        each.inputs["configuration"]["resultConfiguration"]["encryptionConfiguration"]
        for each in made.all("Workgroup")
    ] == [{"encryptionOption": "SSE_S3"}] * 2
