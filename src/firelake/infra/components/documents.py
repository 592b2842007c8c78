"""Policies of identities, written once it is known where everything is that they name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi

from firelake.infra import iam

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firelake.infra.iam import Statement
    from firelake.infra.naming import Names


def identity_policy(
    statements: Callable[[Names, str], Sequence[Statement]],
    placed: pulumi.Output[Names],
    key_arn: pulumi.Input[str],
) -> pulumi.Output[str]:
    """Returns the JSON of a policy.

    Args:
        statements: What the policy says of a lake's names and its key.
        placed: The names, what is used and not made among them.
        key_arn: ARN of the lake's key.
    """
    return placed.apply(
        lambda names: pulumi.Output.from_input(key_arn).apply(
            lambda key: json.dumps(iam.policy(statements(names, key)))
        )
    )
