"""Translates queries: WITH, SELECT, VALUES, UNION and their kin, ORDER BY and LIMIT."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.coercion import common_type, convert, unify
from athena_on_duckdb.translation.expressions import Expressions
from athena_on_duckdb.translation.grouping import group_by
from athena_on_duckdb.translation.ordering import aliases_of, limit_and_offset, order_by
from athena_on_duckdb.translation.place import Place, only
from athena_on_duckdb.translation.relations import From
from athena_on_duckdb.translation.scope import Output, Scope, columns_of, renamed
from athena_on_duckdb.translation.typed import Typed, not_supported, refuse_maps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athena_on_duckdb.translation.relations import Relations

_SETS: Final[dict[type[exp.Expr], str]] = {
    exp.Union: "UNION",
    exp.Intersect: "INTERSECT",
    exp.Except: "EXCEPT",
}
_AROUND: Final = ("with_", "order", "limit", "offset")


@dataclass(frozen=True, slots=True)
class Made:
    """A translated query: its columns are `c0`, `c1` and so on in its SQL."""

    sql: str
    outputs: tuple[Output, ...]


class Queries:
    """Translates queries over given relations."""

    def __init__(self, relations: Relations) -> None:
        """Take the relations that tables may name."""
        self.relations = relations
        self.expressions = Expressions(self)
        self._names = 0

    def new_name(self) -> str:
        """Give a name that no relation of this query has yet."""
        self._names += 1
        return f"r{self._names}"

    def translate(self, query: exp.Expr, scope: Scope) -> Made:
        """Translate a query; `scope` is what stands around it.

        Raises:
            QueryError: It is wrong, or has what the translation does not know.
        """
        if isinstance(query, exp.Subquery) and not query.args.get("alias"):
            only(query, "this", *_AROUND)
            if any(query.args.get(name) for name in _AROUND):
                query = _select_all(query)
            else:
                return self.translate(query.this, scope)
        prefix, scope = self._with(query, scope)
        if isinstance(query, exp.Select):
            made = self._select(query, scope)
        elif type(query) in _SETS:
            made = self._set_operation(query, scope)
        elif isinstance(query, exp.Values):
            made = self._ordered_rows(query, self._values(query, scope), scope)
        elif isinstance(query, exp.Table):
            made = self._select(exp.select("*").from_(query), scope)
        else:
            raise not_supported(what=f"{query.key.upper()} as a query")
        return replace(made, sql=prefix + made.sql)

    def _with(self, query: exp.Expr, scope: Scope) -> tuple[str, Scope]:
        clause = query.args.get("with_")
        if clause is None:
            return "", scope
        only(clause, "expressions")
        written: list[str] = []
        known = dict(scope.queries)
        for cte in clause.expressions:
            only(cte, "this", "alias")
            alias = cte.args["alias"]
            made = self.translate(cte.this, replace(scope, queries=known))
            name = self.new_name()
            outputs = renamed(made.outputs, alias)
            known[alias.this.name.lower()] = (name, outputs)
            written.append(f"{name} AS ({made.sql})")
        return f"WITH {', '.join(written)} ", replace(scope, queries=known)

    def _values(self, query: exp.Expr, scope: Scope) -> Made:
        only(query, "expressions", "alias", *_AROUND)
        place = Place(scope, "VALUES")
        rows = [
            [self.expressions.translate(item, place) for item in _items(one)]
            for one in query.expressions
        ]
        if len({len(row) for row in rows}) != 1:
            raise QueryError(ErrorName.TYPE_MISMATCH, "Values rows have mismatched sizes")
        columns = [unify(list(column), "Values of a column") for column in zip(*rows, strict=True)]
        lines = [
            f"({', '.join(column[1][index].sql for column in columns)})"
            for index in range(len(rows))
        ]
        names = ", ".join(f"c{index}" for index in range(len(columns)))
        sql = f"SELECT {names} FROM (VALUES {', '.join(lines)}) AS v({names})"  # noqa: S608 -- translated SQL, whose names are our own
        return Made(sql, tuple(Output(None, column[0]) for column in columns))

    def _set_operation(self, query: exp.Expr, scope: Scope) -> Made:
        only(query, "this", "expression", "distinct", *_AROUND)
        word = f"{_SETS[type(query)]}{'' if query.args.get('distinct') else ' ALL'}"
        sides = [self.translate(side, scope) for side in (query.this, query.expression)]
        left, right = (side.outputs for side in sides)
        if len(left) != len(right):
            detail = f"{word} query has different number of fields: {len(left)}, {len(right)}"
            raise QueryError(ErrorName.TYPE_MISMATCH, detail)
        outputs: list[Output] = []
        for a, b in zip(left, right, strict=True):
            common = common_type(a.type, b.type)
            if common is None:
                detail = f"Column of {word} query has incompatible types: {a.type}, {b.type}"
                raise QueryError(ErrorName.TYPE_MISMATCH, detail)
            if word != "UNION ALL":
                refuse_maps(common, word)
            outputs.append(Output(a.name, common))
        made = Made(
            f" {word} ".join(f"({_typed_rows(side, outputs)})" for side in sides), tuple(outputs)
        )
        return self._ordered_rows(query, made, scope)

    def _ordered_rows(self, query: exp.Expr, made: Made, scope: Scope) -> Made:
        """Put ORDER BY and LIMIT on rows, whose columns alone they can name."""
        if not any(query.args.get(name) for name in _AROUND[1:]):
            return made
        name = self.new_name()
        columns = columns_of(name, made.outputs, relation=None)
        place = Place(replace(scope, columns=columns), "ORDER BY")
        keys = order_by(self.expressions, query, place, [column.value for column in columns], {})
        wanted = ", ".join(f"{name}.c{index}" for index in range(len(made.outputs)))
        sql = f"SELECT {wanted} FROM ({made.sql}) AS {name}{keys}{limit_and_offset(query)}"  # noqa: S608 -- translated SQL, whose names are our own
        return replace(made, sql=sql)

    def _select(self, query: exp.Select, scope: Scope) -> Made:
        only(
            query, "expressions", "from_", "joins", "where", "group", "having", "distinct",
            "windows", "laterals", *_AROUND,
        )  # fmt: skip
        distinct = query.args.get("distinct")
        source = From(self, scope).translate(query)
        inner = replace(scope, columns=source.columns)
        windows: list[exp.Expr] = query.args.get("windows") or []
        named = {window.this.name.lower(): window for window in windows}
        place = Place(inner, "SELECT", aggregates=True, windows=True, named_windows=named)
        outputs: list[Output] = []
        values: list[Typed] = []
        for item in query.expressions:
            for output, value in self._item(item, place):
                outputs.append(output)
                values.append(value)
        if not query.expressions:
            raise QueryError(ErrorName.SYNTAX_ERROR, "SELECT needs at least one column")
        if not values:
            detail = "SELECT * not allowed from relation that has no columns"
            raise QueryError(ErrorName.COLUMN_NOT_FOUND, detail)
        if distinct is not None:
            only(distinct)
            for value in values:
                refuse_maps(value.type, "SELECT DISTINCT")
        where = ""
        if (condition := query.args.get("where")) is not None:
            where = f" WHERE {self.expressions.condition(condition.this, Place(inner, 'WHERE'))}"
        group = group_by(self.expressions, query, inner, values)
        having = ""
        if (condition := query.args.get("having")) is not None:
            at = replace(place, clause="HAVING", windows=False)
            having = f" HAVING {self.expressions.condition(condition.this, at)}"
        order_place = replace(place, clause="ORDER BY")
        aliases = aliases_of(outputs)
        order = order_by(
            self.expressions, query, order_place, values, aliases, distinct=distinct is not None
        )
        written = ", ".join(f"{value.sql} AS c{index}" for index, value in enumerate(values))
        sql = (
            f"SELECT {'DISTINCT ' if distinct is not None else ''}{written}{source.sql}{where}"
            f"{group}{having}{order}{limit_and_offset(query)}"
        )
        return Made(sql, tuple(outputs))

    def _item(self, item: exp.Expr, place: Place) -> list[tuple[Output, Typed]]:
        if isinstance(item, exp.Star) or (
            isinstance(item, exp.Column) and isinstance(item.this, exp.Star)
        ):
            return _star(item, place.scope)
        name = None
        if isinstance(item, exp.Alias):
            only(item, "this", "alias")
            name = item.args["alias"].name
            item = item.this
        elif isinstance(item, exp.Column):
            name = item.this.name
        elif isinstance(item, exp.Dot) and isinstance(item.expression, exp.Identifier):
            name = item.expression.name
        value = self.expressions.translate(item, place)
        return [(Output(name, value.type), value)]


def _select_all(query: exp.Expr) -> exp.Select:
    """Turn `(query) ORDER BY ...` into a SELECT of its own."""
    inner = query.copy()
    around = {name: inner.args.pop(name, None) for name in _AROUND}
    made = exp.select("*").from_(exp.Subquery(this=inner.this))
    for name, value in around.items():
        if value is not None:
            made.set(name, value)
    return made


def _items(one: exp.Expr) -> list[exp.Expr]:
    if isinstance(one, exp.Tuple) and len(one.expressions) == 1:
        (inner,) = one.expressions
        if isinstance(inner, exp.Anonymous) and inner.name.upper() == "ROW":
            return inner.expressions
    return (
        one.expressions
        if isinstance(one, exp.Tuple)
        else [one.this if isinstance(one, exp.Paren) else one]
    )


def _typed_rows(side: Made, outputs: Sequence[Output]) -> str:
    """Turn the columns of one side of a set operation into the types of all."""
    if all(a.type == b.type for a, b in zip(side.outputs, outputs, strict=True)):
        return side.sql
    columns = ", ".join(
        f"{convert(f's.c{index}', given.type, wanted.type)} AS c{index}"
        for index, (given, wanted) in enumerate(zip(side.outputs, outputs, strict=True))
    )
    return f"SELECT {columns} FROM ({side.sql}) AS s"  # noqa: S608 -- translated SQL, whose names are our own


def _star(item: exp.Expr, scope: Scope) -> list[tuple[Output, Typed]]:
    star = item.this if isinstance(item, exp.Column) else item
    only(star)
    wanted = None
    if isinstance(item, exp.Column):
        only(item, "this", "table", "db", "catalog")
        wanted = item.args["table"].name.lower()
    found = [
        (Output(column.name, column.value.type), column.value)
        for column in scope.columns
        if not column.hidden and (wanted is None or (column.relation or "").lower() == wanted)
    ]
    if not found:
        raise QueryError(ErrorName.TABLE_NOT_FOUND, f"Unable to resolve reference {item.sql()}")
    return found
