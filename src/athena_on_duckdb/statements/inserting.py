"""The rows of a query as those of a table that they are inserted into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from athena_on_duckdb.arrow import arrow
from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.coercion import cost
from athena_on_duckdb.types import parse_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from athena_on_duckdb.query_result import ResultColumn
    from athena_on_duckdb.types import AthenaType


def require_insertable(
    columns: Sequence[ResultColumn], names: Sequence[str], types: Mapping[str, AthenaType]
) -> None:
    """Refuses columns of a query that are none of a table's.

    Raises:
        QueryError: A name is not the table's or comes twice, or a type does not fit.
    """
    if not set(names) <= types.keys() or len(set(names)) < len(names):
        detail = f"Insert column name does not exist in target table, or twice: {list(names)}"
        raise QueryError(ErrorName.COLUMN_NOT_FOUND, detail)
    given = [parse_type(column.type) for column in columns]
    wanted = [types[name] for name in names]
    is_fitting = len(given) == len(wanted) and all(
        cost(source, target) is not None or source.name == target.name == "varchar"
        for source, target in zip(given, wanted, strict=True)
    )
    if not is_fitting:
        detail = (
            "Insert query has mismatched column types: "
            f"Table: [{', '.join(map(str, wanted))}], Query: [{', '.join(map(str, given))}]"
        )
        raise QueryError(ErrorName.TYPE_MISMATCH, detail)


def in_order(
    rows: Any,  # noqa: ANN401 -- pyarrow has no types
    columns: Sequence[ResultColumn],
    names: Sequence[str],
    types: Mapping[str, AthenaType],
) -> Any:  # noqa: ANN401 -- pyarrow has no types
    """Returns rows with all columns of a table in its order, NULL where they have none.

    Args:
        rows: A `pyarrow.Table` or `pyarrow.RecordBatch`.
        columns: Its columns.
        names: Those of the table that they are.
        types: All columns of the table.
    """
    given = {
        name: values
        for name, column, values in zip(names, columns, rows.columns, strict=True)
        if column.type != "unknown"  # a bare NULL is of no type
    }
    found = [given.get(name, arrow.nulls(rows.num_rows)) for name in types]
    return cast("Any", type(rows)).from_arrays(found, names=list(types))
