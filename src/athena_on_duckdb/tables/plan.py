"""What is to be fetched for a query: its tables, and what it needs of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from athena_on_duckdb.iceberg.relation import ICEBERG_HIDDEN
from athena_on_duckdb.tables.demand import Demand, TableColumns, demands
from athena_on_duckdb.tables.formats import column_type
from athena_on_duckdb.tables.references import RELATION_SCHEMA, Moments, no_moment, resolve
from athena_on_duckdb.tables.relations import HIDDEN
from athena_on_duckdb.tables.scanned import any_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from athena_on_duckdb.tables.glue import Catalog, GlueTable


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


def plan_query(
    query: exp.Query, *, database: str, catalog: Catalog, moment_of: Moments = no_moment
) -> Plan:
    """Tell what a query needs.

    Args:
        query: The query; it is not changed.
        database: Name of the database of tables that are named without one.
        catalog: Where tables are looked up.
        moment_of: Computes the moment of FOR TIMESTAMP AS OF.

    Raises:
        QueryError: There is no such table or database, or it cannot be read here.
    """
    resolved = resolve(query, database=database, catalog=catalog, moment_of=moment_of)
    named = {column.name.lower() for column in resolved.query.find_all(exp.Column)}
    hidden = {each.name: _hidden(each.table, named) for each in resolved.references}
    tables = {each.name: _columns(each.table, hidden[each.name]) for each in resolved.references}
    found = demands(resolved.query, tables)
    row_limit = any_rows(resolved.query)
    relations: dict[tuple[str, str], Mapping[str, str]] = {}
    needs: list[Need] = []
    for each in resolved.references:
        demand = found.get(each.name) or Demand(frozenset(tables[each.name].visible), None)
        needs.append(
            Need(
                each.name,
                each.table,
                demand.columns,
                tuple(hidden[each.name]),
                demand.condition,
                row_limit,
            )
        )
        columns = {
            column.name: str(column_type(column.type))
            for column in (*each.table.columns, *each.table.keys)
        }
        relations[RELATION_SCHEMA, each.name] = {**columns, **hidden[each.name]}
    return Plan(resolved.query, relations, needs)


def _hidden(table: GlueTable, named: AbstractSet[str]) -> Mapping[str, str]:
    """Returns the hidden columns of a table that a query names, with their types."""
    known = HIDDEN if table.iceberg is None else ICEBERG_HIDDEN
    return {name: kind for name, kind in known.items() if name in named}


def _columns(table: GlueTable, hidden: Iterable[str]) -> TableColumns:
    visible = tuple(column.name for column in (*table.columns, *table.keys))
    return TableColumns(visible, tuple(hidden))
