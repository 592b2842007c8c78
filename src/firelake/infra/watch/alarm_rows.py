"""A row of the table of alarms, and what it may watch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.infra.watch.spec import (
    PERIOD_S,
    Comparison,
    MetricQuery,
    MetricStat,
    MissingData,
    Statistic,
)

if TYPE_CHECKING:
    from firelake.infra.watch.metrics import Metric


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One row of the table.

    Attributes:
        key: Short name, unique in the stack; also the anchor of its section in the runbook.
        watched: One metric, or the members of metric math.
        when: How a data point is compared, with which threshold, and in how many periods.
        no_data: What a period without a data point counts as, and why.
        meaning: What has happened.
        why: Why it goes off at this threshold and not at another, one sentence.
        action: What to do first.
    """

    key: str
    watched: MetricStat | tuple[MetricQuery, ...]
    when: tuple[Comparison, float, int]
    no_data: tuple[MissingData, str]
    meaning: str
    why: str
    action: str


def total(metric: Metric, period_s: int = PERIOD_S) -> MetricStat:
    """Returns the sum of a metric in a period."""
    return MetricStat(metric, Statistic.SUM, period_s)


def largest(metric: Metric, period_s: int = PERIOD_S) -> MetricStat:
    """Returns the largest data point of a metric in a period."""
    return MetricStat(metric, Statistic.MAXIMUM, period_s)


def computed(
    result: str, expression: str, label: str, **metrics: Metric
) -> tuple[MetricQuery, ...]:
    """Returns an expression over totals, which are named as in it."""
    return (
        MetricQuery(id=result, expression=expression, label=label, is_result=True),
        *(MetricQuery(id=name, stat=total(metric)) for name, metric in metrics.items()),
    )


def filled(id_: str, metric: Metric) -> tuple[MetricQuery, ...]:
    """Returns a total that is zero where DynamoDB publishes nothing.

    An alarm on a metric of AWS/DynamoDB ignores missing data whatever it is told, says one page of
    AWS's, or unless it is told otherwise, says another. It stayed in ALARM after the last throttle.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    """
    return computed("filled", f"FILL({id_}, 0)", "Throttles", **{id_: metric})
