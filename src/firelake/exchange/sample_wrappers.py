"""Wrappers of a shape that no preset knows: the one array of objects that holds their events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from firelake.contract.paths import steps_of
from firelake.exchange.documents import decoded
from firelake.exchange.envelopes import shapes_of
from firelake.exchange.sample_source import drafted_source
from firelake.transform.wrappers import Members

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.exchange.draft import DraftSource

_decode_elements: Final = msgspec.json.Decoder(list[Members]).decode


def wrapper_source(wrappers: Sequence[Members], fixed: str) -> DraftSource | None:
    """Draft a source of wrappers; None where they are none of one kind.

    Args:
        wrappers: Objects that have no id or no time themselves.
        fixed: The name of their events where they bring none.
    """
    # The keys of arrays that hold objects and nothing else.
    keys = {
        key
        for members in wrappers
        for key, raw in members.items()
        if decoded(_decode_elements, raw)
    }
    if len(keys) != 1:
        return None
    (key,) = keys
    if steps_of(key) != (key,) or not all(key in each for each in wrappers):
        return None
    items = [item for members in wrappers for item in _decode_elements(members[key])]
    shape, *others = shapes_of(items)
    if others or shape.envelope.id is None or shape.envelope.time is None:
        return None
    source = drafted_source(shape, fixed)
    source.table = {"when": [key], "items": key} | {
        name: value for name, value in source.table.items() if name != "when"
    }
    source.notes.append("The events of one wrapper must be of one type: they are one record.")
    return source
