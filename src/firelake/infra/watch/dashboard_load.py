"""The graphs of the dashboard about what the stack runs on: what is wrong, what does it cost."""

from __future__ import annotations

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
from firelake.infra.watch.widgets import Graph, Line, Mark, Row, alarm_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names
    from firelake.infra.watch.spec import AlarmSpec

_HEIGHT: Final = 6
_HOUR_S: Final = 3600
_S_TO_MS: Final = 1000

# DynamoDB publishes latency and its own errors by operation only.
_INSERT: Final = "BatchExecuteStatement"
_READ: Final = "BatchGetItem"


def fault_rows(names: Names, config: LakeConfig, specs: Sequence[AlarmSpec]) -> tuple[Row, ...]:
    """Show failures, throttles and how near the limits are.

    Args:
        config: The stack's settings, whose limits are drawn.
    """
    return (
        Row(_HEIGHT, (_function_failures(names), _function_time(names, specs), _writes(names))),
        Row(
            _HEIGHT,
            (
                Graph(
                    title="Throttles",
                    lines=(
                        Line("claims, writes", claims(names, "WriteThrottleEvents")),
                        Line("claims, reads", claims(names, "ReadThrottleEvents")),
                        Line("producers", kinesis(names, "WriteProvisionedThroughputExceeded")),
                        Line("readers", kinesis(names, "ReadProvisionedThroughputExceeded")),
                        Line("Firehose", firehose(names, "ThrottledGetRecords")),
                    ),
                    unit="in five minutes",
                ),
                Graph(
                    title="Claims table: latency and its own errors",
                    lines=(
                        *(
                            Line(
                                f"{operation}, p99",
                                claims(names, "SuccessfulRequestLatency", operation),
                                "p99",
                            )
                            for operation in (_INSERT, _READ)
                        ),
                        *(
                            Line(
                                f"{operation}, errors",
                                claims(names, "SystemErrors", operation),
                                is_on_right_axis=True,
                            )
                            for operation in (_INSERT, _READ)
                        ),
                    ),
                    unit="ms",
                    right_unit="errors",
                ),
                Graph(
                    title="Active partitions",
                    lines=(Line("open", firehose(names, "PartitionCount"), "Maximum"),),
                    unit="partitions",
                    marks=(Mark("quota", config.delivery.active_partitions_quota),),
                ),
            ),
        ),
    )


def _function_failures(names: Names) -> Graph:
    return Graph(
        title="Function: failures",
        lines=(
            Line("errors", function(names, "Errors")),
            Line("throttles", function(names, "Throttles")),
        ),
        unit="calls",
    )


def _function_time(names: Names, specs: Sequence[AlarmSpec]) -> Graph:
    duration = function(names, "Duration")
    return Graph(
        title="Function: time and calls at once",
        lines=(
            Line("median", duration, "p50"),
            Line("p99", duration, "p99"),
            Line("longest", duration, "Maximum"),
            Line(
                "calls at once",
                function(names, "ConcurrentExecutions"),
                "Maximum",
                is_on_right_axis=True,
            ),
        ),
        unit="ms",
        right_unit="calls",
        marks=(
            *alarm_marks(specs, FUNCTION_DURATION),
            Mark("claims deadline", CLAIMS_DEADLINE_S * _S_TO_MS),
            Mark("time-out", TRANSFORM_TIMEOUT_S * _S_TO_MS),
        ),
    )


def _writes(names: Names) -> Graph:
    return Graph(
        title="Share of Firehose's writes that succeed",
        lines=(
            Line("to events/ and errors/", firehose(names, "DeliveryToS3.Success"), "Average"),
            Line("to raw/", firehose(names, "BackupToS3.Success"), "Average"),
        ),
        unit="1 = all",
    )


