"""Schemas as a draft: each of their objects an event, each property a field of one type."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from firelake.contract.data_subject import DATA_SUBJECT_KINDS
from firelake.contract.names import COMMON_FIELDS
from firelake.exchange.draft import Draft, DraftEvent, DraftField, DraftSource
from firelake.exchange.value_types import JSON
from firelake.transform.mapping import fit_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TIMES: Final = {"timestamp": "iso8601", "bigint": "ms"}


@dataclass(frozen=True, slots=True)
class Property:
    """A property of an object.

    Attributes:
        name: Its name.
        field: What is known of it, its description empty where nothing says, and what could not be
            taken over as a note.
        is_required: Whether it is always there, and never null.
    """

    name: str
    field: DraftField
    is_required: bool


@dataclass(frozen=True, slots=True)
class Described:
    """An object that a schema describes.

    Attributes:
        name: What it is called there.
        description: What it means; empty where nothing says.
        properties: Its properties, in their order.
    """

    name: str
    description: str
    properties: Sequence[Property]


def draft_of_objects(objects: Iterable[Described], origin: str) -> Draft:
    """Draft a contract of the objects that a schema describes.

    Args:
        objects: The objects.
        origin: What the schema is called, for the head of the contract.
    """
    draft = Draft(f"Drafted by `firelake init` from {origin}.")
    lacking: list[str] = []
    for described in objects:
        name = fit_name(described.name)
        if name in draft.events:
            draft.notes.append(f"{described.name!r} becomes {name}, as another one does: left out")
            continue
        event = DraftEvent(described.description.strip() or f"{described.name}.")
        draft.events[name] = event
        for each in described.properties:
            if each.name not in COMMON_FIELDS:
                _add(draft, event, each)
        if {each.name for each in described.properties}.isdisjoint(COMMON_FIELDS):
            lacking.append(name)
    if lacking:
        draft.sources["producer"] = _source(draft, lacking)
    return draft


def _add(draft: Draft, event: DraftEvent, each: Property) -> None:
    name, found = each.name, each.field
    (event.required if each.is_required else event.optional).append(name)
    found.is_data_subject &= found.type in DATA_SUBJECT_KINDS
    if name not in draft.fields:
        description = found.description.strip() or f"{name}."
        draft.fields[name] = replace(found, description=description)
        return
    known = draft.fields[name]
    known.is_data_subject |= found.is_data_subject
    known.notes += found.notes
    if known.type != found.type:
        if known.type != JSON:
            known.notes.append(f"{name}: {known.type} in one event and {found.type} in another")
        known.type = JSON
        known.constraints.clear()
        known.members.clear()
        if known.is_data_subject:
            known.is_data_subject = False
            known.notes.append(f"{name}: of no one type, so no events can be erased by it")
    elif (known.constraints, known.members) != (found.constraints, found.members):
        note = f"{name}: not the same values in all events, so any are taken"
        if note not in known.notes:
            known.notes.append(note)
        known.constraints.clear()
        known.members.clear()


def _source(draft: Draft, events: Sequence[str]) -> DraftSource:
    """A source to be chosen, as schemas do not say which property is the id and which the time."""
    shown = ", ".join(events[:3])
    times = [name for name, field in draft.fields.items() if field.type in _TIMES]
    time = times[0] if times else "FIELD"
    form = _TIMES[draft.fields[time].type] if times else "iso8601"
    note = (
        f"No property is named event_uuid, event_name or created_at ({shown}). Producers send"
        " either these three, or what a source says: docs/sources.md."
    )
    table: dict[str, object] = {
        "when": ["FIELD"],
        "id": "FIELD",
        "name": "FIELD",
        "created_at": {"field": time, "format": form},
    }
    return DraftSource(table, [note], is_active=False)
