"""A contract as types of TypeScript, by which its compiler holds producers to it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from firelake.contract.names import CREATED_AT, EVENT_NAME, EVENT_UUID
from firelake.contract.types import Kind
from firelake.exchange.type_names import UNION, type_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firelake.contract.events import Event, EventContract, Field
    from firelake.contract.types import Member

_TYPES: Final[Mapping[Kind, str]] = {
    Kind.STRING: "string",
    # JSON.stringify takes no bigint, and a number is exact to 2^53.
    Kind.BIGINT: "number",
    Kind.DOUBLE: "number",
    Kind.BOOLEAN: "boolean",
    Kind.DECIMAL: "number | string",
    Kind.TIMESTAMP: "string | number",
    Kind.DATE: "string",
    Kind.JSON: "unknown",
}

_NAME: Final = re.compile("[A-Za-z_$][A-Za-z0-9_$]*")


def typescript_types(contract: EventContract) -> str:
    """Return a module with an interface for each event, and the union of all.

    Args:
        contract: The contract.
    """
    names = type_names(contract.events, (UNION,))
    head = (
        f"/** The events of the contract, version {contract.version};"
        " `firelake contract typescript` wrote this. */"
    )
    union = "\n  | ".join(["", *names.values()])
    parts = [head, f"export type {UNION} ={union};"]
    parts += [
        "\n".join(_interface(names[event.name], event, contract))
        for event in contract.events.values()
    ]
    return "\n\n".join(parts) + "\n"


def _interface(name: str, event: Event, contract: EventContract) -> Iterator[str]:
    yield _comment(event.description)
    yield f"export interface {name} {{"
    yield f"  {EVENT_UUID}: string;"
    yield f"  {EVENT_NAME}: {json.dumps(event.name)};"
    yield "  /** Unix time in seconds. */"
    yield f"  {CREATED_AT}: number;"
    for field in event.fields:
        about = contract.fields[field]
        yield f"  {_comment(about.description)}"
        key = field if _NAME.fullmatch(field) else json.dumps(field, ensure_ascii=False)
        if field in event.required:
            yield f"  {key}: {_type(about)};"
        else:
            yield f"  {key}?: {_type(about)} | null;"
    yield "}"


def _comment(text: str) -> str:
    line = " ".join(text.split()).replace("*/", "*\\/")
    return f"/** {line} */"


def _type(field: Field) -> str:
    if field.type.kind is Kind.STRUCT:
        members = "; ".join(_member(field, each) for each in field.type.members)
        value = f"{{ {members} }}"
    else:
        listed = [json.dumps(each, ensure_ascii=False) for each in field.constraints.enum]
        value = " | ".join(listed) or _TYPES[field.type.kind]
    if field.type.is_map:
        return f"Record<string, {value} | null>"
    return f"({value} | null)[]" if field.type.is_array else value


def _member(struct: Field, member: Member) -> str:
    spelled = _type(struct.inner(member))
    is_required = struct.members.of(member.name).is_required
    return f"{member.name}: {spelled}" if is_required else f"{member.name}?: {spelled} | null"
