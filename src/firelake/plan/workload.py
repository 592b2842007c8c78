"""A workload: how many events come, how large, of which types, how late, and how evenly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum, unique
from math import isclose, isfinite
from typing import TYPE_CHECKING, Final

from firelake.operations.errors import InputError
from firelake.plan.units import HOUR_S, rounded_up
from firelake.send.records import MAX_DATA_BYTES, PARTITION_KEY_LENGTH

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_EVENTS_PER_HOUR: Final = 1e12
MAX_PEAK_RATIO: Final = 1000.0
MAX_TYPES: Final = 5000
MAX_LAG_S: Final = 3600.0


@unique
class Profile(StrEnum):
    """Who sends, by how late events come."""

    SERVER = "server"
    WEB = "web"
    MOBILE = "mobile"

    @property
    def delayed(self) -> float:
        """Share of the events that come minutes after their creation, or days."""
        return 0.3 if self is Profile.MOBILE else 0.0

    @property
    def lag_s(self) -> float:
        """Mean time that the others take."""
        return {Profile.SERVER: 0.05, Profile.WEB: 0.5, Profile.MOBILE: 2.0}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What producers send.

    Attributes:
        events_per_hour: Mean over a month, copies included.
        event_bytes: Mean size of an event's JSON with its newline.
        type_shares: Share of the events of each event type; together 1.
        peak_ratio: Events a second at the peak, by those of the mean.
        duplicates: Share of the events that are copies of others.
        late: Share of the events created in an earlier `dt` period than that of their arrival,
            evenly over the stack's lateness.
        delayed: Share of the events that come when those of their moment are long there: minutes
            later or more, these among them.
        lag_s: Mean time from creation to arrival of the others.
        is_keyed_by_id: Whether records have the event's id for their partition key, so that ids
            are sorted to shards.
        events_per_record: Mean events in a record; 1 where nothing is packed.
        size_ratios: Sizes of events by their mean, each as frequent as any other; services round
            each record up, so that the mean alone would not tell what is billed.
    """

    events_per_hour: float
    event_bytes: float
    type_shares: tuple[float, ...]
    peak_ratio: float = 2.0
    duplicates: float = 0.01
    late: float = 0.01
    delayed: float = 0.01
    lag_s: float = 0.0
    is_keyed_by_id: bool = True
    events_per_record: float = 1.0
    size_ratios: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        """Refuses what no workload is.

        Raises:
            InputError: A number is out of its range; the message names it.
        """
        _require("events per hour", self.events_per_hour, 1e-3, MAX_EVENTS_PER_HOUR)
        _require("bytes per event", self.event_bytes, 1, MAX_DATA_BYTES)
        _require("peak ratio", self.peak_ratio, 1, MAX_PEAK_RATIO)
        _require("share of copies", self.duplicates, 0, 0.99)
        _require("share of late events", self.late, 0, 1)
        _require("share of delayed events", self.delayed, 0, 1)
        _require("lag in seconds", self.lag_s, 0, MAX_LAG_S)
        _require("events per record", self.events_per_record, 1, MAX_DATA_BYTES)
        _require("bytes per record", self.record_bytes, 1, MAX_DATA_BYTES)
        _require("number of event types", len(self.type_shares), 1, MAX_TYPES)
        for share in self.type_shares:
            _require("share of an event type", share, 0, 1)
        _require(
            "mean of the size ratios", sum(self.size_ratios) / len(self.size_ratios), 0.99, 1.01
        )
        if not isclose(sum(self.type_shares), 1, abs_tol=1e-6):
            message = f"the shares of the event types are {sum(self.type_shares)} in all, not 1"
            raise InputError(message)

    @property
    def events_per_s(self) -> float:
        """Mean events a second."""
        return self.events_per_hour / HOUR_S

    @property
    def peak_events_per_s(self) -> float:
        """Events a second at the peak."""
        return self.events_per_s * self.peak_ratio

    @property
    def unique_per_s(self) -> float:
        """Events a second that are no copies, mean."""
        return self.events_per_s * (1 - self.duplicates)

    @property
    def record_bytes(self) -> float:
        """Mean data of a record."""
        return self.event_bytes * self.events_per_record

    @property
    def stored_record_bytes(self) -> float:
        """What a record counts at Kinesis: its data and its partition key."""
        return self.record_bytes + PARTITION_KEY_LENGTH

    def billed_record_bytes(self, increment_bytes: int, extra_bytes: float = 0) -> float:
        """Returns the mean size of records each rounded up to increments, with the extra bytes."""
        if not self.is_packed:
            sizes = [ratio * self.event_bytes + extra_bytes for ratio in self.size_ratios]
            return sum(rounded_up(size, increment_bytes) for size in sizes) / len(sizes)
        # Of events of the mean size, as many together level out; some records hold one more.
        fewer = int(self.events_per_record)
        share = self.events_per_record - fewer
        return sum(
            weight * rounded_up(events * self.event_bytes + extra_bytes, increment_bytes)
            for events, weight in ((fewer, 1 - share), (fewer + 1, share))
            if weight
        )

    @property
    def records_per_s(self) -> float:
        """Mean records a second."""
        return self.events_per_s / self.events_per_record

    @property
    def is_sorted(self) -> bool:
        """Whether each shard has a range of the ids to itself: a packed record has any."""
        return self.is_keyed_by_id and not self.is_packed

    @property
    def is_packed(self) -> bool:
        """Whether records hold more than one event."""
        return self.events_per_record > 1

    def packed_by(self, producers: int) -> Workload:
        """Returns the same events in records as so many packing producers make them.

        A producer closes a record at 25 kB or after a second, as `firelake.send.pack` does, and has
        one open for each partition; so many small producers pack little. Events of one producer are
        taken to come evenly, and late ones, which have partitions of their own, to be few.
        """
        # Imported here, as it brings the function's code: only those who pack pay for it.
        from firelake.send.pack import FULL_RECORD_BYTES, LONGEST_WAIT_MS  # noqa: PLC0415

        by_size = max(1.0, FULL_RECORD_BYTES / self.event_bytes)
        records_per_s = 0.0
        for share in self.type_shares:
            rate = share * self.events_per_s / producers
            # The event that opens a record, and those that come while it is open.
            records_per_s += producers * rate / min(1 + rate * LONGEST_WAIT_MS / 1000, by_size)
        # Where nothing is packed the quotient may be a rounding below 1.
        return replace(self, events_per_record=max(1.0, self.events_per_s / records_per_s))

    def times(self, factor: float) -> Workload:
        """Returns the same workload at another volume."""
        return replace(self, events_per_hour=self.events_per_hour * factor)


def zipf_shares(types: int, skew: float) -> tuple[float, ...]:
    """Returns shares of event types that fall as a power of their rank.

    A skew of 0 makes them equal; 1 is Zipf's law, where the second has half of the first.

    Raises:
        InputError: A number is out of its range.
    """
    _require("number of event types", types, 1, MAX_TYPES)
    _require("skew", skew, 0, 10)
    return normalized([(rank + 1.0) ** -skew for rank in range(types)])


def normalized(weights: Sequence[float]) -> tuple[float, ...]:
    """Returns weights, at least one of them above 0, as shares that add up to 1."""
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def _require(what: str, value: float, lowest: float, highest: float) -> None:
    if not isfinite(value) or not lowest <= value <= highest:
        message = f"{what}: {value} is not within {lowest:g} and {highest:g}"
        raise InputError(message)
