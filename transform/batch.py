"""A batch from its records to its answers: read, fit, claim, answer. Knows no AWS and no clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contract.reasons import Reason
from transform.claims import Candidate, Verdict
from transform.diagnosis import Problem, whole_record
from transform.events import refused
from transform.records import AnswerBudget, Result, encode_rows, not_ok, ok
from transform.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from transform.events import EventReader, ValidEvent
    from transform.records import Answer, SourceRecord


@dataclass(frozen=True, slots=True)
class _Valid:
    """A record that may be delivered: its events, and its rows as data."""

    record: SourceRecord
    events: Sequence[ValidEvent]
    data: str


class Batch:
    """One invocation's records on their way to answers."""

    def __init__(self, records: Sequence[SourceRecord], reader: EventReader) -> None:
        """Reads and fits all records, before anything is claimed.

        Args:
            records: The records of one invocation.
            reader: Reads one of them.
        """
        self.tally = Tally(records=len(records))
        self._budget = AnswerBudget(records)
        # In the order of the records: an answer already, or what it will be made of.
        self._entries: list[Answer | _Valid] = [self._read(record, reader) for record in records]

    def candidates(self) -> list[Candidate]:
        """Every event that asks for its id, in order of arrival."""
        return [
            Candidate(event.event_uuid, event.event_name, event.created_at_s, event.owner)
            for event in self._valid_events()
        ]

    def count_ages(self, now_s: float) -> None:
        """Counts how old the valid events are.

        Args:
            now_s: Unix time in seconds.
        """
        for event in self._valid_events():
            self.tally.count_age(now_s - event.created_at_s)

    def answer(self, verdicts: Sequence[Verdict]) -> list[Answer]:
        """Answers every record.

        Args:
            verdicts: One a candidate, in their order.
        """
        each = iter(verdicts)
        return [
            self._judge(entry, [next(each) for _ in entry.events])
            if isinstance(entry, _Valid)
            else entry
            for entry in self._entries
        ]

    def _valid_events(self) -> Iterator[ValidEvent]:
        for entry in self._entries:
            if isinstance(entry, _Valid):
                yield from entry.events

    def _read(self, record: SourceRecord, reader: EventReader) -> Answer | _Valid:
        data = record.decode()
        if data is None:
            reading = refused(Reason.NOT_UTF8, "base64")
        else:
            reading = reader.read(data, record.position)
        self.tally.received += reading.event_count
        if reading.problems:
            return self._fail(record, reading.event_count, reading.problems)
        first = reading.events[0]
        rows = encode_rows([event.row for event in reading.events])
        if not self._budget.take_row(record, rows, first.event_type, first.dt):
            problems = [
                whole_record(Reason.ANSWER_TOO_LARGE, "a batch whose answer is under 6 MB", index)
                for index in range(len(reading.events))
            ]
            return self._fail(record, reading.event_count, problems)
        return _Valid(record, reading.events, rows)

    def _fail(self, record: SourceRecord, event_count: int, problems: Sequence[Problem]) -> Answer:
        self.tally.invalid += event_count
        self.tally.count_problems(record.position.coordinate, problems)
        with_data = self._budget.take_data(record)
        return not_ok(record, Result.PROCESSING_FAILED, with_data=with_data)

    def _judge(self, entry: _Valid, verdicts: Sequence[Verdict]) -> Answer:
        tally, record = self.tally, entry.record
        reused = [index for index, each in enumerate(verdicts) if each is Verdict.REUSED]
        if reused:
            # A record has one result. Its other events keep their claims: it stands whole in
            # errors/, from where replay splits it.
            expected = "an event_uuid that no other event has"
            problems = [whole_record(Reason.UUID_REUSED, expected, index) for index in reused]
            tally.invalid += len(entry.events)
            tally.count_problems(record.position.coordinate, problems)
            return not_ok(record, Result.PROCESSING_FAILED, with_data=True)
        passed = [
            event
            for event, verdict in zip(entry.events, verdicts, strict=True)
            if verdict is Verdict.PASS
        ]
        tally.duplicate += len(entry.events) - len(passed)
        if not passed:
            return not_ok(record, Result.DROPPED, with_data=True)
        first = passed[0]
        tally.delivered[first.event_type] += len(passed)
        tally.unregistered += sum(not event.is_registered for event in passed)
        is_whole = len(passed) == len(entry.events)
        data = entry.data if is_whole else encode_rows([event.row for event in passed])
        return ok(record, data, first.event_type, first.dt)
