"""The graphs of the dashboard about events: is it fresh, is it complete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.contract.names import (
    DIMENSION_EVENT_TYPE,
    DIMENSION_REASON,
    METRIC_EVENT_AGE_MAX,
    METRIC_EVENT_AGE_MEAN,
    METRIC_EVENTS_DELIVERED,
    METRIC_EVENTS_DUPLICATE,
    METRIC_EVENTS_INVALID,
    METRIC_EVENTS_RECEIVED,
    METRIC_EVENTS_UNREGISTERED,
    UNREGISTERED,
)
from firelake.contract.reasons import Reason
from firelake.infra.watch.alarms import DATA_FRESHNESS, ITERATOR_AGE
from firelake.infra.watch.event_rules import error_objects_rule
from firelake.infra.watch.metrics import event_rule, firehose, kinesis, quality
from firelake.infra.watch.widgets import Line, alarm_marks, graph, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.infra.naming import Names
    from firelake.infra.watch.spec import AlarmSpec
    from firelake.infra.watch.widgets import Row, Widget

# More lines than this tell nothing in one graph; CloudWatch's own limit is 500.
_MOST_LINES: Final = 100


def freshness_row(names: Names, specs: Sequence[AlarmSpec]) -> Row:
    """Show how old events are at each step."""
    return row(
        graph(
            "Age of the oldest event in Firehose",
            "s",
            Line("to events/", firehose(names, "DeliveryToS3.DataFreshness"), "Maximum"),
            Line("to raw/", firehose(names, "BackupToS3.DataFreshness"), "Maximum"),
            marks=alarm_marks(specs, DATA_FRESHNESS),
        ),
        graph(
            "Readers behind the stream",
            "ms",
            Line("Firehose", firehose(names, "KinesisMillisBehindLatest"), "Maximum"),
            Line("all readers", kinesis(names, "GetRecords.IteratorAgeMilliseconds"), "Maximum"),
            marks=alarm_marks(specs, ITERATOR_AGE),
        ),
        graph(
            "Age of events when the function had them",
            "s since creation",
            Line("oldest of a batch", quality(names, METRIC_EVENT_AGE_MAX), "Maximum"),
            Line("mean", quality(names, METRIC_EVENT_AGE_MEAN), "Average"),
        ),
    )


def completeness_rows(names: Names, event_types: Sequence[str]) -> tuple[Row, ...]:
    """Show what came in, what became of it, and why.

    Args:
        event_types: Those that have a line each, beside what is unregistered.
    """
    steps = graph(
        "Records, step by step",
        "records",
        Line("put on the stream", kinesis(names, "IncomingRecords")),
        Line("read by Firehose", firehose(names, "DataReadFromKinesisStream.Records")),
        Line("accepted by the function", firehose(names, "SucceedProcessing.Records")),
        Line("converted to Parquet", firehose(names, "SucceedConversion.Records")),
        Line("written, errors too", firehose(names, "DeliveryToS3.Records")),
        Line("written to raw/", firehose(names, "BackupToS3.Records")),
    )
    outcomes = graph(
        "Events, what became of them",
        "events",
        Line("received", quality(names, METRIC_EVENTS_RECEIVED)),
        Line("delivered", quality(names, METRIC_EVENTS_DELIVERED)),
        Line("duplicate", quality(names, METRIC_EVENTS_DUPLICATE)),
        Line("invalid", quality(names, METRIC_EVENTS_INVALID)),
        Line("unregistered", quality(names, METRIC_EVENTS_UNREGISTERED)),
    )
    reasons = graph(
        "Invalid events by reason",
        "events",
        *_by(names, METRIC_EVENTS_INVALID, DIMENSION_REASON, [each.value for each in Reason]),
        is_stacked=True,
    )
    errors = graph(
        "What goes to errors/",
        "in five minutes",
        Line("objects", event_rule(error_objects_rule(names).name)),
        Line("rows not converted", firehose(names, "FailedConversion.Records")),
        Line("partition quota exceeded", firehose(names, "PartitionCountExceeded"), "Maximum"),
    )
    return (
        row(steps, outcomes),
        row(reasons, errors),
        *(row(each) for each in _by_event_type(names, event_types)),
    )


def _by_event_type(names: Names, event_types: Sequence[str]) -> tuple[Widget, ...]:
    types = (*event_types, UNREGISTERED) if event_types else ()
    parts = [types[start : start + _MOST_LINES] for start in range(0, len(types), _MOST_LINES)]
    return tuple(
        graph(
            f"Delivered events by type, {number} of {len(parts)}",
            "events",
            *_by(names, METRIC_EVENTS_DELIVERED, DIMENSION_EVENT_TYPE, part),
            is_stacked=True,
        )
        for number, part in enumerate(parts, start=1)
    )


def _by(names: Names, metric: str, dimension: str, values: Sequence[str]) -> list[Line]:
    return [Line(value, quality(names, metric, (dimension, value))) for value in values]
