"""The msgspec types of a contract: every event builds, whatever its fields are called."""

from __future__ import annotations

import json
import keyword
from typing import TYPE_CHECKING, Any

import pytest

from firelake.contract.events import parse_contract
from firelake.contract.reserved_words import RESERVED_WORDS
from firelake.contract.types import FieldType, Kind
from firelake.transform.schemas import build_schemas
from tests.helpers.contracts import LEARNING
from tests.helpers.transform_parts import (
    POSITION,
    contract_of,
    event_text,
    faults_of,
    learning_reader,
    only_event,
    reader_of,
    row_of,
    spliced,
)

if TYPE_CHECKING:
    from firelake.contract.events import EventContract

SAMPLES: dict[Kind, Any] = {
    Kind.STRING: "text",
    Kind.BIGINT: 7,
    Kind.DOUBLE: 0.5,
    Kind.BOOLEAN: True,
    Kind.DECIMAL: "0.5",
    Kind.TIMESTAMP: "2026-01-15 12:00:00.000",
    Kind.DATE: "2026-01-15",
    Kind.JSON: '{"a":1}',
}
AS_SENT: dict[Kind, Any] = {Kind.TIMESTAMP: "2026-01-15T12:00:00Z", Kind.JSON: {"a": 1}}


def column_of(field_type: FieldType) -> object:
    sample = SAMPLES[field_type.kind]
    if field_type.is_map:
        return {"a": sample, "b": None}
    return [sample, None] if field_type.is_array else sample


def member_of(field_type: FieldType) -> object:
    sample = AS_SENT.get(field_type.kind, SAMPLES[field_type.kind])
    if field_type.is_map:
        return {"a": sample, "b": None}
    return [sample, None] if field_type.is_array else sample


@pytest.mark.parametrize("name", LEARNING.events)
def test_an_event_of_the_shipped_contract_fills_the_columns_of_its_fields(name: str) -> None:
    contract = LEARNING
    types = {field: contract.fields[field].type for field in contract.events[name].fields}
    members = {field: member_of(field_type) for field, field_type in types.items()}
    text = json.dumps(
        {"event_uuid": "id-1", "event_name": name, "created_at": 1768478390} | members,
        separators=(",", ":"),
    )
    event = only_event(learning_reader().read(text.encode(), POSITION))
    row = json.loads(event.row)
    assert {field: row[field] for field in types} == {
        field: column_of(field_type) for field, field_type in types.items()
    }
    assert (event.event_name, event.event_type) == (name, name.split(":", maxsplit=1)[0])
    assert row.get("event_subtype") == (name.split(":")[1] if ":" in name else None)
    new = {field for field in types if contract.fields[field].since > 1}
    assert json.loads(row.get("extras", "{}")) == {field: members[field] for field in new}


@pytest.mark.parametrize(
    "name",
    [each for each in keyword.kwlist if each.islower() and each not in RESERVED_WORDS]
    + ["self", "cls", "field_class", "event_uuid_2", "match", "type_", "n" * 255],
    ids=lambda name: name[:20],
)
def test_a_field_may_be_called_as_python_calls_its_own(name: str) -> None:
    contract = contract_of({name: "bigint", "at": "timestamp"})
    row = row_of(reader_of(contract).read(spliced(f'"{name}": 7, "at": 0'), POSITION))
    assert (row[name], row["at"]) == (7, "1970-01-01 00:00:00.000")
    assert "extras" not in row


def one_event_contract() -> EventContract:
    return parse_contract('version = 1\n[events."thing:done"]\ndescription = "The only event."\n')


def test_an_event_without_its_name_is_invalid_in_a_contract_of_one_event() -> None:
    reader = reader_of(one_event_contract())
    nameless = b'{"event_uuid":"id-1","created_at":1768478390}'
    assert faults_of(reader.read(nameless, POSITION)) == [("event_name", 0, "event_name")]


@pytest.mark.parametrize("name", ["", "other:done", "thing:done"])
def test_a_contract_of_one_event_knows_that_event_alone(name: str) -> None:
    reading = reader_of(one_event_contract()).read(event_text(event_name=name).encode(), POSITION)
    if name:
        assert only_event(reading).is_registered == (name == "thing:done")
    else:
        assert faults_of(reading) == [("event_name", 0, "event_name")]


def test_the_strict_types_know_the_fields_that_are_not_new() -> None:
    contract = contract_of({"old": "string", "new": "string"}, version=2, since={"new": 2})
    schemas = build_schemas(contract, 1)
    (struct,) = (each for each in schemas.strict if each.__name__ == "thing:done")
    assert struct.__struct_encode_fields__ == ("event_uuid", "created_at", "old")
    assert schemas.by_name["thing:done"].columns == {
        "event_uuid",
        "event_name",
        "created_at",
        "old",
    }
    assert list(schemas.by_name["thing:done"].fields) == ["old", "new"]
