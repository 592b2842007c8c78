"""Translates the functions of JSON that the SQL standard has, with paths of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.casts import explicit_cast
from athena_on_duckdb.translation.coercion import NUMBERS, coerce
from athena_on_duckdb.translation.json_casts import cast_to_json
from athena_on_duckdb.translation.literals import NULL
from athena_on_duckdb.translation.place import only
from athena_on_duckdb.translation.python.json_path import PathSyntaxError, read_path
from athena_on_duckdb.translation.typed import Typed, fail, let, not_supported, text
from athena_on_duckdb.types import BIGINT, BOOLEAN, DOUBLE, UNKNOWN, VARCHAR, AthenaType, parse_type

if TYPE_CHECKING:
    from collections.abc import Iterable

    from athena_on_duckdb.translation.expressions import Expressions
    from athena_on_duckdb.translation.place import Place, Rule

_WRAPPERS: Final = {
    "": "never", "WITHOUT": "never", "WITH": "always", "WITH UNCONDITIONAL": "always",
    "WITH CONDITIONAL": "needed",
}  # fmt: skip
_EMPTY: Final = {"EMPTY ARRAY": "'[]'", "EMPTY OBJECT": "'{}'"}
_ANSWERS: Final = {"TRUE": "true", "FALSE": "false", "UNKNOWN": "NULL"}
# What a scalar of JSON is before it is cast, by the letter that it is told with.
_KINDS: Final = {
    "i": BIGINT, "d": DOUBLE, "b": BOOLEAN, "x": AthenaType("decimal", 38, 10), "s": VARCHAR,
}  # fmt: skip


def _object(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "expressions", "null_handling", "unique_keys")
    keys: list[str] = []
    members: list[str] = []
    for given in node.expressions:
        is_json = isinstance(given, exp.FormatJson)
        pair = given.this if is_json else given
        key = self.translate(pair.this, place)
        if key.type.name not in {"varchar", "char"}:
            detail = f"Invalid type of JSON object key: {key.type}"
            raise QueryError(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
        keys.append(f"rtrim({key.sql}, ' ')" if key.type.name == "char" else key.sql)
        members.append(_member(self, pair.expression, place, is_json=is_json))
    nulls = "'drop'" if _nulls(node) == "ABSENT ON NULL" else "'keep'"
    return Typed(f"athena_json_object({_texts(keys)}, {_texts(members)}, {nulls})", VARCHAR)


def _array(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "expressions", "null_handling")
    members = _texts(_member(self, item, place) for item in node.expressions)
    nulls = "'keep'" if _nulls(node) == "NULL ON NULL" else "'drop'"
    return Typed(f"athena_json_array({members}, {nulls})", VARCHAR)


def _nulls(node: exp.Expr) -> str:
    return str(node.args.get("null_handling") or "").upper()


def _texts(sqls: Iterable[str]) -> str:
    return f"CAST([{', '.join(sqls)}] AS VARCHAR[])"


def _member(self: Expressions, node: exp.Expr, place: Place, *, is_json: bool = False) -> str:
    """Write the JSON of a value within json_object or json_array."""
    if isinstance(node, exp.FormatJson):
        node, is_json = node.this, True
    value = self.translate(node, place)
    # What these give is JSON without saying so.
    if is_json or isinstance(node, exp.JSONObject | exp.JSONArray | exp.JSONExtract):
        return f"athena_json_input({value.sql})"
    if value.type.name in {"array", "map", "row", "varbinary"}:
        raise not_supported(what=f"a value of type {value.type} in json_object or json_array")
    plain = value.type == UNKNOWN or value.type.name in {*NUMBERS, "boolean"}
    return cast_to_json(value if plain else explicit_cast(value, VARCHAR))


def _handling(node: exp.Expr, on: str, default: str = "NULL") -> str | exp.Expr:
    """Give the word, or the expression after DEFAULT, of `... ON EMPTY` and `... ON ERROR`."""
    condition = node.args.get("on_condition")
    given = None if condition is None else condition.args.get(on.lower())
    if isinstance(given, str):
        return given.removesuffix(f" ON {on}")
    return default if given is None else given


def _word(node: exp.Expr, on: str, known: Iterable[str], default: str = "NULL") -> str:
    found = _handling(node, on, default)
    if not isinstance(found, str) or found not in known:
        raise QueryError(ErrorName.SYNTAX_ERROR, f"{node.key}: no such behavior ON {on}")
    return found


def _asked(self: Expressions, node: exp.Expr, place: Place, *, raises: bool, more: str = "") -> str:
    """Write the arguments of our function: the JSON, the path, what else it takes, and on errors.

    Raises:
        QueryError: It is no path.
    """
    written = self.translate(node.args.get("path") or node.expression, place).literal
    if not isinstance(written, str):
        detail = "A JSON path of JSON_EXISTS, JSON_VALUE and JSON_QUERY is a literal"
        raise QueryError(ErrorName.SYNTAX_ERROR, detail)
    try:
        _ = read_path(written)
    except PathSyntaxError as error:
        raise QueryError(ErrorName.SYNTAX_ERROR, str(error)) from error
    value = coerce(self.translate(node.this, place), VARCHAR)
    return f"{value.sql}, {text(written)}, {more}{text('raise' if raises else 'tell')}"


def _no_items(type_: AthenaType) -> str:
    return fail(ErrorName.JSON_VALUE_RESULT_ERROR, "JSON path found no items", type_)


def _exists(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    """Write `json_exists(value, path [TRUE | FALSE | UNKNOWN | ERROR ON ERROR])`."""
    only(node, "this", "path", "on_condition")
    on_error = _word(node, "ERROR", {*_ANSWERS, "ERROR"}, "FALSE")
    asked = _asked(self, node, place, raises=on_error == "ERROR")
    made = f"CASE athena_json_exists({asked}) WHEN 't' THEN true WHEN 'f' THEN false WHEN 'r'"
    return Typed(f"{made} THEN {_ANSWERS.get(on_error, 'false')} END", BOOLEAN)


def _query(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    """Write `json_query(value, path [... WRAPPER] [... ON EMPTY] [... ON ERROR])`."""
    only(node, "this", "expression", "json_query", "option", "quote", "on_condition")
    if not node.args.get("json_query"):
        raise not_supported(what="the operator -> on JSON")
    option, quote = node.args.get("option"), node.args.get("quote")
    wrapper = _WRAPPERS["" if option is None else option.name]
    if quote is not None and quote.name == "OMIT":
        if wrapper != "never":
            detail = "OMIT QUOTES behavior specified with an ARRAY WRAPPER behavior"
            raise QueryError(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
        wrapper = "bare"
    words = {"NULL", "ERROR", *_EMPTY}
    on_empty, on_error = (_word(node, on, words) for on in ("EMPTY", "ERROR"))
    empty = _no_items(VARCHAR) if on_empty == "ERROR" else _EMPTY.get(on_empty, "NULL")
    raises, more = on_error == "ERROR", f"{text(wrapper)}, "
    asked = _asked(self, node, place, raises=raises, more=more)
    made = let(
        f"athena_json_query({asked})",
        lambda found: (
            f"CASE left({found}, 1) WHEN 'v' THEN substring({found}, 2)"
            f" WHEN 'e' THEN {empty} WHEN 'r' THEN {_EMPTY.get(on_error, 'NULL')} END"
        ),
    )
    return Typed(made, VARCHAR)


def _value(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    """Write `json_value(value, path [RETURNING type] [... ON EMPTY] [... ON ERROR])`."""
    only(node, "this", "path", "returning", "on_condition")
    given = node.args.get("returning") or None
    returning = VARCHAR if given is None else parse_type(given.sql(dialect="trino"))
    if returning.name in {"array", "map", "row", "json", "varbinary"}:
        raise not_supported(what=f"json_value RETURNING {returning}")

    def handled(on: str) -> str | None:
        found = _handling(node, on)
        if isinstance(found, exp.Expr):
            return coerce(self.translate(found, place), returning).sql
        if found not in {"NULL", "ERROR"}:
            raise QueryError(ErrorName.SYNTAX_ERROR, f"JSON_VALUE: no such behavior ON {on}")
        return None if found == "ERROR" else coerce(NULL, returning).sql

    on_empty, on_error = handled("EMPTY"), handled("ERROR")
    empty = _no_items(returning) if on_empty is None else on_empty

    def read(found: str) -> str:
        held = f"substring({found}, 2)"
        good = held if returning == VARCHAR else _cast_by_kind(found, held, returning)
        good = good if on_error is None else f"coalesce(TRY({good}), {on_error})"
        return (
            f"CASE left({found}, 1) WHEN 'n' THEN NULL WHEN 'e' THEN {empty}"
            f" WHEN 'r' THEN {on_error or 'NULL'} ELSE {good} END"
        )

    asked = _asked(self, node, place, raises=on_error is None)
    made = let(f"athena_json_value({asked})", read)
    return Typed(f"CAST({made} AS {returning.duckdb})", returning)


def _cast_by_kind(found: str, held: str, target: AthenaType) -> str:
    kinds = " ".join(
        f"WHEN {text(letter)} THEN {made}"
        for letter, type_ in _KINDS.items()
        if (made := _cast(held, type_, target)) is not None
    )
    return f"CASE left({found}, 1) {kinds} END"


def _cast(held: str, source: AthenaType, target: AthenaType) -> str | None:
    if source != VARCHAR and target.name not in {*NUMBERS, "boolean", "varchar", "char"}:
        return None
    value = Typed(held if source == VARCHAR else f"CAST({held} AS {source.duckdb})", source)
    return explicit_cast(value, target).sql


STANDARD_JSON: Final[dict[type[exp.Expr], Rule]] = {
    exp.JSONObject: _object,
    exp.JSONArray: _array,
    exp.JSONExists: _exists,
    exp.JSONExtract: _query,
    exp.JSONValue: _value,
}
