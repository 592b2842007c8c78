"""This project's SQL on rows of its own: saved queries, views and the statements of the docs.

A table is written out as VALUES, so that an engine without this lake answers them.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow.parquet as pq
from sqlglot import exp

from athena_on_duckdb.translation.parse import parse
from athena_on_duckdb.types import athena_type_of_glue
from firelake.catalog.queries import named_queries
from firelake.catalog.tables import events_errors_table, events_raw_table, events_table
from firelake.catalog.views import event_views, events_unique_view
from tests.helpers.contracts import LEARNING
from tests.unit.athena_on_duckdb.tables.shipped_lake import lake_location, shipped_lake
from tests.unit.catalog.samples import view_definition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

# Saved queries ask of the last days.
_DAY: Final = datetime.now(UTC).date().isoformat()
_EVENTS: Final = 400
# So many rows of each type of event are written out.
_ROWS_OF_TYPE: Final = 3
_VIEWS: Final = 12
_LAKE: Final = lake_location(_DAY)


def project_statements(random: Random) -> Iterator[str]:
    """Yields the saved queries and some views, each on rows that are written out in it."""
    tables = _tables()
    views = {
        view["Name"]: view_definition(view)["originalSql"]
        for view in (events_unique_view(LEARNING, _LAKE), *event_views(LEARNING, _LAKE))
    }
    saved = [query.sql for query in named_queries(_LAKE)]
    for sql in (*saved, *random.sample(list(views.values()), _VIEWS)):
        query = _with_views(parse(sql), views)
        names = {identifier.name.lower() for identifier in query.find_all(exp.Identifier)}
        named = {cte.alias for cte in query.find_all(exp.CTE)}
        for table in [*query.find_all(exp.Table)]:
            if table.name in tables and not (table.name in named and not table.db):
                columns, rows = tables[table.name]
                inline = _written(columns, rows, names)
                table.replace(_named(parse(inline), table))
        yield query.sql(dialect="athena")


def _with_views(query: exp.Expr, views: Mapping[str, str]) -> exp.Expr:
    for table in [*query.find_all(exp.Table)]:
        if table.name in views:
            inside = _with_views(parse(views[table.name]), views)
            table.replace(_named(inside, table))
    return query


def _named(query: exp.Expr, table: exp.Table) -> exp.Expr:
    return cast("Any", query).subquery(table.alias or table.name)


def _tables() -> dict[str, tuple[dict[str, str], list[dict[str, Any]]]]:
    lake = shipped_lake(_EVENTS, day=_DAY)
    rows: dict[str, list[dict[str, Any]]] = {"events": [], "events_raw": [], "events_errors": []}
    for key, body in lake.fake.contents.items():
        if key.startswith("events/"):
            keys = dict(part.split("=", 1) for part in key.split("/")[1:3])
            held = cast("Any", pq).read_table(io.BytesIO(body)).to_pylist()[:_ROWS_OF_TYPE]
            rows["events"] += [
                {**row, **keys, "$path": f"s3://lake/{key}", "$file_size": len(body)}
                for row in held
            ]
    made: dict[str, tuple[dict[str, str], list[dict[str, Any]]]] = {}
    for table in (
        events_table(LEARNING, _LAKE),
        events_raw_table(_LAKE),
        events_errors_table(_LAKE),
    ):
        described = cast("Mapping[str, Any]", table)
        columns = [*described["StorageDescriptor"]["Columns"], *described["PartitionKeys"]]
        types = {column["Name"]: athena_type_of_glue(column["Type"]) for column in columns}
        made[table["Name"]] = (
            {**types, "$path": "varchar", "$file_size": "bigint"},
            rows[table["Name"]],
        )
    return made


def _written(columns: dict[str, str], rows: list[dict[str, Any]], names: set[str]) -> str:
    """Writes a table's columns that are named, as a query of literals."""
    kept = {name: type_ for name, type_ in columns.items() if name.lower() in names}
    kept = kept or dict(list(columns.items())[:1])
    lines = [
        f"({', '.join(literal(row.get(name), type_) for name, type_ in kept.items())})"
        for row in rows or [{}]
    ]
    quoted = ", ".join(f'"{name}"' for name in kept)
    none = "" if rows else " WHERE false"
    return f"SELECT {quoted} FROM (VALUES {', '.join(lines)}) AS t({quoted}){none}"  # noqa: S608 -- rows of our own


def literal(value: object, type_: str) -> str:
    """Writes a value as one of a type of Athena's; of a map, its entries are pairs."""
    if type_.startswith("map(") and value is not None:
        entries = list(cast("list[tuple[object, object]]", value))
        keys, values = ([_bare(entry[place]) for entry in entries] for place in (0, 1))
        return f"CAST(MAP(ARRAY[{', '.join(keys)}], ARRAY[{', '.join(values)}]) AS {type_})"
    return f"CAST({_bare(value)} AS {type_})"


def _bare(value: object) -> str:  # noqa: C901, PLR0911 -- one way out a type
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return f"ARRAY[{', '.join(map(_bare, cast('list[object]', value)))}]"
    if isinstance(value, dict):
        return f"ROW({', '.join(map(_bare, cast('dict[str, object]', value).values()))})"
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value.replace(tzinfo=None).isoformat(' ', 'milliseconds')}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, Decimal):
        return f"DECIMAL '{value:f}'"
    text = str(value)
    if isinstance(value, float):
        text = repr(value).replace("nan", "NaN").replace("inf", "Infinity")
    return "'" + text.replace("'", "''") + "'"
