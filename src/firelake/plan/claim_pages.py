"""Claims on pages: write units, calls and bytes an event, and the layout that suits a load."""

from __future__ import annotations

from math import ceil, erf, sqrt
from typing import TYPE_CHECKING, Final

from firelake.contract.claim_schedule import (
    FULL_UNITS,
    IDS_PER_CALL,
    MAX_BUCKETS,
    MAX_WINDOW_S,
    Pages,
)
from firelake.contract.facts import STATEMENTS_PER_CALL
from firelake.plan.buffers import batch_filling

if TYPE_CHECKING:
    from firelake.plan.situation import Situation
    from firelake.plan.workload import Workload

# Key, time of expiry and their names; an attribute's name and value.
PAGE_BYTES: Final = 60
ID_BYTES: Final = 30
UNIT_BYTES: Final = 1024
# From so many units on a page is marked full: what comes then has an item of its own.
FULL_IDS: Final = ((FULL_UNITS - 1) * UNIT_BYTES - PAGE_BYTES) // ID_BYTES
_SUITED_WINDOW_S: Final = 2
# How many ids are tried on a page: from what a small lake's batch has to what fills several units.
_TRIED_IDS: Final = (7, 10, 14, 20, 24, 28, 40, 56, 70, 100, 140)
# A call takes the function's time, too: as much as so many write units, by list prices.
_UNITS_PER_CALL: Final = 0.05


class PageUse:
    """What claims on pages take.

    Attributes:
        write_units: Write units of an event, copies among them.
        calls: Calls of an event, copies among them.
        items: Items in the table for each event that is no copy.
        stored_bytes: Bytes of these.
        alone: Share of the events that have an item of their own, as their page is full.
    """

    def __init__(self, workload: Workload, pages: Pages, *, shards: int, batch_s: float) -> None:
        """Works out what a layout takes.

        A page is written once by each batch that has ids of it: those of its shard whose time meets
        its window, and of several shards where its bucket spans them or ids come to shards at
        random. An event that comes when the others of its moment are there already, and a copy,
        come alone: each pays for the whole page. `bench_claim_pages` measures the same, and
        `--simulate` plays it.

        Args:
            workload: What comes.
            pages: The layout.
            shards: Shards of the stream.
            batch_s: How long Firehose gathers a batch.
        """
        wanted = max(1.0, workload.unique_per_s * pages.window_s / pages.buckets)
        held = min(wanted, float(FULL_IDS))
        together = max(1.0, held * (1 - workload.delayed))
        writers = max(1.0, shards / pages.buckets) if workload.is_sorted else float(shards)
        batches = writers * (1 + (pages.window_s + workload.lag_s) / batch_s)
        # Of so many batches those that have any id of the page, and none with more than a call
        # takes.
        met = batches * (1 - (1 - 1 / batches) ** together)
        calls = min(together, max(1.0, met, together / IDS_PER_CALL))
        # The last call finds the page as it is in the end, each one before a part of it.
        earlier = int(calls - 1)
        units = page_units(together)
        units += sum(page_units(together * at / calls) for at in range(1, earlier + 1))
        units += (calls - 1 - earlier) * page_units(together * (earlier + 1) / calls)
        single, alone = page_units(held), 1 - held / wanted
        paged, copies, delayed = 1 - alone, workload.duplicates, workload.delayed
        write_units = paged * ((1 - delayed) * units / together + delayed * single) + alone
        each = paged * ((1 - delayed) * calls / together + delayed) + alone / STATEMENTS_PER_CALL
        self.write_units: Final = (1 - copies) * write_units + copies * single
        self.calls: Final = (1 - copies) * each + copies
        self.items: Final = paged / held + alone
        self.stored_bytes: Final = paged * (ID_BYTES + PAGE_BYTES / held)
        self.alone: Final = alone


def page_use_of(situation: Situation, shards: int) -> PageUse | None:
    """Returns what the claims take in the layout that a schedule ends with; None for items."""
    if situation.pages is None:
        return None
    batch_s = batch_filling(situation, shards).period_s
    return PageUse(situation.workload, situation.pages, shards=shards, batch_s=batch_s)


def suited_pages(situation: Situation, shards: int) -> Pages:
    """Returns the layout that costs least for the mean load."""
    workload, batch_s = situation.workload, batch_filling(situation, shards).period_s

    def cost(pages: Pages) -> float:
        use = PageUse(workload, pages, shards=shards, batch_s=batch_s)
        return use.write_units + _UNITS_PER_CALL * use.calls

    return min((_of_ids(workload.unique_per_s, ids) for ids in _TRIED_IDS), key=cost)


def page_units(ids: float) -> float:
    """Returns the mean write units of a page that holds so many ids on average (Poisson)."""
    spread = sqrt(2 * ids)
    return 1 + sum(
        (1 + erf((ids - (unit * UNIT_BYTES - PAGE_BYTES) / ID_BYTES - 0.5) / spread)) / 2
        for unit in range(1, FULL_UNITS)
    )


def _of_ids(per_s: float, ids: int) -> Pages:
    buckets = round(per_s * _SUITED_WINDOW_S / ids)
    if buckets >= 1:
        return Pages(_SUITED_WINDOW_S, min(buckets, MAX_BUCKETS))
    return Pages(min(ceil(ids / per_s), MAX_WINDOW_S), 1)
