"""Event rules: which events they match, and that EventBridge takes them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from firelake.infra.config import LakeConfig
from firelake.infra.config_catalog import CatalogConfig
from firelake.infra.naming import Names
from firelake.infra.watch.event_rules import EventRuleSpec, event_rules

NAMES = Names("firelake", "prod", "111122223333", "eu-west-1")
START = date(2026, 1, 1)
BUCKET = "firelake-prod-111122223333-eu-west-1"


def rules(*, has_crawler: bool = True) -> dict[str, EventRuleSpec]:
    config = LakeConfig(start_date=START, catalog=CatalogConfig(has_crawler=has_crawler))
    return {rule.key: rule for rule in event_rules(NAMES, config)}


def matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """Whether an event matches, as far as exact values and prefixes go.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
    """
    for key, wanted in pattern.items():
        if key not in event:
            return False
        value = event[key]
        if isinstance(wanted, dict):
            if not matches(wanted, value):  # pyright: ignore[reportUnknownArgumentType]
                return False
        elif not any(
            value.startswith(each["prefix"]) if isinstance(each, dict) else value == each
            for each in wanted
        ):
            return False
    return True


def object_created(bucket: str, key: str, detail_type: str = "Object Created") -> dict[str, Any]:
    """An event of S3, as its guide shows it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """
    return {
        "version": "0",
        "detail-type": detail_type,
        "source": "aws.s3",
        "account": "111122223333",
        "region": "eu-west-1",
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {"key": key, "size": 5, "sequencer": "00617F08299329D189"},
            "reason": "PutObject",
        },
    }


def crawler_state(name: str, state: str) -> dict[str, Any]:
    """An event of Glue, as its guide shows it."""
    return {
        "version": "0",
        "detail-type": "Glue Crawler State Change",
        "source": "aws.glue",
        "detail": {
            "crawlerName": name,
            "state": state,
            "errorMessage": "Internal Service Exception",
        },
    }


def test_the_rules_are_written_out() -> None:
    assert [(rule.name, rule.description, rule.pattern) for rule in rules().values()] == [
        (
            "firelake-prod-error-objects",
            "Counts the objects that arrive under errors/",
            {
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {
                    "bucket": {"name": [BUCKET]},
                    "object": {"key": [{"prefix": "errors/"}]},
                },
            },
        ),
        (
            "firelake-prod-crawler-failures",
            "Counts failed runs of the crawler firelake-prod-events",
            {
                "source": ["aws.glue"],
                "detail-type": ["Glue Crawler State Change"],
                "detail": {"crawlerName": ["firelake-prod-events"], "state": ["Failed"]},
            },
        ),
    ]


def test_without_a_crawler_nothing_waits_for_its_failures() -> None:
    assert list(rules(has_crawler=False)) == ["error-objects"]


@pytest.mark.parametrize(
    ("event", "is_counted"),
    [
        pytest.param(
            object_created(BUCKET, "errors/type=processing-failed/dt=2026-02-03/x"),
            True,
            id="error-object",
        ),
        pytest.param(
            object_created(BUCKET, "errors-replayed/type=processing-failed/dt=2026-02-03/x"),
            False,
            id="receipt",
        ),
        pytest.param(
            object_created(BUCKET, "events/event_type=a/dt=2026-02-03/x.parquet"),
            False,
            id="events",
        ),
        pytest.param(object_created("other", "errors/x"), False, id="other-bucket"),
        pytest.param(
            object_created(BUCKET, "errors/x", "Object Deleted"), False, id="deleted-object"
        ),
        pytest.param(crawler_state("firelake-prod-events", "Failed"), False, id="crawler"),
    ],
)
def test_only_new_objects_under_errors_are_counted(
    event: dict[str, Any], *, is_counted: bool
) -> None:
    assert matches(rules()["error-objects"].pattern, event) is is_counted


@pytest.mark.parametrize(
    ("event", "is_counted"),
    [
        pytest.param(crawler_state("firelake-prod-events", "Failed"), True, id="failed"),
        pytest.param(crawler_state("firelake-prod-events", "Succeeded"), False, id="succeeded"),
        pytest.param(crawler_state("firelake-dev-events", "Failed"), False, id="other-stack"),
        pytest.param(object_created(BUCKET, "errors/x"), False, id="object"),
    ],
)
def test_only_failures_of_the_stacks_own_crawler_are_counted(
    event: dict[str, Any], *, is_counted: bool
) -> None:
    assert matches(rules()["crawler-failures"].pattern, event) is is_counted


def test_a_name_of_a_rule_leaves_forty_characters_to_the_stacks() -> None:
    assert max(len(rule.name) for rule in rules().values()) - len(NAMES.prefix) <= 64 - 40
