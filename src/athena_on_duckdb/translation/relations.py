"""Translates FROM: tables, subqueries, joins, UNNEST and LATERAL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.coercion import common_type, convert
from athena_on_duckdb.translation.place import Place, only
from athena_on_duckdb.translation.scope import Column, Output, Scope, columns_of, renamed
from athena_on_duckdb.translation.typed import Typed, field, not_supported
from athena_on_duckdb.types import BIGINT, field_names, parse_type, quoted

if TYPE_CHECKING:
    from athena_on_duckdb.translation.queries import Queries

# Relations by schema and name; columns by name, in order, with Athena's types.
Relations: TypeAlias = Mapping[tuple[str, str], Mapping[str, str]]

_SAMPLES: Final = frozenset({"BERNOULLI", "SYSTEM"})
_JOINS: Final = {
    **dict.fromkeys((("", ""), ("", "INNER")), "JOIN"),
    **{(side, k): f"{side} JOIN" for side in ("LEFT", "RIGHT", "FULL") for k in ("", "OUTER")},
    ("", "CROSS"): "CROSS JOIN",
}


@dataclass(frozen=True, slots=True)
class Source:
    """What stands in FROM: its SQL and the columns that it offers."""

    sql: str
    columns: tuple[Column, ...]


class From:
    """Translates one FROM."""

    def __init__(self, queries: Queries, scope: Scope) -> None:
        """Take what translates queries within, and what stands around."""
        self._queries = queries
        self._scope = scope

    def translate(self, query: exp.Select) -> Source:
        """Translate the FROM of a SELECT with its joins.

        Raises:
            QueryError: It is wrong, or has what the translation does not know.
        """
        clause = query.args.get("from_")
        if clause is None:
            if query.args.get("joins"):
                raise not_supported(what="a join without FROM")
            return Source("", ())
        only(clause, "this")
        if query.args.get("laterals"):
            raise not_supported(what="LATERAL VIEW")
        made = self._with_joins(clause.this, query.args.get("joins") or [])
        return replace(made, sql=f" FROM {made.sql}")

    def _with_joins(self, first: exp.Expr, joins: list[exp.Expr]) -> Source:
        inner: list[exp.Expr] = first.args.get("joins") or []
        made = self._item(first, ())
        for join in (*inner, *joins):
            made = self._join(made, join)
        return made

    def _item(self, item: exp.Expr, left: tuple[Column, ...]) -> Source:
        if isinstance(item, exp.Table):
            return self._table(item)
        if isinstance(item, exp.Unnest):
            return self._unnest(item, left)
        if isinstance(item, exp.Lateral):
            only(item, "this", "alias")
            return self._subquery(item.this, item.args.get("alias"), left, lateral=True)
        if isinstance(item, exp.Values):
            bare = item.copy()
            alias = bare.args.pop("alias", None)
            return self._subquery(bare, alias, (), lateral=False)
        if isinstance(item, exp.Subquery):
            return self._parenthesized(item)
        raise not_supported(what=f"{item.key.upper()} in FROM")

    def _parenthesized(self, item: exp.Subquery) -> Source:
        if isinstance(item.this, exp.Table | exp.Subquery) and not item.args.get("alias"):
            only(item, "this", "joins")
            made = self._with_joins(item.this, [])
            return replace(made, sql=f"({made.sql})") if item.this.args.get("joins") else made
        only(item, "this", "alias", "sample", "joins", "with_")
        if item.args.get("with_"):
            raise not_supported(what="WITH before a subquery's parenthesis")
        made = self._subquery(item.this, item.args.get("alias"), (), lateral=False)
        return replace(made, sql=made.sql + _sample(item))

    def _table(self, item: exp.Table) -> Source:
        only(item, "this", "db", "catalog", "alias", "sample", "joins")
        if not isinstance(item.this, exp.Identifier):
            raise not_supported(what=f"the table function {item.this.sql()!r}")
        alias = item.args.get("alias")
        name, schema = item.name, item.db
        shown = item.alias or name
        sql = self._queries.new_name()
        if not schema and (known := self._scope.queries.get(name.lower())) is not None:
            columns = columns_of(sql, renamed(known[1], alias), shown)
            return Source(f"{known[0]} AS {sql}{_sample(item)}", columns)
        relation = None if item.catalog else self._queries.relations.get((schema, name))
        if relation is None:
            detail = f"Table '{'.'.join(part.name for part in item.parts)}' does not exist"
            raise QueryError(ErrorName.TABLE_NOT_FOUND, detail)
        # Hidden columns keep their names, whatever the alias calls the others.
        names = sorted(relation, key=lambda held: held.startswith("$"))
        visible = sum(not held.startswith("$") for held in names)
        outputs = tuple(Output(held, parse_type(relation[held])) for held in names)
        called = (*renamed(outputs[:visible], alias), *outputs[visible:])
        shown_schema = schema if alias is None else None
        columns = tuple(
            Column(output.name, shown, Typed(f"{sql}.{quoted(held)}", output.type), shown_schema)
            for held, output in zip(names, called, strict=True)
        )
        return Source(f"{quoted(schema)}.{quoted(name)} AS {sql}{_sample(item)}", columns)

    def _subquery(
        self, query: exp.Expr, alias: exp.Expr | None, left: tuple[Column, ...], *, lateral: bool
    ) -> Source:
        scope = replace(self._scope, columns=())
        if lateral:
            query = query.this if isinstance(query, exp.Subquery) else query
            scope = Scope(outer=self._around(left), queries=scope.queries)
        made = self._queries.translate(query, scope)
        name = self._queries.new_name()
        shown = alias.name or None if alias is not None else None
        columns = columns_of(name, renamed(made.outputs, alias), shown)
        return Source(f"{'LATERAL ' if lateral else ''}({made.sql}) AS {name}", columns)

    def _around(self, left: tuple[Column, ...]) -> Scope:
        """Give what an item can name that may name the items left of it."""
        return Scope(left, self._scope, queries=self._scope.queries)

    def _unnest(self, item: exp.Unnest, left: tuple[Column, ...]) -> Source:
        only(item, "expressions", "alias", "offset")
        place = Place(self._around(left), "UNNEST", subqueries=False)
        values = [self._queries.expressions.translate(one, place) for one in item.expressions]
        lists: list[str] = []
        taken: list[tuple[str, Output]] = []
        for value in values:
            at = f"u{len(lists)}"
            if value.type.name == "map":
                lists += [f"map_keys({value.sql})", f"map_values({value.sql})"]
                key, held = value.type.children
                taken += [(at, Output(None, key)), (f"u{len(lists) - 1}", Output(None, held))]
                continue
            if value.type.name != "array":
                detail = f"Cannot unnest type: {value.type}"
                raise QueryError(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
            lists.append(value.sql)
            element = value.type.children[0]
            if element.name == "row":
                names = zip(element.fields, field_names(element), element.children, strict=True)
                taken += [(field(at, held), Output(shown, type_)) for shown, held, type_ in names]
            else:
                taken.append((at, Output(None, element)))
        alias = item.args.get("alias")
        if offset := item.args.get("offset"):
            longest = ", ".join(f"len({one})" for one in lists)
            lists.append(f"generate_series(1, greatest({longest}))")
            taken.append((f"u{len(lists) - 1}", Output("ordinality", BIGINT)))
            if isinstance(offset, exp.Identifier) and alias is not None and alias.columns:
                # sqlglot takes the last name of the alias for that of the offset.
                alias = alias.copy()
                alias.append("columns", offset.copy())
        name = self._queries.new_name()
        outputs = renamed(tuple(output for _, output in taken), alias, "UNNEST")
        unnested = ", ".join(f"unnest({one}) AS u{index}" for index, one in enumerate(lists))
        picked = ", ".join(f"{sql} AS c{index}" for index, (sql, _) in enumerate(taken))
        columns = columns_of(name, outputs, item.alias or None)
        return Source(f"LATERAL (SELECT {picked} FROM (SELECT {unnested})) AS {name}", columns)  # noqa: S608 -- translated SQL, whose names are our own

    def _join(self, left: Source, join: exp.Expr) -> Source:
        only(join, "this", "side", "kind", "on", "using")
        side, kind = (str(join.args.get(key) or "").upper() for key in ("side", "kind"))
        word = _JOINS.get((side, kind))
        if word is None:
            raise not_supported(what=f"{side} {kind} JOIN")
        right = self._item(join.this, left.columns)
        if join.this.args.get("joins"):
            raise not_supported(what="a join within a join without parentheses")
        condition, using = join.args.get("on"), join.args.get("using")
        if using:
            return self._using(word, left, right, [name.name.lower() for name in using])
        columns = (*left.columns, *right.columns)
        is_true = isinstance(condition, exp.Boolean) and condition.this
        if isinstance(join.this, exp.Unnest) and condition is not None and not is_true:
            detail = f"{word} involving UNNEST is only supported with condition ON TRUE"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        if condition is None:
            if word not in {"JOIN", "CROSS JOIN"}:
                raise QueryError(ErrorName.SYNTAX_ERROR, f"{word} needs ON or USING")
            return Source(f"{left.sql} CROSS JOIN {right.sql}", columns)
        if word == "CROSS JOIN":
            raise QueryError(ErrorName.SYNTAX_ERROR, "CROSS JOIN takes no condition")
        place = Place(replace(self._scope, columns=columns), "JOIN ON")
        made = self._queries.expressions.condition(condition, place)
        return Source(f"{left.sql} {word} {right.sql} ON {made}", columns)

    def _using(self, word: str, left: Source, right: Source, names: list[str]) -> Source:
        shared: list[Column] = []
        conditions: list[str] = []
        for name in names:
            a, b = (Scope(side.columns).resolve((name,)) for side in (left, right))
            common = common_type(a.type, b.type)
            if common is None:
                detail = f"Column '{name}' of USING has the types {a.type} and {b.type}"
                raise QueryError(ErrorName.TYPE_MISMATCH, detail)
            first, second = (convert(one.sql, one.type, common) for one in (a, b))
            conditions.append(f"{first} = {second}")
            merged = {"RIGHT JOIN": second, "FULL JOIN": f"coalesce({first}, {second})"}
            shared.append(Column(name, None, Typed(merged.get(word, first), common)))
        columns = (*left.columns, *right.columns)
        rest = [column for column in columns if (column.name or "").lower() not in names]
        sql = f"{left.sql} {word} {right.sql} ON {' AND '.join(conditions)}"
        return Source(sql, (*shared, *rest))


def _sample(item: exp.Expr) -> str:
    sample = item.args.get("sample")
    if sample is None:
        return ""
    only(sample, "method", "percent")
    method = sample.args["method"]
    percent = sample.args.get("percent")
    name = "" if method is None else str(method.name).upper()
    if name not in _SAMPLES or not isinstance(percent, exp.Literal) or percent.is_string:
        raise not_supported(what="TABLESAMPLE but BERNOULLI or SYSTEM of a literal percentage")
    return f" TABLESAMPLE {name} ({float(percent.name)} PERCENT)"
