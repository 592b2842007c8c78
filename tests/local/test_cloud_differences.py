"""That MiniStack still is as src/firelake/local/GAPS.md says: a gap that has closed fails here."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.helpers.asked import registered

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from firelake.local.cloud import Cloud
    from firelake.local.provider import Registration
    from tests.helpers.cloud_fixtures import Clouds

pytestmark = pytest.mark.local

INVOCATION = Path(__file__).parents[1] / "data" / "invocations" / "kpl.json"


@contextmanager
def put_as_asked(put: Callable[[str], object], asked: object, held: str) -> Generator[None]:
    """Puts a policy as the program has it, and as MiniStack must have it when the block ends."""
    put(str(asked))
    try:
        yield
    finally:
        put(held)


def policy_of(cloud: Cloud, name: str) -> Registration:
    return next(each for each in registered(cloud, "RolePolicy") if each.inputs["name"] == name)


def invoked(cloud: Cloud) -> dict[str, Any]:
    asked = {"FunctionName": cloud.outputs["functionName"], "Payload": INVOCATION.read_bytes()}
    return cloud.clients.call("lambda", "Invoke", asked)


def test_ministack_still_checks_partiql_by_its_calls(clouds: Clouds) -> None:
    cloud = clouds("dev")
    policy = policy_of(cloud, "transform")
    name = {"RoleName": policy.inputs["role"], "PolicyName": "transform"}
    held: Any = cloud.clients.call("iam", "GetRolePolicy", name)["PolicyDocument"]
    text = held if isinstance(held, str) else json.dumps(held)

    def put(document: str) -> None:
        cloud.clients.call("iam", "PutRolePolicy", {**name, "PolicyDocument": document})

    with put_as_asked(put, policy.inputs["policy"], text):
        answer = invoked(cloud)
        assert b"dynamodb:BatchExecuteStatement" in answer["Payload"].read()
    assert "FunctionError" not in invoked(cloud)


def test_ministack_still_takes_a_request_on_loopback_for_one_without_tls(clouds: Clouds) -> None:
    cloud = clouds("dev")
    (policy,) = registered(cloud, "BucketPolicy")
    name = {"Bucket": policy.inputs["bucket"]}
    held = str(cloud.clients.call("s3", "GetBucketPolicy", name)["Policy"])
    arn = "arn:aws:iam::111122223333:role/firelake-dev-delivery"
    firehose = cloud.clients.assume(arn, session="delivery", external_id="111122223333")
    asked = {**name, "Key": "raw/dt=2026-11-22/hour=00/x", "Body": b"x"}

    def put(document: str) -> None:
        cloud.clients.call("s3", "PutBucketPolicy", {**name, "Policy": document})

    with (
        put_as_asked(put, policy.inputs["policy"], held),
        pytest.raises(ClientError, match="explicit deny in a resource-based policy"),
    ):
        firehose.call("s3", "PutObject", asked)
    firehose.call("s3", "PutObject", asked)
    cloud.clients.call("s3", "DeleteObject", {**name, "Key": asked["Key"]})
    firehose.close()


def test_ministack_still_checks_log_events_on_the_group(clouds: Clouds) -> None:
    cloud = clouds("dev")
    arn = "arn:aws:iam::111122223333:role/firelake-dev-delivery"
    firehose = cloud.clients.assume(arn, session="delivery", external_id="111122223333")
    events = {
        "logGroupName": "/aws/kinesisfirehose/firelake-dev-delivery",
        "logStreamName": "S3Delivery",
        "logEvents": [{"timestamp": 1_795_305_600_000, "message": "x"}],
    }
    with pytest.raises(ClientError, match="logs:PutLogEvents on resource"):
        firehose.call("logs", "PutLogEvents", events)
    firehose.close()


def test_ministack_still_has_no_application_auto_scaling(clouds: Clouds) -> None:
    asked = {"ServiceNamespace": "dynamodb"}
    with pytest.raises(ClientError):
        clouds("dev").clients.call("application-autoscaling", "DescribeScalableTargets", asked)
