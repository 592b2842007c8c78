"""A contract in other forms says what it says itself, and is drafted of them again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, get_args, get_type_hints

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from firelake.aws.lake_ref import CONTRACT_VARIABLE
from firelake.cli.app import app
from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.exchange.contract_document import draft_of_objects
from firelake.exchange.draft_text import lawful
from firelake.exchange.json_schema_reading import objects_of_json_schema
from firelake.exchange.json_schema_writing import event_schema, json_schema
from firelake.exchange.odcs_reading import objects_of_odcs
from firelake.exchange.odcs_writing import open_data_contract
from firelake.exchange.python_types import python_types
from firelake.exchange.type_names import type_names
from firelake.exchange.typescript_types import typescript_types
from firelake.transform.events import EventReader, RecordPosition

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT: Final = parse_contract("""\
version = 3

[every_event]
optional = ["session_id"]

[fields]
session_id = { type = "string", data_subject = true, description = "The visit." }
order_id = { type = "string", description = "The */ order." }
items = { type = "bigint", description = "How many." }
weight = { type = "double", description = "In kg." }
is_gift = { type = "boolean", description = "Wrapped?" }
total = { type = "decimal(10,2)", description = "In EUR." }
paid_at = { type = "timestamp", description = "When." }
due = { type = "date", description = "Until when." }
tags = { type = "array<string>", description = "Labels." }
class = { type = "array<decimal(4,1)>", description = "A keyword of Python." }
extra = { type = "json", description = "Anything." }
"gift wrap" = { type = "boolean", column = "has_wrap", description = "No name in Python." }

[fields.lines]
type = "array<struct<sku:string,unitPrice:decimal(9,2),size:struct<w:double>>>"
description = "What."

[events."order:placed"]
description = "An order was placed."
required = ["order_id", "total", "extra"]
optional = ["items", "weight", "is_gift", "paid_at", "due", "tags"]

