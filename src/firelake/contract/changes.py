"""Which changes from one contract to its successor are safe for the lake and its readers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from firelake.contract.change import Change, passed, refused
from firelake.contract.constraint_changes import constraint_changes, member_rule_changes
from firelake.contract.data_subject import DATA_SUBJECT_KEY
from firelake.contract.retention import RETENTION_KEY
from firelake.contract.types import extends

if TYPE_CHECKING:
    from firelake.contract.events import Event, EventContract, Field
    from firelake.contract.sources import Source


def changes(old: EventContract, new: EventContract) -> tuple[Change, ...]:
    """List all differences between a contract and its successor, each with its verdict.

    Args:
        old: The contract that is deployed.
        new: The contract that is to replace it.

    Returns:
        The change of the version first, then those of fields, of events and of sources, each group
        in the order of the old file with what is new at its end. Empty where nothing changed.
    """
    found = [
        *_field_changes(old, new),
        *_event_changes(old, new),
        *_source_changes(old, new),
        *_retention_changes(old, new),
    ]
    return (*_version_changes(old, new, found), *found)


def _version_changes(
    old: EventContract, new: EventContract, found: list[Change]
) -> tuple[Change, ...]:
    what = f"{old.version} -> {new.version}"
    if new.version < old.version:
        reason = "a version never goes back: the lake has data of the higher one"
        return (Change("version", what, allowed=False, reason=reason),)
    if new.version > old.version:
        return (Change("version", what, allowed=True, reason="a version may rise"),)
    if any(not change.key.endswith(".description") for change in found):
        what = f"stays at {old.version}"
        reason = f"the contract changes, so its version must rise above {old.version}"
        return (Change("version", what, allowed=False, reason=reason),)
    return ()


def _field_changes(old: EventContract, new: EventContract) -> list[Change]:
    found: list[Change] = []
    for name, field in old.fields.items():
        if name in new.fields:
            found += _one_field_changes(field, new.fields[name])
        else:
            reason = "its column would go, and with it queries and the data of old events"
            found.append(refused(("fields", name), "removed", reason))
    for name, field in new.fields.items():
        if name not in old.fields:
            found.append(_new_field(field, new.version))
    return found


def _one_field_changes(old: Field, new: Field) -> list[Change]:
    path = ("fields", old.name)
    found: list[Change] = []
    if extends(new.type, old.type):
        reason = "members that are new are null in old events, and what is there keeps its name"
        found.append(passed((*path, "type"), f"{old.type} -> {new.type}", reason))
    elif old.type != new.type:
        reason = "files that lie in the lake hold the old type: declare a field of another name"
        found.append(refused((*path, "type"), f"{old.type} -> {new.type}", reason))
    if old.column != new.column:
        reason = "the values of old events are in the column of the old name, and queries ask it"
        found.append(refused((*path, "column"), f"{old.column} -> {new.column}", reason))
    if old.since != new.since:
        reason = "since tells which version brought the field, and that is past"
        found.append(refused((*path, "since"), f"{old.since} -> {new.since}", reason))
    found += constraint_changes(path, old.constraints, new.constraints)
    found += member_rule_changes(path, old, new)
    found += _until_changes(path, old, new)
    if old.is_data_subject != new.is_data_subject:
        found.append(_data_subject_change(path, is_marked=new.is_data_subject))
    if old.description != new.description:
        found.append(_reworded(path))
    return found


def _data_subject_change(path: tuple[str, ...], *, is_marked: bool) -> Change:
    where = (*path, DATA_SUBJECT_KEY)
    if is_marked:
        return passed(where, "marked", "old events are found by it as well")
    reason = "what has been erased by it, and is not gone yet, would be shown again"
    return refused(where, "no longer marked", reason)


def _until_changes(path: tuple[str, ...], old: Field | Event, new: Field | Event) -> list[Change]:
    if old.until == new.until:
        return []
    what = f"{old.until or 'none'} -> {new.until or 'none'}"
    return [passed((*path, "until"), what, "what still comes is taken as before")]


def _new_field(field: Field, version: int) -> Change:
    path = ("fields", field.name)
    what = f"new, {field.type}, since {field.since}"
    if field.since == version:
        return passed(path, what, "old events have null in its column")
    reason = (
        f"a new field needs since = {version}, the new version: only then its values stay in"
        " extras too, until Firehose has picked up the new table"
    )
    return refused(path, what, reason)


def _event_changes(old: EventContract, new: EventContract) -> list[Change]:
    found: list[Change] = []
    for name, event in old.events.items():
        if name in new.events:
            found += _one_event_changes(event, new.events[name])
        else:
            reason = "its view would go, and its events would count as unregistered"
            found.append(refused(("events", name), "removed", reason))
    for name in new.events:
        if name not in old.events:
            found.append(passed(("events", name), "new", "no event that is valid now is touched"))
    return found


def _one_event_changes(old: Event, new: Event) -> list[Change]:
    path = ("events", old.name)
    found: list[Change] = []
    for field in old.fields:
        where = (*path, "required" if field in old.required else "optional", field)
        if field not in new.fields:
            reason = "the event's view would lose the column"
            found.append(refused(where, "removed", reason))
        elif field in old.required and field in new.optional:
            reason = "every event that is valid now stays valid"
            found.append(passed(where, "required -> optional", reason))
        elif field in old.optional and field in new.required:
            reason = "producers that do not send it would have their events refused"
            found.append(refused(where, "optional -> required", reason))
    for field in new.fields:
        if field in old.fields:
            continue
        if field in new.required:
            reason = "producers that do not send it would have their events refused"
            found.append(refused((*path, "required", field), "new", reason))
        else:
            reason = "every event that is valid now stays valid"
            found.append(passed((*path, "optional", field), "new", reason))
    found += _until_changes(path, old, new)
    if old.description != new.description:
        found.append(_reworded(path))
    return found


def _source_changes(old: EventContract, new: EventContract) -> list[Change]:
    found: list[Change] = []
    later = {source.name: source for source in new.sources}
    for source in old.sources:
        path = ("sources", source.name)
        other = later.pop(source.name, None)
        if other is None:
            reason = "rows of its events could not be put back as they were sent"
            found.append(refused(path, "removed", reason))
        elif _identity(source) != _identity(other):
            reason = "a copy sent before would be another event than one sent after"
            found.append(refused(path, "another id, name or time", reason))
        elif source != other:
            reason = "events that are valid now keep their identity"
            found.append(passed(path, "another when or more names", reason))
    found += [
        passed(("sources", name), "new", "events of this shape were invalid until now")
        for name in later
    ]
    return found


def _retention_changes(old: EventContract, new: EventContract) -> list[Change]:
    before, after = old.retention.table, new.retention.table
    return [
        passed(
            (RETENTION_KEY, name),
            f"{before.get(name, 'none')} -> {after.get(name, 'none')}",
            "the next move after the deployment deletes the rows that are kept no longer",
        )
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    ]


def _identity(source: Source) -> Source:
    """All of a source but which events are its own, and which names are spelled out."""
    return replace(source, present=(), equal={}, names={})


def _reworded(path: tuple[str, ...]) -> Change:
    return passed((*path, "description"), "reworded", "descriptions are for people only")
