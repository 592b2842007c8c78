"""Evaluates conditions on partition keys over candidates, in DuckDB, as the query itself does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import duckdb

from athena_on_duckdb.arrow import arrow
from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.translation.translate import translate_condition
from athena_on_duckdb.types import athena_type_of_glue, duckdb_type_of, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlglot import exp

    from athena_on_duckdb.tables.glue import GlueColumn
    from athena_on_duckdb.tables.partitions import Values

_CANDIDATES: Final = "partition_candidates"


class Evaluator:
    """Evaluates on one connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Take the connection of the query."""
        self._connection = connection

    def __call__(
        self, condition: exp.Expr, keys: Sequence[GlueColumn], rows: Sequence[Values]
    ) -> list[bool]:
        """Tell for each row whether a condition may hold; where that cannot be told, it may."""
        types = {key.name: athena_type_of_glue(key.type) for key in keys}
        try:
            translated = translate_condition(cast("Any", condition), types)
        except QueryError:
            # The query itself tells what is wrong with it.
            return [True] * len(rows)
        columns = zip(*rows, strict=True)
        candidates = arrow.table(
            {f"c{at}": arrow.array(column, arrow.string()) for at, column in enumerate(columns)}
            | {"at": arrow.array(range(len(rows)), arrow.int64())}
        )
        casts = ", ".join(
            f"TRY_CAST(c{at} AS {duckdb_type_of(types[key.name])}) AS {quoted(key.name)}"
            for at, key in enumerate(keys)
        )
        self._connection.register(_CANDIDATES, candidates)
        try:
            found = self._connection.execute(
                f'SELECT "at" FROM (SELECT "at", {casts} FROM {_CANDIDATES}) WHERE {translated}'  # noqa: S608 -- names are quoted, the condition is translated
            ).fetchall()
        except duckdb.InterruptException:
            raise
        except duckdb.Error:
            # It fails on a candidate that the query may never meet.
            return [True] * len(rows)
        finally:
            self._connection.unregister(_CANDIDATES)
        kept = {at for (at,) in found}
        return [at in kept for at in range(len(rows))]
