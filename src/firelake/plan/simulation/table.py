"""The claims table: how many writes it takes a second, and how that follows the load.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from firelake.infra.config_setting import CapacityMode
from firelake.plan.limits import (
    AUTOSCALING_WAIT_S,
    BURST_S,
    ON_DEMAND_TABLE_DOUBLES_S,
    ON_DEMAND_TABLE_START_WRITES_PER_S,
    TABLE_UTILIZATION,
)

if TYPE_CHECKING:
    from firelake.infra.config_sections import ClaimsConfig

MINUTE_S: Final = 60.0
# An on-demand table's bursts are not documented: it is taken to even out a second.
_ON_DEMAND_BURST_S: Final = 1.0
# Autoscaling lowers the capacity when it was used by less than this for a quarter of an hour.
_IDLE_UTILIZATION: Final = TABLE_UTILIZATION - 0.2
_IDLE_MINUTES: Final = 15


@dataclass(slots=True)
class ClaimTable:
    """Writes of claims against a capacity, in write units a second, that follows the load."""

    config: ClaimsConfig
    capacity: float
    throttled: float = 0.0
    _level: float = field(init=False)
    _filled_s: float = 0.0
    _consumed: float = 0.0
    _minutes: deque[tuple[float, float]] = field(default_factory=deque[tuple[float, float]])
    _peak_before: float = 0.0

    def __post_init__(self) -> None:
        """Begins with no unused capacity."""
        self._level = self.capacity

    @classmethod
    def warm(cls, config: ClaimsConfig, mean_per_s: float, peak_per_s: float) -> ClaimTable:
        """Returns a table that autoscaling has set to a mean, or that takes twice a peak."""
        if config.mode is CapacityMode.ON_DEMAND:
            capacity = max(float(ON_DEMAND_TABLE_START_WRITES_PER_S), 2 * peak_per_s)
            return cls(config, capacity, _peak_before=peak_per_s)
        return cls(config, _within(config, mean_per_s / TABLE_UTILIZATION))

    @classmethod
    def new(cls, config: ClaimsConfig) -> ClaimTable:
        """Returns a table that has seen no load."""
        if config.mode is CapacityMode.ON_DEMAND:
            return cls(config, float(ON_DEMAND_TABLE_START_WRITES_PER_S))
        return cls(config, _within(config, 0.0))

    def write(self, writes: float, now_s: float, deadline_s: float) -> float | None:
        """Writes so many claims.

        Returns:
            Seconds that they wait for capacity; None where some are undecided at the deadline.
        """
        self._fill(now_s)
        wait_s = max(0.0, (writes - self._level) / self.capacity)
        if wait_s <= 0:
            self._take(writes)
            return 0.0
        self.throttled += writes - max(0.0, self._level)
        if wait_s > deadline_s:
            # What is written by then stays written: the retry finds its own claims.
            self._take(max(0.0, self._level + self.capacity * deadline_s))
            return None
        self._take(writes)
        return wait_s

    def minute(self, now_s: float) -> None:
        """Lets the capacity follow the load; called once a minute."""
        self._minutes.append((now_s, self._consumed / MINUTE_S))
        self._consumed = 0.0
        if self.config.mode is CapacityMode.ON_DEMAND:
            self._follow_peak(now_s)
        else:
            self._autoscale(now_s)

    def _follow_peak(self, now_s: float) -> None:
        while self._minutes and now_s - self._minutes[0][0] >= ON_DEMAND_TABLE_DOUBLES_S:
            self._peak_before = max(self._peak_before, self._minutes.popleft()[1])
        self.capacity = max(self.capacity, 2 * self._peak_before)

    def _autoscale(self, now_s: float) -> None:
        while now_s - self._minutes[0][0] >= _IDLE_MINUTES * MINUTE_S:
            self._minutes.popleft()
        watched = int(AUTOSCALING_WAIT_S / MINUTE_S)
        latest = [used for _, used in self._minutes][-watched:]
        if len(latest) == watched and min(latest) > TABLE_UTILIZATION * self.capacity:
            self.capacity = _within(self.config, latest[-1] / TABLE_UTILIZATION)
            return
        highest = max(used for _, used in self._minutes)
        if len(self._minutes) >= _IDLE_MINUTES and highest < _IDLE_UTILIZATION * self.capacity:
            self.capacity = _within(self.config, highest / TABLE_UTILIZATION)

    def _fill(self, now_s: float) -> None:
        is_on_demand = self.config.mode is CapacityMode.ON_DEMAND
        burst_s = _ON_DEMAND_BURST_S if is_on_demand else BURST_S
        gained = self.capacity * (now_s - self._filled_s)
        self._level = min(self._level + gained, self.capacity * burst_s)
        self._filled_s = now_s

    def _take(self, writes: float) -> None:
        self._level -= writes
        self._consumed += writes


def _within(config: ClaimsConfig, wanted: float) -> float:
    return min(
        max(wanted, float(config.min_write_units or 1)), float(config.max_write_units or wanted)
    )
