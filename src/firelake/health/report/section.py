"""A section of the report: words, a chart, the numbers of it, samples, or what is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from matplotlib import dates

from firelake.operations.page.charts import INK
from firelake.operations.terminal import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from firelake.operations.page.charts import Chart
    from firelake.operations.page.tables import Table

BAR_HEIGHT_INCHES: Final = 0.27
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
    return _FRAME_INCHES + BAR_HEIGHT_INCHES * max(3, count)


def show_bars(axes: Any, names: Sequence[str], values: Sequence[float], colour: str) -> None:  # noqa: ANN401 -- matplotlib's axes
    """Draw lying bars, the first on top; the names must be ones that a chart can hold."""
    places = list(range(len(names)))[::-1]
    axes.barh(places, values, color=colour, height=0.7)
    axes.set_yticks(places, names)
    axes.margins(x=0.15)


def note_bars(axes: Any, values: Sequence[float], notes: Sequence[str]) -> None:  # noqa: ANN401 -- matplotlib's axes
    """Write a note at the end of each bar."""
    for place, (value, note) in enumerate(zip(reversed(values), reversed(notes), strict=True)):
        axes.annotate(
            note,
            (value, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            fontsize=8,
        )


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
