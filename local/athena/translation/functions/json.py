"""JSON by the functions with Athena's own paths, and by those of the SQL standard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from local.athena.errors import ErrorName
from local.athena.translation.casts import explicit_cast
from local.athena.translation.json_casts import cast_to_json
from local.athena.translation.signatures import Call, table
from local.athena.translation.typed import (
    Typed,
    fail,
    fill,
    joined_texts,
    not_supported,
    refuse,
    text,
)
from local.athena.types import BIGINT, BOOLEAN, VARCHAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.athena.types import AthenaType

_STEP: Final = re.compile(
    r"\.([A-Za-z_:$@|#/-][\w:$@|#/-]*)|\[\s*(\d+)\s*\]|\[\s*\"((?:[^\"\\]|\\.)*)\"\s*\]"
    r"|\[\s*'([^']*)'\s*\]|\.\"([^\"\\]*)\""
)
# What numbers of a JSON text DuckDB may write otherwise than they stand there: zeros at the end,
# exponents, many digits, and what is small enough for an exponent.
_REWRITTEN: Final = text(r"\.[0-9]+0([^0-9]|$)|[0-9][eE]|[0-9.]{15}|0\.000")
# And what DuckDB may write otherwise than Java does.
_OTHER_THAN_JAVA: Final = text(r"[0-9][eE]|[0-9]{8}\.|\.000")
# Few words: a longer IN becomes a join in DuckDB, which computes its side for every row, also for
# those that CASE keeps it from.
_IS_SCALAR: Final = "NOT IN ('ARRAY', 'OBJECT', 'NULL')"


def _steps(path: str, rest: str) -> list[str | int]:
    steps: list[str | int] = []
    at = 0
    while at < len(rest):
        found = _STEP.match(rest, at)
        if found is None:
            what = f"the JSON path {path!r}"
            raise not_supported(what)
        name, index, *quoted = found.groups()
        key = name if name is not None else next((q for q in quoted if q is not None), "")
        steps.append(int(index) if index is not None else key)
        at = found.end()
    return steps


def _duckdb_path(steps: Sequence[str | int]) -> str:
    parts = ["$"]
    for step in steps:
        if isinstance(step, str) and ('"' in step or "\\" in step):
            what = f"the key {step!r} in a JSON path"
            raise not_supported(what)
        parts.append(f"[{step}]" if isinstance(step, int) else f'."{step}"')
    return text("".join(parts))


def _path(value: Typed) -> str:
    """Give the path of json_extract and its kin as DuckDB writes it."""
    path = value.literal
    if not isinstance(path, str):
        what = "JSON paths that are computed: write the path as a literal"
        raise not_supported(what)
    if not path.startswith("$"):
        detail = f"Invalid JSON path: {path!r}"
        raise refuse(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
    return _duckdb_path(_steps(path, path[1:]))


def _guarded(sql: str) -> str:
    """Give a text where it is JSON, else NULL, so that no other function meets what is none."""
    return fill("CASE WHEN json_valid({0}) THEN {0} END", [sql])


def _scalar(call: Call) -> str:
    # DuckDB writes numbers with a point or an exponent anew: Athena gives them as they stand.
    read = "json_extract_string({0}, {1})"
    return fill(
        f"CASE WHEN json_type({{0}}, {{1}}) {_IS_SCALAR} THEN"
        " CASE WHEN regexp_matches({0}, {2}) THEN CASE json_type({0}, {1}) WHEN 'DOUBLE'"
        f" THEN athena_json_number({{0}}, {{1}}) ELSE {read} END ELSE {read} END END",
        [_guarded(call.sqls[0]), _path(call.value(1)), _REWRITTEN],
    )


def _extract(call: Call) -> str:
    path = _path(call.value(1))
    found = f"CAST(json_extract({_guarded(call.sqls[0])}, {path}) AS VARCHAR)"
    return fill(
        "CASE WHEN regexp_matches({0}, {1}) THEN athena_json_numbers({0}) ELSE {0} END",
        [found, _OTHER_THAN_JAVA],
    )


def _size(call: Call) -> str:
    return fill(
        "CASE json_type({0}, {1})"
        " WHEN 'ARRAY' THEN CAST(json_array_length({0}, {1}) AS BIGINT)"
        " WHEN 'OBJECT' THEN CAST(len(json_keys({0}, {1})) AS BIGINT)"
        " ELSE CASE WHEN json_type({0}, {1}) IS NOT NULL THEN CAST(0 AS BIGINT) END END",
        [_guarded(call.sqls[0]), _path(call.value(1))],
    )


def _array_length(call: Call) -> str:
    return fill(
        "CASE WHEN json_type({0}) = 'ARRAY' THEN CAST(json_array_length({0}) AS BIGINT) END",
        [_guarded(call.sqls[0])],
    )


def _array_get(call: Call) -> str:
    return fill(
        # Athena gives a text without its quotes, which is no JSON.
        "CASE WHEN json_type({0}) = 'ARRAY' THEN json_extract_string("
        "list_extract(json_extract({0}, '$[*]'), CASE WHEN {1} < 0 THEN {1} ELSE {1} + 1 END),"
        " '$') END",
        [_guarded(call.sqls[0]), call.sqls[1]],
    )


def _array_contains(call: Call) -> str:
    wanted = call.value(1)
    kinds = {"varchar": "('VARCHAR')", "boolean": "('BOOLEAN')"}
    kind = kinds.get(wanted.type.name, "('BIGINT', 'UBIGINT', 'DOUBLE')")
    read = {
        "varchar": "json_extract_string(j, '$')",
        "boolean": "(CAST(j AS VARCHAR) = 'true')",
        "bigint": "CAST(j AS DOUBLE)",
        "double": "CAST(j AS DOUBLE)",
    }[wanted.type.name]
    return fill(
        "CASE WHEN {1} IS NOT NULL AND json_type({0}) = 'ARRAY' THEN"
        " len(list_filter(json_extract({0}, '$[*]'), lambda j:"
        f" json_type(j) IN {kind} AND {read} = {{1}})) > 0 END",
        [_guarded(call.sqls[0]), call.sqls[1]],
    )


def _standard_path(value: Typed) -> tuple[bool, list[str | int]]:
    """Read a path of the SQL standard: whether it is lax, and its steps."""
    path = value.literal
    if not isinstance(path, str):
        what = "JSON paths that are computed"
        raise not_supported(what)
    mode, _, rest = path.strip().partition(" ")
    if mode not in {"lax", "strict"}:
        mode, rest = "lax", path.strip()
    rest = rest.strip()
    if not rest.startswith("$"):
        detail = f"Invalid JSON path: {path!r}"
        raise refuse(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
    return mode == "lax", _steps(path, rest[1:])


def _found(sql: str, path: Typed) -> str:
    """Give the JSON at a standard path, NULL where nothing is there or the text is no JSON."""
    lax, steps = _standard_path(path)
    unwrapped = [
        f"json_type({{0}}, {_duckdb_path(steps[:at])}) {'=' if isinstance(step, str) else '<>'}"
        " 'ARRAY'"
        for at, step in enumerate(steps)
        if lax
    ]
    found = f"CAST(json_extract({{0}}, {_duckdb_path(steps)}) AS VARCHAR)"
    several = fail(
        ErrorName.NOT_SUPPORTED, "A JSON path in lax mode that meets an array midway", VARCHAR
    )
    if unwrapped:
        found = f"CASE WHEN {' OR '.join(unwrapped)} THEN {several} ELSE {found} END"
    return fill(found, [_guarded(sql)])


def _exists(call: Call) -> str:
    found = _found(call.sqls[0], call.value(1))
    return f"CASE WHEN {call.sqls[0]} IS NOT NULL THEN {found} IS NOT NULL END"


_NO_JSON: Final = fail(ErrorName.INVALID_FUNCTION_ARGUMENT, "Cannot convert value to JSON", VARCHAR)

JSON_FUNCTIONS: Final = table(
    {
        "json_extract_scalar(text_or_json, varchar) -> varchar": _scalar,
        "json_extract(text_or_json, varchar) -> json": _extract,
        "json_size(text_or_json, varchar) -> bigint": _size,
        "json_array_length(text_or_json) -> bigint": _array_length,
        "json_array_get(text_or_json, bigint) -> json": _array_get,
        "json_array_contains(text_or_json, varchar) -> boolean": _array_contains,
        "json_array_contains(text_or_json, boolean) -> boolean": _array_contains,
        "json_array_contains(text_or_json, bigint) -> boolean": _array_contains,
        "json_array_contains(text_or_json, double) -> boolean": _array_contains,
        "is_json_scalar(text_or_json) -> boolean": (
            f"CASE WHEN NOT json_valid({{0}}) THEN {_NO_JSON} IS NULL"
            " ELSE json_type({0}) NOT IN ('ARRAY', 'OBJECT') END"
        ),
        "json_parse(varchar) -> json": "athena_json_parse({0})",
        "json_format(json) -> varchar": "{0}",
        "json_exists(varchar, varchar) -> boolean": _exists,
    }
)


def json_query(value: Typed, path: Typed, *, wrapped: bool) -> Typed:
    """Write `json_query(value, path [WITH ARRAY WRAPPER])`."""
    found = _found(value.sql, path)
    return Typed(f"('[' || {found} || ']')" if wrapped else found, VARCHAR)


def json_value(value: Typed, path: Typed, returning: AthenaType) -> Typed:
    """Write `json_value(value, path [RETURNING type])`: NULL where there is no scalar."""
    found = _found(value.sql, path)
    scalar = fill(
        f"CASE WHEN json_type({{0}}) = 'DOUBLE' THEN athena_json_number({{0}}, '$')"
        f" WHEN json_type({{0}}) {_IS_SCALAR} THEN json_extract_string({{0}}, '$') END",
        [found],
    )
    if returning == VARCHAR:
        return Typed(scalar, VARCHAR)
    if returning not in {BIGINT, BOOLEAN} and returning.name not in {"integer", "double"}:
        what = f"json_value RETURNING {returning}"
        raise not_supported(what)
    return Typed(f"TRY({explicit_cast(Typed(scalar, VARCHAR), returning).sql})", returning)


def or_default(value: Typed, path: Typed, made: Typed, default: Typed) -> Typed:
    """Write `json_value(... DEFAULT x ON EMPTY)`: in lax mode, where the path finds nothing.

    Raises:
        QueryError: The path is strict: finding nothing is an error there.
    """
    if not _standard_path(path)[0]:
        what = "json_value with DEFAULT in strict mode"
        raise not_supported(what)
    found = _found(value.sql, path)
    empty = f"json_valid({value.sql}) AND {found} IS NULL"
    return Typed(f"CASE WHEN {empty} THEN {default.sql} ELSE {made.sql} END", made.type)


def json_object(pairs: list[tuple[Typed, Typed]], *, absent_on_null: bool) -> Typed:
    """Write `json_object('key': value, ...)`."""
    if absent_on_null:
        named = [f"({cast_to_json(key)} || ':' || {_member(value)})" for key, value in pairs]
        joined = joined_texts(f"[{', '.join(named)}]", "','")
        return Typed("('{' || " + joined + " || '}')", VARCHAR)
    members = [
        f"{cast_to_json(key)} || ':' || coalesce({_member(value)}, 'null')" for key, value in pairs
    ]
    inside = " || ',' || ".join(members) or "''"
    return Typed("('{' || " + inside + " || '}')", VARCHAR)


def json_array(values: list[Typed]) -> Typed:
    """Write `json_array(value, ...)`, which leaves out NULL."""
    items = ", ".join(_member(value) for value in values)
    return Typed(f"('[' || {joined_texts(f'[{items}]', text(','))} || ']')", VARCHAR)


def _member(value: Typed) -> str:
    if value.type.name in {"array", "map", "row", "json"}:
        what = f"a value of type {value.type} in json_object or json_array"
        raise not_supported(what)
    return cast_to_json(value)
