"""DynamoDB: writes, reads and items of the claims, on demand and provisioned.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from __future__ import annotations

from math import ceil, log2
from typing import TYPE_CHECKING, Final

from firelake.contract import names
from firelake.plan import limits
from firelake.plan.claim_pages import page_use_of
from firelake.plan.units import DAY_S, GIB, HOURS_A_MONTH, MONTH_S

if TYPE_CHECKING:
    from firelake.plan.situation import Situation

_UUID_LENGTH: Final = 36
_EVENT_NAME_LENGTH: Final = 20
_OWNER_LENGTH: Final = len("shardId-000000000000:") + 56 + len(":0#0")
# Two digits a byte, and one for the sign and exponent.
_MILLISECONDS_BYTES: Final = 8
_SECONDS_BYTES: Final = 6
_BOOLEAN_BYTES: Final = 1


def claim_item_bytes() -> int:
    """Returns the size of a claim: its names and values."""
    attributes = (
        names.CLAIM_KEY,
        names.CLAIM_OWNER,
        names.CLAIM_EVENT_NAME,
        names.CLAIM_CREATED_AT,
        names.CLAIM_CLAIMED_AT,
        names.CLAIM_EXPIRES_AT,
        names.CLAIM_IS_UNREGISTERED,
    )
    texts = _UUID_LENGTH + _OWNER_LENGTH + _EVENT_NAME_LENGTH
    numbers = 2 * _MILLISECONDS_BYTES + _SECONDS_BYTES + _BOOLEAN_BYTES
    return sum(map(len, attributes)) + texts + numbers


class ClaimsNeeds:
    """What the claims take: means and peaks, the amounts of a month, and provisioned units.

    Attributes:
        layout: Where claims are, as a schedule spells it.
        writes_per_s: Write units: one an event, also where the write is refused; on pages a share.
        reads_per_s: Read units: one a copy, read consistently; on pages none.
        refused_write_units: Those that were refused, as their event is a copy.
        items: Items in the table when as many expire as come.
        warm_up_s: How long a new on-demand table must be led to the peak.
        write_capacity: Provisioned write units, mean, as autoscaling would set them.
        read_capacity: Provisioned read units, likewise.
    """

    def __init__(self, situation: Situation, shards: int) -> None:
        """Works out what the claims take, in the layout that the schedule ends with.

        On pages a copy costs what any id does, and nothing is read: the answer shows what is there.
        """
        workload, config, claims = situation.workload, situation.config, situation.config.claims
        use, peak = page_use_of(situation, shards), workload.peak_ratio
        kept = workload.unique_per_s * (config.dedupe_days + limits.TTL_LAG_DAYS) * DAY_S
        self.mode: Final = claims.mode
        self.layout: Final = claims.schedule[-1]
        if use is None:
            writes, reads = workload.events_per_s, workload.events_per_s * workload.duplicates
            refused = writes * workload.duplicates
            items, size_bytes = kept, kept * claim_item_bytes()
        else:
            # On a page nothing is refused: a copy is told what is there.
            writes, reads, refused = workload.events_per_s * use.write_units, 0.0, 0.0
            items = kept * use.items
            size_bytes = kept * (use.stored_bytes + use.alone * claim_item_bytes())
        self.writes_per_s: Final = writes
        self.peak_writes_per_s: Final = writes * peak
        self.reads_per_s: Final = reads
        self.peak_reads_per_s: Final = reads * peak
        self.write_units: Final = writes * MONTH_S
        self.refused_write_units: Final = refused * MONTH_S
        self.read_units: Final = reads * MONTH_S
        self.items: Final = items
        self.stored_gb: Final = (size_bytes + items * limits.ITEM_OVERHEAD_BYTES) / GIB
        self.warm_up_s: Final = warm_up_s(self.peak_writes_per_s)
        bounds = claims.min_write_units, claims.max_write_units
        self.write_capacity: Final = _provisioned(writes, *bounds)
        bounds = claims.min_read_units, claims.max_read_units
        self.read_capacity: Final = _provisioned(reads, *bounds)
        self.write_unit_hours: Final = self.write_capacity * HOURS_A_MONTH
        self.read_unit_hours: Final = self.read_capacity * HOURS_A_MONTH


def warm_up_s(peak_writes_per_s: float) -> float:
    """Returns how long a new on-demand table must be led to a peak, at best.

    It takes 4,000 write units a second at once, and then twice its previous peak in each 30
    minutes. `WarmThroughput` of UpdateTable does it in advance, for a price.
    """
    ratio = peak_writes_per_s / limits.ON_DEMAND_TABLE_START_WRITES_PER_S
    return 0.0 if ratio <= 1 else ceil(round(log2(ratio), 9)) * limits.ON_DEMAND_TABLE_DOUBLES_S


def _provisioned(used_per_s: float, least: int | None, most: int | None) -> float:
    """Returns what autoscaling sets on average: use at 70 %, within its bounds."""
    wanted = max(used_per_s / limits.TABLE_UTILIZATION, float(least or 1))
    return wanted if most is None else min(wanted, float(most))
