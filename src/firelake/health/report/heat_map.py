"""The section about event types: how many events of each, by hour of creation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from matplotlib import colors, dates

from firelake.health.report.findings import HOUR, Gap
from firelake.health.report.section import (
    Section,
    bars_height_inches,
    gap_text,
    show_times,
    stack_bars,
)
from firelake.operations.counts import counted
from firelake.operations.page.charts import LINES, SHADES, SOFT, Chart, draw_chart, label
from firelake.operations.page.tables import table

if TYPE_CHECKING:
    from firelake.health.report.findings import Findings, Span
    from firelake.operations.page.tables import Table

_MOST_COLUMNS: Final = 168
_MOST_TYPES: Final = 30
_MOST_STACKED: Final = 4
_TOLD: Final = 3
# What leaves room for the map on a phone.
_LONGEST_NAME: Final = 20
# Of the events, those that were created long before the others.
_LEFT_OUT: Final = 0.002
_OTHERS: Final = "(others)"


def heat_map(findings: Findings) -> Section:
    """Show events by type and hour of creation."""
    title = "Events by type and hour"
    if isinstance(findings.arrivals, Gap):
        return Section(
            title=title, gaps=(gap_text("Events in the lake are", findings.arrivals.why),)
        )
    if not findings.arrivals:
        return Section(title=title, texts=("No event arrived in this time.",))
    created: Counter[datetime] = Counter()
    for each in findings.arrivals:
        created[each.created_hour] += each.events
    since, until = _most_of(created, findings.span)
    step = HOUR if (until - since) / HOUR <= _MOST_COLUMNS else timedelta(days=1)
    cells: Counter[tuple[str, datetime]] = Counter()
    types: Counter[str] = Counter()
    for each in findings.arrivals:
        types[each.event_type] += each.events
        cells[each.event_type, _floor(each.created_hour, step)] += each.events
    before = sum(count for hour, count in created.items() if hour < since)
    after = sum(count for hour, count in created.items() if hour >= until)
    grid = _Grid(_floor(since, step), until, step, types, cells)
    return Section(
        title=title,
        texts=(
            (
                f"Of {counted(types.total(), 'event')} that arrived, by hour of creation (UTC);"
                f" {counted(before, 'was', 'were')} created before the first hour that is drawn and"
                f" {after:,} after the last: they are in the table alone."
            ),
        ),
        charts=(_hours_chart(grid), _heat_chart(grid)),
        table=_heat_table(grid),
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """Events by type, and by step of creation from a start to an end."""

    start: datetime
    until: datetime
    step: timedelta
    types: Counter[str]
    cells: Counter[tuple[str, datetime]]

    @property
    def moments(self) -> list[datetime]:
        columns = -(-(self.until - self.start) // self.step)
        return [self.start + self.step * column for column in range(columns)]

    @property
    def step_name(self) -> str:
        return "hour" if self.step == HOUR else "day"

    def groups(self, most: int) -> list[tuple[str, list[int]]]:
        """The commonest types and all others, by name: each with its counts."""
        names = [name for name, _ in self.types.most_common(most)]
        others = [name for name in self.types if name not in names]
        groups = [(label(name, _LONGEST_NAME), [name]) for name in names]
        if others:
            groups.append((_OTHERS, others))
        return [
            (title, [sum(self.cells[name, at] for name in group) for at in self.moments])
            for title, group in groups
        ]


def _most_of(created: Counter[datetime], span: Span) -> tuple[datetime, datetime]:
    """The hours of creation in which nearly all events are, those of the span among them."""
    hours, seen = sorted(created), 0
    since = span.since
    for hour in hours:
        seen += created[hour]
        if seen > created.total() * _LEFT_OUT:
            since = min(since, hour)
            break
    return since, span.until


def _floor(moment: datetime, step: timedelta) -> datetime:
    return moment if step == HOUR else moment.replace(hour=0)


def _heat_table(grid: _Grid) -> Table:
    names = [name for name, _ in grid.types.most_common()]
    form = "%Y-%m-%d %H:%M" if grid.step == HOUR else "%Y-%m-%d"
    moments = sorted({moment for _, moment in grid.cells})
    rows = [
        (moment.strftime(form), *(grid.cells[name, moment] for name in names)) for moment in moments
    ]
    heads = [label(name) for name in names]
    return table(("created, UTC",), heads, [*rows, ("all", *(grid.types[name] for name in names))])


def _hours_chart(grid: _Grid) -> Chart:
    groups, moments = grid.groups(_MOST_STACKED), grid.moments

    stacks = [(*group, colour) for group, colour in zip(groups, (*LINES, SOFT), strict=False)]

    def draw(axes: Any) -> None:  # noqa: ANN401
        stack_bars(axes, moments, grid.step, stacks, "events")
        show_times(axes, moments[0], moments[-1] + grid.step)

    sums = [sum(column) for column in zip(*(values for _, values in groups), strict=True)]
    most, at = max((value, column) for column, value in enumerate(sums))
    told = (
        f"Most were created in the {grid.step_name} of {moments[at]:%Y-%m-%d %H:%M} UTC: {most:,}."
    )
    return draw_chart(f"Events by {grid.step_name} of creation", told, draw, has_narrow=True)


def _heat_chart(grid: _Grid) -> Chart:
    groups, moments = grid.groups(_MOST_TYPES), grid.moments
    names = [name for name, _ in groups]
    end = moments[-1] + grid.step
    # All others together would leave each by itself pale.
    most = max(max(row) for _, row in groups[:_MOST_TYPES])
    ends = [float(cast("Any", dates).date2num(each)) for each in (grid.start, end)]

    def draw(axes: Any) -> None:  # noqa: ANN401
        shown = [[count or float("nan") for count in row] for _, row in groups]
        image = axes.imshow(
            shown,
            aspect="auto",
            cmap=SHADES,
            # A few full cells would leave all others pale.
            norm=cast("Any", colors).PowerNorm(0.5, vmin=0, vmax=most),
            interpolation="none",
            extent=(*ends, len(groups) - 0.5, -0.5),
        )
        axes.set_yticks(range(len(groups)), names)
        axes.xaxis_date()
        show_times(axes, grid.start, end)
        bar = axes.figure.colorbar(image, ax=axes, pad=0.01, format="{x:,.0f}")
        bar.outline.set_visible(False)
        bar.set_label(f"events in the {grid.step_name}")

    told = "; ".join(f"{label(name)}: {count:,}" for name, count in grid.types.most_common(_TOLD))
    title = f"Events by type and {grid.step_name} of creation"
    height = bars_height_inches(len(groups))
    return draw_chart(title, f"The commonest types: {told}.", draw, height, has_narrow=True)
