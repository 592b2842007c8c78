"""JSON_OBJECT and JSON_ARRAY, of the JSON of their members."""

from __future__ import annotations

import json

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.java_format import wrong
from athena_on_duckdb.translation.python.json_texts import json_string, json_text, no_constant


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
