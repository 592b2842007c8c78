"""Cohorts: records that came together and are alike but for their partition.

Counting records in cohorts is what lets an hour of a thousand million records pass in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections import deque

Counts: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]


# A queue of more is made half as long.
MOST_QUEUED: Final = 256


@dataclass(slots=True, eq=False)
class Cohort:
    """Records that a producer first sent at one moment.

    Attributes:
        created_s: That moment.
        record_bytes: Data of each record.
        row_bytes: What the function makes of each record.
        events: Events in each record.
        counts: Records by partition; the last place counts copies, of which no row is made.
        total: Their number.
    """

    created_s: float
    record_bytes: float
    row_bytes: float
    events: float
    counts: Counts
    total: int = field(init=False)

    def __post_init__(self) -> None:
        """Counts the records."""
        self.total = int(self.counts.sum())

    @property
    def size_bytes(self) -> float:
        """Data of all records."""
        return self.total * self.record_bytes

    def with_counts(self, counts: Counts) -> Cohort:
        """Returns a cohort of the same kind and moment with other records."""
        return Cohort(self.created_s, self.record_bytes, self.row_bytes, self.events, counts)

    def take(self, wanted: int, random: np.random.Generator) -> Cohort:
        """Takes so many records out, at least one, of each partition about the same share.

        A few more or less may come where that is not all: what is rounded up is random.
        """
        if wanted >= self.total:
            taken = self.counts
        else:
            share = self.counts * (wanted / self.total)
            taken = np.floor(share + random.random(len(self.counts))).astype(np.int64)
            if not taken.any():
                taken[int(self.counts.argmax())] = 1
            np.minimum(taken, self.counts, out=taken)
        piece = self.with_counts(taken)
        self.counts = self.counts - taken
        self.total -= piece.total
        return piece


def shorten(queue: deque[Cohort]) -> None:
    """Makes a long queue shorter: neighbours of one kind become one, as sent between their moments.

    However long records wait, and however many, a queue thus takes little memory.
    """
    if len(queue) <= MOST_QUEUED:
        return
    single: dict[tuple[float, float, float], Cohort] = {}
    kept: list[Cohort] = []
    for each in queue:
        kind = (each.record_bytes, each.row_bytes, each.events)
        other = single.pop(kind, None)
        if other is None:
            single[kind] = each
            kept.append(each)
            continue
        total = max(1, other.total + each.total)
        other.created_s = (other.created_s * other.total + each.created_s * each.total) / total
        other.counts = other.counts + each.counts
        other.total += each.total
    queue.clear()
    queue.extend(kept)
