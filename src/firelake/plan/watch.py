"""CloudWatch, KMS and EventBridge: metrics, logs, alarms, calls to the key, matched objects.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_billing.html
https://docs.aws.amazon.com/streams/latest/dev/costs-performance.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Final

from firelake.contract import names
from firelake.contract.reasons import Reason
from firelake.infra.naming import Names
from firelake.infra.watch.alarms import alarms
from firelake.plan.units import DAYS_A_MONTH, GIB, HOURS_A_MONTH

if TYPE_CHECKING:
    from firelake.plan.function import FunctionNeeds
    from firelake.plan.lake import LakeNeeds
    from firelake.plan.situation import Situation
    from firelake.plan.workload import Workload

_WHOLE_STACK_METRICS: Final = (
    names.METRIC_EVENTS_RECEIVED,
    names.METRIC_EVENTS_DELIVERED,
    names.METRIC_EVENTS_DUPLICATE,
    names.METRIC_EVENTS_INVALID,
    names.METRIC_EVENTS_UNREGISTERED,
    names.METRIC_EVENT_AGE_MAX,
    names.METRIC_EVENT_AGE_MEAN,
)
_MOVE_METRICS: Final = (
    names.METRIC_MOVES,
    names.METRIC_FILES_REMOVED,
    names.METRIC_WATERMARK_AGE,
    names.METRIC_ERRORS_EXPIRING,
    names.METRIC_ERASURES_LATE,
)
# A key is asked about every five minutes by each caller that keeps the answer; here the producer,
# Firehose as reader, DynamoDB, and the function.
_KEY_CALLERS: Final = 4
_KEY_CALLS_AN_HOUR: Final = 12
# "Up to 99 percent" fewer calls by a bucket key.
_KEY_CALLS_AN_OBJECT: Final = 0.01
# CloudWatch bills storage by the size after compression: "about 0.15" on its pricing page.
_LOG_COMPRESSION: Final = 0.15


class WatchNeeds:
    """What watching and encrypting take in a month.

    Attributes:
        metrics: Custom metrics, each with its dimensions, if every reason occurs once an hour.
        kept_log_gb: Logs that are kept, compressed by CloudWatch.
        alarm_metrics: Metrics that alarms look at; composite alarms aside.
        key_requests: Requests to KMS.
        matched_events: S3 events that EventBridge gets.
    """

    def __init__(self, situation: Situation, function: FunctionNeeds, lake: LakeNeeds) -> None:
        """Works out what watching and encrypting take."""
        workload, config, given = situation.workload, situation.config, situation.assumptions
        has_types = config.watch.has_type_metrics
        self.metrics: Final = (
            len(_WHOLE_STACK_METRICS)
            + len(Reason)
            + (len(_MOVE_METRICS) if config.catalog.moves_by_itself else 0)
            + (len(workload.type_shares) if has_types else 0)
        )
        types = types_in_batch(workload, function.batch_events) if has_types else 0.0
        of_types = types * given.type_log_bytes
        line_bytes = given.batch_log_bytes + of_types + given.platform_log_bytes
        self.log_gb: Final = function.invocations * line_bytes / GIB
        kept_months = config.transform.log_retention_days / DAYS_A_MONTH
        self.kept_log_gb: Final = self.log_gb * _LOG_COMPRESSION * kept_months
        stack = Names("firelake", "plan", "123456789012", "us-east-1")
        self.alarm_metrics: Final = sum(
            1 if each.stat is not None else sum(query.stat is not None for query in each.queries)
            for each in (alarms(stack, config) if config.watch.has_alarms else ())
        )
        self.dashboards: Final = int(config.watch.has_dashboard)
        by_callers = _KEY_CALLERS * _KEY_CALLS_AN_HOUR * HOURS_A_MONTH
        self.key_requests: Final = by_callers + lake.objects_a_month * _KEY_CALLS_AN_OBJECT
        self.matched_events: Final = lake.objects_a_month


def types_in_batch(workload: Workload, events: float) -> float:
    """Returns the mean number of event types in a batch of so many events."""
    groups = events / workload.events_per_record
    return sum(1 - exp(-share * groups) for share in workload.type_shares)
