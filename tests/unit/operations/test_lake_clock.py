"""The time and the settings in force are what DynamoDB says, however wrong the machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError

from firelake.aws.backoff import Waiting
from firelake.contract.in_force import IN_FORCE_KEY, Period, Windows
from firelake.operations.lake_clock import ClockError, LakeClock
from tests.unit.failures.errors.object_samples import refusal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON_S = 1_795_348_800
NOON = "Sun, 22 Nov 2026 12:00:00 GMT"
WINDOWS = Windows(lateness_days=7, retention_hours=72, dedupe_days=14, settle_s=571)


class Table:
    """Answers `GetItem` of the item with what it is given."""

    def __init__(self, item: dict[str, Any] | None = None, date: str | None = NOON) -> None:
        self.item = item
        self.date = date
        self.failures = 0
        self.error: Exception = EndpointConnectionError(endpoint_url="https://dynamodb")
        self.calls = 0

    def get_item(self, **asked: object) -> dict[str, Any]:
        self.calls += 1
        if self.failures:
            self.failures -= 1
            raise self.error
        assert asked == {
            "TableName": "claims",
            "Key": {"event_uuid": {"S": IN_FORCE_KEY}},
            "ConsistentRead": True,
        }
        headers = {} if self.date is None else {"date": self.date}
        answer: dict[str, Any] = {"ResponseMetadata": {"HTTPHeaders": headers}}
        return answer if self.item is None else {**answer, "Item": self.item}


class Machine:
    """Two clocks of a machine, as wrong as they are set."""

    def __init__(self) -> None:
        self.monotonic_s = 5.0
        self.wall_s = float(NOON_S - 600)

    def clock(self, table: Table) -> LakeClock:
        return LakeClock(
            cast("DynamoDBClient", table),
            "claims",
            readings=(lambda: self.monotonic_s, lambda: self.wall_s),
            waiting=Waiting(lambda _: None, lambda: 0.0),
        )


def test_the_time_is_that_of_dynamodb_and_not_of_the_machine() -> None:
    machine = Machine()
    clock = machine.clock(Table())
    assert clock.now_ms() == NOON_S * 1000
    assert clock.now() == datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(("monotonic_s", "wall_s"), [(30.0, 0.0), (0.0, 30.0), (10.0, 30.0)])
def test_time_passes_by_the_faster_of_the_machines_clocks(
    monotonic_s: float, wall_s: float
) -> None:
    machine, table = Machine(), Table()
    clock = machine.clock(table)
    clock.now_ms()
    machine.monotonic_s += monotonic_s
    machine.wall_s += wall_s
    assert clock.now_ms() == (NOON_S + 30) * 1000
    assert table.calls == 1


@pytest.mark.parametrize("wall_s", [61.0, 1e6])
def test_it_is_asked_again_after_a_minute_or_a_jump(wall_s: float) -> None:
    machine, table = Machine(), Table()
    clock = machine.clock(table)
    clock.now_ms()
    machine.wall_s += wall_s
    table.date = "Sun, 22 Nov 2026 12:00:59 GMT"
    assert clock.now_ms() == (NOON_S + 59) * 1000
    assert table.calls == 2


def test_a_wall_clock_that_is_set_back_changes_nothing() -> None:
    machine, table = Machine(), Table()
    clock = machine.clock(table)
    clock.now_ms()
    machine.wall_s -= 1e6
    machine.monotonic_s += 7
    assert clock.now_ms() == (NOON_S + 7) * 1000


def test_the_settings_are_told_with_when_they_last_were_in_force() -> None:
    item = {"event_uuid": {"S": IN_FORCE_KEY}, "L7_R72_D14_S571": {"N": "1795348800123"}}
    item["L7_R72_D14_S571_B"] = {"N": "7"}
    assert Machine().clock(Table(item)).periods() == {WINDOWS: Period(7, 1_795_348_800_123)}


def test_before_the_function_ever_ran_there_are_none() -> None:
    assert Machine().clock(Table()).periods() == {}


def test_an_answer_that_does_not_come_is_asked_for_again() -> None:
    table = Table()
    table.failures = 4
    assert Machine().clock(table).now_ms() == NOON_S * 1000
    table.failures = 5
    with pytest.raises(ClockError, match="settings of table 'claims' cannot be read"):
        Machine().clock(table).now_ms()


@pytest.mark.parametrize(
    "error", [refusal("AccessDeniedException"), NoCredentialsError()], ids=["denied", "no keys"]
)
def test_what_no_retry_mends_is_told_at_once(error: Exception) -> None:
    table = Table()
    table.failures, table.error = 1, error
    with pytest.raises(ClockError, match="settings of table 'claims' cannot be read"):
        Machine().clock(table).now_ms()
    assert table.calls == 1


def test_without_the_time_nothing_is_guessed() -> None:
    with pytest.raises(ClockError, match="must pass `Date`"):
        Machine().clock(Table(date=None)).now_ms()


def test_a_damaged_note_is_told() -> None:
    with pytest.raises(ClockError, match="of the claims table is damaged"):
        Machine().clock(Table({"L7_R72_D14_S571": {"S": "x"}})).periods()
