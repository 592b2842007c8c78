"""The dashboard: it answers what it is for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from firelake.contract.events import EventContract
from firelake.contract.reasons import Reason
from firelake.infra.config import LakeConfig
from firelake.infra.config_sections import DeliveryConfig, StreamConfig
from firelake.infra.config_watch import WatchConfig
from firelake.infra.naming import Names
from firelake.infra.watch.alarms import alarms
from firelake.infra.watch.dashboard import dashboard_body
from tests.helpers.contracts import LEARNING

NAMES = Names("firelake", "dev", "111122223333", "us-east-1")
CONFIG = LakeConfig(start_date=date(2026, 1, 1), watch=WatchConfig(has_type_metrics=True))
CONTRACT = LEARNING


def body(config: LakeConfig = CONFIG, contract: EventContract = CONTRACT) -> dict[str, Any]:
    return dashboard_body(NAMES, config, contract)


def widget(title: str, config: LakeConfig = CONFIG) -> dict[str, Any]:
    found = [each["properties"] for each in body(config)["widgets"]]
    return next(each for each in found if each.get("title") == title)


def marks(title: str, config: LakeConfig = CONFIG) -> dict[str, float]:
    horizontal = widget(title, config)["annotations"]["horizontal"]
    return {each["label"]: each["value"] for each in horizontal}


def lines(title: str) -> dict[str, list[Any]]:
    return {line[-1]["label"]: line[:-1] for line in widget(title)["metrics"]}


def contract_of(count: int) -> EventContract:
    return EventContract(1, {}, {}, tuple(f"type_{number:03}" for number in range(count)))


def test_it_asks_its_four_questions_in_this_order() -> None:
    texts = [each["properties"]["markdown"] for each in body()["widgets"] if each["type"] == "text"]
    assert texts[0].startswith("# firelake-dev\n")
    assert texts[1:] == [
        "## Is it fresh?",
        "## Is it complete?",
        "## What is wrong?",
        "## What does it cost?",
    ]


def test_the_answers_at_a_glance_stand_above_the_graphs() -> None:
    titles = [each["properties"].get("title") for each in body()["widgets"]]
    assert titles[1:5] == [
        "Fresh: now",
        "Complete: on this screen",
        "Wrong: on this screen",
        "Alarms",
    ]
    assert widget("Fresh: now")["setPeriodToTimeRange"] is False
    assert widget("Complete: on this screen")["setPeriodToTimeRange"] is True


def test_every_alarm_has_its_state_shown() -> None:
    shown = widget("Alarms")["alarms"]
    assert shown[0] == "arn:aws:cloudwatch:us-east-1:111122223333:alarm:firelake-dev-data-freshness"
    assert [arn.rpartition(":")[2] for arn in shown] == [
        each.name for each in alarms(NAMES, CONFIG)
    ]


def test_every_widget_looks_into_the_stacks_region() -> None:
    names = Names("firelake", "dev", "111122223333", "ap-south-1")
    made: dict[str, Any] = dashboard_body(names, CONFIG, CONTRACT)
    regions = {each["properties"]["region"] for each in made["widgets"] if each["type"] == "metric"}
    assert regions == {"ap-south-1"}


def test_every_reason_has_a_line() -> None:
    assert lines("Invalid events by reason") == {
        reason.value: [
            *("Firelake", "EventsInvalid", "service", "firelake-dev"),
            *("reason", reason.value),
        ]
        for reason in Reason
    }


def test_every_event_type_has_a_line_and_so_have_the_unregistered() -> None:
    assert lines("Delivered events by type, 1 of 1") == {
        event_type: [
            *("Firelake", "EventsDelivered", "service", "firelake-dev"),
            *("event_type", event_type),
        ]
        for event_type in (*CONTRACT.event_types, "unregistered")
    }


def test_event_types_have_no_graph_where_nobody_asked_for_their_metrics() -> None:
    made = body(LakeConfig(start_date=date(2026, 1, 1)))["widgets"]
    titles = [each["properties"].get("title", "") for each in made]
    assert not [title for title in titles if "by type" in title]


def test_many_event_types_are_shown_in_several_graphs() -> None:
    made = body(contract=contract_of(150))["widgets"]
    counts = {
        each["properties"]["title"]: len(each["properties"]["metrics"])
        for each in made
        if each["properties"].get("title", "").startswith("Delivered events by type")
    }
    assert counts == {
        "Delivered events by type, 1 of 2": 100,
        "Delivered events by type, 2 of 2": 51,
    }


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Age of the oldest event in Firehose", {"alarm": 840}),
        ("Readers behind the stream", {"alarm": 43_200_000}),
        (
            "Function: time and calls at once",
            {"alarm": 36_000, "claims deadline": 45_000, "time-out": 60_000},
        ),
        ("Active partitions", {"quota": 800}),
    ],
    ids=["freshness", "iterator-age", "duration", "partitions"],
)
def test_limits_of_the_stack_are_drawn_where_they_matter(
    title: str, expected: dict[str, float]
) -> None:
    config = LakeConfig(
        start_date=date(2026, 1, 1),
        stream=StreamConfig(retention_hours=24),
        delivery=DeliveryConfig(active_partitions_quota=800),
    )
    assert marks(title, config) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (
            "Events, what became of them",
            {"EventsReceived", "EventsDelivered", "EventsDuplicate", "EventsInvalid"}
            | {"EventsUnregistered"},
        ),
        (
            "Records, step by step",
            {"IncomingRecords", "DataReadFromKinesisStream.Records", "SucceedProcessing.Records"}
            | {"SucceedConversion.Records", "DeliveryToS3.Records", "BackupToS3.Records"},
        ),
        (
            "What goes to errors/",
            {"MatchedEvents", "FailedConversion.Records", "PartitionCountExceeded"},
        ),
        (
            "Throttles",
            {"WriteThrottleEvents", "ReadThrottleEvents", "WriteProvisionedThroughputExceeded"}
            | {"ReadProvisionedThroughputExceeded", "ThrottledGetRecords"},
        ),
        (
            "Kinesis and Firehose, by the hour",
            {"IncomingBytes", "DataReadFromKinesisStream.Bytes", "DeliveryToS3.Bytes"}
            | {"DataReadFromKinesisStream.Records"},
        ),
        ("Function, by the hour", {"Duration", "Invocations"}),
        (
            "Claims table, by the hour",
            {"ConsumedWriteCapacityUnits", "ConsumedReadCapacityUnits"}
            | {"EventsReceived", "ClaimIdsPerPage", "ClaimPagesFull"},
        ),
    ],
    ids=["events", "records", "errors", "throttles", "cost-bytes", "cost-calls", "cost-claims"],
)
def test_a_graph_shows_what_its_title_says(title: str, expected: set[str]) -> None:
    assert {line[1] for line in lines(title).values()} == expected


def test_bytes_scanned_are_summed_over_all_queries_of_the_workgroup() -> None:
    assert widget("Athena, by the hour")["metrics"] == [
        [
            {
                "expression": "SUM(SEARCH('{AWS/Athena,QueryState,QueryType,WorkGroup} "
                'MetricName="ProcessedBytes" WorkGroup="firelake-dev"\', \'Sum\', 3600))',
                "label": "scanned",
            }
        ]
    ]


def test_every_alarm_on_one_metric_has_that_metric_on_the_dashboard() -> None:
    shown = {
        tuple(line[:-1])
        for each in body()["widgets"]
        for line in each["properties"].get("metrics", ())
    }
    unseen = {
        spec.key
        for spec in alarms(NAMES, CONFIG)
        if spec.stat is not None
        and (
            spec.stat.metric.namespace,
            spec.stat.metric.name,
            *(text for pair in spec.stat.metric.dimensions for text in pair),
        )
        not in shown
    }
    # A run of the crawler is no part of the way of an event; its alarm's state is enough.
    assert unseen == {"crawler-failures"}


def test_half_a_day_is_on_screen_and_every_graph_keeps_its_own_period() -> None:
    made = body()
    assert (made["start"], made["periodOverride"]) == ("-PT12H", "inherit")


def test_a_graph_with_two_axes_is_written_out() -> None:
    claims = ["AWS/DynamoDB", "SuccessfulRequestLatency", "TableName", "firelake-dev-claims"]
    errors = ["AWS/DynamoDB", "SystemErrors", "TableName", "firelake-dev-claims"]
    write, read = ("Operation", "BatchExecuteStatement"), ("Operation", "BatchGetItem")
    right = {"stat": "Sum", "yAxis": "right"}
    assert widget("Claims table: latency and its own errors") == {
        "title": "Claims table: latency and its own errors",
        "region": "us-east-1",
        "view": "timeSeries",
        "stacked": False,
        "metrics": [
            [*claims, *write, {"stat": "p99", "label": "BatchExecuteStatement, p99"}],
            [*claims, *read, {"stat": "p99", "label": "BatchGetItem, p99"}],
            [*errors, *write, {"label": "BatchExecuteStatement, errors", **right}],
            [*errors, *read, {"label": "BatchGetItem, errors", **right}],
        ],
        "period": 300,
        "yAxis": {
            "left": {"label": "ms", "min": 0, "showUnits": False},
            "right": {"label": "errors", "min": 0, "showUnits": False},
        },
    }


def test_the_size_of_the_bucket_is_shown_by_the_day() -> None:
    assert widget("Bucket, by the day") == {
        "title": "Bucket, by the day",
        "region": "us-east-1",
        "view": "timeSeries",
        "stacked": False,
        "metrics": [
            [
                *("AWS/S3", "BucketSizeBytes"),
                *("BucketName", "firelake-dev-111122223333-us-east-1"),
                *("StorageType", "StandardStorage"),
                {"stat": "Average", "label": "kept"},
            ]
        ],
        "period": 86_400,
        "yAxis": {"left": {"label": "bytes", "min": 0, "showUnits": False}},
    }


def test_parts_of_a_whole_are_stacked_and_nothing_else_is() -> None:
    stacked = {
        each["properties"]["title"]
        for each in body()["widgets"]
        if each["properties"].get("stacked")
    }
    assert stacked == {"Invalid events by reason", "Delivered events by type, 1 of 1"}
