"""JSON as Athena writes it: no spaces, Java's numbers, Jackson's escapes."""

from __future__ import annotations

import json
import math
import re
from operator import itemgetter
from typing import Any, Final, cast

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.java_format import java_double, java_real, wrong

# What Jackson's writer of UTF-8 does not write as it is.
_ESCAPED: Final = re.compile('["\\\\\x00-\x1f\ud800-\udfff\U00010000-\U0010ffff]')
_SHORT: Final = {
    '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
}  # fmt: skip


class Members(list[tuple[str, object]]):
    """The members of an object in their order, where a key may come again."""


def as_object(value: object) -> dict[str, Any] | None:
    """Give a value that is an object."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def as_array(value: object) -> list[Any] | None:
    """Give a value that is an array."""
    is_array = isinstance(value, list) and not isinstance(value, Members)
    return cast("list[Any]", value) if is_array else None


def no_constant(name: str) -> object:
    """Refuse NaN and its like, which are no JSON."""
    raise ValueError(name)


def json_parse(written: str) -> str:
    """Write a JSON text as json_parse does: with sorted keys, the last of equal ones."""
    try:
        value = json.loads(written, parse_constant=no_constant)
    except (ValueError, RecursionError):
        wrong("Cannot convert value to JSON")
    return json_text(value, sort=True)


def json_text(value: object, *, sort: bool = False, escape: bool = True) -> str:
    """Write a value that was read from JSON, however deep: nothing here calls itself."""
    parts: list[str] = []
    # What is still to be written, the last first: values, and marks as they are.
    waiting: list[object] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, _Mark):
            parts.append(each)
        elif isinstance(each, dict | Members):
            waiting.append(_Mark("}"))
            written = cast("dict[str, object] | Members", each)
            waiting.extend(reversed(_members(written, sort=sort, escape=escape)))
            parts.append("{")
        elif isinstance(each, list):
            waiting.append(_Mark("]"))
            waiting.extend(reversed(_between_commas(cast("list[object]", each))))
            parts.append("[")
        elif isinstance(each, float):
            parts.append(json_double(each))
        else:
            is_text = isinstance(each, str)
            parts.append(_string(each, escape=escape) if is_text else json.dumps(each))
    return "".join(parts)


class _Mark(str):
    """JSON that is written."""

    __slots__ = ()


def _members(value: dict[str, object] | Members, *, sort: bool, escape: bool) -> list[object]:
    pairs = value if isinstance(value, Members) else list(value.items())
    written: list[object] = []
    for key, member in sorted(pairs, key=itemgetter(0)) if sort else pairs:
        comma = "," if written else ""
        written += [_Mark(f"{comma}{_string(key, escape=escape)}:"), member]
    return written


def _between_commas(items: list[object]) -> list[object]:
    written: list[object] = []
    for item in items:
        written += [_Mark(","), item]
    return written[1:]


def json_string(value: str) -> str:
    """Write a text within JSON; what lies beyond 16 bits as two escapes."""
    return _string(value, escape=True)


def _string(value: str, *, escape: bool) -> str:
    """Write a text within JSON; what lies beyond 16 bits as it is, where nothing is escaped."""

    def escaped(found: re.Match[str]) -> str:
        character = found[0]
        if character in _SHORT:
            return _SHORT[character]
        if not escape and ord(character) > 0xFFFF:  # noqa: PLR2004 -- the last of 16 bits
            return character
        units = character.encode("utf-16-be", "surrogatepass").hex().upper()
        return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))

    return f'"{_ESCAPED.sub(escaped, value)}"'


def without_halves(value: str) -> str:
    """Replace halves of characters, which no text can hold."""
    return re.sub("[\ud800-\udfff]", "?", value)


def json_double(value: float) -> str:
    """Write a double within JSON: what is no number of JSON as a text."""
    return java_double(value) if math.isfinite(value) else f'"{java_double(value)}"'


def json_real(value: float) -> str:
    """Write a real within JSON."""
    return java_real(value) if math.isfinite(value) else f'"{java_real(value)}"'


def json_input(text: str) -> str:
    """Write a text that a query calls JSON as JSON."""
    try:
        return json_text(json.loads(text, parse_constant=no_constant))
    except (ValueError, RecursionError):
        wrong("conversion to JSON failed", ErrorName.JSON_INPUT_CONVERSION_ERROR)


def json_object(keys: list[str], values: list[str | None], nulls: str) -> str:
    """Write an object of keys and JSON, in the order of Java's HashMap, as Athena does."""
    if len(set(keys)) < len(keys):
        wrong("cannot construct a JSON object with duplicate key", ErrorName.NOT_SUPPORTED)
    places = 16
    while len(keys) > places * 3 // 4:
        places *= 2
    members = sorted(zip(keys, values, strict=True), key=lambda member: _hash(member[0]) % places)
    written = (
        f"{json_string(key)}:{'null' if value is None else value}"
        for key, value in members
        if value is not None or nulls == "keep"
    )
    return f"{{{','.join(written)}}}"


def _hash(text: str) -> int:
    """Give Java's hash of a text, as a HashMap spreads it."""
    made = 0
    units = text.encode("utf-16-be", "surrogatepass")
    for at in range(0, len(units), 2):
        made = (31 * made + int.from_bytes(units[at : at + 2])) & 0xFFFFFFFF
    return made ^ (made >> 16)


def json_array(values: list[str | None], nulls: str) -> str:
    """Write an array of JSON."""
    kept = ("null" if value is None else value for value in values)
    if nulls != "keep":
        kept = (value for value in values if value is not None)
    return f"[{','.join(kept)}]"
