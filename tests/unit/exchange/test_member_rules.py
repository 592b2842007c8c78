"""What a contract asks of members of structs goes into its other forms, and comes back."""

from __future__ import annotations

import json
from typing import Any, Final

import jsonschema
import pytest

from firelake.contract.events import parse_contract
from firelake.exchange.contract_document import draft_of_objects
from firelake.exchange.draft_text import lawful
from firelake.exchange.json_schema_reading import objects_of_json_schema
from firelake.exchange.json_schema_writing import event_schema
from firelake.exchange.odcs_writing import open_data_contract
from firelake.exchange.python_types import python_types
from firelake.exchange.typescript_types import typescript_types
from firelake.health.contract_docs import data_dictionary
from tests.unit.exchange.forms import drafted_again, is_taken

CONTRACT: Final = parse_contract(
    """
version = 1
[fields.items]
type = "array<struct<sku:string,qty:bigint,unit:string,size:struct<w:double>>>"
description = "Bought."
members.sku = { required = true, pattern = '^[A-Z]+$', max_length = 3 }
members.qty = { min = 1 }
members.unit = { enum = ["pc", "kg"] }
members.size = { required = true }
members."size.w" = { required = true, max = 2 }
[fields.buyer]
type = "struct<tags:array<string>>"
description = "Who."
members.tags = { enum = ["vip"] }
[events.a]
description = "An event."
optional = ["items", "buyer"]
"""
)
COMMON: Final = {"event_uuid": "1", "event_name": "a", "created_at": 1_796_000_000}
SCHEMA: Final = event_schema(CONTRACT, "a")
ITEM: Final = {"sku": "AB", "size": {"w": 1.5}}


@pytest.mark.parametrize(
    "members",
    [
        {"items": [ITEM, None], "buyer": {"tags": ["vip", None]}},
        {"items": [{**ITEM, "qty": None, "unit": None}]},
        {"items": [{**ITEM, "qty": 0}]},
        {"items": [{**ITEM, "unit": "lb"}]},
        {"items": [{**ITEM, "sku": None}]},
        {"items": [{**ITEM, "sku": "ABCD"}]},
        {"items": [{**ITEM, "sku": "a"}]},
        {"items": [{"size": {"w": 1}}]},
        {"items": [{"sku": "A"}]},
        {"items": [{**ITEM, "size": {"w": 3}}]},
        {"items": [{**ITEM, "size": {}}]},
        {"buyer": {"tags": ["other"]}},
        {"buyer": {}},
    ],
)
def test_the_schema_takes_what_the_function_takes(members: dict[str, Any]) -> None:
    event = {**COMMON, **members}
    validator: Any = jsonschema.Draft202012Validator(SCHEMA)
    assert validator.is_valid(event) is is_taken(CONTRACT, event)


def test_a_contract_is_drafted_of_either_form_with_the_same_rules() -> None:
    for drafted in drafted_again(CONTRACT, SCHEMA):
        for name, field in CONTRACT.fields.items():
            assert drafted.fields[name].members == field.members
            assert drafted.fields[name].type == field.type


def test_what_a_schema_asks_of_members_is_taken_over_or_told() -> None:
    item = {
        "type": ["object", "null"],
        "properties": {
            "sku": {"type": "string", "minLength": 2},
            "note": {"type": ["string", "null"], "maxLength": 9},
            "tags": {"type": "array", "maxItems": 3, "items": {"enum": ["a", "b"]}},
        },
        "required": ["sku", "note"],
    }
    properties = {
        "event_uuid": {"type": "string"},
        "it": {"oneOf": [{"type": "null"}, {"type": "array", "items": item}]},
    }
    document = json.dumps({"title": "a", "properties": properties})
    draft = draft_of_objects(objects_of_json_schema(document, "s.json"), "s.json")
    text, _ = lawful(draft)
    assert [line for line in text.splitlines() if line.startswith("it.")] == [
        'it.type = "array<struct<sku:string,note:string,tags:array<string>>>"',
        'it.description = "it."',
        "it.members.sku = { required = true }",
        "it.members.note = { max_length = 9 }",
        'it.members.tags = { enum = ["a", "b"] }',
    ]
    assert [*draft.open_questions()] == ["it: sku: minLength 2, tags: maxItems 3: not checked"]


def test_an_open_data_contract_says_them_at_the_members() -> None:
    document: Any = open_data_contract(CONTRACT, "shop")
    properties = {each["name"]: each for each in document["schema"][0]["properties"]}
    sku, qty, _, size = properties["items"]["items"]["properties"]
    assert sku["required"] is True
    assert sku["logicalTypeOptions"] == {"maxLength": 3, "pattern": "^[A-Z]+$"}
    assert "required" not in qty
    assert size["properties"][0]["logicalTypeOptions"] == {"maximum": 2.0}


def test_a_mark_and_a_pattern_of_re2_are_both_custom_properties() -> None:
    contract = parse_contract(
        "version = 1\n[fields]\nit = { type = 'string', description = 'It.', data_subject = true,"
        " pattern = '\\pL' }\n[events.a]\ndescription = 'An event.'\noptional = ['it']\n"
    )
    document: Any = open_data_contract(contract, "shop")
    assert document["schema"][0]["properties"][3]["customProperties"] == [
        {"property": "dataSubject", "value": True},
        {"property": "firelake.pattern", "value": r"\pL"},
    ]


def test_types_know_what_is_required_and_which_values_there_are() -> None:
    python, typescript = python_types(CONTRACT), typescript_types(CONTRACT)
    assert "from typing import Literal, NotRequired, Required, TypedDict\n" in python
    assert '        "sku": Required[str],\n' in python
    assert '        "unit": Literal["pc", "kg"] | None,\n' in python
    assert '        "size": Required[ItemsSize],\n' in python
    assert '        "w": Required[float],\n' in python
    assert (
        '  items?: ({ sku: string; qty?: number | null; unit?: "pc" | "kg" | null;'
        " size: { w: number } } | null)[] | null;\n"
    ) in typescript


def test_the_dictionary_says_them() -> None:
    assert (
        r"Bought. sku: required, at most 3 characters long, matching ^\[A-Z\]+$. qty: at least 1."
        " unit: one of 'pc', 'kg'. size: required. size.w: required, at most 2.0. |"
    ) in data_dictionary(CONTRACT)
