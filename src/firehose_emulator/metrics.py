"""CloudWatch metrics under AWS's names, gathered and given out once a minute.

https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html
https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final


@unique
class Unit(StrEnum):
    """CloudWatch's units, as far as they are used."""

    COUNT = "Count"
    BYTES = "Bytes"
    SECONDS = "Seconds"
    MILLISECONDS = "Milliseconds"


@unique
class Metric(StrEnum):
    """The metrics of Firehose, and of Kinesis where nobody else publishes them."""

    READ_RECORDS = "DataReadFromKinesisStream.Records"
    READ_BYTES = "DataReadFromKinesisStream.Bytes"
    MILLIS_BEHIND_LATEST = "KinesisMillisBehindLatest"
    EXECUTE_SUCCESS = "ExecuteProcessing.Success"
    EXECUTE_DURATION = "ExecuteProcessing.Duration"
    PROCESSED_RECORDS = "SucceedProcessing.Records"
    PROCESSED_BYTES = "SucceedProcessing.Bytes"
    CONVERTED_RECORDS = "SucceedConversion.Records"
    CONVERTED_BYTES = "SucceedConversion.Bytes"
    NOT_CONVERTED_RECORDS = "FailedConversion.Records"
    NOT_CONVERTED_BYTES = "FailedConversion.Bytes"
    PARTITIONS = "PartitionCount"
    PARTITIONS_EXCEEDED = "PartitionCountExceeded"
    DELIVERY_SUCCESS = "DeliveryToS3.Success"
    DELIVERY_RECORDS = "DeliveryToS3.Records"
    DELIVERY_BYTES = "DeliveryToS3.Bytes"
    DELIVERY_OBJECTS = "DeliveryToS3.ObjectCount"
    DELIVERY_FRESHNESS = "DeliveryToS3.DataFreshness"
    BACKUP_SUCCESS = "BackupToS3.Success"
    BACKUP_RECORDS = "BackupToS3.Records"
    BACKUP_BYTES = "BackupToS3.Bytes"
    BACKUP_FRESHNESS = "BackupToS3.DataFreshness"
    INCOMING_RECORDS = "IncomingRecords"
    INCOMING_BYTES = "IncomingBytes"


FIREHOSE: Final = "AWS/Firehose"
KINESIS: Final = "AWS/Kinesis"

_OF_KINESIS: Final = frozenset({Metric.INCOMING_RECORDS, Metric.INCOMING_BYTES})
_DURATIONS: Final = frozenset({Metric.MILLIS_BEHIND_LATEST, Metric.EXECUTE_DURATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """What CloudWatch is told of one metric for one minute.

    Attributes:
        namespace: Whose metric it is.
        metric: Its name.
        dimension: Name and value of its one dimension.
        unit: Its unit.
        at_ms: The moment it is of, Unix time.
        count: How many values it is made of.
        total: Their sum.
        least: The least of them.
        greatest: The greatest of them.
    """

    namespace: str
    metric: Metric
    dimension: tuple[str, str]
    unit: Unit
    at_ms: int
    count: int
    total: float
    least: float
    greatest: float


class Metrics:
    """What happened since it was last given out. It may be told from several threads."""

    def __init__(self, delivery_stream: str, stream: str) -> None:
        """Name what the metrics are of.

        Args:
            delivery_stream: Name of the delivery stream.
            stream: Name of the Kinesis stream.
        """
        self._of_firehose = ("DeliveryStreamName", delivery_stream)
        self._of_kinesis = ("StreamName", stream)
        self._values: dict[Metric, list[float]] = {}
        self._lock = threading.Lock()

    def add(self, metric: Metric, value: float) -> None:
        """Note one value."""
        with self._lock:
            known = self._values.get(metric)
            if known is None:
                self._values[metric] = [1, value, value, value]
            else:
                known[0] += 1
                known[1] += value
                known[2] = min(known[2], value)
                known[3] = max(known[3], value)

    def add_where_known(self, metric: Metric, value: float) -> None:
        """Note one value of a metric that has others already, and of none that has not."""
        with self._lock:
            is_known = metric in self._values
        if is_known:
            self.add(metric, value)

    def take(self, at_ms: int) -> list[Datum]:
        """Give out what was noted, and forget it.

        Args:
            at_ms: The moment of the data points, Unix time.
        """
        with self._lock:
            values, self._values = self._values, {}
        return [
            Datum(
                namespace=KINESIS if metric in _OF_KINESIS else FIREHOSE,
                metric=metric,
                dimension=self._of_kinesis if metric in _OF_KINESIS else self._of_firehose,
                unit=_unit(metric),
                at_ms=at_ms,
                count=int(count),
                total=total,
                least=least,
                greatest=greatest,
            )
            for metric, (count, total, least, greatest) in sorted(values.items())
        ]


def _unit(metric: Metric) -> Unit:
    if metric in _DURATIONS:
        return Unit.MILLISECONDS
    if metric.endswith("DataFreshness"):
        return Unit.SECONDS
    return Unit.BYTES if metric.endswith("Bytes") else Unit.COUNT
