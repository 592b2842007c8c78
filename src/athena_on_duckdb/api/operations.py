"""The operations of the API: those about queries here, the others by the cloud behind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from athena_on_duckdb.api.errors import InvalidRequestError, TooManyRequestsError
from athena_on_duckdb.api.executions import Execution, Executions, State
from athena_on_duckdb.api.requests import parameters, success
from athena_on_duckdb.api.resources import resources
from athena_on_duckdb.api.submit import CATALOG, Submission, fingerprint
from athena_on_duckdb.api.workgroups import PRIMARY, complete, read_workgroup, refuse_forgotten
from athena_on_duckdb.results.outcome import Form
from athena_on_duckdb.results.pages import read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from athena_on_duckdb.api.callers import Caller
    from athena_on_duckdb.api.forward import Forward
    from athena_on_duckdb.api.permissions import Permissions
    from athena_on_duckdb.api.requests import Answer, Request
    from athena_on_duckdb.api.runner import Runner

_MOST_WAITING: Final = 200
_PAGE_ROWS: Final = 1000
_PAGE_IDS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """The operations.

    Attributes:
        forward: The way to the cloud behind.
        permissions: What callers may do.
        executions: The executions.
        runner: Runs them.
        new_id: Makes an id.
        now_ms: The clock, Unix time in milliseconds.
        managed: Where results are that Athena keeps itself.
    """

    forward: Forward
    permissions: Permissions
    executions: Executions
    runner: Runner
    new_id: Callable[[], str]
    now_ms: Callable[[], int]
    managed: Path

    def answer(self, caller: Caller, request: Request) -> Answer:
        """Answer a request.

        Raises:
            ApiError: It is wrong, is not allowed, or cannot be met.
        """
        operation, given = parameters(request)
        if str(given.get("CatalogName", "")).lower() == CATALOG.lower():
            # The cloud behind knows the name in this case alone.
            given = {**given, "CatalogName": CATALOG}
        call = partial(self.forward.athena, caller.scope)
        for resource in resources(
            operation,
            given,
            workgroup_of_execution=lambda id_: self._get(caller, id_).asked.workgroup,
            call=call,
        ):
            self.permissions.require(caller, f"athena:{operation}", resource)
        own = _OWN.get(operation)
        if own is not None:
            return success(own(self, caller, given))
        if operation == "UpdateWorkGroup":
            refuse_forgotten(given)
        members = call(operation, given)
        return success(complete(members) if operation == "GetWorkGroup" else members)

    def start(self, caller: Caller, given: Mapping[str, Any]) -> dict[str, object]:
        """StartQueryExecution."""
        if self.executions.unfinished() >= _MOST_WAITING:
            message = "Too many queries wait: try again when some are done."
            raise TooManyRequestsError(message, Reason="CONCURRENT_QUERY_LIMIT_EXCEEDED")
        submission = Submission(
            call=partial(self.forward.athena, caller.scope),
            new_id=self.new_id,
            now_ms=self.now_ms,
            managed=self.managed,
        )
        made = submission.execution(caller, given)
        token = cast("str | None", given.get("ClientRequestToken"))
        execution = self.executions.add(made, token=token, fingerprint=fingerprint(given))
        if execution is made:
            self.runner.start(execution)
        return {"QueryExecutionId": execution.asked.id}

    def stop(self, caller: Caller, given: Mapping[str, Any]) -> dict[str, object]:
        """StopQueryExecution; an execution that is over is left alone."""
        self._get(caller, given["QueryExecutionId"]).cancel(self.now_ms())
        return {}

    def get(self, caller: Caller, given: Mapping[str, Any]) -> dict[str, object]:
        """GetQueryExecution."""
        execution = self._get(caller, given["QueryExecutionId"])
        return {"QueryExecution": execution.members(self.now_ms())}

    def batch_get(self, caller: Caller, given: Mapping[str, Any]) -> dict[str, object]:
        """BatchGetQueryExecution."""
        found: list[object] = []
        missing: list[object] = []
        for id_ in given["QueryExecutionIds"]:
            try:
                found.append(self._get(caller, id_).members(self.now_ms()))
            except InvalidRequestError as error:
                told = {"ErrorCode": error.members["AthenaErrorCode"], "ErrorMessage": str(error)}
                missing.append({"QueryExecutionId": id_, **told})
        return {"QueryExecutions": found, "UnprocessedQueryExecutionIds": missing}

    def list(self, caller: Caller, given: Mapping[str, Any]) -> dict[str, object]:
        """ListQueryExecutions, the newest first; a page begins behind the last id of another."""
        workgroup = given.get("WorkGroup", PRIMARY)
        read_workgroup(partial(self.forward.athena, caller.scope), workgroup)
        ids = self.executions.newest_first(caller.scope, workgroup)
        after = given.get("NextToken")
        if after is not None:
            if after not in ids:
                message = "NextToken is not one that an earlier page gave."
                raise InvalidRequestError(message, AthenaErrorCode="INVALID_INPUT")
            ids = ids[ids.index(after) + 1 :]
        page = ids[: given.get("MaxResults") or _PAGE_IDS]
        more = {"NextToken": page[-1]} if len(page) < len(ids) else {}
        return {"QueryExecutionIds": page, **more}

    def results(self, caller: Caller, given: Mapping[str, Any]) -> dict[str, object]:
        """GetQueryResults."""
        execution = self._get(caller, given["QueryExecutionId"])
        asked, outcome = execution.asked, execution.outcome
        if outcome is None or execution.state is not State.SUCCEEDED:
            message = f"Query did not finish successfully. Final query state: {execution.state}"
            if not execution.is_over:
                message = f"Query has not yet finished. Current state: {execution.state}"
            raise InvalidRequestError(message, AthenaErrorCode="INVALID_QUERY_STATUS")
        if given.get("QueryResultType", "DATA_ROWS") != "DATA_ROWS":
            message = "QueryResultType DATA_MANIFEST is not supported."
            raise InvalidRequestError(message)
        rows: list[list[str | None]] = []
        token: str | None = None
        if asked.statement.form in {Form.ROWS, Form.LINES}:
            most = given.get("MaxResults", _PAGE_ROWS)
            # With the permissions of who reads, who may be another than who asked.
            place = asked.place.read_by(caller.clients)
            rows, token = read_page(place, asked.name, given.get("NextToken"), most)
        columns = [column.members() for column in outcome.columns]
        result = {"Rows": [_row(row) for row in rows], "ResultSetMetadata": {"ColumnInfo": columns}}
        more = {} if token is None else {"NextToken": token}
        return {"UpdateCount": outcome.update_count, "ResultSet": result, **more}

    def runtime_statistics(self, caller: Caller, given: Mapping[str, Any]) -> dict[str, object]:
        """GetQueryRuntimeStatistics, without stages."""
        execution = self._get(caller, given["QueryExecutionId"])
        statistics = cast("dict[str, Any]", execution.members(self.now_ms())["Statistics"])
        names = ("QueryQueueTimeInMillis", "EngineExecutionTimeInMillis")
        outcome = execution.outcome
        return {
            "QueryRuntimeStatistics": {
                "Timeline": {
                    **{name: statistics[name] for name in names},
                    "TotalExecutionTimeInMillis": statistics["TotalExecutionTimeInMillis"],
                },
                "Rows": {
                    "InputBytes": statistics["DataScannedInBytes"],
                    "OutputRows": 0 if outcome is None else outcome.rows,
                },
            }
        }

    def update_prepared(self, caller: Caller, given: Mapping[str, Any]) -> dict[str, object]:
        """UpdatePreparedStatement, which the cloud behind does not have."""
        call = partial(self.forward.athena, caller.scope)
        name = {"StatementName": given["StatementName"], "WorkGroup": given["WorkGroup"]}
        call("GetPreparedStatement", name)
        call("DeletePreparedStatement", name)
        call("CreatePreparedStatement", given)
        return {}

    def _get(self, caller: Caller, execution_id: str) -> Execution:
        return self.executions.get(caller.scope, execution_id)


def _row(values: list[str | None]) -> dict[str, object]:
    return {"Data": [{} if value is None else {"VarCharValue": value} for value in values]}


_OWN: Final[dict[str, Callable[[Operations, Caller, Mapping[str, Any]], dict[str, object]]]] = {
    "BatchGetQueryExecution": Operations.batch_get,
    "GetQueryExecution": Operations.get,
    "GetQueryResults": Operations.results,
    "GetQueryRuntimeStatistics": Operations.runtime_statistics,
    "ListQueryExecutions": Operations.list,
    "StartQueryExecution": Operations.start,
    "StopQueryExecution": Operations.stop,
    "UpdatePreparedStatement": Operations.update_prepared,
}
