"""JSON by the standard library alone: numbers kept as text, so that no digit can get lost."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | Number | bool | None"

_WHITESPACE = " \t\n\r"
_OF_A_NUMBER = tuple("0123456789.eE")


class NotJsonError(ValueError):
    """Text that is not JSON, or holds half of a surrogate pair, which UTF-8 cannot hold."""


class Number(str):
    """A JSON number as it was written."""

    __slots__ = ()


def load(text: str) -> Json:
    """Reads one JSON value; the last of equal keys counts.

    Raises:
        NotJsonError: The text is not one JSON value.
    """
    values = load_all(text)
    if len(values) != 1:
        message = f"{len(values)} values instead of one"
        raise NotJsonError(message)
    return values[0]


def load_all(text: str) -> list[Json]:
    """Reads JSON values that follow each other, with any JSON whitespace between, or none.

    Raises:
        NotJsonError: The text is anything else.
    """
    values: list[Json] = []
    start = _skip(text, 0)
    while start < len(text):
        try:
            value, end = _DECODER.raw_decode(text, start)
        except json.JSONDecodeError as error:
            raise NotJsonError(str(error)) from error
        _check_strings(value)
        if isinstance(value, Number) and text[end : end + 1] in _OF_A_NUMBER:
            message = f"{value} goes on after its end"
            raise NotJsonError(message)
        values.append(value)
        start = _skip(text, end)
    return values


def depth_of(text: str) -> int:
    """How deep JSON text is nested."""
    depth = deepest = 0
    in_string = escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif in_string:
            escaped = character == "\\"
            in_string = character != '"'
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _skip(text: str, start: int) -> int:
    while start < len(text) and text[start] in _WHITESPACE:
        start += 1
    return start


def _last_of_equal_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # What a later key overwrites has to be JSON all the same.
    for key, value in pairs:
        _check_strings(key)
        _check_strings(value)
    return dict(pairs)


def _check_strings(value: Json) -> None:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise NotJsonError(str(error)) from error
    elif isinstance(value, list):
        for each in value:
            _check_strings(each)


def _refuse(constant: str) -> Any:  # noqa: ANN401 -- the json module's own signature
    message = f"{constant} is no JSON"
    raise NotJsonError(message)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_last_of_equal_keys,
    parse_int=Number,
    parse_float=Number,
    parse_constant=_refuse,
)
