"""The canaries: events that show by where they end up whether a lake does what it promises."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from firelake.contract.claim_schedule import ITEMS_ONLY
from firelake.contract.facts import SECONDS_PER_DAY
from firelake.contract.names import (
    CANARY_UUID_PREFIX,
    COMMON_FIELDS,
    CREATED_AT,
    EVENT_NAME,
    EVENT_UUID,
    UNREGISTERED,
)
from firelake.contract.reasons import Reason
from firelake.health.verify.edge_values import EMPTY_ARRAY, FIRST_DATE
from firelake.operations.errors import InputError
from firelake.samples.sample_events import SampleEvents, write
from firelake.transform.events import EventReader, RecordPosition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.contract.claim_schedule import Schedule
    from firelake.contract.events import Event, EventContract
    from firelake.contract.layout import Granularity
    from firelake.health.verify.edge_values import EdgeValue
    from firelake.samples.sample_events import Members
    from firelake.transform.events import ValidEvent

_PACKED: Final = 3
_UNDECLARED: Final = "canary_note"
_SEED: Final = 1


@unique
class Kind(StrEnum):
    """What a canary tries."""

    TYPE = "one of each event type"
    PACKED = "several events in one record"
    DUPLICATE = "an event sent twice"
    REUSED = "an id used for two events"
    INVALID = "an invalid event"
    NOT_JSON = "a record that is no JSON"
    LATE = "a late event"
    UNREGISTERED = "an event of an unknown type"
    UNKNOWN = "an unknown event of a known type"
    EMPTY_ARRAY = "an event with an empty array"
    FIRST_DATE = "an event with the date 0001-01-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One try.

    Attributes:
        records: What is sent: each the content of a record, a newline at its end.
        marks: What its records hold, and no record of another canary, however they are rendered.
        rows: The events of which each must be one row; of a reused id either is right.
        failures: How many of the records must stand under `errors/`.
        shown_by: SQL that gives, as a text, the value that it tries; empty where it tries none.
        reason: Why, as the function's own code tells; None where it finds nothing wrong with the
            record alone.
    """

    kind: Kind
    records: tuple[bytes, ...]
    marks: tuple[bytes, ...]
    rows: tuple[ValidEvent, ...] = ()
    failures: int = 0
    shown_by: str = ""
    reason: Reason | None = None

    @property
    def uuids(self) -> frozenset[str]:
        """The ids of its rows."""
        return frozenset(each.event_uuid for each in self.rows)


