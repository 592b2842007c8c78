"""The EventBridge rules that count what no service counts by itself.

A rule matches events and has no target. CloudWatch's `MatchedEvents` of the rule is all that is
wanted of it: a target would send one message for every object, where an alarm sends one for all.
AWS's page counts events that match a rule, and says nothing of targets; that a rule without one
counts is unconfirmed, and `firelake verify` looks (`rule-metric`).
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html

Firehose has no metric of what it writes under the error prefix. S3's own request metrics could
count it, but are billed by the metric for every request of the bucket. Counting in the function
misses what fails after it, and what it answers wrongly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.contract.layout import ERRORS_PREFIX

if TYPE_CHECKING:
    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names


@dataclass(frozen=True, slots=True)
class EventRuleSpec:
    """One rule of the default event bus.

    Attributes:
        name: EventBridge's name of it, at most 64 characters.
        pattern: The event pattern, as JSON values.
    """

    key: str
    name: str
    description: str
    pattern: dict[str, object]


def event_rules(names: Names, config: LakeConfig) -> tuple[EventRuleSpec, ...]:
    """List the rules of a stack; the bucket must send its events to EventBridge.

    Args:
        config: The stack's settings: without a crawler there is none to fail, and without alarms
            and dashboard nobody looks at a count.
    """
    if not (config.watch.has_alarms or config.watch.has_dashboard):
        return ()
    rules = [error_objects_rule(names)]
    if config.catalog.has_crawler:
        rules.append(crawler_failures_rule(names))
    return tuple(rules)


def error_objects_rule(names: Names) -> EventRuleSpec:
    """Count the objects that Firehose writes under `errors/`.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
    """
    return EventRuleSpec(
        key="error-objects",
        name=names.alarm("error-objects"),
        description=f"Counts the objects that arrive under {ERRORS_PREFIX}",
        pattern={
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {
                "bucket": {"name": [names.bucket]},
                "object": {"key": [{"prefix": f"{names.folder}{ERRORS_PREFIX}"}]},
            },
        },
    )


def crawler_failures_rule(names: Names) -> EventRuleSpec:
    """Count the crawler's failed runs, for which Glue has no metric.

    https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html
    """
    return EventRuleSpec(
        key="crawler-failures",
        name=names.alarm("crawler-failures"),
        description=f"Counts failed runs of the crawler {names.crawler}",
        pattern={
            "source": ["aws.glue"],
            "detail-type": ["Glue Crawler State Change"],
            "detail": {"crawlerName": [names.crawler], "state": ["Failed"]},
        },
    )
