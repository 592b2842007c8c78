"""What a contract asks of values is in its schema and its types, as far as they can say it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import jsonschema
import pytest
import yaml

from firelake.contract.events import parse_contract
from firelake.exchange.contract_document import draft_of_objects
from firelake.exchange.draft_text import lawful
from firelake.exchange.json_schema_reading import objects_of_json_schema
from firelake.exchange.json_schema_writing import event_schema
from firelake.exchange.odcs_reading import objects_of_odcs
from firelake.exchange.odcs_writing import open_data_contract
from firelake.exchange.python_types import python_types
from firelake.exchange.typescript_types import typescript_types
from tests.unit.exchange.forms import is_taken

if TYPE_CHECKING:
    from collections.abc import Callable

CONTRACT: Final = parse_contract(
    """
version = 1
[every_event]
required = ["tenant"]
[fields]
tenant = { type = "bigint", min = 1, description = "Whose." }
plan = { type = "string", enum = ["free", "pro"], description = "Paid." }
sizes = { type = "array<bigint>", enum = [36, 38], description = "Shoes." }
share = { type = "double", min = 0, max = 1, description = "Part." }
code = { type = "string", pattern = '^[a-z]+$', max_length = 3, description = "Code." }
word = { type = "string", pattern = '(?i)^\\pL+$', description = "Word." }
price = { type = "decimal(9,2)", min = 0, description = "Costs." }
weight = { type = "decimal(38,18)", max = "0.123456789012345678", description = "In kg." }
due = { type = "date", min = 2020-01-01, description = "Day." }
at = { type = "timestamp", max = 2030-01-01T00:00:00Z, description = "Moment." }
[events.a]
description = "An event."
optional = ["plan", "sizes", "share", "code", "word", "price", "weight", "due", "at"]
"""
)
COMMON: Final = {"event_uuid": "1", "event_name": "a", "created_at": 1_796_000_000, "tenant": 1}
SCHEMA: Final = event_schema(CONTRACT, "a")


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"tenant": 0},
        {"tenant": None},
        {"plan": "pro", "sizes": [36, None], "share": 1, "code": "abc", "price": "0"},
        {"plan": None, "sizes": None, "share": None, "code": None},
        {"plan": "gold"},
        {"sizes": [37]},
        {"share": 1.5},
        {"code": "abcd"},
        {"code": "A"},
        {"code": ""},
    ],
)
def test_the_schema_takes_what_the_function_takes(members: dict[str, Any]) -> None:
    event = {**COMMON, **members}
    validator: Any = jsonschema.Draft202012Validator(SCHEMA)
    assert validator.is_valid(event) is is_taken(CONTRACT, event)


def test_what_json_schema_cannot_say_is_left_open() -> None:
    properties: Any = SCHEMA["properties"]
    assert "pattern" not in properties["word"]
    assert "minimum" not in properties["price"]


def test_a_contract_is_drafted_of_its_schema_with_what_that_says() -> None:
    document = json.dumps(SCHEMA)
    _, drafted = lawful(draft_of_objects(objects_of_json_schema(document, "s.json"), "s.json"))
    for name in ("tenant", "plan", "sizes", "share", "code"):
        assert drafted.fields[name].constraints == CONTRACT.fields[name].constraints
    for name in ("word", "price"):
        assert not drafted.fields[name].constraints


@pytest.mark.parametrize(
    ("schema", "line", "question"),
    [
        (
            {"type": "string", "enum": ["a", None, "b", "a"]},
            'it = { type = "string", enum = ["a", "b"], description = "it." }',
            None,
        ),
        (
            {"type": "integer", "minimum": 1.0, "maximum": 9.5},
            'it = { type = "bigint", min = 1, description = "it." }',
            "it: maximum 9.5: not checked",
        ),
        (
            {"type": "string", "pattern": "(?=a)", "maxLength": 5},
            'it = { type = "string", max_length = 5, description = "it." }',
            'it: pattern "(?=a)": not checked',
        ),
        (
            {"type": "array", "items": {"type": "string", "pattern": "^a$"}},
            'it = { type = "array<string>", pattern = "^a$", description = "it." }',
            None,
        ),
        (
            {"type": "string", "enum": ["aa"], "maxLength": 1},
            'it = { type = "string", max_length = 1, description = "it." }',
            'it: enum ["aa"]: not checked',
        ),
        (
            {"type": "string", "format": "date", "maxLength": 10},
            'it = { type = "date", description = "it." }',
            "it: maxLength 10: not checked",
        ),
    ],
)
def test_what_a_schema_asks_of_values_is_taken_over_or_told(
    schema: dict[str, Any], line: str, question: str | None
) -> None:
    properties = {"event_uuid": {"type": "string"}, "it": schema}
    document = json.dumps({"title": "a", "properties": properties})
    draft = draft_of_objects(objects_of_json_schema(document, "s.json"), "s.json")
    text, _ = lawful(draft)
    assert line in text.splitlines()
    assert next(draft.open_questions(), None) == question


ODCS: Final[Any] = open_data_contract(CONTRACT, "shop")
ODCS_PROPERTIES: Final[dict[str, Any]] = {
    each["name"]: each for each in ODCS["schema"][0]["properties"]
}
VALID: Final = {"type": "library", "metric": "invalidValues", "mustBe": 0}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("tenant", {"logicalTypeOptions": {"minimum": 1}}),
        ("plan", {"quality": [{**VALID, "arguments": {"validValues": ["free", "pro"]}}]}),
        ("share", {"logicalTypeOptions": {"minimum": 0.0, "maximum": 1.0}}),
        ("code", {"logicalTypeOptions": {"pattern": "^[a-z]+$", "maxLength": 3}}),
        ("price", {"logicalTypeOptions": {"minimum": 0.0}}),
        ("due", {"logicalTypeOptions": {"minimum": "2020-01-01"}}),
        ("at", {"logicalTypeOptions": {"maximum": "2030-01-01T00:00:00Z"}}),
        (
            "word",
            {"customProperties": [{"property": "firelake.pattern", "value": r"(?i)^\pL+$"}]},
        ),
        (
            "weight",
            {
                "customProperties": [
                    {"property": "firelake.maximum", "value": "0.123456789012345678"}
                ]
            },
        ),
    ],
)
def test_an_open_data_contract_says_constraints_where_the_standard_has_them(
    name: str, said: dict[str, Any]
) -> None:
    keys = ("logicalTypeOptions", "quality", "customProperties")
    assert {key: ODCS_PROPERTIES[name][key] for key in keys if key in ODCS_PROPERTIES[name]} == said


def test_the_constraints_of_members_stand_at_the_items() -> None:
    sizes = ODCS_PROPERTIES["sizes"]
    assert "quality" not in sizes
    assert sizes["items"]["quality"] == [{**VALID, "arguments": {"validValues": [36, 38]}}]


@pytest.mark.parametrize("dump", [json.dumps, yaml.safe_dump])
def test_a_contract_is_drafted_of_an_open_data_contract_with_every_constraint(
    dump: Callable[[Any], str],
) -> None:
    draft = draft_of_objects(objects_of_odcs(dump(ODCS), "c.yaml"), "c.yaml")
    _, drafted = lawful(draft)
    assert {name: each.constraints for name, each in drafted.fields.items()} == {
        name: each.constraints for name, each in CONTRACT.fields.items()
    }
    assert drafted.events["a"].required == ("tenant",)
    assert list(draft.open_questions()) == []


@pytest.mark.parametrize(
    ("told", "line", "question"),
    [
        (
            "logicalType: date, logicalTypeOptions: {minimum: 2020-01-01, format: yyyy-MM-dd}",
            'it = { type = "date", min = "2020-01-01", description = "it." }',
            'it: format "yyyy-MM-dd": not checked',
        ),
        (
            "logicalType: string, enum: [{value: a}, {value: b}]",
            'it = { type = "string", enum = ["a", "b"], description = "it." }',
            None,
        ),
        (
            "logicalType: integer, logicalTypeOptions: {exclusiveMinimum: 0, maximum: 9}",
            'it = { type = "bigint", max = 9, description = "it." }',
            "it: exclusiveMinimum 0: not checked",
        ),
        (
            (
                'logicalType: string, logicalTypeOptions: {minLength: 2, pattern: "(?=a)"},'
                " quality: [{metric: nullValues, mustBe: 0}, {type: text, description: Nice.}]"
            ),
            'it = { type = "string", description = "it." }',
            'it: pattern "(?=a)", minLength 2, quality nullValues, quality text: not checked',
        ),
        (
            (
                "logicalType: array, logicalTypeOptions: {maxItems: 2},"
                " items: {logicalType: string, logicalTypeOptions: {maxLength: 3}}"
            ),
            'it = { type = "array<string>", max_length = 3, description = "it." }',
            "it: maxItems 2: not checked",
        ),
        (
            (
                "logicalType: string, quality: [{metric: invalidValues, mustBe: 0,"
                " arguments: {pattern: ^a}}, {metric: invalidValues, mustBeLessThan: 5,"
                " arguments: {validValues: [a]}}]"
            ),
            'it = { type = "string", pattern = "^a", description = "it." }',
            "it: quality invalidValues: not checked",
        ),
    ],
)
def test_what_an_open_data_contract_asks_of_values_is_taken_over_or_told(
    told: str, line: str, question: str | None
) -> None:
    document = (
        "kind: DataContract\napiVersion: v3.1.0\nschema:\n- name: a\n  properties:\n"
        f"  - {{name: event_uuid, logicalType: string}}\n  - {{name: it, {told}}}\n"
    )
    draft = draft_of_objects(objects_of_odcs(document, "c.yaml"), "c.yaml")
    text, _ = lawful(draft)
    assert line in text.splitlines()
    assert next(draft.open_questions(), None) == question


def test_values_that_differ_between_events_are_asked_of_none() -> None:
    events = [
        {"title": name, "properties": {"event_uuid": {"type": "string"}, "it": {"enum": [value]}}}
        for name, value in (("a", "x"), ("b", "y"), ("c", "y"))
    ]
    document = json.dumps({"oneOf": events})
    draft = draft_of_objects(objects_of_json_schema(document, "s.json"), "s.json")
    _, contract = lawful(draft)
    assert not contract.fields["it"].constraints
    assert [*draft.open_questions()] == ["it: not the same values in all events, so any are taken"]


def test_the_values_that_there_are_are_types() -> None:
    python, typescript = python_types(CONTRACT), typescript_types(CONTRACT)
    assert '    plan: NotRequired[Literal["free", "pro"] | None]\n' in python
    assert "    sizes: NotRequired[list[Literal[36, 38] | None] | None]\n" in python
    assert '  plan?: "free" | "pro" | null;\n' in typescript
    assert "  sizes?: (36 | 38 | null)[] | null;\n" in typescript
