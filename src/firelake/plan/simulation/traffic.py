"""Traffic: bursty by two rates, skewed by event type, late by partition, random by the moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from firelake.plan.delivery import late_periods
from firelake.plan.simulation.cohorts import Cohort

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.plan.simulation.cohorts import Floats
    from firelake.plan.situation import Situation

# How long a burst lasts on average, and the share of time in which there is one.
BURST_S: Final = 120.0
_BURST_SHARE: Final = 0.1


def burst_share(peak_ratio: float) -> float:
    """Returns the share of time that is a burst; less for bursts that would be all of the traffic.

    The ratio is the rate in a burst by the mean, at least 1.
    """
    return min(_BURST_SHARE, 0.5 / peak_ratio)


def quiet_ratio(peak_ratio: float) -> float:
    """Returns the rate outside of bursts by the mean, such that the mean is as it should be."""
    share = burst_share(peak_ratio)
    return (1 - share * peak_ratio) / (1 - share)


@dataclass(slots=True)
class Bursts:
    """When there is a burst: times between changes are random (exponential)."""

    peak_ratio: float
    random: np.random.Generator
    _is_burst: bool = False
    _until_s: float = 0.0

    def ratio(self, now_s: float) -> float:
        """Returns the rate of a moment, never before that of an earlier call, by the mean."""
        if self.peak_ratio <= 1:
            return 1.0
        share = burst_share(self.peak_ratio)
        while now_s >= self._until_s:
            # The first stretch is a quiet one.
            self._is_burst = not self._is_burst and self._until_s > 0
            mean_s = BURST_S if self._is_burst else BURST_S * (1 - share) / share
            self._until_s = max(self._until_s, 1e-9) + float(self.random.exponential(mean_s))
        return self.peak_ratio if self._is_burst else quiet_ratio(self.peak_ratio)


class Layout:
    """Which partitions there are and how many rows a second each gets on average.

    Attributes:
        types: How many event types there are: their current partitions are the first.
        partitions: How many partitions there are.
        current: Rows a second of each event type's current partition, then zeros.
        late: Zeros, then rows a second of each partition of late events.
        copies: Copies a second, of which no row is made.
    """

    def __init__(self, situation: Situation) -> None:
        """Lays out the partitions of a workload."""
        workload, config = situation.workload, situation.config
        periods = late_periods(config.granularity, config.lateness_days)
        rows = workload.unique_per_s * np.array(workload.type_shares)
        self.types: Final = len(rows)
        self.partitions: Final = self.types * (1 + periods)
        self.current: Final[Floats] = np.zeros(self.partitions)
        self.current[: self.types] = rows * (1 - workload.late)
        self.late: Final[Floats] = np.zeros(self.partitions)
        self.late[self.types :] = np.repeat(rows * workload.late / periods, periods)
        self.copies: Final = workload.events_per_s * workload.duplicates


@dataclass(slots=True)
class Traffic:
    """Makes the cohorts of each tick; how many records come at a moment is random (Poisson)."""

    situation: Situation
    layout: Layout
    bursts: Bursts
    random: np.random.Generator

    def tick(self, now_s: float, tick_s: float) -> Iterator[Cohort]:
        """Yields what comes at a moment, so long after the last one."""
        ratio = self.bursts.ratio(now_s) * tick_s
        packed = self.situation.workload.events_per_record
        current = np.append(self.layout.current, self.layout.copies) * (ratio / packed)
        yield self._cohort(now_s, current, packed)
        # Late events come one by one: nobody packs what comes once in a while.
        yield self._cohort(now_s, np.append(self.layout.late, 0.0) * ratio, 1.0)

    def _cohort(self, now_s: float, expected: Floats, events: float) -> Cohort:
        return Cohort(
            created_s=now_s,
            record_bytes=self.situation.workload.event_bytes * events,
            row_bytes=self.situation.row_bytes * events,
            events=events,
            counts=self.random.poisson(expected).astype(np.int64),
        )
