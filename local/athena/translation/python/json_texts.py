"""JSON texts as Athena writes them, where DuckDB writes numbers otherwise."""

from __future__ import annotations

import json
import re
from typing import Final, cast

from local.athena.translation.java_format import java_double, wrong


def json_parse(written: str) -> str:
    """Give a JSON text as json_parse does: sorted keys, no spaces."""
    try:
        value = json.loads(written, parse_constant=no_constant)
    except (ValueError, RecursionError):
        wrong("Cannot convert value to JSON")
    return json_text(value, sort=True)


def no_constant(name: str) -> object:
    """Refuse NaN and its like, which are no JSON."""
    raise ValueError(name)


def json_text(value: object, *, sort: bool) -> str:
    """Write JSON as Athena does: no spaces, sorted keys where it was parsed, Java's doubles."""
    if isinstance(value, dict):
        held = cast("dict[str, object]", value)
        members = sorted(held.items()) if sort else list(held.items())
        return (
            "{" + ",".join(f"{json_string(k)}:{json_text(v, sort=sort)}" for k, v in members) + "}"
        )
    if isinstance(value, list):
        items = cast("list[object]", value)
        return "[" + ",".join(json_text(item, sort=sort) for item in items) + "]"
    if isinstance(value, float):
        return java_double(value)
    return json_string(value) if isinstance(value, str) else json.dumps(value)


def json_string(value: str) -> str:
    """Write a text within JSON."""
    return json.dumps(value, ensure_ascii=False)


def json_numbers(written: str) -> str:
    """Write the doubles within a JSON text as Java does, where DuckDB may not have."""
    if not re.search(r"\d[eE]|\d{8}\.|\.000", written):
        return written
    return json_text(json.loads(written), sort=False)


_STEP: Final = re.compile(r'\."([^"]*)"|\[(\d+)\]')


class _AsWritten(str):
    """A number of a JSON text, as it stands there."""

    __slots__ = ()


def json_number(written: str, path: str) -> str | None:
    """Give a number of a JSON text as it stands there."""
    value = json.loads(written, parse_float=_AsWritten, parse_int=_AsWritten)
    for key, index in _STEP.findall(path):
        value = value[int(index)] if index else value[key]
    return str(value) if isinstance(value, _AsWritten) else None
