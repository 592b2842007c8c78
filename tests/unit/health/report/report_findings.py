"""Findings of a report, small enough to be reckoned by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from firelake.contract.reasons import Reason
from firelake.failures.errors.events import ErrorEvent
from firelake.failures.errors.lines import Place, Unreadable
from firelake.failures.errors.summary import Summary
from firelake.health.drift import Drift, DriftedEvent, DriftedField
from firelake.health.report.findings import (
    Arrival,
    Attempts,
    Findings,
    Gap,
    PartitionFiles,
    Span,
    Spending,
    SpentLine,
    TypeFreshness,
)
from firelake.health.report.lateness import STEPS
from firelake.health.report.page import sections
from firelake.transform.diagnosis import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.health.report.section import Section

SPAN: Final = Span(datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2026, 11, 22, 11, tzinfo=UTC))

# Each is a way to make a page, a terminal, a chart or a template do what it should not.
HOSTILE: Final = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><svg onload=alert(1)>",
    "</details></section><iframe src=//example.com>",
    "<!-- ",
    "]]><x>",
    "{{ 7 * 7 }}{% raw %}",
    "[bold red]x[/]",
    "\x1b[31mred\x07\x00",
    "a\u202egnp.exe\u2066",
    "=1+1",
    "+x",
    "-x",
    "@x",
    r"$\frac{1}{0}$ $x_{$",
    "\\unknown $",
    "名前 🦜 \ue000\U0010ffff",
    "a\nb\r\tc\u2028d",
    "\ud800",
    "x" * 5000,
    "&lt;&#0;",
)


def hour(number: int, day: int = 22) -> datetime:
    return datetime(2026, 11, day, number, tzinfo=UTC)


def failed_event(
    text: str, reasons: tuple[str, ...], *, field: str = "", created_at_s: float | None = None
) -> ErrorEvent:
    """An event that failed, with any text at every place that comes from outside."""
    return ErrorEvent(
        place=Place(text, 1),
        index=0,
        event=text.encode("utf-8", "surrogatepass"),
        name=text,
        valid=None,
        problems=(Problem(Reason.FIELD_TYPE, 0, field, text),),
        reasons=reasons,
        arrived_ms=1_795_338_000_000,
        created_at_s=created_at_s,
    )


def summary_of(*events: ErrorEvent) -> Summary:
    summary = Summary()
    for event in events:
        summary.add(event, None)
    return summary


def drifted(field: str, rows: int, *event_names: str, **other: Any) -> DriftedField:  # noqa: ANN401
    values: dict[str, Any] = {
        "likely_type": "string",
        "known_type": None,
        "first_dt": "2026-11-22",
        "sample": '"x"',
    }
    return DriftedField(field=field, row_count=rows, event_names=event_names, **{**values, **other})


def findings_of(**parts: Any) -> Findings:  # noqa: ANN401
    """Findings in which nothing could be had but the parts given."""
    missing = Gap("not asked")
    values: dict[str, Any] = {
        "stack": "a-lake",
        "span": SPAN,
        "made_at": datetime(2026, 11, 22, 10, 30, tzinfo=UTC),
        **dict.fromkeys(
            (
                "arrivals",
                "sent",
                "failed",
                "attempts",
                "lateness",
                "types",
                "delivery_ages_s",
                "partitions",
                "failures",
                "drift",
                "spending",
            ),
            missing,
        ),
    }
    return Findings(**{**values, **parts})


ARRIVALS: Final = (
    Arrival(
        event_type="lesson",
        created_hour=hour(8),
        arrival_hour=hour(8),
        rows=12,
        events=10,
        unknown=1,
    ),
    Arrival(
        event_type="lesson",
        created_hour=hour(20, day=21),
        arrival_hour=hour(9),
        rows=4,
        events=4,
        unknown=0,
    ),
    Arrival(
        event_type="unregistered",
        created_hour=hour(9),
        arrival_hour=hour(9),
        rows=3,
        events=3,
        unknown=3,
    ),
)


def whole_findings() -> Findings:
    """Findings in which nothing is missing."""
    return findings_of(
        arrivals=ARRIVALS,
        sent={hour(8): 15, hour(9): 9},
        failed={("processing-failed", hour(8)): 2, ("format-conversion-failed", hour(9)): 1},
        attempts=Attempts(
            source="CloudWatch",
            period_s=300,
            counts={
                "EventsReceived": {hour(8): 15.0, hour(9): 9.0},
                "EventsDelivered": {hour(8): 10.0, hour(9): 7.0},
                "EventsDuplicate": {hour(8): 3.0},
                "EventsInvalid": {hour(8): 2.0, hour(9): 1.0},
                "EventsUnregistered": {hour(8): 1.0, hour(9): 3.0},
            },
        ),
        lateness={step: number for number, step in enumerate(STEPS)},
        types=(
            TypeFreshness(
                event_type="lesson",
                newest_arrival="2026-11-22 09:59:59",
                age_s=1801,
                median_delay_s=2,
                p99_delay_s=43_200,
            ),
        ),
        delivery_ages_s={hour(8): 12.0, hour(9): 40.0},
        partitions=(
            PartitionFiles(
                event_type="lesson",
                dt="2026-11-22",
                files=3,
                rows=14,
                total_bytes=3 * 2048,
                smallest_bytes=1000,
                largest_bytes=4000,
            ),
        ),
        failures=summary_of(
            failed_event("{}", ("field_type",), field="scores[2]", created_at_s=1_795_338_000),
            failed_event("{}", ("field_type",), field="scores[0]", created_at_s=1_795_341_600),
            failed_event("{", ("field_type", "not_json")),
        ),
        drift=Drift(events=(), fields=(drifted("mood", 6, "lesson:ended", "lesson:started"),)),
        spending=Spending(
            (
                SpentLine("Kinesis", "data in", 2.0, "GB", 0.16, "read"),
                SpentLine("Firehose", "ingested", 10.0, "GB", 1.5, "read"),
                SpentLine("DynamoDB", "claims written", None, "millions", None, "writes"),
            ),
            "us-east-1",
            date(2026, 11, 22),
        ),
    )


@cache
def whole_sections() -> Mapping[str, Section]:
    """The sections of the whole findings by title, drawn once."""
    return {section.title: section for section in sections(whole_findings())}


def hostile_findings() -> Findings:
    """Findings in which every text from outside is hostile."""
    summary = summary_of(*(failed_event(text, (text,), field=text) for text in HOSTILE))
    for text in HOSTILE:
        summary.unread.add(Unreadable(Place(text), text))
    return findings_of(
        stack=HOSTILE[0],
        arrivals=tuple(
            Arrival(
                event_type=text,
                created_hour=hour(8),
                arrival_hour=hour(8),
                rows=1,
                events=1,
                unknown=1,
            )
            for text in HOSTILE
        ),
        sent=Gap(HOSTILE[1]),
        attempts=Gap(HOSTILE[8]),
        lateness=dict.fromkeys(STEPS, 1),
        types=tuple(
            TypeFreshness(
                event_type=text, newest_arrival=text, age_s=1, median_delay_s=1, p99_delay_s=1
            )
            for text in HOSTILE
        ),
        delivery_ages_s={hour(8): 1.0},
        partitions=tuple(
            PartitionFiles(
                event_type=text,
                dt=text,
                files=1,
                rows=1,
                total_bytes=1,
                smallest_bytes=1,
                largest_bytes=1,
            )
            for text in HOSTILE
        ),
        failures=summary,
        drift=Drift(
            events=tuple(
                DriftedEvent(event_name=text, fields=(text,), row_count=1, first_dt=text)
                for text in HOSTILE
            ),
            fields=tuple(drifted(text, 1, text, sample=text, first_dt=text) for text in HOSTILE),
        ),
    )
