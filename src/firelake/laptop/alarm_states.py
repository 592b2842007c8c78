"""The states of the alarms of an embedded cloud, as CloudWatch would have them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, cast

from firelake.local.alarms.definition import read_alarm
from firelake.local.alarms.evaluation import State, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firelake.local.alarms.definition import Series


class MetricCalls(Protocol):
    """Calls of CloudWatch by the names of its API."""

    def call(
        self, service: str, operation: str, parameters: Mapping[str, object]
    ) -> dict[str, Any]:
        """Make a call."""
        ...


def metric_points(
    calls: MetricCalls, series: Series, start_s: int, end_s: int
) -> dict[datetime, float]:
    """Return the data points of a series, by their start.

    Args:
        start_s: Where the first may start, Unix time.
        end_s: Before which the last starts, Unix time.

    Raises:
        botocore.exceptions.ClientError: The cloud refused.
    """
    answer = calls.call(
        "cloudwatch",
        "GetMetricStatistics",
        {
            "Namespace": series.namespace,
            "MetricName": series.name,
            "Dimensions": [{"Name": name, "Value": value} for name, value in series.dimensions],
            "StartTime": datetime.fromtimestamp(start_s, UTC),
            "EndTime": datetime.fromtimestamp(end_s, UTC),
            "Period": series.period_s,
            "Statistics": [series.statistic],
        },
    )
    points = cast("list[dict[str, Any]]", answer["Datapoints"])
    return {point["Timestamp"]: float(point[series.statistic]) for point in points}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmStatus:
    """An alarm and its state, such as `OK`."""

    name: str
    state: str


def alarm_states(
    alarms: Iterable[Mapping[str, object]], calls: MetricCalls, now_s: int
) -> tuple[AlarmStatus, ...]:
    """Evaluate alarms by the metrics that there are.

    An alarm that keeps its state while data is missing is without data until it has some: nobody
    looked at it before.

    Args:
        alarms: The inputs of the alarms, as the program gave them.
        now_s: The time, Unix time.

    Raises:
        botocore.exceptions.ClientError: The cloud refused.
    """

    def datapoints(series: Series, start_s: int, end_s: int) -> Mapping[int, float]:
        points = metric_points(calls, series, start_s, end_s)
        return {int(start.timestamp()): value for start, value in points.items()}

    states: list[AlarmStatus] = []
    for each in alarms:
        alarm = read_alarm(each)
        state = evaluate(alarm, datapoints, now_s, State.INSUFFICIENT_DATA)
        states.append(AlarmStatus(name=alarm.name, state=state.value))
    return tuple(states)
