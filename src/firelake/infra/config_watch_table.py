"""The keys of dashboard and alarms: a part of the table of every key."""

from __future__ import annotations

from typing import Final

from firelake.infra.config_setting import Kind, Setting

WATCH: Final = (
    Setting(
        key="watch.hasAlarms",
        kind=Kind.TRUTH,
        meaning="Whether there are alarms, and a topic that they go to.",
        rule="without them nobody is told when events do not reach the lake",
    ),
    Setting(
        key="watch.hasDashboard",
        kind=Kind.TRUTH,
        meaning="Whether there is a dashboard.",
        rule="CloudWatch bills dashboards by the month: https://aws.amazon.com/cloudwatch/pricing/",
    ),
    Setting(
        key="watch.alarmEmail",
        kind=Kind.TEXT,
        pattern=r"[^@\s]+@[^@\s]+",
        form="an e-mail address",
        meaning="Who gets the alarms, after confirming the mail that SNS sends first.",
        rule="https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html",
    ),
    Setting(
        key="watch.runbookUrl",
        kind=Kind.TEXT,
        pattern=r"[!-~]{1,300}",
        form="an address of at most 300 printable ASCII characters without spaces",
        meaning="Where alarms say that the runbook is; the name of its section is appended.",
        rule="an alarm's description has room for 1,024 characters: "
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
    ),
    Setting(
        key="watch.hasTypeMetrics",
        kind=Kind.TRUTH,
        meaning="Whether the function counts delivered events by event type, too, and the "
        "dashboard shows them.",
        rule="CloudWatch bills a metric for each type; the same counts are a query of Athena: "
        "https://aws.amazon.com/cloudwatch/pricing/",
    ),
    Setting(
        key="watch.noDataMinutes",
        kind=Kind.WHOLE,
        unit="minutes",
        lowest=5,
        highest=1440,
        meaning="The stream may be silent so long before an alarm says so.",
        rule="an alarm with periods below an hour looks back one day: "
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
    ),
)
"""Settings of the section `watch`."""
