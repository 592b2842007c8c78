"""An alarm's state: by whole data, and by missing data as CloudWatch's examples show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firelake.formats.emulation import InputError
from firelake.local.alarms.definition import Series, read_alarm
from firelake.local.alarms.evaluation import State, evaluate
from firelake.local.alarms.expression import parse_expression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.local.alarms.evaluation import Datapoints

END_S = 1_800_000_000 // 60 * 60
INPUTS: Mapping[str, object] = {
    "name": "an-alarm",
    "namespace": "AWS/Firehose",
    "metricName": "Errors",
    "dimensions": {"DeliveryStreamName": "d"},
    "statistic": "Sum",
    "period": 60,
    "comparisonOperator": "GreaterThanThreshold",
    "threshold": 0,
    "evaluationPeriods": 3,
}
MATH: Mapping[str, Any] = {
    "name": "a-share",
    "comparisonOperator": "GreaterThanThreshold",
    "threshold": 5,
    "evaluationPeriods": 1,
    "treatMissingData": "notBreaching",
    "metricQueries": [
        {"id": "share", "expression": "100 * bad / (all - none)", "returnData": True},
        *(
            {
                "id": id_,
                "returnData": False,
                "metric": {
                    "namespace": "Firelake",
                    "metricName": id_,
                    "dimensions": {"service": "s"},
                    "stat": "Sum",
                    "period": 60,
                },
            }
            for id_ in ("bad", "all", "none")
        ),
    ],
}


def drawn(picture: str) -> Datapoints:
    """Data points drawn as in AWS's table: X breaches, 0 does not, - is missing."""
    start_s = END_S - 60 * len(picture)
    values = {"X": 1.0, "0": 0.0}
    points = {
        start_s + 60 * index: values[mark] for index, mark in enumerate(picture) if mark != "-"
    }

    def datapoints(series: Series, first_s: int, end_s: int) -> Mapping[int, float]:
        assert series.name == "Errors"
        return {at_s: value for at_s, value in points.items() if first_s <= at_s < end_s}

    return datapoints


@pytest.mark.parametrize(
    ("picture", "missing", "ignore", "breaching", "not_breaching"),
    [
        ("0-X-X", "OK", "OK", "OK", "OK"),
        ("----0", "OK", "OK", "OK", "OK"),
        ("-----", "INSUFFICIENT_DATA", "as before", "ALARM", "OK"),
        ("0XX-X", "ALARM", "ALARM", "ALARM", "ALARM"),
        ("--X--", "ALARM", "as before", "ALARM", "OK"),
        ("00XXX", "ALARM", "ALARM", "ALARM", "ALARM"),
        ("XXXX0", "OK", "OK", "OK", "OK"),
    ],
)
@pytest.mark.parametrize("before", State)
def test_missing_data_counts_as_in_cloudwatchs_table(  # noqa: PLR0913, PLR0917 -- the table's columns
    picture: str, missing: str, ignore: str, breaching: str, not_breaching: str, before: State
) -> None:
    for treatment, expected in (
        ("missing", missing),
        ("ignore", ignore),
        ("breaching", breaching),
        ("notBreaching", not_breaching),
    ):
        alarm = read_alarm({**INPUTS, "treatMissingData": treatment})
        state = evaluate(alarm, drawn(picture), END_S + 59, before)
        assert state == (before if expected == "as before" else expected), treatment


@pytest.mark.parametrize(
    ("picture", "expected"), [("X0X", "ALARM"), ("X00", "OK"), ("--X", "INSUFFICIENT_DATA")]
)
def test_fewer_periods_than_are_looked_at_can_be_enough(picture: str, expected: str) -> None:
    alarm = read_alarm({**INPUTS, "datapointsToAlarm": 2, "treatMissingData": "ignore"})
    assert evaluate(alarm, drawn(picture), END_S, State.INSUFFICIENT_DATA) == expected


def test_the_period_that_runs_does_not_count() -> None:
    alarm = read_alarm({**INPUTS, "evaluationPeriods": 1})
    assert evaluate(alarm, drawn("0X"), END_S, State.OK) is State.ALARM
    assert evaluate(alarm, drawn("0X"), END_S - 1, State.OK) is State.OK


@pytest.mark.parametrize(
    ("comparison", "below", "at", "above"),
    [
        ("GreaterThanThreshold", False, False, True),
        ("GreaterThanOrEqualToThreshold", False, True, True),
        ("LessThanThreshold", True, False, False),
        ("LessThanOrEqualToThreshold", True, True, False),
    ],
)
def test_a_comparison_is_exact_at_the_threshold(
    comparison: str, below: bool, at: bool, above: bool
) -> None:
    alarm = read_alarm({**INPUTS, "comparisonOperator": comparison, "threshold": 2})
    assert [alarm.breaches(value) for value in (1.9, 2.0, 2.1)] == [below, at, above]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"bad": 6, "all": 110, "none": 10}, "ALARM"),
        ({"bad": 5, "all": 110, "none": 10}, "OK"),
        ({"bad": 6, "all": 10, "none": 10}, "OK"),
        ({"bad": 6, "all": 10}, "OK"),
    ],
    ids=["above", "at the threshold", "division by zero", "a metric without data"],
)
def test_metric_math_is_computed_for_each_period(values: dict[str, float], expected: str) -> None:
    alarm = read_alarm(MATH)
    state = evaluate(
        alarm,
        lambda series, _, end_s: {end_s - 60: values[series.name]} if series.name in values else {},
        END_S,
        State.OK,
    )
    assert state == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a +", "cannot be read"),
        ("SUM(METRICS())", "more than"),
        ("a ** 2", "more than"),
        ("a if b else c", "more than"),
        ("'a'", "more than"),
    ],
)
def test_metric_math_that_is_not_known_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_expression(text)


def test_an_alarm_that_is_not_known_is_refused() -> None:
    with pytest.raises(InputError, match="compares by GreaterThanUpperThreshold"):
        read_alarm({**INPUTS, "comparisonOperator": "GreaterThanUpperThreshold"})
    metrics: list[dict[str, Any]] = MATH["metricQueries"]
    with pytest.raises(InputError, match=r"computes with \['all'\]"):
        read_alarm({**MATH, "metricQueries": [each for each in metrics if each["id"] != "all"]})
