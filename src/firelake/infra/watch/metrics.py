"""The CloudWatch metrics that alarms and dashboard look at, each with its dimensions.

https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html
https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.contract.names import DIMENSION_SERVICE, METRICS_NAMESPACE

if TYPE_CHECKING:
    from firelake.infra.naming import Names


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of CloudWatch.

    Attributes:
        dimensions: Names and values, in the order in which a dashboard shows them.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


def firehose(names: Names, name: str) -> Metric:
    """Returns a metric of the delivery stream."""
    return Metric("AWS/Firehose", name, (("DeliveryStreamName", names.delivery_stream),))


def kinesis(names: Names, name: str) -> Metric:
    """Returns a metric of the stream as a whole; metrics by shard cost extra and are off."""
    return Metric("AWS/Kinesis", name, (("StreamName", names.stream),))


def function(names: Names, name: str) -> Metric:
    """Returns a metric of the function over all its versions."""
    return Metric("AWS/Lambda", name, (("FunctionName", names.function),))


def claims(names: Names, name: str, operation: str | None = None) -> Metric:
    """Returns a metric of the claims table.

    Args:
        operation: DynamoDB's operation, for the metrics that exist by operation only.
    """
    table = (("TableName", names.claims_table),)
    return Metric(
        "AWS/DynamoDB", name, table if operation is None else (*table, ("Operation", operation))
    )


def moves(names: Names, name: str) -> Metric:
    """Returns a metric of the state machine that moves days into history."""
    return Metric("AWS/States", name, (("StateMachineArn", names.move_machine_arn),))


def event_rule(rule_name: str) -> Metric:
    """Returns the number of events that an EventBridge rule of the default bus has matched.

    The count needs no target: it is made where the pattern is compared.
    """
    return Metric("AWS/Events", "MatchedEvents", (("RuleName", rule_name),))


def quality(names: Names, name: str, dimension: tuple[str, str] | None = None) -> Metric:
    """Returns one of the function's own metrics; they count attempts, retried batches too.

    Args:
        dimension: Name and value of a second dimension, for the metrics that have one.
    """
    service = ((DIMENSION_SERVICE, names.prefix),)
    return Metric(METRICS_NAMESPACE, name, service if dimension is None else (*service, dimension))


def bucket_size(names: Names) -> Metric:
    """Returns the bytes of the bucket's current objects, which S3 publishes once a day."""
    return Metric(
        "AWS/S3",
        "BucketSizeBytes",
        (("BucketName", names.bucket), ("StorageType", "StandardStorage")),
    )
