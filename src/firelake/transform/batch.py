"""A batch from its records to its answers: read, fit, claim, answer. Knows no AWS and no clock."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import MAX_ANSWER_BYTES
from firelake.contract.layout import event_type_of
from firelake.contract.names import UNREGISTERED
from firelake.contract.reasons import Reason
from firelake.transform.claims import Verdict
from firelake.transform.diagnosis import Problem, whole_record
from firelake.transform.events import refused
from firelake.transform.records import AnswerBudget, Result, encode_rows, not_ok, ok
from firelake.transform.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from firelake.transform.events import EventReader, ValidEvent
    from firelake.transform.records import Answer, SourceRecord

# More than an answer takes besides its data, its recordId and its event type.
_ANSWER_BYTES_AT_MOST: Final = 512
_AS_READ: Final[Mapping[int, str]] = MappingProxyType({})


@dataclass(slots=True)
class _Entry:
    """One record on its way to an answer.

    Attributes:
        events: Its events, if it may be delivered; none if it failed.
        data: Their rows in base64.
        with_data: Whether there is room to send its own data back if it is not delivered.
    """

    record: SourceRecord
    events: Sequence[ValidEvent]
    data: str
    with_data: bool = True


class Batch:
    """One invocation's records on their way to answers."""

    def __init__(self, records: Sequence[SourceRecord], reader: EventReader) -> None:
        """Reads and fits all records, before anything is claimed."""
        self.tally = Tally(records=len(records))
        self._entries = [self._read(record, reader) for record in records]
        # Nearly always true, and quicker than the exact sum.
        at_most = sum(
            len(entry.data)
            + len(entry.record.data)
            + 6 * len(entry.record.record_id)
            + _ANSWER_BYTES_AT_MOST
            for entry in self._entries
        )
        if at_most > MAX_ANSWER_BYTES:
            self._fit()

    def candidates(self) -> list[ValidEvent]:
        """Every event that asks for its id, in order of arrival."""
        return list(chain.from_iterable(entry.events for entry in self._entries))

    def answer(
        self, verdicts: Sequence[Verdict], given: Mapping[int, str] = _AS_READ
    ) -> list[Answer]:
        """Answers every record.

        Args:
            verdicts: One a candidate, in their order.
            given: By a candidate's index, the partition by type that its claim remembers, where
                that is another one than today's contract gives it.
        """
        return list(self._answers(verdicts, given))

    def _read(self, record: SourceRecord, reader: EventReader) -> _Entry:
        data = record.decode()
        if data is None:
            reading = refused(Reason.NOT_UTF8, "base64")
        else:
            reading = reader.read(data, record.position)
        self.tally.received += reading.event_count
        if reading.problems:
            self._count_failed(record, reading.event_count, reading.problems)
            # Firehose takes an answer whose data is not base64 for a failure of the whole batch.
            return _Entry(record, (), "", with_data=data is not None)
        return _Entry(record, reading.events, encode_rows(reading.events))

    def _fit(self) -> None:
        """Fails the records whose answers would not fit; leaves out data that is only sent back.

        This is the one verdict that hangs on the other records of the batch.
        """
        budget = AnswerBudget(entry.record for entry in self._entries)
        for entry in self._entries:
            if not entry.events:
                entry.with_data = entry.with_data and budget.take_data(entry.record)
                continue
            first = entry.events[0]
            # The claim may remember the other one of the two.
            widest = max(event_type_of(first.event_name), UNREGISTERED, key=len)
            if not budget.take_row(entry.record, entry.data, widest, first.dt):
                indexes = range(len(entry.events))
                self._fail_events(entry, indexes, Reason.ANSWER_TOO_LARGE, "a smaller batch")
                entry.events = ()
                entry.with_data = False

    def _answers(self, verdicts: Sequence[Verdict], given: Mapping[int, str]) -> Iterator[Answer]:
        start = 0
        for entry in self._entries:
            if not entry.events:
                result = Result.PROCESSING_FAILED
                yield not_ok(entry.record, result, with_data=entry.with_data)
                continue
            end = start + len(entry.events)
            event_types = {entry.events[0].event_type}
            if given:
                event_types = {
                    given.get(index, event.event_type)
                    for index, event in enumerate(entry.events, start)
                    if verdicts[index] is Verdict.PASS
                }
            yield self._judge(entry, verdicts[start:end], event_types)
            start = end

    def _judge(
        self, entry: _Entry, verdicts: Sequence[Verdict], event_types: Collection[str]
    ) -> Answer:
        record, events, data = entry.record, entry.events, entry.data
        if len(event_types) > 1:
            # A record has one partition, and an earlier call claimed some of its events only.
            expected = "events that were first read by one contract"
            self._fail_events(entry, range(len(events)), Reason.MIXED_PARTITIONS, expected)
            return not_ok(record, Result.PROCESSING_FAILED, with_data=True)
        passed = verdicts.count(Verdict.PASS)
        if passed < len(events):
            reused = [index for index, each in enumerate(verdicts) if each is Verdict.REUSED]
            if reused:
                # A record has one result. Its other events keep their claims: it stands whole in
                # errors/, from where replay splits it.
                expected = "an event_uuid that no other event has"
                self._fail_events(entry, reused, Reason.UUID_REUSED, expected)
                return not_ok(record, Result.PROCESSING_FAILED, with_data=True)
            self.tally.duplicate += len(events) - passed
            if not passed:
                return not_ok(record, Result.DROPPED, with_data=True)
            each = zip(events, verdicts, strict=True)
            events = [event for event, verdict in each if verdict is Verdict.PASS]
            data = encode_rows(events)
        (event_type,) = event_types
        self.tally.count_delivered(events, event_type)
        return ok(record, data, event_type, events[0].dt)

    def _fail_events(
        self, entry: _Entry, indexes: Sequence[int], reason: Reason, expected: str
    ) -> None:
        problems = [whole_record(reason, expected, index) for index in indexes]
        self._count_failed(entry.record, len(entry.events), problems)

    def _count_failed(
        self, record: SourceRecord, event_count: int, problems: Sequence[Problem]
    ) -> None:
        self.tally.invalid += event_count
        self.tally.count_problems(record.position.coordinate, problems)
