"""Records of the transform with some attributes changed, whatever kind of class they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

_Record = TypeVar("_Record")


def changed(record: _Record, **changes: object) -> _Record:
    """A copy of a record with other values for the named attributes."""
    make = cast("Callable[..., _Record]", type(record))
    kept = {name: getattr(record, name) for name in type(record).__annotations__}
    return make(**(kept | changes))
