"""What MiniStack's IAM holds: what the program asks for, but for the table of differences."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.helpers.asked import registered
from tests.helpers.cloud_fixtures import CONFIGS

if TYPE_CHECKING:
    from firelake.local.cloud import Cloud
    from tests.helpers.cloud_fixtures import Clouds

pytestmark = [
    pytest.mark.local,
    pytest.mark.parametrize("stack", sorted(CONFIGS)),
]

# The table of differences once more, as sentences about whole statements.
TLS_ONLY = {"Bool": {"aws:SecureTransport": "false"}}
NAMES_NO_KEY = {
    "StringEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
    "Null": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "true"},
}
CREATE_ONLY = {"Null": {"s3:if-none-match": "false"}}
PARTIQL = {"dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate"}


def expected(document: object) -> dict[str, Any]:
    """What a policy becomes: PartiQL is checked by its calls, two conditions are not known."""
    policy: dict[str, Any] = json.loads(str(document))
    statements: list[dict[str, Any]] = []
    for statement in policy["Statement"]:
        if statement.get("Condition") in (TLS_ONLY, NAMES_NO_KEY):
            assert statement["Effect"] == "Deny"
        elif statement.get("Condition") == CREATE_ONLY:
            statements.append({key: statement[key] for key in statement if key != "Condition"})
        elif PARTIQL & set(statement["Action"]):
            others = [each for each in statement["Action"] if each not in PARTIQL]
            calls = ["dynamodb:BatchExecuteStatement", "dynamodb:ExecuteStatement"]
            statements += [
                {**statement, "Action": others},
                {**statement, "Sid": "ClaimsLocal", "Action": calls, "Resource": "*"},
            ]
        else:
            statements.append(statement)
    return {**policy, "Statement": statements}


def document_of(value: object) -> dict[str, Any]:
    """A policy, which botocore gives as a text or has read already."""
    return cast("dict[str, Any]", json.loads(value) if isinstance(value, str) else value)


def held_policy(cloud: Cloud, arn: str) -> object:
    version = {"PolicyArn": arn, "VersionId": "v1"}
    return cloud.clients.call("iam", "GetPolicyVersion", version)["PolicyVersion"]["Document"]


def test_roles_are_trusted_as_asked(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    roles = registered(cloud, "Role")
    assert len(roles) == {"dev": 3, "prod": 3, "paid": 5}[stack]
    for role in roles:
        name = {"RoleName": role.inputs["name"]}
        held = cloud.clients.call("iam", "GetRole", name)["Role"]["AssumeRolePolicyDocument"]
        assert document_of(held) == json.loads(str(role.inputs["assumeRolePolicy"]))


def test_policies_of_roles_differ_by_the_table_alone(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    policies = registered(cloud, "RolePolicy")
    assert len(policies) == {"dev": 3, "prod": 3, "paid": 5}[stack]
    for policy in policies:
        name = {"RoleName": policy.inputs["role"], "PolicyName": policy.inputs["name"]}
        held = cloud.clients.call("iam", "GetRolePolicy", name)["PolicyDocument"]
        assert document_of(held) == expected(policy.inputs["policy"])


def test_policies_of_people_differ_by_the_table_alone(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    policies = [each for each in registered(cloud, "Policy") if each.type.startswith("aws:iam/")]
    assert len(policies) == 3
    for policy in policies:
        arn = f"arn:aws:iam::111122223333:policy/{policy.inputs['name']}"
        assert document_of(held_policy(cloud, arn)) == expected(policy.inputs["policy"])


def test_the_policies_of_bucket_and_topic_differ_by_the_table_alone(
    clouds: Clouds, stack: str
) -> None:
    cloud = clouds(stack)
    (bucket,), (topic,) = registered(cloud, "BucketPolicy"), registered(cloud, "TopicPolicy")
    of_bucket = cloud.clients.call("s3", "GetBucketPolicy", {"Bucket": bucket.inputs["bucket"]})
    of_topic = cloud.clients.call("sns", "GetTopicAttributes", {"TopicArn": topic.inputs["arn"]})
    assert document_of(of_bucket["Policy"]) == expected(bucket.inputs["policy"])
    assert document_of(of_topic["Attributes"]["Policy"]) == expected(topic.inputs["policy"])


def test_the_roles_work_within_the_boundary_that_their_stack_names(
    clouds: Clouds, stack: str
) -> None:
    cloud = clouds(stack)
    named = CONFIGS[stack].get("permissionsBoundary")
    boundaries = {
        cloud.clients.call("iam", "GetRole", {"RoleName": role.inputs["name"]})["Role"]
        .get("PermissionsBoundary", {})
        .get("PermissionsBoundaryArn")
        for role in registered(cloud, "Role")
    }
    assert boundaries == {named and f"arn:aws:iam::111122223333:policy/{named}"}
