"""Resolves the table names of a query: tables, views in their place, `information_schema`."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.metadata_tables import metadata_table
from athena_on_duckdb.iceberg.version import at_snapshot, at_time
from athena_on_duckdb.tables import information_schema
from athena_on_duckdb.tables.selects import parts
from athena_on_duckdb.translation.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from athena_on_duckdb.tables.glue import Catalog, GlueTable

CATALOGS: Final = frozenset({"", "awsdatacatalog"})
# Views may stand on views; one that stands on itself never ends.
MOST_VIEWS: Final = 16
RELATION_SCHEMA: Final = "temp"
# What may stand around a table's name; the translation judges it.
_KEPT: Final = ("joins", "sample", "pivots", "laterals")
_KNOWN: Final = frozenset({"this", "db", "catalog", "alias", "version", *_KEPT})
Moments: TypeAlias = "Callable[[exp.Expr], datetime]"
"""Computes an expression that is a moment."""
_VIEW: Final = re.compile(r"/\* Presto View: (\S+) \*/")


def resolve(
    query: exp.Query, *, database: str, catalog: Catalog, moment_of: Moments
) -> tuple[exp.Query, Mapping[str, GlueTable]]:
    """Resolve every table name of a query.

    Args:
        query: The query; it is not changed.
        database: Name of the database of tables that are named without one.
        catalog: Where tables are looked up.
        moment_of: Computes the moment of FOR TIMESTAMP AS OF.

    Returns:
        The query, in which views are subqueries and tables are named by schema and name of
        relations; and the tables by these names, each at one place.

    Raises:
        QueryError: There is no such table or database, or a view cannot be read.
    """
    copy = cast("exp.Query", exp.Paren(this=query.copy()).this)
    resolver = _Resolver(catalog, moment_of)
    resolver.resolve(copy, database.lower(), frozenset(), 0)
    for column in copy.find_all(exp.Column):
        if (column.db.lower(), column.table.lower()) in resolver.full_names:
            column.set("catalog", None)
            column.set("db", None)
    return copy, resolver.found


@dataclass(slots=True)
class _Resolver:
    catalog: Catalog
    moment_of: Moments
    found: dict[str, GlueTable] = field(default_factory=dict[str, "GlueTable"])
    _tables: dict[tuple[str, str], GlueTable] = field(
        default_factory=dict[tuple[str, str], "GlueTable"]
    )
    full_names: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def resolve(self, node: exp.Expr, database: str, known: frozenset[str], depth: int) -> None:
        """Resolve the names in a part of a query.

        Args:
            node: The part.
            database: The database of names without one.
            known: Names of WITH queries around it, which come before tables.
            depth: How many views are around it.
        """
        clause = node.args.get("with_")
        if clause is not None:
            is_recursive = bool(clause.args.get("recursive"))
            for cte in clause.expressions:
                name = cte.alias.lower()
                self.resolve(cte.this, database, known | {name} if is_recursive else known, depth)
                known |= {name}
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            if node.args.get("db") is None and node.name.lower() in known:
                return
            self._replace(node, database, depth)
            return
        for key, value in list(node.args.items()):
            if key == "with_":
                continue
            for part in cast("list[object]", value if isinstance(value, list) else [value]):
                if isinstance(part, exp.Expr):
                    self.resolve(part, database, known, depth)

    def _replace(self, node: exp.Table, database: str, depth: int) -> None:
        table = self._version(node, self._table(node, database))
        alias = node.args.get("alias") or exp.TableAlias()
        if alias.this is None:
            self.full_names.add((table.database, table.name))
            alias.set("this", exp.to_identifier(node.name.lower(), quoted=True))
        for join in parts(node, "joins"):
            self.resolve(join, database, frozenset(), depth)
        others = {key: node.args.get(key) for key in _KEPT}
        unknown = [key for key, value in node.args.items() if value and key not in _KNOWN]
        if unknown:
            detail = f"{node.sql('trino')}: tables are read as they are, without {unknown[0]}."
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        if table.view_text is not None:
            if depth == MOST_VIEWS:
                detail = f"View {table.full_name} stands on more than {MOST_VIEWS} views."
                raise QueryError(ErrorName.INVALID_VIEW, detail)
            inner, own = view_query(table)
            holder = exp.Subquery(this=inner, alias=alias, **_given(others))
            self.resolve(inner, own, frozenset(), depth + 1)
            node.replace(holder)
            return
        name = f"r{len(self.found)}"
        self.found[name] = table
        node.replace(
            exp.Table(
                this=exp.to_identifier(name, quoted=True),
                db=exp.to_identifier(RELATION_SCHEMA, quoted=True),
                alias=alias,
                **_given(others),
            )
        )

    def _version(self, node: exp.Table, table: GlueTable) -> GlueTable:
        """Returns a table as it was at the version or the time that a query names."""
        asked = node.args.get("version")
        if asked is None:
            return table
        is_versioned = table.iceberg is not None and "$" not in table.name
        if asked.args.get("kind") != "AS OF" or not is_versioned:
            detail = f"{node.sql('trino')}: only Iceberg tables have versions, read AS OF one."
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        value = asked.expression.unnest()
        if asked.name.upper() == "TIMESTAMP":
            return at_time(table, self.moment_of(value))
        if not isinstance(value, exp.Literal) or not value.is_int:
            detail = f"FOR VERSION AS OF needs the number of a snapshot: {value.sql('trino')}"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        return at_snapshot(table, int(value.name))

    def _table(self, node: exp.Table, database: str) -> GlueTable:
        if node.catalog.lower() not in CATALOGS:
            detail = f"Catalog '{node.catalog}' does not exist: there is awsdatacatalog only."
            raise QueryError(ErrorName.CATALOG_NOT_FOUND, detail)
        found = (node.db.lower() or database, node.name.lower())
        if found not in self._tables:
            self._tables[found] = find_table(self.catalog, *found)
        return self._tables[found]


def find_table(catalog: Catalog, database: str, name: str) -> GlueTable:
    """Give a table or view.

    Raises:
        QueryError: There is none, or no such database.
    """
    if database == information_schema.NAME:
        return information_schema.table(name)
    table = catalog.table(database, name)
    if table is not None:
        return table
    base, _, kind = name.rpartition("$")
    whole = catalog.table(database, base) if base else None
    if whole is not None and whole.iceberg is not None:
        return metadata_table(whole, kind)
    if not catalog.has_database(database):
        detail = f"Schema '{database}' does not exist"
        raise QueryError(ErrorName.SCHEMA_NOT_FOUND, detail)
    detail = f"Table 'awsdatacatalog.{database}.{name}' does not exist"
    raise QueryError(ErrorName.TABLE_NOT_FOUND, detail)


def view_query(view: GlueTable) -> tuple[exp.Query, str]:
    """Read the query of a view, and the name of the database that its names are in.

    Raises:
        QueryError: It is none that Athena made.
    """
    definition = view_definition(view)
    try:
        query = parse(str(definition["originalSql"]))
    except QueryError as error:
        detail = f"The SQL of view {view.full_name} cannot be read: {error.detail}"
        raise QueryError(ErrorName.INVALID_VIEW, detail) from error
    if not isinstance(query, exp.Query):
        detail = f"View {view.full_name} is no query."
        raise QueryError(ErrorName.INVALID_VIEW, detail)
    return query, str(definition.get("schema") or view.database).lower()


def view_definition(view: GlueTable) -> Mapping[str, Any]:
    """Read what Glue keeps of a view.

    Raises:
        QueryError: It is none that Athena made.
    """
    match = _VIEW.fullmatch((view.view_text or "").strip())
    try:
        definition = json.loads(base64.b64decode(match[1], validate=True)) if match else None
    except (binascii.Error, ValueError):
        definition = None
    if not isinstance(definition, dict) or "originalSql" not in definition:
        detail = f"View {view.full_name} is none of Athena's: make it anew with CREATE VIEW."
        raise QueryError(ErrorName.INVALID_VIEW, detail)
    return cast("dict[str, Any]", definition)


def _given(parts: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in parts.items() if value}
