"""The policies of the key, of the bucket and of the topic: who may use them at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.infra.iam.statements import policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.infra.iam.statements import Statement
    from firelake.infra.naming import Names

_CLOUDWATCH: Final = "cloudwatch.amazonaws.com"
_ENCRYPTION_HEADER: Final = "s3:x-amz-server-side-encryption"
_KEY_HEADER: Final = "s3:x-amz-server-side-encryption-aws-kms-key-id"


def key_policy(names: Names, producer_accounts: Sequence[str] = ()) -> dict[str, object]:
    """Let IAM decide about the key, and whoever else needs it use it.

    The first statement is AWS's own default for a key: without it no policy of IAM counts and
    nobody could ever change the key again. DynamoDB gets its grant from whoever makes the table.
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html

    Args:
        producer_accounts: Other accounts whose identities may send.
    """
    return policy([key_of_account(names.root_arn), *key_users(names, producer_accounts)])


def key_of_account(root_arn: str) -> Statement:
    """Lets IAM decide about a key.

    Args:
        root_arn: What stands for the account.
    """
    return {
        "Sid": "Account",
        "Effect": "Allow",
        "Principal": {"AWS": root_arn},
        "Action": "kms:*",
        "Resource": "*",
    }


def key_users(
    names: Names, producer_accounts: Sequence[str] = (), *, has_alarms: bool = True
) -> list[Statement]:
    """Let those use a key whom no policy of IAM in its account can let.

    CloudWatch publishes alarms to the topic that the key encrypts. Producers of other accounts may
    encrypt what they send by Kinesis, if IAM there lets them.
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html

    Args:
        producer_accounts: Other accounts whose identities may send.
        has_alarms: Whether alarms go to a topic that the key encrypts.
    """
    alarms: Statement = {
        "Sid": "Alarms",
        "Effect": "Allow",
        "Principal": {"Service": _CLOUDWATCH},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": names.account_id}},
    }
    producers: Statement = {
        "Sid": "Producers",
        "Effect": "Allow",
        "Principal": {"AWS": [names.root_arn_of(each) for each in producer_accounts]},
        "Action": "kms:GenerateDataKey",
        "Resource": "*",
        "Condition": {"StringEquals": {"kms:ViaService": names.service_endpoint("kinesis")}},
    }
    return [*([alarms] if has_alarms else []), *([producers] if producer_accounts else [])]


def stream_policy(names: Names, producer_accounts: Sequence[str]) -> dict[str, object]:
    """Lets identities of other accounts send, as far as IAM there lets them.

    https://docs.aws.amazon.com/streams/latest/dev/resource-based-policy-examples.html
    """
    return policy(
        [
            {
                "Sid": "Producers",
                "Effect": "Allow",
                "Principal": {"AWS": [names.root_arn_of(each) for each in producer_accounts]},
                "Action": [
                    "kinesis:DescribeStreamSummary",
                    "kinesis:ListShards",
                    "kinesis:PutRecord",
                    "kinesis:PutRecords",
                ],
                "Resource": names.stream_arn,
            }
        ]
    )


def bucket_policy(names: Names, key_arn: str) -> dict[str, object]:
    """Refuse requests without TLS and objects that are not under the stack's key.

    A request that names no encryption gets the bucket's default, which is the key. One that names
    another key, none of KMS, or a key of its own would write what nobody here can read. `Null` asks
    whether it names one: a negated condition alone holds where the key is absent, too.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    objects = names.objects_arn("")
    return policy(
        [
            only_tls("s3:*", [names.bucket_arn, objects]),
            _deny(
                "OnlyKms",
                "s3:PutObject",
                [objects],
                {
                    "Null": {_ENCRYPTION_HEADER: "false"},
                    "StringNotEquals": {_ENCRYPTION_HEADER: "aws:kms"},
                },
            ),
            # Without a key's name `aws:kms` means the account's own key of S3.
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-kms-encryption.html
            _deny(
                "NoKeyOfS3",
                "s3:PutObject",
                [objects],
                {"StringEquals": {_ENCRYPTION_HEADER: "aws:kms"}, "Null": {_KEY_HEADER: "true"}},
            ),
            _deny(
                "OnlyThisKey",
                "s3:PutObject",
                [objects],
                {"Null": {_KEY_HEADER: "false"}, "ArnNotEquals": {_KEY_HEADER: key_arn}},
            ),
            _deny(
                "NoCustomerKey",
                "s3:PutObject",
                [objects],
                {"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}},
            ),
        ]
    )


def topic_policy(names: Names) -> dict[str, object]:
    """Let the stack's own alarms publish, over TLS."""
    return policy(
        [
            *topic_users(names),
            only_tls("sns:Publish", [names.topic_arn]),
        ]
    )


def topic_users(names: Names) -> list[Statement]:
    """Let the stack's own alarms publish to a topic.

    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    """
    return [
        {
            "Sid": "Alarms",
            "Effect": "Allow",
            "Principal": {"Service": _CLOUDWATCH},
            "Action": "sns:Publish",
            "Resource": names.topic_arn,
            "Condition": {
                "StringEquals": {"aws:SourceAccount": names.account_id},
                "ArnLike": {"aws:SourceArn": names.alarm_arn("*")},
            },
        }
    ]


def only_tls(action: str, resources: list[str]) -> Statement:
    """Refuses requests without TLS."""
    return _deny("OnlyTls", action, resources, {"Bool": {"aws:SecureTransport": "false"}})


def _deny(
    sid: str, action: str, resources: list[str], condition: dict[str, dict[str, str]]
) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": resources,
        "Condition": condition,
    }
