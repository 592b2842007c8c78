"""json_extract and its kin, which read a JSON text only as far as they must."""

from __future__ import annotations

import json
import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.java_format import wrong
from athena_on_duckdb.translation.python.json_texts import (
    Members,
    as_array,
    as_object,
    json_text,
    no_constant,
    without_halves,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACES: Final = re.compile(r"[ \t\n\r]*")
_STEP: Final = re.compile(r'\.([\w:]+)|\[(\w+)\]|\["((?:[^"\\]|\\["\\])*)"\]')
_INDEX: Final = re.compile(r"[+-]?[0-9]+")
_BAD_CAST: Final = ErrorName.INVALID_CAST_ARGUMENT
_BIGINT: Final = range(-(2**63), 2**63)


class _AsWritten(str):
    """A number of a JSON text, as it stands there."""

    __slots__ = ()


_VALUES: Final = json.JSONDecoder(parse_constant=no_constant, object_pairs_hook=Members)
_WRITTEN: Final = json.JSONDecoder(
    parse_constant=no_constant, parse_int=_AsWritten, parse_float=_AsWritten
)


@lru_cache(maxsize=1024)
def steps(path: str) -> tuple[str, ...] | None:
    """Read a path such as `$.a[0]["b c"]`: the keys and places, or none where it is no path."""
    if not path.startswith("$"):
        return None
    found: list[str] = []
    at = 1
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            return None
        name, place, quoted = step.groups()
        found.append(re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else name or place)
        at = step.end()
    return tuple(found)


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Read an object or an array member by member: its key or place, and where it begins.

    Raises:
        ValueError: The text ends, or is no JSON there.
    """
    close = "}" if text[at] == "{" else "]"
    at = _after_spaces(text, at + 1)
    place = 0
    while text[at : at + 1] != close or place:
        key = str(place)
        if close == "}":
            key, at = _string(text, at)
            at = _after_spaces(text, at)
            if text[at : at + 1] != ":":
                raise ValueError(text)
            at = _after_spaces(text, at + 1)
        yield key, at
        _, at = _VALUES.raw_decode(text, at)
        at = _after_spaces(text, at)
        place += 1
        following = text[at : at + 1]
        if following == close:
            return
        if following != ",":
            raise ValueError(text)
        at = _after_spaces(text, at + 1)


def _string(text: str, at: int) -> tuple[str, int]:
    key, end = _VALUES.raw_decode(text, at)
    if not isinstance(key, str):
        raise ValueError(text)  # noqa: TRY004 -- the text is wrong, not an argument
    return key, end


def _after_spaces(text: str, at: int) -> int:
    found = _SPACES.match(text, at)
    return at if found is None else found.end()


def _place(text: str, wanted: tuple[str, ...]) -> int | None:
    """Find where the value at a path begins.

    Raises:
        ValueError: The text ends before, or is no JSON there.
    """
    at: int | None = _after_spaces(text, 0)
    for step in wanted:
        kind = text[at : at + 1]
        if kind not in {"{", "["}:
            return None
        sought = str(int(step)) if kind == "[" and _INDEX.fullmatch(step) else step
        at = next((begin for key, begin in _members(text, at) if key == sought), None)
        if at is None:
            return None
    return at


def _read(text: str, path: str, decoder: json.JSONDecoder) -> Any:  # noqa: ANN401 -- a value of JSON
    """Read the value at a path; `...` where there is none."""
    wanted = steps(path)
    if wanted is None:
        wrong(f"Invalid JSON path: '{path}'")
    try:
        at = _place(text, wanted)
        return ... if at is None else decoder.raw_decode(text, at)[0]
    except (ValueError, RecursionError):
        return ...


def json_extract(text: str, path: str) -> str | None:
    """Give the JSON at a path."""
    found = _read(text, path, _VALUES)
    return None if found is ... else json_text(found)


def json_extract_scalar(text: str, path: str) -> str | None:
    """Give the text, number or boolean at a path; a number as it stands there."""
    return _scalar(_read(text, path, _WRITTEN))


def _scalar(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if not isinstance(value, str) else without_halves(value)


def json_size(text: str, path: str) -> int | None:
    """Count the members of the object or array at a path."""
    found = _read(text, path, _VALUES)
    held = found if isinstance(found, Members) else as_array(found)
    return None if found is ... else len(held or ())


def is_json_scalar(text: str) -> bool:
    """Tell whether JSON is no array and no object."""
    try:
        return not isinstance(_VALUES.decode(text), list)
    except (ValueError, RecursionError):
        wrong("Invalid JSON value")


def json_array_length(text: str) -> int | None:
    """Count the elements of an array; none where the text begins with none."""
    found = as_array(_read(text, "$", _VALUES))
    return None if found is None else len(found)


def _elements(text: str, decoder: json.JSONDecoder) -> Iterator[Any]:
    """Read the elements of an array one by one, an error being the end without a closing `...`."""
    at = _after_spaces(text, 0)
    if text[at : at + 1] != "[":
        return
    try:
        for _, begin in _members(text, at):
            yield decoder.raw_decode(text, begin)[0]
    except (ValueError, RecursionError):
        return
    yield ...


def json_array_get(text: str, index: int) -> str | None:
    """Give an element of an array, from its end where the index is negative; a text bare."""
    before: list[object] = []
    for element in _elements(text, _WRITTEN):
        if element is ...:
            return _element(before[index]) if -len(before) <= index < 0 else None
        if len(before) == index:
            return _element(element)
        before.append(element)
    return None


def _element(value: object) -> str | None:
    if as_array(value) is None and as_object(value) is None:
        return _scalar(value)
    return json_text(_numbers(value), escape=False)


def _numbers(value: object) -> object:
    """Read the numbers of a value that holds them as they stand there."""
    if (held := as_object(value)) is not None:
        return {key: _numbers(member) for key, member in held.items()}
    if (items := as_array(value)) is not None:
        return [_numbers(item) for item in items]
    return json.loads(value) if isinstance(value, _AsWritten) else value


def json_members(text: str) -> list[list[str]]:
    """Give the keys of an object and the JSON of their values."""
    members: Members = _VALUES.decode(text)
    if len({key for key, _ in members}) < len(members):
        wrong("Cannot cast to a map. Duplicate keys are not allowed", _BAD_CAST)
    return [[key, json_text(value)] for key, value in members]


def json_fields(text: str, names: list[str]) -> list[str | None]:
    """Give the JSON of an object's fields of these names, whatever their case."""
    found: dict[str, str] = {}
    for key, value in _VALUES.decode(text):
        if key.lower() in found:
            wrong(f"Cannot cast to a row. Duplicate field: {key}", _BAD_CAST)
        found[key.lower()] = json_text(value)
    return [found.get(name.lower()) for name in names]


def json_places(text: str, count: int) -> list[str]:
    """Give the JSON of an array's elements, of which there must be so many."""
    items: list[object] = _VALUES.decode(text)
    if len(items) != count:
        wrong(f"Cannot cast to a row. Expected {count} elements", _BAD_CAST)
    return [json_text(item) for item in items]


def json_array_contains(text: str, kind: str, wanted: str) -> bool | None:
    """Tell whether an array has a text (`s`), boolean (`b`), integer (`i`) or double (`d`)."""
    if kind == "d" and not math.isfinite(float(wanted)):
        return False
    for element in _elements(text, _VALUES):
        if element is ...:
            return False
        if kind == "b":
            found = element is (wanted == "true")
        elif kind == "s":
            found = isinstance(element, str) and element == wanted
        elif kind == "i":
            found = type(element) is int and element in _BIGINT and element == int(wanted)
        else:
            found = isinstance(element, float) and element == float(wanted)
        if found:
            return True
    return None
