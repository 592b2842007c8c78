"""Buffers of all partitions at once: filled by cohorts, closed by size or age, as objects.

The rules are those of `firehose_emulator.partition`, which a test compares record by record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.plan.simulation.cohorts import Counts, Floats

# Freshness is told to the second, and up to an hour.
FRESHNESS_S: Final = 3600
# Rows are noted by the second in which they were sent, for so long beside the buffer's own age.
_NOTED_S: Final = 3600


class PartitionBuffers:
    """What is held for partitions.

    Attributes:
        active: How many partitions hold something.
        exceeded: Records that found no partition, as too many were open.
        freshness: Rows by the seconds from their first sending to their object.
    """

    def __init__(
        self,
        partitions: int,
        size_bytes: float,
        interval_s: float,
        quota: int,
        on_objects: Callable[[float, Counts, Floats], None],
    ) -> None:
        """Begins with nothing.

        Args:
            partitions: How many there are.
            size_bytes: A buffer is closed before it exceeds this.
            interval_s: A buffer is closed at this age.
            quota: How many may hold something at once.
            on_objects: Told of objects: the moment, their partitions, and their rows.
        """
        self.active = 0
        self.exceeded = 0
        self.freshness: Floats = np.zeros(FRESHNESS_S + 1)
        self._size_bytes = size_bytes
        self._interval_s = interval_s
        self._quota = quota
        self._on_objects = on_objects
        self._bytes: Floats = np.zeros(partitions)
        self._rows: Floats = np.zeros(partitions)
        self._opened_s: Floats = np.full(partitions, np.inf)
        self._seconds = int(interval_s) + _NOTED_S
        # Rows by partition and the second of their sending, in a ring.
        self._noted = np.zeros((partitions, self._seconds), dtype=np.float32)
        # What is closed counts as active until it is stored, which takes a step.
        self._is_active = np.zeros(partitions, dtype=np.bool_)
        self._storing: list[Counts] = []

    def add(
        self, counts: Counts, row_bytes: float, rows: float, created_s: float, now_s: float
    ) -> None:
        """Holds records by partition, so many bytes and rows of each, sent first when created."""
        where = np.flatnonzero(counts)
        left = counts[where]
        is_new = ~self._is_active[where]
        room = self._quota - self.active
        if is_new.sum() > room:
            too_many = is_new & (np.cumsum(is_new) > room)
            self.exceeded += int(left[too_many].sum())
            where, left, is_new = where[~too_many], left[~too_many], is_new[~too_many]
        self._is_active[where] = True
        self.active += int(is_new.sum())
        while len(where):
            closed = np.isinf(self._opened_s[where])
            self._opened_s[where[closed]] = now_s
            fitting = np.floor((self._size_bytes - self._bytes[where]) / row_bytes)
            # What is larger than a buffer has one for itself.
            fitting = np.maximum(fitting, closed)
            added = np.minimum(left, fitting).astype(np.int64)
            self._bytes[where] += added * row_bytes
            self._rows[where] += added * rows
            self._noted[where, self._second(created_s, now_s)] += added * rows
            left -= added
            is_full = (left > 0) | (self._bytes[where] >= self._size_bytes)
            self._close(where[is_full], now_s)
            where, left = where[left > 0], left[left > 0]

    def close_due(self, now_s: float) -> None:
        """Closes what is old enough; what was closed a step ago is stored by now."""
        stored, self._storing = self._storing, []
        due = np.flatnonzero(now_s - self._opened_s >= self._interval_s)
        self._close(due, now_s)
        for where in stored:
            idle = where[np.isinf(self._opened_s[where]) & self._is_active[where]]
            self._is_active[idle] = False
            self.active -= len(np.unique(idle))

    @property
    def held_rows(self) -> float:
        """Rows that are not in objects yet."""
        return float(self._rows.sum())

    def forget(self) -> None:
        """Counts anew from here on."""
        self.exceeded = 0
        self.freshness[:] = 0

    def _second(self, created_s: float, now_s: float) -> int:
        """Returns the place in the ring; what is older than it is long counts as its oldest."""
        oldest_s = now_s - _NOTED_S + 2
        return int(max(created_s, oldest_s)) % self._seconds

    def _close(self, where: Counts, now_s: float) -> None:
        if not len(where):
            return
        self._on_objects(now_s, where, self._rows[where])
        by_second = self._noted[where].sum(axis=0)
        # From the ring's place of this second backwards: age 0, 1, 2, ...
        by_age = np.roll(by_second[::-1], int(now_s) % self._seconds + 1)
        most = min(len(by_age), FRESHNESS_S)
        self.freshness[:most] += by_age[:most]
        self.freshness[FRESHNESS_S] += by_age[most:].sum()
        self._noted[where] = 0
        self._bytes[where] = 0
        self._rows[where] = 0
        self._opened_s[where] = np.inf
        self._storing.append(where)
