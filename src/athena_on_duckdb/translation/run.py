"""Runs a translated query and checks that DuckDB's types are those that were foretold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.failures import failure
from athena_on_duckdb.types import WITH_TIME_ZONE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from athena_on_duckdb.query_result import ResultColumn
    from athena_on_duckdb.translation.translate import Translation
    from athena_on_duckdb.types import AthenaType

# pyarrow has no types of its own.
_arrow: Any = pa


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
        relation = cursor.sql(translation.sql)
        _check_types([str(type_) for type_ in relation.types], translation)
        # Only an export by the relation counts its bytes in DuckDB's profile.
        table = relation.to_arrow_table()
    except duckdb.Error as error:
        raise failure(error) from error
    return translation.columns, _with_zones(table, translation)


def _check_types(found: list[str], translation: Translation) -> None:
    expected = [_normal(type_.duckdb) for type_ in translation.types]
    for index, (is_, should) in enumerate(zip(map(_normal, found), expected, strict=True)):
        if is_ != should:
            detail = (
                f"Column {index + 1} came out as {is_} where {should} was expected:"
                " a fault of the local Athena."
            )
            raise QueryError(ErrorName.GENERIC_INTERNAL_ERROR, detail)


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
