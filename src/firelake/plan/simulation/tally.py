"""What a simulation counts, with percentiles from histograms so that memory stays flat."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from firelake.plan.simulation.cohorts import Floats

# Sizes from a byte to a TB, each class 2 % larger than the one before.
_STEP: Final = 1.02
_CLASSES: Final = 1400


@dataclass(slots=True)
class Sizes:
    """A histogram of sizes."""

    counts: Floats = field(default_factory=lambda: np.zeros(_CLASSES))

    def add(self, sizes: Floats) -> None:
        """Counts sizes of at least one byte."""
        classes = np.log(sizes) / np.log(_STEP)
        np.add.at(self.counts, np.minimum(classes.astype(np.int64), _CLASSES - 1), 1.0)

    def percentile(self, percent: float) -> float:
        """Returns a size that so many percent do not exceed, to 2 %."""
        return _STEP ** (percentile(self.counts, percent) + 0.5)


def percentile(counts: Floats, percent: float) -> float:
    """Returns the index at which so many percent of a histogram are reached; 0 of an empty one."""
    total = float(counts.sum())
    if not total:
        return 0.0
    reached = np.searchsorted(np.cumsum(counts), percent / 100 * total * (1 - 1e-12))
    return float(min(int(reached), len(counts) - 1))


@dataclass(slots=True)
class Tally:
    """What was counted since the warm-up ended; `Outcome` says what each becomes.

    Attributes:
        objects: Objects of current events.
        batches: Invocations that were answered, with their events and their time together.
        open_sum: Open partitions, added up over steps.
        backlog_most: Records that waited at producers, at most.
        held_most: Records that waited in Kinesis, at most.
    """

    sent_events: float = 0.0
    delivered_rows: float = 0.0
    failed_events: float = 0.0
    objects: int = 0
    late_objects: int = 0
    raw_objects: int = 0
    sizes: Sizes = field(default_factory=Sizes)
    current_sizes: Sizes = field(default_factory=Sizes)
    batches: float = 0.0
    batch_events: float = 0.0
    busy_s: float = 0.0
    most_at_once: float = 0.0
    function_throttles: float = 0.0
    undecided: float = 0.0
    open_sum: float = 0.0
    open_most: int = 0
    steps: int = 0
    backlog_most: int = 0
    held_most: int = 0
