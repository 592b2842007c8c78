"""Maps in the contract's other forms, and in a draft."""

from __future__ import annotations

from typing import Any, Final

import jsonschema
import pytest
from msgspec import Raw

from firelake.contract.events import parse_contract
from firelake.exchange.json_schema_writing import event_schema
from firelake.exchange.python_types import python_types
from firelake.exchange.typescript_types import typescript_types
from firelake.exchange.value_types import ValueTypes
from tests.unit.exchange.forms import drafted_again

CONTRACT: Final = parse_contract(
    """
version = 1
[fields]
labels = { type = "map<string,string>", max_length = 3, description = "Labels." }
plans = { type = "map<string,string>", enum = ["a", "b"], description = "Plans." }
flags = { type = "struct<by_key:map<string,boolean>>", description = "Flags." }
[fields.prices]
type = "map<string,struct<net:double>>"
description = "By country."
members.net = { required = true, min = 0 }
[events.a]
description = "An event."
optional = ["labels", "plans", "prices", "flags"]
"""
)
COMMON: Final = {"event_uuid": "1", "event_name": "a", "created_at": 1_796_000_000}
SCHEMA: Final = event_schema(CONTRACT, "a")


@pytest.mark.parametrize(
    ("members", "fits"),
    [
        ({"labels": {"X": "abc", "y": None}, "prices": {"DE": {"net": 1}, "fr": None}}, True),
        ({"labels": {"X": "abcd"}}, False),
        ({"plans": {"X": "c"}}, False),
        ({"prices": {"DE": {}}}, False),
        ({"prices": {"DE": {"net": -1}}}, False),
        ({"flags": {"by_key": {"a": 1}}}, False),
        ({"labels": []}, False),
    ],
)
def test_a_schema_holds_values_to_their_type_whatever_the_keys(
    members: dict[str, Any], fits: bool
) -> None:
    validator: Any = jsonschema.Draft202012Validator(SCHEMA)
    assert validator.is_valid({**COMMON, **members}) is fits


def test_a_contract_is_drafted_of_either_form_with_the_same_maps() -> None:
    for drafted in drafted_again(CONTRACT, SCHEMA):
        for name, field in CONTRACT.fields.items():
            assert drafted.fields[name].type == field.type
            assert drafted.fields[name].members == field.members
            assert drafted.fields[name].constraints == field.constraints


def test_types_have_any_key() -> None:
    python, typescript = python_types(CONTRACT), typescript_types(CONTRACT)
    assert "    labels: NotRequired[dict[str, str | None] | None]\n" in python
    assert '    plans: NotRequired[dict[str, Literal["a", "b"] | None] | None]\n' in python
    assert "    prices: NotRequired[dict[str, Prices | None] | None]\n" in python
    assert "  labels?: Record<string, string | null> | null;\n" in typescript
    assert '  plans?: Record<string, "a" | "b" | null> | null;\n' in typescript
    assert "  prices?: Record<string, { net: number } | null> | null;\n" in typescript


@pytest.mark.parametrize(
    ("value", "doubt"),
    [
        ("1", "keys differ from object to object: map<string,bigint>?"),
        ('{"a":"x"}', "keys differ from object to object: map<string,struct<a:string>>?"),
        ("[[1]]", None),
    ],
)
def test_objects_of_ever_other_keys_are_asked_about(value: str, doubt: str | None) -> None:
    seen = ValueTypes()
    for number in range(60):
        seen.add(Raw(f'{{"k{number}":{value}}}'.encode()))
    assert seen.field_type() == "json"
    assert seen.doubt() == doubt
