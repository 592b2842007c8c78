"""What is to be sent of an item: by its receipt first, then by the fix, and by today's code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from firelake.contract.names import COMMON_FIELDS
from firelake.failures.replay.putting_back import Wanted
from firelake.transform.claims import Candidate
from firelake.transform.events import EventReader, RecordPosition

if TYPE_CHECKING:
    from firelake.failures.receipts import Entry
    from firelake.failures.replay.fix import Fix
    from firelake.failures.replay.items import Item
    from firelake.failures.replay.putting_back import Partition
    from firelake.transform.events import ValidEvent

# The fix would make another event of one whose identity is known, or cannot be remembered.
IDENTITY_CHANGED: Final = "identity_changed"


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be done about an item.

    Attributes:
        wanted: What is to be sent, or only asked for; None where neither.
        reason: Why it is not sent; empty where it is, and where the fix leaves it.
        original: What is asked for first: the event as it stands, of which the fix makes another.
    """

    item: Item
    wanted: Wanted | None
    reason: str = ""
    original: Wanted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Judges items.

    Attributes:
        reader: Reads events by today's contract, with the lateness that the stack allows.
        fix: Mends events; None where nothing does.
    """

    reader: EventReader
    any_age: EventReader
    fix: Fix | None = None

    def judge(self, item: Item, now_ms: int) -> Judged:
        """Find what is to be sent of an item, as the function would take it if it came now.

        Args:
            item: The item; if it has an entry, it was sent before, or was about to be.
            now_ms: The time by AWS's clock, Unix time in milliseconds.

        Raises:
            FixError: The fix failed.
        """
        if item.entry is not None:
            return self._sent_before(item, item.entry, now_ms)
        event = item.event if self.fix is None else self.fix(item.event)
        if event is None:
            return Judged(item, None)
        valid, reason = _read(self.reader, event, now_ms)
        if valid is None:
            return Judged(item, None, reason)
        return self._sent_anew(item, event, valid, now_ms)

    def _sent_anew(self, item: Item, event: bytes, valid: ValidEvent, now_ms: int) -> Judged:
        """Asks first for the event as it stands, where the fix makes another one of it."""
        wanted = self._wanted(item, event, valid)
        members = _members(self.reader, item.event)
        if not wanted.is_changed or members == _members(self.reader, event):
            return Judged(item, wanted)
        if item.label is None:
            return Judged(item, None, IDENTITY_CHANGED)
        original, _ = _read(self.any_age, item.event, now_ms)
        asked = None if original is None else _only_asked(item, original, _partition(original))
        return Judged(item, wanted, original=asked)

    def _sent_before(self, item: Item, entry: Entry, now_ms: int) -> Judged:
        """Goes by the receipt: the fix may mend what today's code refuses, but not the identity."""
        event: bytes | None = item.event if entry.event is None else entry.event.encode()
        valid, reason = _read(self.reader, event, now_ms)
        if valid is None and self.fix is not None:
            event = self.fix(event)
            if event is not None:
                valid, reason = _read(self.reader, event, now_ms)
        if valid is not None and event is not None:
            if valid.identity == entry.identity:
                return Judged(item, self._wanted(item, event, valid))
            reason = IDENTITY_CHANGED
        candidate = Candidate(*entry.identity, "", entry.event_type)
        return Judged(item, _only_asked(item, candidate, (entry.event_type, entry.dt)), reason)

    def _wanted(self, item: Item, event: bytes, valid: ValidEvent) -> Wanted:
        return Wanted(
            valid,
            _partition(valid),
            event,
            receipt=_receipt(item),
            is_changed=event != item.event,
        )


def _read(reader: EventReader, event: bytes, now_ms: int) -> tuple[ValidEvent | None, str]:
    reading = reader.read(event, RecordPosition("", now_ms))
    if reading.events:
        return reading.events[0], ""
    return None, reading.problems[0].reason.value


def _partition(valid: ValidEvent) -> Partition:
    return valid.event_name.split(":", 1)[0], valid.dt


def _only_asked(item: Item, candidate: Candidate, partition: Partition) -> Wanted:
    return Wanted(candidate, partition, b"", is_accepted=False, receipt=_receipt(item))


def _receipt(item: Item) -> tuple[str, str] | None:
    return None if item.label is None else (item.place.key, item.label)


def _members(reader: EventReader, event: bytes) -> tuple[object, ...] | None:
    """Returns the members that make the identity, of an event that may be invalid otherwise."""
    found = reader.common_fields(event)
    try:
        return tuple(msgspec.json.decode(found[name]) for name in COMMON_FIELDS)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError):
        return None
