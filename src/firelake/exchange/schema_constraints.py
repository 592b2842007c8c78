"""What a JSON Schema asks of values, as constraints of the contract."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, cast

from firelake.contract.constraints import build_constraints
from firelake.contract.lint_constraints import constraint_problems
from firelake.contract.types import MAX_BIGINT, MIN_BIGINT, Kind, parse_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_KEYS: Final = {
    "enum": "enum",
    "min": "minimum",
    "max": "maximum",
    "pattern": "pattern",
    "max_length": "maxLength",
}
# What else is asked of values and of arrays.
_UNREAD: Final = (
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
)
# What the types say by themselves.
_FORMATS: Final = ("date", "date-time", "i64", "f64")
# What RE2's expressions have and those of ECMAScript have not.
_RE2_ALONE: Final = re.compile(r"\\[AzQpPa]|\\x\{|\[:|\(\?(?!:)")


def is_ecmascript(pattern: object) -> bool:
    """Whether a pattern of the contract is one of ECMAScript, too, and means the same."""
    return isinstance(pattern, str) and _RE2_ALONE.search(pattern) is None


def constraints_of(
    schema: Mapping[str, object], spelled: str
) -> tuple[dict[str, object], list[str]]:
    """Read the constraints of a value, or of an array's members.

    Args:
        schema: The value's schema.
        spelled: The type that takes it, as the contract spells it.

    Returns:
        What the contract takes over, and what it cannot, for people.
    """
    field_type = parse_type(spelled)
    given = {ours: schema[theirs] for ours, theirs in _KEYS.items() if theirs in schema}
    if isinstance(given.get("enum"), list):
        # To the contract a null is no value.
        values = [each for each in cast("list[object]", given["enum"]) if each is not None]
        given = {**given, "enum": list({json.dumps(each): each for each in values}.values())}
    if field_type.kind is Kind.BIGINT:
        given = {key: _whole(each) for key, each in given.items() if not _is_width(key, each)}
    refused: list[str] = []
    for key, _, _ in constraint_problems(given, field_type):
        if key in given:
            refused.append(_named(_KEYS[key], given.pop(key)))
    # What is left may contradict itself, which is seen only once each is a constraint.
    if any(constraint_problems(given, field_type)) or not build_constraints(given, field_type):
        refused += [_named(_KEYS[key], each) for key, each in given.items()]
        given = {}
    return given, refused + unread(schema)


def not_checked(refused: Sequence[str]) -> str:
    """Say what was not taken over; nothing where all was."""
    return f"{', '.join(refused)}: not checked" if refused else ""


def unread(schema: Mapping[str, object]) -> list[str]:
    """Name what is asked of a value, or of an array, that the contract has nothing for."""
    return [
        _named(key, schema[key])
        for key in _UNREAD
        if key in schema and not (key == "format" and schema[key] in _FORMATS)
    ]


def _named(key: str, value: object) -> str:
    return f"{key} {json.dumps(value, default=str)}"


def _whole(value: object) -> object:
    """1.0 as the integer that it is to JSON Schema."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_width(key: str, value: object) -> bool:
    """Whether a bound is that of 64 bits, which the type has by itself."""
    return (key == "min" and value == MIN_BIGINT) or (key == "max" and value == MAX_BIGINT)
