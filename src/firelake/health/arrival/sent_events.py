"""What became of the events that a producer sent: a row, a copy, an error, or nothing yet. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeAlias

from firelake.contract.layout import event_type_of
from firelake.failures.errors.events import PROCESSING_FAILED
from firelake.send.records import fault_of
from firelake.transform.events import RecordPosition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from firelake.aws.query_stored import Identity
    from firelake.failures.errors.events import ErrorEvents
    from firelake.failures.errors.lines import ErrorRecord
    from firelake.send.records import Outgoing, Record
    from firelake.transform.events import EventReader

# Bounds the memory: some 400 MB.
MAX_FOLLOWED: Final = 1_000_000

Partition = tuple[str, str]
# Of what is no event that could be a row, the digest.
_Key: TypeAlias = "Identity | bytes"


@dataclass(slots=True)
class _Fate:
    """What became of what was sent under one key.

    Attributes:
        events: How many events it holds.
        partition: Of the row that it may become: first part of the name, and partition by time;
            None where it can be none.
        place: Where it first stands in the input.
        sent: How often it was sent.
        is_row: Whether the lake has its row.
        failed: How often it stands under `errors/`.
        is_copied: Whether it failed after the function, which drops copies: they stand nowhere.
    """

    events: int
    partition: Partition | None
    place: str
    sent: int = 0
    is_row: bool = False
    failed: int = 0
    is_copied: bool = False

    @property
    def is_settled(self) -> bool:
        return self.is_row or self.failed >= self.sent or self.is_copied


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of events: each is counted once.

    Attributes:
        rows: They are rows, of this run or of one before.
        copies: They are copies of one of the others.
        errors: They stand under `errors/`.
        missing: None of these, so far.
        unfollowed: They were sent, and nobody looks for them.
    """

    rows: int = 0
    copies: int = 0
    errors: int = 0
    missing: int = 0
    unfollowed: int = 0


@dataclass(slots=True)
class SentEvents:
    """Notes what is sent, and then what the lake has of it.

    Attributes:
        reader: Reads events of any age by the contract.
        now_ms: The wall clock, Unix time in milliseconds.
    """

    reader: EventReader
    now_ms: Callable[[], int]
    _fates: dict[_Key, _Fate] = field(default_factory=dict["_Key", _Fate])
    _unfollowed: int = 0
    _lock: Lock = field(default_factory=Lock)

    def watch(self, chunks: Iterable[Sequence[Outgoing]]) -> Iterator[Sequence[Outgoing]]:
        """Note what is on its way to the stream, the first MAX_FOLLOWED events of it."""
        for chunk in chunks:
            for outgoing in chunk:
                if fault_of(outgoing) is None:
                    for key, count, partition in self._keys(outgoing.payload, outgoing.event_count):
                        self._count(key, count, partition, outgoing.place)
            yield chunk

    def refused(self, record: Record, _why: str) -> None:
        """Forget what Kinesis does not have; may be called from several threads."""
        for payload in record.payloads:
            for key, _, _ in self._keys(payload, 1):
                fate = self._fates.get(key)
                if fate is not None:
                    with self._lock:
                        fate.sent -= 1

    def unsettled(self) -> list[tuple[Identity, Partition]]:
        """Return the events that may become rows and have not ended, in the order of sending."""
        return [
            (key, fate.partition)
            for key, fate in self._fates.items()
            if fate.partition is not None and not isinstance(key, bytes) and not fate.is_settled
        ]

    def found_rows(self, identities: Iterable[Identity]) -> None:
        """Note events of which the lake has a row; of others too."""
        for identity in identities:
            fate = self._fates.get(identity)
            if fate is not None:
                fate.is_row = True

    def found_error(self, record: ErrorRecord, events: ErrorEvents) -> None:
        """Note a record that stands under `errors/`; of others too.

        Args:
            events: Takes it apart, by the same contract and for events of any age.
        """
        whole = self._fates.get(_digest(record.data.removesuffix(b"\n")))
        if whole is not None:
            whole.failed += 1
            return
        for event in events.of(record):
            fate = None if event.valid is None else self._fates.get(event.valid.identity)
            if fate is not None:
                fate.failed += 1
                fate.is_copied |= record.error_type != PROCESSING_FAILED

    def arrived(self) -> Arrived:
        """Count what became of everything."""
        rows = copies = errors = missing = 0
        for fate in self._fates.values():
            if not fate.sent:
                continue
            failed = min(fate.failed, fate.sent - fate.is_row)
            rest = fate.sent - fate.is_row - failed
            rows += fate.is_row
            errors += failed * fate.events
            if fate.is_settled:
                copies += rest
            else:
                missing += rest * fate.events
        return Arrived(rows, copies, errors, missing, self._unfollowed)

    def missing_places(self, most: int) -> list[str]:
        """Return where the first of what is missing stands, and its id."""
        missing = (item for item in self._fates.items() if not item[1].is_settled)
        return [_place(*item) for item in islice(missing, most)]

    def error_places(self, most: int) -> list[str]:
        """Return where the first of what is under `errors/` stands, and its id."""
        failed = (item for item in self._fates.items() if item[1].failed and item[1].sent)
        return [_place(*item) for item in islice(failed, most)]

    def _keys(self, payload: bytes, count: int) -> Iterator[tuple[_Key, int, Partition | None]]:
        """The keys of what a line holds: how many events each is, and the partition of its row."""
        reading = self.reader.read(payload, RecordPosition("", self.now_ms()))
        if not reading.events:
            yield _digest(payload), max(count, reading.event_count), None
        for event in reading.events:
            yield event.identity, 1, (event_type_of(event.event_name), event.dt)

    def _count(self, key: _Key, events: int, partition: Partition | None, place: str) -> None:
        fate = self._fates.get(key)
        if fate is None:
            if len(self._fates) == MAX_FOLLOWED:
                self._unfollowed += events
                return
            fate = self._fates[key] = _Fate(events, partition, place)
        with self._lock:
            fate.sent += 1


def _place(key: _Key, fate: _Fate) -> str:
    named = repr(key[0]) if isinstance(key, tuple) else "no valid event"
    return f"{fate.place}: {named}" if fate.place else named


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()
