"""Tests of what a deploy role may do with catalog, alarms and policies, whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from firelake.infra.bootstrap.lake_statements import deploy_statements
from firelake.infra.bootstrap.names import BootstrapNames
from firelake.infra.bootstrap.resource_types import Bundle

if TYPE_CHECKING:
    from firelake.infra.iam import Statement

NAMES = BootstrapNames("111122223333", "us-east-1")

DEV: dict[Bundle, list[Statement]] = {
    Bundle.CATALOG: [
        {
            "Sid": "Database",
            "Effect": "Allow",
            "Action": [
                "glue:CreateDatabase",
                "glue:CreateTable",
                "glue:DeleteDatabase",
                "glue:DeleteTable",
                "glue:GetDatabase",
                "glue:GetPartitionIndexes",
                "glue:GetTable",
                "glue:GetTags",
                "glue:TagResource",
                "glue:UntagResource",
                "glue:UpdateDatabase",
                "glue:UpdateTable",
            ],
            "Resource": [
                "arn:aws:glue:us-east-1:111122223333:catalog",
                "arn:aws:glue:us-east-1:111122223333:database/firelake_dev",
                "arn:aws:glue:us-east-1:111122223333:table/firelake_dev/*",
                "arn:aws:glue:us-east-1:111122223333:userDefinedFunction/firelake_dev/*",
            ],
        },
        {
            "Sid": "Crawler",
            "Effect": "Allow",
            "Action": [
                "glue:DeleteCrawler",
                "glue:GetCrawler",
                "glue:GetTags",
                "glue:TagResource",
                "glue:UntagResource",
                "glue:UpdateCrawler",
            ],
            "Resource": ["arn:aws:glue:us-east-1:111122223333:crawler/firelake-dev-events"],
        },
        {
            "Sid": "Workgroup",
            "Effect": "Allow",
            "Action": [
                "athena:CreateNamedQuery",
                "athena:CreateWorkGroup",
                "athena:DeleteNamedQuery",
                "athena:DeleteWorkGroup",
                "athena:GetNamedQuery",
                "athena:GetWorkGroup",
                "athena:ListTagsForResource",
                "athena:TagResource",
                "athena:UntagResource",
                "athena:UpdateWorkGroup",
            ],
            "Resource": [
                "arn:aws:athena:us-east-1:111122223333:workgroup/firelake-dev",
                "arn:aws:athena:us-east-1:111122223333:workgroup/firelake-dev-analysts",
            ],
        },
        {
            "Sid": "Unconfined",
            "Effect": "Allow",
            "Action": [
                "glue:CreateCrawler",
                "lakeformation:GrantPermissions",
                "lakeformation:ListPermissions",
                "lakeformation:RevokePermissions",
            ],
            "Resource": ["*"],
        },
        {
            "Sid": "PassToGlue",
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": ["arn:aws:iam::111122223333:role/firelake-dev-crawler"],
            "Condition": {"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}},
        },
    ],
    Bundle.WATCH: [
        {
            "Sid": "Alarms",
            "Effect": "Allow",
            "Action": [
                "cloudwatch:DeleteAlarms",
                "cloudwatch:DescribeAlarms",
                "cloudwatch:ListTagsForResource",
                "cloudwatch:PutMetricAlarm",
                "cloudwatch:TagResource",
                "cloudwatch:UntagResource",
            ],
            "Resource": ["arn:aws:cloudwatch:us-east-1:111122223333:alarm:firelake-dev-*"],
        },
        {
            "Sid": "Dashboard",
            "Effect": "Allow",
            "Action": [
                "cloudwatch:DeleteDashboards",
                "cloudwatch:GetDashboard",
                "cloudwatch:PutDashboard",
            ],
            "Resource": ["arn:aws:cloudwatch::111122223333:dashboard/firelake-dev"],
        },
        {
            "Sid": "EventRules",
            "Effect": "Allow",
            "Action": [
                "events:DeleteRule",
                "events:DescribeRule",
                "events:ListTagsForResource",
                "events:PutRule",
                "events:TagResource",
                "events:UntagResource",
            ],
            "Resource": ["arn:aws:events:us-east-1:111122223333:rule/firelake-dev-*"],
        },
        {
            "Sid": "MoveMachine",
            "Effect": "Allow",
            "Action": [
                "states:CreateStateMachine",
                "states:DeleteStateMachine",
                "states:DescribeStateMachine",
                "states:ListStateMachineVersions",
                "states:ListTagsForResource",
                "states:TagResource",
                "states:UntagResource",
                "states:UpdateStateMachine",
            ],
            "Resource": ["arn:aws:states:us-east-1:111122223333:stateMachine:firelake-dev-move"],
        },
        {
            "Sid": "MoveSchedule",
            "Effect": "Allow",
            "Action": [
                "scheduler:CreateSchedule",
                "scheduler:DeleteSchedule",
                "scheduler:GetSchedule",
                "scheduler:UpdateSchedule",
            ],
            "Resource": [
                "arn:aws:scheduler:us-east-1:111122223333:schedule/default/firelake-dev-move"
            ],
        },
        {
            "Sid": "Topic",
            "Effect": "Allow",
            "Action": [
                "sns:CreateTopic",
                "sns:DeleteTopic",
                "sns:GetTopicAttributes",
                "sns:ListTagsForResource",
                "sns:SetTopicAttributes",
                "sns:Subscribe",
                "sns:TagResource",
                "sns:UntagResource",
            ],
            "Resource": ["arn:aws:sns:us-east-1:111122223333:firelake-dev-alarms"],
        },
        {
            "Sid": "Policies",
            "Effect": "Allow",
            "Action": [
                "iam:CreatePolicy",
                "iam:DeletePolicy",
                "iam:DeletePolicyVersion",
                "iam:GetPolicy",
                "iam:GetPolicyVersion",
                "iam:ListPolicyVersions",
                "iam:TagPolicy",
                "iam:UntagPolicy",
            ],
            "Resource": [
                "arn:aws:iam::111122223333:policy/firelake-dev-analyst",
                "arn:aws:iam::111122223333:policy/firelake-dev-operator",
                "arn:aws:iam::111122223333:policy/firelake-dev-producer",
            ],
        },
        {
            "Sid": "Unconfined",
            "Effect": "Allow",
            "Action": [
                "sns:GetSubscriptionAttributes",
                "sns:SetSubscriptionAttributes",
                "sns:Unsubscribe",
                "states:ValidateStateMachineDefinition",
            ],
            "Resource": ["*"],
        },
        {
            "Sid": "PassToStates",
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": ["arn:aws:iam::111122223333:role/firelake-dev-move"],
            "Condition": {"StringEquals": {"iam:PassedToService": "states.amazonaws.com"}},
        },
        {
            "Sid": "PassToScheduler",
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": ["arn:aws:iam::111122223333:role/firelake-dev-move-schedule"],
            "Condition": {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
        },
    ],
}


@pytest.mark.parametrize("bundle", DEV)
def test_the_deploy_role_of_dev_may_do_this_and_nothing_else(bundle: Bundle) -> None:
    assert deploy_statements(bundle, NAMES.lake("dev")) == DEV[bundle]


@pytest.mark.parametrize("bundle", DEV)
def test_the_deploy_role_of_prod_may_do_the_same_to_prod(bundle: Bundle) -> None:
    expected: list[Statement] = json.loads(
        json.dumps(DEV[bundle])
        .replace("firelake-dev", "firelake-prod")
        .replace("firelake_dev", "firelake_prod")
    )
    assert deploy_statements(bundle, NAMES.lake("prod")) == expected


def test_a_stack_of_another_partition_has_its_arns_there() -> None:
    names = BootstrapNames("111122223333", "cn-north-1", "aws-cn")
    text = json.dumps([deploy_statements(bundle, names.lake("dev")) for bundle in Bundle])
    assert "arn:aws:" not in text
    assert "dynamodb.cn-north-1.amazonaws.com.cn" in text
