"""The lake for notebooks and scripts: questions in, pandas frames out, by awswrangler.

Every frame tells in its `attrs` what it cost: `query_id`, `scanned_bytes` and `time_ms`.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import awswrangler as wr
import pandas as pd

from firelake.aws.clients import AwsClients
from firelake.aws.frames import frame_of, is_for_awswrangler
from firelake.aws.lake_ref import CONTRACT_VARIABLE, Fact, LakeRef
from firelake.aws.query_again import until_opened
from firelake.aws.query_run import DEADLINE_S, Athena
from firelake.catalog.queries import query_over
from firelake.catalog.query_sql import Period, events_query, parameter
from firelake.catalog.sql_text import literal
from firelake.contract.events import load_contract
from firelake.contract.facts import EVENTS_FILE
from firelake.contract.layout import Granularity
from firelake.contract.names import CREATED_AT, EVENT_UUID
from firelake.contract.types import FieldType, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import boto3

    from firelake.aws.query_run import Execution
    from firelake.catalog.columns import Column
    from firelake.catalog.query_sql import EventsQuery, Value
    from firelake.contract.events import EventContract

# How awswrangler gives a value of each type; whatever is not here is an object of Python.
_DTYPES: Final[Mapping[Kind, str]] = {
    Kind.STRING: "string",
    Kind.JSON: "string",
    Kind.BIGINT: "Int64",
    Kind.DOUBLE: "float64",
    Kind.BOOLEAN: "boolean",
    Kind.TIMESTAMP: "datetime64[ns]",
}

# Without it Arrow makes doubles of the integers in arrays, maps and structs that hold a null too.
_ARROW_TO_PANDAS: Final[Mapping[str, object]] = {"integer_object_nulls": True}

_NEEDED: Final = (Fact.DATABASE, Fact.WORKGROUP, Fact.BUCKET, Fact.GRANULARITY)


class Lake:
    """One lake, on AWS or on this machine: only the environment tells them apart.

    Periods run from `start` to before `end`, in UTC; a date is its midnight, and without an end a
    period goes on until now. What is asked about a period reads the partitions that it touches,
    no others.

    Args:
        session: Whose credentials and region to use.
        lake: Which lake: its database, workgroup, bucket and granularity.
        contract: Its events; those of this project where None.
        deadline_s: Seconds after which a query is stopped.

    Raises:
        AwsError: The environment does not suffice for AWS, or does not say which lake.
    """

    def __init__(
        self,
        session: boto3.Session,
        lake: LakeRef,
        contract: EventContract | None = None,
        *,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        lake.require(_NEEDED)
        self._session = session
        self._lake = lake
        self._contract = load_contract() if contract is None else contract
        self._athena = Athena.of_lake(lake, AwsClients(session=session), deadline_s=deadline_s)

    @classmethod
    def from_environment(cls, *, deadline_s: float = DEADLINE_S) -> Self:
        """Open the lake that the environment names, as `firelake env` prints it.

        Args:
            deadline_s: Seconds after which a query is stopped.

        Raises:
            LakeRefError: A variable is missing or wrong.
            ClientsError: The environment does not suffice for AWS.
            ContractFileError: The contract that it names breaks rules.
            OSError: That contract cannot be read.
        """
        lake = LakeRef.resolve({}, os.environ, _NEEDED)
        contract = load_contract(Path(os.environ.get(CONTRACT_VARIABLE) or EVENTS_FILE))
        return cls(AwsClients().session, lake, contract, deadline_s=deadline_s)

    @property
    def contract(self) -> EventContract:
        """Its events."""
        return self._contract

    def read_events(
        self,
        event_name: str,
        *,
        start: date,
        end: date | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Read the events of one name, each once, in the order of their creation.

        Values come as they are stored: arrays as arrays, maps as lists of their pairs, integers and
        decimals exact, empty texts beside nulls.

        Args:
            event_name: The event, such as `lesson:started`; also one the contract does not know.
            start: When the first were created.
            end: Before when the last were created.
            columns: Which columns; all that it has where None. Each costs what it holds.

        Raises:
            QueryArgumentError: The period has no moment, or a column is not one of the event's.
            QueryFailedError: Athena did not answer; the error has the query's id.
            ClientError: Athena refuses the query.
        """
        query = events_query(
            self._contract,
            self._lake.granularity,
            event_name,
            Period.of(start, end),
            columns,
        )
        frame = until_opened(lambda: self._unloaded(query))
        order = [name for name in (CREATED_AT, EVENT_UUID) if name in frame.columns]
        return frame.sort_values(order, ignore_index=True) if order else frame

    def read_sql(self, sql: str, parameters: Sequence[Value] = ()) -> pd.DataFrame:
        """Ask anything, in Athena's SQL. Restrict `dt`, or all of the table is read.

        Rows come in the order of the query. An empty text comes as null, and an array as its text;
        `read_events` keeps both. What pandas has no type for comes as text, varbinary as bytes.

        Args:
            sql: One statement.
            parameters: For each `?` of it a value.

        Raises:
            QueryFailedError: Athena did not answer; the error has the query's id.
            ClientError: Athena refuses the query, as it does with what it cannot parse.
        """
        return self._frame(self._athena.run(sql, [parameter(each) for each in parameters]))

    def dt(self, moment: date) -> str:
        """Give the partition of a moment, as `dt` spells it at this lake's granularity."""
        return Period.of(moment, None).first_dt(self._lake.granularity)

    def counts(self, *, start: date, end: date | None = None) -> pd.DataFrame:
        """Count rows and events by type and day of creation; copies are rows, but no events."""
        return self._over("rows_by_type_and_day", self._lake.granularity, start, end)

    def partitions(self, *, start: date, end: date | None = None) -> pd.DataFrame:
        """Tell the files and rows of each partition of `events`."""
        return self._over("file_sizes", self._lake.granularity, start, end)

    def freshness(self, *, start: date, end: date | None = None) -> pd.DataFrame:
        """Tell for each event type when the last arrived, and how late events come."""
        return self._over("freshness", self._lake.granularity, start, end)

    def drift(self, *, start: date, end: date | None = None) -> pd.DataFrame:
        """Tell which fields events brought that the contract does not know."""
        return self._over("contract_drift", self._lake.granularity, start, end)

    def duplicates(self, *, start: date, end: date | None = None) -> pd.DataFrame:
        """Count the events that came more than once, by day of arrival and event name.

        It reads `events_raw`, which analysts may not.
        """
        return self._over("duplicates_in_raw", Granularity.DAY, start, end)

    def errors(self, *, start: date, end: date | None = None) -> pd.DataFrame:
        """Count error objects by type, code, event name and hour of arrival.

        It reads `events_errors`, which analysts may not.
        """
        return self._over("errors_by_code", Granularity.DAY, start, end)

    def _over(
        self, name: str, granularity: Granularity, start: date, end: date | None
    ) -> pd.DataFrame:
        condition, parameters = Period.of(start, end).partitions(granularity)
        sql = query_over(name, self._lake.database, condition)
        return self._frame(self._athena.run(sql, parameters))

    def _unloaded(self, query: EventsQuery) -> pd.DataFrame:
        # CSV, Athena's other form of results, knows no arrays, and no empty text beside null.
        # A place of its own, as Athena wants it empty; the bucket's rules empty it in time.
        # It is the workgroup's, as analysts and operators do not see each other's results.
        place = f"{self._athena.results_place()}unload/{uuid.uuid4()}/"
        sql = f"UNLOAD ({query.sql}) TO {literal(place)} WITH (format = 'PARQUET')"
        execution = self._athena.run(sql, query.parameters)
        try:
            frame = _noted(self._read(execution), execution)
        except wr.exceptions.EmptyDataFrame:
            # Without a file there are no types either.
            return _noted(_empty(query.columns), execution)
        return _noted(_empty(query.columns), execution) if frame.empty else frame

    def _frame(self, execution: Execution) -> pd.DataFrame:
        # awswrangler reads the answers of queries only, and not every type.
        answer = self._athena.answer(execution)
        if execution.statement_type != "DML" or not is_for_awswrangler(answer.columns):
            return _noted(frame_of(answer), execution)
        return _noted(self._read(execution), execution)

    def _read(self, execution: Execution) -> pd.DataFrame:
        return wr.athena.get_query_results(
            execution.query_id,
            boto3_session=self._session,
            pyarrow_additional_kwargs=dict(_ARROW_TO_PANDAS),
        )


def _noted(frame: pd.DataFrame, execution: Execution) -> pd.DataFrame:
    frame.attrs.update(
        query_id=execution.query_id,
        scanned_bytes=execution.scanned_bytes,
        time_ms=execution.time_ms,
    )
    return frame


def _empty(columns: tuple[Column, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {column.name: pd.Series([], dtype=_dtype(column.type)) for column in columns}
    )


def _dtype(field_type: FieldType) -> str:
    return "object" if field_type.is_several else _DTYPES.get(field_type.kind, "object")
