"""What the parts of a lake share: what they are made from, and how roles and logs are made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from firelake.infra import iam

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from firelake.infra.config import LakeConfig
    from firelake.infra.iam import Statement
    from firelake.infra.naming import Names


@dataclass(frozen=True, kw_only=True)
class LakeContext:
    """What every part of a lake is made from.

    Attributes:
        names: The names of what is made.
        placed: The names, of what is used and not made as well.
        config: The stack's settings.
        key_arn: ARN of the lake's key.
        has_history: Whether anything may move into history, or has moved.
        has_erasures: Whether anything may be erased.
    """

    names: Names
    placed: pulumi.Output[Names]
    config: LakeConfig
    key_arn: pulumi.Input[str]
    has_history: bool = False
    has_erasures: bool = False

    @property
    def iam_path(self) -> str | None:
        """The path that roles and managed policies are given; None for IAM's own default."""
        return None if self.names.iam_path == "/" else self.names.iam_path

    def identity_policy(
        self, statements: Callable[[Names, str], Sequence[Statement]]
    ) -> pulumi.Output[str]:
        """Returns the JSON of a policy, once it is known where everything is that it names.

        Args:
            statements: What the policy says of a lake's names and its key.
        """
        return self.placed.apply(
            lambda names: pulumi.Output.from_input(self.key_arn).apply(
                lambda key: json.dumps(iam.policy(statements(names, key)))
            )
        )


class LakePart(pulumi.ComponentResource):
    """A part of a lake, whose resources are its children."""

    def __init__(
        self, kind: str, name: str, context: LakeContext, opts: pulumi.ResourceOptions | None
    ) -> None:
        super().__init__(f"firelake:{kind}", name, None, opts)
        self.part = name
        self.context = context
        self.names = context.names
        self.config = context.config

    def options(
        self, *depends_on: pulumi.Resource, is_kept: bool = False
    ) -> pulumi.ResourceOptions:
        """Returns the options of a child.

        Args:
            depends_on: What must be there first.
            is_kept: Whether it is protected in a protected stack.
        """
        protect = self.config.is_protected if is_kept else None
        return pulumi.ResourceOptions(parent=self, depends_on=depends_on, protect=protect)

    def log_group(self, suffix: str, log_group_name: str) -> aws.cloudwatch.LogGroup:
        """Makes a log group, whose lines are kept as long as the function's."""
        return aws.cloudwatch.LogGroup(
            f"{self.part}-{suffix}",
            name=log_group_name,
            retention_in_days=self.config.transform.log_retention_days,
            tags=self.config.tags,
            opts=self.options(),
        )

    def service_role(  # noqa: PLR0913 (each is another part of the role)
        self,
        start: str,
        *,
        role_name: str,
        description: str,
        trust: Mapping[str, object],
        policy_name: str,
        statements: Callable[[Names, str], Sequence[Statement]],
        moves: bool = False,
    ) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        """Makes a role that bears the stack's permissions boundary, if one is configured.

        The bootstrap has made another boundary for roles that move days.

        Args:
            start: What the names of the resources begin with.
            role_name: Name of the role.
            description: For whom it is.
            trust: The document of who may assume it.
            policy_name: Name of its policy.
            statements: What it may do.
            moves: Whether the role is one of those that move days into history.

        Returns:
            The role, and its policy, for which whoever uses the role must wait.
        """
        boundary = self.config.permissions_boundary
        if moves and boundary == self.names.boundary:
            boundary = self.names.moves_boundary
        role = aws.iam.Role(
            f"{start}-role",
            name=role_name,
            description=description,
            assume_role_policy=json.dumps(trust),
            path=self.context.iam_path,
            permissions_boundary=None if boundary is None else self.names.boundary_arn(boundary),
            tags=self.config.tags,
            opts=self.options(),
        )
        policy = aws.iam.RolePolicy(
            f"{start}-policy",
            name=policy_name,
            role=role.name,
            policy=self.context.identity_policy(statements),
            opts=self.options(),
        )
        return role, policy
