"""What a contract would do of events that nobody has sent yet: rows, failures, names, ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from firelake.contract.names import CREATED_AT, EVENT_NAME
from firelake.contract.reasons import Reason
from firelake.failures.errors.causes import OTHER, field_of
from firelake.send.records import fault_of
from firelake.transform.events import RecordPosition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from firelake.send.records import Outgoing
    from firelake.transform.events import EventReader, ValidEvent

# What cannot be sent at all; every other reason is the function's.
NOT_SENT: Final = "not_sent"
# Bounds on memory, however much is read.
MAX_IDS: Final = 2_000_000
MAX_NAMES: Final = 10_000
MAX_FAULTS: Final = 1_000
MAX_SENT_NAMES: Final = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """What fails events, as far as they fail alike.

    Attributes:
        reason: A code of the contract's list, or `not_sent`.
        field: The field, elements of arrays as `[]`; empty for the event or record as a whole.
    """

    reason: str
    field: str
    expected: str


@dataclass(slots=True)
class Seen:
    """How often a fault was seen, and where first."""

    count: int
    first: str


@dataclass(slots=True)
class Kind:
    """Events of one name.

    Attributes:
        event_type: The partition that they would be in.
        sent_names: What producers write for it, where it is mapped; at most `MAX_SENT_NAMES`.
    """

    event_type: str
    is_registered: bool
    events: int = 0
    sent_names: set[str] = field(default_factory=set[str])


@dataclass(slots=True)
class EventCheck:
    """Counts what a contract would do of documents, given in their order.

    Attributes:
        reader: Reads by the contract.
        arrived_ms: When they would arrive, Unix time.
        records: Documents, each of which would be one record.
        events: Events in them; a document that cannot be taken apart counts as one.
        copies: Events that are copies of one before, and so no rows.
        failed: Events that would fail. All events of a record fail with one of them.
        faults: Why; an event may have several.
        kinds: Events that would be rows, by name.
        is_partial: Whether ids or names were more than are kept, so that some are not compared.
    """

    reader: EventReader
    arrived_ms: int
    records: int = 0
    events: int = 0
    rows: int = 0
    copies: int = 0
    failed: int = 0
    faults: dict[Fault, Seen] = field(default_factory=dict[Fault, Seen])
    kinds: dict[str, Kind] = field(default_factory=dict[str, Kind])
    is_partial: bool = False
    _identities: dict[str, tuple[str, float]] = field(default_factory=dict[str, tuple[str, float]])

    def add(self, outgoing: Outgoing) -> None:
        """Count a document as if it were sent as one record."""
        self.records += 1
        fault = fault_of(outgoing)
        if fault is not None:
            self._fail(1, [Fault(NOT_SENT, "", fault)], outgoing.place)
            return
        reading = self.reader.read(outgoing.payload, RecordPosition("", self.arrived_ms))
        if reading.problems:
            faults = [
                Fault(each.reason.value, field_of(each), each.expected) for each in reading.problems
            ]
            self._fail(reading.event_count, faults, outgoing.place)
            return
        parts = self.reader.split(outgoing.payload)
        for event, part in zip(reading.events, parts, strict=True):
            self._take(event, part, outgoing.place)

    @property
    def ranked_faults(self) -> list[tuple[Fault, Seen]]:
        """The faults, the most frequent first."""
        return sorted(
            self.faults.items(),
            key=lambda each: (-each[1].count, each[0].reason, each[0].field, each[0].expected),
        )

    @property
    def merged_names(self) -> dict[str, list[str]]:
        """Names that several names of producers become, and those."""
        return {
            name: sorted(kind.sent_names)
            for name, kind in sorted(self.kinds.items())
            if len(kind.sent_names) > 1
        }

    @property
    def unregistered(self) -> list[str]:
        """Names of rows that the contract does not know."""
        return sorted(name for name, kind in self.kinds.items() if not kind.is_registered)

    def _take(self, event: ValidEvent, part: bytes, place: str) -> None:
        identity = (event.event_name, event.created_at_s)
        first = self._identities.get(event.event_uuid)
        if first is not None and first != identity:
            self._fail(1, _differences(first, identity), place)
            return
        self.events += 1
        if first is not None:
            self.copies += 1
        elif len(self._identities) < MAX_IDS:
            self._identities[event.event_uuid] = identity
        else:
            self.is_partial = True
        self.rows += first is None
        self._count_kind(event, part, is_row=first is None)

    def _count_kind(self, event: ValidEvent, part: bytes, *, is_row: bool) -> None:
        name = event.event_name
        if name not in self.kinds and len(self.kinds) >= MAX_NAMES:
            self.is_partial = True
            return
        kind = self.kinds.setdefault(name, Kind(event.event_type, event.is_registered))
        kind.events += is_row
        sent = self.reader.sent_name(part)
        if sent is not None and len(kind.sent_names) < MAX_SENT_NAMES:
            kind.sent_names.add(sent)

    def _fail(self, events: int, faults: Iterable[Fault], place: str) -> None:
        self.events += events
        self.failed += events
        for each in faults:
            fault = each
            if fault not in self.faults and len(self.faults) >= MAX_FAULTS:
                fault = Fault(each.reason, OTHER, "")
            seen = self.faults.setdefault(fault, Seen(0, place))
            seen.count += 1


def _differences(first: tuple[str, float], other: tuple[str, float]) -> Iterator[Fault]:
    """Why an id that was used for one event cannot be another's."""
    reason = Reason.UUID_REUSED.value
    if first[0] != other[0]:
        yield Fault(reason, EVENT_NAME, "the name that the first event of this id has")
    if first[1] != other[1]:
        yield Fault(reason, CREATED_AT, "the time that the first event of this id has")
