"""How an embedded cloud is: what came in, how far delivery is behind, and what is in the bucket."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from firelake.aws.lake_ref import LakeRef
from firelake.contract.errors import LayoutError
from firelake.contract.layout import ERRORS_PREFIX, parse_errors_key
from firelake.laptop.alarm_states import AlarmStatus, MetricCalls, alarm_states, metric_points
from firelake.local.alarms.definition import Series

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from firelake.laptop.running import Running

_KINESIS: Final = "AWS/Kinesis"
_FIREHOSE: Final = "AWS/Firehose"
_MINUTE_S: Final = 60
# CloudWatch answers with 1,440 data points at most:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
_MOST_POINTS: Final = 1440
# A data point older than this says nothing of how it is now.
_RECENT_S: Final = 15 * _MINUTE_S


class Calls(MetricCalls, Protocol):
    """Calls of AWS's services by their APIs' names, as the embedded cloud's clients make them."""

    def pages(
        self, service: str, operation: str, parameters: Mapping[str, object], key: str
    ) -> list[dict[str, Any]]:
        """Give the members under a key of every page of a listing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamStatus:
    """The Kinesis stream, by what CloudWatch has so far: once a minute. None where it has nothing.

    `millis_behind_latest` is how far the delivery's reading is behind the newest record.
    """

    name: str
    incoming_records: int | None
    incoming_bytes: int | None
    millis_behind_latest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStatus:
    """The delivery, by what CloudWatch has so far: once a minute. None where it has nothing.

    `data_freshness_s` is the age of the oldest record that is not delivered, `success` the share of
    objects that were stored; both are of the newest minute. The counts are of all time.
    """

    name: str
    is_running: bool
    read_records: int | None
    delivered_records: int | None
    not_converted_records: int | None
    data_freshness_s: float | None
    success: float | None
    partitions: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many objects there are under a name, and their bytes."""

    name: str
    objects: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """All of it; `prefixes` are those of the bucket, `errors` the types of errors.

    `alarms` are all that the stack has, as CloudWatch would have them now.
    """

    stack: str
    endpoint: str
    since_s: int
    stream: StreamStatus
    delivery: DeliveryStatus
    prefixes: tuple[Size, ...]
    errors: tuple[Size, ...]
    alarms: tuple[AlarmStatus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Metrics:
    """The metrics of one stream."""

    calls: Calls
    namespace: str
    dimension: tuple[str, str]
    since_s: int
    now_s: int

    def total(self, metric: str) -> int | None:
        """The sum of all time."""
        points = self._points(metric, "Sum")
        return round(sum(points.values())) if points else None

    def latest(self, metric: str, statistic: str) -> float | None:
        """What the newest data point says, if it is recent."""
        points = self._points(metric, statistic)
        newest = max(points, default=None)
        if newest is None or newest.timestamp() < self.now_s - _RECENT_S:
            return None
        return points[newest]

    def _points(self, metric: str, statistic: str) -> dict[datetime, float]:
        # Whole minutes, and the one that is not over.
        start_s = self.since_s // _MINUTE_S * _MINUTE_S
        end_s = (self.now_s // _MINUTE_S + 1) * _MINUTE_S
        periods = -(-(end_s - start_s) // (_MOST_POINTS * _MINUTE_S))
        series = Series(
            namespace=self.namespace,
            name=metric,
            dimensions=(self.dimension,),
            statistic=statistic,
            period_s=periods * _MINUTE_S,
        )
        return metric_points(self.calls, series, start_s, end_s)


def status_of(running: Running, calls: Calls, *, is_delivering: bool, now_s: float) -> Status:
    """Ask an embedded cloud how it is.

    Args:
        now_s: The time, Unix time.

    Raises:
        botocore.exceptions.ClientError: The cloud refused.
    """
    lake = LakeRef.resolve({}, running.environment)

    def metrics(namespace: str, dimension: str, name: str) -> _Metrics:
        return _Metrics(
            calls=calls,
            namespace=namespace,
            dimension=(dimension, name),
            since_s=running.since_s,
            now_s=int(now_s),
        )

    kinesis = metrics(_KINESIS, "StreamName", lake.stream)
    firehose = metrics(_FIREHOSE, "DeliveryStreamName", lake.delivery_stream)
    prefixes, errors = _sizes(calls, lake.bucket)
    return Status(
        stack=running.stack,
        endpoint=running.environment["AWS_ENDPOINT_URL"],
        since_s=running.since_s,
        stream=StreamStatus(
            name=lake.stream,
            incoming_records=kinesis.total("IncomingRecords"),
            incoming_bytes=kinesis.total("IncomingBytes"),
            millis_behind_latest=firehose.latest("KinesisMillisBehindLatest", "Maximum"),
        ),
        delivery=_delivery(lake.delivery_stream, firehose, is_running=is_delivering),
        prefixes=prefixes,
        errors=errors,
        alarms=alarm_states(running.alarms, calls, int(now_s)),
    )


def _delivery(name: str, firehose: _Metrics, *, is_running: bool) -> DeliveryStatus:
    partitions = firehose.latest("PartitionCount", "Maximum")
    return DeliveryStatus(
        name=name,
        is_running=is_running,
        read_records=firehose.total("DataReadFromKinesisStream.Records"),
        delivered_records=firehose.total("DeliveryToS3.Records"),
        not_converted_records=firehose.total("FailedConversion.Records"),
        data_freshness_s=firehose.latest("DeliveryToS3.DataFreshness", "Maximum"),
        success=firehose.latest("DeliveryToS3.Success", "Average"),
        partitions=None if partitions is None else round(partitions),
    )


def _sizes(calls: Calls, bucket: str) -> tuple[tuple[Size, ...], tuple[Size, ...]]:
    """The objects by their prefix, and those under `errors/` by their type."""
    prefixes: defaultdict[str, list[int]] = defaultdict(list)
    errors: defaultdict[str, list[int]] = defaultdict(list)
    for stored in calls.pages("s3", "ListObjectsV2", {"Bucket": bucket}, "Contents"):
        key, size = str(stored["Key"]), int(stored["Size"])
        first, slash, _ = key.partition("/")
        prefixes[first + slash].append(size)
        if key.startswith(ERRORS_PREFIX):
            errors[_error_type(key)].append(size)
    return _summed(prefixes), _summed(errors)


def _summed(sizes: Mapping[str, Sequence[int]]) -> tuple[Size, ...]:
    return tuple(
        Size(name=name, objects=len(each), bytes=sum(each)) for name, each in sorted(sizes.items())
    )


def _error_type(key: str) -> str:
    try:
        return parse_errors_key(key).error_type
    except LayoutError:
        return "unknown"
