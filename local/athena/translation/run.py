"""Runs a translated query and checks that DuckDB's types are those that were foretold."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

    from local.athena.query_result import ResultColumn
    from local.athena.translation.translate import Translation


def run_select(
    cursor: DuckDBPyConnection, translation: Translation
) -> tuple[tuple[ResultColumn, ...], pa.Table]:
    """Run a query.

    Raises:
        QueryError: The query failed on the data; the error has Athena's name.
        CancelledError: The cursor was interrupted.
    """
    raise NotImplementedError
