"""Chooses the partitions of a table that a query needs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final, TypeAlias

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.tables.conditions import conjuncts, weakened
from athena_on_duckdb.tables.formats import column_type
from athena_on_duckdb.tables.projection import is_projected, read_projection
from athena_on_duckdb.tables.text_values import text_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from athena_on_duckdb.tables.glue import Catalog, GlueColumn, GlueTable

HIVE_NULL: Final = "__HIVE_DEFAULT_PARTITION__"
# What Hive writes of a value in a folder's name as %XX.
_ESCAPED: Final = frozenset("\"#%'*/:=?\\{[]^\x7f") | {chr(code) for code in range(0x20)}

_TEXTS: Final = frozenset({"string", "varchar", "char"})

Values: TypeAlias = "tuple[str | None, ...]"
Holds: TypeAlias = "Callable[[exp.Expr, Sequence[GlueColumn], Sequence[Values]], Sequence[bool]]"
"""Tells, for rows of values of the keys, whether a condition on the keys may hold."""


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition, or the whole of a table that has none.

    Attributes:
        values: Its values as texts, in the order of the keys; None for null.
        location: URI of its files.
    """

    values: Values
    location: str


def choose_partitions(
    table: GlueTable,
    condition: exp.Expr | None,
    *,
    catalog: Catalog,
    now_ms: Callable[[], int],
    holds: Holds,
) -> list[Partition]:
    """Give the partitions for which a condition may hold.

    Args:
        table: The table.
        condition: What holds of the rows that are needed, over the table's columns.
        catalog: Where partitions are registered.
        now_ms: Gives the time that `NOW` is, Unix time in milliseconds.
        holds: Evaluates conditions.

    Raises:
        QueryError: The table's partitions cannot be told.
    """
    if not table.keys:
        return [Partition((), table.location)]
    parts = on_columns(condition, {key.name for key in table.keys})
    if is_projected(table):
        return _projected(table, parts, now_ms(), holds)
    return _registered(table, parts, catalog, holds)


def on_columns(condition: exp.Expr | None, names: Iterable[str]) -> list[exp.Expr]:
    """Give what a condition says about these columns alone."""
    known = frozenset(names)

    def kept(part: exp.Expr) -> exp.Expr | None:
        columns = {column.name for column in part.find_all(exp.Column)}
        return part if columns <= known else None

    found = (weakened(part, kept) for part in conjuncts(condition))
    return [part for part in found if part is not None]


def _projected(
    table: GlueTable, parts: Sequence[exp.Expr], now_ms: int, holds: Holds
) -> list[Partition]:
    projection = read_projection(table, now_ms)
    domains: list[Sequence[str]] = []
    for key in table.keys:
        values = projection.values[key.name]
        domain = _injected(key.name, parts) if values is None else values
        for part in parts:
            if _names(part) == {key.name} and domain:
                flags = holds(part, [key], [(value,) for value in domain])
                domain = [value for value, is_kept in zip(domain, flags, strict=True) if is_kept]
        domains.append(domain)
    rows: list[Values] = list(product(*domains))
    for row in rows if any(_bare(key.type) not in _TEXTS for key in table.keys) else ():
        _require_values(table, row)
    for part in parts:
        if len(_names(part)) != 1 and rows:
            rows = _kept(rows, holds(part, table.keys, rows))
    return [Partition(row, _location(table, projection.template, row)) for row in rows]


def _registered(
    table: GlueTable, parts: Sequence[exp.Expr], catalog: Catalog, holds: Holds
) -> list[Partition]:
    registered = {
        tuple(None if value == HIVE_NULL else value for value in partition.values): partition
        for partition in catalog.partitions(table)
    }
    rows: list[Values] = list(registered)
    for row in rows:
        _require_values(table, row)
    for part in parts:
        if rows:
            rows = _kept(rows, holds(part, table.keys, rows))
    own_types = {column.name: column.type for column in table.columns}
    for row in rows:
        for column in registered[row].columns:
            _require_type(table, registered[row].values, column, own_types)
    return [Partition(row, registered[row].location or _location(table, None, row)) for row in rows]


