"""Contracts that exist in other forms: what is taken over, and what is left open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from typer.testing import CliRunner

from firelake.cli.app import app
from firelake.contract.events import load_contract
from firelake.exchange.contract_document import draft_of_objects
from firelake.exchange.draft_text import lawful
from firelake.exchange.errors import ExchangeError
from firelake.exchange.json_schema_reading import objects_of_json_schema
from firelake.exchange.odcs_reading import objects_of_odcs

if TYPE_CHECKING:
    from pathlib import Path

    from firelake.contract.events import EventContract

ODCS: Final = """\
apiVersion: v3.1.0
kind: DataContract
id: 53581432-6c55-4ba2-a65f-72344a91553a
version: 1.1.0
status: active
schema:
  - name: Order Placed
    logicalType: object
    description: An order.
    properties:
      - {name: event_uuid, logicalType: string, required: true}
      - {name: order_id, logicalType: string, required: true, description: The order.}
      - {name: total, logicalType: number, physicalType: "DECIMAL(10, 2)", required: true}
      - {name: count, logicalType: number, physicalType: NUMBER(10), businessName: How many.}
      - {name: weight, logicalType: number, physicalType: float}
      - {name: tags, logicalType: array, items: {logicalType: string}}
      - {name: lines, logicalType: array, items: {logicalType: object}}
      - {name: at, logicalType: timestamp}
      - {name: ends, logicalType: time}
      - {name: what}
