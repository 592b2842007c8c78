"""What MiniStack tells of the function, alarms, rules, logs and topic after the deployment."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from firelake.infra.package import current_zip
from firelake.infra.target import host_target
from tests.helpers.asked import asked, differences, registered
from tests.helpers.cloud_fixtures import CONFIGS
from tests.helpers.contracts import LEARNING_FILE

if TYPE_CHECKING:
    from tests.helpers.cloud_fixtures import Clouds

pytestmark = [
    pytest.mark.local,
    pytest.mark.parametrize("stack", sorted(CONFIGS)),
]


def test_the_function_is_as_asked_and_has_the_zip_of_this_machine(
    clouds: Clouds, stack: str
) -> None:
    cloud = clouds(stack)
    name = {"FunctionName": cloud.outputs["functionName"]}
    functions = registered(cloud, "Function")
    (function,) = (each for each in functions if each.inputs["name"] == name["FunctionName"])
    told = cloud.clients.call("lambda", "GetFunction", name)
    wanted = asked(function, "CreateFunction")
    del wanted["Code"]
    assert wanted.pop("Publish") is True
    assert told["Tags"] == wanted.pop("Tags")
    assert list(differences(wanted, told["Configuration"])) == []
    digest = hashlib.sha256(
        current_zip(host_target(), contract=LEARNING_FILE).read_bytes()
    ).digest()
    assert told["Configuration"]["CodeSha256"] == base64.b64encode(digest).decode()
    reserved = told.get("Concurrency", {}).get("ReservedConcurrentExecutions")
    assert reserved == {"dev": None, "prod": None, "paid": 5}[stack]


def test_what_moves_files_is_as_asked_and_answers_under_its_role(
    clouds: Clouds, stack: str
) -> None:
    cloud = clouds(stack)
    machines = registered(cloud, "StateMachine")
    assert len(machines) == {"dev": 0, "prod": 0, "paid": 1}[stack]
    for machine in machines:
        arn = {"stateMachineArn": cloud.outputs["moveStateMachineArn"]}
        told = cloud.clients.call("stepfunctions", "DescribeStateMachine", arn)
        assert list(differences(asked(machine, "CreateStateMachine"), told)) == [
            "tags is not there"
        ]
        event = {"progress": None, "ran": None, "tolerates": ""}
        call = {"FunctionName": "firelake-paid-mover", "Payload": json.dumps(event).encode()}
        answer = json.loads(cloud.clients.call("lambda", "Invoke", call)["Payload"].read())
        assert (answer["work"], answer["sql"][:12]) == ("statement", "CREATE TABLE")


def test_firehose_calls_the_version_that_was_published(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    (alias,) = (each for each in registered(cloud, "Alias") if "lambda" in each.type)
    name = {"FunctionName": cloud.outputs["functionName"], "Name": "deployed"}
    held = cloud.clients.call("lambda", "GetAlias", name)
    assert held["FunctionVersion"] == alias.inputs["functionVersion"] == "1"
    processing = cloud.delivery_settings().processing
    assert processing is not None
    assert held["AliasArn"] == processing.function_arn


def test_every_alarm_is_as_asked(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    held = {
        alarm["AlarmName"]: alarm
        for alarm in cloud.clients.pages("cloudwatch", "DescribeAlarms", {}, "MetricAlarms")
    }
    alarms = registered(cloud, "MetricAlarm")
    assert sorted(held) == sorted(str(alarm.inputs["name"]) for alarm in alarms)
    assert len(alarms) >= 15
    for alarm in alarms:
        wanted = asked(alarm, "PutMetricAlarm")
        del wanted["Tags"]
        held_alarm = held[wanted["AlarmName"]]
        assert list(differences(wanted, held_alarm)) == []
        # A metric beside those that it is computed of would be one that nobody put.
        assert ("Metrics" in held_alarm) != ("MetricName" in held_alarm)


def test_the_dashboard_is_as_asked(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    (dashboard,) = registered(cloud, "Dashboard")
    name = {"DashboardName": cloud.outputs["dashboard"]}
    held = cloud.clients.call("cloudwatch", "GetDashboard", name)["DashboardBody"]
    assert json.loads(held) == json.loads(str(dashboard.inputs["dashboardBody"]))


def test_every_event_rule_is_as_asked(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    rules = registered(cloud, "EventRule")
    assert len(rules) == {"dev": 2, "prod": 2, "paid": 1}[stack]
    for rule in rules:
        wanted = asked(rule, "PutRule")
        del wanted["Tags"]
        held = cloud.clients.call("events", "DescribeRule", {"Name": wanted["Name"]})
        assert list(differences(wanted, held)) == []


def test_every_log_group_and_stream_is_as_asked(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    groups = {
        group["logGroupName"]: group
        for group in cloud.clients.pages("logs", "DescribeLogGroups", {}, "logGroups")
    }
    for group in registered(cloud, "LogGroup"):
        assert (
            list(differences(asked(group, "PutRetentionPolicy"), groups[group.inputs["name"]]))
            == []
        )
    for stream in registered(cloud, "LogStream"):
        group = {"logGroupName": stream.inputs["logGroupName"]}
        held = cloud.clients.pages("logs", "DescribeLogStreams", group, "logStreams")
        assert stream.inputs["name"] in [each["logStreamName"] for each in held]


def test_the_topic_is_as_asked(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    (topic,) = registered(cloud, "Topic")
    arn = {"TopicArn": cloud.outputs["alarmTopicArn"]}
    held = cloud.clients.call("sns", "GetTopicAttributes", arn)
    wanted = {"Attributes": asked(topic, "CreateTopic")["Attributes"]}
    assert list(differences(wanted, held)) == []
    endpoints = [
        each["Endpoint"]
        for each in cloud.clients.call("sns", "ListSubscriptionsByTopic", arn)["Subscriptions"]
    ]
    assert endpoints == {"dev": [], "prod": [], "paid": ["lake@example.com"]}[stack]


def test_what_ministack_has_not_is_kept(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    (delivery,) = registered(cloud, "FirehoseDeliveryStream")
    (stream,) = cloud.kept.delivery_streams.values()
    assert (stream.name, stream.inputs) == (cloud.outputs["deliveryStream"], delivery.inputs)
    assert stream.created_at_ms == 1_795_305_600_000
    scaling = [*registered(cloud, "Target"), *registered(cloud, "Policy")]
    scaling = [each for each in scaling if each.type.startswith("aws:appautoscaling/")]
    assert len(scaling) == {"dev": 0, "prod": 0, "paid": 4}[stack]
    grants = registered(cloud, "Permissions")
    assert len(grants) == {"dev": 0, "prod": 0, "paid": 4}[stack]
    schedules = registered(cloud, "Schedule")
    assert len(schedules) == {"dev": 0, "prod": 0, "paid": 1}[stack]
    others = [*scaling, *grants, *schedules]
    kept = [(type_, dict(inputs)) for (type_, _), inputs in cloud.kept.others.items()]
    assert sorted(type_ for type_, _ in kept) == sorted(each.type for each in others)
    assert all(each.inputs in [inputs for _, inputs in kept] for each in others)


def test_the_delivery_stream_is_as_asked(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    (delivery,) = registered(cloud, "FirehoseDeliveryStream")
    name = {"DeliveryStreamName": cloud.outputs["deliveryStream"]}
    described = cloud.clients.call("firehose", "DescribeDeliveryStream", name)
    (destination,) = described["DeliveryStreamDescription"]["Destinations"]
    held = destination["ExtendedS3DestinationDescription"]
    wanted = asked(delivery, "CreateDeliveryStream")["ExtendedS3DestinationConfiguration"]
    backup = wanted.pop("S3BackupConfiguration")
    assert list(differences(wanted, held)) == []
    assert list(differences(backup, held["S3BackupDescription"])) == []
    assert held["CustomTimeZone"] == "UTC"
    assert "S3BackupConfiguration" not in held


def test_the_delivery_is_told_what_the_program_asked(clouds: Clouds, stack: str) -> None:
    settings = clouds(stack).delivery_settings()
    assert settings.name == f"firelake-{stack}-delivery"
    assert settings.source_stream == f"firelake-{stack}-events"
    assert settings.destination.bucket == f"firelake-{stack}-111122223333-us-east-1"
    assert settings.destination.buffer_interval_s == {"dev": 60, "prod": 300, "paid": 300}[stack]
    assert settings.created_at_ms == 1_795_305_600_000
