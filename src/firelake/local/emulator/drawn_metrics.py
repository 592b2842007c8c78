"""Metrics that AWS draws from what happens: of lines of logs, and of events that rules match."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from ministack.services import cloudwatch, cloudwatch_logs, eventbridge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_MS_PER_S: Final = 1000


class EmbeddedMetric(NamedTuple):
    """Values of a metric, as a line of a log tells them; `at_s` is Unix time."""

    namespace: str
    name: str
    dimensions: dict[str, str]
    at_s: float
    unit: str
    values: Sequence[float]


def draw_metrics() -> None:
    """Let MiniStack, in whose process this is, publish metrics that it does not draw by itself."""
    # What they have within has no types.
    logs, rules = cast("Any", cloudwatch_logs), cast("Any", eventbridge)
    metrics = cast("Any", cloudwatch)
    append, matches = logs._append_log_events, rules._matches_pattern_view  # noqa: SLF001

    def append_and_draw(stream: object, events: Sequence[Mapping[str, Any]]) -> None:
        append(stream, events)
        for event in events:
            for each in embedded_metrics(str(event["message"])):
                metrics._store_datum(  # noqa: SLF001
                    *(each.namespace, each.name, each.dimensions, each.at_s, each.unit),
                    *(None, each.values, None, None),
                )

    def match_and_count(pattern: str, view: object, owner: str = "rule") -> bool:
        is_match: bool = matches(pattern, view, owner)
        if is_match and owner.startswith("rule "):
            rule = rules._rules[owner.removeprefix("rule ")]  # noqa: SLF001
            dimensions = {"RuleName": rule["Name"]}
            metrics.record_metric("AWS/Events", "MatchedEvents", 1, "Count", dimensions)
        return is_match

    logs._append_log_events = append_and_draw  # noqa: SLF001
    rules._matches_pattern_view = match_and_count  # noqa: SLF001


def embedded_metrics(line: str) -> Iterator[EmbeddedMetric]:
    """Yields what CloudWatch takes of a line in its embedded metric format; nothing of another one.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    if '"_aws"' not in line:
        return
    try:
        told = json.loads(line)
        metadata = told["_aws"]
        for directive in metadata["CloudWatchMetrics"]:
            for names in directive["Dimensions"]:
                for metric in directive["Metrics"]:
                    value = told[metric["Name"]]
                    yield EmbeddedMetric(
                        namespace=directive["Namespace"],
                        name=metric["Name"],
                        dimensions={name: told[name] for name in names},
                        at_s=metadata["Timestamp"] / _MS_PER_S,
                        unit=metric.get("Unit", "None"),
                        values=value if isinstance(value, list) else [value],
                    )
    except (ValueError, KeyError, TypeError):
        # CloudWatch draws nothing of a line that is not in its format, and keeps the line.
        return
