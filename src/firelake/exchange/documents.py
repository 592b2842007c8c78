"""What a document that somebody else wrote holds, where it is of the form that is looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from msgspec import DecodeError, Raw

if TYPE_CHECKING:
    from collections.abc import Callable

_Form = TypeVar("_Form")


def decoded(decode: Callable[[Raw], _Form], raw: Raw) -> _Form | None:
    """Return what a decoder makes of JSON; None where it is of another form."""
    try:
        return decode(raw)
    except DecodeError:
        return None


def object_of(value: object) -> dict[str, object]:
    """Return the members of an object; none where it is something else."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    """Return the elements of an array; none where it is something else."""
    return cast("list[object]", value) if isinstance(value, list) else []


def objects_of(value: object) -> list[dict[str, object]]:
    """Return those elements of an array that are objects."""
    return [cast("dict[str, object]", each) for each in list_of(value) if isinstance(each, dict)]
