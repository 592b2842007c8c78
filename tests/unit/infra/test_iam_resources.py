"""Tests of the key's, the bucket's and the topic's policies, compared whole."""

from __future__ import annotations

from typing import cast

from firelake.infra.iam import bucket_policy, key_policy, stream_policy, topic_policy
from firelake.infra.naming import Names

NAMES = Names("firelake", "dev", "111122223333", "eu-central-1")
KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/11112222-3333-4444-5555-666677778888"
BUCKET_ARN = "arn:aws:s3:::firelake-dev-111122223333-eu-central-1"
TOPIC_ARN = "arn:aws:sns:eu-central-1:111122223333:firelake-dev-alarms"


def test_the_key_belongs_to_the_account_and_lets_its_alarms_publish() -> None:
    assert key_policy(NAMES) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Account",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Sid": "Alarms",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
            },
        ],
    }


def test_the_bucket_takes_tls_and_its_own_key_alone() -> None:
    assert bucket_policy(NAMES, KEY_ARN) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OnlyTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [BUCKET_ARN, f"{BUCKET_ARN}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            {
                "Sid": "OnlyKms",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": [f"{BUCKET_ARN}/*"],
                "Condition": {
                    "Null": {"s3:x-amz-server-side-encryption": "false"},
                    "StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
                },
            },
            {
                "Sid": "NoKeyOfS3",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": [f"{BUCKET_ARN}/*"],
                "Condition": {
                    "StringEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
                    "Null": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "true"},
                },
            },
            {
                "Sid": "OnlyThisKey",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": [f"{BUCKET_ARN}/*"],
                "Condition": {
                    "Null": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "false"},
                    "ArnNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": KEY_ARN},
                },
            },
            {
                "Sid": "NoCustomerKey",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": [f"{BUCKET_ARN}/*"],
                "Condition": {
                    "Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}
                },
            },
        ],
    }


def test_the_topic_takes_the_alarms_of_the_stack_alone() -> None:
    assert topic_policy(NAMES) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Alarms",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": TOPIC_ARN,
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": "111122223333"},
                    "ArnLike": {
                        "aws:SourceArn": (
                            "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:firelake-dev-*"
                        )
                    },
                },
            },
            {
                "Sid": "OnlyTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sns:Publish",
                "Resource": [TOPIC_ARN],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }


def test_the_stream_takes_records_of_other_accounts_that_are_named() -> None:
    assert stream_policy(NAMES, ["444455556666", "777788889999"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Producers",
                "Effect": "Allow",
                "Principal": {
                    "AWS": ["arn:aws:iam::444455556666:root", "arn:aws:iam::777788889999:root"]
                },
                "Action": [
                    "kinesis:DescribeStreamSummary",
                    "kinesis:ListShards",
                    "kinesis:PutRecord",
                    "kinesis:PutRecords",
                ],
                "Resource": "arn:aws:kinesis:eu-central-1:111122223333:stream/firelake-dev-events",
            }
        ],
    }


def test_their_identities_may_encrypt_for_the_stream_and_nothing_else() -> None:
    policy = key_policy(NAMES, ["444455556666"])
    statements = cast("list[object]", policy["Statement"])
    assert statements[:-1] == key_policy(NAMES)["Statement"]
    assert statements[-1] == {
        "Sid": "Producers",
        "Effect": "Allow",
        "Principal": {"AWS": ["arn:aws:iam::444455556666:root"]},
        "Action": "kms:GenerateDataKey",
        "Resource": "*",
        "Condition": {"StringEquals": {"kms:ViaService": "kinesis.eu-central-1.amazonaws.com"}},
    }
