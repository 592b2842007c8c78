"""Alarms: what each watches, from when on it goes off, and what CloudWatch takes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from firelake.infra.config import (
    CatalogConfig,
    DeliveryConfig,
    LakeConfig,
    StreamConfig,
    WatchConfig,
)
from firelake.infra.naming import Names
from firelake.infra.watch.alarms import alarms
from firelake.infra.watch.metrics import Metric
from firelake.infra.watch.spec import MetricQuery, MetricStat, MissingData, Statistic

if TYPE_CHECKING:
    from firelake.infra.watch.spec import AlarmSpec

NAMES = Names("firelake", "dev", "111122223333", "us-east-1")
START = date(2026, 1, 1)
DEFAULT = LakeConfig(start_date=START)

# The namespaces of the metrics and what tells the stack's own from others.
SOURCES = {
    "AWS/Firehose": {"DeliveryStreamName": "firelake-dev-delivery"},
    "AWS/Kinesis": {"StreamName": "firelake-dev-events"},
    "AWS/Lambda": {"FunctionName": "firelake-dev-transform"},
    "AWS/DynamoDB": {"TableName": "firelake-dev-claims"},
}
ABOVE = "GreaterThanThreshold"
AT_LEAST = "GreaterThanOrEqualToThreshold"
BELOW = "LessThanThreshold"

EXPECTED = """
data-freshness AWS/Firehose DeliveryToS3.DataFreshness Maximum 300 > 840 3 ignore
iterator-age AWS/Firehose KinesisMillisBehindLatest Maximum 300 > 129600000 3 ignore
no-incoming-records AWS/Kinesis IncomingRecords Sum 300 < 1 12 missing
no-delivery AWS/Firehose DeliveryToS3.Records Sum 300 < 1 12 missing
delivery-failures AWS/Firehose DeliveryToS3.Success Average 300 < 1 3 ignore
backup-failures AWS/Firehose BackupToS3.Success Average 300 < 1 3 ignore
error-objects AWS/Events MatchedEvents Sum 900 >= 1 1 notBreaching
conversion-failures AWS/Firehose FailedConversion.Records Sum 300 >= 1 1 notBreaching
partition-overflow AWS/Firehose PartitionCountExceeded Maximum 300 >= 1 1 notBreaching
partition-count AWS/Firehose PartitionCount Maximum 300 >= 400 3 notBreaching
crawler-failures AWS/Events MatchedEvents Sum 300 >= 1 1 notBreaching
function-errors AWS/Lambda Errors Sum 300 >= 5 1 notBreaching
function-duration AWS/Lambda Duration Maximum 300 > 36000 3 notBreaching
function-throttles AWS/Lambda Throttles Sum 300 >= 5 1 notBreaching
stream-write-throttles AWS/Kinesis WriteProvisionedThroughputExceeded Sum 300 >= 1 3 notBreaching
"""
SIGNS = {ABOVE: ">", AT_LEAST: ">=", BELOW: "<"}


def alarm(config: LakeConfig, key: str) -> AlarmSpec:
    return next(each for each in alarms(NAMES, config) if each.key == key)


def test_every_alarm_watches_its_metric_from_its_threshold_on() -> None:
    found = [
        f"{spec.key} {spec.stat.metric.namespace} {spec.stat.metric.name} "
        f"{spec.stat.statistic.value} {spec.stat.period_s} "
        f"{SIGNS[spec.condition.comparison.value]} {spec.condition.threshold:.15g} "
        f"{spec.condition.periods} {spec.condition.missing.value}"
        for spec in alarms(NAMES, DEFAULT)
        if spec.stat is not None
    ]
    assert found == EXPECTED.strip().splitlines()


@pytest.mark.parametrize(
    ("key", "name"), [("errors-expiring", "ErrorsExpiring"), ("erasures-late", "ErasuresLate")]
)
def test_what_moves_look_after_is_watched_where_they_run_by_a_schedule(key: str, name: str) -> None:
    spec = alarm(LakeConfig(start_date=START, catalog=CatalogConfig(has_history=True)), key)
    metric = Metric("Firelake", name, (("service", "firelake-dev"),))
    assert spec.stat == MetricStat(metric, Statistic.MAXIMUM, 86_400)
    condition = spec.condition
    assert (condition.comparison.value, condition.threshold, condition.periods) == (AT_LEAST, 1, 1)
    assert condition.missing is MissingData.IGNORE
    by_hand = CatalogConfig(has_history=True, history_schedule="off")
    for catalog in (by_hand, CatalogConfig()):
        config = LakeConfig(start_date=START, catalog=catalog)
        assert key not in {each.key for each in alarms(NAMES, config)}


def test_every_alarm_watches_the_stack_and_no_other() -> None:
    for spec in alarms(NAMES, DEFAULT):
        if spec.stat is not None:
            expected = SOURCES.get(
                spec.stat.metric.namespace, {"RuleName": f"firelake-dev-{spec.key}"}
            )
            assert dict(spec.stat.metric.dimensions) == expected


def test_invalid_events_are_watched_as_a_share_of_the_received_ones() -> None:
    spec = alarm(DEFAULT, "invalid-events")
    service = (("service", "firelake-dev"),)
    assert spec.stat is None
    assert spec.queries == (
        MetricQuery(
            "share", expression="100 * invalid / received", label="Invalid, %", is_result=True
        ),
        MetricQuery(
            "invalid", MetricStat(Metric("Firelake", "EventsInvalid", service), Statistic.SUM, 300)
        ),
        MetricQuery(
            "received",
            MetricStat(Metric("Firelake", "EventsReceived", service), Statistic.SUM, 300),
        ),
    )
    assert (spec.condition.comparison.value, spec.condition.threshold) == (ABOVE, 1)
    assert (spec.condition.periods, spec.condition.missing) == (3, MissingData.NOT_BREACHING)


@pytest.mark.parametrize(
    ("key", "expression", "metric"),
    [
        ("claims-write-throttles", "FILL(write_throttles, 0)", "WriteThrottleEvents"),
        ("claims-read-throttles", "FILL(read_throttles, 0)", "ReadThrottleEvents"),
    ],
)
def test_throttles_of_dynamodb_are_none_where_it_publishes_none(
    key: str, expression: str, metric: str
) -> None:
    spec = alarm(DEFAULT, key)
    result, throttles = spec.queries
    assert (result.expression, result.is_result) == (expression, True)
    table = (("TableName", "firelake-dev-claims"),)
    assert throttles.stat == MetricStat(Metric("AWS/DynamoDB", metric, table), Statistic.SUM, 300)
    assert f"FILL({throttles.id}, 0)" == expression
    assert (spec.condition.comparison.value, spec.condition.threshold) == (AT_LEAST, 1)
    assert (spec.condition.periods, spec.condition.missing) == (3, MissingData.NOT_BREACHING)


def test_no_alarm_takes_for_a_breach_what_a_fresh_stack_lacks() -> None:
    assert {spec.condition.missing.value for spec in alarms(NAMES, DEFAULT)} == {
        "ignore",
        "missing",
        "notBreaching",
    }
    silent = [spec.key for spec in alarms(NAMES, DEFAULT) if spec.tells_silence]
    assert silent == ["no-incoming-records", "no-delivery"]


def test_a_stack_without_a_crawler_has_no_alarm_on_it() -> None:
    config = LakeConfig(start_date=START, catalog=CatalogConfig(has_crawler=False))
    with_crawler = {spec.key for spec in alarms(NAMES, DEFAULT)}
    assert with_crawler - {spec.key for spec in alarms(NAMES, config)} == {"crawler-failures"}


def test_a_stack_that_accepts_overflow_is_told_of_it_but_not_warned_before() -> None:
    config = LakeConfig(start_date=START, delivery=DeliveryConfig(accept_partition_overflow=True))
    keys = {spec.key for spec in alarms(NAMES, config)}
    assert {spec.key for spec in alarms(NAMES, DEFAULT)} - keys == {"partition-count"}
    assert "partition-overflow" in keys


@pytest.mark.parametrize(
    ("buffer_interval_s", "batch_interval_s", "threshold_s"),
    [
        pytest.param(60, 0, 450, id="shortest"),
        pytest.param(61, 0, 452, id="rounded-up"),
        pytest.param(300, 30, 840, id="default"),
        pytest.param(900, 900, 2610, id="longest"),
    ],
)
def test_freshness_is_late_beyond_buffering_one_call_and_five_minutes_of_retries(
    buffer_interval_s: int, batch_interval_s: int, threshold_s: int
) -> None:
    config = LakeConfig(
        start_date=START,
        delivery=DeliveryConfig(
            buffer_interval_s=buffer_interval_s, batch_interval_s=batch_interval_s
        ),
    )
    assert alarm(config, "data-freshness").condition.threshold == threshold_s


@pytest.mark.parametrize(
    ("hours", "threshold_ms"),
    [
        pytest.param(24, 43_200_000, id="a-day"),
        pytest.param(25, 45_000_000, id="odd"),
        pytest.param(8760, 15_768_000_000, id="a-year"),
    ],
)
def test_the_iterator_age_alarm_goes_off_at_half_of_retention(
    hours: int, threshold_ms: int
) -> None:
    config = LakeConfig(start_date=START, stream=StreamConfig(retention_hours=hours))
    assert alarm(config, "iterator-age").condition.threshold == threshold_ms


@pytest.mark.parametrize("key", ["function-errors", "function-throttles"])
@pytest.mark.parametrize(
    ("retries", "threshold"),
    [
        pytest.param(0, 1, id="no-retry"),
        pytest.param(2, 3, id="two"),
        pytest.param(4, 5, id="four"),
        pytest.param(5, 5, id="five"),
        pytest.param(300, 5, id="most"),
    ],
)
def test_no_batch_uses_up_its_retries_unseen(key: str, retries: int, threshold: int) -> None:
    config = LakeConfig(start_date=START, delivery=DeliveryConfig(transform_retries=retries))
    assert alarm(config, key).condition.threshold == threshold


@pytest.mark.parametrize(
    ("minutes", "incoming_periods", "delivery_periods"),
    [
        pytest.param(5, 1, 3, id="shorter-than-delivery"),
        pytest.param(14, 3, 3, id="as-long-as-delivery"),
        pytest.param(16, 4, 4, id="rounded-up"),
        pytest.param(1440, 288, 288, id="a-day"),
    ],
)
def test_silence_is_measured_in_periods_and_delivery_gets_the_time_it_needs(
    minutes: int, incoming_periods: int, delivery_periods: int
) -> None:
    config = LakeConfig(start_date=START, watch=WatchConfig(no_data_minutes=minutes))
    assert alarm(config, "no-incoming-records").condition.periods == incoming_periods
    assert alarm(config, "no-delivery").condition.periods == delivery_periods


@pytest.mark.parametrize(
    ("quota", "threshold"),
    [pytest.param(1, 0.8, id="one"), pytest.param(5000, 4000, id="most")],
)
def test_four_fifths_of_the_quota_of_partitions_are_a_warning(quota: int, threshold: float) -> None:
    config = LakeConfig(start_date=START, delivery=DeliveryConfig(active_partitions_quota=quota))
    assert alarm(config, "partition-count").condition.threshold == threshold


def test_a_description_says_what_why_what_to_do_and_where_to_read_on() -> None:
    config = LakeConfig(
        start_date=START, watch=WatchConfig(runbook_url="https://example.com/runbook.md")
    )
    assert alarm(config, "iterator-age").description == (
        "Firehose is so far behind that events may expire in the stream unread. "
        "It reads more than 36 hours behind, half of the stream's retention of 72 hours; "
        "beyond the retention the promise ends. "
        "What to do: Raise the stream's retention at once, which gives time, then find what "
        "holds delivery up. https://example.com/runbook.md#iterator-age"
    )


def test_alarms_have_names_of_their_own_that_begin_with_the_stacks() -> None:
    specs = alarms(NAMES, DEFAULT)
    assert len({spec.key for spec in specs}) == len(specs)
    assert [spec.name for spec in specs] == [f"firelake-dev-{spec.key}" for spec in specs]
