"""The contract as msgspec types, built once at the function's start.

Each event has two: a strict one, which is a member of the tagged union that decodes a whole record
in one go and knows nothing but the contract's fields; and an open one for the event that brings
more, or less, than that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, Union

import msgspec
from msgspec import Meta

from firelake.contract.names import (
    COMMON_FIELDS,
    CREATED_AT,
    EVENT_NAME,
    EVENT_SUBTYPE,
    EVENT_UUID,
    UNREGISTERED,
)
from firelake.transform.rules import MAX_EVENT_UUID_LENGTH
from firelake.transform.values import Codec, codec

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from firelake.contract.events import Event, EventContract

# Where nobody says which tables Firehose may go by: each has the fields of the first version.
OLDEST_VERSION: Final = 1

# Attribute names are not field names: a field may be called `class`, or `__init__`.
_ATTRIBUTE_PREFIX: Final = "field_"
_EventUuid: TypeAlias = Annotated[str, Meta(min_length=1, max_length=MAX_EVENT_UUID_LENGTH)]


class _NoEvent(msgspec.Struct, tag="", tag_field=EVENT_NAME):
    """Nothing decodes into this. In a union of one type, msgspec takes the tag for optional."""

    impossible: Annotated[int, Meta(ge=1, le=0)]


class UnregisteredEvent(msgspec.Struct):
    """The common fields of an event that the contract does not know."""

    event_uuid: _EventUuid
    event_name: str
    created_at: float


@dataclass(frozen=True, slots=True)
class FieldSchema:
    """One declared field of one event.

    Attributes:
        name: Its key in the event.
        column: Its key in the row.
    """

    name: str
    column: str
    attribute: str
    codec: Codec
    is_required: bool


@dataclass(frozen=True, slots=True)
class StructSchema:
    """What remains to be done with a decoded event of one msgspec type.

    Attributes:
        event_name: The event's name.
        event_type: Its partition by type.
        subtype_member: The row's member `event_subtype` with a comma; empty where there is none.
        is_registered: Whether the contract knows the event.
        rewritten: The attributes that hold raw JSON still, with their rewriting, and whether the
            field is required.
        as_row: Makes what is written of what was read, where a column is called otherwise than
            its field.
    """

    event_name: str
    event_type: str
    subtype_member: str
    is_registered: bool
    rewritten: tuple[tuple[str, Callable[[Any], Any], bool], ...] = ()
    as_row: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class EventSchema:
    """What the transform knows of one event.

    Attributes:
        fields: The declared fields by name.
        columns: The fields that do not belong to `extras`: the common ones and the declared
            ones, less those for which Firehose's table may have no column.
        open: For the open type, which leaves out fields that it does not know.
        decode_open: Decodes one object into the open type.
        nested: The fields with structs, each with whether its column holds all of a value: what
            it does not hold is in `extras`.
    """

    fields: Mapping[str, FieldSchema]
    columns: frozenset[str]
    open: StructSchema
    decode_open: Callable[[bytes | str | msgspec.Raw], Any]
    nested: tuple[tuple[str, Callable[[msgspec.Raw], bool]], ...]


@dataclass(frozen=True, slots=True)
class Schemas:
    """Every event of a contract.

    Attributes:
        by_name: The events that the contract knows.
        strict: For each member of the union.
        decode_record: Decodes a record's objects, one after the other, into the union.
        event_types: The partitions that exist besides `unregistered`.
    """

    by_name: Mapping[str, EventSchema]
    strict: Mapping[type[msgspec.Struct], StructSchema]
    decode_record: Callable[[bytes], list[Any]]
    event_types: frozenset[str]

    def unregistered(self, event_name: str) -> StructSchema:
        """For an event that the contract does not know.

        Its type is its partition only if the contract knows the type: garbage opens no partitions.
        """
        event_type, *rest = event_name.split(":")
        known = event_type in self.event_types
        return StructSchema(
            event_name,
            event_type if known else UNREGISTERED,
            _subtype_member(rest[0] if rest else None),
            is_registered=False,
        )


def build_schemas(contract: EventContract, oldest_version: int) -> Schemas:
    """Builds the msgspec types of a contract.

    Args:
        contract: At least one event.
        oldest_version: The oldest version of the contract whose table Firehose may still go by.
    """
    codecs = {
        name: codec(field.type, field.constraints, field.members)
        for name, field in contract.fields.items()
    }
    by_name: dict[str, EventSchema] = {}
    strict: dict[type[msgspec.Struct], StructSchema] = {}
    for event in contract.events.values():
        fields = {
            name: FieldSchema(
                name,
                (column := contract.fields[name].column),
                f"{_ATTRIBUTE_PREFIX}{column}",
                codecs[name],
                name in event.required,
            )
            for name in event.fields
        }
        # Firehose drops a key for which its table has no column. A field that may be one goes to
        # its column and stays in `extras`. Only the open way fills `extras`, so the strict type
        # does not know such a field and refuses an event that brings it.
        new = {name for name in fields if contract.fields[name].since > oldest_version}
        # An event that must bring one has no strict type: there, nobody would miss it.
        if new.isdisjoint(event.required):
            known = [field for field in fields.values() if field.name not in new]
            strict[_struct_type(event, known, tagged=True)] = _struct_schema(
                event, known, tagged=True
            )
        by_name[event.name] = EventSchema(
            fields,
            frozenset((*COMMON_FIELDS, *fields)) - new,
            _struct_schema(event, fields.values(), tagged=False),
            msgspec.json.Decoder(_struct_type(event, fields.values(), tagged=False)).decode,
            tuple(
                (field.name, field.codec.is_whole)
                for field in fields.values()
                if field.codec.convert_whole is not None
            ),
        )
    # A union of types known only at run time has no static type.
    union: Any = Union[(*strict, _NoEvent)]
    return Schemas(
        by_name,
        strict,
        msgspec.json.Decoder(union).decode_lines,
        frozenset(contract.event_types),
    )


def _struct_type(
    event: Event, fields: Iterable[FieldSchema], *, tagged: bool, is_row: bool = False
) -> type[msgspec.Struct]:
    members: list[Any] = [(EVENT_UUID, _EventUuid), (CREATED_AT, float)]
    if not tagged:
        members.append((EVENT_NAME, str))
    by_need = sorted(fields, key=lambda field: not field.is_required)
    for field in by_need:
        json_type = field.codec.json_type
        if field.is_required:
            members.append((field.attribute, json_type))
        else:
            optional = json_type if json_type is msgspec.Raw else json_type | None
            members.append((field.attribute, optional, None))
    return msgspec.defstruct(
        event.name,
        members,
        rename={field.attribute: field.column if is_row else field.name for field in by_need},
        omit_defaults=True,
        forbid_unknown_fields=tagged,
        tag=event.name if tagged else None,
        tag_field=EVENT_NAME if tagged else None,
        gc=False,
    )


def _struct_schema(event: Event, fields: Collection[FieldSchema], *, tagged: bool) -> StructSchema:
    as_row = None
    if any(field.column != field.name for field in fields):
        as_row = _as_row(_struct_type(event, fields, tagged=tagged, is_row=True))
    return StructSchema(
        event.name,
        event.event_type,
        _subtype_member(event.event_subtype),
        is_registered=True,
        rewritten=tuple(
            # What the strict type takes has no `extras`.
            (
                field.attribute,
                (tagged and field.codec.convert_whole) or field.codec.convert,
                field.is_required,
            )
            for field in fields
            if field.codec.convert is not None
        ),
        as_row=as_row,
    )


def _as_row(row_type: Callable[..., msgspec.Struct]) -> Callable[[msgspec.Struct], msgspec.Struct]:
    """A type of msgspec has one name a field, to read and to write: a row has its own type."""

    def as_row(struct: msgspec.Struct) -> msgspec.Struct:
        return row_type(*msgspec.structs.astuple(struct))

    return as_row


def _subtype_member(event_subtype: str | None) -> str:
    return "" if event_subtype is None else f'"{EVENT_SUBTYPE}":"{event_subtype}",'
