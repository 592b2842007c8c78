"""Tests of what a deploy role may do with what moves data, whole."""

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
        "Resource": [
            "arn:aws:lambda:us-east-1:111122223333:function:firelake-dev-transform",
            "arn:aws:lambda:us-east-1:111122223333:function:firelake-dev-mover",
        ],
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
            "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/firelake-dev-mover",
            "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/firelake-dev-mover:*",
            "arn:aws:logs:us-east-1:111122223333:log-group:/aws/vendedlogs/states/firelake-dev-move",
            "arn:aws:logs:us-east-1:111122223333:log-group:/aws/vendedlogs/states/firelake-dev-move:*",
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
            "arn:aws:iam::111122223333:role/firelake-dev-move",
            "arn:aws:iam::111122223333:role/firelake-dev-move-schedule",
            "arn:aws:iam::111122223333:role/firelake-dev-mover",
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
            "arn:aws:iam::111122223333:role/firelake-dev-move",
            "arn:aws:iam::111122223333:role/firelake-dev-move-schedule",
            "arn:aws:iam::111122223333:role/firelake-dev-mover",
        ],
        "Condition": {
            "StringEquals": {
                "iam:PermissionsBoundary": [
                    "arn:aws:iam::111122223333:policy/firelake-boundary-dev",
                    "arn:aws:iam::111122223333:policy/firelake-moves-boundary-dev",
                ]
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
        "Resource": [
            "arn:aws:iam::111122223333:role/firelake-dev-transform",
            "arn:aws:iam::111122223333:role/firelake-dev-mover",
        ],
        "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
    },
    {
        "Sid": "PassToFirehose",
        "Effect": "Allow",
        "Action": ["iam:PassRole"],
        "Resource": ["arn:aws:iam::111122223333:role/firelake-dev-delivery"],
        "Condition": {"StringEquals": {"iam:PassedToService": "firehose.amazonaws.com"}},
    },
]

# What the deploy role of prod goes without.
KEPT_IN_PROD = {
    "firehose:DeleteDeliveryStream",
}


def test_the_deploy_role_of_dev_may_do_this_and_nothing_else() -> None:
    assert deploy_statements(Bundle.COMPUTE, NAMES.lake("dev")) == DEV


def test_the_deploy_role_of_prod_may_do_the_same_to_prod_but_delete_what_must_stay() -> None:
    expected: list[Statement] = json.loads(
        json.dumps(DEV)
        .replace("firelake-dev", "firelake-prod")
        .replace("boundary-dev", "boundary-prod")
    )
    for statement in expected:
        actions = cast("list[str]", statement["Action"])
        statement["Action"] = [action for action in actions if action not in KEPT_IN_PROD]
    assert deploy_statements(Bundle.COMPUTE, NAMES.lake("prod")) == expected
