"""Claims on pages: write units and bytes an event, and the layout that suits a load."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

from firelake.contract.claim_schedule import MAX_BUCKETS, MAX_WINDOW_S, Pages

if TYPE_CHECKING:
    from firelake.plan.workload import Workload

# Ids on a page that stays within one write unit, however unevenly they come: each write pays for
# the whole page, also that of an event that comes late.
_SUITED_IDS: Final = 28
_SUITED_WINDOW_S: Final = 2
# Key, time of expiry and their names; an attribute's name and value.
_PAGE_BYTES: Final = 60
_ID_BYTES: Final = 30
_UNIT_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class PageUse:
    """What claims on pages take, of an event that is no copy.

    Attributes:
        write_units: Write units.
        items: Items in the table.
        stored_bytes: Bytes of these.
    """

    write_units: float
    items: float
    stored_bytes: float


def suited_pages(workload: Workload) -> Pages:
    """Returns the layout with the fewest writes for the mean load: some 28 ids a page."""
    rate = workload.unique_per_s
    buckets = round(rate * _SUITED_WINDOW_S / _SUITED_IDS)
    if buckets >= 1:
        return Pages(_SUITED_WINDOW_S, min(buckets, MAX_BUCKETS))
    return Pages(min(ceil(_SUITED_IDS / rate), MAX_WINDOW_S), 1)


def page_use(workload: Workload, pages: Pages, *, shards: int, batch_s: float) -> PageUse:
    """Returns what a layout takes where producers take the id for the partition key.

    A page is written once by each batch that has ids of it: those of its shard whose time meets its
    window, and of several shards where its bucket spans them. A late event comes alone, to a page
    that has its ids. The bench `bench_claim_pages` measures the same.

    Args:
        workload: What comes.
        pages: The layout.
        shards: Shards of the stream.
        batch_s: How long Firehose gathers a batch.
    """
    ids = max(1.0, workload.unique_per_s * pages.window_s / pages.buckets)
    writers = max(1.0, shards / pages.buckets)
    calls = min(ids, writers * (1 + pages.window_s / batch_s))
    whole = int(calls)
    units = sum(_units(ids * at / calls) for at in range(1, whole + 1))
    units += (calls - whole) * _units(ids)
    on_time = 1 - workload.late
    write_units = on_time * units / ids + workload.late * _units(ids)
    return PageUse(write_units, 1 / ids, _ID_BYTES + _PAGE_BYTES / ids)


def _units(ids: float) -> int:
    return ceil((_PAGE_BYTES + _ID_BYTES * ids) / _UNIT_BYTES)
