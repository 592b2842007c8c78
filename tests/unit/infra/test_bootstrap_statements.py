"""Tests of who may use Pulumi's state and secrets, and of whom the roles trust."""

from __future__ import annotations

import pytest

from firelake.infra.bootstrap.names import BootstrapNames
from firelake.infra.bootstrap.statements import (
    PULL_REQUEST,
    environment,
    github_trust,
    key_policy,
    state_bucket_policy,
    state_read_statements,
    state_write_statements,
)

NAMES = BootstrapNames("111122223333", "us-east-1")
KEY_ARN = "arn:aws:kms:us-east-1:111122223333:key/1"
STATE = "arn:aws:s3:::firelake-pulumi-state-111122223333-us-east-1"


@pytest.mark.parametrize(
    ("subject", "context", "expected"),
    [
        pytest.param(
            "repo:octo-org/octo-repo",
            PULL_REQUEST,
            "repo:octo-org/octo-repo:pull_request",
            id="a pull request",
        ),
        pytest.param(
            "repo:octo-org/octo-repo",
            environment("prod"),
            "repo:octo-org/octo-repo:environment:prod",
            id="an environment",
        ),
        pytest.param(
            "repo:octo-org@123456/octo-repo@456789",
            environment("dev"),
            "repo:octo-org@123456/octo-repo@456789:environment:dev",
            id="a subject with ids",
        ),
    ],
)
def test_a_role_trusts_exactly_one_subject(subject: str, context: str, expected: str) -> None:
    assert github_trust(NAMES, subject, context) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {
                    "Federated": "arn:aws:iam::111122223333:oidc-provider/"
                    "token.actions.githubusercontent.com"
                },
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                        "token.actions.githubusercontent.com:sub": expected,
                    }
                },
            }
        ],
    }


def test_a_preview_reads_the_state_of_both_stacks_and_writes_nothing() -> None:
    assert state_read_statements(NAMES, KEY_ARN, ["dev", "prod"]) == [
        {"Sid": "FindState", "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [STATE]},
        {
            "Sid": "ReadState",
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": [
                f"{STATE}/.pulumi/meta.yaml",
                f"{STATE}/.pulumi/backups/firelake/dev/*",
                f"{STATE}/.pulumi/history/firelake/dev/*",
                f"{STATE}/.pulumi/journal/firelake/dev/*",
                f"{STATE}/.pulumi/locks/organization/firelake/dev/*",
                f"{STATE}/.pulumi/stacks/firelake/dev.*",
                f"{STATE}/.pulumi/backups/firelake/prod/*",
                f"{STATE}/.pulumi/history/firelake/prod/*",
                f"{STATE}/.pulumi/journal/firelake/prod/*",
                f"{STATE}/.pulumi/locks/organization/firelake/prod/*",
                f"{STATE}/.pulumi/stacks/firelake/prod.*",
            ],
        },
        {
            "Sid": "DecryptSecrets",
            "Effect": "Allow",
            "Action": ["kms:Decrypt"],
            "Resource": [KEY_ARN],
        },
    ]


def test_a_deployment_writes_the_state_of_its_own_stack() -> None:
    dev = [
        f"{STATE}/.pulumi/backups/firelake/dev/*",
        f"{STATE}/.pulumi/history/firelake/dev/*",
        f"{STATE}/.pulumi/journal/firelake/dev/*",
        f"{STATE}/.pulumi/locks/organization/firelake/dev/*",
        f"{STATE}/.pulumi/stacks/firelake/dev.*",
    ]
    assert state_write_statements(NAMES, KEY_ARN, "dev") == [
        {"Sid": "FindState", "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [STATE]},
        {
            "Sid": "ReadState",
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": [f"{STATE}/.pulumi/meta.yaml", *dev],
        },
        {
            "Sid": "DecryptSecrets",
            "Effect": "Allow",
            "Action": ["kms:Decrypt"],
            "Resource": [KEY_ARN],
        },
        {
            "Sid": "WriteState",
            "Effect": "Allow",
            "Action": ["s3:DeleteObject", "s3:PutObject"],
            "Resource": dev,
        },
        {
            "Sid": "EncryptState",
            "Effect": "Allow",
            "Action": ["kms:GenerateDataKey"],
            "Resource": [KEY_ARN],
            "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}},
        },
    ]


def test_the_key_leaves_it_to_iam_who_uses_it() -> None:
    assert key_policy(NAMES) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Account",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }


def test_the_state_bucket_takes_no_request_without_tls() -> None:
    assert state_bucket_policy(NAMES) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OnlyTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [STATE, f"{STATE}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
