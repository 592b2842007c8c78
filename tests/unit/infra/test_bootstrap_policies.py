"""Tests of all policies of the bootstrap together: their size, their patterns, and the linter."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from firelake.infra.bootstrap.program import program
from firelake.infra.bootstrap.resource_types import Bundle
from tests.helpers.policy_linter import lint
from tests.helpers.pulumi_recorder import run

if TYPE_CHECKING:
    from collections.abc import Mapping

# What the linter says and is known, with the reason.
KNOWN_FINDINGS = (
    # The definitions that it brings are older than the condition, which holds for all of a key:
    # https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    r"UNKNOWN_CONDITION_FOR_ACTION: Unknown condition kms:ResourceAliases for action kms:\w+",
    # To tag a key while it is made takes the right on no key in particular:
    # https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
    r"RESOURCE_STAR: \['kms:TagResource'\]",
    # AWS's own page compares it so:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    (
        r"MISMATCHED_TYPE_BUT_USABLE: Type mismatch: StringEquals requires a value of type String "
        r"but given Arn"
    ),
    # Whoever sets up a bucket may write its policy and its expiry.
    (
        r"RESOURCE_POLICY_PRIVILEGE_ESCALATION: Possible resource policy privilege escalation on "
        r"arn:aws:s3:::firelake-(dev|prod)-111122223333-us-east-1 due to s3:\w+ not being allowed, "
        r"but does allow s3:(PutBucketPolicy|PutLifecycleConfiguration)"
    ),
    # It wants a resource of each type that can have tags; workgroups are what there is to tag.
    (
        r"RESOURCE_MISMATCH: \[(\{'action': 'athena:(ListTagsFor|Tag|Untag)Resource', "
        r"'required_format': 'arn:\*:athena:\*:\*:(capacity-reservation|datacatalog)/\*'\}(, )?)+\]"
    ),
    # AWS names the stream when it refuses these two.
    (
        r"RESOURCE_MISMATCH: \[(\{'action': 'kinesis:(UpdateShardCount|UpdateStreamMode)', "
        r"'required_format': '\*'\}(, )?)+\]"
    ),
    # A stream has a policy as its consumers have, and warm throughput:
    # https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutResourcePolicy.html
    # https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamWarmThroughput.html
    (
        r"RESOURCE_MISMATCH: \[(\{'action': 'kinesis:(Put|Get|Delete)ResourcePolicy', "
        r"'required_format': 'arn:\*:kinesis:\*:\*:\*/\*/consumer/\*:\*'\}(, )?)+\]"
    ),
    r"UNKNOWN_ACTION: Unknown action kinesis:UpdateStreamWarmThroughput",
)


@pytest.fixture(scope="module")
def policies() -> Mapping[str, dict[str, Any]]:
    """Every policy of a role, by the name of its resource."""
    recording = run(
        program,
        {"githubSubject": "repo:octo-org/octo-repo"},
        project="firelake-bootstrap",
        stack="account",
    )
    return {
        each.name: json.loads(each.inputs["policy"])
        for each in (*recording.all("Policy"), *recording.all("RolePolicy"))
    }


def test_no_policy_has_a_pattern_for_an_action(policies: Mapping[str, dict[str, Any]]) -> None:
    patterns = [
        (name, action)
        for name, document in policies.items()
        for statement in document["Statement"]
        for action in statement["Action"]
        if "*" in action
    ]
    assert patterns == []


def test_everything_is_a_resource_of_the_unconfined_actions_alone(
    policies: Mapping[str, dict[str, Any]],
) -> None:
    everywhere = {
        statement.get("Sid", " ".join(statement["Action"]))
        for document in policies.values()
        for statement in document["Statement"]
        if "*" in statement["Resource"]
    }
    # A key has no ARN while it is made, nor has it when it gets the tags that it is made with. The
    # boundary of moves, whose statements have no names, allows the deliveries of logs.
    deliveries = (
        "logs:CreateLogDelivery logs:DeleteLogDelivery logs:DescribeLogGroups"
        " logs:DescribeResourcePolicies logs:GetLogDelivery logs:ListLogDeliveries"
        " logs:PutResourcePolicy logs:UpdateLogDelivery"
    )
    assert everywhere == {"NewKey", "Unconfined", deliveries}


def test_every_policy_has_room_in_iam(policies: Mapping[str, dict[str, Any]]) -> None:
    # IAM does not count white space.
    sizes = {
        name: len(json.dumps(document, separators=(",", ":")))
        for name, document in policies.items()
    }
    assert {name: size for name, size in sizes.items() if size > 6144} == {}
    assert len(Bundle) <= 10


def test_the_linter_of_policies_says_nothing_new(
    policies: Mapping[str, dict[str, Any]],
) -> None:
    findings = {finding for document in policies.values() for finding in lint(document)}
    unknown = {
        finding
        for finding in findings
        if not any(re.fullmatch(known, finding) for known in KNOWN_FINDINGS)
    }
    assert unknown == set()
