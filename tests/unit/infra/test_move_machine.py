"""The definition of the state machine, run by MiniStack's engine with the function behind it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from firelake.history.errors import StatementFailedError
from firelake.history.move.function import MoveFunction
from firelake.infra.move_machine import definition
from firelake.infra.naming import Names
from firelake.operations.errors import LakeQueryError
from tests.helpers.state_machines import Ended, TaskError, run_machine
from tests.unit.history.fake_lake import FakeLake, KilledError, filled

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = Names("firelake", "dev", "111122223333", "eu-central-1")
LAMBDA = "arn:aws:states:::lambda:invoke"
DIED = "States.TaskFailed"
ATHENA = "arn:aws:states:::athena:startQueryExecution.sync"


@dataclass
class Services:
    """Lambda with the function in it, and Athena, for a lake in memory."""

    lake: FakeLake
    log: list[str] = field(default_factory=list[str])
    answers: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    tasks: list[str] = field(default_factory=list[str])
    fails: Callable[[int, str], str | None] = lambda _number, _resource: None

    def task(self, resource: str, given: dict[str, Any]) -> dict[str, Any]:
        self.tasks.append(resource)
        error = self.fails(len(self.tasks), resource)
        if error:
            raise TaskError(error)
        if resource == ATHENA:
            assert given["QueryExecutionContext"] == {"Database": "firelake_dev"}
            assert given["WorkGroup"] == "firelake-dev"
            query_id = str(len(self.tasks))
            try:
                self.answers[query_id] = self.lake.statement(given["QueryString"])
            except LakeQueryError as error:
                raise TaskError(DIED, json.dumps({"StateChangeReason": str(error)})) from error
            return {"QueryExecution": {"QueryExecutionId": query_id}}
        assert resource == LAMBDA
        assert given["FunctionName"].endswith(":function:firelake-dev-mover")
        function = MoveFunction(
            means_of=lambda _: self.lake.means(),
            rows_of=self.answers.__getitem__,
            due=lambda: {"ErrorsExpiring": 7, "ErasuresLate": 2},
            service="firelake-dev",
            emit=self.log.append,
            now_s=lambda: self.lake.now_s,
        )
        try:
            return {"Payload": function.answer(given["Payload"], lambda: 900_000)}
        except KilledError as error:
            raise TaskError(DIED) from error
        except StatementFailedError as error:
            raise TaskError(type(error).__name__, str(error)) from error


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[[Services], Ended]:
    """Runs a move of a lake."""

    def run_on(services: Services) -> Ended:
        return run_machine(monkeypatch, definition(NAMES), services.task, services.lake.sleep)

    return run_on


def test_a_move_ends_as_it_does_in_one_process(run: Callable[[Services], Ended]) -> None:
    services, alone = Services(filled()), filled()
    moved = alone.run()

    ended = run(services)

    assert ended.status == "SUCCEEDED"
    assert ended.output == {
        "dts": ["2026-11-01", "2026-11-03", "2026-11-05"],
        "watermark": "2026-11-05",
        "removed": 4,
        "needs_deployment": False,
    }
    assert (moved.removed, set(services.lake.files)) == (4, set())
    assert ended.states[:4] == ["Begin", "Ask", "Which", "Statement"]
    assert ended.states[-3:] == ["Ask", "Which", "Done"]
    assert ended.states.count("Wait") == 2
    assert services.lake.now_s - alone.now_s == 0


def test_a_move_that_ended_is_counted(run: Callable[[Services], Ended]) -> None:
    services = Services(filled())
    run(services)

    (line,) = services.log
    told = json.loads(line)
    assert told["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "Firelake",
            "Dimensions": [["service"]],
            "Metrics": [
                {"Name": "ErrorsExpiring", "Unit": "Count"},
                {"Name": "ErasuresLate", "Unit": "Count"},
                {"Name": "HistoryMoves", "Unit": "Count"},
                {"Name": "HistoryFilesRemoved", "Unit": "Count"},
                {"Name": "HistoryWatermarkAge", "Unit": "Seconds"},
            ],
        }
    ]
    assert (told["service"], told["HistoryMoves"], told["HistoryFilesRemoved"]) == (
        "firelake-dev",
        1,
        4,
    )
    assert (told["ErrorsExpiring"], told["ErasuresLate"]) == (7, 2)
    # From 2026-11-05T00:00Z to the end of both waits.
    assert told["HistoryWatermarkAge"] == int(services.lake.now_s - 1_793_836_800)


def test_a_lake_that_must_be_deployed_first_tells_of_errors_and_of_no_move(
    run: Callable[[Services], Ended],
) -> None:
    services = Services(replace(filled(), columns=None))
    ended = run(services)

    assert (ended.status, ended.output["needs_deployment"]) == ("SUCCEEDED", True)
    assert services.lake.calls[-1] == "create"
    (line,) = services.log
    told = json.loads(line)
    (definitions,) = told["_aws"]["CloudWatchMetrics"]
    assert definitions["Metrics"] == [
        {"Name": "ErrorsExpiring", "Unit": "Count"},
        {"Name": "ErasuresLate", "Unit": "Count"},
    ]
    assert (told["ErrorsExpiring"], told["ErasuresLate"]) == (7, 2)


@pytest.mark.parametrize("error", ["Athena.TooManyRequestsException", "States.TaskFailed"])
def test_a_statement_that_fails_for_now_is_tried_again(
    run: Callable[[Services], Ended], error: str
) -> None:
    def twice(number: int, resource: str) -> str | None:
        return error if resource == ATHENA and number in {2, 3} else None

    services = Services(filled(), fails=twice)

    assert run(services).status == "SUCCEEDED"
    assert services.lake.files == {}


@pytest.mark.parametrize("killed_at", range(28))
def test_a_call_that_dies_is_made_again(run: Callable[[Services], Ended], killed_at: int) -> None:
    class Dying(FakeLake):
        def call(self, told: str) -> None:
            try:
                super().call(told)
            except KilledError:
                self.killed_at = -1
                raise

        def statement(self, sql: str) -> list[str]:
            try:
                return super().statement(sql)
            except KilledError as error:
                raise TaskError(DIED) from error

    services = Services(Dying(filled().files, killed_at=killed_at))

    assert run(services).status == "SUCCEEDED"
    assert (services.lake.watermark, set(services.lake.files)) == ("2026-11-05", set())
    assert services.lake.holder == ""


def test_a_vacuum_that_says_that_there_is_more_is_run_again(
    run: Callable[[Services], Ended],
) -> None:
    services = Services(replace(filled(), vacuums_needed=5))
    ended = run(services)

    assert ended.status == "SUCCEEDED"
    assert services.lake.calls[-5:] == ["vacuum"] * 5


def test_a_move_that_cannot_go_on_gives_back_the_lease_and_tells_why(
    run: Callable[[Services], Ended],
) -> None:
    class Asked(FakeLake):
        def statement(self, sql: str) -> list[str]:
            if sql.startswith("ask"):
                raise TaskError(DIED, "Query exhausted resources")
            return super().statement(sql)

    services = Services(Asked(filled().files))
    ended = run(services)

    assert (ended.status, ended.error) == ("FAILED", "StatementFailedError")
    assert "Query exhausted resources" in ended.output["Cause"]
    assert ended.states[-3:] == ["Ask", "Abandon", "Failed"]
    assert services.lake.holder == ""
    assert services.lake.shown() == {"a", "b", "c", "d"}


def test_a_month_at_once_stays_far_below_the_limits_of_step_functions(
    run: Callable[[Services], Ended],
) -> None:
    days = [f"2026-{month:02}-{day:02}" for month in (9, 10) for day in range(1, 31)]
    files = {f"{day}/{number}": (day, {day}) for day in days for number in range(50)}
    services = Services(FakeLake(files, watermark="2026-09-01"))
    services.lake.first_dt = "2026-09-01"

    ended = run(services)

    # What is closed, 31 days, and the newest of what is open.
    assert (ended.status, ended.output["removed"]) == ("SUCCEEDED", 50 * 60)
    # https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
    assert ended.events < 25_000 / 10
    assert ended.largest_bytes < 262_144 / 10
