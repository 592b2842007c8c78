"""Transform: the function with its role and log, and what it is told by its environment."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import pulumi

from firelake.infra import iam
from firelake.infra.components.transform import Transform
from tests.unit.infra.components.recordings import (
    KEY_ARN,
    NAMES,
    ZIP_PATH,
    children,
    context_of,
    document,
    outputs_of,
    recorded,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.pulumi_recorder import Recording


def record(zip_path: Path = ZIP_PATH, **values: object) -> Recording:
    return recorded(
        lambda: Transform(
            "transform", context_of(**values), zip_path=zip_path, oldest_contract_version=2
        )
    )


def test_these_resources_make_the_function_and_no_others() -> None:
    assert children(record()) == [
        ("Alias", "transform-alias"),
        ("Function", "transform-function"),
        ("LogGroup", "transform-log"),
        ("RolePolicy", "transform-policy"),
        ("Role", "transform-role"),
    ]


def test_the_function_is_told_what_the_configuration_says(tmp_path: Path) -> None:
    zip_path = tmp_path / "function.zip"
    zip_path.write_bytes(b"code")
    inputs = dict(
        record(
            zip_path,
            granularity="hour",
            latenessDays=2,
            dedupeDays=9,
            transform={"memoryMb": 512, "reservedConcurrency": 20, "callsInFlight": 4},
        )
        .only("Function")
        .inputs
    )
    code = inputs.pop("code")
    assert isinstance(code, pulumi.FileArchive)
    assert code.path == str(zip_path)
    assert inputs == {
        "name": "firelake-dev-transform",
        "description": "Validates, dedupes and routes what Firehose reads from the stream",
        "sourceCodeHash": base64.b64encode(hashlib.sha256(b"code").digest()).decode(),
        "handler": "firelake.transform.handler.handler",
        "runtime": "python3.13",
        "architectures": ["arm64"],
        "memorySize": 512,
        "timeout": 60,
        "reservedConcurrentExecutions": 20,
        "role": "arn:aws:iam::111122223333:role/firelake-dev-transform",
        "environment": {
            "variables": {
                "FIRELAKE_CLAIMS_TABLE": "firelake-dev-claims",
                "FIRELAKE_CLAIMS_SCHEDULE": "items",
                "FIRELAKE_LATENESS_DAYS": "2",
                "FIRELAKE_DEDUPE_DAYS": "9",
                "FIRELAKE_RETENTION_HOURS": "72",
                "FIRELAKE_SETTLE_S": "571",
                "FIRELAKE_GRANULARITY": "hour",
                "FIRELAKE_OLDEST_CONTRACT_VERSION": "2",
                "FIRELAKE_CLAIMS_DEADLINE_S": "45",
                "FIRELAKE_HAS_TYPE_METRICS": "0",
                "FIRELAKE_CLAIMS_CALLS_IN_FLIGHT": "4",
                "POWERTOOLS_SERVICE_NAME": "firelake-dev",
                "POWERTOOLS_LOG_LEVEL": "INFO",
            }
        },
        "publish": True,
        "tags": {},
    }


def test_firehose_gets_the_version_that_was_made_with_its_code_and_its_environment() -> None:
    assert record().only("Alias").inputs == {
        "name": "deployed",
        "description": "The version that Firehose invokes",
        "functionName": "firelake-dev-transform",
        "functionVersion": "1",
    }


def test_concurrency_is_not_reserved_unless_somebody_asks() -> None:
    assert "reservedConcurrentExecutions" not in record().only("Function").inputs


def test_other_runtimes_and_processors_can_be_chosen() -> None:
    chosen = {"pythonVersion": "3.12", "architecture": "x86_64"}
    inputs = record(transform=chosen).only("Function").inputs
    assert (inputs["runtime"], inputs["architectures"]) == ("python3.12", ["x86_64"])


def test_only_lambda_takes_the_role_and_only_one_policy_is_in_it() -> None:
    transform = record()
    role = transform.only("Role")
    assert document(role, "assumeRolePolicy") == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    assert set(role.inputs) == {"name", "description", "assumeRolePolicy", "tags"}
    policy = transform.only("RolePolicy")
    assert (policy.inputs["name"], policy.inputs["role"]) == ("transform", role.inputs["name"])
    assert document(policy) == iam.policy(iam.function_statements(NAMES, KEY_ARN))


def test_role_policy_and_log_group_are_there_before_the_first_call() -> None:
    assert record().only("Function").depends_on == (
        "transform-log",
        "transform-policy",
        "transform-role",
    )


def test_the_log_is_ours_and_kept_as_long_as_configured() -> None:
    assert record(transform={"logRetentionDays": 7}).only("LogGroup").inputs == {
        "name": "/aws/lambda/firelake-dev-transform",
        "retentionInDays": 7,
        "tags": {},
    }


def test_it_gives_out_the_name_of_the_function() -> None:
    assert outputs_of(record()) == {"functionName": "firelake-dev-transform"}
