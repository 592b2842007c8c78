"""The section `watch` of a stack's configuration."""

from __future__ import annotations

from dataclasses import dataclass

from firelake.infra.config_setting import Form, Range, text, truth, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchConfig:
    """Dashboard and alarms."""

    has_alarms: bool = truth(
        "Whether there are alarms, and a topic that they go to.",
        default=True,
        rule="without them nobody is told when events do not reach the lake",
    )
    has_dashboard: bool = truth(
        "Whether there is a dashboard.",
        default=True,
        rule="CloudWatch bills dashboards by the month: https://aws.amazon.com/cloudwatch/pricing/",
    )
    alarm_email: str | None = text(
        None,
        Form(r"[^@\s]+@[^@\s]+", "an e-mail address"),
        "Who gets the alarms, after confirming the mail that SNS sends first.",
        rule="https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html",
    )
    runbook_url: str = text(
        "docs/runbook.md",
        Form(
            r"[!-~]{1,300}", "an address of at most 300 printable ASCII characters without spaces"
        ),
        "Where alarms say that the runbook is; the name of its section is appended.",
        rule="an alarm's description has room for 1,024 characters: "
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
    )
    has_type_metrics: bool = truth(
        "Whether the function counts delivered events by event type, too, and the "
        "dashboard shows them.",
        default=False,
        rule="CloudWatch bills a metric for each type; the same counts are a query of Athena: "
        "https://aws.amazon.com/cloudwatch/pricing/",
    )
    no_data_minutes: int = whole(
        60,
        Range(5, 1440, "minutes"),
        "The stream may be silent so long before an alarm says so.",
        rule="an alarm with periods below an hour looks back one day: "
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
    )
