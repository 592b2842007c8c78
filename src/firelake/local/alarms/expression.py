"""Metric math as far as + - * / over numbers and metrics, and FILL of a metric by a number.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.formats.emulation import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

_OPERATORS: Final[Mapping[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: float.__add__,
    ast.Sub: float.__sub__,
    ast.Mult: float.__mul__,
    ast.Div: float.__truediv__,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression over the metrics of one alarm.

    Attributes:
        text: As it was written.
        names: The ids that it names.
        fillings: What stands for a data point that a metric lacks, by the id of the metric.
    """

    text: str
    names: frozenset[str]
    fillings: Mapping[str, float]
    _tree: ast.expr

    def value(self, values: Mapping[str, float], seen: Container[str] = ()) -> float | None:
        """Compute it for one period.

        Args:
            values: The data points of the period by the ids of their metrics.
            seen: The ids of metrics that have a data point in some period that is looked at. No
                page of AWS's tells what FILL makes of the others; here it is nothing.

        Returns:
            None where a metric has no data point, or a division is by zero: CloudWatch then has no
            data point of the expression either.
        """
        filled = {id_: value for id_, value in self.fillings.items() if id_ in seen}
        values = {**filled, **values}
        if not self.names <= values.keys():
            return None
        try:
            return _compute(self._tree, values)
        except ZeroDivisionError:
            return None


def parse_expression(text: str) -> Expression:
    """Read an expression, whose grammar is that of Python's arithmetic.

    Raises:
        InputError: It is more than arithmetic.
    """
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        message = f"metric math {text!r} cannot be read: {error.msg}"
        raise InputError(message) from error
    names: set[str] = set()
    fillings: dict[str, float] = {}
    tree = _Fills(fillings).visit(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name):
                names.add(name)
            case ast.BinOp(op=op) if type(op) in _OPERATORS:
                pass
            case ast.Constant(value=int() | float()) | ast.operator() | ast.Load():
                pass
            case _:
                message = (
                    f"metric math {text!r} is more than + - * / and FILL over numbers and metrics"
                )
                raise InputError(message)
    return Expression(text, frozenset(names), fillings, tree)


class _Fills(ast.NodeTransformer):
    """Takes FILL(metric, number) out of an expression, and notes what fills the metric."""

    def __init__(self, fillings: dict[str, float]) -> None:
        self._fillings = fillings

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Replaces a call by its metric; another call stays, and is refused."""
        match node:
            case ast.Call(
                func=ast.Name(id="FILL"),
                args=[ast.Name(id=id_) as metric, ast.Constant(value=int() | float() as number)],
                keywords=[],
            ):
                self._fillings[id_] = float(number)
                return metric
            case _:
                return node


def _compute(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_compute(left, values), _compute(right, values))
        case ast.Name(id=name):
            return float(values[name])
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case _:  # what parse_expression lets through ends above
            raise AssertionError(ast.dump(node))
