"""What is to be fetched for a query: its tables, and what it needs of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from athena_on_duckdb.tables.demand import Demand, TableColumns, demands
from athena_on_duckdb.tables.formats import column_type
from athena_on_duckdb.tables.references import RELATION_SCHEMA, resolve
from athena_on_duckdb.tables.relations import HIDDEN, ICEBERG_HIDDEN
from athena_on_duckdb.tables.scanned import any_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from athena_on_duckdb.tables.glue import Catalog, GlueTable
    from athena_on_duckdb.tables.references import Moments


@dataclass(frozen=True, slots=True)
class Need:
    """What a query needs of a table at one place.

    Attributes:
        name: Name of the relation that the query sees.
        table: The table.
        columns: Names of the columns whose values decide the answer, partition keys among them.
        hidden: Names of the hidden columns that the relation must have.
        condition: What holds for every row that is needed; None where any row may be.
        row_limit: How many rows are enough, where any rows are; None where all are needed.
    """

    name: str
    table: GlueTable
    columns: frozenset[str]
    hidden: tuple[str, ...]
    condition: exp.Expr | None
    row_limit: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A query and what it needs.

    Attributes:
        query: The query over relations.
        relations: The columns of each relation, in order, with Athena's types.
        needs: What is to be made of each relation.
    """

    query: exp.Query
    relations: Mapping[tuple[str, str], Mapping[str, str]]
    needs: Sequence[Need]


def plan_query(query: exp.Query, *, database: str, catalog: Catalog, moment_of: Moments) -> Plan:
    """Tell what a query needs.

    Args:
        query: The query; it is not changed.
        database: Name of the database of tables that are named without one.
        catalog: Where tables are looked up.
        moment_of: Computes the moment of FOR TIMESTAMP AS OF.

    Raises:
        QueryError: There is no such table or database, or it cannot be read here.
    """
    resolved, found = resolve(query, database=database, catalog=catalog, moment_of=moment_of)
    named = {column.name.lower() for column in resolved.find_all(exp.Column)}
    hidden = {name: _hidden(table, named) for name, table in found.items()}
    tables = {name: _columns(table, hidden[name]) for name, table in found.items()}
    needed = demands(resolved, tables)
    row_limit = any_rows(resolved)
    relations: dict[tuple[str, str], Mapping[str, str]] = {}
    needs: list[Need] = []
    for name, table in found.items():
        need = needed.get(name) or Demand(frozenset(tables[name].visible), None)
        own = tuple(hidden[name])
        needs.append(Need(name, table, need.columns, own, need.condition, row_limit))
        columns = {
            column.name: str(column_type(column.type)) for column in (*table.columns, *table.keys)
        }
        relations[RELATION_SCHEMA, name] = {**columns, **hidden[name]}
    return Plan(resolved, relations, needs)


def _hidden(table: GlueTable, named: AbstractSet[str]) -> Mapping[str, str]:
    """Returns the hidden columns of a table that a query names, with their types."""
    known = HIDDEN if table.iceberg is None else ICEBERG_HIDDEN
    return {name: kind for name, kind in known.items() if name in named}


def _columns(table: GlueTable, hidden: Iterable[str]) -> TableColumns:
    visible = tuple(column.name for column in (*table.columns, *table.keys))
    return TableColumns(visible, tuple(hidden))
