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
from firelake.infra.watch.widgets import Graph, Line, Row, alarm_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.infra.naming import Names
    from firelake.infra.watch.spec import AlarmSpec

_HEIGHT: Final = 6

# More lines than this tell nothing in one graph; CloudWatch's own limit is 500.
_MOST_LINES: Final = 100


def freshness_rows(names: Names, specs: Sequence[AlarmSpec]) -> tuple[Row, ...]:
    """Show how old events are at each step."""
    age = Graph(
        title="Age of the oldest event in Firehose",
        lines=(
            Line("to events/", firehose(names, "DeliveryToS3.DataFreshness"), "Maximum"),
            Line("to raw/", firehose(names, "BackupToS3.DataFreshness"), "Maximum"),
        ),
        unit="s",
        marks=alarm_marks(specs, DATA_FRESHNESS),
    )
    behind = Graph(
        title="Readers behind the stream",
        lines=(
            Line("Firehose", firehose(names, "KinesisMillisBehindLatest"), "Maximum"),
            Line("all readers", kinesis(names, "GetRecords.IteratorAgeMilliseconds"), "Maximum"),
        ),
        unit="ms",
        marks=alarm_marks(specs, ITERATOR_AGE),
    )
    since_creation = Graph(
        title="Age of events when the function had them",
        lines=(
            Line("oldest of a batch", quality(names, METRIC_EVENT_AGE_MAX), "Maximum"),
            Line("mean", quality(names, METRIC_EVENT_AGE_MEAN), "Average"),
        ),
        unit="s since creation",
    )
    return (Row(_HEIGHT, (age, behind, since_creation)),)


def completeness_rows(names: Names, event_types: Sequence[str]) -> tuple[Row, ...]:
    """Show what came in, what became of it, and why.

    Args:
        event_types: Those that have a line each, beside what is unregistered.
    """
    steps = Graph(
        title="Records, step by step",
        lines=(
            Line("put on the stream", kinesis(names, "IncomingRecords")),
            Line("read by Firehose", firehose(names, "DataReadFromKinesisStream.Records")),
            Line("accepted by the function", firehose(names, "SucceedProcessing.Records")),
            Line("converted to Parquet", firehose(names, "SucceedConversion.Records")),
            Line("written, errors too", firehose(names, "DeliveryToS3.Records")),
            Line("written to raw/", firehose(names, "BackupToS3.Records")),
        ),
        unit="records",
    )
    outcomes = Graph(
        title="Events, what became of them",
        lines=(
            Line("received", quality(names, METRIC_EVENTS_RECEIVED)),
            Line("delivered", quality(names, METRIC_EVENTS_DELIVERED)),
            Line("duplicate", quality(names, METRIC_EVENTS_DUPLICATE)),
            Line("invalid", quality(names, METRIC_EVENTS_INVALID)),
            Line("unregistered", quality(names, METRIC_EVENTS_UNREGISTERED)),
        ),
        unit="events",
    )
    reasons = Graph(
        title="Invalid events by reason",
        lines=tuple(
            Line(
                reason.value,
                quality(names, METRIC_EVENTS_INVALID, (DIMENSION_REASON, reason.value)),
            )
            for reason in Reason
        ),
        unit="events",
        is_stacked=True,
    )
    errors = Graph(
        title="What goes to errors/",
        lines=(
            Line("objects", event_rule(error_objects_rule(names).name)),
            Line("rows not converted", firehose(names, "FailedConversion.Records")),
            Line(
                "partition quota exceeded",
                firehose(names, "PartitionCountExceeded"),
                "Maximum",
            ),
        ),
        unit="in five minutes",
    )
    return (
        Row(_HEIGHT, (steps, outcomes)),
        Row(_HEIGHT, (reasons, errors)),
        *(Row(_HEIGHT, (graph,)) for graph in _by_event_type(names, event_types)),
    )


def _by_event_type(names: Names, event_types: Sequence[str]) -> tuple[Graph, ...]:
    types = (*event_types, UNREGISTERED) if event_types else ()
    parts = [types[start : start + _MOST_LINES] for start in range(0, len(types), _MOST_LINES)]
    return tuple(
        Graph(
            title=f"Delivered events by type, {number} of {len(parts)}",
            lines=tuple(
                Line(
                    event_type,
                    quality(names, METRIC_EVENTS_DELIVERED, (DIMENSION_EVENT_TYPE, event_type)),
                )
                for event_type in part
            ),
            unit="events",
            is_stacked=True,
        )
        for number, part in enumerate(parts, start=1)
    )
