"""What a report asks Athena: each question with how its answer is read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from firelake.catalog.canaries import without_canaries, without_canary_records
from firelake.catalog.mapped_fields import but_mapped
from firelake.catalog.queries import parse_query, query_over
from firelake.catalog.query_sql import parameter
from firelake.catalog.sql_text import identifier, literal
from firelake.contract.facts import CLOCK_SKEW_DAYS
from firelake.contract.layout import Granularity, dt_of
from firelake.contract.names import DT, HOUR, INGESTED_AT
from firelake.health.drift import QUERY as DRIFT_QUERY
from firelake.health.drift import drift_of
from firelake.health.report.findings import Arrival, Gap, PartitionFiles, TypeFreshness
from firelake.health.report.lateness import STEPS, step_sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firelake.contract.events import EventContract
    from firelake.health.drift import Drift
    from firelake.health.report.findings import Part, Span

_FOLDER: Final = Path(__file__).with_name("sql")
_NO_CANARY: Final = without_canary_records("record")
_MOMENT: Final = timedelta(microseconds=1)

Row = dict[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """The questions about one lake and one span.

    Attributes:
        granularity: Of the partitions of `events`.
        lateness_days: How late an event may come and be taken.
        lag_days: How much later than the first record of its object a record may have arrived.
    """

    database: str
    granularity: Granularity
    contract: EventContract
    span: Span
    lateness_days: int
    lag_days: int

    def arrivals(self) -> str:
        """Ask for the events in the lake."""
        names = ", ".join(literal(name) for name in sorted(self.contract.events))
        return self._own("arrivals", self._arrived(), known_names=names)

    def lateness(self) -> str:
        """Ask how late events came."""
        return self._own("lateness", self._arrived(), step=step_sql())

    def sent(self) -> str:
        """Ask what producers sent."""
        first, last = self.span.since, self.span.until - _MOMENT
        days = self._between(first, last, Granularity.DAY)
        hours = self._between(first, last, Granularity.HOUR).removeprefix(DT)
        condition = f"{days} AND {DT} || '-' || {HOUR}{hours}"
        return self._own("sent", condition, no_canary=_NO_CANARY)

    def failed(self) -> str:
        """Ask what stands in `errors/`."""
        first, last = self.span.since, self.span.until
        days = self._between(first - timedelta(days=self.lag_days), last, Granularity.DAY)
        since_ms, until_ms = (round(each.timestamp() * 1000) for each in (first, last))
        condition = f"{days} AND arrivaltimestamp >= {since_ms} AND arrivaltimestamp < {until_ms}"
        return self._own("failed", condition, no_canary=_NO_CANARY)

    def freshness(self) -> str:
        """Ask how fresh each event type is."""
        return query_over("freshness", self.database, self._arrived())

    def drift(self) -> str:
        """Ask for the fields that the contract does not know."""
        mapped = but_mapped(self.contract)
        return query_over(DRIFT_QUERY, self.database, self._arrived(), but_mapped=mapped)

    def partitions(self) -> str:
        """Ask for the files of the partitions whose time meets the span."""
        condition = self._between(self.span.since, self.span.until - _MOMENT, self.granularity)
        return query_over("file_sizes", self.database, condition)

    def drifted(self, rows: Iterable[Row]) -> Drift:
        """Read the answer to `drift`."""
        return drift_of(
            [
                {
                    name: _count(value) if name.endswith("_count") else value
                    for name, value in row.items()
                }
                for row in rows
            ],
            self.contract,
        )

    def _arrived(self) -> str:
        """Restrict `events` to what arrived in the span, and to the partitions that it can be in.

        What backfill brought in by files has arrived long before; where it is older than events
        may be, it is in none of them.
        """
        days = self._between(
            self.span.since - timedelta(days=self.lateness_days),
            self.span.until + timedelta(days=CLOCK_SKEW_DAYS),
            self.granularity,
        )
        since, until = parameter(self.span.since), parameter(self.span.until)
        arrived = f"{INGESTED_AT} >= {since} AND {INGESTED_AT} < {until}"
        return f"{days} AND {arrived} AND {without_canaries()}"

    def _between(self, first: datetime, last: datetime, granularity: Granularity) -> str:
        ends = [literal(dt_of(each.timestamp(), granularity)) for each in (first, last)]
        return f"{DT} BETWEEN {ends[0]} AND {ends[1]}"

    def _own(self, name: str, condition: str, **values: str) -> str:
        text = (_FOLDER / f"{name}.sql").read_text("utf-8")
        filled = {"database": identifier(self.database), "condition": condition, **values}
        return parse_query(name, text, filled).sql


def arrivals_of(rows: Iterable[Row]) -> tuple[Arrival, ...]:
    """Read the answer to `Questions.arrivals`."""
    return tuple(
        Arrival(
            event_type=row["event_type"] or "",
            created_hour=_moment(row["created_hour"]),
            arrival_hour=_moment(row["arrival_hour"]),
            rows=_count(row["row_count"]),
            events=_count(row["event_count"]),
            unknown=_count(row["event_count"]) - _count(row["known_count"]),
        )
        for row in rows
    )


def lateness_of(rows: Iterable[Row]) -> Mapping[str, int]:
    """Read the answer to `Questions.lateness`."""
    counts = {_count(row["step"]): _count(row["event_count"]) for row in rows}
    return {name: counts.get(number, 0) for number, name in enumerate(STEPS)}


def sent_of(rows: Iterable[Row]) -> Part[Mapping[datetime, int]]:
    """Read the answer to `Questions.sent`; a gap where events cannot be counted."""
    rows = list(rows)
    spread = [row for row in rows if _count(row["opening_count"]) and _count(row["closing_count"])]
    if spread:
        return Gap(
            "raw/ is read by lines, and holds events that are spread over several, the first in the"
            f" hour {spread[0]['dt']} {spread[0]['hour']}:00: they cannot be counted, nor what is a"
            " copy; let producers send each event on one line"
        )
    return {_moment(f"{row['dt']} {row['hour']}:00:00"): _count(row["event_count"]) for row in rows}


def failed_of(rows: Iterable[Row]) -> Mapping[tuple[str, datetime], int]:
    """Read the answer to `Questions.failed`."""
    return {
        (row["type"] or "", _moment(row["arrival_hour"])): _count(row["event_count"])
        for row in rows
    }


def with_blank(sent: Mapping[datetime, int], failed: Iterable[Row]) -> Mapping[datetime, int]:
    """Add the records with nothing in them, which only `errors/` tells of, to what was sent.

    Args:
        sent: As `sent_of` reads it.
        failed: The answer to `Questions.failed`.
    """
    found = Counter(sent)
    for row in failed:
        found[_moment(row["arrival_hour"])] += _count(row["blank_count"])
    return +found


def freshness_of(rows: Iterable[Row]) -> tuple[TypeFreshness, ...]:
    """Read the answer to `Questions.freshness`."""
    return tuple(
        TypeFreshness(
            event_type=row["event_type"] or "",
            newest_arrival=(row["newest_arrival"] or "").partition(".")[0],
            age_s=_count(row["newest_arrival_age_s"]),
            median_delay_s=_count(row["median_delay_s"]),
            p99_delay_s=_count(row["p99_delay_s"]),
        )
        for row in rows
    )


def partitions_of(rows: Iterable[Row]) -> tuple[PartitionFiles, ...]:
    """Read the answer to `Questions.partitions`."""
    return tuple(
        PartitionFiles(
            event_type=row["event_type"] or "",
            dt=row["dt"] or "",
            files=_count(row["file_count"]),
            rows=_count(row["row_count"]),
            total_bytes=_count(row["total_bytes"]),
            smallest_bytes=_count(row["smallest_bytes"]),
            largest_bytes=_count(row["largest_bytes"]),
        )
        for row in rows
    )


def _count(value: str | None) -> int:
    return int(cast("str", value))


def _moment(value: str | None) -> datetime:
    return datetime.fromisoformat(cast("str", value)).replace(tzinfo=UTC)
