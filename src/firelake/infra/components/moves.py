"""Moves: what moves files into history by itself, on a schedule."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from firelake.contract.names import (
    ENV_BUCKET,
    ENV_CLAIMS_TABLE,
    ENV_DATABASE,
    ENV_LATENESS_DAYS,
    ENV_NAME_PREFIX,
    ENV_RETENTION_HOURS,
    ENV_WORKGROUP,
    MOVER_HANDLER,
)
from firelake.infra import iam
from firelake.infra.components.part import LakePart
from firelake.infra.components.transform import code_sha256
from firelake.infra.move_machine import FUNCTION_TIMEOUT_S, definition

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from firelake.infra.components.part import LakeContext
    from firelake.infra.iam import Statement
    from firelake.infra.naming import Names

# It holds a page of an answer and nothing else.
_MEMORY_MB = 256


class Moves(LakePart):
    """A schedule that starts a state machine, which asks a function what to do next."""

    function: aws.lambda_.Function
    machine: aws.sfn.StateMachine
    schedule: aws.scheduler.Schedule

    def __init__(
        self,
        name: str,
        context: LakeContext,
        *,
        zip_path: Path,
        bucket: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Makes the schedule and what it starts.

        Args:
            name: Name of the component.
            context: What it is made from.
            zip_path: The built code.
            bucket: The bucket, with the folder in it if there is one.
            opts: Options of the component.
        """
        super().__init__("moves:Moves", name, context, opts)
        self.function = self._function(zip_path, bucket)
        self.machine = self._machine()
        self.schedule = self._schedule()
        self.register_outputs({"stateMachine": self.machine.name})

    def _function(self, zip_path: Path, bucket: pulumi.Input[str]) -> aws.lambda_.Function:
        names, config = self.names, self.config
        log_group = self.log_group("log", names.mover_log_group)
        role, policy = self._role(
            "function",
            "lambda.amazonaws.com",
            names.mover_role,
            f"Function of {names.prefix} that takes moves into history further",
            partial(iam.mover_statements, has_erasures=self.context.has_erasures),
        )
        return aws.lambda_.Function(
            f"{self.part}-function",
            name=names.mover,
            description="Tells what a move into history does next, and removes what has moved",
            code=pulumi.FileArchive(str(zip_path)),
            source_code_hash=code_sha256(zip_path),
            handler=MOVER_HANDLER,
            runtime=f"python{config.transform.python_version}",
            architectures=[config.transform.architecture],
            memory_size=_MEMORY_MB,
            timeout=FUNCTION_TIMEOUT_S,
            role=role.arn,
            environment={
                "variables": {
                    ENV_BUCKET: bucket,
                    ENV_CLAIMS_TABLE: names.claims_table,
                    ENV_DATABASE: names.database,
                    ENV_LATENESS_DAYS: str(config.lateness_days),
                    ENV_NAME_PREFIX: names.prefix,
                    ENV_RETENTION_HOURS: str(config.stream.retention_hours),
                    ENV_WORKGROUP: names.workgroup,
                }
            },
            tags=config.tags,
            opts=self.options(policy, log_group),
        )

    def _machine(self) -> aws.sfn.StateMachine:
        names, config = self.names, self.config
        role, policy = self._role(
            "machine",
            "states.amazonaws.com",
            names.move_machine_role,
            f"State machine of {names.prefix} that moves files into history",
            partial(iam.move_machine_statements, has_erasures=self.context.has_erasures),
        )
        log_group = self.log_group("machine-log", names.move_machine_log_group)
        return aws.sfn.StateMachine(
            f"{self.part}-machine",
            name=names.move_machine,
            definition=json.dumps(definition(names)),
            role_arn=role.arn,
            type="STANDARD",
            # What goes wrong; statements and answers stay in the execution's history.
            logging_configuration={
                "level": "ERROR",
                "include_execution_data": False,
                "log_destination": log_group.arn.apply("{}:*".format),
            },
            tags=config.tags,
            opts=self.options(policy, self.function),
        )

    def _schedule(self) -> aws.scheduler.Schedule:
        names, config = self.names, self.config
        role, policy = self._role(
            "schedule",
            "scheduler.amazonaws.com",
            names.move_schedule_role,
            f"Schedule of {names.prefix} that starts moves into history",
            iam.move_schedule_statements,
        )
        return aws.scheduler.Schedule(
            f"{self.part}-schedule",
            name=names.move_machine,
            description="Starts a move of files into history",
            schedule_expression=config.catalog.history_schedule,
            schedule_expression_timezone="UTC",
            flexible_time_window={"mode": "OFF"},
            target={"arn": self.machine.arn, "role_arn": role.arn, "input": "{}"},
            opts=self.options(policy),
        )

    def _role(
        self,
        part: str,
        service: str,
        role_name: str,
        description: str,
        statements: Callable[[Names, str], list[Statement]],
    ) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        # Lambda tells no account when it assumes a role.
        account_id = None if service.startswith("lambda.") else self.names.account_id
        return self.service_role(
            f"{self.part}-{part}",
            role_name=role_name,
            description=description,
            trust=iam.trust(service, account_id=account_id),
            policy_name=part,
            statements=statements,
            moves=True,
        )
