"""The section about event types: how many events of each, by hour of creation."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from matplotlib import colors, dates

from firelake.health.report.findings import HOUR, Gap
from firelake.health.report.section import Section, bars_height_inches, gap_text, show_times
from firelake.operations.page.charts import Chart, Theme, draw_chart, label
from firelake.operations.page.tables import table

if TYPE_CHECKING:
    from firelake.health.report.findings import Findings, Span
    from firelake.operations.page.tables import Table

_MOST_COLUMNS: Final = 168
_MOST_TYPES: Final = 30
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
    span = findings.span
    step = HOUR if (span.until - span.since) / HOUR <= _MOST_COLUMNS else timedelta(days=1)
    cells: Counter[tuple[str, datetime]] = Counter()
    types: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    for each in findings.arrivals:
        types[each.event_type] += each.events
        if each.created_hour < span.since:
            outside["before"] += each.events
        elif each.created_hour >= span.until:
            outside["after"] += each.events
        cells[each.event_type, _floor(each.created_hour, step)] += each.events
    return Section(
        title=title,
        texts=(
            (
                f"Of {types.total():,} events that arrived, by hour of creation (UTC);"
                f" {outside['before']:,} were created before this time and {outside['after']:,}"
                " after it: they are in the table alone."
            ),
        ),
        chart=_heat_chart(span, step, types, cells),
        table=_heat_table(step, types, cells),
    )


def _floor(moment: datetime, step: timedelta) -> datetime:
    return moment if step == HOUR else moment.replace(hour=0)


def _heat_table(
    step: timedelta, types: Counter[str], cells: Counter[tuple[str, datetime]]
) -> Table:
    names = [name for name, _ in types.most_common()]
    form = "%Y-%m-%d %H:%M" if step == HOUR else "%Y-%m-%d"
    moments = sorted({moment for _, moment in cells})
    rows = [(moment.strftime(form), *(cells[name, moment] for name in names)) for moment in moments]
    heads = [label(name) for name in names]
    return table(("created, UTC",), heads, [*rows, ("all", *(types[name] for name in names))])


def _heat_chart(
    span: Span, step: timedelta, types: Counter[str], cells: Counter[tuple[str, datetime]]
) -> Chart:
    start = _floor(span.since, step)
    columns = -(-(span.until - start) // step)
    names = [name for name, _ in types.most_common(_MOST_TYPES)]
    others = [name for name in types if name not in names]
    groups = [([name], label(name)) for name in names]
    if others:
        groups.append((others, _OTHERS))
    counts = [
        [sum(cells[name, start + step * column] for name in group) for column in range(columns)]
        for group, _ in groups
    ]
    ends = [float(cast("Any", dates).date2num(each)) for each in (start, start + step * columns)]

    def draw(axes: Any, theme: Theme) -> None:  # noqa: ANN401
        shown = [[count or float("nan") for count in row] for row in counts]
        image = axes.imshow(
            shown,
            aspect="auto",
            cmap=theme.shades,
            # A few full cells would leave all others pale.
            norm=cast("Any", colors).PowerNorm(0.5, vmin=0),
            interpolation="none",
            extent=(*ends, len(groups) - 0.5, -0.5),
        )
        axes.set_yticks(range(len(groups)), [name for _, name in groups])
        axes.xaxis_date()
        show_times(axes, start, start + step * columns)
        bar = axes.figure.colorbar(image, ax=axes, pad=0.01, format="{x:,.0f}")
        bar.outline.set_visible(False)
        bar.set_label("events" if step == HOUR else "events a day")

    name, count = types.most_common(1)[0]
    most, at = max((sum(row[column] for row in counts), column) for column in range(columns))
    told = (
        f"The commonest type is {label(name)} with {count:,} events; the fullest column is that of"
        f" {start + step * at:%Y-%m-%d %H:%M} UTC with {most:,}."
    )
    title = f"Events by type and {'hour' if step == HOUR else 'day'} of creation"
    return draw_chart(title, told, draw, bars_height_inches(len(groups)), has_narrow=True)
