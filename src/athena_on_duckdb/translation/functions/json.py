"""JSON by the functions with Athena's own paths."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.python.json_stream import steps
from athena_on_duckdb.translation.typed import Typed, fill, let, text

if TYPE_CHECKING:
    from athena_on_duckdb.translation.signatures import Call, Entries

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
        raise QueryError(
            ErrorName.INVALID_FUNCTION_ARGUMENT, f"Invalid JSON path: {value.literal!r}"
        )
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


JSON_FUNCTIONS: Final[Entries] = {
    "json_extract_scalar(varchar, pattern) -> $0": _SCALAR,
    "json_extract_scalar(json, pattern) -> varchar": _SCALAR,
    "json_extract(text_or_json, pattern) -> json": partial(
        _by_path,
        function="athena_json_extract",
        native=f"CASE WHEN regexp_matches({_FOUND}, {_REWRITTEN})"
        f" THEN athena_json_extract({{0}}, {{2}}) ELSE {_FOUND} END",
    ),
    "json_size(text_or_json, pattern) -> bigint": "athena_json_size({0}, {1})",
    "json_array_length(text_or_json) -> bigint": "athena_json_array_length({0})",
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
    "is_json_scalar(text_or_json) -> boolean": "athena_is_json_scalar({0})",
    "json_parse(varchar) -> json": "athena_json_parse({0})",
    "json_format(json) -> varchar": "{0}",
}
