"""CloudWatch, KMS and EventBridge: metrics, logs, alarms, calls to the key, matched objects.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_billing.html
https://docs.aws.amazon.com/streams/latest/dev/costs-performance.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Final

from firelake.contract.names import (
    METRIC_EVENT_AGE_MAX,
    METRIC_EVENT_AGE_MEAN,
    METRIC_EVENTS_DELIVERED,
    METRIC_EVENTS_DUPLICATE,
    METRIC_EVENTS_INVALID,
    METRIC_EVENTS_RECEIVED,
    METRIC_EVENTS_UNREGISTERED,
)
from firelake.contract.reasons import Reason
from firelake.infra.naming import Names
from firelake.infra.watch.alarms import alarms
from firelake.plan.units import DAYS_A_MONTH, GIB, HOURS_A_MONTH

if TYPE_CHECKING:
    from firelake.infra.config import LakeConfig
    from firelake.plan.assumptions import Assumptions
    from firelake.plan.function import FunctionNeeds
    from firelake.plan.lake import LakeNeeds
    from firelake.plan.workload import Workload

_WHOLE_STACK_METRICS: Final = (
    METRIC_EVENTS_RECEIVED,
    METRIC_EVENTS_DELIVERED,
    METRIC_EVENTS_DUPLICATE,
    METRIC_EVENTS_INVALID,
    METRIC_EVENTS_UNREGISTERED,
    METRIC_EVENT_AGE_MAX,
    METRIC_EVENT_AGE_MEAN,
)
# A key is asked about every five minutes by each caller that keeps the answer; here the producer,
# Firehose as reader, DynamoDB, and the function.
_KEY_CALLERS: Final = 4
_KEY_CALLS_AN_HOUR: Final = 12
# "Up to 99 percent" fewer calls by a bucket key.
_KEY_CALLS_AN_OBJECT: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchNeeds:
    """What watching and encrypting take.

    Attributes:
        metrics: Custom metrics, each with its dimensions, if every reason occurs once an hour.
        log_gb: A month's logs.
        kept_log_gb: What is kept of them, compressed by CloudWatch.
        alarm_metrics: Metrics that alarms look at; composite alarms aside.
        dashboards: Dashboards.
        key_requests: A month's requests to KMS.
        matched_events: A month's S3 events that EventBridge gets.
    """

    metrics: int
    log_gb: float
    kept_log_gb: float
    alarm_metrics: int
    dashboards: int
    key_requests: float
    matched_events: float


# CloudWatch bills storage by the size after compression: "about 0.15" on its pricing page.
_LOG_COMPRESSION: Final = 0.15


def watch_needs(
    workload: Workload,
    config: LakeConfig,
    function: FunctionNeeds,
    lake: LakeNeeds,
    assumptions: Assumptions,
) -> WatchNeeds:
    """Tell what watching and encrypting take.

    Args:
        workload: Its event types.
        config: How long logs are kept.
        function: Its invocations.
        lake: Its objects.
        assumptions: Size of a batch's log.
    """
    types = types_in_batch(workload, function.batch_events)
    line_bytes = (
        assumptions.batch_log_bytes
        + max(0.0, types - 1) * assumptions.type_log_bytes
        + assumptions.platform_log_bytes
    )
    log_gb = function.invocations * line_bytes / GIB
    names = Names("firelake", "plan", "123456789012", "us-east-1")
    looked_at = sum(
        1 if each.stat is not None else sum(query.stat is not None for query in each.queries)
        for each in alarms(names, config)
    )
    return WatchNeeds(
        metrics=len(_WHOLE_STACK_METRICS) + len(workload.type_shares) + len(Reason),
        log_gb=log_gb,
        kept_log_gb=log_gb * _LOG_COMPRESSION * config.transform.log_retention_days / DAYS_A_MONTH,
        alarm_metrics=looked_at,
        dashboards=1,
        key_requests=_KEY_CALLERS * _KEY_CALLS_AN_HOUR * HOURS_A_MONTH
        + lake.objects_a_month * _KEY_CALLS_AN_OBJECT,
        matched_events=lake.objects_a_month,
    )


def types_in_batch(workload: Workload, events: float) -> float:
    """Give the mean number of event types in a batch of so many events.

    Args:
        workload: Shares of the types.
        events: Events of a batch.
    """
    groups = events / workload.events_per_record
    return sum(1 - exp(-share * groups) for share in workload.type_shares)
