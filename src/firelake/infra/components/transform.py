"""Transform: the Lambda function that validates, claims and answers, with its role and its log."""

from __future__ import annotations

import base64
import hashlib
from functools import partial
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from firelake.contract.facts import CLAIMS_DEADLINE_S
from firelake.contract.names import (
    ENV_CLAIMS_CALLS_IN_FLIGHT,
    ENV_CLAIMS_DEADLINE_S,
    ENV_CLAIMS_SCHEDULE,
    ENV_CLAIMS_TABLE,
    ENV_DEDUPE_DAYS,
    ENV_GRANULARITY,
    ENV_HAS_TYPE_METRICS,
    ENV_LATENESS_DAYS,
    ENV_OLDEST_CONTRACT_VERSION,
    ENV_RETENTION_HOURS,
    ENV_SETTLE_S,
    HANDLER,
)
from firelake.infra import iam
from firelake.infra.components.part import LakePart
from firelake.infra.config import TRANSFORM_TIMEOUT_S
from firelake.infra.schedule import schedule_of
from firelake.infra.settle import settle_s

if TYPE_CHECKING:
    from pathlib import Path

    from firelake.infra.components.part import LakeContext
    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names
    from firelake.infra.own_names import Existing


class Transform(LakePart):
    """The function, which may reach its claims and its log and nothing else."""

    function: aws.lambda_.Function
    alias: aws.lambda_.Alias
    role: aws.iam.Role

    def __init__(
        self,
        name: str,
        context: LakeContext,
        *,
        zip_path: Path,
        oldest_contract_version: int,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Makes the function.

        Args:
            name: Name of the component.
            context: What it is made from.
            zip_path: The built code.
            oldest_contract_version: The oldest version of the contract whose table Firehose may
                still go by.
            opts: Options of the component.
        """
        super().__init__("transform:Transform", name, context, opts)
        names, config = self.names, self.config
        log_group = self.log_group("log", names.function_log_group)
        self.role, policy = self.service_role(
            name,
            role_name=names.function_role,
            description=f"Transform function of {names.prefix}",
            trust=iam.trust("lambda.amazonaws.com"),
            policy_name="transform",
            statements=partial(iam.function_statements, has_pages=schedule_of(config).has_pages),
        )
        self.function = aws.lambda_.Function(
            f"{name}-function",
            name=names.function,
            description="Validates, dedupes and routes what Firehose reads from the stream",
            code=pulumi.FileArchive(str(zip_path)),
            source_code_hash=code_sha256(zip_path),
            handler=HANDLER,
            runtime=f"python{config.transform.python_version}",
            architectures=[config.transform.architecture],
            memory_size=config.transform.memory_mb,
            timeout=TRANSFORM_TIMEOUT_S,
            reserved_concurrent_executions=config.transform.reserved_concurrency,
            role=self.role.arn,
            environment={"variables": environment(names, config, oldest_contract_version)},
            vpc_config=_network(config.existing),
            # Code and environment of a version never differ, as they do in $LATEST while one is
            # updated and the other not yet: Firehose calls the alias.
            publish=True,
            tags=config.tags,
            # The role must be usable and the log group ours before the first call.
            opts=self.options(policy, log_group),
        )
        self.alias = aws.lambda_.Alias(
            f"{name}-alias",
            name=names.function_alias,
            description="The version that Firehose invokes",
            function_name=self.function.name,
            function_version=self.function.version,
            opts=self.options(),
        )
        self.register_outputs({"functionName": self.function.name})


def _network(
    existing: Existing[pulumi.Input[str]],
) -> aws.lambda_.FunctionVpcConfigArgsDict | None:
    if not existing.subnet_ids:
        return None
    return {
        "subnet_ids": [*existing.subnet_ids],
        "security_group_ids": [*existing.security_group_ids],
    }


def code_sha256(path: Path) -> str:
    """The zip's hash as Lambda gives it, so that the code is sent only when it has changed."""
    return base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()


def environment(names: Names, config: LakeConfig, oldest_contract_version: int) -> dict[str, str]:
    """The function's environment: what `firelake.transform.settings` reads, and Powertools' own."""
    return {
        ENV_CLAIMS_TABLE: names.claims_table,
        ENV_CLAIMS_SCHEDULE: str(schedule_of(config)),
        ENV_LATENESS_DAYS: str(config.lateness_days),
        ENV_DEDUPE_DAYS: str(config.dedupe_days),
        ENV_RETENTION_HOURS: str(config.stream.retention_hours),
        ENV_SETTLE_S: str(settle_s(config)),
        ENV_GRANULARITY: config.granularity.value,
        ENV_OLDEST_CONTRACT_VERSION: str(oldest_contract_version),
        ENV_CLAIMS_DEADLINE_S: str(CLAIMS_DEADLINE_S),
        ENV_HAS_TYPE_METRICS: str(int(config.watch.has_type_metrics)),
        ENV_CLAIMS_CALLS_IN_FLIGHT: str(config.transform.calls_in_flight),
        "POWERTOOLS_SERVICE_NAME": names.prefix,
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }
