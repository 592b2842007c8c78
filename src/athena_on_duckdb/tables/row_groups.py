"""Which row groups a condition leaves, by the bounds of their columns, as Athena leaves them out.

https://docs.aws.amazon.com/athena/latest/ug/columnar-storage.html
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from athena_on_duckdb.tables.parquet_files import Bounds

_TURNED: Final[Mapping[type[exp.Expr], type[exp.Expr]]] = {
    exp.EQ: exp.EQ,
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
}


def plain(condition: exp.Expr) -> exp.Expr:
    """Returns a condition without parentheses, BETWEEN, and constants in front of columns."""
    condition = condition.unnest()
    if isinstance(condition, exp.Between):
        low = exp.GTE(this=condition.this, expression=condition.args["low"])
        return exp.And(
            this=low, expression=exp.LTE(this=condition.this, expression=condition.args["high"])
        )
    if isinstance(condition, exp.Binary) and type(condition) in _TURNED:
        left, right = condition.left.unnest(), condition.right.unnest()
        if not isinstance(left, exp.Column):
            return _TURNED[type(condition)](this=right, expression=left)
        return type(condition)(this=left, expression=right)
    return condition


def may_hold(condition: exp.Expr, bounds_of: Callable[[str], Bounds | None]) -> bool:
    """Tell whether a condition may hold for a row of a row group; it may where that is not known.

    Args:
        condition: The condition, over columns without qualifier.
        bounds_of: Gives the bounds of a column in the row group; None where they are not known.
    """
    condition = plain(condition)
    if isinstance(condition, exp.And):
        return may_hold(condition.left, bounds_of) and may_hold(condition.right, bounds_of)
    if isinstance(condition, exp.Or):
        return may_hold(condition.left, bounds_of) or may_hold(condition.right, bounds_of)
    if isinstance(condition, exp.In) and condition.expressions:
        alternatives = (
            exp.EQ(this=condition.this, expression=each) for each in condition.expressions
        )
        return any(may_hold(each, bounds_of) for each in alternatives)
    if isinstance(condition, exp.Is) and isinstance(condition.expression, exp.Null):
        bounds = _bounds(condition.this, bounds_of)
        return bounds is None or bounds.has_nulls
    if type(condition) in _TURNED:
        return _may_compare(cast("exp.Binary", condition), bounds_of)
    return True


def _may_compare(condition: exp.Binary, bounds_of: Callable[[str], Bounds | None]) -> bool:
    bounds, value = _bounds(condition.left, bounds_of), constant_of(condition.right)
    if bounds is None or value is None:
        return True
    if not bounds.has_values:
        return False
    least, greatest = bounds.least, bounds.greatest
    if isinstance(value, Decimal) and isinstance(least, float):
        value = float(value)
    if not _is_comparable(value, least) or not _is_comparable(value, greatest):
        return True
    low, high = cast("Any", least), cast("Any", greatest)
    holds: dict[type[exp.Expr], bool] = {
        exp.EQ: low <= value <= high,
        exp.LT: low < value,
        exp.LTE: low <= value,
        exp.GT: high > value,
        exp.GTE: high >= value,
    }
    return holds[type(condition)]


def _bounds(column: exp.Expr, bounds_of: Callable[[str], Bounds | None]) -> Bounds | None:
    return bounds_of(column.name) if isinstance(column, exp.Column) else None


def constant_of(node: exp.Expr) -> object:
    """Give the value of a literal; None where it is none."""
    if isinstance(node, exp.Neg):
        value = constant_of(node.this)
        return -value if isinstance(value, Decimal) else None
    if isinstance(node, exp.Literal):
        return node.name if node.is_string else Decimal(node.name)
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal) and node.this.is_string:
        kind = node.to.this
        try:
            if kind is exp.DataType.Type.DATE:
                return date.fromisoformat(node.this.name)
            if kind is exp.DataType.Type.TIMESTAMP:
                return datetime.fromisoformat(node.this.name)
        except ValueError:
            return None
    return None


def _is_comparable(value: object, bound: object) -> bool:
    if isinstance(value, Decimal):
        return isinstance(bound, int | Decimal) and not isinstance(bound, bool)
    if isinstance(value, datetime) and isinstance(bound, datetime):
        return value.tzinfo is None and bound.tzinfo is None
    return type(value) is type(bound)