[events.lesson_rated]
description = "A lesson was rated."
required = ["class"]
optional = ["gift wrap", "lines"]
""")
COMMON: Final = {"event_uuid": "u-1", "created_at": 1_796_000_000.5}
PLACED: Final = {**COMMON, "event_name": "order:placed", "order_id": "o", "total": "9.90"}
RATED: Final[dict[str, Any]] = {**COMMON, "event_name": "lesson_rated", "class": []}
# What the contract says of it is what the function's own reader says, and the schema must agree.
EVENTS: Final[list[dict[str, Any]]] = [
    {**PLACED, "extra": None},
    {**PLACED, "extra": [1, {"a": None}], "unknown": 1},
    {**PLACED, "extra": 1, "total": 9.9, "items": 3, "weight": 1, "is_gift": True},
    {**PLACED, "extra": 1, "items": None, "tags": ["a", None], "due": "2026-11-29"},
    {**PLACED, "extra": 1, "paid_at": "2026-11-29T10:00:00Z", "session_id": "s"},
    {**PLACED, "extra": 1, "paid_at": 1_796_000_000},
    {**COMMON, "event_name": "lesson_rated", "class": [1.5, "2.5", None]},
    {**RATED, "lines": [None, {"sku": None, "unitPrice": "1.5", "size": {"w": 1}, "more": 1}]},
    {**RATED, "lines": [{"sku": 1}]},
    {**RATED, "lines": [{"size": {"w": "1"}}]},
    {**RATED, "lines": {"sku": "a"}},
    PLACED,
    {**PLACED, "extra": 1, "order_id": None},
    {**PLACED, "extra": 1, "order_id": 5},
    {**PLACED, "extra": 1, "items": "3"},
    {**PLACED, "extra": 1, "items": 2**63},
    {**PLACED, "extra": 1, "is_gift": "yes"},
    {**PLACED, "extra": 1, "tags": "a"},
    {**PLACED, "extra": 1, "tags": [1]},
    {**PLACED, "extra": 1, "due": 20},
    {**PLACED, "extra": 1, "total": True},
    {**PLACED, "extra": 1, "event_uuid": ""},
    {**PLACED, "extra": 1, "created_at": "2026-11-29T10:00:00Z"},
    {**COMMON, "event_name": "lesson_rated"},
]


def is_valid(document: dict[str, Any], event: dict[str, Any]) -> bool:
    validator: Any = jsonschema.Draft202012Validator(document)
    return validator.is_valid(event)


def test_the_schema_takes_what_the_function_takes() -> None:
    reader = EventReader(CONTRACT, lateness_days=None, granularity=Granularity.DAY)
    position = RecordPosition("s:1:0", 1_796_000_000_000)
    document: dict[str, Any] = json_schema(CONTRACT)
    jsonschema.Draft202012Validator.check_schema(document)
    taken = [not reader.read(json.dumps(each).encode(), position).problems for each in EVENTS]
    assert taken == [True] * 8 + [False] * 16
    assert [is_valid(document, each) for each in EVENTS] == taken
    # Each alone, too.
    for event, expected in zip(EVENTS, taken, strict=True):
        assert is_valid(event_schema(CONTRACT, str(event["event_name"])), event) is expected


def described(text: str) -> dict[str, tuple[str, str]]:
    contract = parse_contract(text)
    return {name: (str(each.type), each.description) for name, each in contract.fields.items()}


@pytest.mark.parametrize("form", ["json-schema", "odcs"])
def test_the_same_contract_is_drafted_of_either_form(form: str) -> None:
    if form == "odcs":
        document = json.dumps(open_data_contract(CONTRACT, "shop"))
        draft = draft_of_objects(objects_of_odcs(document, "c.yaml"), "c.yaml")
    else:
        document = json.dumps(json_schema(CONTRACT))
        draft = draft_of_objects(objects_of_json_schema(document, "c.json"), "c.json")
    text, found = lawful(draft)
    assert {name: (str(each.type), each.description) for name, each in found.fields.items()} == {
        name: (str(each.type), each.description) for name, each in CONTRACT.fields.items()
    }
    assert {name: (each.required, set(each.optional)) for name, each in found.events.items()} == {
        name: (each.required, set(each.optional)) for name, each in CONTRACT.events.items()
    }
    assert list(draft.open_questions()) == []
    assert described(text)["total"] == ("decimal(10,2)", "In EUR.")
    assert found.fields["gift wrap"].column == "has_wrap"
    assert [each.name for each in found.data_subject_fields] == ["session_id"]


def test_an_open_data_contract_has_what_the_standard_asks_for() -> None:
    document: dict[str, Any] = open_data_contract(CONTRACT, "shop")
    assert {key: document[key] for key in ("apiVersion", "kind", "id", "version", "status")} == {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "urn:firelake:shop",
        "version": "3.0.0",
        "status": "active",
    }
    placed, _ = document["schema"]
    assert (placed["name"], placed["physicalName"]) == ("order:placed", "event_order__placed")
    by_name = {each["name"]: each for each in placed["properties"]}
    assert by_name["tags"] == {
        "name": "tags",
        "logicalType": "array",
        "physicalType": "array<string>",
        "description": "Labels.",
        "required": False,
        "items": {"logicalType": "string", "physicalType": "string"},
    }
    assert by_name["total"]["logicalType"] == "number"
    (lines,) = [each for each in document["schema"][1]["properties"] if each["name"] == "lines"]
    size = {"name": "size", "logicalType": "object", "physicalType": "struct<w:double>"}
    w = {"name": "w", "logicalType": "number", "physicalType": "double"}
    assert lines["items"]["properties"][2] == {**size, "properties": [w]}
    assert by_name["event_uuid"]["primaryKey"] is True


def test_types_of_python_are_those_of_the_fields() -> None:
    module: dict[str, Any] = {}
    exec(compile(python_types(CONTRACT), "events.py", "exec", dont_inherit=True), module)  # noqa: S102 -- our own text
    placed, rated = get_args(module["ContractEvent"])
    assert (placed, rated) == (module["OrderPlaced"], module["LessonRated"])
    assert placed.__doc__ == "An order was placed."
    assert placed.__required_keys__ == {
        *("event_uuid", "event_name", "created_at", "order_id", "total", "extra")
    }
    hints = get_type_hints(placed)
    assert hints["total"] == float | str
    assert hints["items"] == int | None
    assert hints["tags"] == list[str | None] | None
    assert get_type_hints(rated)["gift wrap"] == bool | None
    line = module["Lines"]
    assert get_type_hints(rated)["lines"] == list[line | None] | None
    assert get_type_hints(line) == {
        "sku": str | None,
        "unitPrice": float | str | None,
        "size": module["LinesSize"] | None,
    }
    assert not line.__required_keys__
    assert rated.__required_keys__ == {"event_uuid", "event_name", "created_at", "class"}
    assert get_args(get_type_hints(rated)["event_name"]) == ("lesson_rated",)


def test_types_of_typescript_are_those_of_the_fields() -> None:
    lines = typescript_types(CONTRACT).splitlines()
    assert lines[2:5] == ["export type ContractEvent =", "  | OrderPlaced", "  | LessonRated;"]
    for line in (
        "export interface OrderPlaced {",
        '  event_name: "order:placed";',
        "  /** The *\\/ order. */",
        "  order_id: string;",
        "  total: number | string;",
        "  extra: unknown;",
        '  "gift wrap"?: boolean | null;',
        (
            "  lines?: ({ sku?: string | null; unitPrice?: number | string | null;"
            " size?: { w?: number | null } | null } | null)[] | null;"
        ),
        "  items?: number | null;",
        "  tags?: (string | null)[] | null;",
        "  class: (number | string | null)[];",
    ):
        assert line in lines


def test_no_two_types_have_one_name() -> None:
    events = ["a:b", "a_b", "a1", "a_1", "2fa:sent", "none", "contract:event"]
    assert type_names(events, ("None", "ContractEvent")) == {
        "a:b": "AB",
        "a_b": "AB2",
        "a1": "A1",
        "a_1": "A12",
        "2fa:sent": "Event2faSent",
        "none": "None2",
        "contract:event": "ContractEvent2",
    }


@pytest.mark.parametrize("form", ["json-schema", "odcs", "python", "typescript"])
def test_a_command_writes_each_form(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CONTRACT_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["init", "shop"]).exit_code == 0
    monkeypatch.chdir(tmp_path / "shop")
    shown = CliRunner().invoke(app, ["contract", form])
    assert shown.exit_code == 0, shown.output
    written = CliRunner().invoke(app, ["contract", form, "--out", "there"])
    assert written.exit_code == 0, written.output
    assert (tmp_path / "shop" / "there").read_text("utf-8") == shown.stdout
    assert "deliver_at" in shown.stdout
    if form == "odcs":
        assert yaml.safe_load(shown.stdout)["name"] == "shop"


def test_an_event_that_there_is_not_has_no_schema(tmp_path: Path) -> None:
    file = tmp_path / "events.toml"
    file.write_text('version = 1\n[events.a]\ndescription = "A."\n')
    done = CliRunner().invoke(app, ["contract", "json-schema", str(file), "--event", "b"])
    assert done.exit_code == 2
    assert "'b' is no event of the contract" in done.stderr
