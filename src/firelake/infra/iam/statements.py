"""The building blocks of IAM policies: statements, documents, trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firelake.infra.naming import Names

Statement: TypeAlias = dict[str, object]
Conditions: TypeAlias = "Mapping[str, Mapping[str, str | list[str]]]"

_VERSION: Final = "2012-10-17"


def actions_of(words: str, service: str = "") -> list[str]:
    """Returns the actions of words: `kms:Encrypt Decrypt` for two, as a service stays the same.

    Args:
        service: Of the first word, if that names none.
    """
    actions = list[str]()
    for word in words.split():
        before, _, call = word.rpartition(":")
        service = before or service
        actions.append(f"{service}:{call}")
    return actions


def allow(
    sid: str, actions: str, resources: Sequence[str], conditions: Conditions | None = None
) -> Statement:
    """Make a statement of an identity's policy.

    Args:
        sid: Name of the statement, letters and digits.
        actions: What is allowed, as `actions_of` reads it.
        conditions: Under which conditions, all of which must hold.
    """
    statement: Statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Action": actions_of(actions),
        "Resource": list(resources),
    }
    return statement | {"Condition": conditions} if conditions else statement


def allow_key(sid: str, actions: str, key_arn: str, names: Names, service: str) -> list[Statement]:
    """Make a statement that lets a service use its key in the identity's name, if it has one.

    The encryption context is left out: with S3 Bucket Keys it is the bucket's ARN, without them
    the object's, so a condition on it would break with the bucket's setting.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html

    Args:
        key_arn: ARN of the lake's key; another one may be the service's.
        service: Short name of the service through which alone the key may be used.
    """
    key = names.key_of(service, key_arn)
    via_service = {"StringEquals": {"kms:ViaService": names.service_endpoint(service)}}
    return [] if key is None else [allow(sid, actions, [key], via_service)]


def allow_log(names: Names, log_group: str) -> Statement:
    """Make a statement that lets a function or a state machine write its log."""
    streams = f"{names.log_group_arn(log_group)}:*"
    return allow("Log", "logs:CreateLogStream PutLogEvents", [streams])


def policy(statements: Sequence[Statement]) -> dict[str, object]:
    """Make a policy document of statements."""
    return {"Version": _VERSION, "Statement": list(statements)}


def trust(
    service: str, *, external_id: str | None = None, account_id: str | None = None
) -> dict[str, object]:
    """Make the document that lets an AWS service assume a role.

    Args:
        service: The service's principal, such as `lambda.amazonaws.com`.
        external_id: What the service must give as `sts:ExternalId`. Firehose gives the account's
            id: https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html
        account_id: For whose resources alone, of services that tell it:
            https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
            https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
    """
    statement: Statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    if external_id is not None:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": external_id}}
    if account_id is not None:
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": account_id}}
    return policy([statement])
