"""Kinesis: records, shards and what is billed of both modes.

https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
https://aws.amazon.com/kinesis/data-streams/pricing/
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

from firelake.plan import limits
from firelake.plan.units import GIB, HOUR_S, MONTH_S
from firelake.send.records import PARTITION_KEY_LENGTH

if TYPE_CHECKING:
    from firelake.infra.config_setting import CapacityMode
    from firelake.plan.situation import Situation

_FREE_HOURS: Final = 24
_EXTENDED_HOURS: Final = 168


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamNeeds:
    """What the stream takes: means and peaks, then the amounts of a month.

    Attributes:
        shards: Open shards: those configured, or those that on-demand mode has at the peak.
        bytes_per_s: Data and partition keys.
        filled_shards: Shards that the peak fills, not rounded; `fewest_shards` are whole.
        planned_shards: Provisioned shards that leave room at the peak.
        billed_gb: Data in, each record rounded up to 1 KB.
        read_gb: Data out to Firehose, rounded alike.
        put_units: PUT payload units of 25 KB, in provisioned mode.
        extended_gb: Data kept beyond the first day and up to the seventh.
        long_term_gb: Data kept beyond the seventh day.
    """

    mode: CapacityMode
    shards: int
    records_per_s: float
    peak_records_per_s: float
    bytes_per_s: float
    peak_bytes_per_s: float
    filled_shards: float
    fewest_shards: int
    planned_shards: int
    billed_gb: float
    read_gb: float
    put_units: float
    extended_gb: float
    long_term_gb: float


def stream_needs(situation: Situation) -> StreamNeeds:
    """Returns what the stream takes."""
    workload, config = situation.workload, situation.config.stream
    records_per_s = workload.records_per_s
    bytes_per_s = records_per_s * workload.stored_record_bytes
    peak = workload.peak_ratio
    filled = max(
        peak * records_per_s / limits.SHARD_RECORDS_PER_S,
        peak * bytes_per_s / limits.SHARD_BYTES_PER_S,
    )
    fewest = max(1, ceil(filled))
    billed_bytes_per_s = records_per_s * workload.billed_record_bytes(
        limits.KINESIS_RECORD_INCREMENT_BYTES, PARTITION_KEY_LENGTH
    )
    put_unit_bytes = workload.billed_record_bytes(limits.PUT_UNIT_BYTES, PARTITION_KEY_LENGTH)
    billed_gb = billed_bytes_per_s * MONTH_S / GIB
    gb_per_hour = billed_bytes_per_s * HOUR_S / GIB
    return StreamNeeds(
        mode=config.mode,
        shards=config.shard_count or max(limits.ON_DEMAND_START_SHARDS, fewest),
        records_per_s=records_per_s,
        peak_records_per_s=peak * records_per_s,
        bytes_per_s=bytes_per_s,
        peak_bytes_per_s=peak * bytes_per_s,
        filled_shards=filled,
        fewest_shards=fewest,
        planned_shards=max(1, ceil(filled / situation.assumptions.shard_utilization)),
        billed_gb=billed_gb,
        # The price page's examples read whole kilobytes; rounded up is the dearer reading.
        read_gb=billed_gb,
        put_units=records_per_s * MONTH_S * put_unit_bytes / limits.PUT_UNIT_BYTES,
        extended_gb=gb_per_hour
        * max(0, min(config.retention_hours, _EXTENDED_HOURS) - _FREE_HOURS),
        long_term_gb=gb_per_hour * max(0, config.retention_hours - _EXTENDED_HOURS),
    )
