"""What a run of sample events must come to in the lake, and whether it has: to the last event."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from firelake.contract.reasons import Reason
from firelake.samples.labels import Fate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from firelake.samples.labels import SampleEvent


class _Id(msgspec.Struct):
    event_uuid: str


_decode_id = msgspec.json.Decoder(_Id).decode


@dataclass(slots=True)
class Expected:
    """What was sent, by event type.

    Attributes:
        sent: Events, copies and invalid ones included.
        delivered: The ids that must each be one row.
        duplicates: Copies beyond the first.
        invalid: Events that must stand under `errors/`.
        failing: The records that must stand there, as they were sent, with the type of their
            events, each as often as it was sent.
        rivals: Of two events of one id either may be refused: what stands for the first is the
            second.
        events_in: How many events such a record holds, where it is more than one.
    """

    sent: Counter[str] = field(default_factory=Counter)
    delivered: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    duplicates: Counter[str] = field(default_factory=Counter)
    invalid: Counter[str] = field(default_factory=Counter)
    failing: defaultdict[bytes, list[str]] = field(default_factory=lambda: defaultdict(list))
    rivals: dict[bytes, bytes] = field(default_factory=dict)
    events_in: dict[bytes, int] = field(default_factory=dict)

    def watch(self, samples: Iterable[SampleEvent]) -> Iterator[SampleEvent]:
        """Notes each event on its way to the stream."""
        previous: SampleEvent | None = None
        for sample in samples:
            self._note(sample, previous)
            previous = sample
            yield sample

    @property
    def rows(self) -> int:
        """How many rows `events` must have."""
        return sum(len(ids) for ids in self.delivered.values())

    @property
    def failures(self) -> int:
        """How many records must stand under `errors/`."""
        return sum(len(types) for types in self.failing.values())

    def _note(self, sample: SampleEvent, previous: SampleEvent | None) -> None:
        event_type, count = sample.event_type, sample.outgoing.event_count
        self.sent[event_type] += count
        if sample.fate is Fate.DUPLICATE:
            self.duplicates[event_type] += count
        elif sample.fate is Fate.INVALID:
            self.invalid[event_type] += count
            payload = sample.outgoing.payload
            self.failing[payload] += [event_type]
            if count > 1:
                self.events_in[payload] = count
            if sample.reason is Reason.UUID_REUSED and previous is not None:
                self.rivals[previous.outgoing.payload] = payload
        else:
            event_uuid = sample.event_uuid or _decode_id(sample.outgoing.payload).event_uuid
            self.delivered[event_type].add(event_uuid)


@dataclass(slots=True)
class Found:
    """What the lake holds so far.

    Attributes:
        rows: Ids of the rows of `events`, by type, each as often as it stands there.
        failed: What stands under `errors/`, as it was sent, each as often as it stands there.
    """

    rows: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    failed: Counter[bytes] = field(default_factory=Counter)

    @property
    def row_count(self) -> int:
        """How many rows `events` has."""
        return sum(ids.total() for ids in self.rows.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeCount:
    """The counts of one event type: sent is the sum of the other three."""

    event_type: str
    sent: int
    delivered: int
    duplicates: int
    invalid: int


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The counts, and everything that is not as it must be: nothing, in a sound lake."""

    counts: tuple[TypeCount, ...]
    faults: tuple[str, ...]


def reckon(expected: Expected, found: Found) -> Reckoning:
    """Compares what the lake holds with what was sent.

    Returns:
        Counts by type, where `duplicates` is what was sent and is neither a row nor an error.
    """
    failed: Counter[str] = Counter()
    faults = [*_row_faults(expected, found), *_error_faults(expected, found, failed)]
    counts = tuple(_count(each, expected, found, failed) for each in sorted(expected.sent))
    for count in counts:
        must = expected.duplicates[count.event_type]
        if count.duplicates != must:
            faults.append(
                f"{count.event_type}: {count.duplicates:,} are neither a row nor an error, and"
                f" {must:,} copies were sent"
            )
    return Reckoning(counts, tuple(faults))


def _error_faults(expected: Expected, found: Found, failed: Counter[str]) -> Iterator[str]:
    """Compares the error records, and counts the events in them by type."""
    stand: Counter[bytes] = Counter()
    for payload, times in found.failed.items():
        stand[expected.rivals.get(payload, payload)] += times
    for payload in {*expected.failing, *stand}:
        types, times = expected.failing.get(payload, []), stand[payload]
        for event_type in types[:times]:
            failed[event_type] += expected.events_in.get(payload, 1)
        if times != len(types):
            yield f"errors/ holds {times}, not {len(types)}, of {payload[:80]!r}"


def _count(event_type: str, expected: Expected, found: Found, failed: Counter[str]) -> TypeCount:
    sent, delivered = expected.sent[event_type], len(found.rows[event_type])
    return TypeCount(
        event_type=event_type,
        sent=sent,
        delivered=delivered,
        duplicates=sent - delivered - failed[event_type],
        invalid=failed[event_type],
    )


def _row_faults(expected: Expected, found: Found) -> Iterator[str]:
    for event_type in sorted({*expected.delivered, *found.rows}):
        must, is_ = expected.delivered[event_type], found.rows[event_type]
        missing, foreign = must - is_.keys(), is_.keys() - must
        twice = [event_uuid for event_uuid, times in is_.items() if times > 1]
        for what, ids in (("is no row", missing), ("was never sent", foreign), ("has two", twice)):
            if ids:
                yield f"{event_type}: {len(ids):,} ids, such as {min(ids)}: {what}"