def _require_values(table: GlueTable, row: Values) -> None:
    for key, value in zip(table.keys, row, strict=True):
        kind = column_type(key.type)
        if value is not None and text_value(value, kind) is None:
            detail = f"Invalid partition value '{value}' for {kind} partition key: {key.name}"
            raise QueryError(ErrorName.HIVE_INVALID_PARTITION_VALUE, detail)


def _require_type(
    table: GlueTable, values: Sequence[str], column: GlueColumn, types: Mapping[str, str]
) -> None:
    # Parquet's own types decide for numbers that were widened since; those are looked at later.
    declared = types.get(column.name, column.type)
    is_text = {_bare(declared), _bare(column.type)} & _TEXTS
    if _bare(declared) != _bare(column.type) and is_text:
        detail = (
            "There is a mismatch between the table and partition schemas. The types are"
            f" incompatible and cannot be coerced. The column '{column.name}' in table"
            f" '{table.database}.{table.name}' is declared as type '{declared}', but partition"
            f" {list(values)} declared column '{column.name}' as type '{column.type}'."
        )
        raise QueryError(ErrorName.HIVE_PARTITION_SCHEMA_MISMATCH, detail)


def _bare(glue_type: str) -> str:
    return glue_type.partition("(")[0].partition("<")[0].strip().lower()


def _kept(rows: Sequence[Values], flags: Sequence[bool]) -> list[Values]:
    return [row for row, is_kept in zip(rows, flags, strict=True) if is_kept]


def _names(part: exp.Expr) -> set[str]:
    return {column.name for column in part.find_all(exp.Column)}


def _injected(key: str, parts: Iterable[exp.Expr]) -> list[str]:
    found = [values for part in parts if (values := _equals(part, key)) is not None]
    if not found:
        detail = (
            f"For the injected projected partition column {key}, the WHERE clause must contain"
            " only static equality conditions, and at least one such condition must be present."
        )
        raise QueryError(ErrorName.CONSTRAINT_VIOLATION, detail)
    return [value for value in found[0] if all(value in other for other in found[1:])]


def _equals(part: exp.Expr, key: str) -> list[str] | None:
    """Give the texts that a condition lets a column have; None where it does not list them."""
    part = part.unnest()
    if isinstance(part, exp.Or):
        sides = [_equals(side, key) for side in (part.left, part.right)]
        if any(side is None for side in sides):
            return None
        return list(dict.fromkeys(value for side in sides for value in side or ()))
    if isinstance(part, exp.EQ):
        column, value = part.this.unnest(), part.expression.unnest()
        if isinstance(column, exp.Literal):
            column, value = value, column
        values = [value]
    elif isinstance(part, exp.In):
        column, values = part.this.unnest(), part.expressions
    else:
        return None
    is_key = isinstance(column, exp.Column) and column.name == key
    if not is_key or not values or not all(isinstance(value, exp.Literal) for value in values):
        return None
    return [value.name for value in values]


def _location(table: GlueTable, template: str | None, row: Values) -> str:
    if template is None:
        folder = hive_folder([key.name for key in table.keys], row)
        return f"{table.location.rstrip('/')}/{folder}/"
    for key, value in zip(table.keys, row, strict=True):
        template = template.replace(f"${{{key.name}}}", value or "")
    return template


def hive_folder(keys: Iterable[str], values: Iterable[str | None]) -> str:
    """Write the folder of a partition as Hive does, `key=value/key=value`."""
    return "/".join(
        # Of a NULL, the marker is no value that would be escaped.
        f"{hive_escaped(key)}={HIVE_NULL if value is None else hive_escaped(value)}"
        for key, value in zip(keys, values, strict=True)
    )


def hive_escaped(text: str) -> str:
    """Write a text as Hive writes it in a folder's name."""
    return "".join(f"%{ord(each):02X}" if each in _ESCAPED else each for each in text)
