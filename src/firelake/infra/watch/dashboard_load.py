"""The graphs of the dashboard about what the stack runs on: what is wrong, what does it cost."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import CLAIMS_DEADLINE_S, SECONDS_PER_DAY
from firelake.contract.names import (
    METRIC_CLAIM_IDS_PER_PAGE,
    METRIC_CLAIM_PAGES_FULL,
    METRIC_ERASURES_LATE,
    METRIC_ERRORS_EXPIRING,
    METRIC_EVENTS_RECEIVED,
    METRIC_FILES_REMOVED,
    METRIC_MOVES,
    METRIC_WATERMARK_AGE,
)
from firelake.infra.config import TRANSFORM_TIMEOUT_S
from firelake.infra.watch.alarms import FUNCTION_DURATION
from firelake.infra.watch.metrics import (
    bucket_size,
    claims,
    firehose,
    function,
    kinesis,
    moves,
    quality,
)
from firelake.infra.watch.widgets import Line, Mark, alarm_marks, graph, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names
    from firelake.infra.watch.spec import AlarmSpec
    from firelake.infra.watch.widgets import Row, Widget

_HOUR_S: Final = 3600
_S_TO_MS: Final = 1000

# DynamoDB publishes latency and its own errors by operation only.
_OPERATIONS: Final = ("BatchExecuteStatement", "BatchGetItem")

_hourly: Final = partial(graph, period_s=_HOUR_S)
_daily: Final = partial(graph, period_s=SECONDS_PER_DAY)


def fault_rows(names: Names, config: LakeConfig, specs: Sequence[AlarmSpec]) -> tuple[Row, ...]:
    """Show failures, throttles and how near the limits are.

    Args:
        config: The stack's settings, whose limits are drawn.
    """
    failures = graph(
        "Function: failures",
        "calls",
        Line("errors", function(names, "Errors")),
        Line("throttles", function(names, "Throttles")),
    )
    writes = graph(
        "Share of Firehose's writes that succeed",
        "1 = all",
        Line("to events/ and errors/", firehose(names, "DeliveryToS3.Success"), "Average"),
        Line("to raw/", firehose(names, "BackupToS3.Success"), "Average"),
    )
    throttles = graph(
        "Throttles",
        "in five minutes",
        Line("claims, writes", claims(names, "WriteThrottleEvents")),
        Line("claims, reads", claims(names, "ReadThrottleEvents")),
        Line("producers", kinesis(names, "WriteProvisionedThroughputExceeded")),
        Line("readers", kinesis(names, "ReadProvisionedThroughputExceeded")),
        Line("Firehose", firehose(names, "ThrottledGetRecords")),
    )
    latencies, errors = (
        [(each, claims(names, metric, each)) for each in _OPERATIONS]
        for metric in ("SuccessfulRequestLatency", "SystemErrors")
    )
    table = graph(
        "Claims table: latency and its own errors",
        "ms",
        *(Line(f"{each}, p99", metric, "p99") for each, metric in latencies),
        *(Line(f"{each}, errors", metric, is_on_right_axis=True) for each, metric in errors),
        right_unit="errors",
    )
    partitions = graph(
        "Active partitions",
        "partitions",
        Line("open", firehose(names, "PartitionCount"), "Maximum"),
        marks=(Mark("quota", config.delivery.active_partitions_quota),),
    )
    return (
        row(failures, _function_time(names, specs), writes),
        row(throttles, table, partitions),
    )


def _function_time(names: Names, specs: Sequence[AlarmSpec]) -> Widget:
    duration, at_once = (function(names, each) for each in ("Duration", "ConcurrentExecutions"))
    return graph(
        "Function: time and calls at once",
        "ms",
        Line("median", duration, "p50"),
        Line("p99", duration, "p99"),
        Line("longest", duration, "Maximum"),
        Line("calls at once", at_once, "Maximum", is_on_right_axis=True),
        right_unit="calls",
        marks=(
            *alarm_marks(specs, FUNCTION_DURATION),
            Mark("claims deadline", CLAIMS_DEADLINE_S * _S_TO_MS),
            Mark("time-out", TRANSFORM_TIMEOUT_S * _S_TO_MS),
        ),
    )


def history_row(names: Names) -> Row:
    """Show what the moves into history do, by the day."""
    return row(
        _daily(
            "Moves into history",
            "a day",
            Line("ended", quality(names, METRIC_MOVES)),
            Line("failed", moves(names, "ExecutionsFailed")),
            Line("timed out", moves(names, "ExecutionsTimedOut")),
        ),
        _daily("Files removed", "a day", Line("files", quality(names, METRIC_FILES_REMOVED))),
        _daily(
            "Age of the oldest day whose files are read",
            "s",
            Line("age", quality(names, METRIC_WATERMARK_AGE), "Maximum"),
        ),
        _daily(
            "Errors that expire soon, and erasures past their day",
            "objects, erasures",
            Line("error objects", quality(names, METRIC_ERRORS_EXPIRING), "Maximum"),
            Line("erasures", quality(names, METRIC_ERASURES_LATE), "Maximum"),
        ),
    )


def cost_rows(names: Names) -> tuple[Row, ...]:
    """Show what the bill follows; prices are not in CloudWatch."""
    scanned = (
        "SUM(SEARCH('{AWS/Athena,QueryState,QueryType,WorkGroup} "
        f'MetricName="ProcessedBytes" WorkGroup="{names.workgroup}"\', \'Sum\', {_HOUR_S}))'
    )
    ids_per_page = quality(names, METRIC_CLAIM_IDS_PER_PAGE)
    full_pages = quality(names, METRIC_CLAIM_PAGES_FULL)
    return (
        row(
            _hourly(
                "Kinesis and Firehose, by the hour",
                "bytes",
                Line("put on the stream", kinesis(names, "IncomingBytes")),
                Line("read by Firehose", firehose(names, "DataReadFromKinesisStream.Bytes")),
                Line("written", firehose(names, "DeliveryToS3.Bytes")),
                Line(
                    "records, of which Firehose bills each as 5 KB at least",
                    firehose(names, "DataReadFromKinesisStream.Records"),
                    is_on_right_axis=True,
                ),
                right_unit="records",
            ),
            _hourly(
                "Function, by the hour",
                "ms",
                Line("time of all calls", function(names, "Duration")),
                Line("calls", function(names, "Invocations"), is_on_right_axis=True),
                right_unit="calls",
            ),
            _hourly(
                "Claims table, by the hour",
                "units, events",
                Line("write units", claims(names, "ConsumedWriteCapacityUnits")),
                Line("read units", claims(names, "ConsumedReadCapacityUnits")),
                Line("events", quality(names, METRIC_EVENTS_RECEIVED)),
                Line("ids a call and page", ids_per_page, "Average", is_on_right_axis=True),
                Line("full pages", full_pages, is_on_right_axis=True),
                right_unit="ids, pages",
            ),
        ),
        row(
            _hourly("Athena, by the hour", "bytes", Line("scanned", scanned)),
            _hourly(
                "Objects that Firehose writes, by the hour",
                "objects",
                Line("objects", firehose(names, "DeliveryToS3.ObjectCount")),
            ),
            _daily("Bucket, by the day", "bytes", Line("kept", bucket_size(names), "Average")),
        ),
    )
