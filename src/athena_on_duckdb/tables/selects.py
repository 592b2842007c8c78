"""The parts of a SELECT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from athena_on_duckdb.tables.scopes import Output

CLAUSES: Final = ("where", "group", "having", "order", "qualify")


def parts_of(clause: exp.Expr) -> Iterator[exp.Expr]:
    """Give what an ORDER BY or a GROUP BY goes by."""
    for part in clause.expressions:
        yield part.this if isinstance(part, exp.Ordered) else part


def by_position(part: exp.Expr, outputs: Sequence[Output]) -> exp.Expr | None:
    """Give the output that a number in an ORDER BY or a GROUP BY stands for."""
    if isinstance(part, exp.Literal) and part.is_int and 0 < int(part.this) <= len(outputs):
        return outputs[int(part.this) - 1].expression
    return None


def roots_of(select: exp.Select, *, outputs: bool = True) -> list[exp.Expr]:
    """Give the parts of a SELECT that hold expressions."""
    joins = parts(select, "joins")
    start = select.args.get("from_")
    sources = [*([] if start is None else [start.this]), *(join.this for join in joins)]
    roots = [select.args.get(key) for key in CLAUSES]
    roots += [join.args.get("on") for join in joins]
    roots += [each for each in sources if isinstance(each, exp.Unnest | exp.Values)]
    roots += parts(select, "windows")
    return [
        *(select.expressions if outputs else ()),
        *(root for root in roots if root is not None),
    ]


def own_nodes(root: exp.Expr) -> Iterator[exp.Expr]:
    """Give every part of an expression, without the queries inside it."""
    for node in root.walk(prune=lambda each: isinstance(each, exp.Query)):
        if not isinstance(node, exp.Query):
            yield node


def parts(node: exp.Expr, key: str) -> list[exp.Expr]:
    """Give the members of a list in a node; none where it is not there."""
    return cast("list[exp.Expr]", node.args.get(key) or [])


def has_any(node: exp.Expr, keys: Iterable[str]) -> bool:
    """Tell whether a node has one of these parts."""
    return any(node.args.get(key) for key in keys)
