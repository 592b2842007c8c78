"""Which settings are in force is noted before a batch passes; without the note nothing passes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

import pytest

from firelake.contract.claim_schedule import ITEMS_ONLY, Schedule
from firelake.contract.in_force import IN_FORCE_KEY, Windows
from firelake.transform.dynamo_notes import DynamoNotes
from firelake.transform.errors import ClaimStoreError, ClaimsUndecidedError
from firelake.transform.in_force import InForce
from firelake.transform.settling import Pace

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

WINDOWS = Windows(lateness_days=7, retention_hours=72, dedupe_days=14, settle_s=571)
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
PAGES = Schedule.parse(["pages 2s/16"])


class Written:
    """Has no answer for so many times, then tells the schedule; keeps what was written."""

    def __init__(self, unanswered: int = 0) -> None:
        self.unanswered = unanswered
        self.written: list[int] = []

    def write(self, now_ms: int) -> Schedule | None:
        self.written.append(now_ms)
        return None if len(self.written) <= self.unanswered else PAGES


class Call:
    """The pace of one call: ten seconds, each wait a second."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms
        self.ends_ms = now_ms + 10_000

    def pace(self) -> Pace:
        def wait(_: float) -> None:
            self.now_ms += 1000

        return Pace(
            now_ms=lambda: self.now_ms,
            remaining_s=lambda: (self.ends_ms - self.now_ms) / 1000,
            sleep=wait,
            jitter=lambda: 1.0,
        )


def test_it_is_noted_at_first_and_then_every_ten_minutes() -> None:
    notes = Written()
    in_force = InForce(notes)
    for minute in (1, 2, 10, 11, 12, 25):
        assert in_force.note(Call(minute * MINUTE_MS).pace()) == PAGES
    assert notes.written == [1 * MINUTE_MS, 11 * MINUTE_MS, 25 * MINUTE_MS]


def test_it_is_noted_again_where_the_clock_went_back() -> None:
    notes = Written()
    in_force = InForce(notes)
    in_force.note(Call(11 * MINUTE_MS).pace())
    in_force.note(Call(10 * MINUTE_MS).pace())
    assert notes.written == [11 * MINUTE_MS, 10 * MINUTE_MS]


def test_what_has_no_answer_is_noted_again() -> None:
    notes = Written(2)
    InForce(notes).note(Call(0).pace())
    assert len(notes.written) == 3


def test_without_the_note_the_batch_is_raised_and_the_next_call_tries_again() -> None:
    notes = Written(11)
    in_force = InForce(notes)
    with pytest.raises(ClaimsUndecidedError, match="look at throttles of the claims table"):
        in_force.note(Call(0).pace())
    assert len(notes.written) == 11
    in_force.note(Call(MINUTE_MS).pace())
    assert notes.written[-1] == MINUTE_MS


class Table:
    """The one item, as the two calls read and write it."""

    def __init__(self) -> None:
        self.item: dict[str, Any] | None = None
        self.statements: list[str] = []
        self.code = ""
        self.is_deaf = False

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        keys = [{"event_uuid": {"S": IN_FORCE_KEY}}]
        assert RequestItems == {"claims": {"Keys": keys, "ConsistentRead": True}}
        if self.is_deaf:
            return {"Responses": {}, "UnprocessedKeys": RequestItems}
        return {"Responses": {"claims": [] if self.item is None else [self.item]}}

    def batch_execute_statement(self, *, Statements: list[Any]) -> dict[str, Any]:  # noqa: N803
        (asked,) = Statements
        statement, parameters = asked["Statement"], asked["Parameters"]
        self.statements.append(statement)
        if self.code:
            return {"Responses": [{"Error": {"Code": self.code}}]}
        if statement.startswith("UPDATE"):
            assert self.item is not None
            names = re.findall(r'SET "(\w+)"', statement)
            self.item |= dict(zip(names, parameters, strict=False))
        else:
            names = re.findall(r"'(\w+)': \?", statement)
            self.item = dict(zip(names, parameters, strict=True))
        return {"Responses": [{}]}


VALUES = "{'event_uuid': ?, 'L7_R72_D14_S571': ?, 'L7_R72_D14_S571_B': ?, 'schedule': ?}"
SETS = 'SET "L7_R72_D14_S571" = ? SET "L7_R72_D14_S571_B" = ? SET "schedule" = ?'


def notes_on(
    table: Table, windows: Windows = WINDOWS, schedule: Schedule = ITEMS_ONLY
) -> DynamoNotes:
    return DynamoNotes(cast("DynamoDBClient", table), "claims", windows, schedule)


