"""What a condition on a query's columns says about the rows below its groups and windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from athena_on_duckdb.tables.conditions import is_aggregate, is_made_of, is_steady, replaced
from athena_on_duckdb.tables.scopes import slot, slots
from athena_on_duckdb.tables.selects import by_position, has_any, own_nodes, parts, roots_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athena_on_duckdb.tables.scopes import Output, Scope, Source


@dataclass(frozen=True, slots=True)
class Limits:
    """What a condition must be made of to hold below the groups and windows of a SELECT."""

    keys: tuple[tuple[exp.Expr, ...], ...]


def limits_of(select: exp.Select, scope: Scope, outputs: Sequence[Output]) -> Limits:
    """Read the groups and windows of a SELECT."""
    keys: list[tuple[exp.Expr, ...]] = []
    group = select.args.get("group")
    nodes = [node for root in roots_of(select) for node in own_nodes(root)]
    windows = [node for node in nodes if isinstance(node, exp.Window)]
    windowed = {id(part) for window in windows for part in (window.this, window.this.this)}
    aggregates = [node for node in nodes if is_aggregate(node) and id(node) not in windowed]
    if group is not None:
        keys.append(_group_keys(group, scope, outputs))
    elif aggregates or select.args.get("having") is not None:
        keys.append(())
    keys += [
        tuple(_resolved(key, scope) for key in parts(window, "partition_by")) for window in windows
    ]
    return Limits(tuple(keys))


def _group_keys(group: exp.Group, scope: Scope, outputs: Sequence[Output]) -> tuple[exp.Expr, ...]:
    keys: list[exp.Expr] = []
    for key in group.expressions:
        if isinstance(key, exp.GroupingSets | exp.Rollup | exp.Cube):
            return ()
        known = by_position(key, outputs) or key
        keys.append(_resolved(known.unnest(), scope))
    return (
        () if has_any(group, ("grouping_sets", "rollup", "cube", "all", "totals")) else tuple(keys)
    )


def below(
    condition: exp.Expr, scope: Scope, outputs: Sequence[Output], limits: Limits
) -> exp.Expr | None:
    """Say a condition over what a SELECT gives in terms of its sources."""
    copy = exp.Paren(this=condition.copy())
    for node, position in slots(copy):
        made_of = outputs[position].expression
        if made_of is None:
            return None
        bare = made_of.copy()
        node.replace(bare if isinstance(bare, exp.Column) else exp.Paren(this=bare))
    found = _resolved(copy.this, scope)
    if not is_steady(found) or not all(is_made_of(found, keys) for keys in limits.keys):
        return None
    return found


def _resolved(expression: exp.Expr, scope: Scope) -> exp.Expr:
    """Write every column that is known with its source, so that equal ones are equal."""

    def named(column: exp.Column) -> exp.Expr:
        owner = scope.owner(column)
        if owner is None:
            return column.copy()
        source, position = owner
        return exp.column(source.columns[position], table=source.alias or None, quoted=True)

    return replaced(expression, named) or expression


def of_source(condition: exp.Expr, scope: Scope, source: Source) -> exp.Expr | None:
    """Say a condition of a SELECT over what one of its sources gives; None where it cannot be."""

    def placed(column: exp.Column) -> exp.Expr | None:
        owner = scope.owner(column)
        if owner is None or owner[0] is not source:
            return None
        return slot(owner[1])

    return replaced(condition, placed) if is_steady(condition) else None
