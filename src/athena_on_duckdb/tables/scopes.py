"""What the names in one SELECT stand for: its sources, their columns, and what it gives out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class UnsureError(Exception):
    """Raised inside the analysis where it meets what it does not understand."""


@dataclass(frozen=True, slots=True)
class Output:
    """A column that a query gives.

    Attributes:
        name: Its name in lower case; empty where it has none.
        expression: What it is made of, in terms of the query's sources; None for no one thing.
    """

    name: str
    expression: exp.Expr | None


@dataclass(slots=True)
class Use:
    """What one place needs of a source.

    Attributes:
        positions: The needed columns, by position.
        filters: Conditions that the rows of interest meet, their columns as `slot` makes them.
    """

    positions: set[int] = field(default_factory=set[int])
    filters: list[exp.Expr] = field(default_factory=list[exp.Expr])


@dataclass(frozen=True, slots=True)
class Source:
    """Something that a SELECT reads from.

    Attributes:
        alias: The name that it has there, in lower case.
        columns: Its columns' names in lower case, in order.
        hidden: How many of them, at the end, are not in `*`.
        target: The name of a base table's relation, the query that it is, or the WITH query that
            it names; None for what holds no table.
        use: What the SELECT needs of it.
    """

    alias: str
    columns: tuple[str, ...]
    hidden: int = 0
    target: object = None
    use: Use = field(default_factory=Use)

    @property
    def visible(self) -> tuple[str, ...]:
        """The columns that `*` gives."""
        return self.columns[: len(self.columns) - self.hidden]


@dataclass(frozen=True, slots=True)
class Scope:
    """The sources of one SELECT.

    Attributes:
        sources: In order.
        merged: Names of columns that USING made one of several.
        outer: The scope around it, for a subquery that may refer to it.
    """

    sources: Sequence[Source]
    merged: frozenset[str] = frozenset()
    outer: Scope | None = None

    def owners(self, column: exp.Column) -> list[tuple[Source, int]]:
        """Give what a column may be in this very scope: sources, and positions in them."""
        name, qualifier = column.name.lower(), column.table.lower()
        found = [
            (source, position)
            for source in self.sources
            for position, each in enumerate(source.columns)
            if each == name and qualifier in {"", source.alias}
        ]
        if found or not qualifier:
            return found
        # A field of a row: the first part that is a column is what is read.
        parts = [part.name.lower() for part in column.parts]
        return [
            (source, position)
            for source in self.sources
            for position, each in enumerate(source.columns)
            if each in parts
        ]

    def owner(self, column: exp.Column) -> tuple[Source, int] | None:
        """Give the one thing that a column is in this very scope; None where that is not sure."""
        found = self.owners(column)
        if len(found) != 1:
            return None
        source, position = found[0]
        is_named = source.columns[position] == column.name.lower()
        is_there = column.table.lower() in {"", source.alias}
        return (source, position) if is_named and is_there else None

    def need(self, expression: exp.Expr) -> None:
        """Note that every column of an expression is needed, wherever it may come from."""
        for column in _own_columns(expression):
            scope: Scope | None = self
            while scope is not None:
                owners = scope.owners(column)
                for source, position in owners:
                    source.use.positions.add(position)
                scope = None if owners else scope.outer


def slot(position: int) -> exp.Expr:
    """Make what stands in a filter for a column of the query that it filters."""
    return exp.Placeholder(this=f"column {position}")


def slots(expression: exp.Expr) -> list[tuple[exp.Placeholder, int]]:
    """Give every such place of a filter, with its position."""
    return [
        (node, int(node.name.removeprefix("column ")))
        for node in expression.find_all(exp.Placeholder)
    ]


def outputs_of(query: exp.Query, scope: Scope) -> list[Output]:
    """Give what a SELECT gives out, stars taken apart.

    Raises:
        UnsureError: It has a star that is not understood.
    """
    found: list[Output] = []
    for projection in query.selects:
        if isinstance(projection, exp.Star):
            found += _star(scope, projection)
        elif isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star):
            alias = projection.table.lower()
            (source,) = [each for each in scope.sources if each.alias == alias] or [None]
            if source is None or projection.args.get("db") is not None:
                raise UnsureError
            found += [_column(source, name) for name in source.visible]
        else:
            bare = projection.this if isinstance(projection, exp.Alias) else projection
            found.append(Output(projection.alias_or_name.lower(), bare))
    return found


def _star(scope: Scope, star: exp.Star) -> list[Output]:
    if any(star.args.values()):
        raise UnsureError
    merged = dict.fromkeys(
        name for source in scope.sources for name in source.visible if name in scope.merged
    )
    first = [Output(name, exp.column(name, quoted=True)) for name in merged]
    rest = [
        _column(source, name)
        for source in scope.sources
        for name in source.visible
        if name not in scope.merged
    ]
    return first + rest


def _column(source: Source, name: str) -> Output:
    return Output(name, exp.column(name, table=source.alias, quoted=True))


def _own_columns(expression: exp.Expr) -> Iterable[exp.Column]:
    """Give the columns of an expression, without those of queries inside it."""
    return (
        node
        for node in expression.walk(prune=lambda each: isinstance(each, exp.Query))
        if isinstance(node, exp.Column)
    )
