"""Tests of what a deploy role may do with what holds data, whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from firelake.infra.bootstrap.lake_statements import deploy_statements
from firelake.infra.bootstrap.names import BootstrapNames
from firelake.infra.bootstrap.resource_types import Bundle

if TYPE_CHECKING:
    from firelake.infra.iam import Statement

NAMES = BootstrapNames("111122223333", "us-east-1")

DEV: list[Statement] = [
    {
        "Sid": "Bucket",
        "Effect": "Allow",
        "Action": [
            "s3:CreateBucket",
            "s3:DeleteBucket",
            "s3:DeleteBucketPolicy",
            "s3:DeleteObject",
            "s3:DeleteObjectVersion",
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
            "s3:ListBucketVersions",
            "s3:ListTagsForResource",
            "s3:PutBucketNotification",
            "s3:PutBucketOwnershipControls",
            "s3:PutBucketPolicy",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketTagging",
            "s3:PutBucketVersioning",
            "s3:PutEncryptionConfiguration",
            "s3:PutLifecycleConfiguration",
            "s3:TagResource",
            "s3:UntagResource",
        ],
        "Resource": [
            "arn:aws:s3:::firelake-dev-111122223333-us-east-1",
            "arn:aws:s3:::firelake-dev-111122223333-us-east-1/*",
        ],
    },
    {
        "Sid": "AnyKey",
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
        "Sid": "Key",
        "Effect": "Allow",
        "Action": [
            "kms:DisableKeyRotation",
            "kms:EnableKey",
            "kms:PutKeyPolicy",
            "kms:ScheduleKeyDeletion",
            "kms:TagResource",
            "kms:UntagResource",
            "kms:UpdateKeyDescription",
        ],
        "Resource": ["arn:aws:kms:us-east-1:111122223333:key/*"],
        "Condition": {
            "StringEquals": {"aws:ResourceTag/firelake:stack": "firelake-dev"},
            "ForAllValues:StringEquals": {"kms:ResourceAliases": ["alias/firelake-dev"]},
        },
    },
    {
        "Sid": "KeyAlias",
        "Effect": "Allow",
        "Action": ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
        "Resource": [
            "arn:aws:kms:us-east-1:111122223333:alias/firelake-dev",
            "arn:aws:kms:us-east-1:111122223333:key/*",
        ],
        "Condition": {
            "StringEqualsIfExists": {"aws:ResourceTag/firelake:stack": "firelake-dev"},
            "ForAllValues:StringEquals": {"kms:ResourceAliases": ["alias/firelake-dev"]},
        },
    },
    {
        "Sid": "Stream",
        "Effect": "Allow",
        "Action": [
            "kinesis:AddTagsToStream",
            "kinesis:CreateStream",
            "kinesis:DecreaseStreamRetentionPeriod",
            "kinesis:DeleteResourcePolicy",
            "kinesis:DeleteStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetResourcePolicy",
            "kinesis:IncreaseStreamRetentionPeriod",
            "kinesis:ListTagsForStream",
            "kinesis:PutResourcePolicy",
            "kinesis:RemoveTagsFromStream",
            "kinesis:StartStreamEncryption",
            "kinesis:UpdateShardCount",
            "kinesis:UpdateStreamMode",
            "kinesis:UpdateStreamWarmThroughput",
        ],
        "Resource": [
            "arn:aws:kinesis:us-east-1:111122223333:stream/firelake-dev-events",
            "arn:aws:kms:us-east-1:111122223333:key/*",
        ],
    },
    {
        "Sid": "Table",
        "Effect": "Allow",
        "Action": [
            "dynamodb:CreateTable",
            "dynamodb:DeleteTable",
            "dynamodb:DescribeContinuousBackups",
            "dynamodb:DescribeTable",
            "dynamodb:DescribeTimeToLive",
            "dynamodb:ListTagsOfResource",
            "dynamodb:TagResource",
            "dynamodb:UntagResource",
            "dynamodb:UpdateContinuousBackups",
            "dynamodb:UpdateTable",
            "dynamodb:UpdateTimeToLive",
        ],
        "Resource": ["arn:aws:dynamodb:us-east-1:111122223333:table/firelake-dev-claims"],
    },
    {
        "Sid": "AnyScaling",
        "Effect": "Allow",
        "Action": [
            "application-autoscaling:ListTagsForResource",
            "application-autoscaling:TagResource",
            "application-autoscaling:UntagResource",
        ],
        "Resource": ["arn:aws:application-autoscaling:us-east-1:111122223333:scalable-target/*"],
    },
    {
        "Sid": "Scaling",
        "Effect": "Allow",
        "Action": [
            "application-autoscaling:DeleteScalingPolicy",
            "application-autoscaling:DeregisterScalableTarget",
            "application-autoscaling:PutScalingPolicy",
            "application-autoscaling:RegisterScalableTarget",
        ],
        "Resource": ["arn:aws:application-autoscaling:us-east-1:111122223333:scalable-target/*"],
        "Condition": {"StringEquals": {"application-autoscaling:service-namespace": "dynamodb"}},
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
    {
        "Sid": "NewKey",
        "Effect": "Allow",
        "Action": ["kms:CreateKey", "kms:TagResource"],
        "Resource": ["*"],
        "Condition": {
            "StringEquals": {"aws:RequestTag/firelake:stack": "firelake-dev"},
            "Null": {"aws:ResourceTag/firelake:stack": "true"},
            "ForAllValues:StringEquals": {"kms:ResourceAliases": ["alias/firelake-dev"]},
        },
    },
    {
        "Sid": "NewKeyRotation",
        "Effect": "Allow",
        "Action": ["kms:EnableKeyRotation"],
        "Resource": ["arn:aws:kms:us-east-1:111122223333:key/*"],
        "Condition": {
            "StringEqualsIfExists": {"aws:ResourceTag/firelake:stack": "firelake-dev"},
            "ForAllValues:StringEquals": {"kms:ResourceAliases": ["alias/firelake-dev"]},
        },
    },
    {
        "Sid": "KeyOfTable",
        "Effect": "Allow",
        "Action": [
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        ],
        "Resource": ["arn:aws:kms:us-east-1:111122223333:key/*"],
        "Condition": {
            "StringEquals": {"kms:ViaService": "dynamodb.us-east-1.amazonaws.com"},
            "StringEqualsIfExists": {"aws:ResourceTag/firelake:stack": "firelake-dev"},
            "ForAllValues:StringEquals": {"kms:ResourceAliases": ["alias/firelake-dev"]},
        },
    },
    {
        "Sid": "ScalingAlarms",
        "Effect": "Allow",
        "Action": [
            "cloudwatch:DeleteAlarms",
            "cloudwatch:DescribeAlarms",
            "cloudwatch:PutMetricAlarm",
        ],
        "Resource": [
            "arn:aws:cloudwatch:us-east-1:111122223333:alarm:TargetTracking-table/firelake-dev-claims-*"
        ],
    },
    {
        "Sid": "ScalingRole",
        "Effect": "Allow",
        "Action": ["iam:CreateServiceLinkedRole"],
        "Resource": [
            "arn:aws:iam::111122223333:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
        ],
        "Condition": {
            "StringEquals": {"iam:AWSServiceName": "dynamodb.application-autoscaling.amazonaws.com"}
        },
    },
]

# What the deploy role of prod goes without.
KEPT_IN_PROD = {
    "dynamodb:DeleteTable",
    "kinesis:DeleteStream",
    "kms:ScheduleKeyDeletion",
    "s3:DeleteBucket",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:ListBucketVersions",
}


def test_the_deploy_role_of_dev_may_do_this_and_nothing_else() -> None:
    assert deploy_statements(Bundle.STORAGE, NAMES.lake("dev")) == DEV


def test_the_deploy_role_of_prod_may_do_the_same_to_prod_but_delete_what_must_stay() -> None:
    expected: list[Statement] = json.loads(json.dumps(DEV).replace("firelake-dev", "firelake-prod"))
    for statement in expected:
        actions = cast("list[str]", statement["Action"])
        statement["Action"] = [action for action in actions if action not in KEPT_IN_PROD]
    assert deploy_statements(Bundle.STORAGE, NAMES.lake("prod")) == expected