def history_rows(names: Names) -> tuple[Row, ...]:
    """Show what the moves into history do, by the day."""
    return (
        Row(
            _HEIGHT,
            (
                Graph(
                    title="Moves into history",
                    lines=(
                        Line("ended", quality(names, METRIC_MOVES)),
                        Line("failed", moves(names, "ExecutionsFailed")),
                        Line("timed out", moves(names, "ExecutionsTimedOut")),
                    ),
                    unit="a day",
                    period_s=SECONDS_PER_DAY,
                ),
                Graph(
                    title="Files removed",
                    lines=(Line("files", quality(names, METRIC_FILES_REMOVED)),),
                    unit="a day",
                    period_s=SECONDS_PER_DAY,
                ),
                Graph(
                    title="Age of the oldest day whose files are read",
                    lines=(Line("age", quality(names, METRIC_WATERMARK_AGE), "Maximum"),),
                    unit="s",
                    period_s=SECONDS_PER_DAY,
                ),
                Graph(
                    title="Errors that expire soon, and erasures past their day",
                    lines=(
                        Line("error objects", quality(names, METRIC_ERRORS_EXPIRING), "Maximum"),
                        Line("erasures", quality(names, METRIC_ERASURES_LATE), "Maximum"),
                    ),
                    unit="objects, erasures",
                    period_s=SECONDS_PER_DAY,
                ),
            ),
        ),
    )


def cost_rows(names: Names) -> tuple[Row, ...]:
    """Show what the bill follows; prices are not in CloudWatch."""
    scanned = (
        "SUM(SEARCH('{AWS/Athena,QueryState,QueryType,WorkGroup} "
        f'MetricName="ProcessedBytes" WorkGroup="{names.workgroup}"\', \'Sum\', {_HOUR_S}))'
    )
    return (
        Row(
            _HEIGHT,
            (
                Graph(
                    title="Kinesis and Firehose, by the hour",
                    lines=(
                        Line("put on the stream", kinesis(names, "IncomingBytes")),
                        Line(
                            "read by Firehose",
                            firehose(names, "DataReadFromKinesisStream.Bytes"),
                        ),
                        Line("written", firehose(names, "DeliveryToS3.Bytes")),
                        Line(
                            "records, of which Firehose bills each as 5 KB at least",
                            firehose(names, "DataReadFromKinesisStream.Records"),
                            is_on_right_axis=True,
                        ),
                    ),
                    unit="bytes",
                    right_unit="records",
                    period_s=_HOUR_S,
                ),
                Graph(
                    title="Function, by the hour",
                    lines=(
                        Line("time of all calls", function(names, "Duration")),
                        Line("calls", function(names, "Invocations"), is_on_right_axis=True),
                    ),
                    unit="ms",
                    right_unit="calls",
                    period_s=_HOUR_S,
                ),
                Graph(
                    title="Claims table, by the hour",
                    lines=(
                        Line("write units", claims(names, "ConsumedWriteCapacityUnits")),
                        Line("read units", claims(names, "ConsumedReadCapacityUnits")),
                        Line("events", quality(names, METRIC_EVENTS_RECEIVED)),
                        Line(
                            "ids a call and page",
                            quality(names, METRIC_CLAIM_IDS_PER_PAGE),
                            "Average",
                            is_on_right_axis=True,
                        ),
                        Line(
                            "full pages",
                            quality(names, METRIC_CLAIM_PAGES_FULL),
                            is_on_right_axis=True,
                        ),
                    ),
                    unit="units, events",
                    right_unit="ids, pages",
                    period_s=_HOUR_S,
                ),
            ),
        ),
        Row(
            _HEIGHT,
            (
                Graph(
                    title="Athena, by the hour",
                    lines=(Line("scanned", scanned),),
                    unit="bytes",
                    period_s=_HOUR_S,
                ),
                Graph(
                    title="Objects that Firehose writes, by the hour",
                    lines=(Line("objects", firehose(names, "DeliveryToS3.ObjectCount")),),
                    unit="objects",
                    period_s=_HOUR_S,
                ),
                Graph(
                    title="Bucket, by the day",
                    lines=(Line("kept", bucket_size(names), "Average"),),
                    unit="bytes",
                    period_s=SECONDS_PER_DAY,
                ),
            ),
        ),
    )
