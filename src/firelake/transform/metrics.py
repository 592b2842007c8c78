"""The function's metrics, as lines of CloudWatch's embedded metric format.

They count attempts: a batch that Firehose retries is counted again.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from firelake.contract.names import (
    DIMENSION_EVENT_TYPE,
    DIMENSION_REASON,
    METRIC_CLAIM_IDS_PER_PAGE,
    METRIC_CLAIM_PAGES_FULL,
    METRIC_EVENT_AGE_MAX,
    METRIC_EVENT_AGE_MEAN,
    METRIC_EVENTS_DELIVERED,
    METRIC_EVENTS_DUPLICATE,
    METRIC_EVENTS_INVALID,
    METRIC_EVENTS_RECEIVED,
    METRIC_EVENTS_UNREGISTERED,
    METRICS_NAMESPACE,
)

if TYPE_CHECKING:
    from firelake.transform.tally import Tally


def publish(tally: Tally, service: str, *, has_types: bool = False) -> None:
    """Prints a batch's metrics: one line for the batch, and one a reason.

    Args:
        tally: The batch's counts.
        service: Value of the dimension `service`, which tells stacks apart.
        has_types: Whether each partition type has a line, too; CloudWatch bills each as a metric.
    """
    counts = {
        METRIC_EVENTS_RECEIVED: tally.received,
        METRIC_EVENTS_DELIVERED: tally.delivered.total(),
        METRIC_EVENTS_DUPLICATE: tally.duplicate,
        METRIC_EVENTS_INVALID: tally.invalid,
        METRIC_EVENTS_UNREGISTERED: tally.unregistered,
    }
    batch = _metrics(service)
    for name, count in counts.items():
        batch.add_metric(name, MetricUnit.Count, count)
    if tally.received > tally.invalid:
        batch.add_metric(METRIC_EVENT_AGE_MAX, MetricUnit.Seconds, tally.age_max_s)
        batch.add_metric(METRIC_EVENT_AGE_MEAN, MetricUnit.Seconds, tally.age_mean_s)
    if tally.pages.calls:
        mean = tally.pages.ids / tally.pages.calls
        batch.add_metric(METRIC_CLAIM_IDS_PER_PAGE, MetricUnit.Count, mean)
        batch.add_metric(METRIC_CLAIM_PAGES_FULL, MetricUnit.Count, tally.pages.full)
    batch.flush_metrics()
    for event_type, count in tally.delivered.items() if has_types else ():
        _publish_one(service, METRIC_EVENTS_DELIVERED, DIMENSION_EVENT_TYPE, event_type, count)
    for reason, count in tally.reasons.items():
        _publish_one(service, METRIC_EVENTS_INVALID, DIMENSION_REASON, reason.value, count)


def _metrics(service: str) -> EphemeralMetrics:
    return EphemeralMetrics(namespace=METRICS_NAMESPACE, service=service)


def _publish_one(service: str, name: str, dimension: str, value: str, count: int) -> None:
    metrics = _metrics(service)
    metrics.add_dimension(dimension, value)
    metrics.add_metric(name, MetricUnit.Count, count)
    metrics.flush_metrics()
