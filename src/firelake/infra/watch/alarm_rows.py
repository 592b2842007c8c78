"""A row of the table of alarms, and what it may watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.infra.watch.spec import (
    PERIOD_S,
    Advice,
    Comparison,
    MetricQuery,
    MetricStat,
    MissingData,
    Statistic,
)

if TYPE_CHECKING:
    from firelake.infra.watch.metrics import Metric

_Watched = MetricStat | tuple[MetricQuery, ...]
_When = tuple[Comparison, float, int]
_NoData = tuple[MissingData, str]
AlarmRow = tuple[str, _Watched, _When, _NoData, Advice]
"""Key; metric; comparison, threshold, periods; missing data; meaning, why, what to do."""


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
