"""Names that a query can use at one place: columns, row fields, lambda parameters, WITH queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.typed import Typed
from athena_on_duckdb.translation.typed import field as taken_field
from athena_on_duckdb.types import field_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlglot import exp

    from athena_on_duckdb.types import AthenaType


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a query can name.

    Attributes:
        name: Its name, none where it has none.
        relation: The name of what it belongs to, none where that has none.
        schema: The schema of that.
        value: Its SQL and type.
    """

    name: str | None
    relation: str | None
    value: Typed
    schema: str | None = None

    @property
    def hidden(self) -> bool:
        """Whether `*` leaves it out, as it does `$path`."""
        return self.name is not None and self.name.startswith("$")


@dataclass(frozen=True, slots=True)
class Output:
    """A column that a query gives: `c0` and so on in its SQL."""

    name: str | None
    type: AthenaType


@dataclass(frozen=True, slots=True)
class Scope:
    """What can be named at a place.

    Attributes:
        columns: The columns of FROM.
        outer: What stands around a subquery or a lateral item.
        parameters: Parameters of lambdas.
        queries: WITH queries by name: their relation in DuckDB and columns.
    """

    columns: tuple[Column, ...] = ()
    outer: Scope | None = None
    parameters: Mapping[str, Typed] = field(default_factory=dict[str, "Typed"])
    queries: Mapping[str, tuple[str, tuple[Output, ...]]] = field(
        default_factory=dict[str, "tuple[str, tuple[Output, ...]]"]
    )
    _by_name: dict[str, list[Column]] = field(
        default_factory=dict[str, "list[Column]"], init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        for column in self.columns:
            if column.name is not None:
                self._by_name.setdefault(column.name.lower(), []).append(column)

    def resolve(self, parts: tuple[str, ...]) -> Typed:
        """Find what `a`, `a.b` and so on name.

        Raises:
            QueryError: Nothing, or several things.
        """
        folded = tuple(part.lower() for part in parts)
        place: Scope | None = self
        while place is not None:
            if (found := place._resolve_here(folded)) is not None:  # noqa: SLF001
                return found
            place = place.outer
        raise QueryError(
            ErrorName.COLUMN_NOT_FOUND, f"Column '{'.'.join(parts)}' cannot be resolved"
        )

    def depth(self) -> int:
        """Count the parameters of this and of all lambdas around."""
        return len(self.parameters) + (self.outer.depth() if self.outer is not None else 0)

    def _resolve_here(self, parts: tuple[str, ...]) -> Typed | None:
        if parts[0] in self.parameters:
            return _fields(self.parameters[parts[0]], parts[1:])
        for depth in range(min(len(parts), 3), 0, -1):
            named = self._by_name.get(parts[depth - 1], ())
            matching = [column for column in named if _names(column, parts[:depth])]
            if len(matching) > 1:
                detail = f"Column '{'.'.join(parts[:depth])}' is ambiguous"
                raise QueryError(ErrorName.AMBIGUOUS_NAME, detail)
            if matching:
                return _fields(matching[0].value, parts[depth:])
        return None


def _names(column: Column, parts: tuple[str, ...]) -> bool:
    whole = (column.schema, column.relation, column.name)
    return all(
        part == (name.lower() if name is not None else None)
        for part, name in zip(parts, whole[-len(parts) :], strict=True)
    )


def _fields(value: Typed, names: tuple[str, ...]) -> Typed:
    for name in names:
        value = row_field(value, name)
    return value


def row_field(value: Typed, name: str) -> Typed:
    """Take a field of a row by its name.

    Raises:
        QueryError: It is no row, or has no such field.
    """
    if value.type.name != "row":
        detail = f"Expression of type {value.type} is not of type ROW, so it has no field '{name}'"
        raise QueryError(ErrorName.TYPE_MISMATCH, detail)
    for known, held, type_ in zip(
        value.type.fields, field_names(value.type), value.type.children, strict=True
    ):
        if known is not None and known.lower() == name.lower():
            return Typed(taken_field(value.sql, held), type_)
    detail = f"Column '{name}' cannot be resolved: {value.type} has no such field"
    raise QueryError(ErrorName.COLUMN_NOT_FOUND, detail)


def columns_of(name: str, outputs: Sequence[Output], relation: str | None) -> tuple[Column, ...]:
    """Give the columns of a translated query that stands in FROM under a name."""
    return tuple(
        Column(output.name, relation, Typed(f"{name}.c{index}", output.type))
        for index, output in enumerate(outputs)
    )


def renamed(
    outputs: tuple[Output, ...], alias: exp.Expr | None, of: str = "relation"
) -> tuple[Output, ...]:
    """Give output columns the names of an alias's column list.

    Raises:
        QueryError: It has another number of names.
    """
    names: list[exp.Expr] = [] if alias is None else alias.args.get("columns") or []
    if not names:
        return outputs
    if len(names) != len(outputs):
        lengths = f"{len(names)} entries but {of} has {len(outputs)} columns"
        raise QueryError(ErrorName.SYNTAX_ERROR, f"Column alias list has {lengths}")
    given = zip(names, outputs, strict=True)
    return tuple(Output(name.name, output.type) for name, output in given)
