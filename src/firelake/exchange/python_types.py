"""A contract as types of Python, by which a type checker holds producers to it."""

from __future__ import annotations

import json
import keyword
from typing import TYPE_CHECKING, Final

from firelake.contract.names import CREATED_AT, EVENT_NAME, EVENT_UUID
from firelake.contract.types import Kind
from firelake.exchange.type_names import UNION, type_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firelake.contract.events import Event, EventContract, Field
    from firelake.contract.types import FieldType

_TAKEN: Final = (UNION, "Literal", "NotRequired", "TypedDict", *keyword.kwlist)
_HEAD: Final = """\
\"\"\"The events of the contract, version {version}; `firelake contract python` wrote this.\"\"\"

from typing import Literal, NotRequired, TypedDict
"""
_TYPES: Final[Mapping[Kind, str]] = {
    Kind.STRING: "str",
    Kind.BIGINT: "int",
    Kind.DOUBLE: "float",
    Kind.BOOLEAN: "bool",
    Kind.DECIMAL: "float | str",
    Kind.TIMESTAMP: "str | float",
    Kind.DATE: "str",
    Kind.JSON: "object",
}


def python_types(contract: EventContract) -> str:
    """Return a module with a `TypedDict` for each event, and the union of all.

    Args:
        contract: The contract.
    """
    names = type_names(contract.events, _TAKEN)
    structs = {
        path: struct
        for name, field in contract.fields.items()
        for path, struct in _structs(name, field.type)
    }
    struct_names = type_names(structs, (*_TAKEN, *names.values()))
    parts = [_HEAD.format(version=contract.version)]
    parts += ["\n".join(_struct(path, structs[path], struct_names)) for path in structs]
    parts += [
        "\n".join(_class(names[event.name], event, contract, struct_names))
        for event in contract.events.values()
    ]
    union = "\n    | ".join(names.values())
    parts.append(f"{UNION} = (\n    {union}\n)\n" if len(names) > 1 else f"{UNION} = {union}\n")
    return "\n\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _structs(path: str, field_type: FieldType) -> Iterator[tuple[str, FieldType]]:
    """The structs of a field, each with its path; the inner ones first, which it refers to."""
    for each in field_type.members:
        yield from _structs(f"{path}:{each.name}", each.type)
    if field_type.kind is Kind.STRUCT:
        yield path, field_type


def _struct(path: str, struct: FieldType, names: Mapping[str, str]) -> Iterator[str]:
    yield f"{names[path]} = TypedDict("
    yield f"    {json.dumps(names[path])},"
    yield "    {"
    for each in struct.members:
        spelled = _spelled(each.type, names.get(f"{path}:{each.name}"))
        yield f"        {json.dumps(each.name)}: {spelled} | None,"
    yield "    },"
    yield "    total=False,"
    yield ")"


def _class(
    name: str, event: Event, contract: EventContract, structs: Mapping[str, str]
) -> Iterator[str]:
    members = {
        EVENT_UUID: "str",
        EVENT_NAME: f"Literal[{json.dumps(event.name)}]",
        CREATED_AT: "float",
        **{field: _type(contract.fields[field], structs) for field in event.required},
        **{
            field: f"NotRequired[{_type(contract.fields[field], structs)} | None]"
            for field in event.optional
        },
    }
    # A keyword can be a key all the same, and so can what is no name.
    if not all(each.isidentifier() and not keyword.iskeyword(each) for each in members):
        yield f"{name} = TypedDict("
        yield f"    {json.dumps(name)},"
        yield "    {"
        yield from (
            f"        {json.dumps(key, ensure_ascii=False)}: {each},"
            for key, each in members.items()
        )
        yield "    },"
        yield ")"
        return
    yield f"class {name}(TypedDict):"
    yield f"    {json.dumps(event.description, ensure_ascii=False)}"
    yield ""
    yield from (f"    {key}: {each}" for key, each in members.items())


def _type(field: Field, structs: Mapping[str, str]) -> str:
    named = structs.get(field.name)
    if field.constraints.enum:
        listed = (json.dumps(each, ensure_ascii=False) for each in field.constraints.enum)
        named = f"Literal[{', '.join(listed)}]"
    return _spelled(field.type, named)


def _spelled(field_type: FieldType, named: str | None) -> str:
    member = named or _TYPES[field_type.kind]
    return f"list[{member} | None]" if field_type.is_array else member
