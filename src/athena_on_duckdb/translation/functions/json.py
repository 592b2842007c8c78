"""JSON by the functions with Athena's own paths, and by those of the SQL standard."""

from __future__ import annotations

from functools import partial
from typing import Final

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.casts import explicit_cast
from athena_on_duckdb.translation.coercion import NUMBERS
from athena_on_duckdb.translation.json_casts import cast_to_json
from athena_on_duckdb.translation.python.json_path import PathSyntaxError, read_path
from athena_on_duckdb.translation.python.json_stream import steps
from athena_on_duckdb.translation.signatures import Call, table
from athena_on_duckdb.translation.typed import (
    Typed,
    fail,
    fill,
    let,
    not_supported,
    refuse,
    text,
)
from athena_on_duckdb.types import BIGINT, BOOLEAN, DOUBLE, UNKNOWN, VARCHAR, AthenaType

# What DuckDB reads otherwise than Athena: broken JSON, texts with escapes or with other characters
# than those of ASCII, and some numbers.
_PLAIN: Final = text(r"[ -\[\]-~\s]*")
_UNLIKE: Final = text(r"-0[^.0-9]|[0-9]{19}|NaN|Inf")
# What DuckDB writes otherwise: numbers with a fraction or an exponent.
_REWRITTEN: Final = text(r"[0-9]\.[0-9]|[0-9][eE]")
# Few words: a longer IN becomes a join in DuckDB, which computes its side for every row, also for
# those that CASE keeps it from.
_IS_SCALAR: Final = "NOT IN ('ARRAY', 'OBJECT', 'NULL')"


def _path(value: Typed) -> tuple[str, ...] | None:
    """Read the literal path of json_extract and its kin; none where it is computed.

    Raises:
        QueryError: It is no path.
    """
    if not isinstance(value.literal, str):
        return None
    found = steps(value.literal)
    if found is None:
        raise refuse(ErrorName.INVALID_FUNCTION_ARGUMENT, f"Invalid JSON path: {value.literal!r}")
    return found


def _by_path(call: Call, function: str, native: str) -> str:
    """Make a reader of JSON: DuckDB's where it gives what Athena does, else our own."""
    own = f"{function}({{0}}, {{1}})"
    wanted = _path(call.value(1))
    # What may be a place in an array as well as a key, DuckDB's paths tell apart.
    hard = any(step.lstrip("+-").isdigit() or set(step) & set('"\\') for step in wanted or ())
    if wanted is None or hard:
        return fill(own, call.sqls)
    duckdb = text("".join(("$", *(f'."{step}"' for step in wanted))))
    document, path = call.sqls
    like = f"json_valid({{0}}) AND regexp_full_match({{0}}, {_PLAIN})"
    # DuckDB computes what stands in a branch for a constant before it looks at the condition.
    alike = f"CASE WHEN {like} AND NOT regexp_matches({{0}}, {_UNLIKE}) THEN {{0}} END"
    # What is filled in is a template no more: a path may hold `{1}`.
    known = fill(alike, [document])
    read = let(known, lambda once: fill(native, [once, duckdb, path]))
    return f"CASE WHEN ({known}) IS NOT NULL THEN {read} ELSE {fill(own, call.sqls)} END"


_SCALAR: Final = partial(
    _by_path,
    function="athena_json_extract_scalar",
    native="CASE WHEN json_type({0}, {1}) = 'DOUBLE' THEN athena_json_extract_scalar({0}, {2})"
    f" WHEN json_type({{0}}, {{1}}) {_IS_SCALAR} THEN json_extract_string({{0}}, {{1}}) END",
)
_FOUND: Final = "CAST(json_extract({0}, {1}) AS VARCHAR)"


JSON_FUNCTIONS: Final = table(
    {
        "json_extract_scalar(varchar, pattern) -> $0": _SCALAR,
        "json_extract_scalar(json, pattern) -> varchar": _SCALAR,
        "json_extract(text_or_json, pattern) -> json": partial(
            _by_path,
            function="athena_json_extract",
            native=f"CASE WHEN regexp_matches({_FOUND}, {_REWRITTEN})"
            f" THEN athena_json_extract({{0}}, {{2}}) ELSE {_FOUND} END",
        ),
        "json_size(text_or_json, pattern) -> bigint": "athena_json_size({0}, {1})",
        "json_array_length(text_or_json) -> bigint": ("athena_json_array_length({0})"),
        "json_array_get(text_or_json, bigint) -> json": "athena_json_array_get({0}, {1})",
        **{
            f"json_array_contains(text_or_json, {type_}) -> boolean": (
                f"athena_json_array_contains({{0}}, '{kind}', CAST({{1}} AS VARCHAR))"
            )
            for type_, kind in {
                "varchar": "s",
                "boolean": "b",
                "bigint": "i",
                "double": "d",
            }.items()
        },
        "is_json_scalar(text_or_json) -> boolean": ("athena_is_json_scalar({0})"),
        "json_parse(varchar) -> json": "athena_json_parse({0})",
        "json_format(json) -> varchar": "{0}",
    }
)


def standard_path(value: Typed) -> str:
    """Give a literal path of the SQL standard.

    Raises:
        QueryError: It is none.
    """
    if not isinstance(value.literal, str):
        detail = "A JSON path of JSON_EXISTS, JSON_VALUE and JSON_QUERY is a literal"
        raise refuse(ErrorName.SYNTAX_ERROR, detail)
    try:
        _ = read_path(value.literal)
    except PathSyntaxError as error:
        raise refuse(ErrorName.SYNTAX_ERROR, str(error)) from error
    return text(value.literal)


