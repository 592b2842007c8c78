"""What CloudWatch has of a stack over some time, and what the function's own log lines tell.

The function prints its metrics as lines of the embedded metric format, of which CloudWatch makes
metrics; where nobody does, the lines themselves are read.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from firelake.contract.names import (
    METRIC_EVENTS_DELIVERED,
    METRIC_EVENTS_DUPLICATE,
    METRIC_EVENTS_INVALID,
    METRIC_EVENTS_RECEIVED,
    METRIC_EVENTS_UNREGISTERED,
)
from firelake.health.report.errors import ReportError
from firelake.health.report.findings import Attempts, Gap
from firelake.infra.watch.metrics import Metric, firehose, quality
from firelake.operations.metric_data import metric_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mypy_boto3_cloudwatch import CloudWatchClient

    from firelake.health.report.findings import Span
    from firelake.infra.naming import Names

ATTEMPT_METRICS: Final = (
    METRIC_EVENTS_RECEIVED,
    METRIC_EVENTS_DELIVERED,
    METRIC_EVENTS_DUPLICATE,
    METRIC_EVENTS_INVALID,
    METRIC_EVENTS_UNREGISTERED,
)
_MOST_POINTS: Final = 150
_PERIODS_S: Final = (60, 300, 900, 3600, 4 * 3600, 86_400)
# How long CloudWatch keeps points of a minute and of five:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
_KEPT: Final = ((60, timedelta(days=15)), (300, timedelta(days=63)))

Points = dict[datetime, float]


def period_s_of(span: Span, now: datetime) -> int:
    """Returns the seconds that a point shall span: few enough points, and kept that long."""
    least = max((s for s, kept in _KEPT if now - span.since > kept), default=0)
    length_s = (span.until - span.since).total_seconds()
    return next(
        (s for s in _PERIODS_S if s > least and length_s / s <= _MOST_POINTS), _PERIODS_S[-1]
    )


@dataclass(frozen=True, slots=True)
class CloudWatch:
    """Metrics of one stack over one span."""

    client: CloudWatchClient
    names: Names
    span: Span
    period_s: int

    def attempts(self) -> Attempts | None:
        """Read what the function counted; None where CloudWatch knows nothing of it.

        Raises:
            ReportError: CloudWatch refused.
        """
        found = self._read([quality(self.names, name) for name in ATTEMPT_METRICS], "Sum")
        if not any(found.values()):
            return None
        return Attempts(source="CloudWatch", period_s=self.period_s, counts=found)

    def delivery_ages_s(self) -> Points | Gap:
        """Read the age of the oldest record that was not delivered, by time.

        Raises:
            ReportError: CloudWatch refused.
        """
        metric = firehose(self.names, "DeliveryToS3.DataFreshness")
        points = self._read([metric], "Maximum")[metric.name]
        return points or Gap("CloudWatch has no DeliveryToS3.DataFreshness of this time.")

    def sums(self, metrics: Sequence[Metric]) -> dict[str, float]:
        """Read the sums of metrics, each of its own name; what CloudWatch has none of is not there.

        Raises:
            ReportError: CloudWatch refused.
        """
        found = self._read(metrics, "Sum")
        return {name: sum(points.values()) for name, points in found.items() if points}

    def _read(self, metrics: Sequence[Metric], statistic: str) -> dict[str, Points]:
        found: dict[str, Points] = {metric.name: {} for metric in metrics}
        by_id = {f"m{number}": metric for number, metric in enumerate(metrics)}
        results = metric_data(
            self.client,
            by_id,
            statistic,
            period_s=self.period_s,
            since=self.span.since,
            until=self.span.until,
        )
        try:
            for result in results:
                name = by_id[result.get("Id", "m0")].name
                points = zip(result.get("Timestamps", []), result.get("Values", []), strict=True)
                found[name].update({at.astimezone(UTC): value for at, value in points})
        except (ClientError, BotoCoreError) as error:
            message = f"CloudWatch's metrics cannot be read: {error}"
            raise ReportError(message) from error
        return {name: dict(sorted(points.items())) for name, points in found.items()}


# A line of the function's log that counts a batch.
_LINE: Final = msgspec.defstruct("_Line", [(name, list[float] | float) for name in ATTEMPT_METRICS])
_decode: Final = msgspec.json.Decoder(_LINE).decode


def attempts_of_lines(lines: Iterable[tuple[int, str]], period_s: int) -> Attempts | None:
    """Add up what the function's log says.

    Args:
        lines: When each was written, Unix time in milliseconds, and any text at all.
        period_s: Seconds that one point shall span.

    Returns:
        The counts; None if no line has any.
    """
    counts: Mapping[str, defaultdict[datetime, float]] = {
        name: defaultdict(float) for name in ATTEMPT_METRICS
    }
    for at_ms, text in lines:
        try:
            line = _decode(text)
        except msgspec.DecodeError:
            continue  # The log holds other lines too, and Lambda's own.
        period = datetime.fromtimestamp(at_ms // 1000 // period_s * period_s, UTC)
        for name, points in counts.items():
            value: list[float] | float = getattr(line, name)
            points[period] += sum(value) if isinstance(value, list) else value
    if not counts[METRIC_EVENTS_RECEIVED]:
        return None
    return Attempts(
        source="the function's log",
        period_s=period_s,
        counts={name: dict(sorted(points.items())) for name, points in counts.items()},
    )


def log_lines(client: Any, group: str, span: Span) -> Iterable[tuple[int, str]]:  # noqa: ANN401 -- the stubs of CloudWatch Logs are not among ours
    """Read the lines of the function's log that may count batches.

    Raises:
        ReportError: CloudWatch Logs refused.
    """
    try:
        pages = client.get_paginator("filter_log_events").paginate(
            logGroupName=group,
            startTime=round(span.since.timestamp() * 1000),
            endTime=round(span.until.timestamp() * 1000),
            filterPattern=f'"{METRIC_EVENTS_RECEIVED}"',
        )
        for page in pages:
            for event in page["events"]:
                yield event["timestamp"], event["message"]
    except (ClientError, BotoCoreError) as error:
        message = f"the function's log cannot be read: {error}"
        raise ReportError(message) from error


def attempts_of(
    cloudwatch: CloudWatch, lines: Callable[[], Iterable[tuple[int, str]]], period_s: int
) -> Attempts | Gap:
    """Read what the function counted, from CloudWatch or else from the function's log.

    Args:
        cloudwatch: Where it is asked first.
        period_s: Seconds that one point shall span.

    Raises:
        ReportError: Neither could be read.
    """
    return (
        cloudwatch.attempts()
        or attempts_of_lines(lines(), period_s)
        or Gap("Neither CloudWatch nor the function's log has counts of this time.")
    )
