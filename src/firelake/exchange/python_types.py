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

_HEAD: Final = """\
\"\"\"The events of the contract, version {version}; `firelake contract python` wrote this.\"\"\"

from typing import {imported}
"""
_REQUIRED: Final = "Required"
_IMPORTED: Final = ("Literal", "NotRequired", _REQUIRED, "TypedDict")
_TAKEN: Final = (UNION, *_IMPORTED, *keyword.kwlist)
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
        for path, struct in _structs(name, field)
    }
    struct_names = type_names(structs, (*_TAKEN, *names.values()))
    is_any = any(
        rule.is_required
        for field in contract.fields.values()
        for rule in field.members.by_path.values()
    )
    imported = [name for name in _IMPORTED if is_any or name != _REQUIRED]
    parts = [_HEAD.format(version=contract.version, imported=", ".join(imported))]
    parts += ["\n".join(_struct(path, structs[path], struct_names)) for path in structs]
    parts += [
        "\n".join(_class(names[event.name], event, contract, struct_names))
        for event in contract.events.values()
    ]
    union = "\n    | ".join(names.values())
    parts.append(f"{UNION} = (\n    {union}\n)\n" if len(names) > 1 else f"{UNION} = {union}\n")
    return "\n\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _structs(path: str, field: Field) -> Iterator[tuple[str, Field]]:
    """The structs of a field, each with its path; the inner ones first, which it refers to."""
    for each in field.type.members:
        yield from _structs(f"{path}:{each.name}", field.inner(each))
    if field.type.kind is Kind.STRUCT:
        yield path, field


def _struct(path: str, struct: Field, names: Mapping[str, str]) -> Iterator[str]:
    members: dict[str, str] = {}
    for each in struct.type.members:
        spelled = _type(struct.inner(each), names.get(f"{path}:{each.name}"))
        is_required = struct.members.of(each.name).is_required
        members[each.name] = f"{_REQUIRED}[{spelled}]" if is_required else f"{spelled} | None"
    return _typed_dict(names[path], members, "    total=False,")


def _typed_dict(name: str, members: Mapping[str, str], *more: str) -> Iterator[str]:
    """A type in the form that takes any key."""
    yield f"{name} = TypedDict("
    yield f"    {json.dumps(name)},"
    yield "    {"
    for key, each in members.items():
        yield f"        {json.dumps(key, ensure_ascii=False)}: {each},"
    yield "    },"
    yield from more
    yield ")"


def _class(
    name: str, event: Event, contract: EventContract, structs: Mapping[str, str]
) -> Iterator[str]:
    members = {
        EVENT_UUID: "str",
        EVENT_NAME: f"Literal[{json.dumps(event.name)}]",
        CREATED_AT: "float",
        **{field: _type(contract.fields[field], structs.get(field)) for field in event.required},
        **{
            field: f"NotRequired[{_type(contract.fields[field], structs.get(field))} | None]"
            for field in event.optional
        },
    }
    # A keyword can be a key all the same, and so can what is no name.
    if not all(each.isidentifier() and not keyword.iskeyword(each) for each in members):
        yield from _typed_dict(name, members)
        return
    yield f"class {name}(TypedDict):"
    yield f"    {json.dumps(event.description, ensure_ascii=False)}"
    yield ""
    yield from (f"    {key}: {each}" for key, each in members.items())


def _type(field: Field, named: str | None) -> str:
    # A struct always has a name.
    member = named or _TYPES[field.type.kind]
    if field.constraints.enum:
        listed = (json.dumps(each, ensure_ascii=False) for each in field.constraints.enum)
        member = f"Literal[{', '.join(listed)}]"
    if field.type.is_map:
        return f"dict[str, {member} | None]"
    return f"list[{member} | None]" if field.type.is_array else member
