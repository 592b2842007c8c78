"""The states of alarms come from CloudWatch's metrics, asked for by the periods of each alarm."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console

from firelake.cli.commands import status as command
from firelake.laptop.alarm_states import AlarmStatus, alarm_states

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 11, 1, 12, 7, tzinfo=UTC)
FAILED: Mapping[str, object] = {
    "name": "conversion-failures",
    "namespace": "AWS/Firehose",
    "metricName": "FailedConversion.Records",
    "dimensions": {"DeliveryStreamName": "d"},
    "statistic": "Sum",
    "period": 300,
    "comparisonOperator": "GreaterThanOrEqualToThreshold",
    "threshold": 1,
    "evaluationPeriods": 1,
    "treatMissingData": "notBreaching",
}
LATE: Mapping[str, object] = {
    **FAILED,
    "name": "data-freshness",
    "metricName": "DeliveryToS3.DataFreshness",
    "treatMissingData": "ignore",
}


class FakeCloudwatch:
    """Answers with one data point of one metric, and keeps what it is asked."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, object]] = []

    def call(
        self, service: str, operation: str, parameters: Mapping[str, object]
    ) -> dict[str, Any]:
        assert (service, operation) == ("cloudwatch", "GetMetricStatistics")
        self.asked.append(parameters)
        if parameters["MetricName"] != FAILED["metricName"]:
            return {"Datapoints": []}
        return {"Datapoints": [{"Timestamp": NOW.replace(minute=0), "Sum": 2.0}]}


def test_each_alarm_is_judged_by_the_periods_that_are_over() -> None:
    cloudwatch = FakeCloudwatch()
    states = alarm_states([FAILED, LATE], cloudwatch, int(NOW.timestamp()))
    assert states == (
        AlarmStatus(name="conversion-failures", state="ALARM"),
        AlarmStatus(name="data-freshness", state="INSUFFICIENT_DATA"),
    )
    assert cloudwatch.asked[0] == {
        "Namespace": "AWS/Firehose",
        "MetricName": "FailedConversion.Records",
        "Dimensions": [{"Name": "DeliveryStreamName", "Value": "d"}],
        "StartTime": datetime(2026, 11, 1, 11, 50, tzinfo=UTC),
        "EndTime": datetime(2026, 11, 1, 12, 5, tzinfo=UTC),
        "Period": 300,
        "Statistics": ["Sum"],
    }


def test_alarms_that_are_on_are_named_and_others_counted() -> None:
    console = Console(width=80, record=True, file=None)
    alarms = [
        AlarmStatus(name="no-delivery", state="ALARM"),
        AlarmStatus(name="[b]hostile", state="ALARM"),
        AlarmStatus(name="iterator-age", state="OK"),
    ]
    with console.capture() as captured:
        console.print(command.alarms_table(alarms))
    lines = [line.replace("│", "").split() for line in captured.get().splitlines()]
    assert ["ALARM", "2", "no-delivery"] in lines
    assert ["[b]hostile"] in lines
    assert ["OK", "1"] in lines
    assert ["INSUFFICIENT_DATA", "0"] in lines
