"""All SQL of this project translates: named queries, views, and what the docs show."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import pytest
from sqlglot import exp

from athena_on_duckdb.translation.parse import parse
from athena_on_duckdb.translation.translate import translate
from athena_on_duckdb.types import athena_type_of_glue
from firelake.catalog.queries import named_queries
from firelake.catalog.tables import events_errors_table, events_raw_table, events_table
from firelake.catalog.views import event_views, events_unique_view
from tests.helpers.contracts import LEARNING
from tests.unit.catalog.samples import lake, view_definition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firelake.catalog.queries import NamedQuery
    from firelake.catalog.table_input import TableInput

_DOCS: Final = Path(__file__).parents[4] / "docs"
_SQL_BLOCK: Final = re.compile(r"^ *```sql\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_FILE_COLUMNS: Final = {"$path": "varchar", "$file_size": "bigint"}
_LAKE: Final = lake()
# Fields that the docs take as examples, or of the flights' own contract.
_EXAMPLES: Final = {
    "event_lesson__rated": {"mood": "varchar"},
    "event_order__placed": {
        "event_uuid": "varchar",
        "address": "row(zip varchar, city varchar)",
        "items": "array(row(sku varchar, qty bigint, unitprice decimal(9,2), size row(w double)))",
        "labels": "map(varchar, varchar)",
        "prices": "map(varchar, row(net decimal(9,2)))",
    },
    "events": {
        "carrier": "varchar",
        "flight_date": "date",
        **dict.fromkeys(
            (
                "departure_delay_min",
                "arrival_delay_min",
                "air_time_min",
                "distance_miles",
            ),
            "bigint",
        ),
    },
}
_VIEWS: Final = (events_unique_view(LEARNING, _LAKE), *event_views(LEARNING, _LAKE))
_TABLES: Final = (
    events_table(LEARNING, _LAKE),
    events_raw_table(_LAKE),
    events_errors_table(_LAKE),
)


def _columns(table: TableInput) -> dict[str, str]:
    held = cast("Mapping[str, Any]", table)
    columns = [*held["StorageDescriptor"]["Columns"], *held.get("PartitionKeys", [])]
    return {each["Name"]: athena_type_of_glue(each["Type"]) for each in columns}


def _relations() -> dict[tuple[str, str], dict[str, str]]:
    held = {(_LAKE.database, table["Name"]): _columns(table) for table in (*_TABLES, *_VIEWS)}
    for table in _TABLES:
        held[_LAKE.database, table["Name"]] |= _FILE_COLUMNS
    for name, columns in _EXAMPLES.items():
        held.setdefault((_LAKE.database, name), {}).update(columns)
    return held


_RELATIONS: Final = _relations()


def _translate(sql: str) -> list[str]:
    query = parse(sql)
    named = {cte.alias for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        if not table.db and table.name not in named:
            table.set("db", exp.to_identifier(_LAKE.database))
    return [column.type for column in translate(query, _RELATIONS).columns]


def _in_docs() -> Iterator[tuple[str, str]]:
    for page in sorted(_DOCS.glob("*.md")):
        for block in _SQL_BLOCK.findall(page.read_text(encoding="utf-8")):
            sql = textwrap.dedent(block).strip()
            if sql.startswith(("SELECT", "WITH")):
                yield page.name, sql


@pytest.mark.parametrize("query", named_queries(_LAKE), ids=lambda query: query.name)
def test_a_named_query_translates(query: NamedQuery) -> None:
    assert _translate(query.sql)


@pytest.mark.parametrize("view", _VIEWS, ids=lambda view: view["Name"])
def test_a_view_translates_to_the_types_that_it_was_stored_with(view: TableInput) -> None:
    stored = view_definition(view)

    types = _translate(stored["originalSql"])

    assert types == [athena_type_of_glue(column["type"]) for column in stored["columns"]]


@pytest.mark.parametrize(("page", "sql"), list(_in_docs()))
def test_a_query_of_the_docs_translates(page: str, sql: str) -> None:
    assert _translate(sql), page
