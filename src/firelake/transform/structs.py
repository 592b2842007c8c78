"""Structs: an object's declared members, each by its own rules; what else it has is not of them.

Members of a column are called by small letters, as Glue and Firehose have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Raw

from firelake.transform.errors import UnfitValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_decode_object: Final = msgspec.json.Decoder(dict[str, Raw] | None).decode
_decode_array: Final = msgspec.json.Decoder(list[Raw] | None).decode


@dataclass(frozen=True, slots=True)
class MemberCodec:
    """How one member is read.

    Attributes:
        column: Its name in the column.
        convert: Makes the value of the raw JSON value; gives None for a null.
        expected: What it must be, for people; empty where what is inside says it.
        is_required: Whether an object without it is refused.
    """

    column: str
    convert: Callable[[Raw], object]
    expected: str
    is_required: bool

    def value_of(self, raw: Raw, name: str) -> object:
        """The member's value in the column; None of a null."""
        try:
            return self.convert(raw)
        except UnfitValueError as error:
            path = f".{name}"
            raise error.within(path, self.expected) from None


def struct_value(
    members: Mapping[str, MemberCodec], *, is_whole: bool
) -> Callable[[Raw], dict[str, object] | None]:
    """What makes the column's value of an object; a member that is null is left out.

    Args:
        members: By their names in the event.
        is_whole: Whether an object with other members is refused; they are left out otherwise.
    """
    required = [(name, member) for name, member in members.items() if member.is_required]

    def convert(raw: Raw) -> dict[str, object] | None:
        try:
            sent = _decode_object(raw)
        except msgspec.ValidationError:
            raise UnfitValueError from None
        if sent is None:
            return None
        value: dict[str, object] = {}
        for name, each in sent.items():
            known = members.get(name)
            if known is not None:
                converted = known.value_of(each, name)
                if converted is not None:
                    value[known.column] = converted
            elif is_whole:
                raise UnfitValueError
        for name, member in required:
            if member.column not in value:
                path = f".{name}"
                raise UnfitValueError(path, member.expected, is_missing=True)
        return value

    return convert


def restored_struct(
    members: Mapping[str, tuple[str, Callable[[Raw], object] | None]],
) -> Callable[[Raw], dict[str, object] | None]:
    """What makes an object of the column's value.

    Args:
        members: By their names in the column: the name in the event, and what restores the value;
            None where it is the same.
    """

    def restore(raw: Raw) -> dict[str, object] | None:
        value = _decode_object(raw)
        if value is None:
            return None
        sent: dict[str, object] = {}
        for column, each in value.items():
            name, restore_member = members.get(column, (column, None))
            sent[name] = each if restore_member is None else restore_member(each)
        return sent

    return restore


def restored_array(
    restore: Callable[[Raw], object],
) -> Callable[[Raw], list[object] | None]:
    """What makes an array of objects of the column's value."""

    def restore_array(raw: Raw) -> list[object] | None:
        value = _decode_array(raw)
        return None if value is None else [restore(each) for each in value]

    return restore_array


def restored_map(
    restore: Callable[[Raw], object],
) -> Callable[[Raw], dict[str, object] | None]:
    """What makes a map of objects of the column's value."""

    def restore_map(raw: Raw) -> dict[str, object] | None:
        value = _decode_object(raw)
        return None if value is None else {key: restore(each) for key, each in value.items()}

    return restore_map
