"""Failed events by reason and field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from firelake.contract.layout import Granularity
from firelake.failures.errors.causes import MAX_CAUSES, OTHER, Cause, Causes
from firelake.failures.errors.events import ErrorEvent, ErrorEvents
from firelake.failures.errors.lines import ErrorRecord, Place
from tests.helpers.contracts import LEARNING

NOON_S: Final = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
JUDGE: Final = ErrorEvents(LEARNING, lateness_days=7, granularity=Granularity.DAY)


def judged(data: bytes, code: str = "Lambda.ProcessingFailedStatus") -> ErrorEvent:
    (event,) = JUDGE.of(
        ErrorRecord(
            place=Place("errors/x", 1),
            error_type="processing-failed",
            code=code,
            message="",
            arrived_ms=int(NOON_S * 1000),
            data=data,
        )
    )
    return event


def event(members: str, created_at: str = str(NOON_S)) -> bytes:
    text = (
        f'{{"event_uuid":"a","event_name":"exercise:answered","created_at":{created_at}{members}}}'
    )
    return text.encode()


def test_an_event_counts_once_for_each_reason_and_field() -> None:
    causes = Causes()
    lacking = event(',"user_id":"u","exercise_id":"e","exercise_kind":"k","mistake_kinds":[1,2]')
    causes.add(judged(lacking))
    causes.add(judged(lacking))
    causes.add(judged(b"{"))
    found = [(cause, failed.events) for cause, failed in causes.ranked()]
    assert found == [
        (Cause("field_missing", "is_correct"), 2),
        (Cause("field_type", "mistake_kinds[]"), 2),
        (Cause("not_json", ""), 1),
    ]
    failed = causes.found[Cause("field_missing", "is_correct")]
    assert failed.by_name == {"exercise:answered": 2}
    assert failed.by_hour == {datetime(2026, 11, 22, 12, tzinfo=UTC): 2}
    assert failed.sample.event == lacking


def test_a_valid_event_has_the_code_of_firehose() -> None:
    causes = Causes()
    whole = event(',"user_id":"u","exercise_id":"e","exercise_kind":"k","is_correct":true')
    causes.add(judged(whole, "Lambda.FunctionError"))
    assert [*causes.found] == [Cause("Lambda.FunctionError", "")]


def test_a_creation_that_is_no_time_is_in_no_hour() -> None:
    for created_at in ('"2026-11-22T12:00:00Z"', "null", "1e300", "-5", "{}"):
        assert judged(event("", created_at)).created_at_s is None
    assert judged(b"\xff").created_at_s is None


def test_memory_is_bounded() -> None:
    causes = Causes()
    for number in range(MAX_CAUSES + 5):
        causes.add(judged(event(',"user_id":"u"'), f"Code.{number}"))
        causes.add(
            judged(b'{"event_uuid":"a","event_name":"x","created_at":1795348800}', f"C.{number}")
        )
    assert len(causes.found) <= MAX_CAUSES + 1
    assert causes.found[Cause(OTHER, "")].events > 0
