"""Translates queries: WITH, SELECT, VALUES, UNION and their kin, ORDER BY and LIMIT."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from local.athena.errors import ErrorName
from local.athena.translation.calls import direction, sort_key
from local.athena.translation.coercion import common_type, convert, unify
from local.athena.translation.expressions import Expressions
from local.athena.translation.place import Place, only
from local.athena.translation.relations import From
from local.athena.translation.scope import Column, Output, Scope
from local.athena.translation.typed import Typed, not_supported, refuse
from local.athena.types import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.athena.translation.relations import Relations

_SETS: Final[dict[type[exp.Expr], str]] = {
    exp.Union: "UNION",
    exp.Intersect: "INTERSECT",
    exp.Except: "EXCEPT",
}
_GROUPINGS: Final[dict[type[exp.Expr], str]] = {
    exp.Cube: "CUBE",
    exp.Rollup: "ROLLUP",
    exp.GroupingSets: "GROUPING SETS",
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

    def subquery(self, query: exp.Expr, scope: Scope) -> tuple[str, tuple[Output, ...]]:
        """Translate a query that stands within an expression."""
        made = self.translate(query, Scope(outer=scope, queries=scope.queries))
        return made.sql, made.outputs

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
            what = f"{query.key.upper()} as a query"
            raise not_supported(what)
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
            detail = "Values rows have mismatched sizes"
            raise refuse(ErrorName.TYPE_MISMATCH, detail)
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
            raise refuse(ErrorName.TYPE_MISMATCH, detail)
        outputs: list[Output] = []
        for a, b in zip(left, right, strict=True):
            common = common_type(a.type, b.type)
            if common is None:
                detail = f"Column of {word} query has incompatible types: {a.type}, {b.type}"
                raise refuse(ErrorName.TYPE_MISMATCH, detail)
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
        keys = self._order(query, place, [column.value for column in columns], {})
        wanted = ", ".join(f"{name}.c{index}" for index in range(len(made.outputs)))
        sql = f"SELECT {wanted} FROM ({made.sql}) AS {name}{keys}{self._limit(query)}"  # noqa: S608 -- translated SQL, whose names are our own
        return replace(made, sql=sql)

    def _select(self, query: exp.Select, scope: Scope) -> Made:
        only(
            query, "expressions", "from_", "joins", "where", "group", "having", "distinct",
            "windows", "laterals", *_AROUND,
        )  # fmt: skip
        if (distinct := query.args.get("distinct")) is not None:
            only(distinct)
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
            detail = "SELECT needs at least one column"
            raise refuse(ErrorName.SYNTAX_ERROR, detail)
        if not values:
            detail = "SELECT * not allowed from relation that has no columns"
            raise refuse(ErrorName.COLUMN_NOT_FOUND, detail)
        where = ""
        if (condition := query.args.get("where")) is not None:
            where = f" WHERE {self.expressions.condition(condition.this, Place(inner, 'WHERE'))}"
        group = self._group(query, inner, values)
        having = ""
        if (condition := query.args.get("having")) is not None:
            at = replace(place, clause="HAVING", windows=False)
            having = f" HAVING {self.expressions.condition(condition.this, at)}"
        order_place = replace(place, clause="ORDER BY")
        aliases = _aliases(outputs)
        order = self._order(query, order_place, values, aliases, distinct=distinct is not None)
        written = ", ".join(f"{value.sql} AS c{index}" for index, value in enumerate(values))
        sql = (
            f"SELECT {'DISTINCT ' if distinct is not None else ''}{written}{source.sql}{where}"
            f"{group}{having}{order}{self._limit(query)}"
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

    def _group(self, query: exp.Select, scope: Scope, values: Sequence[Typed]) -> str:
        clause = query.args.get("group")
        if clause is None:
            return ""
        only(clause, "expressions")
        items = [self._group_item(item, scope, values) for item in clause.expressions]
        return f" GROUP BY {', '.join(items)}"

    def _group_item(self, item: exp.Expr, scope: Scope, values: Sequence[Typed]) -> str:
        sets: dict[type[exp.Expr], str] = {
            exp.Cube: "CUBE",
            exp.Rollup: "ROLLUP",
            exp.GroupingSets: "GROUPING SETS",
        }
        if (word := sets.get(type(item))) is not None:
            only(item, "expressions")
            inside = [self._grouping_set(one, scope, values) for one in item.expressions]
            return f"{word} ({', '.join(inside)})"
        if isinstance(item, exp.Tuple):
            return self._grouping_set(item, scope, values)
        if isinstance(item, exp.Literal) and not item.is_string:
            return _group_key(_at(item, values, "GROUP BY"))
        return _group_key(self.expressions.translate(item, Place(scope, "GROUP BY")))

    def _grouping_set(self, item: exp.Expr, scope: Scope, values: Sequence[Typed]) -> str:
        if isinstance(item, exp.Tuple | exp.Paren):
            inside = item.expressions if isinstance(item, exp.Tuple) else [item.this]
            return f"({', '.join(self._group_item(one, scope, values) for one in inside)})"
        return self._group_item(item, scope, values)

    def _order(
        self,
        query: exp.Expr,
        place: Place,
        values: Sequence[Typed],
        aliases: dict[str, int],
        *,
        distinct: bool = False,
    ) -> str:
        clause = query.args.get("order")
        if clause is None:
            return ""
        only(clause, "expressions")
        keys: list[str] = []
        for item in clause.expressions:
            only(item, "this", "desc", "nulls_first")
            wanted = item.this
            if isinstance(wanted, exp.Literal) and not wanted.is_string:
                value = _at(wanted, values, "ORDER BY")
            else:
                value = self._by_alias(wanted, values, aliases)
                value = value or self.expressions.translate(wanted, _seeing(place, aliases, values))
            if distinct and value.sql not in {known.sql for known in values}:
                detail = "For SELECT DISTINCT, ORDER BY expressions must appear in select list"
                raise refuse(ErrorName.EXPRESSION_NOT_IN_DISTINCT, detail)
            keys.append(f"{sort_key(value)}{direction(item)}")
        return f" ORDER BY {', '.join(keys)}"

    def _by_alias(
        self, wanted: exp.Expr, values: Sequence[Typed], aliases: dict[str, int]
    ) -> Typed | None:
        if isinstance(wanted, exp.Column) and not wanted.args.get("table"):
            index = aliases.get(wanted.this.name.lower())
            if index == _SEVERAL:
                detail = f"Column '{wanted.this.name}' is ambiguous"
                raise refuse(ErrorName.AMBIGUOUS_NAME, detail)
            return None if index is None else values[index]
        return None

    def _limit(self, query: exp.Expr) -> str:
        made = ""
        limit = query.args.get("limit")
        if isinstance(limit, exp.Fetch):
            only(limit, "direction", "count", "limit_options")
            options = limit.args.get("limit_options")
            if options is not None and (
                options.args.get("percent") or options.args.get("with_ties")
            ):
                what = "FETCH but of a number of rows ONLY"
                raise not_supported(what)
            count = limit.args.get("count")
            made = f" LIMIT {1 if count is None else _whole(count, 'FETCH FIRST')}"
        elif limit is not None:
            only(limit, "expression")
            if limit.expression.name.upper() != "ALL" or isinstance(limit.expression, exp.Literal):
                made = f" LIMIT {_whole(limit.expression, 'LIMIT')}"
        if (offset := query.args.get("offset")) is not None:
            only(offset, "expression")
            made += f" OFFSET {_whole(offset.expression, 'OFFSET')}"
        return made


_SEVERAL: Final = -1


def _select_all(query: exp.Expr) -> exp.Select:
    """Turn `(query) ORDER BY ...` into a SELECT of its own."""
    inner = query.copy()
    around = {name: inner.args.pop(name, None) for name in _AROUND}
    made = exp.select("*").from_(exp.Subquery(this=inner.this))
    for name, value in around.items():
        if value is not None:
            made.set(name, value)
    return made


def _seeing(place: Place, aliases: dict[str, int], values: Sequence[Typed]) -> Place:
    """Let expressions of ORDER BY name output columns, which come before those of FROM."""
    outputs = {
        name: values[index]
        for name, index in aliases.items()
        if index != _SEVERAL and values[index].literal is None
    }
    scope = replace(place.scope, parameters={**outputs})
    return place.within(scope)


def _aliases(outputs: Sequence[Output]) -> dict[str, int]:
    """Give the output columns that ORDER BY can name."""
    found: dict[str, int] = {}
    for index, output in enumerate(outputs):
        if output.name is not None:
            name = output.name.lower()
            found[name] = _SEVERAL if name in found else index
    return found


def _at(literal: exp.Expr, values: Sequence[Typed], clause: str) -> Typed:
    if not literal.name.isdigit() or not 1 <= int(literal.name) <= len(values):
        detail = f"{clause} position {literal.name} is not in select list"
        raise refuse(ErrorName.COLUMN_NOT_FOUND, detail)
    return values[int(literal.name) - 1]


def _group_key(value: Typed) -> str:
    if value.type.name in {"map", "json"}:
        what = f"GROUP BY of a value of type {value.type}"
        raise not_supported(what)
    return value.sql if value.literal is None and value.type != UNKNOWN else f"({value.sql})"


def _items(one: exp.Expr) -> list[exp.Expr]:
    return (
        one.expressions
        if isinstance(one, exp.Tuple)
        else [one.this if isinstance(one, exp.Paren) else one]
    )


def _whole(node: exp.Expr, clause: str) -> int:
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        return int(node.name)
    what = f"{clause} but of a literal number"
    raise not_supported(what)


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
        detail = f"Unable to resolve reference {item.sql()}"
        raise refuse(ErrorName.TABLE_NOT_FOUND, detail)
    return found


def columns_of(name: str, outputs: Sequence[Output], relation: str | None) -> tuple[Column, ...]:
    """Give the columns of a translated query that stands in FROM under a name."""
    return tuple(
        Column(output.name, relation, Typed(f"{name}.c{index}", output.type))
        for index, output in enumerate(outputs)
    )


def renamed(outputs: tuple[Output, ...], alias: exp.Expr | None) -> tuple[Output, ...]:
    """Give output columns the names of an alias's column list.

    Raises:
        QueryError: It has another number of names.
    """
    names: list[exp.Expr] = [] if alias is None else alias.args.get("columns") or []
    if not names:
        return outputs
    if len(names) != len(outputs):
        detail = (
            f"Column alias list has {len(names)} entries but relation has {len(outputs)} columns"
        )
        raise refuse(ErrorName.SYNTAX_ERROR, detail)
    return tuple(
        Output(name.name, output.type) for name, output in zip(names, outputs, strict=True)
    )
