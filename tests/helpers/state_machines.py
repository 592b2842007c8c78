"""Runs a definition in Amazon States Language by MiniStack's engine, in this process, at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from ministack.services import stepfunctions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

# What it has within has no types.
_engine: Final = cast("Any", stepfunctions)
_ARN: Final = "arn:aws:states:us-east-1:111122223333:execution:move:one"


class TaskError(Exception):
    """What a task fails with, by the name that Step Functions gives the error."""

    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Ended:
    """How an execution ended.

    Attributes:
        states: The states that it entered, in order.
        largest_bytes: The largest input or output of a state.
    """

    status: str
    output: Any
    error: str | None
    states: list[str]
    events: int
    largest_bytes: int


def run_machine(
    monkeypatch: pytest.MonkeyPatch,
    definition: Mapping[str, Any],
    task: Callable[[str, dict[str, Any]], dict[str, Any]],
    sleep: Callable[[float], None],
) -> Ended:
    """Run an execution to its end.

    Args:
        task: Takes a task's resource and parameters, and returns its result or raises TaskError.
        sleep: Takes the seconds that a state waits.
    """

    def invoke(resource: str, given: dict[str, Any]) -> dict[str, Any]:
        try:
            return json.loads(json.dumps(task(resource, json.loads(json.dumps(given)))))
        except TaskError as error:
            raise _engine._ExecutionError(error.error, error.cause) from error  # noqa: SLF001

    def within(resource: str, given: dict[str, Any], _timeout_s: float) -> dict[str, Any]:
        return invoke(resource, given)

    def emit_nothing(_execution: object) -> None: ...

    monkeypatch.setattr(stepfunctions, "_invoke_resource", invoke)
    monkeypatch.setattr(stepfunctions, "_invoke_resource_with_timeout", within)
    monkeypatch.setattr(stepfunctions, "_scaled_sleep", sleep)
    monkeypatch.setattr(stepfunctions, "_emit_execution_status_event", emit_nothing)
    execution: dict[str, Any] = {
        "executionArn": _ARN,
        "stateMachineArn": "move",
        "name": "one",
        "status": "RUNNING",
        "startDate": "2026-11-30T00:00:00Z",
        "input": "{}",
        "output": None,
        "events": [],
    }
    machine = {"name": "move", "definition": json.dumps(definition)}
    monkeypatch.setattr(stepfunctions, "_executions", {_ARN: execution})
    monkeypatch.setattr(stepfunctions, "_state_machines", {"move": machine})
    _engine._run_execution(_ARN)  # noqa: SLF001
    entered = [
        each["stateEnteredEventDetails"]
        for each in execution["events"]
        if "stateEnteredEventDetails" in each
    ]
    return Ended(
        execution["status"],
        json.loads(execution["output"]),
        execution.get("error"),
        [each["name"] for each in entered],
        len(execution["events"]),
        max(len(each["input"].encode()) for each in entered),
    )
