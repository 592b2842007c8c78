"""Which of the contract's presets know the events of a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Raw

from firelake.contract.names import COMMON_FIELDS, CREATED_AT, EVENT_NAME, EVENT_UUID
from firelake.contract.presets import PRESETS
from firelake.contract.sources import Source, build_source
from firelake.transform.mapping import map_event, source_of
from firelake.transform.rules import is_event_name, is_event_uuid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firelake.transform.wrappers import Members

# The year 5138: a greater number counts milliseconds.
_LATEST_S: Final = 10**11
# Rudderstack's events are those of Segment, and one preset of both is enough.
_SAME_AS_ANOTHER: Final = frozenset({"rudderstack"})


def all_presets() -> tuple[Source, ...]:
    """Return a source of each preset, those first that ask for more fields."""
    sources = [
        build_source(name, {"preset": name}) for name in PRESETS if name not in _SAME_AS_ANOTHER
    ]
    return tuple(sorted(sources, key=lambda each: -len(each.present) - len(each.equal)))


def is_plain(members: Mapping[str, Raw]) -> bool:
    """Whether an object has the three common fields as they are wanted without a source."""
    if not all(name in members for name in COMMON_FIELDS):
        return False
    try:
        uuid = msgspec.json.decode(members[EVENT_UUID], type=str)
        name = msgspec.json.decode(members[EVENT_NAME], type=str)
        created_s = msgspec.json.decode(members[CREATED_AT], type=float)
    except msgspec.DecodeError:
        return False
    return is_event_uuid(uuid) and is_event_name(name) and created_s < _LATEST_S


def recognised(
    parts: Iterable[tuple[bytes, Members]], presets: tuple[Source, ...]
) -> tuple[Source, ...]:
    """Return the presets that know events and find all that they need in at least one.

    Args:
        parts: Documents of one event each, with their members.
        presets: Those of which it may be, in the order in which they are tried.
    """
    found: set[str] = set()
    for document, members in parts:
        if is_plain(members):
            continue
        source = source_of(members, presets)
        if source is None or source.name in found:
            continue
        if not isinstance(map_event(Raw(document), (source,)), list):
            found.add(source.name)
    return tuple(each for each in presets if each.name in found)
