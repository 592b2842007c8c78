"""Claims on pages event by event: which batch writes which page, and what each call is charged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from firelake.contract.claim_schedule import IDS_PER_CALL
from firelake.contract.facts import STATEMENTS_PER_CALL
from firelake.plan.buffers import batch_filling
from firelake.plan.claim_pages import FULL_IDS, ID_BYTES, PAGE_BYTES, UNIT_BYTES, suited_pages
from firelake.plan.simulation.traffic import burst_share, quiet_ratio

if TYPE_CHECKING:
    from firelake.contract.claim_schedule import Pages
    from firelake.plan.simulation.cohorts import Counts, Floats
    from firelake.plan.situation import Situation
    from firelake.plan.workload import Workload

# So many events are enough for two digits; of a larger load a part of the ids is played.
_EVENTS: Final = 100_000
_LEAST_WINDOWS: Final = 12
_LEAST_BATCHES: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesSeen:
    """What a simulation of claims on pages saw.

    Attributes:
        layout: As a schedule spells it.
        is_in_force: Whether the settings have it; otherwise it is the one that suits.
        write_units: Write units of an event, copies among them.
        calls: Calls of an event, copies among them.
        ids: Mean ids on a page in the end.
        alone: Share of the events that have an item of their own, as their page is full.
    """

    layout: str
    is_in_force: bool
    write_units: float
    calls: float
    ids: float
    alone: float


def simulate_pages(situation: Situation, shards: int, seed: int) -> PagesSeen:
    """Returns what the layout that a schedule ends with takes; of items that which suits the load.

    Quiet times and bursts are played one after the other, and count by their events.
    """
    workload, random = situation.workload, np.random.default_rng(seed)
    pages = situation.pages or suited_pages(situation, shards)
    peak, share = workload.peak_ratio, burst_share(workload.peak_ratio)
    ratios = [(quiet_ratio(peak), 1 - share), (peak, share)] if peak > 1 else [(1.0, 1.0)]
    weights: list[float] = []
    seen: list[Floats] = []
    for ratio, time in ratios:
        batch_s = batch_filling(situation, shards, ratio).period_s
        seen.append(_played(workload.times(ratio), pages, shards, batch_s, random))
        weights.append(ratio * time)
    units, calls, ids, alone = np.average(np.array(seen), axis=0, weights=weights)
    return PagesSeen(
        layout=str(pages),
        is_in_force=situation.pages is not None,
        write_units=float(units),
        calls=float(calls),
        ids=float(ids),
        alone=float(alone),
    )


def _played(
    workload: Workload, pages: Pages, shards: int, batch_s: float, random: np.random.Generator
) -> Floats:
    """Returns write units, calls, ids and share alone at one rate."""
    seconds = max(_LEAST_WINDOWS * pages.window_s, _LEAST_BATCHES * batch_s)
    rate = workload.unique_per_s
    # Whole buckets, as many as make enough events: the others are like them.
    buckets = max(1, min(pages.buckets, round(pages.buckets * _EVENTS / (rate * seconds))))
    share = buckets / pages.buckets
    number = max(1, random.poisson(rate * seconds * share))
    arrived_s = random.uniform(0, seconds, number)
    ids = random.uniform(0, share, number)
    of_shard = ids if workload.is_sorted else random.uniform(0, 1, number)
    shard = (of_shard * shards).astype(np.int64)
    phase_s = random.uniform(0, batch_s, shards)
    batch = np.floor((arrived_s + phase_s[shard]) / batch_s)
    ended_s = (batch + 1) * batch_s - phase_s[shard]
    created_s = arrived_s - random.exponential(max(workload.lag_s, 1e-9), number)
    window = np.floor(created_s / pages.window_s)
    bucket = (ids * pages.buckets).astype(np.int64)
    # Windows at the ends were not played whole.
    last = np.floor((seconds - 2 * workload.lag_s) / pages.window_s)
    is_delayed = random.uniform(size=number) < workload.delayed
    is_whole = (window >= 1) & (window < last)
    on_page = np.flatnonzero(is_whole & ~is_delayed)
    order = on_page[
        np.lexsort((shard[on_page], ended_s[on_page], bucket[on_page], window[on_page]))
    ]
    keys = np.column_stack((window[order], bucket[order], ended_s[order], shard[order]))
    is_page = np.concatenate(([True], np.any(keys[1:, :2] != keys[:-1, :2], axis=1)))
    is_call = is_page | np.concatenate(([True], np.any(keys[1:, 2:] != keys[:-1, 2:], axis=1)))
    place = _place(is_page)  # how many are on the page before
    within = _place(is_call)
    is_call |= within % IDS_PER_CALL == 0
    ends = np.concatenate((is_call[1:], [True]))
    held = place[ends] + 1
    charged = np.minimum(held, FULL_IDS)
    paged = place < FULL_IDS
    pages_held = place[np.concatenate((is_page[1:], [True]))] + 1
    # Who comes later finds a page as it is in the end, with those that came late before.
    final = pages_held / max(1e-9, 1 - workload.delayed) if workload.delayed < 1 else pages_held
    single = float(np.mean(_units(np.minimum(random.choice(final, 2_000), FULL_IDS))))
    together = float(len(order))
    alone = 1 - float(paged.mean())
    units = float(_units(charged).sum()) / together + alone
    calls = len(held) / together + alone / STATEMENTS_PER_CALL
    delayed, copies = workload.delayed, workload.duplicates
    return np.array(
        [
            (1 - copies) * ((1 - delayed) * units + delayed * single) + copies * single,
            (1 - copies) * ((1 - delayed) * calls + delayed) + copies,
            float(final.mean()),
            alone,
        ]
    )


def _place(begins: npt.NDArray[np.bool_]) -> Counts:
    """Returns how many of its run are before each; a run begins where it says so."""
    index = np.arange(len(begins))
    return index - np.maximum.accumulate(np.where(begins, index, 0))


def _units(ids: Floats) -> Floats:
    return np.ceil((PAGE_BYTES + ID_BYTES * ids) / UNIT_BYTES)
