"""A failed record to its events, as they were sent, each judged by the transform's own code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from firelake.contract.names import CREATED_AT, EVENT_NAME
from firelake.contract.reasons import Reason
from firelake.failures.errors.lines import Unreadable
from firelake.formats.documents import documents
from firelake.transform.diagnosis import text_of
from firelake.transform.errors import RestoreError
from firelake.transform.events import EventReader, RecordPosition
from firelake.transform.restore import RowRestorer
from firelake.transform.rules import is_event_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from firelake.contract.events import EventContract
    from firelake.contract.layout import Granularity
    from firelake.failures.errors.lines import ErrorRecord, Place
    from firelake.transform.diagnosis import Problem
    from firelake.transform.events import ValidEvent

# The 128 MiB that Firehose buffers at most, of events as small as an event can be.
MAX_OBJECT_EVENTS: Final = 2_000_000
PROCESSING_FAILED: Final = "processing-failed"
# The year 2262, from which on no timestamp of a row could be.
_LAST_S: Final = 9_214_646_400

_decode_number: Final = msgspec.json.Decoder(float).decode


def split(data: bytes) -> list[bytes]:
    """Take a record apart into its JSON documents.

    Args:
        data: Any bytes: one event, several, or none.

    Returns:
        The documents, and what is broken between them; the record whole where it is blank. Never
        empty.
    """
    found = documents([data], max_bytes=max(1, len(data)))
    return [document.data for document in found] or [data]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorEvent:
    """One event of a failed record.

    Attributes:
        place: Where its record stands.
        index: Which of the record's events it is, from 0.
        event: The event as it was sent, or as its row tells.
        name: Its name; None where it has none that could be one.
        valid: What the function would deliver of it, had it come alone; None if it is invalid.
        reasons: Codes of the reasons, each once; of a valid event Firehose's own error code.
        arrived_ms: When its record arrived, Unix time in milliseconds.
        created_at_s: When it was created, Unix time; None where that cannot be read.
    """

    place: Place
    index: int
    event: bytes
    name: str | None
    valid: ValidEvent | None
    problems: Sequence[Problem]
    reasons: tuple[str, ...]
    arrived_ms: int
    created_at_s: float | None = None

    @property
    def label(self) -> str:
        """Its mark in a receipt: unlike for each event of an object."""
        line = f"{self.place.line}.{self.place.part}" if self.place.part else f"{self.place.line}"
        return f"{line}#{self.index}"


class ErrorEvents:
    """Judges error records by one contract, as the function did or would."""

    def __init__(
        self, contract: EventContract, *, lateness_days: int | None, granularity: Granularity
    ) -> None:
        """Takes what the stack is deployed with; without `lateness_days` no event is too late."""
        self._reader = EventReader(contract, lateness_days=lateness_days, granularity=granularity)
        self._restorer = RowRestorer(contract)

    def of(self, record: ErrorRecord) -> Iterator[ErrorEvent]:
        """Yields every event of a record, each read by itself; at least one.

        Before the function a record is as it was sent, whatever it looks like; after it, it holds
        rows. Of a type that is not known yet both are looked for: an event as it was sent is no
        row.
        """
        is_as_sent = record.error_type == PROCESSING_FAILED
        documents = split(record.data)
        if not is_as_sent:
            documents = [self._as_sent(document) for document in documents]
        events = [event for document in documents for event in self._reader.split(document)]
        valid_reason = record.code or record.error_type
        if is_as_sent and len(events) > 1:
            whole = self._reader.read(record.data, RecordPosition("", record.arrived_ms))
            if any(each.reason is Reason.MIXED_PARTITIONS for each in whole.problems):
                valid_reason = Reason.MIXED_PARTITIONS.value
        for index, event in enumerate(events):
            yield self._judged(
                record.place, index, event, arrived_ms=record.arrived_ms, if_valid=valid_reason
            )

    def of_object(
        self, records: Iterable[ErrorRecord | Unreadable]
    ) -> Iterator[tuple[ErrorRecord, ErrorEvent] | Unreadable]:
        """Yields the events of the records of one object, and what could not be read of it.

        An object with more of them than Firehose could buffer is not read to its end.
        """
        number = 0
        for record in records:
            if isinstance(record, Unreadable):
                yield record
                continue
            for event in self.of(record):
                number += 1
                if number > MAX_OBJECT_EVENTS:
                    why = f"its object holds {MAX_OBJECT_EVENTS:,} events, more than Firehose"
                    why = f"{why} buffers: from here on it is not read"
                    yield Unreadable(record.place, why, is_rest=True)
                    return
                yield record, event

    def again(self, event: ErrorEvent, sent: bytes) -> ErrorEvent:
        """Returns an event as it was sent again, after a fix, in place of what its record holds."""
        return self._judged(
            event.place, event.index, sent, arrived_ms=event.arrived_ms, if_valid=event.reasons[0]
        )

    def _judged(
        self, place: Place, index: int, event: bytes, *, arrived_ms: int, if_valid: str
    ) -> ErrorEvent:
        reading = self._reader.read(event, RecordPosition("", arrived_ms))
        return ErrorEvent(
            place=place,
            index=index,
            event=event,
            name=event_name_of(event, self._reader),
            valid=reading.events[0] if reading.events else None,
            problems=reading.problems,
            reasons=_reasons(reading.problems) or (if_valid,),
            arrived_ms=arrived_ms,
            created_at_s=_created_at_s(event, self._reader),
        )

    def _as_sent(self, document: bytes) -> bytes:
        try:
            return self._restorer.restore(document)
        except RestoreError:
            return document


def _reasons(problems: Sequence[Problem]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(problem.reason.value for problem in problems))


def _created_at_s(event: bytes, reader: EventReader) -> float | None:
    """When an event was created, if that is a time that a calendar has."""
    raw = reader.common_fields(event).get(CREATED_AT)
    try:
        created_at_s = _decode_number(raw or b"null")
    except msgspec.DecodeError:
        return None
    return created_at_s if 0 <= created_at_s < _LAST_S else None


def event_name_of(event: bytes, reader: EventReader) -> str | None:
    """Returns the name of an event, however invalid; None where there is none that could be one."""
    name = text_of(reader.common_fields(event).get(EVENT_NAME))
    return name if name is not None and is_event_name(name) else None
