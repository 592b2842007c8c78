"""Structs: an object's declared members, each by its own rules; what else it has is not of them.

Members of a column are called by small letters, as Glue and Firehose have them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Raw

from firelake.transform.errors import UnfitValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_decode_object: Final = msgspec.json.Decoder(dict[str, Raw] | None).decode
_decode_array: Final = msgspec.json.Decoder(list[Raw] | None).decode


def struct_value(
    members: Mapping[str, tuple[str, Callable[[Raw], object], str]], *, is_whole: bool
) -> Callable[[Raw], dict[str, object] | None]:
    """What makes the column's value of an object; a member that is null is left out.

    Args:
        members: By their names in the event: the name in the column, what makes the value, and
            what it must be, for people.
        is_whole: Whether an object with other members is refused; they are left out otherwise.
    """

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
                column, convert_member, expected = known
                try:
                    converted = convert_member(each)
                except UnfitValueError as error:
                    path = f".{name}{error.path}"
                    raise UnfitValueError(path, error.expected or expected) from None
                if converted is not None:
                    value[column] = converted
            elif is_whole:
                raise UnfitValueError
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
