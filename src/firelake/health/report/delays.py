"""Sections about time: how late events came, and how fresh the lake is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from firelake.health.report.findings import Gap
from firelake.health.report.section import Section, draw_bars, gap_text, show_times
from firelake.operations.counts import counted
from firelake.operations.page.charts import LINES, Chart, draw_chart, label
from firelake.operations.page.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from firelake.health.report.findings import Findings

_MARGIN: Final = timedelta(minutes=5)


def lateness(findings: Findings) -> Section:
    """Show how late events came."""
    title = "Lateness: from creation to arrival"
    steps = findings.lateness
    if isinstance(steps, Gap):
        return Section(title=title, gaps=(gap_text("How late events came is", steps.why),))
    total = sum(steps.values())
    if not total:
        return Section(title=title, texts=("No event arrived in this time.",))
    bars = [(name, count, f"{count:,} ({count / total:.1%})") for name, count in steps.items()]
    return Section(
        title=title,
        texts=(
            (
                f"Of {counted(total, 'event')} in the lake;"
                " what came too late is among the failed ones."
            ),
        ),
        charts=(draw_bars("Events by lateness", bars, "events", margin=0.3),),
        table=table(("lateness",), ("events",), [*steps.items(), ("all", total)]),
    )


def freshness(findings: Findings) -> Section:
    """Show how far delivery was behind, and when each type last arrived."""
    ages, types = findings.delivery_ages_s, findings.types
    gaps: list[str] = []
    charts: tuple[Chart, ...] = ()
    shown = numbers = None
    if isinstance(ages, Gap):
        gaps.append(gap_text("How far delivery was behind is", ages.why))
    else:
        charts = (_ages_chart(ages),)
        rows = [(f"{at:%Y-%m-%d %H:%M}", round(age_s)) for at, age_s in ages.items()]
        numbers = table(("from, UTC",), ("oldest undelivered, s",), rows)
    if isinstance(types, Gap):
        gaps.append(gap_text("How fresh each type is, is", types.why))
    elif types:
        shown = table(
            ("event type", "newest arrival, UTC"),
            ("its age, s", "median delay, s", "99th percentile, s"),
            [
                (
                    label(each.event_type),
                    each.newest_arrival,
                    each.age_s,
                    each.median_delay_s,
                    each.p99_delay_s,
                )
                for each in types
            ],
        )
    return Section(
        title="Freshness",
        texts=(
            (
                "By type: when the newest event arrived, how long ago that was when this page was"
                " made, and how long after their creation events arrived."
            ),
        ),
        gaps=tuple(gaps),
        charts=charts,
        table=numbers,
        shown=shown,
    )


def _ages_chart(ages: Mapping[datetime, float]) -> Chart:
    def draw(axes: Any) -> None:  # noqa: ANN401
        axes.plot(
            list(ages),
            list(ages.values()),
            color=LINES[0],
            linestyle="",
            marker="o",
            markersize=4,
        )
        axes.set_ylabel("seconds, greatest of the period")
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set_ylim(bottom=0)
        show_times(axes, min(ages) - _MARGIN, max(ages) + _MARGIN)

    told = (
        "A point for each period in which something was delivered."
        f" At most {max(ages.values()):,.0f} s, {list(ages.values())[-1]:,.0f} s at last."
    )
    return draw_chart(
        "Age of the oldest record that Firehose had not delivered", told, draw, has_narrow=True
    )
