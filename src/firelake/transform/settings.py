"""The function's settings, read once from its environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.contract.claim_schedule import ITEMS_ONLY, Schedule
from firelake.contract.errors import ScheduleError
from firelake.contract.facts import (
    CLAIMS_DEADLINE_S,
    DEFAULT_CLAIMS_CALLS_IN_FLIGHT,
    DEFAULT_DEDUPE_DAYS,
    DEFAULT_LATENESS_DAYS,
    DEFAULT_RETENTION_HOURS,
    MAX_CLAIMS_CALLS_IN_FLIGHT,
    MAX_DEDUPE_DAYS,
    MAX_LATENESS_DAYS,
    MAX_RETENTION_HOURS,
    MIN_RETENTION_HOURS,
)
from firelake.contract.in_force import Windows
from firelake.contract.layout import Granularity
from firelake.contract.names import (
    ENV_CLAIMS_CALLS_IN_FLIGHT,
    ENV_CLAIMS_DEADLINE_S,
    ENV_CLAIMS_SCHEDULE,
    ENV_CLAIMS_TABLE,
    ENV_DEDUPE_DAYS,
    ENV_GRANULARITY,
    ENV_HAS_TYPE_METRICS,
    ENV_LATENESS_DAYS,
    ENV_OLDEST_CONTRACT_VERSION,
    ENV_RETENTION_HOURS,
    ENV_SETTLE_S,
)
from firelake.transform.errors import SettingsError
from firelake.transform.schemas import OLDEST_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

_SETTLE_S = 571


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a deployment decides about the function.

    Attributes:
        claims_table: Name of the DynamoDB table that holds the claims.
        lateness_days: How long before its arrival an event may have been created.
        dedupe_days: How long a claim lives.
        retention_hours: How long the stream keeps a record.
        settle_s: How long after its claim an event must be in the lake, if it ever will be.
        granularity: How much time one `dt` partition holds.
        oldest_contract_version: The oldest version of the contract whose table Firehose may still
            go by.
        claims_deadline_s: Seconds after which a batch with undecided ids is raised.
        claims_calls_in_flight: DynamoDB calls that run at once.
        claims_schedule: Which layout has the claim of which event.
        has_type_metrics: Whether delivered events are counted by event type, too.
    """

    claims_table: str
    lateness_days: int = DEFAULT_LATENESS_DAYS
    dedupe_days: int = DEFAULT_DEDUPE_DAYS
    retention_hours: int = DEFAULT_RETENTION_HOURS
    settle_s: int = _SETTLE_S
    granularity: Granularity = Granularity.DAY
    oldest_contract_version: int = OLDEST_VERSION
    claims_deadline_s: int = CLAIMS_DEADLINE_S
    claims_calls_in_flight: int = DEFAULT_CLAIMS_CALLS_IN_FLIGHT
    claims_schedule: Schedule = ITEMS_ONLY
    has_type_metrics: bool = False

    @property
    def windows(self) -> Windows:
        """Those of them that say how late something may still come."""
        return Windows(
            lateness_days=self.lateness_days,
            retention_hours=self.retention_hours,
            dedupe_days=self.dedupe_days,
            settle_s=self.settle_s,
        )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Reads the settings; only the table's name has no default.

        Args:
            environment: Names and values, such as `os.environ`.

        Raises:
            SettingsError: A variable is missing, or its value is out of bounds.
        """
        table = environment.get(ENV_CLAIMS_TABLE, "")
        if not table:
            message = f"{ENV_CLAIMS_TABLE} is not set; give it the name of the claims table"
            raise SettingsError(message)
        lateness_days = _whole(
            environment, ENV_LATENESS_DAYS, DEFAULT_LATENESS_DAYS, 1, MAX_LATENESS_DAYS
        )
        dedupe_days = _whole(environment, ENV_DEDUPE_DAYS, DEFAULT_DEDUPE_DAYS, 1, MAX_DEDUPE_DAYS)
        if dedupe_days <= lateness_days:
            message = (
                f"{ENV_DEDUPE_DAYS} is {dedupe_days}, not above {ENV_LATENESS_DAYS} "
                f"{lateness_days}: a copy could come after its claim has gone"
            )
            raise SettingsError(message)
        return cls(
            claims_table=table,
            lateness_days=lateness_days,
            dedupe_days=dedupe_days,
            retention_hours=_whole(
                environment,
                ENV_RETENTION_HOURS,
                DEFAULT_RETENTION_HOURS,
                MIN_RETENTION_HOURS,
                MAX_RETENTION_HOURS,
            ),
            settle_s=_whole(environment, ENV_SETTLE_S, _SETTLE_S, 1, 86_400),
            granularity=_granularity(environment),
            oldest_contract_version=_whole(
                environment, ENV_OLDEST_CONTRACT_VERSION, OLDEST_VERSION, 0, 1_000_000
            ),
            claims_deadline_s=_whole(environment, ENV_CLAIMS_DEADLINE_S, CLAIMS_DEADLINE_S, 1, 290),
            claims_calls_in_flight=_whole(
                environment,
                ENV_CLAIMS_CALLS_IN_FLIGHT,
                DEFAULT_CLAIMS_CALLS_IN_FLIGHT,
                1,
                MAX_CLAIMS_CALLS_IN_FLIGHT,
            ),
            claims_schedule=_schedule(environment),
            has_type_metrics=bool(_whole(environment, ENV_HAS_TYPE_METRICS, 0, 0, 1)),
        )


def _whole(
    environment: Mapping[str, str], name: str, default: int, lowest: int, highest: int
) -> int:
    text = environment.get(name)
    if text is None:
        return default
    try:
        value = int(text)
    except ValueError:
        value = None
    if value is None or not lowest <= value <= highest:
        message = f"{name} is {text!r}; give it a whole number from {lowest} to {highest}"
        raise SettingsError(message)
    return value


def _schedule(environment: Mapping[str, str]) -> Schedule:
    try:
        return Schedule.of_text(environment.get(ENV_CLAIMS_SCHEDULE, str(ITEMS_ONLY)))
    except ScheduleError as error:
        message = f"{ENV_CLAIMS_SCHEDULE}: {error}"
        raise SettingsError(message) from error


def _granularity(environment: Mapping[str, str]) -> Granularity:
    text = environment.get(ENV_GRANULARITY, Granularity.DAY.value)
    try:
        return Granularity(text)
    except ValueError:
        allowed = ", ".join(each.value for each in Granularity)
        message = f"{ENV_GRANULARITY} is {text!r}; give it one of: {allowed}"
        raise SettingsError(message) from None