def test_the_first_note_makes_the_item_and_the_next_ones_change_it() -> None:
    table = Table()
    assert notes_on(table).write(1) == ITEMS_ONLY
    key = {"event_uuid": {"S": IN_FORCE_KEY}, "schedule": {"S": "items"}}
    assert table.item == {**key, WINDOWS.name: {"N": "1"}, WINDOWS.begun_name: {"N": "1"}}
    assert notes_on(table).write(2) == ITEMS_ONLY
    assert table.item == {**key, WINDOWS.name: {"N": "2"}, WINDOWS.begun_name: {"N": "1"}}
    assert table.statements == [
        f'INSERT INTO "claims" VALUE {VALUES}',
        f'UPDATE "claims" {SETS} WHERE "event_uuid" = ?',
    ]


def test_settings_that_come_back_begin_anew() -> None:
    table = Table()
    narrow = Windows(lateness_days=1, retention_hours=24, dedupe_days=8, settle_s=211)
    for windows, now_ms in ((WINDOWS, 1), (narrow, 2), (WINDOWS, 3), (WINDOWS, 4)):
        notes_on(table, windows).write(now_ms)
    assert table.item == {
        "event_uuid": {"S": IN_FORCE_KEY},
        WINDOWS.name: {"N": "4"},
        WINDOWS.begun_name: {"N": "3"},
        narrow.name: {"N": "2"},
        narrow.begun_name: {"N": "2"},
        "schedule": {"S": "items"},
    }


def test_a_throttle_is_no_answer_and_a_refusal_an_error() -> None:
    table = Table()
    table.is_deaf = True
    assert notes_on(table).write(1) is None
    table.is_deaf = False
    table.code = "ThrottlingError"
    assert notes_on(table).write(1) is None
    table.code = "AccessDenied"
    with pytest.raises(ClaimStoreError, match="the function's role"):
        notes_on(table).write(1)


def test_a_first_note_takes_the_schedule_as_told() -> None:
    table = Table()
    assert notes_on(table, schedule=PAGES).write(0) == PAGES
    assert table.item is not None
    assert table.item["schedule"] == {"S": "pages 2s/16"}


def test_an_entry_that_begins_in_time_holds_as_told() -> None:
    table = Table()
    told = Schedule.parse(["1970-01-02T06:00Z pages 2s/16"])
    notes_on(table).write(0)
    assert notes_on(table, schedule=told).write(HOUR_MS) == told
    assert notes_on(table, schedule=told).write(100 * HOUR_MS) == told


def test_an_entry_that_begins_too_early_begins_once_nothing_can_be_claimed_otherwise() -> None:
    """The function of before noted last at one o'clock: an hour and a day later it is over."""
    table = Table()
    notes_on(table).write(0)
    notes_on(table).write(HOUR_MS)
    deferred = Schedule.parse(["1970-01-02T02:00Z pages 2s/16"])
    assert notes_on(table, schedule=PAGES).write(2 * HOUR_MS) == deferred
    for hours in (3, 30, 48):
        assert notes_on(table, schedule=PAGES).write(hours * HOUR_MS) == deferred
    # Once no claim is left from before, what was before is forgotten.
    assert notes_on(table, schedule=PAGES).write(16 * 24 * HOUR_MS) == PAGES


def test_a_function_of_before_that_still_runs_holds_by_what_was_noted() -> None:
    table = Table()
    told = Schedule.parse(["1970-01-02T06:00Z pages 2s/16"])
    for hour, schedule in ((0, ITEMS_ONLY), (1, told), (2, ITEMS_ONLY)):
        found = notes_on(table, schedule=schedule).write(hour * HOUR_MS)
    # What was noted holds until it is over, and what the function is told only after that.
    assert found == Schedule.parse(["items"])
    assert notes_on(table, schedule=told).write(3 * HOUR_MS) == told


def test_a_release_that_noted_no_schedule_had_items() -> None:
    table = Table()
    notes_on(table).write(0)
    assert table.item is not None
    del table.item["schedule"]
    deferred = Schedule.parse(["1970-01-02T01:00Z pages 2s/16"])
    assert notes_on(table, schedule=PAGES).write(MINUTE_MS) == deferred


def test_a_damaged_schedule_is_an_error() -> None:
    table = Table()
    notes_on(table).write(0)
    assert table.item is not None
    table.item["schedule"] = {"S": "pages by the dozen"}
    with pytest.raises(ClaimStoreError, match="is damaged: 'pages by the dozen' is no entry"):
        notes_on(table).write(1)
