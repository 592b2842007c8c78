"""Moves: schedule, state machine and function, each with a role of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from firelake.infra import iam
from firelake.infra.components.moves import Moves
from firelake.infra.move_machine import definition
from tests.unit.infra.components.recordings import (
    BUCKET,
    KEY_ARN,
    NAMES,
    ZIP_PATH,
    children,
    context_of,
    deployed,
    document,
    recorded,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.infra.naming import Names
    from tests.helpers.pulumi_recorder import Recording


def record(**values: object) -> Recording:
    return recorded(lambda: Moves("moves", context_of(**values), zip_path=ZIP_PATH, bucket=BUCKET))


def named(recording: Recording, name: str) -> dict[str, object]:
    (found,) = (each for each in recording.resources if each.name == name)
    return dict(found.inputs)


def test_these_resources_move_days_and_no_others() -> None:
    assert children(record()) == [
        ("Function", "moves-function"),
        ("RolePolicy", "moves-function-policy"),
        ("Role", "moves-function-role"),
        ("LogGroup", "moves-log"),
        ("StateMachine", "moves-machine"),
        ("LogGroup", "moves-machine-log"),
        ("RolePolicy", "moves-machine-policy"),
        ("Role", "moves-machine-role"),
        ("Schedule", "moves-schedule"),
        ("RolePolicy", "moves-schedule-policy"),
        ("Role", "moves-schedule-role"),
    ]


def test_the_function_is_told_which_lake_is_meant() -> None:
    inputs = named(record(latenessDays=2, stream={"retentionHours": 48}), "moves-function")
    assert inputs.pop("code")
    assert inputs.pop("sourceCodeHash")
    assert inputs == {
        "name": "firelake-dev-mover",
        "description": "Tells what a move into history does next, and removes what has moved",
        "handler": "firelake.history.move.function.handler",
        "runtime": "python3.13",
        "architectures": ["arm64"],
        "memorySize": 256,
        "timeout": 900,
        "role": "arn:aws:iam::111122223333:role/firelake-dev-mover",
        "environment": {
            "variables": {
                "FIRELAKE_BUCKET": "firelake-dev-111122223333-us-east-1",
                "FIRELAKE_CLAIMS_TABLE": "firelake-dev-claims",
                "FIRELAKE_DATABASE": "firelake_dev",
                "FIRELAKE_LATENESS_DAYS": "2",
                "FIRELAKE_NAME_PREFIX": "firelake-dev",
                "FIRELAKE_RETENTION_HOURS": "48",
                "FIRELAKE_WORKGROUP": "firelake-dev",
            }
        },
        "tags": {},
    }


def test_the_schedule_starts_the_state_machine_when_it_is_told_to() -> None:
    inputs = named(record(catalog={"historySchedule": "rate(6 hours)"}), "moves-schedule")
    assert inputs == {
        "name": "firelake-dev-move",
        "description": "Starts a move of files into history",
        "scheduleExpression": "rate(6 hours)",
        "scheduleExpressionTimezone": "UTC",
        "flexibleTimeWindow": {"mode": "OFF"},
        "target": {
            "arn": "arn:aws:states:us-east-1:111122223333:stateMachine:firelake-dev-move",
            "roleArn": "arn:aws:iam::111122223333:role/firelake-dev-move-schedule",
            "input": "{}",
        },
    }


def test_the_state_machine_keeps_its_history_whole_and_logs_what_goes_wrong() -> None:
    inputs = named(record(), "moves-machine")
    assert json.loads(str(inputs.pop("definition"))) == definition(NAMES)
    assert inputs == {
        "name": "firelake-dev-move",
        "roleArn": "arn:aws:iam::111122223333:role/firelake-dev-move",
        "type": "STANDARD",
        "loggingConfiguration": {
            "level": "ERROR",
            "includeExecutionData": False,
            "logDestination": (
                "arn:aws:logs:us-east-1:111122223333:log-group:"
                "/aws/vendedlogs/states/firelake-dev-move:*"
            ),
        },
        "tags": {},
    }


def test_logs_are_kept_as_long_as_those_of_the_lake() -> None:
    made = record(transform={"logRetentionDays": 7})
    logs = [each.inputs for each in made.resources if each.type.endswith(":LogGroup")]
    assert {(each["name"], each["retentionInDays"]) for each in logs} == {
        ("/aws/lambda/firelake-dev-mover", 7),
        ("/aws/vendedlogs/states/firelake-dev-move", 7),
    }


@pytest.mark.parametrize(
    ("part", "service", "statements", "condition"),
    [
        ("function", "lambda", iam.mover_statements, None),
        ("machine", "states", iam.move_machine_statements, "111122223333"),
        ("schedule", "scheduler", iam.move_schedule_statements, "111122223333"),
    ],
)
def test_each_role_is_for_one_service_and_has_one_policy(
    part: str,
    service: str,
    statements: Callable[[Names, str], list[iam.Statement]],
    condition: str | None,
) -> None:
    recording = record()
    (role,) = (each for each in recording.resources if each.name == f"moves-{part}-role")
    (policy,) = (each for each in recording.resources if each.name == f"moves-{part}-policy")
    (trusted,) = document(role, "assumeRolePolicy")["Statement"]
    assert trusted["Principal"] == {"Service": f"{service}.amazonaws.com"}
    assert trusted.get("Condition") == (
        condition and {"StringEquals": {"aws:SourceAccount": condition}}
    )
    assert document(policy) == iam.policy(statements(NAMES, KEY_ARN))


@pytest.mark.parametrize(
    "catalog", [{}, {"hasHistory": True, "historySchedule": "off"}, {"historySchedule": "off"}]
)
def test_nothing_moves_by_itself_where_it_is_off(catalog: dict[str, object]) -> None:
    made = deployed("dev", catalog=catalog)
    assert [each.name for each in made.resources if "-move" in each.name] == []
    assert "moveStateMachineArn" not in made.outputs


def test_the_state_machine_is_an_output() -> None:
    made = deployed("dev", catalog={"hasHistory": True})
    arn = "arn:aws:states:us-east-1:111122223333:stateMachine:firelake-dev-move"
    assert made.outputs["moveStateMachineArn"] == arn
