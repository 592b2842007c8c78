"""What a JSON Schema asks of values, as constraints of the contract."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, cast

from firelake.contract.constraints import build_constraints
from firelake.contract.lint_constraints import constraint_problems
from firelake.contract.types import MAX_BIGINT, MIN_BIGINT, Kind, parse_type

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEYS: Final = {
    "enum": "enum",
    "min": "minimum",
    "max": "maximum",
    "pattern": "pattern",
    "max_length": "maxLength",
}


def constraints_of(schema: Mapping[str, object], spelled: str) -> tuple[dict[str, object], str]:
    """Read the constraints of a value, or of an array's members.

    Args:
        schema: The value's schema.
        spelled: The type that takes it, as the contract spells it.

    Returns:
        What the contract takes over, and what it cannot, for people; empty where it takes all.
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
            refused.append(f"{_KEYS[key]} {json.dumps(given.pop(key))}")
    # What is left may contradict itself, which is seen only once each is a constraint.
    if any(constraint_problems(given, field_type)) or not build_constraints(given, field_type):
        refused += [f"{_KEYS[key]} {json.dumps(each)}" for key, each in given.items()]
        given = {}
    return given, f"{', '.join(refused)}: not checked" if refused else ""


def _whole(value: object) -> object:
    """1.0 as the integer that it is to JSON Schema."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_width(key: str, value: object) -> bool:
    """Whether a bound is that of 64 bits, which the type has by itself."""
    return (key == "min" and value == MIN_BIGINT) or (key == "max" and value == MAX_BIGINT)
