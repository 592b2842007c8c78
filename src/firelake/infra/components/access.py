"""Access: managed policies for the people and programs that use the lake."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from firelake.infra import iam
from firelake.infra.components.documents import identity_policy
from firelake.infra.components.roles import iam_path
from firelake.infra.schedule import schedule_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names


@dataclass(frozen=True, kw_only=True)
class AccessArgs:
    """What the policies are made from."""

    names: Names
    placed: pulumi.Output[Names]
    config: LakeConfig
    key_arn: pulumi.Input[str]
    has_history: bool = False
    has_erasures: bool = False


class Access(pulumi.ComponentResource):
    """Three policies to attach: none of them is attached to anybody here."""

    producer: aws.iam.Policy
    analyst: aws.iam.Policy
    operator: aws.iam.Policy

    def __init__(
        self, name: str, args: AccessArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("firelake:access:Access", name, None, opts)
        self._args = args
        names = args.names
        self.producer = self._policy(
            f"{name}-producer",
            names.producer_policy,
            "Puts events on the stream",
            iam.producer_statements,
        )
        self.analyst = self._policy(
            f"{name}-analyst",
            names.analyst_policy,
            "Queries events; sees neither raw records nor errors",
            partial(
                iam.analyst_statements,
                has_history=args.has_history,
                has_erasures=args.has_erasures,
            ),
        )
        self.operator = self._policy(
            f"{name}-operator",
            names.operator_policy,
            "Queries everything, reads errors and raw records, and puts events back",
            partial(
                iam.operator_statements,
                has_pages=schedule_of(args.config).has_pages,
                has_history=args.has_history,
                has_erasures=args.has_erasures,
            ),
        )
        self.register_outputs(
            {
                "producerPolicyArn": self.producer.arn,
                "analystPolicyArn": self.analyst.arn,
                "operatorPolicyArn": self.operator.arn,
            }
        )

    def _policy(
        self,
        name: str,
        policy_name: str,
        description: str,
        statements: Callable[[Names, str], list[dict[str, Any]]],
    ) -> aws.iam.Policy:
        names = self._args.names
        return aws.iam.Policy(
            name,
            name=policy_name,
            path=iam_path(names),
            description=description,
            policy=identity_policy(statements, self._args.placed, self._args.key_arn),
            tags=self._args.config.tags,
            # IAM changes no description: another one would replace a policy that people bear.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["description"]),
        )
