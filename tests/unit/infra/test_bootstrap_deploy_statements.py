"""Tests of what a deploy role may do with what holds data and what moves it, whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import pytest

from infra.bootstrap.lake_statements import Bundle, deploy_statements
from infra.bootstrap.names import BootstrapNames

if TYPE_CHECKING:
    from infra.iam import Statement

NAMES = BootstrapNames("111122223333", "us-east-1")

DEV: dict[Bundle, list[Statement]] = {
    Bundle.STORAGE: [
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
                "kms:EnableKeyRotation",
                "kms:PutKeyPolicy",
                "kms:ScheduleKeyDeletion",
                "kms:TagResource",
                "kms:UntagResource",
                "kms:UpdateKeyDescription",
            ],
            "Resource": ["arn:aws:kms:us-east-1:111122223333:key/*"],
            "Condition": {
                "ForAllValues:StringEquals": {"kms:ResourceAliases": ["alias/firelake-dev"]}
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
            "Resource": [
                "arn:aws:application-autoscaling:us-east-1:111122223333:scalable-target/*"
            ],
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
            "Resource": [
                "arn:aws:application-autoscaling:us-east-1:111122223333:scalable-target/*"
            ],
            "Condition": {
                "StringEquals": {"application-autoscaling:service-namespace": "dynamodb"}
            },
        },
        {
            "Sid": "Unconfined",
            "Effect": "Allow",
            "Action": [
                "application-autoscaling:DescribeScalableTargets",
                "application-autoscaling:DescribeScalingPolicies",
                "dynamodb:ListTables",
                "kms:CreateKey",
                "kms:ListAliases",
            ],
            "Resource": ["*"],
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
                "StringEquals": {
                    "iam:AWSServiceName": "dynamodb.application-autoscaling.amazonaws.com"
                }
            },
        },
    ],
    Bundle.COMPUTE: [
        {
            "Sid": "Function",
            "Effect": "Allow",
            "Action": [
                "lambda:CreateAlias",
                "lambda:CreateFunction",
                "lambda:DeleteAlias",
                "lambda:DeleteFunction",
                "lambda:DeleteFunctionConcurrency",
                "lambda:GetAlias",
                "lambda:GetFunction",
                "lambda:GetFunctionCodeSigningConfig",
                "lambda:GetFunctionConfiguration",
                "lambda:ListTags",
                "lambda:ListVersionsByFunction",
                "lambda:PublishVersion",
                "lambda:PutFunctionConcurrency",
                "lambda:TagResource",
                "lambda:UntagResource",
                "lambda:UpdateAlias",
                "lambda:UpdateFunctionCode",
                "lambda:UpdateFunctionConfiguration",
            ],
            "Resource": ["arn:aws:lambda:us-east-1:111122223333:function:firelake-dev-transform"],
        },
        {
            "Sid": "Delivery",
            "Effect": "Allow",
            "Action": [
                "firehose:CreateDeliveryStream",
                "firehose:DeleteDeliveryStream",
                "firehose:DescribeDeliveryStream",
                "firehose:ListTagsForDeliveryStream",
                "firehose:TagDeliveryStream",
                "firehose:UntagDeliveryStream",
                "firehose:UpdateDestination",
            ],
            "Resource": [
                "arn:aws:firehose:us-east-1:111122223333:deliverystream/firelake-dev-delivery"
            ],
        },
        {
            "Sid": "Logs",
            "Effect": "Allow",
            "Action": [
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DeleteLogGroup",
                "logs:DeleteLogStream",
                "logs:DeleteRetentionPolicy",
                "logs:DescribeLogStreams",
                "logs:ListTagsForResource",
                "logs:PutRetentionPolicy",
                "logs:TagResource",
                "logs:UntagResource",
            ],
            "Resource": [
                "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/firelake-dev-transform",
                "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/firelake-dev-transform:*",
                "arn:aws:logs:us-east-1:111122223333:log-group:/aws/kinesisfirehose/firelake-dev-delivery",
                "arn:aws:logs:us-east-1:111122223333:log-group:/aws/kinesisfirehose/firelake-dev-delivery:*",
            ],
        },
        {
            "Sid": "AnyRoles",
            "Effect": "Allow",
            "Action": [
                "iam:DeleteRole",
                "iam:GetRole",
                "iam:GetRolePolicy",
                "iam:ListAttachedRolePolicies",
                "iam:ListInstanceProfilesForRole",
                "iam:ListRolePolicies",
                "iam:TagRole",
                "iam:UntagRole",
                "iam:UpdateAssumeRolePolicy",
                "iam:UpdateRole",
                "iam:UpdateRoleDescription",
            ],
            "Resource": [
                "arn:aws:iam::111122223333:role/firelake-dev-crawler",
                "arn:aws:iam::111122223333:role/firelake-dev-delivery",
                "arn:aws:iam::111122223333:role/firelake-dev-transform",
            ],
        },
        {
            "Sid": "Roles",
            "Effect": "Allow",
            "Action": [
                "iam:CreateRole",
                "iam:DeleteRolePolicy",
                "iam:PutRolePermissionsBoundary",
                "iam:PutRolePolicy",
            ],
            "Resource": [
                "arn:aws:iam::111122223333:role/firelake-dev-crawler",
                "arn:aws:iam::111122223333:role/firelake-dev-delivery",
                "arn:aws:iam::111122223333:role/firelake-dev-transform",
            ],
            "Condition": {
                "StringEquals": {
                    "iam:PermissionsBoundary": (
                        "arn:aws:iam::111122223333:policy/firelake-boundary-dev"
                    )
                }
            },
        },
        {
            "Sid": "Unconfined",
            "Effect": "Allow",
            "Action": ["logs:DescribeLogGroups"],
            "Resource": ["*"],
        },
        {
            "Sid": "PassToLambda",
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": ["arn:aws:iam::111122223333:role/firelake-dev-transform"],
            "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
        },
        {
            "Sid": "PassToFirehose",
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": ["arn:aws:iam::111122223333:role/firelake-dev-delivery"],
            "Condition": {"StringEquals": {"iam:PassedToService": "firehose.amazonaws.com"}},
        },
    ],
}

# What the deploy role of prod goes without.
KEPT_IN_PROD = {
    "dynamodb:DeleteTable",
    "firehose:DeleteDeliveryStream",
    "kinesis:DeleteStream",
    "kms:ScheduleKeyDeletion",
    "s3:DeleteBucket",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:ListBucketVersions",
}


@pytest.mark.parametrize("bundle", DEV)
def test_the_deploy_role_of_dev_may_do_this_and_nothing_else(bundle: Bundle) -> None:
    assert deploy_statements(bundle, NAMES.lake("dev")) == DEV[bundle]


@pytest.mark.parametrize("bundle", DEV)
def test_the_deploy_role_of_prod_may_do_the_same_to_prod_but_delete_what_holds_data(
    bundle: Bundle,
) -> None:
    expected: list[Statement] = json.loads(
        json.dumps(DEV[bundle])
        .replace("firelake-dev", "firelake-prod")
        .replace("firelake_dev", "firelake_prod")
        .replace("firelake-boundary-dev", "firelake-boundary-prod")
    )
    for statement in expected:
        actions = cast("list[str]", statement["Action"])
        statement["Action"] = [action for action in actions if action not in KEPT_IN_PROD]
    assert deploy_statements(bundle, NAMES.lake("prod")) == expected