def _no_items(type_: AthenaType) -> str:
    return fail(ErrorName.JSON_VALUE_RESULT_ERROR, "JSON path found no items", type_)


def _raised(on_error: str) -> str:
    return "'raise'" if on_error == "ERROR" else "'tell'"


def json_exists(value: Typed, path: Typed, on_error: str) -> Typed:
    """Write `json_exists(value, path [TRUE | FALSE | UNKNOWN | ERROR ON ERROR])`."""
    answers = {"TRUE": "true", "UNKNOWN": "NULL"}
    found = f"athena_json_exists({value.sql}, {standard_path(path)}, {_raised(on_error)})"
    made = f"CASE {found} WHEN 't' THEN true WHEN 'f' THEN false WHEN 'r'"
    return Typed(f"{made} THEN {answers.get(on_error, 'false')} END", BOOLEAN)


# What a scalar of JSON is before it is cast, by the letter that it is told with.
_KINDS: Final = {
    "i": BIGINT, "d": DOUBLE, "b": BOOLEAN, "x": AthenaType("decimal", 38, 10), "s": VARCHAR,
}  # fmt: skip


def json_value(
    value: Typed, path: Typed, returning: AthenaType, on_empty: Typed | None, on_error: Typed | None
) -> Typed:
    """Write `json_value(value, path [RETURNING type] [... ON EMPTY] [... ON ERROR])`.

    Args:
        value: The JSON.
        path: The path.
        returning: The type of the result.
        on_empty: What is given where nothing is found; none: that is an error.
        on_error: What is given for an error; none: the query fails.
    """
    if returning.name in {"array", "map", "row", "json", "varbinary"}:
        what = f"json_value RETURNING {returning}"
        raise not_supported(what)
    strict = on_error is None

    def read(found: str) -> str:
        held = f"substring({found}, 2)"
        if returning == VARCHAR:
            cast_values = held
        else:
            kinds = " ".join(
                f"WHEN {text(letter)} THEN {made}"
                for letter, type_ in _KINDS.items()
                if (made := _cast(held, type_, returning)) is not None
            )
            cast_values = f"CASE left({found}, 1) {kinds} END"
        empty = _no_items(returning) if on_empty is None else on_empty.sql
        error = "NULL" if on_error is None else on_error.sql
        good = cast_values if strict else f"coalesce(TRY({cast_values}), {error})"
        return (
            f"CASE left({found}, 1) WHEN 'n' THEN NULL WHEN 'e' THEN {empty}"
            f" WHEN 'r' THEN {error} ELSE {good} END"
        )

    errors = _raised("ERROR" if strict else "")
    found = f"athena_json_value({value.sql}, {standard_path(path)}, {errors})"
    made = let(found, read)
    return Typed(f"CAST({made} AS {returning.duckdb})", returning)


def _cast(held: str, source: AthenaType, target: AthenaType) -> str | None:
    if source != VARCHAR and target.name not in {*NUMBERS, "boolean", "varchar", "char"}:
        return None
    value = Typed(held if source == VARCHAR else f"CAST({held} AS {source.duckdb})", source)
    return explicit_cast(value, target).sql


def json_query(value: Typed, path: Typed, wrapper: str, on_empty: str, on_error: str) -> Typed:
    """Write `json_query(value, path [... WRAPPER] [... ON EMPTY] [... ON ERROR])`."""
    given = {"EMPTY ARRAY": "'[]'", "EMPTY OBJECT": "'{}'"}
    arguments = f"{value.sql}, {standard_path(path)}, {text(wrapper)}, {_raised(on_error)}"
    empty = given.get(on_empty, "NULL")
    if on_empty == "ERROR":
        empty = _no_items(VARCHAR)
    made = let(
        f"athena_json_query({arguments})",
        lambda found: (
            f"CASE left({found}, 1) WHEN 'v' THEN substring({found}, 2)"
            f" WHEN 'e' THEN {empty} WHEN 'r' THEN {given.get(on_error, 'NULL')} END"
        ),
    )
    return Typed(made, VARCHAR)


def json_object(pairs: list[tuple[Typed, str]], *, absent_on_null: bool) -> Typed:
    """Write `json_object('key': value, ...)` of keys and the JSON of values."""
    keys = ", ".join(key.sql for key, _ in pairs)
    values = ", ".join(member for _, member in pairs)
    nulls = "'drop'" if absent_on_null else "'keep'"
    lists = f"CAST([{keys}] AS VARCHAR[]), CAST([{values}] AS VARCHAR[])"
    return Typed(f"athena_json_object({lists}, {nulls})", VARCHAR)


def json_array(members: list[str], *, absent_on_null: bool) -> Typed:
    """Write `json_array(value, ...)` of the JSON of values."""
    nulls = "'drop'" if absent_on_null else "'keep'"
    made = f"athena_json_array(CAST([{', '.join(members)}] AS VARCHAR[]), {nulls})"
    return Typed(made, VARCHAR)


def json_member(value: Typed, *, is_json: bool) -> str:
    """Write the JSON of a value within json_object or json_array.

    Args:
        value: The value.
        is_json: Whether it is the text of JSON.

    Raises:
        QueryError: No value of its type can stand there.
    """
    if is_json:
        return f"athena_json_input({value.sql})"
    if value.type.name in {"array", "map", "row", "varbinary"}:
        what = f"a value of type {value.type} in json_object or json_array"
        raise not_supported(what)
    plain = value.type == UNKNOWN or value.type.name in {*NUMBERS, "boolean"}
    return cast_to_json(value if plain else explicit_cast(value, VARCHAR))
