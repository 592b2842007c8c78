"""The SQL of `backfill --from-table`: rows of every type, written out, and what is made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import given, seed, settings

from athena_on_duckdb.types import athena_type_of_glue
from firelake.catalog.erasures import Hiding
from firelake.contract.layout import Granularity
from firelake.contract.retention import KEPT_FOR_EVER
from firelake.history.bulk_import.mapping import BY_NAME
from firelake.history.bulk_import.plan import SourceColumn, plan_import
from firelake.history.bulk_import.rows import ROWS as JUDGED
from firelake.history.bulk_import.rows import judged_rows
from firelake.history.bulk_import.source_types import parse_source_type
from firelake.history.bulk_import.sql_names import parse_table, quoted
from firelake.history.bulk_import.statements import ImportStatements
from tests.truth.project_sql import literal
from tests.unit.history.imported_lake import MOMENT, arrow_table
from tests.unit.history.imported_rows import COLUMNS, CONTRACT, ROWS, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tests.unit.history.imported_rows import Row

_ROWS: Final = 40
_TABLE: Final = parse_table("own.t")


def import_statements(random: Random, count: int) -> Iterator[str]:
    """Yields statements that judge rows and make the lake's columns of them."""
    columns = [
        SourceColumn(name, glue_type, parse_source_type(glue_type))
        for name, glue_type in COLUMNS.items()
    ]
    plan = plan_import(_TABLE, columns, CONTRACT, BY_NAME)
    made = ImportStatements(plan, CONTRACT, Granularity.DAY, Hiding("lake"), KEPT_FOR_EVER, MOMENT)
    judged = judged_rows(plan, CONTRACT, Granularity.DAY, MOMENT)
    wanted = ", ".join([*dict(made.columns()).values(), "p", "verdict"])
    for _ in range(count):
        rows = judged.replace(_TABLE.sql, f"({_written(_drawn(random.getrandbits(32)))})")
        yield f"WITH {rows} SELECT {wanted} FROM {JUDGED}"  # noqa: S608 -- ours


def _drawn(number: int) -> list[Row]:
    rows: list[Row] = []

    @seed(number)
    @settings(max_examples=_ROWS, database=None, deadline=None)
    @given(ROWS)
    def collect(row: Row) -> None:
        rows.append(row)

    collect()
    return rows


def _rounded(row: Row) -> Row:
    """Leaves doubles the digits that every Java writes alike."""
    return {
        name: float(f"{each:.10g}") if isinstance(each, float) else each
        for name, each in row.items()
    }


def _written(rows: list[Row]) -> str:
    types = {name: athena_type_of_glue(glue_type) for name, glue_type in COLUMNS.items()}
    # As a file has them: members in the order of their type.
    held: list[dict[str, Any]] = arrow_table(SCHEMA, [*map(_rounded, rows)]).to_pylist()
    lines = [
        f"({', '.join(literal(row[name], type_) for name, type_ in types.items())})" for row in held
    ]
    names = ", ".join(map(quoted, COLUMNS))
    return f"SELECT {names} FROM (VALUES {', '.join(lines)}) AS t({names})"  # noqa: S608 -- ours