"""


def of_json_schema(document: object) -> EventContract:
    draft = draft_of_objects(objects_of_json_schema(json.dumps(document), "shop.json"), "shop.json")
    return lawful(draft)[1]


def types(contract: EventContract) -> dict[str, str]:
    return {name: str(field.type) for name, field in contract.fields.items()}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "date"}, "date"),
        ({"type": "string", "format": "date-time"}, "timestamp"),
        ({"type": "string", "format": "email"}, "string"),
        ({"type": "integer"}, "bigint"),
        ({"type": "number"}, "double"),
        ({"type": "boolean"}, "boolean"),
        ({"type": ["integer", "null"]}, "bigint"),
        ({"type": ["integer", "number"]}, "double"),
        ({"type": ["integer", "string"]}, "json"),
        ({"type": "object"}, "json"),
        ({}, "json"),
        (True, "json"),
        ({"enum": ["a", "b"]}, "string"),
        ({"enum": [1, 2]}, "bigint"),
        ({"enum": ["a", 1]}, "json"),
        ({"const": True}, "boolean"),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, "date"),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, "json"),
        ({"$ref": "#/$defs/day"}, "date"),
        ({"anyOf": [{"$ref": "#/$defs/day"}, {"type": "null"}]}, "date"),
        ({"allOf": [{"$ref": "#/$defs/day"}]}, "date"),
        ({"$ref": "other.json#/day"}, "json"),
        ({"$ref": "#/properties/field"}, "json"),
        ({"type": "array", "items": {"type": "string"}}, "array<string>"),
        ({"type": "array", "items": {"type": ["number", "null"]}}, "array<double>"),
        ({"type": "array", "items": {"$ref": "#/$defs/day"}}, "array<date>"),
        ({"type": "array", "items": {"type": "object"}}, "json"),
        ({"type": "array", "items": {"type": "array", "items": {"type": "string"}}}, "json"),
        ({"type": "array"}, "json"),
        ({"x-firelake-type": "decimal(9,3)"}, "decimal(9,3)"),
        ({"x-firelake-type": "money"}, "json"),
    ],
)
def test_a_property_gets_the_type_that_takes_its_values(schema: object, expected: str) -> None:
    document = {
        "title": "a",
        "properties": {"field": schema},
        "$defs": {"day": {"type": "string", "format": "date"}},
    }
    assert types(of_json_schema(document)) == {"field": expected}


def test_what_may_be_null_is_not_required() -> None:
    properties = {
        "a": {"type": "string"},
        "b": {"type": ["string", "null"]},
        "c": {},
        "d": {"type": "integer"},
    }
    contract = of_json_schema({"title": "x", "properties": properties, "required": ["a", "b", "c"]})
    assert contract.events["x"].required == ("a", "c")
    assert contract.events["x"].optional == ("b", "d")


NAMED: Final[list[tuple[dict[str, Any], list[str]]]] = [
    ({"properties": {"a": {}}}, ["shop"]),
    ({"title": "Order Placed", "properties": {"a": {}}}, ["order_placed"]),
    ({"title": "x", "properties": {"event_name": {"const": "a:b"}, "a": {}}}, ["a:b"]),
    ({"title": "x", "properties": {"type": {"enum": ["paid"]}, "a": {}}}, ["paid"]),
    (
        {
            "oneOf": [{"$ref": "#/$defs/order:paid"}, {"properties": {"a": {}}}],
            "$defs": {"order:paid": {"properties": {"a": {}}}},
        },
        ["order:paid", "shop_2"],
    ),
    (
        {"definitions": {"One": {"properties": {"a": {}}}, "day": {"type": "string"}}},
        ["one"],
    ),
    (
        {"title": "x", "allOf": [{"properties": {"a": {}}}], "properties": {"b": {}}},
        ["x"],
    ),
]


@pytest.mark.parametrize(("document", "names"), NAMED)
def test_each_object_is_an_event_by_its_name(document: object, names: list[str]) -> None:
    assert list(of_json_schema(document).events) == names


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is no JSON"),
        ("[]", "is no JSON Schema: it is no object"),
        ("{}", "describes no object with properties"),
        ('{"$ref": "#"}', "describes no object with properties"),
        ('{"allOf": [{"$ref": "#"}]}', "describes no object with properties"),
        ('{"oneOf": [{"$ref": "#"}]}', "describes no object with properties"),
        ('{"type": "object", "properties": []}', "describes no object with properties"),
    ],
)
def test_what_describes_no_event_is_refused(text: str, why: str) -> None:
    with pytest.raises(ExchangeError, match=why):
        objects_of_json_schema(text, "shop.json")


def test_an_open_data_contract_has_an_event_for_each_object() -> None:
    text, contract = lawful(draft_of_objects(objects_of_odcs(ODCS, "shop.yaml"), "shop.yaml"))
    assert types(contract) == {
        "order_id": "string",
        "total": "decimal(10,2)",
        "count": "decimal(10,0)",
        "weight": "double",
        "tags": "array<string>",
        "lines": "json",
        "at": "timestamp",
        "ends": "string",
        "what": "json",
    }
    assert contract.events["order_placed"].required == ("order_id", "total")
    assert contract.events["order_placed"].description == "An order."
    assert contract.fields["count"].description == "How many."
    assert "[sources" not in text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: [", "is no YAML"),
        ("a: 1", "its kind is not DataContract"),
        ("kind: DataContract\napiVersion: v2.2.2", "is of apiVersion v2.2.2: those of v3 are read"),
        ("kind: DataContract\napiVersion: v3.1.0", "has no schema with properties"),
    ],
)
def test_what_is_no_open_data_contract_is_refused(text: str, why: str) -> None:
    with pytest.raises(ExchangeError, match=why):
        objects_of_odcs(text, "shop.yaml")


def test_what_the_contract_cannot_say_is_left_open() -> None:
    document = {
        "title": "paid",
        "properties": {
            "userId": {"type": "string"},
            "state": {"enum": ["new", 1]},
            "at": {"type": "string", "format": "date-time"},
        },
    }
    draft = draft_of_objects(objects_of_json_schema(json.dumps(document), "s.json"), "s.json")
    text, contract = lawful(draft)
    assert list(contract.by_column) == ["user_id", "state", "at"]
    assert 'userId = { type = "string", column = "user_id", description = "userId." }' in text
    questions = list(draft.open_questions())
    assert questions[0] == "state: of several kinds: integer, string"
    assert questions[1].startswith("source producer: No property is named event_uuid")
    assert '# created_at = { field = "at", format = "iso8601" }' in text


def test_what_can_be_no_column_gets_one_of_another_name_or_stays_in_extras() -> None:
    names = ["userId", "user_id", "USERID", "date", "dt", "größe", "$set", 'a"b']
    properties = {name: {"type": "string"} for name in names}
    document = {"title": "paid", "properties": {"event_uuid": {"type": "string"}} | properties}
    draft = draft_of_objects(objects_of_json_schema(json.dumps(document), "s.json"), "s.json")
    text, contract = lawful(draft)
    assert {each.name: each.column for each in contract.fields.values()} == {
        "userId": "user_id_2",
        "user_id": "user_id",
        "USERID": "userid",
        "date": "date_field",
        "dt": "dt_field",
        "größe": "gr_e",
        "$set": "set_field",
    }
    assert '#   - a"b: string. a"b.' in text or '# - a"b: string. a"b.' in text


def test_two_properties_of_one_physical_name_get_a_column_each() -> None:
    text = """
