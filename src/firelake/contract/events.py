"""The event contract: what `events.toml` says, as objects."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from firelake.contract.constraints import UNCONSTRAINED, Constraints, build_constraints
from firelake.contract.data_subject import DATA_SUBJECT_KEY
from firelake.contract.errors import ContractFileError
from firelake.contract.facts import EVENTS_FILE
from firelake.contract.layout import event_type_of
from firelake.contract.lint import encoding_problem, find_problems, syntax_problem
from firelake.contract.members import NO_RULES, MemberRules, build_member_rules
from firelake.contract.retention import KEPT_FOR_EVER, RETENTION_KEY, Retention
from firelake.contract.sources import Source, build_source
from firelake.contract.types import FieldType, parse_type

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from firelake.contract.types import Member


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the dictionary: one name, one type, in whichever event it occurs.

    Attributes:
        name: Name of the JSON key.
        type: What values it accepts.
        description: What it means, for people.
        since: The contract version that brought it.
        until: The last contract version whose producers send it; None for no end.
        constraints: What its values must be besides of its type.
        own_column: What its column is called where that is not the field's name.
        is_data_subject: Whether it says whom an event is about, so that events are erased by it.
        members: What is asked of the members of its structs.
    """

    name: str
    type: FieldType
    description: str
    since: int
    until: int | None = None
    constraints: Constraints = UNCONSTRAINED
    own_column: str | None = None
    is_data_subject: bool = False
    members: MemberRules = NO_RULES

    @property
    def column(self) -> str:
        """Name of its column in Glue, in the Parquet files and in SQL."""
        return self.own_column or self.name

    def inner(self, member: Member) -> Field:
        """A member of its struct as a field of its own, with what is asked of it."""
        name = member.name
        rule = self.members.of(name)
        return replace(
            self,
            name=name,
            type=member.type,
            description="",
            constraints=rule.constraints,
            own_column=None,
            is_data_subject=False,
            members=self.members.inside(name),
        )


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the contract.

    Attributes:
        name: Lower-case parts joined by `:`.
        required: Names of the fields without which the event is invalid, its own before those of
            every event.
        optional: Names of the fields that it may carry, its own before those of every event.
        description: When the event is sent, for people.
        until: The last contract version whose producers send it; None for no end.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    description: str
    until: int | None = None

    @property
    def event_type(self) -> str:
        """First part of the name: the event's partition."""
        return event_type_of(self.name)

    @property
    def event_subtype(self) -> str | None:
        """Second part of the name; None where the name has one part."""
        parts = self.name.split(":", 2)
        return parts[1] if len(parts) > 1 else None

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of all its fields, the required ones first."""
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class EventContract:
    """A whole contract, checked by the linter.

    Attributes:
        version: Version of the contract, 1 or more.
        fields: The dictionary by name, in the order of the file, which is the column order.
        events: The events by name, in the order of the file.
        event_types: The first parts of all event names, sorted, each once.
        sources: The producers of other shapes, in the order in which they are tried.
        retention: For how many days rows are kept.
    """

    version: int
    fields: Mapping[str, Field]
    events: Mapping[str, Event]
    event_types: tuple[str, ...]
    sources: tuple[Source, ...] = ()
    retention: Retention = KEPT_FOR_EVER

    @property
    def by_column(self) -> dict[str, Field]:
        """The fields by the names of their columns, in the order of the columns."""
        return {field.column: field for field in self.fields.values()}

    @property
    def data_subject_fields(self) -> tuple[Field, ...]:
        """The fields by which a person's events are found, in the order of the columns."""
        return tuple(field for field in self.fields.values() if field.is_data_subject)

    def is_deprecated(self, entry: Field | Event) -> bool:
        """Whether producers of this version send a field or an event no more."""
        return entry.until is not None and entry.until < self.version


def load_contract(path: Path = EVENTS_FILE) -> EventContract:
    """Read and check a contract file.

    Args:
        path: A TOML file in UTF-8; by default the one that stands beside this module.

    Raises:
        ContractFileError: The file breaks rules; the error lists all of them.
        OSError: The file cannot be read.
    """
    content = path.read_bytes()
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise ContractFileError(path.name, (encoding_problem(error),)) from error
    return parse_contract(text, source=path.name)


def parse_contract(text: str, source: str = "events.toml") -> EventContract:
    """Check a contract and build it.

    Args:
        text: The TOML document.
        source: Name of the document, for error texts.

    Raises:
        ContractFileError: The document breaks rules; the error lists all of them, each with its
            line where it can be found.
    """
    try:
        document: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContractFileError(source, (syntax_problem(error, text),)) from error
    problems = find_problems(document, text)
    if problems:
        raise ContractFileError(source, problems)
    return _build(document)


# The casts below say what the linter has checked before.
def _build(document: dict[str, object]) -> EventContract:
    fields = {name: _field(name, entry) for name, entry in _tables(document, "fields").items()}
    every_event = cast("dict[str, object]", document.get("every_event", {}))
    events = {
        name: _event(name, entry, every_event)
        for name, entry in _tables(document, "events").items()
    }
    return EventContract(
        version=cast("int", document["version"]),
        fields=MappingProxyType(fields),
        events=MappingProxyType(events),
        event_types=tuple(sorted({event.event_type for event in events.values()})),
        sources=tuple(
            build_source(name, entry) for name, entry in _tables(document, "sources").items()
        ),
        retention=Retention.of(cast("dict[str, int]", document.get(RETENTION_KEY, {}))),
    )


def _field(name: str, entry: dict[str, object]) -> Field:
    field_type = parse_type(cast("str", entry["type"]))
    return Field(
        name=name,
        type=field_type,
        description=cast("str", entry["description"]),
        since=cast("int", entry.get("since", 1)),
        until=cast("int | None", entry.get("until")),
        constraints=build_constraints(entry, field_type),
        own_column=cast("str | None", entry.get("column")),
        is_data_subject=cast("bool", entry.get(DATA_SUBJECT_KEY, False)),
        members=build_member_rules(entry, field_type),
    )


def _event(name: str, entry: dict[str, object], every_event: dict[str, object]) -> Event:
    required = _names(entry, "required") + _names(every_event, "required")
    of_every_event = (each for each in _names(every_event, "optional") if each not in required)
    return Event(
        name,
        required,
        (*_names(entry, "optional"), *of_every_event),
        cast("str", entry["description"]),
        cast("int | None", entry.get("until")),
    )


def _tables(document: dict[str, object], key: str) -> dict[str, dict[str, object]]:
    return cast("dict[str, dict[str, object]]", document.get(key, {}))


def _names(entry: dict[str, object], key: str) -> tuple[str, ...]:
    return tuple(cast("list[str]", entry.get(key, [])))
