"""Watch: an encrypted topic for the stack's own alarms, the alarms as specified, the dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.infra import iam
from firelake.infra.components.watch import Watch
from firelake.infra.watch.alarms import alarms
from firelake.infra.watch.dashboard import dashboard_body
from firelake.infra.watch.event_rules import event_rules
from tests.helpers.contracts import LEARNING
from tests.unit.infra.components.recordings import (
    KEY_ARN,
    NAMES,
    children,
    config_of,
    context_of,
    document,
    outputs_of,
    recorded,
)

if TYPE_CHECKING:
    from tests.helpers.pulumi_recorder import Recording

TOPIC_ARN = "arn:aws:sns:us-east-1:111122223333:firelake-dev-alarms"
WITH_EMAIL = {"watch": {"alarmEmail": "lake@example.org"}}
WITHOUT_CRAWLER = {"catalog": {"hasCrawler": False}}


def record(**values: object) -> Recording:
    return recorded(lambda: Watch("watch", context_of(**values), LEARNING))


def test_these_resources_make_the_watch_and_no_others() -> None:
    assert children(record()) == [
        ("MetricAlarm", "watch-backup-failures-alarm"),
        ("MetricAlarm", "watch-claims-read-throttles-alarm"),
        ("MetricAlarm", "watch-claims-write-throttles-alarm"),
        ("MetricAlarm", "watch-conversion-failures-alarm"),
        ("MetricAlarm", "watch-crawler-failures-alarm"),
        ("EventRule", "watch-crawler-failures-rule"),
        ("Dashboard", "watch-dashboard"),
        ("MetricAlarm", "watch-data-freshness-alarm"),
        ("MetricAlarm", "watch-delivery-failures-alarm"),
        ("MetricAlarm", "watch-error-objects-alarm"),
        ("EventRule", "watch-error-objects-rule"),
        ("MetricAlarm", "watch-function-duration-alarm"),
        ("MetricAlarm", "watch-function-errors-alarm"),
        ("MetricAlarm", "watch-function-throttles-alarm"),
        ("MetricAlarm", "watch-invalid-events-alarm"),
        ("MetricAlarm", "watch-iterator-age-alarm"),
        ("MetricAlarm", "watch-no-delivery-alarm"),
        ("MetricAlarm", "watch-no-incoming-records-alarm"),
        ("MetricAlarm", "watch-partition-count-alarm"),
        ("MetricAlarm", "watch-partition-overflow-alarm"),
        ("MetricAlarm", "watch-stream-write-throttles-alarm"),
        ("Topic", "watch-topic"),
        ("TopicPolicy", "watch-topic-policy"),
    ]


def test_without_a_crawler_nothing_watches_it() -> None:
    assert set(children(record())) - set(children(record(**WITHOUT_CRAWLER))) == {
        ("MetricAlarm", "watch-crawler-failures-alarm"),
        ("EventRule", "watch-crawler-failures-rule"),
    }


def test_mail_goes_to_whoever_is_configured_and_else_to_nobody() -> None:
    watch = record(**WITH_EMAIL)
    assert set(children(watch)) - set(children(record())) == {("TopicSubscription", "watch-email")}
    assert watch.only("TopicSubscription").inputs == {
        "topic": TOPIC_ARN,
        "protocol": "email",
        "endpoint": "lake@example.org",
    }


def test_the_topic_is_encrypted_and_only_the_stacks_alarms_publish_to_it() -> None:
    watch = record()
    assert watch.only("Topic").inputs == {
        "name": "firelake-dev-alarms",
        "displayName": "Alarms of firelake-dev",
        "kmsMasterKeyId": KEY_ARN,
        "tags": {},
    }
    policy = watch.only("TopicPolicy")
    assert policy.inputs["arn"] == TOPIC_ARN
    assert document(policy) == iam.topic_policy(NAMES)


def test_an_alarm_of_one_metric_reaches_cloudwatch_whole() -> None:
    alarm = record(tags={"owner": "data"}).only("MetricAlarm", "watch-iterator-age-alarm")
    (spec,) = (each for each in alarms(NAMES, config_of()) if each.key == "iterator-age")
    assert alarm.inputs == {
        "name": "firelake-dev-iterator-age",
        "alarmDescription": spec.description,
        "namespace": "AWS/Firehose",
        "metricName": "KinesisMillisBehindLatest",
        "dimensions": {"DeliveryStreamName": "firelake-dev-delivery"},
        "statistic": "Maximum",
        "period": 300,
        "evaluationPeriods": 3,
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 129_600_000,
        "treatMissingData": "ignore",
        "alarmActions": [TOPIC_ARN],
        "tags": {"owner": "data"},
    }


def test_an_alarm_of_metric_math_reaches_cloudwatch_whole() -> None:
    inputs = dict(record().only("MetricAlarm", "watch-invalid-events-alarm").inputs)
    assert inputs.pop("alarmDescription")
    stat = {"stat": "Sum", "period": 300, "dimensions": {"service": "firelake-dev"}}
    assert inputs == {
        "name": "firelake-dev-invalid-events",
        "metricQueries": [
            {
                "id": "share",
                "expression": "100 * invalid / received",
                "label": "Invalid, %",
                "returnData": True,
            },
            {
                "id": "invalid",
                "metric": {"namespace": "Firelake", "metricName": "EventsInvalid", **stat},
                "returnData": False,
            },
            {
                "id": "received",
                "metric": {"namespace": "Firelake", "metricName": "EventsReceived", **stat},
                "returnData": False,
            },
        ],
        "evaluationPeriods": 3,
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 1,
        "treatMissingData": "notBreaching",
        "alarmActions": [TOPIC_ARN],
        "tags": {},
    }


def test_a_fresh_stack_is_silent_and_only_a_stream_that_fell_silent_is_told() -> None:
    made = record().all("MetricAlarm")
    assert [each.inputs["name"] for each in made if each.inputs.get("okActions")] == []
    assert [
        (each.inputs["name"], each.inputs["treatMissingData"], each.inputs["alarmActions"])
        for each in made
        if each.inputs.get("insufficientDataActions") == [TOPIC_ARN]
    ] == [
        ("firelake-dev-no-incoming-records", "missing", [TOPIC_ARN]),
        ("firelake-dev-no-delivery", "missing", [TOPIC_ARN]),
    ]


def test_every_alarm_has_the_condition_of_its_specification() -> None:
    made = {
        each.inputs["name"]: (
            each.inputs["comparisonOperator"],
            each.inputs["threshold"],
            each.inputs["evaluationPeriods"],
            each.inputs["treatMissingData"],
            each.inputs["alarmDescription"],
        )
        for each in record().all("MetricAlarm")
    }
    assert made == {
        spec.name: (
            spec.condition.comparison.value,
            spec.condition.threshold,
            spec.condition.periods,
            spec.condition.missing.value,
            spec.description,
        )
        for spec in alarms(NAMES, config_of())
    }


def test_every_rule_has_the_pattern_of_its_specification_and_no_target() -> None:
    watch = record()
    assert {
        each.inputs["name"]: (each.inputs["description"], document(each, "eventPattern"))
        for each in watch.all("EventRule")
    } == {rule.name: (rule.description, rule.pattern) for rule in event_rules(NAMES, config_of())}
    assert watch.all("EventTarget") == []


def test_the_dashboard_is_the_rendered_one() -> None:
    dashboard = record().only("Dashboard")
    assert dashboard.inputs["dashboardName"] == "firelake-dev"
    assert document(dashboard, "dashboardBody") == dashboard_body(NAMES, config_of(), LEARNING)


def test_it_gives_out_the_topic_and_the_dashboard() -> None:
    assert outputs_of(record()) == {"topicArn": TOPIC_ARN, "dashboard": "firelake-dev"}
