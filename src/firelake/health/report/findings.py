"""What a report holds: each part as it was found, or why it is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.failures.errors.summary import Summary
    from firelake.health.drift import Drift

HOUR: Final = timedelta(hours=1)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Gap:
    """A part that is missing.

    Attributes:
        why: What AWS said, or what there is nothing of.
    """

    why: str


Part: TypeAlias = T | Gap


@dataclass(frozen=True, slots=True)
class Span:
    """Whole hours, in UTC: `raw/` tells no less, and sums need one span for all.

    Attributes:
        since: The first moment.
        until: The first moment after it.
    """

    since: datetime
    until: datetime

    @classmethod
    def around(cls, since: datetime, until: datetime) -> Span:
        """Returns the whole hours that hold a time.

        Args:
            since: Its first moment, aware.
            until: Its end, aware, later.
        """
        start, end = (each.replace(minute=0, second=0, microsecond=0) for each in (since, until))
        return cls(start, end if end == until else end + HOUR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Events of one type that were created in one hour and arrived in one.

    Attributes:
        event_type: The partition, `unregistered` too.
        rows: Rows; more than events where Firehose delivered some twice.
        unknown: Those of them whose name the contract does not know.
    """

    event_type: str
    created_hour: datetime
    arrival_hour: datetime
    rows: int
    events: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """What the function counted; a batch that Firehose tried again is counted again.

    Attributes:
        source: Where the counts were read.
        period_s: Seconds that one point spans.
        counts: By metric, then by start of the period.
    """

    source: str
    period_s: int
    counts: Mapping[str, Mapping[datetime, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeFreshness:
    """How fresh one event type is, of the events that arrived in the span.

    Attributes:
        newest_arrival: When the newest arrived, as Athena writes it.
        age_s: How long ago that was when the report was made, in seconds.
        median_delay_s: From creation to arrival, in seconds.
        p99_delay_s: The same; one event in a hundred takes longer.
    """

    event_type: str
    newest_arrival: str
    age_s: int
    median_delay_s: int
    p99_delay_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionFiles:
    """The files of one partition of `events`; sizes in bytes."""

    event_type: str
    dt: str
    files: int
    rows: int
    total_bytes: int
    smallest_bytes: int
    largest_bytes: int


@dataclass(frozen=True, slots=True)
class SpentLine:
    """One thing that a service bills by the event.

    Attributes:
        amount: How much of it, in `unit`; None where CloudWatch has no metric of it.
        dollars: What that costs by AWS's list prices; None where the amount is not known.
        source: The metrics that it was reckoned from.
    """

    service: str
    what: str
    amount: float | None
    unit: str
    dollars: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Spending:
    """An estimate of what the events of the span cost.

    Attributes:
        region: The Region of the prices.
        as_of: The day of the prices.
    """

    lines: tuple[SpentLine, ...]
    region: str
    as_of: date

    @property
    def dollars(self) -> float:
        """What is known, in all."""
        return sum(line.dollars or 0.0 for line in self.lines)

    @property
    def is_whole(self) -> bool:
        """Whether there is a metric of everything."""
        return all(line.dollars is not None for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything that a report shows.

    Attributes:
        stack: What the names of the stack begin with.
        span: The time that it tells of, by arrival.
        sent: Events in `raw/` by hour of arrival.
        failed: Events in `errors/` by type of the error and hour of arrival.
        lateness: Events by step of lateness; every step is there.
        types: How fresh each event type is.
        delivery_ages_s: Age of the oldest record that was not delivered, by time.
        partitions: Files of the partitions that the span touches by creation.
        drift: Events and fields that the contract does not know.
        spending: What the events cost.
    """

    stack: str
    span: Span
    made_at: datetime
    arrivals: Part[tuple[Arrival, ...]]
    sent: Part[Mapping[datetime, int]]
    failed: Part[Mapping[tuple[str, datetime], int]]
    attempts: Part[Attempts]
    lateness: Part[Mapping[str, int]]
    types: Part[tuple[TypeFreshness, ...]]
    delivery_ages_s: Part[Mapping[datetime, float]]
    partitions: Part[tuple[PartitionFiles, ...]]
    failures: Part[Summary]
    drift: Part[Drift]
    spending: Part[Spending]
