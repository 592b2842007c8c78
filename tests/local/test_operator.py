"""What the operator's policy allows beside reading, on MiniStack, which enforces it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from athena_on_duckdb.clients import Clients
from firelake.contract.names import BACKFILL_LEASE_KEY

if TYPE_CHECKING:
    from tests.helpers.cloud_fixtures import Clouds

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def operator(clouds: Clouds) -> Clients:
    cloud = clouds("dev")
    name = {"UserName": "operator"}
    policy = {"PolicyArn": cloud.outputs["operatorPolicyArn"]}
    call = cloud.clients.call
    call("iam", "CreateUser", name)
    call("iam", "AttachUserPolicy", {**name, **policy})
    key = call("iam", "CreateAccessKey", name)["AccessKey"]
    return Clients(
        {
            **cloud.environment(),
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        }
    )


def put_object(operator: Clients, clouds: Clouds, key: str) -> None:
    bucket = clouds("dev").outputs["bucket"]
    operator.call(
        "s3", "PutObject", {"Bucket": bucket, "Key": key, "Body": b"", "IfNoneMatch": "*"}
    )


@pytest.mark.parametrize("prefix", ["events", "errors-replayed", "athena/operators"])
def test_an_operator_writes_files_of_events_and_receipts(
    operator: Clients, clouds: Clouds, prefix: str
) -> None:
    put_object(operator, clouds, f"{prefix}/of-the-operator")


@pytest.mark.parametrize("prefix", ["errors", "raw", "elsewhere"])
def test_an_operator_writes_nothing_that_failed_and_no_raw_records(
    operator: Clients, clouds: Clouds, prefix: str
) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        put_object(operator, clouds, f"{prefix}/of-the-operator")


def test_an_operator_writes_the_lease_of_backfill(operator: Clients, clouds: Clouds) -> None:
    item = {
        "event_uuid": {"S": BACKFILL_LEASE_KEY},
        "owner": {"S": "run"},
        "expires_at": {"N": "0"},
    }
    table = clouds("dev").outputs["claimsTable"]
    operator.call("dynamodb", "PutItem", {"TableName": table, "Item": item})
    with pytest.raises(ClientError, match="AccessDenied"):
        operator.call(
            "dynamodb", "UpdateItem", {"TableName": table, "Key": {"event_uuid": {"S": "an-id"}}}
        )
