"""A contract that is being drafted: what was found out, and what could not be decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

MemberTables: TypeAlias = "dict[str, dict[str, object]]"
"""What is asked of members of structs, keys and values as the contract has them, by paths."""


@dataclass(slots=True)
class DraftField:
    """A field.

    Attributes:
        type: As the contract spells it.
        description: What it means, for people.
        notes: What was not decided about it.
        constraints: What its values must be: keys and values as the contract has them.
        column: What its column is called; None for the same name.
        is_data_subject: Whether it says whom an event is about.
        members: What is asked of the members of its structs.
    """

    type: str
    description: str
    notes: list[str] = field(default_factory=list[str])
    constraints: dict[str, object] = field(default_factory=dict[str, object])
    column: str | None = None
    is_data_subject: bool = False
    members: MemberTables = field(default_factory=dict[str, dict[str, object]])


@dataclass(slots=True)
class DraftEvent:
    """An event.

    Attributes:
        description: When it is sent, for people.
        required: Fields without which it is invalid.
        optional: Fields that it may carry.
        notes: What was not decided about it.
    """

    description: str
    required: list[str] = field(default_factory=list[str])
    optional: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class DraftSource:
    """A source of events in another envelope.

    Attributes:
        table: Its keys and values.
        notes: What was not decided about it.
        is_active: Whether it is one; else it stands in the contract as a comment, to be chosen.
    """

    table: dict[str, object]
    notes: list[str] = field(default_factory=list[str])
    is_active: bool = True


@dataclass(slots=True)
class Draft:
    """A contract as far as it is known.

    Attributes:
        title: What it is drafted from, a line of its head.
        version: Its version.
        fields: By name, in the order of the columns.
        events: By name.
        sources: By name, in the order in which they are tried.
        in_extras: Fields that can be no columns, and what is known of them.
        notes: What was not decided about all of it.
    """

    title: str
    version: int = 1
    fields: dict[str, DraftField] = field(default_factory=dict[str, DraftField])
    events: dict[str, DraftEvent] = field(default_factory=dict[str, DraftEvent])
    sources: dict[str, DraftSource] = field(default_factory=dict[str, DraftSource])
    in_extras: dict[str, str] = field(default_factory=dict[str, str])
    notes: list[str] = field(default_factory=list[str])

    def drop_field(self, name: str) -> None:
        """Take a field out of the dictionary and of all events."""
        del self.fields[name]
        for event in self.events.values():
            for listed in (event.required, event.optional):
                if name in listed:
                    listed.remove(name)

    def columns(self) -> set[str]:
        """Return what the columns of all fields are called."""
        return {about.column or name for name, about in self.fields.items()}

    def used_fields(self) -> set[str]:
        """Return the fields that an event lists."""
        return {
            name
            for event in self.events.values()
            for listed in (event.required, event.optional)
            for name in listed
        }

    def open_questions(self) -> Iterator[str]:
        """Return what was not decided, each with what it is about."""
        yield from self.notes
        for name, about in self.fields.items():
            yield from (
                note if note.startswith(name) else f"{name}: {note}" for note in about.notes
            )
        for name, event in self.events.items():
            yield from (f"{name}: {note}" for note in event.notes)
        for name, source in self.sources.items():
            yield from (f"source {name}: {note}" for note in source.notes)
