"""Firehose: open partitions, objects and their sizes, delays, and what is billed.

https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-s3bucketdelivery.html
https://aws.amazon.com/firehose/pricing/
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Final

from firelake.contract.layout import Granularity
from firelake.infra.partitions import open_periods
from firelake.infra.settle import BUFFER_STAGES
from firelake.plan import limits
from firelake.plan.buffers import Filling, filling
from firelake.plan.units import GIB, HOUR_S, MIB, MONTH_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firelake.plan.function import FunctionNeeds
    from firelake.plan.situation import Situation

_PERIODS_A_DAY: Final = {Granularity.HOUR: 24.0, Granularity.DAY: 1.0, Granularity.MONTH: 1 / 30}


@dataclass(frozen=True, slots=True)
class _PartitionClass:
    """Partitions that fill alike: their number, rows a second of each, and how they fill."""

    count: int
    rows_per_s: float
    is_late: bool
    filling: Filling

    @property
    def objects_per_s(self) -> float:
        return self.count * self.filling.per_s

    @property
    def open(self) -> float:
        return self.count * self.filling.open_share


def periods_in(granularity: Granularity, days: float) -> float:
    """Returns the number of `dt` periods of so many days."""
    return days * _PERIODS_A_DAY[granularity]


def late_periods(granularity: Granularity, lateness_days: int) -> int:
    """Returns the number of earlier `dt` periods over which late events are spread."""
    return ceil(round(periods_in(granularity, lateness_days), 9))


def object_bytes(rows: float, situation: Situation) -> float:
    """Returns the size of a Parquet object of at least one row: a footer, and rows on top."""
    further = max(0.0, rows - 1) * situation.parquet_row_bytes
    return situation.assumptions.parquet_file_bytes + further


class DeliveryNeeds:
    """What delivery takes: means and peaks, then the amounts of a month.

    Attributes:
        most_partitions: Event types by periods of the lateness window: so many can be open.
        open_partitions: Partitions open at once.
        peak_open_partitions: The same at the peak, with two current periods.
        late_objects_per_hour: Parquet objects that hold late events only.
        rows_per_object: Rows of an object of current events.
        object_bytes: Size of an object of current events.
        raw_objects_per_hour: Objects under `raw/`.
        partition_bytes_per_s: Bytes of the busiest partition at the peak.
        delay_s: Mean time from arrival in Kinesis to the object in S3.
        worst_delay_s: The longest, as AWS's guide has it, while nothing is throttled.
        freshness_s: Mean DataFreshness: the age of an object's oldest record when it is stored.
        ingested_gb: Records, each rounded up to 5 KB.
        partitioned_gb: Rows that go through dynamic partitioning.
    """

    def __init__(self, situation: Situation, function: FunctionNeeds) -> None:
        """Works out what delivery takes of the batches that the function answers."""
        workload, config = situation.workload, situation.config
        delivery, rows_per_s = config.delivery, workload.unique_per_s
        classes, at_peak = ([*_classes(situation, ratio)] for ratio in (1.0, workload.peak_ratio))

        types = len(workload.type_shares)
        self.most_partitions: Final = types * open_periods(config.granularity, config.lateness_days)
        self.open_partitions: Final = sum(each.open for each in classes)
        # Just after a period's end both it and the next have their current partition.
        peak = sum((1 if each.is_late else 2) * each.open for each in at_peak)
        self.peak_open_partitions: Final = min(float(self.most_partitions), peak)
        busiest_rows_per_s = max(each.rows_per_s for each in at_peak)
        self.partition_bytes_per_s: Final = busiest_rows_per_s * situation.row_bytes

        current, late = (
            sum(each.objects_per_s for each in classes if each.is_late is is_late) * HOUR_S
            for is_late in (False, True)
        )
        current_rows, late_rows = (
            rows_per_s * HOUR_S * share / objects if objects else 1.0
            for share, objects in ((1 - workload.late, current), (workload.late, late))
        )
        self.objects_per_hour: Final = current + late
        self.late_objects_per_hour: Final = late
        self.rows_per_object: Final = current_rows
        self.object_bytes: Final = object_bytes(current_rows, situation)
        self.late_object_bytes: Final = object_bytes(late_rows, situation)
        buffer_bytes, raw_s = delivery.buffer_size_mb * MIB, delivery.raw_buffer_interval_s
        raw = filling(workload.records_per_s, workload.record_bytes, buffer_bytes, raw_s)
        self.raw_objects_per_hour: Final = raw.per_s * HOUR_S
        self.objects: Final = self.objects_per_hour * MONTH_S / HOUR_S

        batch_s = min(delivery.batch_interval_s, function.batch_period_s)

        def mean_of_rows(seconds: Callable[[Filling], float]) -> float:
            weighted = (each.count * each.rows_per_s * seconds(each.filling) for each in classes)
            return sum(weighted) / rows_per_s

        # The first row of a buffer waits longest, the last not at all.
        waits_s = mean_of_rows(lambda each: each.open_s * (1 + 1 / each.items) / 2)
        read_s = limits.READ_INTERVAL_S + batch_s
        self.delay_s: Final = read_s / 2 + function.duration_s + waits_s
        before_s = read_s + function.duration_s
        self.worst_delay_s: Final = before_s + BUFFER_STAGES * delivery.buffer_interval_s
        self.freshness_s: Final = before_s + mean_of_rows(lambda each: each.open_s)

        records_gb = workload.records_per_s * MONTH_S / GIB
        billed_bytes = workload.billed_record_bytes(limits.FIREHOSE_RECORD_INCREMENT_BYTES)
        self.ingested_gb: Final = records_gb * billed_bytes
        self.unrounded_gb: Final = records_gb * workload.record_bytes
        self.partitioned_gb: Final = rows_per_s * MONTH_S * situation.row_bytes / GIB


def _classes(situation: Situation, ratio: float) -> Iterator[_PartitionClass]:
    """Yields the partitions that rows come for at so many times the mean, alike ones together."""
    workload, config = situation.workload, situation.config
    periods = late_periods(config.granularity, config.lateness_days)
    for share in workload.type_shares:
        rows = share * (workload.unique_per_s * ratio)
        for count, rows_per_s, is_late in (
            (1, rows * (1 - workload.late), False),
            (periods, rows * workload.late / periods, True),
        ):
            # Rows of a packed record come at once; late ones alone.
            at_once = 1.0 if is_late else workload.events_per_record
            fill = filling(
                rows_per_s / at_once,
                situation.row_bytes * at_once,
                config.delivery.buffer_size_mb * MIB,
                config.delivery.buffer_interval_s,
            )
            if rows_per_s:
                fill = replace(fill, items=fill.items * at_once)
                yield _PartitionClass(count, rows_per_s, is_late, fill)
