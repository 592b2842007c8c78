"""The note of the settings in force, as attributes of one item of the claims table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.contract.claim_schedule import ITEMS_ONLY, Schedule
from firelake.contract.errors import ScheduleError
from firelake.contract.facts import SECONDS_PER_DAY
from firelake.contract.in_force import (
    IN_FORCE_KEY,
    SCHEDULE_NAME,
    Windows,
    noted,
    parse_periods,
)
from firelake.contract.names import CLAIM_KEY
from firelake.transform.claims import Outcome
from firelake.transform.dynamo_items import read_items, write_statements
from firelake.transform.errors import ClaimStoreError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        BatchStatementRequestTypeDef,
    )


class DynamoNotes:
    """The notes of one table; fulfils `firelake.transform.in_force.Notes`."""

    def __init__(
        self, client: DynamoDBClient, table: str, windows: Windows, schedule: Schedule
    ) -> None:
        """Takes a client that does not retry, the table's name, and the settings; calls nothing."""
        self._client = client
        self._table = table
        self._windows = windows
        self._schedule = schedule

    def write(self, now_ms: int) -> Schedule | None:
        """Writes when the settings last were in force, and since when, and the schedule of claims.

        Another process may write in between: what is noted next sees it. Schedules that two
        processes take from two notes differ for no event that either may see by then.

        Args:
            now_ms: The function's clock, Unix time in milliseconds.

        Returns:
            The schedule that holds; None where it is to be tried again.

        Raises:
            ClaimStoreError: DynamoDB refused for a reason that no retry mends, or the note is
                damaged.
        """
        items = read_items(self._client, self._table, [IN_FORCE_KEY])
        if IN_FORCE_KEY not in items:
            return None
        item = items[IN_FORCE_KEY]
        values = {} if item is None else {name: value.get("N") for name, value in item.items()}
        texts = {} if item is None else {name: value.get("S") for name, value in item.items()}
        periods = parse_periods({name: int(each) for name, each in values.items() if each})
        period = noted(periods, self._windows, now_ms)
        schedule = self._schedule
        if periods:
            schedule = schedule.following(
                self._noted_schedule(texts.get(SCHEDULE_NAME)),
                noted_s=max(each.last_ms for each in periods.values()) / 1000,
                now_s=now_ms / 1000,
                kept_s=self._windows.dedupe_days * SECONDS_PER_DAY,
            )
        names = self._windows.name, self._windows.begun_name, SCHEDULE_NAME
        noting: list[AttributeValueTypeDef] = [
            {"N": str(period.last_ms)},
            {"N": str(period.begun_ms)},
            {"S": str(schedule)},
        ]
        statement: BatchStatementRequestTypeDef
        if item is None:
            inserted = ", ".join(f"'{name}': ?" for name in (CLAIM_KEY, *names))
            statement = {
                "Statement": f'INSERT INTO "{self._table}" VALUE {{{inserted}}}',
                "Parameters": [{"S": IN_FORCE_KEY}, *noting],
            }
        else:
            changed = " ".join(f'SET "{name}" = ?' for name in names)
            statement = {
                "Statement": f'UPDATE "{self._table}" {changed} WHERE "{CLAIM_KEY}" = ?',
                "Parameters": [*noting, {"S": IN_FORCE_KEY}],
            }
        (outcome,) = write_statements(self._client, self._table, [statement])
        return schedule if outcome is Outcome.DONE else None

    def _noted_schedule(self, text: str | None) -> Schedule:
        """Reads the schedule that was noted; a release that noted none had items alone."""
        try:
            return ITEMS_ONLY if text is None else Schedule.of_text(text)
        except ScheduleError as error:
            message = f"the schedule in item {IN_FORCE_KEY!r} of {self._table} is damaged: {error}"
            raise ClaimStoreError(message, "Schedule") from error
