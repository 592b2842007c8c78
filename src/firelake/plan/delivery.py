"""Firehose: open partitions, objects and their sizes, delays, and what is billed.

https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-s3bucketdelivery.html
https://aws.amazon.com/firehose/pricing/
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from firelake.contract.layout import Granularity
from firelake.infra.partitions import open_periods
from firelake.plan.buffers import Filling, filling
from firelake.plan.limits import BUFFER_STAGES, FIREHOSE_RECORD_INCREMENT_BYTES, READ_INTERVAL_S
from firelake.plan.units import DAY_S, GIB, HOUR_S, MIB, MONTH_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from firelake.infra.config import LakeConfig
    from firelake.plan.assumptions import Assumptions
    from firelake.plan.function import FunctionNeeds
    from firelake.plan.workload import Workload

_DAYS_A_MONTH: Final = 30


@dataclass(frozen=True, slots=True)
class PartitionClass:
    """Partitions that all fill alike.

    Attributes:
        count: How many there are.
        rows_per_s: Rows a second of each.
        is_late: Whether they hold late events only.
    """

    count: int
    rows_per_s: float
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryNeeds:
    """What delivery takes.

    Attributes:
        most_partitions: Event types by periods of the lateness window: so many can be open.
        open_partitions: Mean partitions open at once.
        peak_open_partitions: Partitions open at once at the peak, with two current periods.
        objects_per_hour: Parquet objects.
        late_objects_per_hour: Those of them that hold late events only.
        rows_per_object: Mean rows of an object of current events.
        object_bytes: Mean size of an object of current events.
        late_object_bytes: Mean size of an object of late events.
        raw_objects_per_hour: Objects under `raw/`.
        partition_bytes_per_s: Bytes of the busiest partition at the peak.
        delay_s: Mean time from arrival in Kinesis to the object in S3.
        worst_delay_s: The longest, as AWS's guide has it, while nothing is throttled.
        freshness_s: Mean DataFreshness: the age of an object's oldest record when it is stored.
        ingested_gb: A month's records, each rounded up to 5 KB.
        unrounded_gb: The same, not rounded.
        partitioned_gb: A month's rows that go through dynamic partitioning.
        objects: A month's objects.
    """

    most_partitions: int
    open_partitions: float
    peak_open_partitions: float
    objects_per_hour: float
    late_objects_per_hour: float
    rows_per_object: float
    object_bytes: float
    late_object_bytes: float
    raw_objects_per_hour: float
    partition_bytes_per_s: float
    delay_s: float
    worst_delay_s: float
    freshness_s: float
    ingested_gb: float
    unrounded_gb: float
    partitioned_gb: float
    objects: float


def late_periods(granularity: Granularity, lateness_days: int) -> int:
    """Count the earlier `dt` periods over which late events are spread.

    Args:
        granularity: How much time a period spans.
        lateness_days: How late an event may be.
    """
    match granularity:
        case Granularity.HOUR:
            return lateness_days * 24
        case Granularity.DAY:
            return lateness_days
        case Granularity.MONTH:
            return -(-lateness_days // _DAYS_A_MONTH)


def partition_classes(
    workload: Workload, config: LakeConfig, ratio: float = 1.0
) -> Iterator[PartitionClass]:
    """Give the partitions that rows come for, alike ones together.

    Args:
        workload: What comes.
        config: Granularity and lateness.
        ratio: How many times the mean volume comes.
    """
    periods = late_periods(config.granularity, config.lateness_days)
    rows_per_s = workload.unique_per_s * ratio
    for share in workload.type_shares:
        rows = share * rows_per_s
        yield PartitionClass(1, rows * (1 - workload.late), is_late=False)
        yield PartitionClass(periods, rows * workload.late / periods, is_late=True)


def object_bytes(rows: float, workload: Workload, assumptions: Assumptions) -> float:
    """Give the size of a Parquet object: a footer, and rows on top of the first.

    Args:
        rows: Rows of the object, at least one.
        workload: Size of an event.
        assumptions: Size of a file of one row, and what each further row adds.
    """
    row = assumptions.parquet_row_share * workload.event_bytes
    return assumptions.parquet_file_bytes + max(0.0, rows - 1) * row


def delivery_needs(
    workload: Workload, config: LakeConfig, function: FunctionNeeds, assumptions: Assumptions
) -> DeliveryNeeds:
    """Tell what delivery takes.

    Args:
        workload: What comes.
        config: The stack's settings.
        function: How batches come to delivery.
        assumptions: Sizes of rows and files.
    """
    delivery = config.delivery
    row_bytes = workload.event_bytes + assumptions.row_extra_bytes
    filled = [
        (each, _fill(each, workload, config, row_bytes))
        for each in partition_classes(workload, config)
        if each.rows_per_s
    ]
    current = sum(each.count * fill.per_s for each, fill in filled if not each.is_late) * HOUR_S
    late = sum(each.count * fill.per_s for each, fill in filled if each.is_late) * HOUR_S
    rows_per_hour = workload.unique_per_s * HOUR_S
    peak = sum(
        # Just after a period's end both it and the next have their current partition.
        (1 if each.is_late else 2)
        * each.count
        * _fill(each, workload, config, row_bytes).open_share
        for each in partition_classes(workload, config, workload.peak_ratio)
    )
    most = len(workload.type_shares) * open_periods(config.granularity, config.lateness_days)
    batch_open_s = min(delivery.batch_interval_s, function.batch_period_s)
    raw = filling(
        workload.records_per_s,
        workload.record_bytes,
        delivery.buffer_size_mb * MIB,
        delivery.raw_buffer_interval_s,
    )
    records_gb = workload.records_per_s * MONTH_S / GIB
    return DeliveryNeeds(
        most_partitions=most,
        open_partitions=sum(each.count * fill.open_share for each, fill in filled),
        peak_open_partitions=min(float(most), peak),
        objects_per_hour=current + late,
        late_objects_per_hour=late,
        rows_per_object=_ratio(rows_per_hour * (1 - workload.late), current),
        object_bytes=object_bytes(
            _ratio(rows_per_hour * (1 - workload.late), current), workload, assumptions
        ),
        late_object_bytes=object_bytes(
            _ratio(rows_per_hour * workload.late, late), workload, assumptions
        ),
        raw_objects_per_hour=raw.per_s * HOUR_S,
        partition_bytes_per_s=max(each.rows_per_s for each, _ in filled)
        * workload.peak_ratio
        * row_bytes,
        delay_s=READ_INTERVAL_S / 2
        + batch_open_s / 2
        + function.duration_s
        # The first row of a buffer waits longest, the last not at all.
        + _mean_of_rows(filled, lambda fill: fill.open_s * (1 + 1 / fill.items) / 2),
        worst_delay_s=READ_INTERVAL_S
        + batch_open_s
        + function.duration_s
        + BUFFER_STAGES * delivery.buffer_interval_s,
        freshness_s=READ_INTERVAL_S
        + batch_open_s
        + function.duration_s
        + _mean_of_rows(filled, lambda fill: fill.open_s),
        ingested_gb=records_gb * workload.billed_record_bytes(FIREHOSE_RECORD_INCREMENT_BYTES),
        unrounded_gb=records_gb * workload.record_bytes,
        partitioned_gb=workload.unique_per_s * MONTH_S * row_bytes / GIB,
        objects=(current + late) * MONTH_S / HOUR_S,
    )


def periods_from(config: LakeConfig, days: float) -> float:
    """Count the `dt` periods of so many days.

    Args:
        config: Granularity.
        days: Length of the time.
    """
    match config.granularity:
        case Granularity.HOUR:
            return days * DAY_S / HOUR_S
        case Granularity.DAY:
            return days
        case Granularity.MONTH:
            return days / _DAYS_A_MONTH


def _fill(
    each: PartitionClass, workload: Workload, config: LakeConfig, row_bytes: float
) -> Filling:
    """How a partition's buffer fills. Rows of a packed record come at once; late ones alone."""
    rows_at_once = 1.0 if each.is_late else workload.events_per_record
    fill = filling(
        each.rows_per_s / rows_at_once,
        row_bytes * rows_at_once,
        config.delivery.buffer_size_mb * MIB,
        config.delivery.buffer_interval_s,
    )
    return replace(fill, items=fill.items * rows_at_once)


def _mean_of_rows(
    filled: Sequence[tuple[PartitionClass, Filling]], value: Callable[[Filling], float]
) -> float:
    rows = sum(each.count * each.rows_per_s for each, _ in filled)
    return sum(each.count * each.rows_per_s * value(fill) for each, fill in filled) / rows


def _ratio(whole: float, parts: float) -> float:
    return whole / parts if parts else 1.0
