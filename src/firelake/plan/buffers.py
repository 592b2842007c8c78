"""How often something is closed that fills by size or by age: batches, objects, partitions open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.plan.units import MIB

if TYPE_CHECKING:
    from firelake.plan.situation import Situation


@dataclass(frozen=True, slots=True)
class Filling:
    """Something that a first item opens, and that is closed when it is full or old enough.

    Attributes:
        items: Mean items in it when it is closed.
        period_s: Mean time from one being closed to the next; infinite where nothing comes.
        open_s: Mean time for which it is open.
    """

    items: float
    period_s: float
    open_s: float

    @property
    def per_s(self) -> float:
        """How many are closed in a second."""
        return 1 / self.period_s

    @property
    def open_share(self) -> float:
        """The share of time in which one is open."""
        return min(1.0, self.open_s / self.period_s)


def filling(rate_per_s: float, item_bytes: float, size_bytes: float, interval_s: float) -> Filling:
    """Returns how something fills.

    Items come at random (Poisson). One opens it; those of the interval after it join; it is
    closed before it exceeds its size. While items are so few that most are alone, each item is
    one closing: that is how a few late events become many small files.
    """
    if rate_per_s <= 0:
        return Filling(0.0, float("inf"), 0.0)
    by_age = 1 + rate_per_s * interval_s
    by_size = max(1.0, size_bytes / item_bytes)
    items = min(by_age, by_size)
    open_s = min(interval_s, (items - 1) / rate_per_s)
    return Filling(items, items / rate_per_s, open_s)


def batch_filling(situation: Situation, shards: int, ratio: float = 1.0) -> Filling:
    """Returns how the batches of one shard fill, at so many times the mean load."""
    workload, delivery = situation.workload, situation.config.delivery
    return filling(
        ratio * workload.records_per_s / shards,
        workload.record_bytes,
        delivery.batch_size_mb * MIB,
        delivery.batch_interval_s,
    )
