"""A condition of a query in Iceberg's terms, by which it leaves out manifests and files.

What cannot be said so is left out: the query asks all of it again, of the rows.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp

from athena_on_duckdb.iceberg.library import module
from athena_on_duckdb.tables.row_groups import constant_of, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMPARISONS: Final[Mapping[type[exp.Expr], str]] = {
    exp.EQ: "EqualTo",
    exp.LT: "LessThan",
    exp.LTE: "LessThanOrEqual",
    exp.GT: "GreaterThan",
    exp.GTE: "GreaterThanOrEqual",
}
_INTEGER_BITS: Final = {"IntegerType": 31, "LongType": 63}


def row_filter(condition: exp.Expr | None, schema: Any) -> Any:  # noqa: ANN401 -- of pyiceberg
    """Returns pyiceberg's expression that holds wherever a condition does.

    Args:
        condition: The condition, over columns without qualifier; None for any row.
        schema: pyiceberg's schema of the table.
    """
    expressions = module("expressions")
    found = None if condition is None else _weakened(condition, schema, expressions)
    return expressions.AlwaysTrue() if found is None else found


def _weakened(condition: exp.Expr, schema: Any, expressions: Any) -> Any:  # noqa: ANN401, PLR0911 -- one way out a form
    condition = plain(condition)
    if isinstance(condition, exp.And):
        sides = [_weakened(each, schema, expressions) for each in (condition.left, condition.right)]
        known = [each for each in sides if each is not None]
        return expressions.And(*known) if len(known) > 1 else (known or [None])[0]
    if isinstance(condition, exp.Or):
        sides = [_weakened(each, schema, expressions) for each in (condition.left, condition.right)]
        return None if None in sides else expressions.Or(*sides)
    if isinstance(condition, exp.In) and condition.expressions:
        field = _field(condition.this, schema)
        values = [_value(each, field) for each in condition.expressions]
        if field is None or None in values:
            return None
        return expressions.In(field.name, set(values))
    if isinstance(condition, exp.Is) and isinstance(condition.expression, exp.Null):
        field = _field(condition.this, schema)
        return None if field is None else expressions.IsNull(field.name)
    if type(condition) in _COMPARISONS and isinstance(condition, exp.Binary):
        field = _field(condition.left, schema)
        value = _value(condition.right, field)
        if field is not None and value is not None:
            return getattr(expressions, _COMPARISONS[type(condition)])(field.name, value)
    return None


def _field(column: exp.Expr, schema: Any) -> Any:  # noqa: ANN401 -- of pyiceberg
    bare = column.unnest()
    if not isinstance(bare, exp.Column):
        return None
    found = [each for each in schema.fields if each.name.lower() == bare.name.lower()]
    return found[0] if found else None


def _value(node: exp.Expr, field: Any) -> object:  # noqa: ANN401, PLR0911 -- one way out a type
    """Returns a literal as a value of a column, where both are of one kind; else None."""
    value = constant_of(node.unnest())
    if field is None or value is None:
        return None
    kind = type(field.field_type).__name__
    if kind == "StringType":
        return value if isinstance(value, str) else None
    if kind in _INTEGER_BITS:
        if not isinstance(value, Decimal) or value != value.to_integral_value():
            return None
        return int(value) if abs(value) < 1 << _INTEGER_BITS[kind] else None
    if kind == "DoubleType":
        return float(value) if isinstance(value, Decimal) else None
    if kind == "DateType":
        is_date = isinstance(value, date) and not isinstance(value, datetime)
        return value if is_date else None
    if kind == "TimestampType" and isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime.combine(value, time())
        return moment if moment.tzinfo is None else None
    return None