class CanaryMaker:
    """Makes the canaries of one run."""

    def __init__(  # noqa: PLR0913 -- each by what it is
        self,
        contract: EventContract,
        *,
        run: str,
        now_s: float,
        lateness_days: int,
        granularity: Granularity,
        schedule: Schedule = ITEMS_ONLY,
    ) -> None:
        """Takes what the stack is deployed with.

        Args:
            run: Tells this run from all others: printable, with nothing that SQL's LIKE reads.
            now_s: When the canaries are sent, Unix time.
            lateness_days: How long before its arrival an event may have been created.
            granularity: How much time one `dt` partition holds.
            schedule: Which layout has the claim of which event.

        Raises:
            InputError: The contract's sources take each of its events for one of theirs, so that no
                id of a canary would be the id of a row.
        """
        self._schedule = schedule
        self._contract = contract
        self._run = run
        self._now_s = round(now_s, 3)
        self._lateness_days = lateness_days
        self._samples = SampleEvents(contract, seed=_SEED, start_s=now_s)
        self._reader = EventReader(contract, lateness_days=lateness_days, granularity=granularity)
        events = contract.events.values()
        self._events = [each for each in events if self._is_itself(self._members(each, "try"))]
        if not self._events:
            message = (
                f"the sources {', '.join(each.name for each in contract.sources)} know each event"
                " of the contract by fields that it requires: canaries, which have their ids in"
                f" {EVENT_UUID}, would get other ids; let `when` name a field that only the"
                " producer of the source sends"
            )
            raise InputError(message)

    def all(self) -> tuple[Canary, ...]:
        """Returns all of them; the records of each must keep their order."""
        return (
            *self._types(),
            self._packed(),
            self._duplicate(),
            *self._reused(),
            self._invalid(),
            self._not_json(),
            self._late(),
            self._unregistered(),
            self._unknown(),
            *self._edge(Kind.EMPTY_ARRAY, EMPTY_ARRAY),
            *self._edge(Kind.FIRST_DATE, FIRST_DATE),
        )

    def _types(self) -> list[Canary]:
        first: dict[str, Event] = {}
        for event in self._events:
            first.setdefault(event.event_type, event)
        return [
            self._delivered(Kind.TYPE, [self._members(event, f"type-{number}")], f"type-{number}")
            for number, event in enumerate(first.values(), 1)
        ]

    def _packed(self) -> Canary:
        labels = [f"packed-{number}" for number in range(1, _PACKED + 1)]
        return self._delivered(
            Kind.PACKED, [self._members(self._any, label) for label in labels], *labels
        )

    def _duplicate(self) -> Canary:
        record = _line(self._members(self._any, "duplicate"))
        return Canary(
            kind=Kind.DUPLICATE,
            records=(record, record),
            marks=self._marks("duplicate"),
            rows=self._read(record),
        )

    def _reused(self) -> list[Canary]:
        """None where claims are on pages, which tell two events with one id apart."""
        earlier_s = self._now_s - 1
        if any(map(self._schedule.pages_at, (self._now_s, earlier_s))):
            return []
        first = self._members(self._any, "reused")
        second = first | {CREATED_AT: _moment(earlier_s)}
        records = _line(first), _line(second)
        return [
            Canary(
                kind=Kind.REUSED,
                records=records,
                marks=self._marks("reused"),
                rows=self._read(*records),
                failures=1,
            )
        ]

    def _invalid(self) -> Canary:
        members = self._members(self._any, "invalid") | {EVENT_NAME: '"Not A Name"'}
        return self._failed(Kind.INVALID, _line(members), "invalid", Reason.EVENT_NAME)

    def _not_json(self) -> Canary:
        record = f'"{self._uuid("no-json")}" is no JSON\n'.encode()
        return self._failed(Kind.NOT_JSON, record, "no-json", Reason.NOT_JSON)

    def _late(self) -> Canary:
        created_s = self._now_s - (self._lateness_days + 1) * SECONDS_PER_DAY
        members = self._members(self._any, "late") | {CREATED_AT: _moment(created_s)}
        return self._failed(Kind.LATE, _line(members), "late", Reason.TOO_LATE)

    def _unregistered(self) -> Canary:
        event_type = "canary"
        while event_type in self._contract.event_types or event_type == UNREGISTERED:
            event_type += "x"
        events = [self._undeclared(f"{event_type}:sang", "unregistered")]
        return self._delivered(Kind.UNREGISTERED, events, "unregistered")

    def _unknown(self) -> Canary:
        name = f"{self._any.event_type}:canary"
        while name in self._contract.events:
            name += "x"
        return self._delivered(Kind.UNKNOWN, [self._undeclared(name, "unknown")], "unknown")

    def _edge(self, kind: Kind, value: EdgeValue) -> list[Canary]:
        """None where no event of the contract can have the value."""
        for event in self._events:
            for name in (*event.required, *event.optional):
                field = self._contract.fields[name]
                if not value.fits(field.type):
                    continue
                members = self._members(event, value.label) | {name: value.json}
                if self._is_itself(members):
                    canary = self._delivered(kind, [members], value.label)
                    return [replace(canary, shown_by=value.shown_by(field))]
        return []

    @property
    def _any(self) -> Event:
        """Any event will do, and the first is as good as another."""
        return self._events[0]

    def _uuid(self, label: str) -> str:
        return f"{CANARY_UUID_PREFIX}{self._run}-{label}"

    def _members(self, event: Event, label: str) -> Members:
        """Plain, and without what makes a source take it for its own, where that is optional."""
        members = self._samples.plain(event, self._now_s)
        members |= {EVENT_UUID: json.dumps(self._uuid(label))}
        if self._is_itself(members):
            return members
        return {name: members[name] for name in (*COMMON_FIELDS, *event.required)}

    def _is_itself(self, members: Members) -> bool:
        rows = self._read(_line(members))
        return [json.dumps(row.event_uuid) for row in rows] == [members[EVENT_UUID]]

    def _undeclared(self, name: str, label: str) -> Members:
        values = (json.dumps(self._uuid(label)), json.dumps(name), _moment(self._now_s))
        common = dict(zip((EVENT_UUID, EVENT_NAME, CREATED_AT), values, strict=True))
        return common | {_UNDECLARED: '{"sent_by":"firelake verify"}'}

    def _delivered(self, kind: Kind, events: Sequence[Members], *labels: str) -> Canary:
        record = b"".join(map(_line, events))
        marks, rows = self._marks(*labels), self._read(record)
        return Canary(kind=kind, records=(record,), marks=marks, rows=rows)

    def _failed(self, kind: Kind, record: bytes, label: str, reason: Reason) -> Canary:
        marks = self._marks(label)
        return Canary(kind=kind, records=(record,), marks=marks, failures=1, reason=reason)

    def _marks(self, *labels: str) -> tuple[bytes, ...]:
        # With its quotes no id is found within another.
        return tuple(f'"{self._uuid(label)}"'.encode() for label in labels)

    def _read(self, *records: bytes) -> tuple[ValidEvent, ...]:
        position = RecordPosition("", int(self._now_s * 1000))
        return tuple(
            event for record in records for event in self._reader.read(record, position).events
        )


def _line(members: Members) -> bytes:
    return write(members) + b"\n"


def _moment(seconds: float) -> str:
    return f"{seconds:.3f}"
