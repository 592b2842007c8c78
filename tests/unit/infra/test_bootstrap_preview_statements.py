"""Tests of what the preview role may see of the lake's resources, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from infra.bootstrap.lake_statements import Bundle, preview_statements
from infra.bootstrap.names import STACKS, BootstrapNames

if TYPE_CHECKING:
    from infra.iam import Statement

NAMES = BootstrapNames("111122223333", "us-east-1")
VERBS = ("Describe", "Get", "List")

PREVIEW: dict[Bundle, list[Statement]] = {
    Bundle.STORAGE: [
        {
            "Sid": "Bucket",
            "Effect": "Allow",
            "Action": [
                "s3:GetAccelerateConfiguration",
                "s3:GetBucketAcl",
                "s3:GetBucketCORS",
                "s3:GetBucketLocation",
                "s3:GetBucketLogging",
                "s3:GetBucketNotification",
                "s3:GetBucketObjectLockConfiguration",
                "s3:GetBucketOwnershipControls",
                "s3:GetBucketPolicy",
                "s3:GetBucketPublicAccessBlock",
                "s3:GetBucketRequestPayment",
                "s3:GetBucketTagging",
                "s3:GetBucketVersioning",
                "s3:GetBucketWebsite",
                "s3:GetEncryptionConfiguration",
                "s3:GetLifecycleConfiguration",
                "s3:GetReplicationConfiguration",
                "s3:ListBucket",
                "s3:ListTagsForResource",
            ],
            "Resource": [
                "arn:aws:s3:::firelake-dev-111122223333-us-east-1",
                "arn:aws:s3:::firelake-dev-111122223333-us-east-1/*",
                "arn:aws:s3:::firelake-prod-111122223333-us-east-1",
                "arn:aws:s3:::firelake-prod-111122223333-us-east-1/*",
            ],
        },
        {
            "Sid": "Key",
            "Effect": "Allow",
            "Action": [
                "kms:DescribeKey",
                "kms:GetKeyPolicy",
                "kms:GetKeyRotationStatus",
                "kms:ListResourceTags",
            ],
            "Resource": ["arn:aws:kms:us-east-1:111122223333:key/*"],
        },
        {
            "Sid": "Stream",
            "Effect": "Allow",
            "Action": [
                "kinesis:DescribeStreamSummary",
                "kinesis:GetResourcePolicy",
                "kinesis:ListTagsForStream",
            ],
            "Resource": [
                "arn:aws:kinesis:us-east-1:111122223333:stream/firelake-dev-events",
                "arn:aws:kms:us-east-1:111122223333:key/*",
                "arn:aws:kinesis:us-east-1:111122223333:stream/firelake-prod-events",
            ],
        },
        {
            "Sid": "Table",
            "Effect": "Allow",
            "Action": [
                "dynamodb:DescribeContinuousBackups",
                "dynamodb:DescribeTable",
                "dynamodb:DescribeTimeToLive",
                "dynamodb:ListTagsOfResource",
            ],
            "Resource": [
                "arn:aws:dynamodb:us-east-1:111122223333:table/firelake-dev-claims",
                "arn:aws:dynamodb:us-east-1:111122223333:table/firelake-prod-claims",
            ],
        },
        {
            "Sid": "Scaling",
            "Effect": "Allow",
            "Action": ["application-autoscaling:ListTagsForResource"],
            "Resource": [
                "arn:aws:application-autoscaling:us-east-1:111122223333:scalable-target/*"
            ],
        },
        {
            "Sid": "Unconfined",
            "Effect": "Allow",
            "Action": [
                "application-autoscaling:DescribeScalableTargets",
                "application-autoscaling:DescribeScalingPolicies",
                "dynamodb:ListTables",
                "kms:ListAliases",
            ],
            "Resource": ["*"],
        },
    ],
    Bundle.COMPUTE: [
        {
            "Sid": "Function",
            "Effect": "Allow",
            "Action": [
                "lambda:GetAlias",
                "lambda:GetFunction",
                "lambda:GetFunctionCodeSigningConfig",
                "lambda:GetFunctionConfiguration",
                "lambda:ListTags",
                "lambda:ListVersionsByFunction",
            ],
            "Resource": [
                "arn:aws:lambda:us-east-1:111122223333:function:firelake-dev-transform",
                "arn:aws:lambda:us-east-1:111122223333:function:firelake-prod-transform",
            ],
        },
        {
            "Sid": "Delivery",
            "Effect": "Allow",
            "Action": ["firehose:DescribeDeliveryStream", "firehose:ListTagsForDeliveryStream"],
            "Resource": [
                "arn:aws:firehose:us-east-1:111122223333:deliverystream/firelake-dev-delivery",
                "arn:aws:firehose:us-east-1:111122223333:deliverystream/firelake-prod-delivery",
            ],
        },
        {
            "Sid": "Logs",
            "Effect": "Allow",
            "Action": ["logs:DescribeLogStreams", "logs:ListTagsForResource"],
            "Resource": [
                "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/firelake-dev-transform",
                "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/firelake-dev-transform:*",
                "arn:aws:logs:us-east-1:111122223333:log-group:/aws/kinesisfirehose/firelake-dev-delivery",
                "arn:aws:logs:us-east-1:111122223333:log-group:/aws/kinesisfirehose/firelake-dev-delivery:*",
                "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/firelake-prod-transform",
                "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/firelake-prod-transform:*",
                "arn:aws:logs:us-east-1:111122223333:log-group:/aws/kinesisfirehose/firelake-prod-delivery",
                "arn:aws:logs:us-east-1:111122223333:log-group:/aws/kinesisfirehose/firelake-prod-delivery:*",
            ],
        },
        {
            "Sid": "Roles",
            "Effect": "Allow",
            "Action": [
                "iam:GetRole",
                "iam:GetRolePolicy",
                "iam:ListAttachedRolePolicies",
                "iam:ListInstanceProfilesForRole",
                "iam:ListRolePolicies",
            ],
            "Resource": [
                "arn:aws:iam::111122223333:role/firelake-dev-crawler",
                "arn:aws:iam::111122223333:role/firelake-dev-delivery",
                "arn:aws:iam::111122223333:role/firelake-dev-transform",
                "arn:aws:iam::111122223333:role/firelake-prod-crawler",
                "arn:aws:iam::111122223333:role/firelake-prod-delivery",
                "arn:aws:iam::111122223333:role/firelake-prod-transform",
            ],
        },
        {
            "Sid": "Unconfined",
            "Effect": "Allow",
            "Action": ["logs:DescribeLogGroups"],
            "Resource": ["*"],
        },
    ],
    Bundle.CATALOG: [
        {
            "Sid": "Database",
            "Effect": "Allow",
            "Action": [
                "glue:GetDatabase",
                "glue:GetPartitionIndexes",
                "glue:GetTable",
                "glue:GetTags",
            ],
            "Resource": [
                "arn:aws:glue:us-east-1:111122223333:catalog",
                "arn:aws:glue:us-east-1:111122223333:database/firelake_dev",
                "arn:aws:glue:us-east-1:111122223333:table/firelake_dev/*",
                "arn:aws:glue:us-east-1:111122223333:userDefinedFunction/firelake_dev/*",
                "arn:aws:glue:us-east-1:111122223333:database/firelake_prod",
                "arn:aws:glue:us-east-1:111122223333:table/firelake_prod/*",
                "arn:aws:glue:us-east-1:111122223333:userDefinedFunction/firelake_prod/*",
            ],
        },
        {
            "Sid": "Crawler",
            "Effect": "Allow",
            "Action": ["glue:GetCrawler", "glue:GetTags"],
            "Resource": [
                "arn:aws:glue:us-east-1:111122223333:crawler/firelake-dev-events",
                "arn:aws:glue:us-east-1:111122223333:crawler/firelake-prod-events",
            ],
        },
        {
            "Sid": "Workgroup",
            "Effect": "Allow",
            "Action": ["athena:GetNamedQuery", "athena:GetWorkGroup", "athena:ListTagsForResource"],
            "Resource": [
                "arn:aws:athena:us-east-1:111122223333:workgroup/firelake-dev",
                "arn:aws:athena:us-east-1:111122223333:workgroup/firelake-dev-analysts",
                "arn:aws:athena:us-east-1:111122223333:workgroup/firelake-prod",
                "arn:aws:athena:us-east-1:111122223333:workgroup/firelake-prod-analysts",
            ],
        },
        {
            "Sid": "Unconfined",
            "Effect": "Allow",
            "Action": ["lakeformation:ListPermissions"],
            "Resource": ["*"],
        },
    ],
    Bundle.WATCH: [
        {
            "Sid": "Alarms",
            "Effect": "Allow",
            "Action": ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
            "Resource": [
                "arn:aws:cloudwatch:us-east-1:111122223333:alarm:firelake-dev-*",
                "arn:aws:cloudwatch:us-east-1:111122223333:alarm:firelake-prod-*",
            ],
        },
        {
            "Sid": "Dashboard",
            "Effect": "Allow",
            "Action": ["cloudwatch:GetDashboard"],
            "Resource": [
                "arn:aws:cloudwatch::111122223333:dashboard/firelake-dev",
                "arn:aws:cloudwatch::111122223333:dashboard/firelake-prod",
            ],
        },
        {
            "Sid": "EventRules",
            "Effect": "Allow",
            "Action": ["events:DescribeRule", "events:ListTagsForResource"],
            "Resource": [
                "arn:aws:events:us-east-1:111122223333:rule/firelake-dev-*",
                "arn:aws:events:us-east-1:111122223333:rule/firelake-prod-*",
            ],
        },
        {
            "Sid": "Topic",
            "Effect": "Allow",
            "Action": ["sns:GetTopicAttributes", "sns:ListTagsForResource"],
            "Resource": [
                "arn:aws:sns:us-east-1:111122223333:firelake-dev-alarms",
                "arn:aws:sns:us-east-1:111122223333:firelake-prod-alarms",
            ],
        },
        {
            "Sid": "Policies",
            "Effect": "Allow",
            "Action": ["iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyVersions"],
            "Resource": [
                "arn:aws:iam::111122223333:policy/firelake-dev-analyst",
                "arn:aws:iam::111122223333:policy/firelake-dev-operator",
                "arn:aws:iam::111122223333:policy/firelake-dev-producer",
                "arn:aws:iam::111122223333:policy/firelake-prod-analyst",
                "arn:aws:iam::111122223333:policy/firelake-prod-operator",
                "arn:aws:iam::111122223333:policy/firelake-prod-producer",
            ],
        },
        {
            "Sid": "Unconfined",
            "Effect": "Allow",
            "Action": ["sns:GetSubscriptionAttributes"],
            "Resource": ["*"],
        },
    ],
}


@pytest.mark.parametrize("bundle", Bundle)
def test_the_preview_role_may_see_this_and_nothing_else(bundle: Bundle) -> None:
    lakes = [NAMES.lake(stack) for stack in STACKS]
    assert preview_statements(bundle, lakes) == PREVIEW[bundle]


def test_the_preview_role_changes_nothing_and_reads_no_data() -> None:
    data = {"s3:GetObject", "dynamodb:GetItem", "kinesis:GetRecords"}
    actions = {
        action
        for statements in PREVIEW.values()
        for statement in statements
        for action in cast("list[str]", statement["Action"])
    }
    others = {each for each in actions if not each.partition(":")[2].startswith(VERBS)}
    assert others | (actions & data) == set()