apiVersion: v3.1.0
kind: DataContract
schema:
- name: paid
  properties:
  - {name: event_uuid, logicalType: string}
  - {name: userId, logicalType: string, physicalName: account}
  - {name: accountId, logicalType: string, physicalName: account}
  - {name: size, logicalType: string, physicalName: SIZE_1}
"""
    _, contract = lawful(draft_of_objects(objects_of_odcs(text, "shop.yaml"), "shop.yaml"))
    assert {each.name: each.column for each in contract.fields.values()} == {
        "userId": "account",
        "accountId": "account_id",
        "size": "size",
    }


def test_one_name_of_two_types_is_json_and_told() -> None:
    document = {
        "oneOf": [
            {"title": "a", "properties": {"size": {"type": "integer"}}},
            {
                "title": "b",
                "properties": {"size": {"type": "string", "x-firelake-data-subject": True}},
            },
            {"title": "B", "properties": {"size": {"type": "string"}}},
        ]
    }
    draft = draft_of_objects(objects_of_json_schema(json.dumps(document), "s.json"), "s.json")
    assert types(lawful(draft)[1]) == {"size": "json"}
    questions = list(draft.open_questions())
    assert "size: bigint in one event and string in another" in questions
    assert "size: of no one type, so no events can be erased by it" in questions
    assert "'B' becomes b, as another one does: left out" in questions


def test_the_command_drafts_the_projects_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(ODCS)
    done = CliRunner().invoke(app, ["init", "shop", "--from", "odcs", "shop.yaml"])
    assert done.exit_code == 0, done.output
    assert "1 event and 9 fields" in done.output
    assert list(load_contract(tmp_path / "shop" / "events.toml").events) == ["order_placed"]
    both = ["init", "b", "--from", "odcs", "shop.yaml", "--from-sample", "shop.yaml"]
    refused = CliRunner().invoke(app, both)
    assert refused.exit_code == 2
    assert "choose one of --from-sample and --from" in refused.stderr
    assert not (tmp_path / "b").exists()
    missing = CliRunner().invoke(app, ["init", "b", "--from", "odcs", "nowhere.yaml"])
    assert missing.exit_code == 2
    assert "'nowhere.yaml' cannot be read" in missing.stderr


STRUCT: Final = "struct<sku:string,unitPrice:double,tags:array<string>,size:struct<w:bigint>>"
NESTED: Final = {
    "type": "object",
    "properties": {
        "sku": {"type": "string"},
        "unitPrice": {"type": "number"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "size": {"properties": {"w": {"type": "integer"}}, "type": "object"},
    },
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (NESTED, STRUCT),
        (
            {"type": "array", "items": {"properties": {"a": {"type": "string"}}, "type": "object"}},
            "array<struct<a:string>>",
        ),
        ({"type": "object"}, "json"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "map<string,string>"),
        ({"type": "object", "additionalProperties": NESTED}, f"map<string,{STRUCT}>"),
        ({"type": "object", "additionalProperties": True}, "json"),
        ({"type": "object", "additionalProperties": {}}, "json"),
        ({"type": "object", "properties": {"a-b": {"type": "string"}}}, "json"),
        ({"type": "object", "properties": {"a": {}}}, "json"),
        ({"type": "object", "properties": {"order": {"type": "string"}}}, "json"),
        ({"type": "object", "properties": {"a": {"$ref": "#/properties/it"}}}, "json"),
    ],
)
def test_an_object_of_known_properties_is_a_struct(schema: object, expected: str) -> None:
    properties = {"event_uuid": {"type": "string"}, "it": schema}
    document = json.dumps({"title": "a", "properties": properties})
    _, contract = lawful(draft_of_objects(objects_of_json_schema(document, "s.json"), "s.json"))
    assert str(contract.fields["it"].type) == expected


def test_an_object_of_an_open_data_contract_is_a_struct() -> None:
    text = """
apiVersion: v3.1.0
kind: DataContract
schema:
- name: paid
  properties:
  - {name: event_uuid, logicalType: string}
  - name: address
    logicalType: object
    properties:
    - {name: zip, logicalType: string}
    - {name: since, logicalType: date}
  - name: lines
    logicalType: array
    items:
      logicalType: object
      properties: [{name: price, logicalType: number, physicalType: "DECIMAL(9, 2)"}]
"""
    _, contract = lawful(draft_of_objects(objects_of_odcs(text, "shop.yaml"), "shop.yaml"))
    assert types(contract) == {
        "address": "struct<zip:string,since:date>",
        "lines": "array<struct<price:decimal(9,2)>>",
    }
