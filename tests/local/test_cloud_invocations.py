"""The deployed function under its own role: its answer, and that each permission is needed."""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.transform_calls import rows_in

if TYPE_CHECKING:
    from collections.abc import Generator

    from firelake.local.cloud import Cloud
    from tests.helpers.cloud_fixtures import Clouds

pytestmark = pytest.mark.local

DATA = Path(__file__).parents[1] / "data"


def invoke(cloud: Cloud, name: str) -> tuple[str | None, dict[str, Any]]:
    """What the function answers to an invocation on file, and how it failed."""
    payload = (DATA / "invocations" / f"{name}.json").read_bytes()
    answer = cloud.clients.call(
        "lambda", "Invoke", {"FunctionName": cloud.outputs["functionName"], "Payload": payload}
    )
    content: dict[str, Any] = json.loads(answer["Payload"].read())
    return answer.get("FunctionError"), content


def without_what_is_young(row: dict[str, Any]) -> dict[str, Any]:
    """A row as after the first deployment: no older table is in use, so nothing stands twice."""
    return {name: row[name] for name in row if row[name] != '{"discount_rate":0.1250}'}


@contextmanager
def function_policy_without(cloud: Cloud, actions: set[str]) -> Generator[None]:
    """Takes actions from the function's role until the block ends."""
    role = f"{cloud.outputs['functionName']}"
    name = {"RoleName": role, "PolicyName": "transform"}
    policy: Any = cloud.clients.call("iam", "GetRolePolicy", name)["PolicyDocument"]
    document = json.loads(policy) if isinstance(policy, str) else policy
    statements = [
        {**statement, "Action": sorted(set(statement["Action"]) - actions)}
        for statement in document["Statement"]
        if set(statement["Action"]) - actions
    ]
    less = json.dumps({**document, "Statement": statements})
    assert json.loads(less) != document
    cloud.clients.call("iam", "PutRolePolicy", {**name, "PolicyDocument": less})
    try:
        yield
    finally:
        whole = {**name, "PolicyDocument": json.dumps(document)}
        cloud.clients.call("iam", "PutRolePolicy", whole)


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_deployed_function_gives_the_answer_on_file(clouds: Clouds, stack: str) -> None:
    error, answer = invoke(clouds(stack), "first_batch")
    assert error is None
    expected = json.loads((DATA / "answers" / "first_batch.json").read_text())
    given = {record["recordId"]: record for record in answer["records"]}
    assert list(given) == [record["recordId"] for record in expected]
    for record in expected:
        found = given[record["recordId"]]
        assert found["result"] == record["result"]
        if record["result"] == "Ok":
            assert found["metadata"]["partitionKeys"] == record["partitionKeys"]
            assert rows_in(found) == [without_what_is_young(row) for row in record["rows"]]
        else:
            assert base64.b64decode(found["data"])


@pytest.mark.parametrize(
    ("action", "call"),
    [
        ("dynamodb:BatchExecuteStatement", "BatchExecuteStatement"),
        ("dynamodb:BatchGetItem", "BatchGetItem"),
    ],
)
def test_without_a_permission_the_function_fails_with_access_denied(
    clouds: Clouds, action: str, call: str
) -> None:
    cloud = clouds("prod")
    assert invoke(cloud, "first_batch")[0] is None
    with function_policy_without(cloud, {action}):
        # The same records once more: each is in the table, so the owners are read too.
        error, answer = invoke(cloud, "first_batch_retried")
    assert error == "Unhandled"
    assert "AccessDenied" in json.dumps(answer)
    assert call in json.dumps(answer)
    assert invoke(cloud, "first_batch_retried")[0] is None


def test_the_function_may_not_do_what_its_role_does_not_allow(clouds: Clouds) -> None:
    cloud = clouds("dev")
    account = cloud.ministack.account_id
    role = cloud.clients.assume(
        f"arn:aws:iam::{account}:role/{cloud.outputs['functionName']}", session="function"
    )
    table = {"TableName": cloud.outputs["claimsTable"]}
    with pytest.raises(Exception, match="dynamodb:Scan"):
        role.call("dynamodb", "Scan", table)
    with pytest.raises(Exception, match="AccessDenied"):
        role.call("s3", "ListObjectsV2", {"Bucket": cloud.outputs["bucket"]})
    role.close()
