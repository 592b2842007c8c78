"""Kinesis: records, shards and what is billed of both modes.

https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
https://aws.amazon.com/kinesis/data-streams/pricing/
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from firelake.plan import limits
from firelake.plan.units import GIB, HOUR_S, MONTH_S
from firelake.send.records import PARTITION_KEY_LENGTH

if TYPE_CHECKING:
    from firelake.plan.situation import Situation

_FREE_HOURS: Final = 24
_EXTENDED_HOURS: Final = 168


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

    def __init__(self, situation: Situation) -> None:
        """Works out what the stream takes."""
        workload, config = situation.workload, situation.config.stream
        peak = workload.peak_ratio
        self.mode: Final = config.mode
        self.records_per_s: Final = workload.records_per_s
        self.peak_records_per_s: Final = peak * self.records_per_s
        self.bytes_per_s: Final = self.records_per_s * workload.stored_record_bytes
        self.peak_bytes_per_s: Final = peak * self.bytes_per_s
        self.filled_shards: Final = max(
            self.peak_records_per_s / limits.SHARD_RECORDS_PER_S,
            self.peak_bytes_per_s / limits.SHARD_BYTES_PER_S,
        )
        self.fewest_shards: Final = max(1, ceil(self.filled_shards))
        planned = self.filled_shards / situation.assumptions.shard_utilization
        self.planned_shards: Final = max(1, ceil(planned))
        least = max(limits.ON_DEMAND_START_SHARDS, self.fewest_shards)
        self.shards: Final = config.shard_count or least
        billed_bytes_per_s = self.records_per_s * workload.billed_record_bytes(
            limits.KINESIS_RECORD_INCREMENT_BYTES, PARTITION_KEY_LENGTH
        )
        self.billed_gb: Final = billed_bytes_per_s * MONTH_S / GIB
        # The price page's examples read whole kilobytes; rounded up is the dearer reading.
        self.read_gb: Final = self.billed_gb
        put_unit_bytes = workload.billed_record_bytes(limits.PUT_UNIT_BYTES, PARTITION_KEY_LENGTH)
        put_bytes = self.records_per_s * MONTH_S * put_unit_bytes
        self.put_units: Final = put_bytes / limits.PUT_UNIT_BYTES
        gb_per_hour = billed_bytes_per_s * HOUR_S / GIB
        extended_hours = max(0, min(config.retention_hours, _EXTENDED_HOURS) - _FREE_HOURS)
        self.extended_gb: Final = gb_per_hour * extended_hours
        self.long_term_gb: Final = gb_per_hour * max(0, config.retention_hours - _EXTENDED_HOURS)
