"""What a run of sample events must come to in the lake, and whether it has: to the last event."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from contract.reasons import Reason
from ops.generate import Fate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ops.generate import SampleEvent


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
        invalid_payloads: What was sent of them, with the type; of two events of one id either may
            be the one that is refused, so both are here.
        must_fail: How many records must stand under `errors/`.
    """

    sent: Counter[str] = field(default_factory=Counter)
    delivered: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    duplicates: Counter[str] = field(default_factory=Counter)
    invalid: Counter[str] = field(default_factory=Counter)
    invalid_payloads: dict[bytes, tuple[str, int]] = field(default_factory=dict)
    must_fail: int = 0

    def watch(self, samples: Iterable[SampleEvent]) -> Iterator[SampleEvent]:
        """Notes each event on its way to the stream.

        Args:
            samples: What is being sent.
        """
        previous: SampleEvent | None = None
        for sample in samples:
            self._note(sample, previous)
            previous = sample
            yield sample

    @property
    def rows(self) -> int:
        """How many rows `events` must have."""
        return sum(len(ids) for ids in self.delivered.values())

    def _note(self, sample: SampleEvent, previous: SampleEvent | None) -> None:
        event_type, count = sample.event_type, sample.outgoing.event_count
        self.sent[event_type] += count
        if sample.fate is Fate.DUPLICATE:
            self.duplicates[event_type] += count
        elif sample.fate is Fate.INVALID:
            self.invalid[event_type] += count
            self.must_fail += 1
            self.invalid_payloads[sample.outgoing.payload] = (event_type, count)
            if sample.reason is Reason.UUID_REUSED and previous is not None:
                self.invalid_payloads[previous.outgoing.payload] = (event_type, count)
        else:
            self.delivered[event_type].add(_decode_id(sample.outgoing.payload).event_uuid)


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

    Args:
        expected: What was sent.
        found: What the lake holds.

    Returns:
        Counts by type, where `duplicates` is what was sent and is neither a row nor an error.
    """
    failed: Counter[str] = Counter()
    faults = list(_row_faults(expected, found))
    for payload, times in found.failed.items():
        known = expected.invalid_payloads.get(payload)
        if known is None:
            faults.append(f"errors/ holds what is no invalid event of this run: {payload[:80]!r}")
            continue
        event_type, count = known
        failed[event_type] += count
        if times != 1:
            faults.append(f"errors/ holds one invalid {event_type} event {times} times")
    counts = tuple(_count(each, expected, found, failed) for each in sorted(expected.sent))
    for count in counts:
        event_type = count.event_type
        for name, is_, must in (
            ("invalid", count.invalid, expected.invalid[event_type]),
            ("duplicate", count.duplicates, expected.duplicates[event_type]),
        ):
            if is_ != must:
                faults.append(f"{event_type}: {is_:,} {name}, and {must:,} were sent")
    return Reckoning(counts, tuple(faults))


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
