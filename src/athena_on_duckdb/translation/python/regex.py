"""The functions of regular expressions, for what RE2 lacks or reads otherwise."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.java_format import wrong
from athena_on_duckdb.translation.python.java_regex import UnknownPatternError, read_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_REFERENCE: Final = re.compile(r"\\(.?)|\$\{([^}]*)\}?|\$(.?)", re.DOTALL)


def _pattern(value: str, pattern: str) -> re.Pattern[str]:
    """Read a pattern for a value.

    Raises:
        ValueError: The pattern is none, or is not known here.
    """
    try:
        found = read_pattern(pattern)
    except UnknownPatternError as error:
        wrong(f"The local Athena does not know {error}.", ErrorName.NOT_SUPPORTED)
    if not found.refused.isdisjoint(value):
        detail = "(?i) of letters with several as their other case, and whether marks are letters"
        wrong(f"The local Athena does not know {detail}.", ErrorName.NOT_SUPPORTED)
    return found.python


def _group(pattern: re.Pattern[str], group: int) -> int:
    if group < 0:
        wrong("Group cannot be negative")
    if group > pattern.groups:
        wrong(f"Pattern has {pattern.groups} groups. Cannot access group {group}")
    return group


def regexp_like(value: str, pattern: str) -> bool:
    """Tell whether a pattern is found."""
    return _pattern(value, pattern).search(value) is not None


def regexp_extract(value: str, pattern: str, group: int) -> str | None:
    """Give a group of the first match."""
    compiled = _pattern(value, pattern)
    found = compiled.search(value)
    number = _group(compiled, group)
    return None if found is None else found.group(number)


def regexp_extract_all(value: str, pattern: str, group: int) -> list[str | None]:
    """Give a group of every match."""
    compiled = _pattern(value, pattern)
    number = _group(compiled, group)
    return [found.group(number) for found in compiled.finditer(value)]


def regexp_count(value: str, pattern: str) -> int:
    """Count the matches."""
    return sum(1 for _ in _pattern(value, pattern).finditer(value))


def regexp_position(value: str, pattern: str, start: int, occurrence: int) -> int:
    """Find the n-th match from a place on; -1 where there is none."""
    if start < 1:
        wrong("start position cannot be smaller than 1")
    if occurrence < 1:
        wrong("occurrence cannot be smaller than 1")
    places = (match.start() + 1 for match in _pattern(value, pattern).finditer(value, start - 1))
    if start > len(value):
        return -1
    return next((place for at, place in enumerate(places, 1) if at == occurrence), -1)


def regexp_split(value: str, pattern: str) -> list[str]:
    """Give what stands between the matches."""
    return [piece[0] or "" for piece in _pieces(value, _pattern(value, pattern))]


def _pieces(value: str, pattern: re.Pattern[str]) -> Iterator[list[str | None]]:
    end = 0
    for found in pattern.finditer(value):
        yield [value[end : found.start()], *found.groups()]
        end = found.end()
    yield [value[end:]]


def regexp_pieces(value: str, pattern: str) -> list[list[str | None]]:
    """Give what stands before each match with the match's groups, and then the rest alone."""
    return list(_pieces(value, _pattern(value, pattern)))


def regexp_replace(value: str, pattern: str, replacement: str) -> str:
    """Replace every match; `$1` and `${name}` are groups of it."""
    compiled = _pattern(value, pattern)
    if compiled.search(value) is None:
        return value
    names = compiled.groupindex
    parts = _parts(replacement, compiled.groups, tuple(names.items()))
    if len(parts) == 1 and isinstance(parts[0], str):
        plain = parts[0]
        return compiled.sub(lambda _: plain, value)
    return compiled.sub(
        lambda found: "".join(
            part if isinstance(part, str) else found.group(part) or "" for part in parts
        ),
        value,
    )


@lru_cache(maxsize=256)
def _parts(replacement: str, groups: int, names: tuple[tuple[str, int], ...]) -> list[str | int]:
    """Read a replacement: texts, and numbers of groups."""
    parts: list[str | int] = [""]
    at = 0
    while at < len(replacement):
        found = _REFERENCE.match(replacement, at)
        part: str | int = replacement[at]
        at += 1
        if found is not None:
            at = found.end()
            part, used = _reference(found, replacement[at:], groups, dict(names))
            at += used
        if isinstance(part, str) and isinstance(last := parts[-1], str):
            parts[-1] = last + part
        else:
            parts.append(part)
    return parts


def _reference(
    found: re.Match[str], rest: str, groups: int, names: dict[str, int]
) -> tuple[str | int, int]:
    """Read what begins with a backslash or a dollar: it, and how many digits more it takes."""
    escaped, name, number = found.groups()
    if name in names:
        return names[name], 0
    if escaped:
        return escaped, 0
    if not (number or "").isascii() or not (number or "").isdigit() or int(number) > groups:
        wrong(f"Illegal replacement sequence: {found.string}")
    used = 0
    # The largest group that there is.
    while rest[used : used + 1].isdigit() and int(number + rest[used]) <= groups:
        number += rest[used]
        used += 1
    return int(number), used
