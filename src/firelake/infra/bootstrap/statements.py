"""The statements of the bootstrap itself: who may use state and secrets, and who is trusted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from firelake.infra.bootstrap.names import OIDC_HOST
from firelake.infra.errors import ConfigError, ConfigProblem
from firelake.infra.iam.resources import key_of_account, only_tls
from firelake.infra.iam.statements import allow, policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.infra.bootstrap.names import BootstrapNames
    from firelake.infra.iam.statements import Statement

AUDIENCE: Final = "sts.amazonaws.com"
"""For whom GitHub signs a token that AWS is to take."""

PULL_REQUEST: Final = "pull_request"

MAIN_BRANCH: Final = "ref:refs/heads/main"
"""The end of the subject of workflows that run on the main branch, in no environment."""


MAX_POLICY_CHARACTERS: Final = 6144
"""Of a managed policy, white space left out.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""


def managed_policy(name: str, statements: Sequence[Statement]) -> str:
    """Write a managed policy.

    Args:
        name: What it is called.

    Raises:
        ConfigError: It is longer than IAM takes, as names that were given are long.
    """
    text = json.dumps(policy(statements), separators=(",", ":"))
    if len(text) > MAX_POLICY_CHARACTERS:
        rule = f"a policy has at most {MAX_POLICY_CHARACTERS:,}: give the lake shorter names"
        raise ConfigError((ConfigProblem(name, f"{len(text):,} characters", rule),))
    return text


def environment(stack: str) -> str:
    """Returns the end of the subject of workflows that run in the environment of a stack.

    https://docs.github.com/en/actions/reference/security/oidc

    Args:
        stack: Name of the stack, and of the environment.
    """
    return f"environment:{stack}"


def github_trust(names: BootstrapNames, subject: str, context: str) -> dict[str, object]:
    """Let workflows with exactly this subject assume a role, and no others.

    Both claims are compared whole: a pattern would let in a repository whose name only begins so,
    or every branch.

    Args:
        subject: The repository, as the subject of its tokens begins, such as `repo:OWNER/NAME`.
        context: What follows: `pull_request`, an environment, or a branch.
    """
    return policy(
        [
            {
                "Effect": "Allow",
                "Principal": {"Federated": names.oidc_provider_arn},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        f"{OIDC_HOST}:aud": AUDIENCE,
                        f"{OIDC_HOST}:sub": f"{subject}:{context}",
                    }
                },
            }
        ]
    )


def state_read_statements(
    names: BootstrapNames, key_arn: str, stacks: Sequence[str]
) -> list[Statement]:
    """Let a role read the state of stacks and decrypt their secrets.

    Where Pulumi keeps what: https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/store.go
    """
    objects = [
        f"{names.state_bucket_arn}/.pulumi/meta.yaml",
        *(arn for stack in stacks for arn in _state_objects(names, stack)),
    ]
    return [
        allow("FindState", "s3:ListBucket", [names.state_bucket_arn]),
        allow("ReadState", "s3:GetObject", objects),
        allow("DecryptSecrets", "kms:Decrypt", [key_arn]),
    ]


def state_write_statements(names: BootstrapNames, key_arn: str, stack: str) -> list[Statement]:
    """Let a role read and write the state of one stack."""
    via_s3 = {"StringEquals": {"kms:ViaService": names.lake(stack).service_endpoint("s3")}}
    return [
        *state_read_statements(names, key_arn, [stack]),
        allow("WriteState", "s3:DeleteObject PutObject", _state_objects(names, stack)),
        allow("EncryptState", "kms:GenerateDataKey", [key_arn], via_s3),
    ]


def key_policy(names: BootstrapNames) -> dict[str, object]:
    """Let IAM decide about the secrets key.

    This is AWS's own default: without it nobody could ever change the key again.
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    return policy([key_of_account(names.root_arn)])


def state_bucket_policy(names: BootstrapNames) -> dict[str, object]:
    """Refuse requests without TLS."""
    objects = f"{names.state_bucket_arn}/*"
    return policy([only_tls("s3:*", [names.state_bucket_arn, objects])])


def _state_objects(names: BootstrapNames, stack: str) -> list[str]:
    folder = f"{names.state_bucket_arn}/.pulumi"
    return [
        f"{folder}/backups/{names.project}/{stack}/*",
        f"{folder}/history/{names.project}/{stack}/*",
        f"{folder}/journal/{names.project}/{stack}/*",
        f"{folder}/locks/organization/{names.project}/{stack}/*",
        f"{folder}/stacks/{names.project}/{stack}.*",
    ]
