"""A workload measured: from a file of events, or from a sample of a living stream."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random
from statistics import fmean, quantiles
from typing import TYPE_CHECKING, Final

from firelake.contract.layout import dt_of
from firelake.operations.errors import InputError
from firelake.plan.units import HOUR_S
from firelake.plan.workload import normalized
from firelake.transform.events import EventReader, RecordPosition

if TYPE_CHECKING:
    from firelake.contract.events import EventContract
    from firelake.contract.layout import Granularity
    from firelake.plan.workload import Workload

# Bounds on memory, however much is read.
_MOST_IDS: Final = 2_000_000
_MOST_SIZES: Final = 10_000
_MOST_WINDOWS: Final = 500_000
_QUANTILES: Final = 20
# No event of a file is too late to be counted.
_ANY_LATENESS_DAYS: Final = 36_500
_LEAST_SPAN_S: Final = 60.0
# What comes later than that finds the others of its moment in the lake's claims.
_DELAYED_S: Final = 60.0


@dataclass(slots=True)
class Measurement:
    """What records were like, by a contract; `workload` sums it up.

    Attributes:
        granularity: What counts as late: an event of an earlier period than its arrival's.
        window_s: The peak is that of windows of this length.
    """

    contract: EventContract
    granularity: Granularity
    window_s: float = 60.0
    _reader: EventReader = field(init=False)
    _random: Random = field(default_factory=lambda: Random(1))  # noqa: S311 -- a sample
    _types: Counter[str] = field(default_factory=Counter[str])
    _seen: set[tuple[str, str, float]] = field(default_factory=set[tuple[str, str, float]])
    _sizes: list[float] = field(default_factory=list[float])
    _windows: Counter[int] = field(default_factory=Counter[int])
    _records: int = 0
    _events: int = 0
    _bytes: int = 0
    _unread: int = 0
    _copies: int = 0
    _identified: int = 0
    _late: int = 0
    _delayed: int = 0
    _lags_s: float = 0.0
    _keyed: int = 0
    _arrived: int = 0
    _first_s: float = float("inf")
    _last_s: float = float("-inf")

    def __post_init__(self) -> None:
        """Makes the reader of records."""
        self._reader = EventReader(
            self.contract, lateness_days=_ANY_LATENESS_DAYS, granularity=self.granularity
        )

    def add(
        self, record: bytes, arrival_ms: int | None, now_ms: int, partition_key: str = ""
    ) -> None:
        """Counts a record of one event or several; in a file nobody knows when it arrived."""
        reading = self._reader.read(record, RecordPosition("", arrival_ms or now_ms))
        if not reading.events:
            parts = self._reader.split(record) if arrival_ms is None else ()
            if len(parts) > 1:
                # In a file a wrapper is no record yet.
                for part in parts:
                    self.add(part, None, now_ms)
            else:
                self._unread += 1
            return
        self._records += 1
        self._bytes += len(record)
        self._keep_size(len(record) / len(reading.events))
        for event in reading.events:
            self._events += 1
            self._types[event.event_type] += 1
            moment_s = event.created_at_s if arrival_ms is None else arrival_ms / 1000
            self._first_s = min(self._first_s, moment_s)
            self._last_s = max(self._last_s, moment_s)
            if len(self._windows) < _MOST_WINDOWS:
                self._windows[int(moment_s // self.window_s)] += 1
            if arrival_ms is not None:
                self._arrived += 1
                self._late += dt_of(moment_s, self.granularity) > event.dt
                self._keyed += event.event_uuid == partition_key
                lag_s = max(0.0, moment_s - event.created_at_s)
                if lag_s > _DELAYED_S:
                    self._delayed += 1
                else:
                    self._lags_s += lag_s
            if len(self._seen) < _MOST_IDS:
                self._identified += 1
                self._copies += event.identity in self._seen
                self._seen.add(event.identity)

    def workload(self, given: Workload, *, events_per_hour: float | None) -> Workload:
        """Returns the workload.

        Args:
            given: What cannot be measured here is taken from it, such as lateness of a file.
            events_per_hour: The volume, where the sample does not tell it; None to measure it.

        Raises:
            InputError: There was no event, or too short a time to tell a volume.
        """
        if not self._events:
            message = f"no event was found in {self._unread} records: nothing can be measured"
            raise InputError(message)
        span_s = self._last_s - self._first_s
        if events_per_hour is None:
            if span_s < _LEAST_SPAN_S:
                message = (
                    f"the events span {span_s:.0f} s, too short to tell a volume from: say"
                    " --events-per-hour"
                )
                raise InputError(message)
            events_per_hour = self._events / span_s * HOUR_S
        workload = replace(
            given,
            events_per_hour=events_per_hour,
            event_bytes=self._bytes / self._events,
            type_shares=normalized(sorted(self._types.values(), reverse=True)),
            peak_ratio=self._peak_ratio(span_s, given),
            duplicates=min(0.99, self._copies / self._identified),
            events_per_record=self._events / self._records,
            size_ratios=self._ratios(),
        )
        if not self._arrived:
            return workload
        return replace(
            workload,
            late=self._late / self._arrived,
            delayed=self._delayed / self._arrived,
            lag_s=self._lags_s / max(1, self._arrived - self._delayed),
            # One key in two may be of somebody who sends otherwise, and ids are half sorted then.
            is_keyed_by_id=2 * self._keyed > self._arrived,
        )

    @property
    def unread(self) -> int:
        """Records in which no event was found."""
        return self._unread

    def _keep_size(self, size: float) -> None:
        """Keeps a sample in which each record is as likely as any other."""
        if len(self._sizes) < _MOST_SIZES:
            self._sizes.append(size)
            return
        place = self._random.randrange(self._records)
        if place < _MOST_SIZES:
            self._sizes[place] = size

    def _ratios(self) -> tuple[float, ...]:
        if len(self._sizes) < _QUANTILES:
            return (1.0,)
        # The middles of twenty groups of equal size.
        cuts = quantiles(self._sizes, n=2 * _QUANTILES, method="inclusive")[::2]
        mean = fmean(cuts)
        return tuple(cut / mean for cut in cuts)

    def _peak_ratio(self, span_s: float, given: Workload) -> float:
        windows = span_s / self.window_s
        if windows <= 1:
            return given.peak_ratio
        return max(1.0, max(self._windows.values()) / (self._events / windows))
