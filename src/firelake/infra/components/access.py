"""Access: managed policies for the people and programs that use the lake."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from firelake.infra import iam
from firelake.infra.components.part import LakePart
from firelake.infra.schedule import schedule_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.infra.components.part import LakeContext
    from firelake.infra.naming import Names


class Access(LakePart):
    """Three policies to attach: none of them is attached to anybody here."""

    producer: aws.iam.Policy
    analyst: aws.iam.Policy
    operator: aws.iam.Policy

    def __init__(
        self, name: str, context: LakeContext, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("access:Access", name, context, opts)
        names = self.names
        analyst = partial(
            iam.analyst_statements,
            has_history=context.has_history,
            has_erasures=context.has_erasures,
        )
        operator = partial(
            iam.operator_statements,
            has_pages=schedule_of(self.config).has_pages,
            has_history=context.has_history,
            has_erasures=context.has_erasures,
        )
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
            analyst,
        )
        self.operator = self._policy(
            f"{name}-operator",
            names.operator_policy,
            "Queries everything, reads errors and raw records, and puts events back",
            operator,
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
        return aws.iam.Policy(
            name,
            name=policy_name,
            path=self.context.iam_path,
            description=description,
            policy=self.context.identity_policy(statements),
            tags=self.config.tags,
            # IAM changes no description: another one would replace a policy that people bear.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["description"]),
        )
