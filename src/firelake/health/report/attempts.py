"""The section about rates: what the function counted, attempt by attempt."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from firelake.health.report.findings import Gap
from firelake.health.report.metrics import ATTEMPT_METRICS
from firelake.health.report.section import Section, gap_text, show_legend, show_times, times_between
from firelake.operations.page.charts import LINES, Chart, draw_chart
from firelake.operations.page.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from firelake.health.report.findings import Attempts, Findings

_STYLES: Final = ("-", "--", "-.", ":")
_NAMES: Final = ("received", "delivered", "duplicate", "invalid", "unregistered")
_ATTEMPTS: Final = tuple(zip(_NAMES, ATTEMPT_METRICS, strict=True))


def attempts(findings: Findings) -> Section:
    """Show what the function counted: rates, in which a retried batch counts again."""
    title = "Delivered, duplicate, invalid and unregistered over time"
    found = findings.attempts
    if isinstance(found, Gap):
        return Section(title=title, gaps=(gap_text("The function's counts are", found.why),))
    times = times_between({at for points in found.counts.values() for at in points}, found.period_s)
    totals = [round(sum(found.counts[metric].values())) for _, metric in _ATTEMPTS]
    rows = [
        (f"{at:%Y-%m-%d %H:%M}", *(round(found.counts[m].get(at, 0)) for _, m in _ATTEMPTS))
        for at in times
    ]
    return Section(
        title=title,
        texts=(
            (
                f"Per attempt, from {found.source}: a batch that Firehose tries again is counted"
                " again, so these are rates to watch, and no totals."
            ),
        ),
        charts=(_attempts_chart(found, times, totals),),
        table=table(("from, UTC",), _NAMES, [*rows, ("all", *totals)]),
    )


def _attempts_chart(found: Attempts, times: Sequence[datetime], totals: Sequence[int]) -> Chart:
    minutes = found.period_s // 60
    period = timedelta(seconds=found.period_s)

    def draw(axes: Any) -> None:  # noqa: ANN401
        for (name, metric), colour, style in zip(_ATTEMPTS[1:], LINES, _STYLES, strict=True):
            points = found.counts[metric]
            axes.plot(
                list(times),
                # Where nothing is told nothing was attempted.
                [points.get(at, 0) for at in times],
                color=colour,
                linestyle=style,
                linewidth=1.8,
                marker="o",
                markersize=3,
                label=name,
            )
        axes.set_ylabel(f"events in {minutes:,} min, per attempt")
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set_ylim(bottom=0)
        show_times(axes, times[0] - period, times[-1] + period)
        show_legend(axes)

    told = ", ".join(f"{total:,} {name}" for name, total in zip(_NAMES, totals, strict=True))
    return draw_chart(
        "Events by what became of them, per attempt", f"In all: {told}.", draw, has_narrow=True
    )
