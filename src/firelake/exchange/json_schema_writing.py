"""A contract as JSON Schema: one schema an event, of the event as the contract wants it.

https://json-schema.org/draft/2020-12/json-schema-validation
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from firelake.contract.names import CREATED_AT, EVENT_NAME, EVENT_UUID
from firelake.contract.types import MAX_BIGINT, MIN_BIGINT, Kind
from firelake.exchange.json_schema_reading import (
    COLUMN_KEY,
    DATA_SUBJECT_SCHEMA_KEY,
    TYPE_KEY,
)
from firelake.exchange.schema_constraints import is_ecmascript
from firelake.transform.rules import MAX_EVENT_UUID_LENGTH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.contract.constraints import Constraints
    from firelake.contract.events import Event, EventContract, Field

Schema = dict[str, object]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Final[Mapping[Kind, Schema]] = {
    Kind.STRING: {"type": "string"},
    Kind.BIGINT: {"type": "integer", "minimum": MIN_BIGINT, "maximum": MAX_BIGINT},
    Kind.DOUBLE: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DECIMAL: {"type": ["number", "string"]},
    # ISO 8601, or Unix time in seconds.
    Kind.TIMESTAMP: {"type": ["string", "number"], "format": "date-time"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.JSON: {},
}


def json_schema(contract: EventContract) -> Schema:
    """Return a document whose `$defs` hold the schema of each event, any of which fits.

    Args:
        contract: The contract.
    """
    definitions = {name: _schema(event, contract) for name, event in contract.events.items()}
    references = [{"$ref": f"#/$defs/{name}"} for name in definitions]
    return {"$schema": DIALECT, "oneOf": references, "$defs": definitions}


def event_schema(contract: EventContract, name: str) -> Schema:
    """Return the schema of one event, as a document of its own.

    Args:
        contract: The contract.
        name: One of its events.
    """
    return {"$schema": DIALECT, **_schema(contract.events[name], contract)}


def _schema(event: Event, contract: EventContract) -> Schema:
    common: dict[str, Schema] = {
        EVENT_UUID: {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_EVENT_UUID_LENGTH,
            "description": "The event's id, the same in all copies of it.",
        },
        EVENT_NAME: {"const": event.name},
        CREATED_AT: {"type": "number", "description": "When it was created: Unix time in seconds."},
    }
    fields = {
        name: _property(contract.fields[name], is_required=name in event.required)
        for name in event.fields
    }
    return {
        "title": event.name,
        "description": event.description,
        "type": "object",
        "properties": common | fields,
        "required": [*common, *event.required],
    }


def _property(field: Field, *, is_required: bool) -> Schema:
    schema = _of_values(field)
    # To the contract a null is no value.
    if not is_required and field.type.kind is not Kind.JSON:
        schema = _or_null(schema)
    column = {} if field.own_column is None else {COLUMN_KEY: field.own_column}
    mark = {DATA_SUBJECT_SCHEMA_KEY: True} if field.is_data_subject else {}
    return {**schema, "description": field.description, TYPE_KEY: str(field.type), **column, **mark}


def _of_values(field: Field) -> Schema:
    if field.type.is_several:
        inside = _or_null(_of_values(replace(field, type=field.type.member)))
        if field.type.is_map:
            return {"type": "object", "additionalProperties": inside}
        return {"type": "array", "items": inside}
    if field.type.kind is not Kind.STRUCT:
        return _TYPES[field.type.kind] | _asked(field.constraints)
    names = [each.name for each in field.type.members]
    required = [name for name in names if field.members.of(name).is_required]
    members: Schema = {
        each.name: schema if each.name in required else _or_null(schema)
        for each in field.type.members
        for schema in (_of_values(field.inner(each)),)
    }
    schema: Schema = {"type": "object", "properties": members}
    return {**schema, "required": required} if required else schema


def _asked(constraints: Constraints) -> Schema:
    """What JSON Schema can say of constraints: it bounds no texts, and has its own patterns."""
    asked: Schema = {}
    if constraints.enum:
        asked["enum"] = [*constraints.enum]
    if is_ecmascript(constraints.pattern):
        asked["pattern"] = constraints.pattern
    if constraints.max_length is not None:
        asked["maxLength"] = constraints.max_length
    for key, bound in (("minimum", constraints.least), ("maximum", constraints.most)):
        if isinstance(bound, int | float):
            asked[key] = bound
    return asked


def _or_null(schema: Schema) -> Schema:
    kinds = schema["type"]
    listed = cast("list[str]", kinds if isinstance(kinds, list) else [kinds])
    # Of the values that are listed, too, null must be one.
    enum = {"enum": [*cast("list[object]", schema["enum"]), None]} if "enum" in schema else {}
    return {**schema, **enum, "type": [*listed, "null"]}
