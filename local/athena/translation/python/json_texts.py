"""JSON as Athena writes it: no spaces, Java's numbers, Jackson's escapes."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, cast

from local.athena.translation.java_format import java_double, java_real, wrong

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
    """Write a value that was read from JSON."""
    if isinstance(value, dict | Members):
        pairs = (
            value if isinstance(value, Members) else list(cast("dict[str, object]", value).items())
        )
        members = sorted(pairs) if sort else pairs
        written = (
            f"{json_string(key, escape=escape)}:{json_text(member, sort=sort, escape=escape)}"
            for key, member in members
        )
        return f"{{{','.join(written)}}}"
    if isinstance(value, list):
        items = cast("list[object]", value)
        return f"[{','.join(json_text(item, sort=sort, escape=escape) for item in items)}]"
    if isinstance(value, float):
        return json_double(value)
    return json_string(value, escape=escape) if isinstance(value, str) else json.dumps(value)


def json_string(value: str, *, escape: bool = True) -> str:
    """Write a text within JSON; what lies beyond 16 bits as two escapes, unless told otherwise."""

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
