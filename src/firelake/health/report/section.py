"""A section of the report: words, a chart, the numbers of it, samples, or what is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from matplotlib import dates

from firelake.operations.page.charts import INK, LINES, draw_chart
from firelake.operations.terminal import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from firelake.operations.page.charts import Chart
    from firelake.operations.page.tables import Table

_BAR_HEIGHT_INCHES: Final = 0.27
_FRAME_INCHES: Final = 0.9
_MOST_TICKS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What fails events, with one to look at.

    Attributes:
        count: How many there are.
        texts: About all of them.
        commands: What to type.
        place: Where the sample stands.
        remarks: What is wrong with it.
        sample: An event, as it was sent.
    """

    title: str
    count: str
    texts: tuple[str, ...]
    commands: tuple[str, ...]
    place: str
    remarks: tuple[str, ...]
    sample: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section; every text of it is shown as it stands.

    Attributes:
        total: Names and values that stand out.
        table: The numbers of its charts, folded away below them.
        shown: A table that stands open.
        cards: Folded away, each by itself.
        more: Another table, folded away.
        more_title: What that one tells.
    """

    title: str
    texts: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    total: tuple[tuple[str, str], ...] = ()
    charts: tuple[Chart, ...] = ()
    table: Table | None = None
    shown: Table | None = None
    cards: tuple[Card, ...] = ()
    more: Table | None = None
    more_title: str = ""

    @property
    def anchor(self) -> str:
        """By which the page leads to it."""
        return "-".join(re.findall("[a-z]+", self.title.lower()))


def gap_text(what: str, why: str) -> str:
    """Tell that something is missing; what AWS says may hold anything."""
    return f"{what} missing: {harmless(why)}"


def bars_height_inches(count: int) -> float:
    """Returns the height of a chart with so many bars lying one above the other."""
    return _FRAME_INCHES + _BAR_HEIGHT_INCHES * max(3, count)


def draw_bars(
    title: str,
    bars: Sequence[tuple[str, int, str]],
    unit: str,
    *,
    colour: str = LINES[0],
    margin: float = 0.15,
) -> Chart:
    """Draw lying bars, the first on top.

    Args:
        bars: Name, number and what is noted at the end of each; texts that a chart can hold.
        unit: What is counted.
        margin: How much room there is for the notes, as a share of the longest bar.
    """
    names, values, notes = zip(*bars, strict=True)
    places = range(len(bars))[::-1]

    def draw(axes: Any) -> None:  # noqa: ANN401 -- matplotlib's axes
        axes.barh(places, values, color=colour, height=0.7)
        axes.set_yticks(places, names)
        style = {"textcoords": "offset points", "va": "center", "color": INK, "fontsize": 8}
        for place, value, note in zip(places, values, notes, strict=True):
            axes.annotate(note, (value, place), xytext=(4, 0), **style)
        axes.margins(x=margin)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.locator_params(axis="x", nbins=4, integer=True)
        axes.set_xlabel(unit)

    told = "; ".join(f"{name}: {note}" for name, _, note in bars)
    return draw_chart(title, f"{told}.", draw, bars_height_inches(len(bars)), has_narrow=True)


def stack_bars(
    axes: Any,  # noqa: ANN401 -- matplotlib's axes
    moments: Sequence[datetime],
    step: timedelta,
    stacks: Iterable[tuple[str, Sequence[int], str]],
    unit: str,
) -> None:
    """Draw numbers by time as bars that stand on one another, and name them.

    Args:
        step: How far the moments are apart.
        stacks: Name, a number for each moment, and colour.
        unit: What is counted.
    """
    base = [0] * len(moments)
    for name, values, colour in stacks:
        axes.bar(moments, values, step * 0.9, bottom=base, color=colour, label=name, align="edge")
        base = [low + value for low, value in zip(base, values, strict=True)]
    axes.set_ylabel(unit)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    show_legend(axes)


def show_times(axes: Any, first: datetime, last: datetime) -> None:  # noqa: ANN401 -- matplotlib's axes
    """Label the x axis with times, few enough for a phone.

    Args:
        first: Where they begin.
        last: Where they end, later.
    """
    axes.set_xlim(first, last)
    loose = cast("Any", dates)
    locator = loose.AutoDateLocator(minticks=3, maxticks=_MOST_TICKS)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(loose.ConciseDateFormatter(locator))
    axes.set_xlabel("UTC")


def times_between(times: Iterable[datetime], period_s: int) -> list[datetime]:
    """Returns every start of a period from the first to the last.

    Args:
        times: Some starts, at least one.
        period_s: Seconds that a period spans.
    """
    period = timedelta(seconds=period_s)
    first, *others = sorted(times)
    last = others[-1] if others else first
    return [first + period * step for step in range((last - first) // period + 1)]


def show_legend(axes: Any) -> None:  # noqa: ANN401 -- matplotlib's axes
    """Name what is drawn, above it."""
    axes.figure.legend(
        *axes.get_legend_handles_labels(),
        loc="outside upper left",
        ncols=2,
        frameon=False,
        labelcolor=INK,
        fontsize=9,
    )
