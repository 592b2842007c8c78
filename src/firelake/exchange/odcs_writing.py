"""A contract as an Open Data Contract, version 3.1.0: one object of its schema an event.

https://bitol-io.github.io/open-data-contract-standard/v3.1.0/schema/
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from firelake.contract.names import CREATED_AT, EVENT_NAME, EVENT_UUID, view_name
from firelake.contract.types import Kind
from firelake.exchange.documents import objects_of
from firelake.exchange.odcs_constraints import (
    DATA_SUBJECT_PROPERTY,
    VALUES_PROPERTY,
    odcs_constraints,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.contract.events import Event, EventContract, Field
    from firelake.contract.types import FieldType

Element = dict[str, object]

API_VERSION: Final = "v3.1.0"
_LOGICAL: Final[Mapping[Kind, str]] = {
    Kind.STRING: "string",
    Kind.BIGINT: "integer",
    Kind.DOUBLE: "number",
    Kind.BOOLEAN: "boolean",
    Kind.DECIMAL: "number",
    Kind.TIMESTAMP: "timestamp",
    Kind.DATE: "date",
    Kind.JSON: "object",
    Kind.STRUCT: "object",
}
# Name, logical type, physical type and description.
_COMMON: Final = (
    (EVENT_UUID, "string", "string", "The event's id."),
    (EVENT_NAME, "string", "string", "The event's name."),
    (CREATED_AT, "number", "double", "When it was created: Unix time in seconds."),
)


def open_data_contract(contract: EventContract, name: str) -> Element:
    """Return the document.

    Args:
        contract: The contract.
        name: What the data is called: the project's name.
    """
    return {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": f"urn:firelake:{name}",
        "name": name,
        "version": f"{contract.version}.0.0",
        "status": "active",
        "schema": [_object(event, contract) for event in contract.events.values()],
    }


def _object(event: Event, contract: EventContract) -> Element:
    common = [_property(*each, is_required=True) for each in _COMMON]
    common[0] |= {"primaryKey": True, "primaryKeyPosition": 1}
    return {
        "name": event.name,
        "physicalName": view_name(event.name),
        "logicalType": "object",
        "physicalType": "view",
        "description": event.description,
        "properties": common + [_field(name, event, contract) for name in event.fields],
    }


def _field(name: str, event: Event, contract: EventContract) -> Element:
    field = contract.fields[name]
    is_required = name in event.required
    element = _property(
        name, _logical(field.type), str(field.type), field.description, is_required=is_required
    )
    if field.own_column is not None:
        element["physicalName"] = field.own_column
    asked = _inside(field)
    if field.is_data_subject:
        mark = {"property": DATA_SUBJECT_PROPERTY, "value": True}
        asked["customProperties"] = [mark, *objects_of(asked.get("customProperties"))]
    return element | asked


def _inside(field: Field) -> Element:
    """What is asked of a value, and what an array or a struct has in it."""
    kind = field.type
    if kind.is_array:
        return {"items": _held(field)}
    if kind.is_map:
        return {"customProperties": [{"property": VALUES_PROPERTY, "value": _held(field)}]}
    asked = odcs_constraints(field.constraints)
    if not kind.members:
        return asked
    listed = [
        {
            "name": each.name,
            "logicalType": _logical(each.type),
            "physicalType": str(each.type),
            **({"required": True} if field.members.of(each.name).is_required else {}),
            **_inside(field.inner(each)),
        }
        for each in kind.members
    ]
    return {**asked, "properties": listed}


def _held(field: Field) -> Element:
    """What an array or a map holds."""
    kind = field.type
    held = {"logicalType": _LOGICAL[kind.kind], "physicalType": str(kind.member)}
    return held | _inside(replace(field, type=kind.member))


def _logical(kind: FieldType) -> str:
    if kind.is_map:
        return "object"
    return "array" if kind.is_array else _LOGICAL[kind.kind]


def _property(
    name: str, logical: str, physical: str, description: str, *, is_required: bool
) -> Element:
    return {
        "name": name,
        "logicalType": logical,
        "physicalType": physical,
        "description": description,
        "required": is_required,
    }
