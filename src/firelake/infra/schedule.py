"""The schedule of claims of a stack, checked against the one that is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.catalog.deployed_table import deployed_schedule
from firelake.contract.claim_schedule import Schedule
from firelake.contract.errors import ScheduleError
from firelake.contract.facts import SECONDS_PER_DAY
from firelake.infra.errors import ConfigError, ConfigProblem

if TYPE_CHECKING:
    from datetime import datetime

    from firelake.catalog.deployed_table import DeployedTable
    from firelake.infra.config import LakeConfig

SCHEDULE_KEY: Final = "claims.schedule"


def schedule_of(config: LakeConfig) -> Schedule:
    """Return the schedule that a stack is configured with.

    Raises:
        ScheduleError: It is none.
    """
    return Schedule.parse(config.claims.schedule)


def check_schedule(config: LakeConfig, deployed: DeployedTable | None, now: datetime) -> Schedule:
    """Refuse a schedule by which events that may be claimed already would be claimed again.

    The function keeps to what was in force, too, whatever it is told: there such an entry begins
    later than it says.

    Args:
        config: The stack's settings, which are right by themselves.
        deployed: The table that is there; None before the first deployment.
        now: The moment of the deployment, UTC.

    Returns:
        The schedule.

    Raises:
        ConfigError: An entry begins too early; the error tells when the earliest may.
        DeployedTableError: What is deployed is not known.
    """
    schedule = schedule_of(config)
    if deployed is None:
        return schedule
    try:
        schedule.check_follows(
            deployed_schedule(deployed), now.timestamp(), config.dedupe_days * SECONDS_PER_DAY
        )
    except ScheduleError as error:
        problem = ConfigProblem(SCHEDULE_KEY, str(list(config.claims.schedule)), str(error))
        raise ConfigError((problem,)) from error
    return schedule
