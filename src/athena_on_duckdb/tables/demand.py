"""What a query needs of each table: its columns, and conditions that its rows must meet.

Read off the query alone, before anything is fetched. Conditions go down through views, WITH
queries, subqueries, set operations, groups and windows, as far as that cannot change the answer;
the query keeps them too, so a condition that is not found costs bytes and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from sqlglot import exp

from athena_on_duckdb.tables.conditions import conjunction, conjuncts, disjunction, weakened
from athena_on_duckdb.tables.pushdown import below, limits_of, of_source
from athena_on_duckdb.tables.scopes import (
    Output,
    Scope,
    Source,
    UnsureError,
    Use,
    outputs_of,
    slots,
)
from athena_on_duckdb.tables.selects import CLAUSES, by_position, has_any, parts, parts_of, roots_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_NOT_UNDERSTOOD: Final = ("sample", "pivots", "joins", "laterals", "match", "version", "when")


@dataclass(frozen=True, slots=True)
class TableColumns:
    """The columns of a base table, in lower case; hidden ones are not in `*`."""

    visible: tuple[str, ...]
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """What a query needs of a table.

    Attributes:
        columns: Names of the columns.
        condition: What holds for every row that matters, over columns without qualifier; None
            where every row may matter.
    """

    columns: frozenset[str]
    condition: exp.Expr | None


@dataclass(frozen=True, slots=True)
class _With:
    query: exp.Query
    columns: tuple[str, ...]
    names: _Names
    uses: list[Use] = field(default_factory=list[Use])


_Names: TypeAlias = "Mapping[str, _With]"


def demands(query: exp.Query, tables: Mapping[str, TableColumns]) -> Mapping[str, Demand]:
    """Tell what a query needs of each of its tables.

    Args:
        query: A query whose base tables have names of their own, each at one place.
        tables: The base tables by these names.

    Returns:
        The needs by name. All may be needed of a table that is missing.
    """
    analysis = _Analysis(tables)
    try:
        analysis.visit(query, Use(), {}, None, needs_all=True)
    except UnsureError:
        return {}
    return analysis.found


class _Analysis:
    def __init__(self, tables: Mapping[str, TableColumns]) -> None:
        self.found: dict[str, Demand] = {}
        self._tables = tables

    def visit(
        self,
        query: exp.Expr,
        use: Use,
        names: _Names,
        outer: Scope | None,
        *,
        needs_all: bool,
    ) -> None:
        """Note what a query needs, where this use is made of it."""
        inner, own = self._names(query, names)
        limited = Use(use.positions, [] if has_any(query, ("limit", "offset")) else use.filters)
        if isinstance(query, exp.Select):
            self._visit_select(query, limited, inner, outer, needs_all=needs_all)
        elif isinstance(query, exp.SetOperation):
            # All columns together tell which rows are the same.
            is_all = isinstance(query, exp.Union) and query.args.get("distinct") is False
            needs_all = needs_all or not is_all or query.args.get("order") is not None
            if query.args.get("by_name"):
                raise UnsureError
            for side in (query.this, query.expression):
                self.visit(side, limited, inner, outer, needs_all=needs_all)
        elif isinstance(query, exp.Subquery) and not has_any(query, _NOT_UNDERSTOOD):
            self.visit(query.this, limited, inner, outer, needs_all=needs_all)
        elif isinstance(query, exp.Values):
            self._visit_inside([query.copy()], inner, outer)
        else:
            raise UnsureError
        for each in reversed(own):
            if each.uses:
                either = disjunction(conjunction(one.filters) for one in each.uses)
                positions = {position for one in each.uses for position in one.positions}
                merged = Use(positions, [] if either is None else [either])
                self.visit(each.query, merged, each.names, outer, needs_all=False)

    def _visit_select(
        self, select: exp.Select, use: Use, names: _Names, outer: Scope | None, *, needs_all: bool
    ) -> None:
        if has_any(select.args.get("distinct") or select, ("on",)):
            raise UnsureError
        scope = self._scope(select, names, outer)
        outputs = outputs_of(select, scope)
        self._restrict(select, use, scope, outputs)
        if needs_all or select.args.get("distinct") is not None:
            positions: Iterable[int] = range(len(outputs))
        else:
            positions = use.positions
        _note_needs(select, scope, outputs, positions)
        self._visit_inside(roots_of(select), names, scope)
        for source in scope.sources:
            if isinstance(source.target, str):
                self._note(source.target, source.use)
            elif isinstance(source.target, _With):
                source.target.uses.append(source.use)
            elif isinstance(source.target, exp.Subquery):
                self.visit(source.target, source.use, names, scope, needs_all=False)

    def _visit_inside(self, roots: Iterable[exp.Expr], names: _Names, scope: Scope | None) -> None:
        for root in roots:
            for node in root.walk(prune=lambda each: isinstance(each, exp.Query)):
                if isinstance(node, exp.Query) and node is not root:
                    self.visit(node, Use(), names, scope, needs_all=True)

    def _note(self, name: str, use: Use) -> None:
        table = self._tables[name]
        columns = (*table.visible, *table.hidden)
        condition = conjunction(use.filters)
        if condition is not None:
            condition = exp.Paren(this=condition)
            for node, position in slots(condition):
                node.replace(exp.column(columns[position], quoted=True))
            condition = condition.this
        needed = frozenset(columns[position] for position in use.positions)
        if name in self.found:
            condition = disjunction([self.found[name].condition, condition])
            needed |= self.found[name].columns
        self.found[name] = Demand(needed, condition)

    # --- conditions ---

    def _restrict(
        self, select: exp.Select, use: Use, scope: Scope, outputs: Sequence[Output]
    ) -> None:
        """Hand the conditions of a SELECT, and of the use made of it, to its sources."""
        joins = cast("list[exp.Join]", parts(select, "joins"))
        nullable: set[int] = set()
        for new, join in enumerate(joins, start=1):
            before = set(range(new))
            side = join.side.upper()
            allowed = {"": before - nullable | {new}, "LEFT": {new}, "RIGHT": before - nullable}
            _hand_down(conjuncts(join.args.get("on")), scope, allowed.get(side, set()))
            # Of rows that a join may fill up with nulls, none may be missing for a condition
            # that is asked after it.
            nullable |= {"": set[int](), "LEFT": {new}, "RIGHT": before}.get(side, before | {new})
        where = select.args.get("where")
        conditions = [] if where is None else list(conjuncts(where.this))
        limits = limits_of(select, scope, outputs)
        for condition in use.filters:
            pushed = weakened(condition, lambda part: below(part, scope, outputs, limits))
            if pushed is not None:
                conditions.append(pushed)
        _hand_down(conditions, scope, set(range(len(scope.sources))) - nullable)

    # --- names ---

    def _names(self, query: exp.Expr, names: _Names) -> tuple[_Names, list[_With]]:
        clause = query.args.get("with_")
        if clause is None:
            return names, []
        if clause.args.get("recursive"):
            raise UnsureError
        inner, own = dict(names), list[_With]()
        for cte in clause.expressions:
            renamed = tuple(each.name.lower() for each in cte.args["alias"].columns)
            columns = renamed or self._columns(cte.this, inner)
            inner_now: _Names = dict(inner)
            own.append(_With(cte.this, columns, inner_now))
            inner[cte.alias.lower()] = own[-1]
        return inner, own

    def _columns(self, query: exp.Expr, names: _Names) -> tuple[str, ...]:
        inner, _ = self._names(query, names)
        if isinstance(query, exp.Select):
            scope = self._scope(query, inner, None)
            return tuple(output.name for output in outputs_of(query, scope))
        if isinstance(query, exp.SetOperation | exp.Subquery):
            return self._columns(query.this, inner)
        if isinstance(query, exp.Values):
            row = query.expressions[0]
            count = len(row.expressions) if isinstance(row, exp.Tuple) else 1
            return tuple(f"_col{position}" for position in range(count))
        raise UnsureError

    def _scope(self, select: exp.Select, names: _Names, outer: Scope | None) -> Scope:
        if has_any(select, ("laterals", "sample", "pivots", "match", "connect")):
            raise UnsureError
        start = select.args.get("from_")
        joins = cast("list[exp.Join]", parts(select, "joins"))
        for join in joins:
            if join.method or join.kind.upper() not in {"", "INNER", "CROSS", "OUTER"}:
                raise UnsureError
        nodes = [] if start is None else [start.this, *(join.this for join in joins)]
        merged = {name.name.lower() for join in joins for name in parts(join, "using")}
        sources = [self._source(node, names) for node in nodes]
        return Scope(sources, frozenset(merged), outer)

    def _source(self, node: exp.Expr, names: _Names) -> Source:
        if has_any(node, _NOT_UNDERSTOOD):
            raise UnsureError
        alias = node.alias_or_name.lower()
        clause = node.args.get("alias")
        renamed = tuple(each.name.lower() for each in clause.columns) if clause else ()
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            name = node.name.lower()
            if node.db and name in self._tables:
                table = self._tables[name]
                columns = (*(renamed or table.visible), *table.hidden)
                return Source(alias, columns, len(table.hidden), name)
            if not node.db and name in names:
                return Source(alias, renamed or names[name].columns, 0, names[name])
        elif isinstance(node, exp.Subquery):
            return Source(alias, renamed or self._columns(node.this, names), 0, node)
        elif isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
            return Source(alias, renamed or self._columns(node.this, names), 0, node.this)
        elif isinstance(node, exp.Unnest):
            ordinality = node.args.get("offset")
            last = (ordinality.name.lower(),) if isinstance(ordinality, exp.Identifier) else ()
            return Source(alias, (*renamed, *last))
        elif isinstance(node, exp.Values):
            return Source(alias, renamed or self._columns(node, names))
        raise UnsureError


def _hand_down(conditions: Iterable[exp.Expr], scope: Scope, allowed: set[int]) -> None:
    for condition in conditions:
        for index in sorted(allowed):
            source = scope.sources[index]
            part = weakened(condition, lambda each: of_source(each, scope, source))  # noqa: B023 -- called at once
            if part is not None:
                source.use.filters.append(part)


def _note_needs(
    select: exp.Select, scope: Scope, outputs: Sequence[Output], positions: Iterable[int]
) -> None:
    needed = [outputs[position].expression for position in positions]
    for key in CLAUSES[1:]:
        clause = select.args.get(key)
        if key != "having" and clause is not None:
            # An order or a group may name an output by its position or, the former, by its name.
            named = {column.name.lower() for column in clause.find_all(exp.Column)}
            needed += [by_position(part, outputs) for part in parts_of(clause)]
            needed += [output.expression for output in outputs if output.name in named]
    for root in (*(each for each in needed if each is not None), *roots_of(select, outputs=False)):
        scope.need(root)
    for name in scope.merged:
        scope.need(exp.column(name, quoted=True))
