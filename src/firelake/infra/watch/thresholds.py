"""From where on alarms go off: what follows from a stack's settings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import CLAIMS_DEADLINE_S
from firelake.infra.config import TRANSFORM_TIMEOUT_S
from firelake.infra.settle import BUFFER_STAGES
from firelake.infra.watch.spec import PERIOD_S

if TYPE_CHECKING:
    from firelake.infra.config import LakeConfig

# Some retries of one batch are no reason to wake anybody.
_RETRY_MARGIN_S: Final = 300
# A lone failure is what the retries are for.
_TOLERATED_FAILURES: Final = 5
_QUOTA_SHARE: Final = 0.8
_DURATION_SHARE: Final = 0.8
_MINUTE_S: Final = 60

CALL_S: Final = _DURATION_SHARE * CLAIMS_DEADLINE_S
"""How long a call of the function may take before it is told, in seconds."""


def freshness_s(config: LakeConfig) -> int:
    """Returns the age in seconds that no event in Firehose reaches while everything is well."""
    delivery = config.delivery
    return (
        math.ceil(BUFFER_STAGES * delivery.buffer_interval_s)
        + delivery.batch_interval_s
        + TRANSFORM_TIMEOUT_S
        + _RETRY_MARGIN_S
    )


def silent_periods(config: LakeConfig) -> int:
    """Returns for how many periods the stream may be silent."""
    return math.ceil(config.watch.no_data_minutes * _MINUTE_S / PERIOD_S)


def undelivered_periods(config: LakeConfig) -> int:
    """Returns for how many periods Firehose may write nothing.

    Shorter than the way to the lake, the time would be an alarm after every quiet hour.
    """
    return max(silent_periods(config), math.ceil(freshness_s(config) / PERIOD_S))


def failures(config: LakeConfig) -> int:
    """Returns how many failed calls in one period are too many.

    No batch may use up its retries unseen.
    """
    return min(_TOLERATED_FAILURES, config.delivery.transform_retries + 1)


def many_partitions(config: LakeConfig) -> float:
    """Returns how many open partitions are near the quota."""
    return _QUOTA_SHARE * config.delivery.active_partitions_quota
