"""Runs a translated query and checks that DuckDB's types are those that were foretold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import duckdb
import pyarrow as pa
from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.failures import failure
from athena_on_duckdb.translation.parse import parse
from athena_on_duckdb.translation.python.refusals import forget_noted, raise_noted
from athena_on_duckdb.translation.translate import translate
from athena_on_duckdb.types import WITH_TIME_ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from duckdb import DuckDBPyConnection, DuckDBPyRelation

    from athena_on_duckdb.query_result import ResultColumn
    from athena_on_duckdb.translation.translate import Translation
    from athena_on_duckdb.types import AthenaType

# pyarrow has no types of its own.
_arrow: Any = pa
# Of wide rows a tenth of a gigabyte would be 100,000.
_BATCH_ROWS: Final = 16_384


def run_select(
    cursor: DuckDBPyConnection, translation: Translation
) -> tuple[tuple[ResultColumn, ...], Any]:
    """Run a query and give the columns and a table of Arrow.

    The columns of the table are named `c0`, `c1` and so on, as names of a result may repeat. A
    column of zoned timestamps bears their zone in its Arrow type.

    Raises:
        QueryError: The query failed on the data; the error has Athena's name.
        CancelledError: The cursor was interrupted.
    """
    try:
        # Only an export by the relation counts its bytes in DuckDB's profile.
        table = _opened(cursor, translation).to_arrow_table()
    except duckdb.Error as error:
        raise failure(error) from error
    raise_noted(translation.sql)
    return translation.columns, _with_zones(table, translation)


def stream_select(
    cursor: DuckDBPyConnection, translation: Translation
) -> tuple[tuple[ResultColumn, ...], Iterator[Any]]:
    """Run a query and give the columns, and batches of Arrow as they are computed.

    Raises:
        QueryError: The query failed on the data, also while batches are taken.
        CancelledError: The cursor was interrupted.
    """
    try:
        reader = _opened(cursor, translation).to_arrow_reader(_BATCH_ROWS)
    except duckdb.Error as error:
        raise failure(error) from error
    return translation.columns, _batches(reader, translation.sql)


def _batches(reader: Any, sql: str) -> Iterator[Any]:  # noqa: ANN401 -- pyarrow has no types
    try:
        for batch in reader:
            raise_noted(sql)
            yield batch
        raise_noted(sql)
    except duckdb.Error as error:
        raise failure(error) from error
    except _arrow.ArrowException as error:
        # DuckDB's own words, wrapped by Arrow's stream.
        raise failure(duckdb.Error(str(error))) from error


def run_moment(cursor: DuckDBPyConnection, expression: exp.Expr) -> datetime:
    """Compute an expression that must be a moment.

    Raises:
        QueryError: It is none.
    """
    query = parse("SELECT CAST(NULL AS timestamp(3) with time zone)")
    for null in list(query.find_all(exp.Null)):
        null.replace(expression.copy())
    _, table = run_select(cursor, translate(query, {}))
    value = table.column(0)[0].as_py()
    if value is None:
        detail = f"FOR TIMESTAMP AS OF needs a time: {expression.sql('trino')} is NULL"
        raise QueryError(ErrorName.INVALID_ARGUMENTS, detail)
    return cast("datetime", value)


def _opened(cursor: DuckDBPyConnection, translation: Translation) -> DuckDBPyRelation:
    forget_noted()
    relation = cursor.sql(translation.sql)
    types = zip(relation.types, translation.types, strict=True)
    for number, (found, expected) in enumerate(types, 1):
        is_, should = _normal(str(found)), _normal(expected.duckdb)
        if is_ != should:
            detail = (
                f"Column {number} came out as {is_} where {should} was expected:"
                " a fault of the local Athena."
            )
            raise QueryError(ErrorName.GENERIC_INTERNAL_ERROR, detail)
    return relation


def _normal(type_: str) -> str:
    return type_.replace('"', "").replace(" ", "").lower()


def _with_zones(table: Any, translation: Translation) -> Any:  # noqa: ANN401 -- pyarrow has no types
    for index, type_ in enumerate(translation.types):
        for child in type_.children:
            _require_utc(child)
        if type_.name == WITH_TIME_ZONE:
            column = table.column(index)
            zoned = column.cast(_arrow.timestamp("us", tz=type_.zone))
            table = table.set_column(index, table.field(index).with_type(zoned.type), zoned)
    return table


def _require_utc(type_: AthenaType) -> None:
    """Refuse zones inside of values, which nothing that follows would know of."""
    if type_.zone not in {None, "UTC"}:
        detail = f"The local Athena gives timestamps in {type_.zone} by themselves only."
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    for child in type_.children:
        _require_utc(child)
