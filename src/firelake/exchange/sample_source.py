"""The source of events of an unknown shape, with what the user must still decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.contract.paths import steps_of
from firelake.exchange.draft import DraftSource

if TYPE_CHECKING:
    from firelake.exchange.envelopes import Shape


def drafted_source(shape: Shape, fixed: str) -> DraftSource:
    """Draft the source of a shape: one that may be used, or a comment with what is missing.

    Args:
        shape: Events that no preset knows.
        fixed: The name of its events where they bring none.
    """
    envelope = shape.envelope
    paths = [path for path in (envelope.id, envelope.name, envelope.time) if path is not None]
    first, *others = (each.keys() for each in shape.events)
    any_event = [
        name
        for name in sorted(first)
        if steps_of(name) is not None and all(name in each for each in others)
    ]
    table: dict[str, object] = {"when": paths or any_event[:3] or ["FIELD"]}
    count = len(shape.events)
    notes = [f"Events of the sample that are of this shape: {count:,}."]
    if paths:
        notes.append(
            "Chosen by names and values. Is the id new for each event, and is the time the same in"
            " all copies of one?"
        )
    is_active = True
    if envelope.id is None:
        is_active = False
        table["derived_id"] = any_event or ["FIELD"]
        notes.append(
            "No id was found. With these lines it is made of the fields named: events that are"
            " equal in all of them are then ONE event. Until you choose, these events fail."
        )
    else:
        table["id"] = envelope.id
    if envelope.name is None:
        table["fixed_name"] = fixed
        notes.append(
            "No field was found that says what happened, so all are of one name; another name"
            " makes them other events, so choose it before you send any."
        )
    else:
        table["name"] = envelope.name
    if envelope.time is None:
        is_active = False
        table["created_at"] = {"field": "FIELD", "format": "iso8601"}
        notes.append(
            "No time of creation was found, which copies of an event share: name its field."
            " Until then these events fail."
        )
    else:
        table["created_at"] = {"field": envelope.time, "format": envelope.time_format}
        if envelope.time_format == "iso8601_utc":
            notes.append("The times bear no zone, and are read as UTC.")
    return DraftSource(table, notes, is_active)
