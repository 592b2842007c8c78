"""Every alarm of the program goes off for what it is meant for, and is over when that is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pytest

from firelake.infra.program import program
from firelake.local.alarms.definition import read_alarm
from firelake.local.alarms.evaluation import State, evaluate
from tests.helpers.pulumi_recorder import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.local.alarms.definition import Alarm, Series

START_S = 1_800_000_000 // 900 * 900
HOUR_MS = 3_600_000
PREFIX = "firelake-dev-"


Points: TypeAlias = "list[float | None]"


@dataclass(frozen=True, slots=True)
class Story:
    """What a metric shows in each period while all is well, in trouble, and afterwards.

    None stands for a period without a data point. The alarm must be off until the last period of
    the trouble is over, on then, and off at the end. What it tells by is ALARM, or that there are
    no data points any more.
    """

    quiet: Points
    trouble: Points
    after: Points
    tells: State = State.ALARM


# Thresholds of the stack dev: Firehose's interval is 60 s there, the retention 3 days. CloudWatch
# looks back two periods further than an alarm's: what is missing is noticed that much later.
STORIES = {
    "data-freshness": Story([70, 80], [601, 602, 900], [65, 70, 70]),
    "iterator-age": Story([0, 100], [36.1 * HOUR_MS, 36.2 * HOUR_MS, 37 * HOUR_MS], [0]),
    "no-incoming-records": Story([5] * 14, [None] * 14, [1], State.INSUFFICIENT_DATA),
    "no-delivery": Story([5] * 14, [None] * 14, [1], State.INSUFFICIENT_DATA),
    "delivery-failures": Story([1, 1], [0, 0.5, 0.99], [1]),
    "backup-failures": Story([1, None, 1], [0.5, 0.5, 0.5], [1]),
    "error-objects": Story([None, None], [1], [None, None, None]),
    "conversion-failures": Story([0, 0], [1], [0]),
    "partition-overflow": Story([0], [1], [0]),
    "partition-count": Story([100, 399], [400, 450, 500], [399]),
    "crawler-failures": Story([None], [1], [None, None, None]),
    "function-errors": Story([0, 4], [5], [0]),
    "function-duration": Story([800, 36_000], [36_001, 40_000, 45_000], [900]),
    "function-throttles": Story([None, 4], [5], [None, None, None]),
    "claims-write-throttles": Story([None, 7, None, None, None], [1, 20, 3], [None] * 5),
    "claims-read-throttles": Story([None], [1, 1, 1], [None] * 5),
    "claim-pages-full": Story([0, 1, 0], [1, 4, 2], [0]),
    "stream-write-throttles": Story([0, 1, 0], [1, 1, 1], [0]),
}
INVALID = [(0, 100), (1, 100), (2, 100), (60, 1000), (100, 1000), (0, 0), (1, 100)]


@pytest.fixture(scope="module")
def alarms() -> Mapping[str, Alarm]:
    """The alarms of dev by their keys."""
    config = {
        "startDate": "2026-11-01",
        "delivery": {"bufferIntervalS": 60},
        "claims": {"schedule": ["pages 2s/16"]},
    }
    recorded = run(program, config).all("MetricAlarm")
    found = [read_alarm(each.inputs) for each in recorded]
    return {alarm.name.removeprefix(PREFIX): alarm for alarm in found}


def told(alarm: Alarm, columns: Mapping[str, Points]) -> list[State]:
    """The states of an alarm after each period."""
    states: list[State] = []
    state = State.INSUFFICIENT_DATA
    length = len(next(iter(columns.values())))

    def datapoints(series: Series, first_s: int, end_s: int) -> Mapping[int, float]:
        (id_,) = [id_ for id_, each in alarm.series.items() if each == series]
        return {
            at_s: value
            for index, value in enumerate(columns[id_])
            if value is not None and first_s <= (at_s := START_S + index * alarm.period_s) < end_s
        }

    for index in range(length):
        state = evaluate(alarm, datapoints, START_S + (index + 1) * alarm.period_s, state)
        states.append(state)
    return states


def test_every_alarm_has_its_story(alarms: Mapping[str, Alarm]) -> None:
    assert alarms.keys() == {*STORIES, "invalid-events"}


@pytest.mark.parametrize("key", STORIES)
def test_an_alarm_goes_off_in_trouble_and_comes_back(alarms: Mapping[str, Alarm], key: str) -> None:
    story = STORIES[key]
    (id_,) = alarms[key].series
    states = told(alarms[key], {id_: [*story.quiet, *story.trouble, *story.after]})
    goes_off = len(story.quiet) + len(story.trouble) - 1
    assert story.tells not in states[len(story.quiet) - 1 : goes_off]
    assert states[goes_off] is story.tells
    assert states[-1] is State.OK


def test_an_alarm_that_has_never_had_data_tells_nothing(alarms: Mapping[str, Alarm]) -> None:
    for alarm in alarms.values():
        states = told(alarm, dict.fromkeys(alarm.series, [None] * 30))
        assert set(states) in ({State.INSUFFICIENT_DATA}, {State.OK}), alarm.name


def test_an_alarm_on_dynamodb_ignores_missing_data_whatever_it_is_told() -> None:
    inputs = {
        "name": "throttles",
        "namespace": "AWS/DynamoDB",
        "metricName": "WriteThrottleEvents",
        "dimensions": {"TableName": "claims"},
        "statistic": "Sum",
        "period": 300,
        "evaluationPeriods": 1,
        "comparisonOperator": "GreaterThanOrEqualToThreshold",
        "threshold": 1,
        "treatMissingData": "notBreaching",
    }
    assert told(read_alarm(inputs), {"m": [1, None, None, None, None]}) == ["ALARM"] * 5


def test_the_share_of_invalid_events_goes_off_after_three_periods(
    alarms: Mapping[str, Alarm],
) -> None:
    columns: dict[str, Points] = {
        "invalid": [float(invalid) for invalid, _ in INVALID],
        "received": [float(received) for _, received in INVALID],
    }
    assert told(alarms["invalid-events"], columns)[1:] == ["OK", "OK", "OK", "ALARM", "ALARM", "OK"]
