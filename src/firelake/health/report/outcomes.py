"""The section about totals: what became of the events that arrived."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from firelake.contract.names import UNREGISTERED
from firelake.health.report.costs import spent_text
from firelake.health.report.findings import HOUR, Gap
from firelake.health.report.section import (
    Section,
    gap_text,
    show_legend,
    show_times,
    stack_bars,
)
from firelake.operations.page.charts import LINES, WARNING, Chart, draw_chart
from firelake.operations.page.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from firelake.health.report.findings import Findings, Span

# Events by hour of arrival; None where they are not known.
_Counts: TypeAlias = "Counter[datetime] | None"

_NO_NUMBER: Final = "not known"
_FEWEST_HOURS: Final = 3
_STACKS: Final = ("delivered", "delivered, unregistered", "duplicate or on the way", "failed")
_COLOURS: Final = (LINES[0], LINES[3], LINES[1], WARNING)


def outcomes(findings: Findings) -> Section:
    """Returns what became of what arrived, in numbers that add up."""
    parts, hours = _parts(findings)
    rows = [(f"{hour:%Y-%m-%d %H:%M}", *(_of(each, hour) for each in parts)) for hour in hours]
    sums = [None if part is None else part.total() for part in parts]
    names = ("sent", "delivered", "unregistered", "failed", "duplicate or on the way")
    gaps = [
        gap_text(f"What {what} is", part.why)
        for what, part in (
            ("arrived in events/", findings.arrivals),
            ("was sent, from raw/,", findings.sent),
            ("failed, from errors/,", findings.failed),
        )
        if isinstance(part, Gap)
    ]
    repeated = (
        None
        if isinstance(findings.arrivals, Gap)
        else sum(each.rows - each.events for each in findings.arrivals)
    )
    return Section(
        title="What became of the events that arrived",
        texts=(
            (
                "Totals, by SQL over raw/, events/ and errors/: sent = delivered + failed +"
                " duplicate or on the way. Unregistered events are among the delivered ones: the"
                " contract does not know their names. Those whose type it does not know either are"
                " the partition event_type=unregistered. What failed stays counted when put back."
                " A record with nothing in it was sent and failed, as one event."
            ),
            (
                "Firehose files its raw/ objects by the hour of their oldest record, so that"
                " events at its end may count as sent in that hour and as delivered in the next."
            ),
        ),
        gaps=tuple(gaps),
        total=(
            *((name, _number(value)) for name, value in zip(names, sums, strict=True)),
            ("unregistered, of an unknown type", _number(_of_unknown_type(findings))),
            ("rows that Firehose delivered twice", _number(repeated)),
            ("age of the newest, s", _number(_newest_age_s(findings))),
            ("cost so far, estimated", spent_text(findings)),
        ),
        charts=(*_share_charts(sums), *_outcome_charts(findings.span, parts, hours, sums)),
        table=table(("hour of arrival, UTC",), names, [*rows, ("all", *sums)]),
    )


def _parts(findings: Findings) -> tuple[tuple[_Counts, ...], list[datetime]]:
    """Returns the numbers in the order of the table, and the hours in which anything arrived."""
    sent = None if isinstance(findings.sent, Gap) else Counter(findings.sent)
    delivered = unknown = failed = rest = None
    if not isinstance(findings.arrivals, Gap):
        delivered, unknown = Counter[datetime](), Counter[datetime]()
        for each in findings.arrivals:
            delivered[each.arrival_hour] += each.events
            unknown[each.arrival_hour] += each.unknown
    if not isinstance(findings.failed, Gap):
        failed = Counter[datetime]()
        for (_, hour), count in findings.failed.items():
            failed[hour] += count
    hours = sorted({*(sent or ()), *(delivered or ()), *(failed or ())})
    if sent is not None and delivered is not None and failed is not None:
        rest = Counter({hour: sent[hour] - delivered[hour] - failed[hour] for hour in hours})
    return (sent, delivered, unknown, failed, rest), hours


def _of_unknown_type(findings: Findings) -> int | None:
    if isinstance(findings.arrivals, Gap):
        return None
    return sum(each.events for each in findings.arrivals if each.event_type == UNREGISTERED)


def _of(part: _Counts, hour: datetime) -> int | None:
    return None if part is None else part[hour]


def _number(value: int | None) -> str:
    return _NO_NUMBER if value is None else f"{value:,}"


def _newest_age_s(findings: Findings) -> int | None:
    if isinstance(findings.types, Gap):
        return None
    return min((each.age_s for each in findings.types), default=None)


def _share_charts(sums: Sequence[int | None]) -> Iterator[Chart]:
    """One bar of all that was sent, where everything is known of it."""
    sent, delivered, unknown, failed, rest = sums
    if not sent or delivered is None or unknown is None or failed is None or rest is None:
        return
    values = (delivered - unknown, unknown, max(0, rest), failed)
    parts = [*zip(_STACKS, values, strict=True)]

    def draw(axes: Any) -> None:  # noqa: ANN401
        left = 0
        for (name, value), colour in zip(parts, _COLOURS, strict=True):
            axes.barh(0, value, left=left, color=colour, label=name)
            left += value
        axes.set_xlim(0, left)
        axes.set_yticks([])
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.locator_params(axis="x", nbins=4, integer=True)
        show_legend(axes)

    told = "; ".join(f"{name}: {value:,} ({value / sent:.1%})" for name, value in parts)
    yield draw_chart("Of all events sent", f"{told}.", draw, 1.5, has_narrow=True)


def _outcome_charts(
    span: Span, parts: Sequence[_Counts], hours: Sequence[datetime], sums: Sequence[int | None]
) -> Iterator[Chart]:
    """The hours of arrival, where there are several to compare."""
    if len(hours) < _FEWEST_HOURS:
        return
    _, delivered, unknown, failed, rest = (part or Counter[datetime]() for part in parts)
    values = (
        [delivered[hour] - unknown[hour] for hour in hours],
        [unknown[hour] for hour in hours],
        [max(0, rest[hour]) for hour in hours],
        [failed[hour] for hour in hours],
    )
    stacks = [*zip(_STACKS, values, _COLOURS, strict=True)]

    def draw(axes: Any) -> None:  # noqa: ANN401
        stack_bars(axes, hours, HOUR, stacks, "events an hour")
        show_times(axes, span.since, span.until)

    names = ("sent", "delivered", "of them unregistered", "failed", "duplicate or on the way")
    told = ", ".join(f"{_number(value)} {name}" for name, value in zip(names, sums, strict=True))
    yield draw_chart("Events by hour of arrival", f"In all: {told}.", draw, 4.2, has_narrow=True)
