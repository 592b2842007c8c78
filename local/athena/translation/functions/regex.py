"""Regular expressions: patterns that Java and RE2 read alike, and LIKE's kin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from local.athena.errors import ErrorName
from local.athena.translation.signatures import Call, table
from local.athena.translation.typed import Typed, fail, fill, not_supported, refuse, text
from local.athena.types import BOOLEAN, UNKNOWN, VARCHAR

if TYPE_CHECKING:
    from collections.abc import Callable

# Escapes that mean the same in Java, RE2 and Python's re; and those that only Python shares.
_ESCAPES: Final = frozenset("dDwWsSbBtnrfAux0123456789") | frozenset(
    r"\.[]{}()*+?^$|/-'\"#&@:;,<>=!%_~` "
)
_LOOKING: Final = re.compile(r"\(\?(=|!|<=|<!)|(?<!\\)\\[1-9]")
_FLAGS: Final = re.compile(r"\(\?[ims]+\)|\(\?[ims]*:|\(\?P?<[a-zA-Z]\w*>")


def _pattern(value: Typed) -> str:
    """Give a literal pattern, once it is known that all engines read it alike."""
    pattern = value.literal
    if not isinstance(pattern, str):
        what = "regular expressions that are computed: write the pattern as a literal"
        raise not_supported(what)
    for escape in re.findall(r"\\(.)", pattern, re.DOTALL):
        if escape not in _ESCAPES:
            what = f"\\{escape} in the regular expression {pattern!r}"
            raise not_supported(what)
    unescaped = re.sub(r"\\.", "", pattern, flags=re.DOTALL)
    if "&&" in unescaped or "[[" in unescaped or re.search(r"[*+?}]\+", unescaped):
        what = f"classes within classes, or possessive repeats, in {pattern!r}"
        raise not_supported(what)
    for group in re.findall(r"\(\?[^)]?[^)]?", unescaped):
        if not _FLAGS.match(unescaped, unescaped.index(group)) and not _LOOKING.match(group):
            what = f"{group} in the regular expression {pattern!r}"
            raise not_supported(what)
    if re.match(r"\(\?", unescaped) is None and re.search(r".\(\?[ims]+\)", unescaped):
        what = f"flags within the regular expression {pattern!r}"
        raise not_supported(what)
    try:
        _ = re.compile(_python(pattern))
    except re.error as error:
        detail = f"Invalid regular expression {pattern!r}: {error}"
        raise refuse(ErrorName.INVALID_FUNCTION_ARGUMENT, detail) from error
    return pattern


def _python(pattern: str) -> str:
    """Name groups as RE2 and Python do."""
    return re.sub(r"\(\?<([a-zA-Z])", r"(?P<\1", pattern)


def _looks_around(pattern: str) -> bool:
    """Tell whether a pattern has what RE2 lacks."""
    return _LOOKING.search(pattern) is not None


def _like(call: Call) -> str:
    pattern = _pattern(call.value(1))
    if _looks_around(pattern):
        return f"athena_regexp_like({call.sqls[0]}, {text(_python(pattern))})"
    return f"regexp_matches({call.sqls[0]}, {text(_python(pattern))})"


def _group(call: Call, pattern: str) -> int:
    if len(call.arguments) == 2:  # noqa: PLR2004 -- the number is the thing itself
        return 0
    number = call.value(2).literal
    if not isinstance(number, int):
        what = "groups of a regular expression that are computed"
        raise not_supported(what)
    groups = re.compile(_python(pattern)).groups
    if not 0 <= number <= groups:
        detail = f"Pattern has {groups} groups. Cannot access group {number}"
        raise refuse(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
    return number


def _extract(call: Call) -> str:
    pattern = _pattern(call.value(1))
    group = _group(call, pattern)
    arguments = [call.sqls[0], text(_python(pattern))]
    by_python = f"athena_regexp_extract({{0}}, {{1}}, {group})"
    if _looks_around(pattern):
        return fill(by_python, arguments)
    found = f"regexp_extract({{0}}, {{1}}, {group})"
    # RE2 gives an empty text both for a group that is empty and for one that took no part.
    rest = by_python if group else "''"
    return fill(
        f"CASE WHEN {found} <> '' THEN {found} WHEN regexp_matches({{0}}, {{1}}) THEN {rest} END",
        arguments,
    )


def _extract_all(call: Call) -> str:
    pattern = _pattern(call.value(1))
    group = _group(call, pattern)
    arguments = [call.sqls[0], text(_python(pattern))]
    by_python = f"athena_regexp_extract_all({{0}}, {{1}}, {group})"
    if _looks_around(pattern):
        return fill(by_python, arguments)
    found = f"regexp_extract_all({{0}}, {{1}}, {group})"
    if not group:
        return fill(found, arguments)
    return fill(
        f"CASE WHEN list_contains({found}, '') THEN {by_python} ELSE {found} END", arguments
    )


_REPLACEMENT_FAILS: Final = fail(
    ErrorName.NOT_SUPPORTED, "A computed replacement with a backslash or a named group", VARCHAR
)


def _replace(call: Call) -> str:
    pattern = _pattern(call.value(1))
    if len(call.arguments) == 2:  # noqa: PLR2004 -- the number is the thing itself
        replacement = "''"
    elif isinstance(literal := call.value(2).literal, str):
        replacement = text(_replacement(literal, re.compile(_python(pattern)).groups))
    else:
        replacement = fill(
            r"CASE WHEN contains({0}, '\') OR contains({0}, '${') THEN "
            + _REPLACEMENT_FAILS
            + r" ELSE regexp_replace({0}, '\$([0-9])', '\\\1', 'g') END",
            [call.sqls[2]],
        )
    if _looks_around(pattern):
        return f"athena_regexp_replace({call.sqls[0]}, {text(_python(pattern))}, {replacement})"
    return f"regexp_replace({call.sqls[0]}, {text(_python(pattern))}, {replacement}, 'g')"


def _replacement(written: str, groups: int) -> str:
    r"""Turn `$1` of Java into `\1`, and what Java escapes into what RE2 does."""
    made: list[str] = []
    rest = iter(written)
    for character in rest:
        if character == "\\":
            escaped = next(rest, "")
            made.append("\\\\" if escaped == "\\" else escaped)
        elif character == "$":
            number = next(rest, "")
            if not number.isdigit() or int(number) > groups:
                detail = f"Illegal group reference in the replacement {written!r}"
                raise refuse(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
            made.append(f"\\{number}")
        else:
            made.append(character)
    return "".join(made)


def _split(call: Call) -> str:
    pattern = _pattern(call.value(1))
    if _looks_around(pattern) or re.compile(_python(pattern)).match(""):
        what = f"regexp_split by {pattern!r}, which can match nothing"
        raise not_supported(what)
    return f"regexp_split_to_array({call.sqls[0]}, {text(_python(pattern))})"


def _count(call: Call) -> str:
    return f"len({_extract_all(call)})"


def _position(call: Call) -> str:
    pattern = _pattern(call.value(1))
    place = [*call.sqls[2:], "1", "1"][:2]
    return f"athena_regexp_position({call.sqls[0]}, {text(_python(pattern))}, {', '.join(place)})"


def like(value: Typed, pattern: Typed, escape: Typed | None) -> str:
    """Write LIKE."""
    if escape is None:
        return f"({value.sql} LIKE {pattern.sql})"
    if escape.type == UNKNOWN:
        return "CAST(NULL AS BOOLEAN)"
    if not isinstance(escape.literal, str) or len(escape.literal) != 1:
        detail = "Escape string must be a single character"
        raise refuse(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
    mark = re.escape(escape.literal)
    known = text(f"(?s)([^{_in_class(escape.literal)}]|{mark}[%_{_in_class(escape.literal)}])*")
    failed = fail(
        ErrorName.INVALID_FUNCTION_ARGUMENT,
        "Escape character must be followed by '%', '_' or the escape character itself",
        BOOLEAN,
    )
    made = f"({{0}} LIKE {{1}} ESCAPE {escape.sql})"
    return fill(
        f"CASE WHEN NOT regexp_full_match({{1}}, {known}) THEN {failed} ELSE {made} END",
        [value.sql, pattern.sql],
    )


def _in_class(character: str) -> str:
    return f"\\{character}" if character in "\\]^-[" else character


_MAKERS: Final[dict[str, Callable[[Call], str]]] = {
    "regexp_like(varchar, varchar) -> boolean": _like,
    "regexp_extract(varchar, varchar) -> varchar": _extract,
    "regexp_extract(varchar, varchar, bigint) -> varchar": _extract,
    "regexp_extract_all(varchar, varchar) -> array(varchar)": _extract_all,
    "regexp_extract_all(varchar, varchar, bigint) -> array(varchar)": _extract_all,
    "regexp_replace(varchar, varchar) -> varchar": _replace,
    "regexp_replace(varchar, varchar, varchar) -> varchar": _replace,
    "regexp_split(varchar, varchar) -> array(varchar)": _split,
    "regexp_count(varchar, varchar) -> bigint": _count,
    "regexp_position(varchar, varchar) -> integer": _position,
    "regexp_position(varchar, varchar, bigint) -> integer": _position,
    "regexp_position(varchar, varchar, bigint, bigint) -> integer": _position,
}
REGEX: Final = table(_MAKERS)
