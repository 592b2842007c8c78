"""Regular expressions: by RE2 where it gives what Athena does, else by Python; and LIKE."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.failures import marked
from athena_on_duckdb.translation.python.java_regex import (
    Pattern,
    UnknownPatternError,
    read_pattern,
)
from athena_on_duckdb.translation.typed import Typed, fill, invalid, not_supported, text, variables
from athena_on_duckdb.types import BOOLEAN, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from athena_on_duckdb.translation.signatures import Call, Entries


def _read(call: Call) -> Pattern | None:
    """Read the pattern of a call; none where it is computed.

    Raises:
        QueryError: It is none, or is not known here.
    """
    literal = call.value(1).literal
    if not isinstance(literal, str):
        return None
    try:
        return read_pattern(literal)
    except UnknownPatternError as error:
        raise not_supported(what=str(error)) from error
    except ValueError as error:
        raise marked(str(error)) or error from error


def _by(own: str, native: str | None = None) -> Callable[[Call], str]:
    """Make a call of Python's function, or of RE2's for the texts that RE2 reads alike.

    Args:
        own: The call of Python's function.
        native: The call of DuckDB's, `@` being the pattern; none where there is none.
    """

    def make(call: Call) -> str:
        pattern = _read(call)
        if pattern is None or pattern.native is None or native is None:
            return fill(own, call.sqls)
        # Patterns are arguments of the template, which would read `{4}` in them.
        places = [f"{{{len(call.sqls) + offset}}}" for offset in range(2)]
        by_re2 = native.replace("@", places[0])
        if pattern.unlike:
            is_unlike = f"regexp_matches({{0}}, {places[1]})"
            by_re2 = f"CASE WHEN {is_unlike} THEN {own} ELSE {by_re2} END"
        given = [*call.sqls, text(pattern.native), text(f"[{pattern.unlike}]")]
        return fill(by_re2, given)

    return make


def _replaced_by_lambda(call: Call) -> str:
    """Replace each match by what a lambda makes of its groups."""
    _ = _read(call)
    function = call.function(2)
    (group,) = function.parameters
    pieces, piece, place = variables(3, *call.sqls, function.sql)
    groups = f"list_slice({piece}, 2, len({piece}))"
    made = f"(list_transform([{groups}], lambda {group}: {function.body.sql}))[1]"
    is_last = f"{place} = len({pieces})"
    whole = f"CASE WHEN {is_last} THEN {piece}[1] ELSE {piece}[1] || {made} END"
    texts = f"list_transform({pieces}, lambda {piece}, {place}: {whole})"
    # NULL in the place of a match makes all of it NULL.
    joined = f"list_reduce({texts}, lambda {piece}, {place}: {piece} || {place})"
    read = f"athena_regexp_pieces({call.sqls[0]}, {call.sqls[1]})"
    return f"(list_transform([{read}], lambda {pieces}: {joined}))[1]"


def like(value: Typed, pattern: Typed, escape: Typed | None) -> str:
    """Write LIKE."""
    if escape is None:
        return f"({value.sql} LIKE {pattern.sql})"
    if escape.type == UNKNOWN:
        return "CAST(NULL AS BOOLEAN)"
    if not isinstance(escape.literal, str) or len(escape.literal) != 1:
        detail = "Escape string must be a single character"
        raise QueryError(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
    mark = re.escape(escape.literal)
    known = text(f"(?s)([^{_in_class(escape.literal)}]|{mark}[%_{_in_class(escape.literal)}])*")
    follow = "Escape character must be followed by '%', '_' or the escape character itself"
    failed = invalid(follow, BOOLEAN)
    made = f"({{0}} LIKE {{1}} ESCAPE {escape.sql})"
    return fill(
        f"CASE WHEN NOT regexp_full_match({{1}}, {known}) THEN {failed} ELSE {made} END",
        [value.sql, pattern.sql],
    )


def _in_class(character: str) -> str:
    return f"\\{character}" if character in "\\]^-[" else character


REGEX: Final[Entries] = {
    "regexp_like(varchar, pattern) -> boolean": _by(
        "athena_regexp_like({0}, {1})", "regexp_matches({0}, @)"
    ),
    "regexp_extract(varchar, pattern) -> $0": _by(
        "athena_regexp_extract({0}, {1}, 0)",
        "CASE WHEN regexp_matches({0}, @) THEN regexp_extract({0}, @) END",
    ),
    "regexp_extract(varchar, pattern, bigint) -> $0": _by("athena_regexp_extract({0}, {1}, {2})"),
    "regexp_extract_all(varchar, pattern) -> array($0)": _by(
        "athena_regexp_extract_all({0}, {1}, 0)"
    ),
    "regexp_extract_all(varchar, pattern, bigint) -> array($0)": _by(
        "athena_regexp_extract_all({0}, {1}, {2})"
    ),
    "regexp_replace(varchar, pattern) -> varchar": _by("athena_regexp_replace({0}, {1}, '')"),
    "regexp_replace(varchar, pattern, varchar) -> varchar": _by(
        "athena_regexp_replace({0}, {1}, {2})"
    ),
    "regexp_replace(varchar, pattern, function(array(varchar), varchar)) -> varchar": (
        _replaced_by_lambda
    ),
    "regexp_split(varchar, pattern) -> array($0)": _by("athena_regexp_split({0}, {1})"),
    "regexp_count(varchar, pattern) -> bigint": _by("athena_regexp_count({0}, {1})"),
    "regexp_position(varchar, pattern) -> integer": _by(
        "CAST(athena_regexp_position({0}, {1}, 1, 1) AS INTEGER)"
    ),
    "regexp_position(varchar, pattern, integer) -> integer": _by(
        "CAST(athena_regexp_position({0}, {1}, {2}, 1) AS INTEGER)"
    ),
    "regexp_position(varchar, pattern, integer, integer) -> integer": _by(
        "CAST(athena_regexp_position({0}, {1}, {2}, {3}) AS INTEGER)"
    ),
}
