"""The time by AWS, and the settings that were in force: one item of the claims table tells both.

The clock of the machine may be wrong by any amount. It is only used to tell how much time has
passed since DynamoDB last said what time it is.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from firelake.aws.backoff import Pauses, Waiting
from firelake.contract.claim_schedule import ITEMS_ONLY, Schedule
from firelake.contract.errors import ScheduleError
from firelake.contract.in_force import IN_FORCE_KEY, SCHEDULE_NAME, parse_periods
from firelake.contract.names import CLAIM_KEY
from firelake.operations.errors import OpsError
from firelake.operations.settings_history import Closing
from firelake.transform.dynamo_faults import may_pass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from firelake.aws.lake_ref import LakeRef
    from firelake.contract.in_force import Period, Windows


_ATTEMPTS: Final = 5
_PAUSES: Final = Pauses(first_s=0.5, longest_s=4.0)
# Short enough for clocks that go wrong, long enough to cost nothing.
_ASK_AGAIN_S: Final = 60.0


class ClockError(OpsError, RuntimeError):
    """Raised when DynamoDB does not tell the time, or which settings were in force."""


class LakeClock:
    """The time and the settings, as one claims table tells them."""

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        *,
        readings: Sequence[Callable[[], float]] = (time.monotonic, time.time),
        waiting: Waiting = Waiting(),  # noqa: B008 -- frozen
    ) -> None:
        """Takes its parts and calls nothing.

        Args:
            readings: Clocks of this machine in seconds, of which the one that goes fastest counts.
        """
        self._client = client
        self._table = table
        self._readings = readings
        self._waiting = waiting
        self._schedule: Schedule | None = None
        self._said_s = 0
        self._heard: list[float] = []

    def now_ms(self) -> int:
        """Returns the time, Unix time in milliseconds; never less than it is by more than a second.

        Raises:
            ClockError: DynamoDB does not tell.
        """
        passed_s = self._passed_s()
        if passed_s is None or not 0 <= passed_s < _ASK_AGAIN_S:
            self.periods()
            passed_s = self._passed_s() or 0.0
        return int((self._said_s + max(0.0, passed_s)) * 1000)

    def now(self) -> datetime:
        """Returns the time, UTC.

        Raises:
            ClockError: DynamoDB does not tell.
        """
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC)

    def periods(self) -> dict[Windows, Period]:
        """Returns when each of the settings was in force.

        Raises:
            ClockError: DynamoDB does not tell.
        """
        for attempt in range(_ATTEMPTS):
            heard = [reading() for reading in self._readings]
            try:
                answer: Any = self._client.get_item(
                    TableName=self._table, Key={CLAIM_KEY: {"S": IN_FORCE_KEY}}, ConsistentRead=True
                )
            except (BotoCoreError, ClientError) as error:
                if attempt == _ATTEMPTS - 1 or not may_pass(error):
                    message = f"the settings of table {self._table!r} cannot be read: {error}"
                    raise ClockError(message) from error
                self._waiting.pause(_PAUSES, attempt)
                continue
            self._said_s, self._heard = time_of(answer), heard
            self._schedule, periods = _settings(answer.get("Item", {}))
            return periods
        raise AssertionError  # the last attempt returns or raises

    def closing(self, lake: LakeRef) -> Closing:
        """Returns when events of a lake are closed, by its settings and those of before.

        Raises:
            ClockError: DynamoDB does not tell.
        """
        return Closing.of(
            lateness_days=lake.lateness_days,
            retention_hours=lake.retention_hours,
            periods=self.periods(),
        )

    def schedule(self) -> Schedule:
        """Returns which layout has the claim of which event, by the function's last note.

        Raises:
            ClockError: DynamoDB does not tell.
        """
        if self._schedule is None:
            self.periods()
        return self._schedule or ITEMS_ONLY

    def _passed_s(self) -> float | None:
        """How much time has passed since the time was told; None where it never was."""
        passed = (now() - then for now, then in zip(self._readings, self._heard, strict=False))
        return max(passed, default=None)


def time_of(answer: Mapping[str, Any]) -> int:
    """Returns the time that an answer of AWS tells, Unix time in whole seconds.

    Raises:
        ClockError: It tells none.
    """
    try:
        date = answer["ResponseMetadata"]["HTTPHeaders"]["date"]
        return int(parsedate_to_datetime(date).timestamp())
    except (KeyError, ValueError) as error:
        message = "DynamoDB's answer does not tell the time: what stands between must pass `Date`"
        raise ClockError(message) from error


def _settings(item: Mapping[str, Any]) -> tuple[Schedule, dict[Windows, Period]]:
    """Reads the schedule and the periods; a release that noted no schedule had items alone."""
    try:
        noted = item.get(SCHEDULE_NAME)
        schedule = ITEMS_ONLY if noted is None else Schedule.of_text(noted["S"])
        values = {
            name: int(value["N"])
            for name, value in item.items()
            if name not in {CLAIM_KEY, SCHEDULE_NAME}
        }
    except (KeyError, TypeError, ValueError, ScheduleError) as error:
        message = f"the item {IN_FORCE_KEY!r} of the claims table is damaged: {error!r}"
        raise ClockError(message) from error
    return schedule, parse_periods(values)
