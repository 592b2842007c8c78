"""One query in Athena: started, awaited or stopped, and its rows as Athena writes them."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from firelake.aws.errors import QueryDeadlineError, QueryFailedError
from firelake.aws.query_again import until_opened
from firelake.catalog.errors import QueryArgumentError
from firelake.catalog.sql_text import identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import (
        GetQueryResultsOutputTypeDef,
        ListQueryExecutionsInputTypeDef,
        QueryExecutionTypeDef,
        StartQueryExecutionInputTypeDef,
    )

    from firelake.aws.clients import AwsClients
    from firelake.aws.lake_ref import LakeRef

# https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
MAX_QUERY_BYTES: Final = 262_144
MAX_PARAMETER_LENGTH: Final = 1024

# So long a query may take before it is stopped; Athena's own limit is 30 minutes:
# https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
DEADLINE_S: Final = 300.0
# For what must be waited for to its end, which Athena itself makes an end of.
LONGEST_STATEMENT_S: Final = 1860.0

_READS: Final = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
_FIRST_POLL_S: Final = 0.1
_SLOWEST_POLL_S: Final = 1.0
# Each pause is by so much longer: a short query is not waited for much longer than it takes.
_POLL_GROWTH: Final = 1.25


@dataclass(frozen=True, slots=True)
class Execution:
    """A query that succeeded.

    Attributes:
        statement_type: `DML` (queries too), `DDL` or `UTILITY`.
        scanned_bytes: What it read of the lake, which is what it costs.
        time_ms: How long it took in all, in milliseconds.
    """

    query_id: str
    statement_type: str
    scanned_bytes: int
    time_ms: int


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of an answer: its name, and its type as Athena tells it."""

    name: str
    type: str


Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave: its columns, and its rows as they are fetched, page by page.

    A value is the text that Athena writes; None stands for null, which an empty text is not.
    """

    execution: Execution
    columns: tuple[ResultColumn, ...]
    rows: Iterator[Row]


class Athena:
    """Runs queries in one workgroup; safe to share between threads as its client is.

    Args:
        database: The database in which names without one are found.
        workgroup: The workgroup, which says where results go.
        deadline_s: Seconds after which a query is stopped.
        now_s: A clock that only goes forward, in seconds.
        sleep: Waits for so many seconds.

    Raises:
        SqlTextError: The database has a name that no database can have.
    """

    def __init__(  # noqa: PLR0913 -- a clock is two of them
        self,
        client: AthenaClient,
        *,
        database: str,
        workgroup: str,
        deadline_s: float = DEADLINE_S,
        now_s: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        identifier(database)
        self._client = client
        self._database = database
        self._workgroup = workgroup
        self._deadline_s = deadline_s
        self._now_s = now_s
        self._sleep = sleep

    def results_place(self) -> str:
        """Returns the URI under which the workgroup puts results, with a `/` at its end.

        Raises:
            QueryArgumentError: Athena manages the results itself, so nothing can be put there.
            ClientError: Athena refuses to tell.
        """
        answer = self._client.get_work_group(WorkGroup=self._workgroup)
        configuration = answer["WorkGroup"].get("Configuration", {})
        place = configuration.get("ResultConfiguration", {}).get("OutputLocation")
        if not place:
            message = (
                f"the workgroup {self._workgroup} has no place for results; take one of the stack's"
            )
            raise QueryArgumentError(message)
        return f"{place.rstrip('/')}/"

    @classmethod
    def of_lake(cls, lake: LakeRef, clients: AwsClients, *, deadline_s: float = DEADLINE_S) -> Self:
        """Return what runs the queries of a lake.

        Args:
            deadline_s: Seconds after which a query is stopped.

        Raises:
            AwsError: The environment does not suffice, or does not say which lake.
            SqlTextError: The database has a name that no database can have.
        """
        return cls(
            clients.athena(),
            database=lake.database,
            workgroup=lake.workgroup,
            deadline_s=deadline_s,
        )

    def start(self, sql: str, parameters: Sequence[str] = ()) -> str:
        """Start a query and do not wait for it.

        Args:
            parameters: For each `?` of it an SQL expression, as
            `firelake.catalog.query_sql.parameter`
                writes them: Athena computes an unquoted 2024-03-02, which gives 2019.

        Returns:
            Athena's id of the query.

        Raises:
            QueryArgumentError: The statement or a parameter is longer than Athena takes.
            ClientError: Athena refuses it, as it does with what it cannot parse.
        """
        _require_sizes(sql, parameters)
        request: StartQueryExecutionInputTypeDef = {
            "QueryString": sql,
            "QueryExecutionContext": {"Database": self._database},
            "WorkGroup": self._workgroup,
        }
        if parameters:  # Athena takes no empty list.
            request["ExecutionParameters"] = list(parameters)
        answer = self._client.start_query_execution(**request)
        return answer["QueryExecutionId"]

    def wait(self, query_id: str) -> Execution:
        """Wait until a query has succeeded; stop it if that does not come to pass.

        Raises:
            QueryFailedError: It failed or was cancelled; the text tells Athena's reason.
            QueryDeadlineError: It took longer than the deadline.
        """
        try:
            return self._when_over(query_id)
        except QueryDeadlineError:
            self.stop(query_id)
            raise
        except QueryFailedError:
            raise
        except BaseException:
            # Whoever interrupts the wait has no more use for the query, which costs by the byte.
            self.stop(query_id)
            raise

    def stop(self, query_id: str) -> None:
        """Stop a query; one that is over stays as it is."""
        self._client.stop_query_execution(QueryExecutionId=query_id)

    def run(self, sql: str, parameters: Sequence[str] = ()) -> Execution:
        """Start a query and wait until it has succeeded; see `start` and `wait`.

        What only reads is asked again where a file was moved into history meanwhile.
        """

        def ask() -> Execution:
            return self.wait(self.start(sql, parameters))

        return until_opened(ask) if _READS.match(sql) else ask()

    def changed_rows(self, execution: Execution) -> int:
        """Returns how many rows a statement inserted or deleted."""
        answer = self._client.get_query_results(QueryExecutionId=execution.query_id, MaxResults=1)
        return answer.get("UpdateCount", 0)

    def recent(self, since_s: float, states: Collection[str], text: str) -> Iterator[str]:
        """Yield the ids of the workgroup's queries of a time, the newest first.

        https://docs.aws.amazon.com/athena/latest/APIReference/API_ListQueryExecutions.html

        Args:
            since_s: Queries that began before it are left out, Unix time.
            states: Those that count, such as `RUNNING`.
            text: What they have in them.
        """
        asked: ListQueryExecutionsInputTypeDef = {"WorkGroup": self._workgroup}
        while True:
            page = self._client.list_query_executions(**asked)
            ids = page.get("QueryExecutionIds", [])
            if not ids:
                return
            told = self._client.batch_get_query_execution(QueryExecutionIds=ids)
            found = told.get("QueryExecutions", [])
            young = [each for each in found if _begun_s(each) >= since_s]
            for each in young:
                state = each.get("Status", {}).get("State", "")
                if state in states and text in each.get("Query", ""):
                    yield each.get("QueryExecutionId", "")
            if not young or "NextToken" not in page:
                return
            asked["NextToken"] = page["NextToken"]

    def answer(self, execution: Execution) -> Answer:
        """Fetch what a query gave."""
        pages = self._pages(execution.query_id)
        first = next(pages)
        described = first["ResultSet"].get("ResultSetMetadata", {}).get("ColumnInfo", [])
        columns = tuple(ResultColumn(column["Name"], column["Type"]) for column in described)
        if not columns:
            widest = max(map(len, _rows_of(first)), default=0)
            columns = tuple(ResultColumn(f"_col{index}", "varchar") for index in range(widest))
        return Answer(execution, columns, _rows(execution, columns, first, pages))

    def _when_over(self, query_id: str) -> Execution:
        deadline_s = self._now_s() + self._deadline_s
        poll_s = _FIRST_POLL_S
        while True:
            told = self._client.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            status = told.get("Status", {})
            state = status.get("State", "")
            if state == "SUCCEEDED":
                return _execution(query_id, told)
            if state in ("FAILED", "CANCELLED"):
                # Athena gives a reason wherever there is one.
                reason = status.get("StateChangeReason", "for a reason that Athena does not tell")
                raise QueryFailedError(query_id, f"{_BECAME[state]}: {reason}")
            remaining_s = deadline_s - self._now_s()
            if remaining_s <= 0:
                why = (
                    f"was stopped after {self._deadline_s:g} s: ask for less time, fewer columns,"
                    " or raise the deadline"
                )
                raise QueryDeadlineError(query_id, why)
            self._sleep(min(poll_s, remaining_s))
            poll_s = min(_POLL_GROWTH * poll_s, _SLOWEST_POLL_S)

    def _pages(self, query_id: str) -> Iterator[GetQueryResultsOutputTypeDef]:
        page = self._client.get_query_results(QueryExecutionId=query_id)
        yield page
        while token := page.get("NextToken"):
            page = self._client.get_query_results(QueryExecutionId=query_id, NextToken=token)
            yield page


_BECAME: Final = {"FAILED": "failed", "CANCELLED": "was cancelled"}


def _require_sizes(sql: str, parameters: Sequence[str]) -> None:
    size = len(sql.encode(errors="surrogatepass"))
    if size > MAX_QUERY_BYTES:
        message = f"the query has {size} bytes: Athena takes {MAX_QUERY_BYTES}"
        raise QueryArgumentError(message)
    for number, each in enumerate(parameters, start=1):
        if not 1 <= len(each) <= MAX_PARAMETER_LENGTH:
            message = (
                f"parameter {number} has {len(each)} characters:"
                f" Athena takes 1 to {MAX_PARAMETER_LENGTH}"
            )
            raise QueryArgumentError(message)


def _execution(query_id: str, told: QueryExecutionTypeDef) -> Execution:
    statistics = told.get("Statistics", {})
    return Execution(
        query_id,
        told.get("StatementType", ""),
        statistics.get("DataScannedInBytes", 0),
        statistics.get("TotalExecutionTimeInMillis", 0),
    )


def _begun_s(told: QueryExecutionTypeDef) -> float:
    begun = told.get("Status", {}).get("SubmissionDateTime")
    return 0.0 if begun is None else begun.timestamp()


def _rows(
    execution: Execution,
    columns: tuple[ResultColumn, ...],
    first: GetQueryResultsOutputTypeDef,
    others: Iterator[GetQueryResultsOutputTypeDef],
) -> Iterator[Row]:
    rows = _rows_of(first)
    # A query's first row holds the names of its columns; that of SHOW or DESCRIBE does not.
    names = tuple(column.name for column in columns)
    if execution.statement_type == "DML" and rows[:1] == [names]:
        rows = rows[1:]
    for row in rows:
        yield _fitted(row, len(columns))
    for page in others:
        for row in _rows_of(page):
            yield _fitted(row, len(columns))


def _fitted(row: Row, count: int) -> Row:
    """Give a row as many values as there are columns.

    A line of DESCRIBE or SHOW TBLPROPERTIES is one value with tabs in it, for several columns:
    https://github.com/aws/aws-sdk-pandas/issues/306
    """
    if len(row) == count:
        return row
    if len(row) == 1 and row[0] is not None and count > 1:
        row = tuple(part.strip() for part in row[0].split("\t", count - 1))
    return (*row, *(None,) * (count - len(row)))[:count]


def _rows_of(page: GetQueryResultsOutputTypeDef) -> list[Row]:
    rows = page["ResultSet"].get("Rows", [])
    return [tuple(cell.get("VarCharValue") for cell in row.get("Data", [])) for row in rows]
