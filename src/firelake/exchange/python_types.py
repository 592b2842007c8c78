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
    parts = [_HEAD.format(version=contract.version)]
    parts += [
        "\n".join(_class(names[event.name], event, contract)) for event in contract.events.values()
    ]
    union = "\n    | ".join(names.values())
    parts.append(f"{UNION} = (\n    {union}\n)\n" if len(names) > 1 else f"{UNION} = {union}\n")
    return "\n\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _class(name: str, event: Event, contract: EventContract) -> Iterator[str]:
    members = {
        EVENT_UUID: "str",
        EVENT_NAME: f"Literal[{json.dumps(event.name)}]",
        CREATED_AT: "float",
        **{field: _type(contract.fields[field]) for field in event.required},
        **{
            field: f"NotRequired[{_type(contract.fields[field])} | None]"
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


def _type(field: Field) -> str:
    member = _TYPES[field.type.kind]
    if field.constraints.enum:
        listed = (json.dumps(each, ensure_ascii=False) for each in field.constraints.enum)
        member = f"Literal[{', '.join(listed)}]"
    return f"list[{member} | None]" if field.type.is_array else member
