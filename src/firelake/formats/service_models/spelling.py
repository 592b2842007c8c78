"""Spells the inputs of Pulumi resources as the parameters of AWS's API.

Most names are the API's own but for the case of their letters, and so are the shapes; the service
model tells. What differs besides is told by a table of names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from botocore.model import ListShape, MapShape, StructureShape

if TYPE_CHECKING:
    from botocore.model import Shape

# Members of an entry, as in a tag, that is a map's key and value in Pulumi.
_ENTRY_KEYS = ("Key", "Name", "TagKey", "key")
_ENTRY_VALUES = ("Value", "TagValue", "value")


def spell(shape: Shape, value: object, names: Mapping[str, str], path: str = "") -> object:
    """Give a resolved input as the API has it; what the shape does not have stays as it is.

    `names` has, by the dotted path of an input (indexes left out), the dotted path of the parameter
    within the structure that the enclosing input became: `rules` may be
    `LifecycleConfiguration.Rules`. Every name that is not there is found in the shape.
    """
    if isinstance(shape, StructureShape):
        return _structure(shape, value, names, path)
    if isinstance(shape, ListShape):
        if isinstance(value, Mapping):
            return _list_of_map(shape, cast("Mapping[str, object]", value), names, path)
        if isinstance(value, list):
            members = cast("Sequence[object]", value)
            return [spell(shape.member, member, names, path) for member in members]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        return {key: spell(shape.value, member, names, path) for key, member in entries.items()}
    return value


def _structure(shape: StructureShape, value: object, names: Mapping[str, str], path: str) -> object:
    if value is True and not shape.members:
        return {}  # what the API switches on by an empty structure
    if not isinstance(value, Mapping):
        return value
    spelled: dict[str, object] = {}
    own = {name.lower(): name for name in shape.members}
    for key, member in cast("Mapping[str, object]", value).items():
        where = f"{path}.{key}" if path else key
        _put(spelled, shape, names.get(where) or own.get(key.lower(), key), member, names, where)
    return spelled


def _put(  # noqa: PLR0913, PLR0917 (one step of a recursion)
    spelled: dict[str, object],
    shape: Shape,
    target: str,
    value: object,
    names: Mapping[str, str],
    path: str,
) -> None:
    """Spell a value into the place that `target` names, making the structures on the way."""
    first, _, rest = target.partition(".")
    inner = member_shape(shape, first)
    if inner is None:
        spelled[target] = value
    elif not rest:
        spelled[first] = spell(inner, value, names, path)
    else:
        node = cast("dict[str, object]", spelled.setdefault(first, {}))
        _put(node, inner, rest, value, names, path)


def member_shape(shape: Shape, name: str) -> Shape | None:
    """Give the shape of a structure's member or of a map's values, None where there is none."""
    if isinstance(shape, MapShape):
        return shape.value
    return shape.members.get(name) if isinstance(shape, StructureShape) else None


def _list_of_map(
    shape: ListShape, value: Mapping[str, object], names: Mapping[str, str], path: str
) -> list[object]:
    entry = shape.member
    if isinstance(entry, StructureShape) and len(entry.members) == len(("key", "value")):
        key_name = next((name for name in _ENTRY_KEYS if name in entry.members), None)
        value_name = next((name for name in _ENTRY_VALUES if name in entry.members), None)
        if key_name is not None and value_name is not None:
            return [{key_name: key, value_name: member} for key, member in value.items()]
    return [spell(entry, value, names, path)]  # Pulumi makes one of a list of one
