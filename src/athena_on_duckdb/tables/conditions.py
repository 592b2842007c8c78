"""Conditions as trees: taken apart at AND, and weakened to what can be said at another place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from athena_on_duckdb.translation.calls import AGGREGATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_UNSTEADY: Final = (exp.Rand, exp.Randn, exp.Uuid, exp.Randstr)
_UNSTEADY_NAMES: Final = frozenset({"rand", "random", "shuffle", "uuid", "random_string"})
_BOUND: Final = (exp.Query, exp.Window, exp.Lambda, exp.Unnest)


def conjuncts(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    """Give the members of a chain of ANDs."""
    if condition is None:
        return
    bare = condition.unnest() if isinstance(condition, exp.Paren) else condition
    if isinstance(bare, exp.And):
        yield from conjuncts(bare.left)
        yield from conjuncts(bare.right)
    else:
        yield bare


def conjunction(conditions: Iterable[exp.Expr]) -> exp.Expr | None:
    """Join conditions by AND; None where there are none, which is true."""
    found = [condition.copy() for condition in conditions]
    return exp.and_(*found, copy=False) if found else None


def disjunction(alternatives: Iterable[exp.Expr | None]) -> exp.Expr | None:
    """Join conditions by OR; None where one of them is None, which is true."""
    found = list(alternatives)
    if not found or any(each is None for each in found):
        return None
    return exp.or_(*(each.copy() for each in found if each is not None), copy=False)


def weakened(
    condition: exp.Expr, rewrite: Callable[[exp.Expr], exp.Expr | None]
) -> exp.Expr | None:
    """Say a condition in other terms, leaving out what cannot be said in them.

    Args:
        condition: The condition.
        rewrite: Says one of its parts that are neither AND nor OR in the other terms; None where
            it cannot be said.

    Returns:
        A condition that holds wherever the first one does; None for one that always holds.
    """
    if isinstance(condition, exp.Paren):
        return weakened(condition.this, rewrite)
    if isinstance(condition, exp.And):
        sides = [weakened(side, rewrite) for side in (condition.left, condition.right)]
        return conjunction(side for side in sides if side is not None)
    if isinstance(condition, exp.Or):
        return disjunction(weakened(side, rewrite) for side in (condition.left, condition.right))
    return rewrite(condition)


def is_steady(expression: exp.Expr) -> bool:
    """Tell whether an expression depends on the columns that it names and on nothing else."""
    for node in expression.walk():
        if isinstance(node, (*_BOUND, *_UNSTEADY)) or is_aggregate(node):
            return False
        if isinstance(node, exp.Anonymous) and node.name.lower() in _UNSTEADY_NAMES:
            return False
    return True


def is_aggregate(node: exp.Expr) -> bool:
    """Tell whether a node is a call of an aggregate, whatever is around it."""
    # The parser keeps calls by name.
    is_named = isinstance(node, exp.Anonymous) and node.name.lower() in AGGREGATES
    return is_named or isinstance(node, exp.AggFunc)


def replaced(
    expression: exp.Expr,
    replacement: Callable[[exp.Column], exp.Expr | None],
) -> exp.Expr | None:
    """Put something in the place of every column; None where one has no replacement."""
    copy = exp.Paren(this=expression.copy())
    for column in list(copy.find_all(exp.Column)):
        put = replacement(column)
        if put is None:
            return None
        column.replace(put)
    return copy.this


def is_made_of(expression: exp.Expr, keys: Iterable[exp.Expr]) -> bool:
    """Tell whether every column of an expression stands in a part that equals one of the keys."""
    known = list(keys)
    if any(expression == key for key in known):
        return True
    if isinstance(expression, exp.Column):
        return False
    return all(is_made_of(part, known) for part in expression.iter_expressions())
