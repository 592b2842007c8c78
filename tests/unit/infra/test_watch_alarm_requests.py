"""Alarms as CloudWatch takes them: texts, periods and metric math within its limits."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from firelake.infra.config import LakeConfig
from firelake.infra.config_sections import DeliveryConfig, StreamConfig
from firelake.infra.config_watch import WatchConfig
from firelake.infra.naming import Names
from firelake.infra.watch.alarms import alarms

if TYPE_CHECKING:
    from botocore.model import Shape

    from firelake.infra.watch.metrics import Metric
    from firelake.infra.watch.spec import AlarmSpec, MetricQuery

NAMES = Names("firelake", "dev", "111122223333", "us-east-1")
START = date(2026, 1, 1)
DEFAULT = LakeConfig(start_date=START)

# The settings at which thresholds and texts are longest or largest, with the longest link.
EXTREMES = [
    pytest.param(DEFAULT, id="default"),
    pytest.param(
        LakeConfig(
            start_date=START,
            stream=StreamConfig(retention_hours=8760),
            delivery=DeliveryConfig(
                buffer_interval_s=900,
                batch_interval_s=900,
                transform_retries=300,
                active_partitions_quota=4999,
            ),
            watch=WatchConfig(no_data_minutes=1440, runbook_url="h" * 300),
        ),
        id="largest",
    ),
    pytest.param(
        LakeConfig(
            start_date=START,
            stream=StreamConfig(retention_hours=25),
            delivery=DeliveryConfig(
                buffer_interval_s=60,
                batch_interval_s=0,
                transform_retries=0,
                active_partitions_quota=1,
            ),
            watch=WatchConfig(no_data_minutes=5),
        ),
        id="smallest",
    ),
]


def alarm(config: LakeConfig, key: str) -> AlarmSpec:
    return next(each for each in alarms(NAMES, config) if each.key == key)


def put_metric_alarm() -> Shape:
    model = botocore.session.Session().get_service_model("cloudwatch")
    shape = model.operation_model("PutMetricAlarm").input_shape
    assert shape is not None
    return shape


def metric_request(metric: Metric) -> dict[str, object]:
    return {
        "Namespace": metric.namespace,
        "MetricName": metric.name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions],
    }


def query_request(query: MetricQuery) -> dict[str, object]:
    request: dict[str, object] = {"Id": query.id, "ReturnData": query.is_result}
    if query.label is not None:
        request["Label"] = query.label
    if query.expression is not None:
        request["Expression"] = query.expression
    if query.stat is not None:
        request["MetricStat"] = {
            "Metric": metric_request(query.stat.metric),
            "Period": query.stat.period_s,
            "Stat": query.stat.statistic.value,
        }
    return request


def request_of(spec: AlarmSpec) -> dict[str, object]:
    """What CloudWatch is asked to make of an alarm."""
    condition = spec.condition
    request: dict[str, object] = {
        "AlarmName": spec.name,
        "AlarmDescription": spec.description,
        "ComparisonOperator": condition.comparison.value,
        "Threshold": condition.threshold,
        "EvaluationPeriods": condition.periods,
        "TreatMissingData": condition.missing.value,
    }
    if spec.stat is not None:
        request |= metric_request(spec.stat.metric)
        request |= {"Statistic": spec.stat.statistic.value, "Period": spec.stat.period_s}
    else:
        request["Metrics"] = [query_request(query) for query in spec.queries]
    return request


def violations(shape: Any, value: Any, path: str = "") -> list[str]:  # noqa: ANN401 -- as botocore has it
    """What of the model's own limits a value breaks: botocore itself looks at types alone."""
    found: list[str] = []
    size = value if shape.type_name in {"integer", "double"} else None
    if shape.type_name in {"string", "list"}:
        size = len(value)
    if size is not None and not (
        shape.metadata.get("min", size) <= size <= shape.metadata.get("max", size)
    ):
        found.append(f"{path}: {size} is out of bounds")
    if value not in shape.metadata.get("enum", [value]):
        found.append(f"{path}: {value} is none of the values")
    if shape.type_name == "string" and not re.fullmatch(
        shape.metadata.get("pattern", ".*"), value, re.DOTALL
    ):
        found.append(f"{path}: {value} does not match")
    if shape.type_name == "structure":
        for name, member in value.items():
            found += violations(shape.members[name], member, f"{path}.{name}")
    if shape.type_name == "list":
        for member in value:
            found += violations(shape.member, member, f"{path}[]")
    return found


@pytest.mark.parametrize("config", EXTREMES)
def test_every_text_is_made_of_sentences_and_fits(config: LakeConfig) -> None:
    for spec in alarms(NAMES, config):
        advice = spec.advice
        for text in (advice.meaning, advice.why, advice.action):
            assert text[0].isupper(), spec.key
            assert text.endswith("."), spec.key
            assert "  " not in text, spec.key
        assert len(f"{advice.meaning}{advice.why}{advice.action}") <= 690, spec.key
        assert len(spec.description) <= 1024, spec.key
        assert spec.condition.missing_because, spec.key


@pytest.mark.parametrize("config", EXTREMES)
def test_cloudwatch_takes_every_alarm_by_its_own_model(config: LakeConfig) -> None:
    shape = put_metric_alarm()
    for spec in alarms(NAMES, config):
        request = request_of(spec)
        report: Any = ParamValidator().validate(request, shape)
        assert not report.has_errors(), report.generate_report()
        assert violations(shape, request) == []


def test_the_check_against_the_model_finds_what_botocore_lets_pass() -> None:
    request = request_of(alarm(DEFAULT, "data-freshness"))
    wrong = request | {
        "AlarmDescription": "x" * 1025,
        "ComparisonOperator": "Above",
        "Namespace": ":x",
        "Period": 0,
    }
    assert violations(put_metric_alarm(), wrong) == [
        ".AlarmDescription: 1025 is out of bounds",
        ".ComparisonOperator: Above is none of the values",
        ".Namespace: :x does not match",
        ".Period: 0 is out of bounds",
    ]


@pytest.mark.parametrize("config", EXTREMES)
def test_periods_are_such_as_cloudwatch_evaluates(config: LakeConfig) -> None:
    for spec in alarms(NAMES, config):
        stats = [spec.stat] if spec.stat else [query.stat for query in spec.queries if query.stat]
        periods_s = {stat.period_s for stat in stats}
        assert len(periods_s) == 1, spec.key
        period_s = periods_s.pop()
        assert period_s % 60 == 0, spec.key
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
        assert period_s < 3600, spec.key
        assert period_s * spec.condition.periods <= 86_400, spec.key


def test_metric_math_names_its_members_and_returns_one_of_them() -> None:
    queries = alarm(DEFAULT, "invalid-events").queries
    ids = [query.id for query in queries]
    expressions = [query.expression for query in queries if query.expression]
    assert all(re.fullmatch("[a-z][A-Za-z0-9_]*", each) for each in ids)
    assert len(set(ids)) == len(ids)
    assert [query.id for query in queries if query.is_result] == ["share"]
    assert set(re.findall("[a-z]+", " ".join(expressions))) == set(ids) - {"share"}
    assert [
        query.id for query in queries if (query.stat is None) == (query.expression is None)
    ] == []
