"""A client of Athena that answers what a test says, in states and pages as Athena does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_athena import AthenaClient


@dataclass(frozen=True)
class FakeAnswer:
    """What a query comes to: its columns with their types, its rows, and the states it goes by."""

    columns: Sequence[tuple[str, str]] = ()
    rows: Sequence[Sequence[str | None]] = ()
    states: Sequence[str] = ("SUCCEEDED",)
    reason: str | None = None
    statement_type: str = "DML"


class FakeAthena:
    """Records what it is asked.

    Args:
        answer: What a query with its parameters comes to, or raises.
        rows_a_page: How many rows a page holds, the one with the names among them.
    """

    def __init__(
        self, answer: Callable[[str, list[str]], FakeAnswer], *, rows_a_page: int = 1000
    ) -> None:
        self.started: list[dict[str, object]] = []
        self.stopped: list[str] = []
        self.running: set[str] = set()
        self.most_running = 0
        self._answer = answer
        self._rows_a_page = rows_a_page
        self._answers: dict[str, FakeAnswer] = {}
        self._polls: dict[str, int] = {}

    @property
    def client(self) -> AthenaClient:
        return cast("AthenaClient", self)

    def get_work_group(self, *, WorkGroup: str) -> dict[str, Any]:  # noqa: N803
        place = {"OutputLocation": f"s3://a-bucket/results-of-{WorkGroup}"}
        return {"WorkGroup": {"Configuration": {"ResultConfiguration": place}}}

    def start_query_execution(self, **request: object) -> dict[str, Any]:
        answer = self._answer(
            str(request["QueryString"]), cast("list[str]", request.get("ExecutionParameters", []))
        )
        query_id = f"query-{len(self.started)}"
        self.started.append(request)
        self._answers[query_id] = answer
        self._polls[query_id] = 0
        self.running.add(query_id)
        self.most_running = max(self.most_running, len(self.running))
        return {"QueryExecutionId": query_id}

    def get_query_execution(self, *, QueryExecutionId: str) -> dict[str, Any]:  # noqa: N803
        answer = self._answers[QueryExecutionId]
        poll = self._polls[QueryExecutionId]
        self._polls[QueryExecutionId] += 1
        state = answer.states[min(poll, len(answer.states) - 1)]
        status = {"State": state}
        if state not in ("QUEUED", "RUNNING"):
            self.running.discard(QueryExecutionId)
            if answer.reason is not None:
                status["StateChangeReason"] = answer.reason
        return {
            "QueryExecution": {
                "QueryExecutionId": QueryExecutionId,
                "StatementType": answer.statement_type,
                "Status": status,
                "Statistics": {"DataScannedInBytes": 12_345, "TotalExecutionTimeInMillis": 1_540},
            }
        }

    def get_query_results(
        self,
        *,
        QueryExecutionId: str,  # noqa: N803
        NextToken: str = "0",  # noqa: N803
    ) -> dict[str, Any]:
        answer = self._answers[QueryExecutionId]
        names = [[name for name, _ in answer.columns]] if answer.statement_type == "DML" else []
        rows = [*names, *answer.rows]
        start = int(NextToken)
        end = start + self._rows_a_page
        page = {
            "ResultSet": {
                "Rows": [{"Data": [_cell(each) for each in row]} for row in rows[start:end]],
                "ResultSetMetadata": {
                    "ColumnInfo": [{"Name": name, "Type": type_} for name, type_ in answer.columns]
                },
            }
        }
        return page if end >= len(rows) else {**page, "NextToken": str(end)}

    def stop_query_execution(self, *, QueryExecutionId: str) -> dict[str, Any]:  # noqa: N803
        self.stopped.append(QueryExecutionId)
        self.running.discard(QueryExecutionId)
        return {}


def _cell(value: str | None) -> dict[str, str]:
    return {} if value is None else {"VarCharValue": value}
