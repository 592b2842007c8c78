"""The data dictionary: a contract as a page of Markdown, for those who ask the lake."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from firelake.catalog.columns import (
    MAX_DESCRIPTION_BYTES,
    Column,
    cut_text,
    events_columns,
    partition_columns,
)
from firelake.contract.layout import Granularity
from firelake.contract.names import COMMON_FIELDS, DT, EVENT_TYPE, TABLE_EVENTS, view_name
from firelake.operations.counts import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from firelake.contract.events import Event, EventContract, Field

# What Markdown or its HTML would take for more than text; `_` only where it stands at a word's end.
_MARKS: Final = re.compile(r"[\\`*\[\]<>|#&~]|(?<!\w)_|_(?!\w)")
_DT_MEANING: Final = (
    "When the event happened, in UTC, at the stack's granularity:"
    f" {', '.join(each.pattern for each in Granularity)}."
)
_MOST_LISTED: Final = 8
_MOST_VALUES: Final = 100
_EVENT_HEAD: Final = (
    "| field | type | required | since | meaning |\n| --- | --- | --- | --- | --- |"
)


def data_dictionary(contract: EventContract) -> str:
    """Write all events and fields of a contract as one page of Markdown.

    Args:
        contract: The contract; its descriptions are shown as the text that they are.
    """
    shared = _fields_of_every_event(contract)
    required = _required_by_all(contract)
    parts = [
        f"# Events, contract version {contract.version}\n",
        f"{_count(contract)} `firelake contract docs` writes this page.\n",
        f"## Every event\n\n{_columns_of_every_event(contract)}\n",
    ]
    if shared:
        rows = [_field_row(contract, name, is_required=name in required) for name in shared]
        parts.append("An event may also carry these fields, and some must:\n")
        parts.append("\n".join((_EVENT_HEAD, *rows)) + "\n")
    for event_type in contract.event_types:
        parts.append(f"## {event_type}\n")
        events = (each for each in contract.events.values() if each.event_type == event_type)
        parts += (_event(contract, event, shared) for event in events)
    parts.append("## Fields\n")
    parts.append("\n".join(_index(contract)) + "\n")
    return "\n".join(parts)


def _count(contract: EventContract) -> str:
    events, types = len(contract.events), len(contract.event_types)
    return f"{counted(events, 'event')} of {counted(types, 'type')}."


def _fields_of_every_event(contract: EventContract) -> tuple[str, ...]:
    """Returns what all events have, in the order of the dictionary; one event shares with none."""
    if len(contract.events) == 1:
        return ()
    common = set(contract.fields).intersection(
        *(event.fields for event in contract.events.values())
    )
    return tuple(name for name in contract.fields if name in common)


def _required_by_all(contract: EventContract) -> set[str]:
    """What no event can do without."""
    return set(contract.fields).intersection(
        *(event.required for event in contract.events.values())
    )


def _columns_of_every_event(contract: EventContract) -> str:
    fields = contract.by_column
    own = [column for column in events_columns(contract) if column.name not in fields]
    event_type, _ = partition_columns(Granularity.DAY)
    rows = [
        "| column | type | from | meaning |",
        "| --- | --- | --- | --- |",
        *(_column_row(column) for column in own),
        f"| `{EVENT_TYPE}` | string | partition key | {_text(event_type.comment)} |",
        f"| `{DT}` | string | partition key | {_DT_MEANING} |",
    ]
    return "\n".join(rows)


def _column_row(column: Column) -> str:
    source = "the producer" if column.name in COMMON_FIELDS else "Firelake"
    return f"| `{column.name}` | {column.type} | {source} | {_text(column.comment)} |"


def _event(contract: EventContract, event: Event, shared: tuple[str, ...]) -> str:
    everywhere = _required_by_all(contract)
    rows = [
        _field_row(contract, name, is_required=name in event.required)
        for name in event.fields
        if name not in shared or (name in event.required and name not in everywhere)
    ]
    table = "\n".join(("", _EVENT_HEAD, *rows, "")) if rows else ""
    return (
        f"### {event.name}\n\n{_text(event.description)}{_end(contract, event)}"
        f" View: `{view_name(event.name)}`.\n{table}"
    )


def _field_row(contract: EventContract, name: str, *, is_required: bool) -> str:
    field = contract.fields[name]
    required = "yes" if is_required else ""
    return (
        f"| `{name}` | {_text(str(field.type))} | {required} | {field.since} |"
        f" {_text(field.description)}{_asked(field)}{_column(field)}{_mark(field)}"
        f"{_end(contract, field)} |"
    )


def _column(field: Field) -> str:
    return f" Column: `{field.column}`." if field.column != field.name else ""


def _mark(field: Field) -> str:
    return " Says whom the event is about: a person's events are erased by it." * (
        field.is_data_subject
    )


def _asked(field: Field) -> str:
    """What is asked of a field's values besides of its type, and of what is inside of them."""
    parts: list[str] = []
    if field.constraints:
        words = field.constraints.in_words(_MOST_VALUES)
        each = "each value" if field.type.is_map else "each member"
        text = f"{each} {words}" if field.type.is_several else words
        parts.append(text[0].upper() + text[1:])
    for path, rule in field.members.by_path.items():
        words = rule.constraints.in_words(_MOST_VALUES)
        asked = ", ".join(filter(None, ("required" if rule.is_required else "", words)))
        parts.append(f"{path}: {asked}")
    return "".join(f" {_text(part)}." for part in parts)


def _end(contract: EventContract, entry: Field | Event) -> str:
    """Up to when producers send a field or an event."""
    if entry.until is None:
        return ""
    mark = "**Deprecated.** " if contract.is_deprecated(entry) else ""
    return f" {mark}Sent until version {entry.until}."


def _index(contract: EventContract) -> Iterator[str]:
    yield f"In the order of the columns of `{TABLE_EVENTS}`.\n"
    yield "| field | type | since | events |\n| --- | --- | --- | --- |"
    for name, field in contract.fields.items():
        carriers = _listed(event.name for event in contract.events.values() if name in event.fields)
        yield f"| `{name}` | {_text(str(field.type))} | {field.since} | {carriers} |"


def _listed(names: Iterable[str]) -> str:
    listed = tuple(names)
    if len(listed) > _MOST_LISTED:
        return f"{len(listed)} events"
    return ", ".join(f"`{name}`" for name in listed)


def _text(text: str) -> str:
    return _MARKS.sub(lambda match: f"\\{match[0]}", cut_text(text, MAX_DESCRIPTION_BYTES))
