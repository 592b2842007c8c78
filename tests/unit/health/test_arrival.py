"""Waiting for what was sent: each event counted once, by what the lake has, until the deadline."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from firelake.aws.backoff import Waiting
from firelake.contract.layout import Granularity
from firelake.failures.errors.events import ErrorEvents
from firelake.failures.errors.lines import ErrorRecord, Place, Unreadable
from firelake.failures.errors.listing import ErrorObject
from firelake.health.arrival import sent_events
from firelake.health.arrival import wait as module
from firelake.health.arrival.sent_events import Arrived, SentEvents
from firelake.health.arrival.wait import Arrival
from firelake.send.records import Outgoing, Record
from firelake.transform.events import EventReader
from tests.helpers.contracts import LEARNING
from tests.unit.cli.fakes import FakeTime

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from firelake.aws.query_stored import Identity
    from firelake.failures.errors.listing import Selection

CREATED_S: Final = 1_790_000_000  # 2026-09-21 in UTC
NOW_MS: Final = 1000 * (CREATED_S + 60)
BY_FUNCTION: Final = "processing-failed"
AFTER_FUNCTION: Final = "format-conversion-failed"


def event(number: int, name: str = "quite:new", created_at: float = CREATED_S) -> bytes:
    members = {"event_uuid": f"id-{number}", "event_name": name, "created_at": created_at}
    return json.dumps(members).encode()


def identity(number: int, name: str = "quite:new") -> Identity:
    return f"id-{number}", name, float(CREATED_S)


def sent(*payloads: bytes, event_count: int = 1) -> SentEvents:
    reader = EventReader(LEARNING, lateness_days=None, granularity=Granularity.DAY)
    noted = SentEvents(reader, lambda: NOW_MS)
    chunk = [
        Outgoing(payload, event_count=event_count, place=f"line {number}")
        for number, payload in enumerate(payloads, 1)
    ]
    assert [list(each) for each in noted.watch([chunk])] == [chunk]
    return noted


def failed(data: bytes, error_type: str = BY_FUNCTION) -> ErrorRecord:
    place = Place("errors/x")
    return ErrorRecord(
        place=place, error_type=error_type, code="", message="", arrived_ms=NOW_MS, data=data
    )


def judge() -> ErrorEvents:
    return ErrorEvents(LEARNING, lateness_days=None, granularity=Granularity.DAY)


class Lake:
    """Has rows from given times on, and notes what it is asked."""

    def __init__(self, time: FakeTime, rows: dict[Identity, float]) -> None:
        self._time = time
        self._rows = rows
        self.asked: list[tuple[list[tuple[str, str]], list[str]]] = []

    def stored_identities(
        self, partitions: Iterable[tuple[str, str]], uuids: Iterable[str]
    ) -> set[Identity]:
        listed = list(uuids)
        self.asked.append((list(partitions), listed))
        return {
            key
            for key, since_s in self._rows.items()
            if key[0] in listed and self._time.now_s >= since_s
        }


class Errors:
    """Has an error object for each record, from given times on, and notes which it reads."""

    def __init__(self, time: FakeTime, records: dict[float, list[ErrorRecord]]) -> None:
        self._time = time
        self._records = records
        self.read: list[str] = []

    def objects(self, _: Selection) -> Iterator[ErrorObject | Unreadable]:
        yield Unreadable(Place("errors/strange"), "not Firehose's")
        for since_s in self._records:
            if self._time.now_s >= since_s:
                yield ErrorObject(str(since_s), BY_FUNCTION, NOW_MS)

    def records(self, found: ErrorObject, _: Selection) -> Iterator[ErrorRecord | Unreadable]:
        self.read.append(found.key)
        yield from self._records[float(found.key)]


def arrival_of(noted: SentEvents, time: FakeTime, lake: Lake, errors: Errors) -> Arrival:
    return Arrival(
        sent=noted,
        lake=lake,
        errors=cast("Any", errors),
        judge=judge(),
        since=datetime.fromtimestamp(CREATED_S, UTC),
        now_s=time.read,
        waiting=Waiting(time.sleep, lambda: 0.0),
    )


def test_each_event_sent_is_a_row_a_copy_an_error_or_missing() -> None:
    noted = sent(event(1), event(1), event(2), b'{"a":1}', b'{"a":1}', event(3), b"[]")
    assert noted.arrived() == Arrived(missing=7)
    noted.found_rows([identity(1), identity(77)])
    noted.found_error(failed(b'{"a":1}\n'), judge())
    assert noted.arrived() == Arrived(rows=1, copies=1, errors=1, missing=4)
    assert noted.unsettled() == [
        (identity(2), ("quite", "2026-09-21")),
        (identity(3), ("quite", "2026-09-21")),
    ]
    assert noted.missing_places(2) == ["line 3: 'id-2'", "line 4: no valid event"]


def test_an_event_that_the_function_failed_is_found_in_a_record_with_others() -> None:
    noted = sent(event(1), event(2), event(3))
    noted.found_error(failed(event(1) + b"\n" + event(2) + b"\n"), judge())
    assert noted.arrived() == Arrived(errors=2, missing=1)


def test_each_copy_of_an_event_that_the_function_fails_must_stand_under_errors() -> None:
    noted = sent(event(1), event(1))
    noted.found_error(failed(event(1) + b"\n"), judge())
    assert noted.arrived() == Arrived(errors=1, missing=1)
    noted.found_error(failed(event(1) + b"\n"), judge())
    assert noted.arrived() == Arrived(errors=2)
    # Firehose may write an error twice.
    noted.found_error(failed(event(1) + b"\n"), judge())
    assert noted.arrived() == Arrived(errors=2)


def test_copies_of_an_event_that_failed_after_the_function_were_dropped_by_it() -> None:
    noted = sent(event(1), event(1), event(1))
    noted.found_error(failed(event(1), AFTER_FUNCTION), judge())
    assert noted.arrived() == Arrived(copies=2, errors=1)


def test_of_an_id_that_is_used_twice_one_event_is_a_row_and_the_other_an_error() -> None:
    noted = sent(event(1, "quite:new"), event(1, "quite:other"))
    noted.found_rows([identity(1, "quite:other")])
    noted.found_error(failed(event(1, "quite:new") + b"\n"), judge())
    assert noted.arrived() == Arrived(rows=1, errors=1)


def test_events_of_mixed_partitions_fail_together() -> None:
    payload = event(1, "quite:new") + b"\n" + event(2, "other:new")
    noted = sent(payload, event_count=2)
    noted.found_error(failed(payload + b"\n"), judge())
    assert noted.arrived() == Arrived(errors=2)


def test_a_wait_ends_with_the_last_event_and_reads_each_error_object_once() -> None:
    time = FakeTime()
    start_s = time.now_s
    lake = Lake(time, {identity(1): start_s + 5, identity(2): start_s + 31})
    errors = Errors(time, {start_s + 20: [failed(b"{}\n")]})
    shown: list[Arrived] = []
    arrival = arrival_of(sent(event(1), event(2), b"{}"), time, lake, errors)
    assert arrival.wait(600, shown.append) == Arrived(rows=2, errors=1)
    assert shown[0] == Arrived(missing=3)
    assert Arrived(rows=1, missing=2) in shown
    assert errors.read == [str(start_s + 20)]
    assert start_s + 31 <= time.now_s <= start_s + 45
    # What has arrived is not asked for again.
    assert lake.asked[-1] == (
        [("quite", "2026-09-21"), ("unregistered", "2026-09-21")],
        ["id-2"],
    )


def test_at_the_deadline_all_is_asked_for_once_more_and_the_rest_is_missing() -> None:
    time = FakeTime()
    start_s = time.now_s
    lake = Lake(time, {identity(1): start_s + 60})
    arrival = arrival_of(sent(event(1), event(2)), time, lake, Errors(time, {}))
    assert arrival.wait(60, lambda _: None) == Arrived(rows=1, missing=1)
    assert time.now_s == pytest.approx(start_s + 60)


def test_nothing_but_the_first_events_is_asked_for_while_none_has_arrived(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_CHUNK_EVENTS", 2)
    time = FakeTime()
    start_s = time.now_s
    lake = Lake(time, {identity(number): start_s + 3 for number in range(6)})
    arrival = arrival_of(sent(*map(event, range(6))), time, lake, Errors(time, {}))
    assert arrival.wait(60, lambda _: None) == Arrived(rows=6)
    assert [uuids for _, uuids in lake.asked[-3:]] == [
        ["id-0", "id-1"],
        ["id-2", "id-3"],
        ["id-4", "id-5"],
    ]
    assert {tuple(uuids) for _, uuids in lake.asked[:-3]} == {("id-0", "id-1")}


def test_more_than_is_followed_is_sent_and_counted_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent_events, "MAX_FOLLOWED", 2)
    noted = sent(event(1), event(2), event(1), event(3), b"[]")
    assert noted.arrived() == Arrived(missing=3, unfollowed=2)
    noted.found_rows([identity(1), identity(2), identity(3)])
    assert noted.arrived() == Arrived(rows=2, copies=1, unfollowed=2)


def test_what_kinesis_refused_is_not_waited_for() -> None:
    noted = sent(event(1), event(1), event(2), event(3), b'{"a":1}')
    noted.refused(Record(event(1) + b"\n" + event(2) + b"\n", "key", 2), "Throttled")
    noted.refused(Record(b'{"a":1}\n', "key", 1), "Throttled")
    assert noted.arrived() == Arrived(missing=2)
    assert [key[0] for key, _ in noted.unsettled()] == ["id-1", "id-3"]
    noted.found_rows([identity(1), identity(3)])
    assert noted.arrived() == Arrived(rows=2)


def test_what_is_under_errors_is_named_by_its_place() -> None:
    noted = sent(event(1), b'{"a":1}', event(2))
    noted.found_error(failed(b'{"a":1}\n'), judge())
    noted.found_error(failed(event(2) + b"\n"), judge())
    assert noted.error_places(5) == ["line 2: no valid event", "line 3: 'id-2'"]
    assert noted.error_places(1) == ["line 2: no valid event"]
