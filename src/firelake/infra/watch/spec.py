"""What a CloudWatch alarm is made from, as data that the component hands on unchanged.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from firelake.infra.watch.metrics import Metric

# Firehose publishes some metrics every five minutes only; a shorter period would have gaps.
PERIOD_S: Final = 300


@unique
class Statistic(StrEnum):
    """How the data points of a period become one."""

    AVERAGE = "Average"
    MAXIMUM = "Maximum"
    SUM = "Sum"


@unique
class Comparison(StrEnum):
    """How a data point is compared with the threshold."""

    ABOVE = "GreaterThanThreshold"
    AT_LEAST = "GreaterThanOrEqualToThreshold"
    BELOW = "LessThanThreshold"


@unique
class MissingData(StrEnum):
    """What periods without a data point count as.

    With MISSING an alarm that had data and has none any more goes to INSUFFICIENT_DATA, which it
    tells. A new alarm is in that state already, so it tells nothing.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    """

    BREACHING = "breaching"
    NOT_BREACHING = "notBreaching"
    IGNORE = "ignore"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class MetricStat:
    """A metric, by period.

    Attributes:
        statistic: How the data points of a period become one.
        period_s: Length of a period in seconds: a multiple of 60, at most a day.
    """

    metric: Metric
    statistic: Statistic
    period_s: int = PERIOD_S


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """One member of an alarm's metric math: a metric, or an expression over the others.

    Attributes:
        id: Name in expressions; begins with a lower-case letter.
        stat: The metric; None for an expression.
        expression: The expression; None for a metric.
        label: Name for people.
        is_result: Whether the alarm compares this one; exactly one of an alarm is.
    """

    id: str
    stat: MetricStat | None = None
    expression: str | None = None
    label: str | None = None
    is_result: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """When an alarm goes off.

    Attributes:
        watched: One metric, or the members of metric math.
        comparison: How a data point is compared with the threshold.
        threshold: In the unit of what is watched.
        periods: How many periods are looked at, all of which must breach.
        missing: What a period without a data point counts as.
        missing_because: The reason for that.
    """

    watched: MetricStat | tuple[MetricQuery, ...]
    comparison: Comparison
    threshold: float
    periods: int
    missing: MissingData
    missing_because: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What an alarm tells the person whom it wakes; together at most 700 characters.

    Attributes:
        why: Why it goes off at this threshold and not at another, one sentence.
        action: What to do first.
    """

    meaning: str
    why: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSpec:
    """One alarm.

    Attributes:
        key: Short name, unique in the stack; also the anchor of its section in the runbook.
        runbook_url: Where the runbook is, without an anchor.
    """

    key: str
    name: str
    condition: Condition
    advice: Advice
    runbook_url: str

    @property
    def description(self) -> str:
        """The text of the notification; CloudWatch takes at most 1024 characters."""
        advice = self.advice
        return (
            f"{advice.meaning} {advice.why} What to do: {advice.action} "
            f"{self.runbook_url}#{self.key}"
        )

    @property
    def tells_silence(self) -> bool:
        """Whether it tells that there are no data points any more."""
        return self.condition.missing is MissingData.MISSING

    @property
    def stat(self) -> MetricStat | None:
        """The one metric that is watched; None where it is metric math."""
        watched = self.condition.watched
        return watched if isinstance(watched, MetricStat) else None

    @property
    def queries(self) -> tuple[MetricQuery, ...]:
        """The members of metric math; empty where one metric is watched."""
        watched = self.condition.watched
        return () if isinstance(watched, MetricStat) else watched
