"""The state of an alarm at a moment, by CloudWatch's rules for whole and for missing data.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from firelake.local.alarms.definition import MissingData

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firelake.local.alarms.definition import Alarm, Series

    # Gives the data points of a metric by the starts of their periods, from the first moment
    # (inclusive) to the second (exclusive), Unix time in seconds.
    Datapoints = Callable[[Series, int, int], Mapping[int, float]]

# CloudWatch looks back further than the periods of the alarm, so that a late data point changes
# nothing. AWS tells how far by its examples alone, which show two periods.
_EXTRA_PERIODS: Final = 2


@unique
class State(StrEnum):
    """What an alarm says."""

    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"
    OK = "OK"


def evaluate(alarm: Alarm, datapoints: Datapoints, now_s: int, before: State) -> State:
    """Evaluate an alarm over the periods that are over.

    Args:
        alarm: The alarm.
        datapoints: Gives the data points of its metrics.
        now_s: The moment, Unix time.
        before: Its state until now.
    """
    end_s = now_s // alarm.period_s * alarm.period_s
    start_s = end_s - (alarm.periods + _EXTRA_PERIODS) * alarm.period_s
    found = {id_: datapoints(series, start_s, end_s) for id_, series in alarm.series.items()}
    seen = {id_ for id_, points in found.items() if points}
    breaches: list[bool] = []
    for period_s in range(start_s, end_s, alarm.period_s):
        values = {id_: points[period_s] for id_, points in found.items() if period_s in points}
        value = alarm.expression.value(values, seen)
        if value is not None:
            breaches.append(alarm.breaches(value))
    return _state(alarm, breaches[-alarm.periods :], before)


def _state(alarm: Alarm, breaches: list[bool], before: State) -> State:
    """Judge the newest data points, of which there may be too few."""
    lacking = alarm.periods - len(breaches)
    breaching = sum(breaches)
    if lacking:
        match alarm.missing:
            case MissingData.BREACHING:
                breaching += lacking
            case MissingData.NOT_BREACHING:
                pass
            case MissingData.IGNORE | MissingData.MISSING:
                # Enough that are well, and no filling could make it an alarm.
                if alarm.periods - alarm.to_alarm < len(breaches) - breaching:
                    return State.OK
                if alarm.missing is MissingData.IGNORE:
                    return before
                return State.ALARM if breaching else State.INSUFFICIENT_DATA
    return State.ALARM if breaching >= alarm.to_alarm else State.OK
