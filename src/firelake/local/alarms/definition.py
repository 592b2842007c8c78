"""What an alarm of the program watches, read from the inputs of its resource."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any, Final, cast

from firelake.formats.emulation import InputError
from firelake.local.alarms.expression import parse_expression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.local.alarms.expression import Expression

_COMPARISONS: Final = frozenset(
    {
        "GreaterThanOrEqualToThreshold",
        "GreaterThanThreshold",
        "LessThanOrEqualToThreshold",
        "LessThanThreshold",
    }
)
_IGNORING: Final = "AWS/DynamoDB"


@unique
class MissingData(StrEnum):
    """What a period without a data point counts as; MISSING is CloudWatch's own default."""

    BREACHING = "breaching"
    IGNORE = "ignore"
    MISSING = "missing"
    NOT_BREACHING = "notBreaching"


@dataclass(frozen=True, slots=True)
class Series:
    """A metric by period.

    Attributes:
        namespace: Who publishes it.
        name: Its name.
        dimensions: Names and values, sorted.
        statistic: How the data points of a period become one, such as `Sum`.
        period_s: Length of a period.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    period_s: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm.

    Attributes:
        name: CloudWatch's name of it.
        series: The metrics that it looks at, by their ids in the expression.
        expression: What is compared with the threshold.
        comparison: CloudWatch's name of the comparison.
        threshold: In the unit of what is compared.
        periods: How many periods are looked at.
        to_alarm: How many of them must breach.
        missing: What a period without a data point counts as.
    """

    name: str
    series: Mapping[str, Series]
    expression: Expression
    comparison: str
    threshold: float
    periods: int
    to_alarm: int
    missing: MissingData

    @property
    def period_s(self) -> int:
        """The length of a period, which all its metrics share."""
        return next(iter(self.series.values())).period_s

    def breaches(self, value: float) -> bool:
        """Whether a value is on the wrong side of the threshold."""
        match self.comparison:
            case "GreaterThanOrEqualToThreshold":
                return value >= self.threshold
            case "GreaterThanThreshold":
                return value > self.threshold
            case "LessThanOrEqualToThreshold":
                return value <= self.threshold
            case _:
                return value < self.threshold


def read_alarm(inputs: Mapping[str, Any]) -> Alarm:
    """Read the inputs of an `aws.cloudwatch.MetricAlarm`.

    Raises:
        InputError: The alarm needs what is not evaluated here.
    """
    name = str(inputs["name"])
    comparison = str(inputs["comparisonOperator"])
    if comparison not in _COMPARISONS:
        message = f"alarm {name} compares by {comparison}: use one of {sorted(_COMPARISONS)}"
        raise InputError(message)
    queries = cast("list[Mapping[str, Any]]", inputs.get("metricQueries") or [])
    if queries:
        series = {
            str(each["id"]): _series(each["metric"]) for each in queries if each.get("metric")
        }
        (result,) = [each for each in queries if each.get("returnData")]
        expression = parse_expression(str(result.get("expression") or result["id"]))
    else:
        series = {"m": _series({**inputs, "stat": inputs["statistic"]})}
        expression = parse_expression("m")
    if len({each.period_s for each in series.values()}) != 1:
        message = f"the metrics of alarm {name} have several periods: give them one"
        raise InputError(message)
    unknown = expression.names - series.keys()
    if unknown:
        message = f"alarm {name} computes with {sorted(unknown)}, which are none of its metrics"
        raise InputError(message)
    periods = int(inputs["evaluationPeriods"])
    return Alarm(
        name=name,
        series=series,
        expression=expression,
        comparison=comparison,
        threshold=float(inputs["threshold"]),
        periods=periods,
        to_alarm=int(inputs.get("datapointsToAlarm") or periods),
        missing=_missing(inputs, series),
    )


def _missing(inputs: Mapping[str, Any], series: Mapping[str, Series]) -> MissingData:
    """The stricter of AWS's two pages: a metric of DynamoDB that is missing is always ignored.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """
    if any(each.namespace == _IGNORING for each in series.values()):
        return MissingData.IGNORE
    return MissingData(inputs.get("treatMissingData", MissingData.MISSING))


def _series(metric: Mapping[str, Any]) -> Series:
    dimensions = cast("Mapping[str, str]", metric.get("dimensions") or {})
    return Series(
        namespace=str(metric["namespace"]),
        name=str(metric["metricName"]),
        dimensions=tuple(sorted(dimensions.items())),
        statistic=str(metric["stat"]),
        period_s=int(metric["period"]),
    )
