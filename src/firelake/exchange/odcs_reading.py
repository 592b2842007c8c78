"""What an Open Data Contract (ODCS 3) describes, as events and their properties.

https://bitol-io.github.io/open-data-contract-standard/v3.1.0/schema/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import yaml

from firelake.contract.column_names import column_problem
from firelake.contract.errors import FieldTypeError
from firelake.contract.members import MEMBER_REQUIRED_KEY
from firelake.contract.types import parse_type
from firelake.exchange.contract_document import Described, Property
from firelake.exchange.documents import object_of, objects_of
from firelake.exchange.draft import DraftField
from firelake.exchange.errors import ExchangeError
from firelake.exchange.odcs_constraints import (
    DATA_SUBJECT_PROPERTY,
    constraints_of_odcs,
    inside_of,
)
from firelake.exchange.value_types import JSON, struct_of, type_or_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.contract.types import FieldType

_LOGICAL: Final = {
    "string": "string",
    "date": "date",
    "timestamp": "timestamp",
    "time": "string",
    "number": "double",
    "integer": "bigint",
    "boolean": "boolean",
    "map": JSON,
}
# What warehouses call exact numbers: DECIMAL(10, 2), numeric(10,2), NUMBER(10).
_EXACT: Final = re.compile(
    r"(?:decimal|numeric|number)\s*\(\s*([0-9]+)\s*(?:,\s*([0-9]+)\s*)?\)", re.IGNORECASE
)

Element = dict[str, object]


def objects_of_odcs(text: str, source: str) -> list[Described]:
    """Return the events that an Open Data Contract describes: each object of its schema is one.

    Args:
        text: The document, YAML or JSON.
        source: Name of the file.

    Raises:
        ExchangeError: It is no such contract, or has no schema with properties.
    """
    try:
        document: object = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        message = f"{source} is no YAML: {error}"
        raise ExchangeError(message) from error
    contract = object_of(document)
    if contract.get("kind") != "DataContract":
        message = f"{source} is no Open Data Contract: its kind is not DataContract"
        raise ExchangeError(message)
    version = str(contract.get("apiVersion"))
    if not version.startswith("v3."):
        message = f"{source} is of apiVersion {version}: those of v3 are read"
        raise ExchangeError(message)
    found = [
        Described(
            str(each.get("name") or each.get("physicalName") or source),
            str(each.get("description") or each.get("businessName") or ""),
            [_property(inner) for inner in objects_of(each.get("properties"))],
        )
        for each in objects_of(contract.get("schema"))
    ]
    if not any(each.properties for each in found):
        message = f"{source} has no schema with properties"
        raise ExchangeError(message)
    return found


def _property(element: Element) -> Property:
    spelled = _type_of(element)
    constraints, note = constraints_of_odcs(element, spelled)
    found = [*_members(element, parse_type(spelled))]
    members = {path: asked for path, asked, _ in found if asked}
    notes = [note, *(f"{path}: {refused}" for path, _, refused in found if refused)]
    name = str(element.get("name") or element.get("physicalName") or "")
    told = "; ".join(filter(None, notes))
    field = DraftField(
        spelled,
        str(element.get("description") or element.get("businessName") or ""),
        [f"{name}: {told}"] if told else [],
        constraints,
        _column_of(element, name),
        is_data_subject=any(
            each.get("property") == DATA_SUBJECT_PROPERTY and each.get("value") is True
            for each in objects_of(element.get("customProperties"))
        ),
        members=members,
    )
    return Property(name, field, element.get("required") is True)


def _members(
    element: Element, field_type: FieldType, start: str = ""
) -> Iterator[tuple[str, dict[str, object], str]]:
    """What is asked of the members of objects: path, what is taken over, and what is not."""
    values = inside_of(element) if field_type.is_several else element
    listed = {str(each.get("name")): each for each in objects_of(values.get("properties"))}
    for each in field_type.members:
        path, inner = f"{start}{each.name}", listed.get(each.name, {})
        asked, refused = constraints_of_odcs(inner, str(each.type))
        if inner.get("required") is True:
            asked = {MEMBER_REQUIRED_KEY: True, **asked}
        yield path, asked, refused
        yield from _members(inner, each.type, f"{path}.")


def _column_of(element: Element, name: str) -> str | None:
    """What the property is called in the data source, where that can be a column."""
    physical = str(element.get("physicalName") or name)
    return physical if physical != name and column_problem(physical) is None else None


def _type_of(element: Element) -> str:
    """The contract's type: ours where the physical type is one, else what the logical one means."""
    physical = str(element.get("physicalType") or "")
    try:
        return str(parse_type(physical))
    except FieldTypeError:
        pass
    exact = _EXACT.fullmatch(physical.strip())
    if exact is not None:
        return type_or_json(f"decimal({int(exact[1])},{int(exact[2] or 0)})")
    logical = str(element.get("logicalType") or "")
    if logical == "array":
        return type_or_json(f"array<{_type_of(object_of(element.get('items')))}>")
    if logical == "object":
        inner = objects_of(element.get("properties"))
        return struct_of({str(each.get("name")): _type_of(each) for each in inner})
    return _LOGICAL.get(logical, JSON)
