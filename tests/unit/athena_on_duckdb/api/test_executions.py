"""Executions: how they run to their end, what is told of them, how they are found again."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from athena_on_duckdb.api.callers import Caller
from athena_on_duckdb.api.errors import InvalidRequestError
from athena_on_duckdb.api.executions import (
    Asked,
    Ending,
    Execution,
    Executions,
    State,
)
from athena_on_duckdb.api.runner import Runner
from athena_on_duckdb.errors import CancelledError, ErrorName, ExhaustedError, QueryError
from athena_on_duckdb.results.columns import line_columns
from athena_on_duckdb.results.outcome import Lines, Written
from athena_on_duckdb.statements.show import ShowTables
from athena_on_duckdb.statements.writing import CreateTableAs
from athena_on_duckdb.workers.work import Work
from tests.fakes.inline_executor import InlineExecutor
from tests.unit.athena_on_duckdb.results.test_files import MemoryPlace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from athena_on_duckdb.api.executions import Cancellation
    from athena_on_duckdb.results.outcome import Given
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import Statement

CALLER = Caller("arn:aws:iam::1:root", "1", "us-east-1", cast("Any", None))


def execution(
    id_: str = "q1", *, statement: Statement | None = None, workgroup: str = "primary"
) -> Execution:
    """An execution that was asked for at one second past 1970."""
    chosen = statement or ShowTables()
    return Execution(
        Asked(
            id=id_,
            query="SHOW TABLES",
            statement=chosen,
            parameters=(),
            database="d",
            catalog="AwsDataCatalog",
            workgroup=workgroup,
            is_enforced=False,
            cutoff_bytes=5,
            place=MemoryPlace(),
            name=f"{id_}.txt",
            encryption={},
            submitted_ms=1000,
            caller=CALLER,
        )
    )


def run(
    made: Execution, do: Callable[[Context], Given], folder: Path, *, times_ms: list[int]
) -> dict[str, Any]:
    """Runs an execution and gives what is told of it."""
    left = iter(times_ms)
    unused = cast("Any", SimpleNamespace(athena=print, require=print))
    work = Work(
        run=do, engine=unused, forward=unused, permissions=unused, folder=folder, now_ms=lambda: 0
    )
    Runner(InlineExecutor(), InThisProcess(work), lambda: next(left)).start(made)
    return made.members(99_000)


@dataclass
class InThisProcess:
    """Runs executions without any worker."""

    work: Work

    def ending(self, asked: Asked, cancellation: Cancellation) -> Ending:
        del cancellation
        return self.work.ending(asked)


def test_a_statement_that_succeeds_is_told_with_its_times_and_its_file(tmp_path: Path) -> None:
    made = execution()
    told = run(
        made, lambda _: Lines(line_columns("tab_name"), ("t",)), tmp_path, times_ms=[1200, 3000]
    )
    assert told["Status"] == {
        "State": "SUCCEEDED",
        "SubmissionDateTime": 1.0,
        "CompletionDateTime": 3.0,
    }
    assert told["Statistics"] == {
        "EngineExecutionTimeInMillis": 1800,
        "DataScannedInBytes": 0,
        "TotalExecutionTimeInMillis": 2000,
        "QueryQueueTimeInMillis": 200,
        "ServiceProcessingTimeInMillis": 0,
        "ResultReuseInformation": {"ReusedPreviousResult": False},
    }
    assert told["ResultConfiguration"] == {"OutputLocation": "s3://b/q1.txt"}
    assert (told["StatementType"], told["SubstatementType"]) == ("UTILITY", "SHOW_TABLES")
    assert cast("MemoryPlace", made.asked.place).files["q1.txt"] == b"t\n"


def test_what_was_written_is_told_with_its_manifest(tmp_path: Path) -> None:
    made = execution(statement=CreateTableAs((None, "t"), "SELECT 1 AS a", {}))
    told = run(made, lambda _: Written(("s3://b/f",), 1, 7), tmp_path, times_ms=[1, 2])
    assert told["StatementType"] == "DDL"
    assert told["Statistics"]["DataManifestLocation"] == "s3://b/q1.txt-manifest.csv"
    assert told["Statistics"]["DataScannedInBytes"] == 7


DENIED = ClientError(
    {"Error": {"Code": "AccessDenied", "Message": "User: u is not authorized"}}, "GetTable"
)
BROKEN = ClientError({"Error": {"Code": "SlowDown", "Message": "slowly"}}, "GetObject")


@pytest.mark.parametrize(
    ("error", "state", "reason", "category"),
    [
        (
            QueryError(ErrorName.TABLE_NOT_FOUND, "no t"),
            "FAILED",
            "TABLE_NOT_FOUND: no t",
            2,
        ),
        (
            DENIED,
            "FAILED",
            "Insufficient permissions to execute the query. User: u is not authorized",
            2,
        ),
        (
            BROKEN,
            "FAILED",
            "GENERIC_INTERNAL_ERROR: GetObject was refused with SlowDown: slowly",
            1,
        ),
        (
            RuntimeError("/secret/path"),
            "FAILED",
            "GENERIC_INTERNAL_ERROR: RuntimeError in the local Athena",
            1,
        ),
        (
            RecursionError(),
            "FAILED",
            "STACK_OVERFLOW: statement is too large (stack overflow during analysis)",
            2,
        ),
        (
            ExhaustedError("no memory"),
            "FAILED",
            "Query exhausted resources at this scale factor",
            2,
        ),
        (CancelledError("Query cancelled by user"), "CANCELLED", "Query cancelled by user", None),
    ],
    ids=["query", "denied", "service", "fault", "too deep", "exhausted", "cancelled"],
)
def test_a_statement_that_fails_tells_why(
    tmp_path: Path, error: Exception, state: str, reason: str, category: int | None
) -> None:
    def fail(_context: Context) -> Given:
        raise error

    status = run(execution(), fail, tmp_path, times_ms=[1, 2])["Status"]
    assert status["State"] == state
    assert status["StateChangeReason"] == reason
    assert status.get("AthenaError", {}).get("ErrorCategory") == category


def test_an_execution_that_is_stopped_before_it_runs_does_not_run(tmp_path: Path) -> None:
    made = execution()
    made.cancel(1500)

    def never(_context: Context) -> Given:
        raise AssertionError

    told = run(made, never, tmp_path, times_ms=[2000])
    assert told["Status"] == {
        "State": "CANCELLED",
        "StateChangeReason": "Query cancelled by user",
        "SubmissionDateTime": 1.0,
        "CompletionDateTime": 1.5,
    }


def test_an_execution_that_is_stopped_while_it_runs_is_over_at_once(tmp_path: Path) -> None:
    made = execution()
    stopped: list[str] = []
    made.cancellation.attach(lambda: stopped.append("worker"))

    def stop(_context: Context) -> Given:
        made.cancel(1500)
        assert made.is_over
        return Lines()

    told = run(made, stop, tmp_path, times_ms=[1200, 2000])
    assert stopped == ["worker"]
    assert (told["Status"]["State"], told["Status"]["CompletionDateTime"]) == ("CANCELLED", 1.5)


def test_an_execution_that_is_over_cannot_be_stopped(tmp_path: Path) -> None:
    made = execution()
    run(made, lambda _: Lines(), tmp_path, times_ms=[1, 2])
    stopped: list[str] = []
    made.cancellation.attach(lambda: stopped.append("worker"))
    made.cancel(3)
    assert (made.state, made.ended_ms, stopped) == (State.SUCCEEDED, 2, [])


def test_a_worker_that_comes_after_the_stop_is_stopped() -> None:
    made = execution()
    made.cancel(1500)
    stopped: list[str] = []
    made.cancellation.attach(lambda: stopped.append("worker"))
    assert stopped == ["worker"]


def test_a_statement_is_run_with_the_limits_of_its_workgroup(tmp_path: Path) -> None:
    seen: list[Context] = []

    def look(context: Context) -> Given:
        seen.append(context)
        return Lines()

    run(execution(), look, tmp_path, times_ms=[1, 2])
    asked = seen[0].asked
    assert (asked.cutoff_bytes, asked.database, asked.workgroup) == (5, "d", "primary")


def test_a_token_stands_for_one_execution() -> None:
    kept = Executions()
    first = kept.add(execution("q1"), token="t", fingerprint="a")
    assert kept.add(execution("q2"), token="t", fingerprint="a") is first
    with pytest.raises(InvalidRequestError, match="Idempotent parameters do not match"):
        kept.add(execution("q3"), token="t", fingerprint="b")
    assert kept.add(execution("q4")).asked.id == "q4"
    assert kept.newest_first(CALLER.scope, "primary") == ["q4", "q1"]


def test_executions_of_others_are_not_found() -> None:
    kept = Executions()
    kept.add(execution("q1", workgroup="w"))
    assert kept.get(CALLER.scope, "q1").asked.id == "q1"
    assert kept.newest_first(CALLER.scope, "primary") == []
    assert kept.newest_first(("1", "eu-west-1"), "w") == []
    with pytest.raises(InvalidRequestError, match="QueryExecution q1 was not found"):
        kept.get(("2", "us-east-1"), "q1")


def test_the_oldest_that_are_over_are_forgotten() -> None:
    kept = Executions()
    running = kept.add(execution("running"))
    for number in range(2100):
        kept.add(execution(f"q{number}")).state = State.SUCCEEDED
    ids = kept.newest_first(CALLER.scope, "primary")
    assert len(ids) == 2000
    assert ids[0] == "q2099"
    assert ids[-1] == "running"
    assert kept.unfinished() == 1
    assert not running.is_over
