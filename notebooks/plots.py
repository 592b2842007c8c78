"""The plots of the notebooks: one look, axes with units, colours that everybody can tell apart."""

# matplotlib's types leave the keyword arguments of its functions open, and what comes of dates.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownLambdaType=false

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, cast

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's, which also those tell apart who see fewer colours: https://jfly.uni-koeln.de/color/
COLOURS: Final = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#8c6bb1",
    "#7f7f7f",
)
INK: Final = "#22303c"
FAINT: Final = "#d9dee3"
WIDTH_IN: Final = 10.5

_DURATIONS: Final = {
    1: "1 s",
    10: "10 s",
    60: "1 min",
    600: "10 min",
    3600: "1 h",
    21_600: "6 h",
    86_400: "1 day",
    604_800: "7 days",
}
_FEWEST_BINS: Final = 12
# Widths of bins of time, in seconds.
_BINS: Final = {
    60: "minute",
    300: "5 minutes",
    900: "15 minutes",
    3600: "hour",
    10_800: "3 hours",
    21_600: "6 hours",
    86_400: "day",
}
_MOST_BINS: Final = 80
_LONGEST_LABEL: Final = 60
# From here on nobody needs a fraction.
_WHOLE_FROM: Final = 100
# From here on the font lacks many characters.
_FIRST_RARE: Final = "\u2000"


def use_style() -> None:
    """Set the look of every plot that follows."""
    plt.rcParams.update(
        {
            "figure.dpi": 110,
            "figure.constrained_layout.use": True,
            "figure.constrained_layout.h_pad": 0.1,
            "font.family": "DejaVu Sans",
            "font.size": 9.5,
            "text.color": INK,
            # Names come from events: a $ in one is no formula.
            "text.parse_math": False,
            "axes.edgecolor": INK,
            "axes.labelcolor": INK,
            "axes.titlelocation": "left",
            "axes.titleweight": "bold",
            "axes.titlesize": 11.5,
            "axes.titlepad": 12,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.axisbelow": True,
            "axes.grid": True,
            "grid.color": FAINT,
            "xtick.color": INK,
            "ytick.color": INK,
            "legend.frameon": False,
        }
    )


def bin_width_s(first: datetime, last: datetime) -> int:
    """Give a width for bins of time, in seconds, that suits the span."""
    span_s = (last - first).total_seconds()
    return next((width for width in _BINS if span_s / width <= _MOST_BINS), max(_BINS))


def bin_name(width_s: int) -> str:
    """Tell how long a bin of `bin_width_s` is."""
    return _BINS[width_s]


def bars(
    values: pd.Series[float] | pd.Series[int],
    title: str,
    unit: str,
    *,
    colour: str = COLOURS[0],
) -> None:
    """Draw horizontal bars with their numbers, in the order of the series from above.

    Args:
        values: A number for each name.
        title: What it shows.
        unit: Of the numbers.
        colour: Of the bars.
    """
    if values.empty:
        _nothing(title)
        return
    figure, axes = _figure(height_in=0.9 + 0.27 * len(values))
    numbers = [float(each) for each in values]
    drawn = axes.barh(_labels(values.index), numbers, color=colour, height=0.72)
    axes.bar_label(drawn, [_number(each) for each in numbers], padding=4, color=INK)
    axes.invert_yaxis()
    axes.margins(x=0.1, y=0.01)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _number(value)))
    _finish(figure, axes, title, x=unit)


def heat_map(table: pd.DataFrame, title: str, unit: str, *, width_s: int) -> None:
    """Draw a row of tiles a name, over time; where nothing happened there is no tile.

    Args:
        table: Names down, starts of bins (UTC) across, numbers in it.
        title: What it shows.
        unit: Of the numbers.
        width_s: How long a bin is, in seconds.
    """
    if table.empty:
        _nothing(title)
        return
    ordered = table.loc[table.sum(axis="columns").sort_values().index]
    starts = pd.date_range(
        ordered.columns.min(), ordered.columns.max(), freq=pd.Timedelta(seconds=width_s)
    )
    filled = ordered.reindex(columns=starts).to_numpy(dtype=float, na_value=np.nan)
    edges = mdates.date2num([*starts, starts[-1] + pd.Timedelta(seconds=width_s)])
    figure, axes = _figure(height_in=1.3 + 0.24 * len(ordered))
    tiles = axes.pcolormesh(
        edges,
        np.arange(len(ordered) + 1),
        np.ma.masked_invalid(filled),
        cmap="YlGnBu",
        vmin=0,
        edgecolors="white",
        linewidth=0.6,
    )
    axes.set_yticks(np.arange(len(ordered)) + 0.5, _labels(ordered.index))
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False)
    _time_axis(axes)
    bar = figure.colorbar(tiles, ax=axes, pad=0.01, aspect=30)
    bar.set_label(unit)
    bar.outline.set_visible(False)  # pyright: ignore[reportCallIssue]
    _finish(figure, axes, title, x="UTC")


def stacked_bars(table: pd.DataFrame, title: str, unit: str, *, width_s: int) -> None:
    """Draw bars over time, a colour a column.

    Args:
        table: Starts of bins (UTC) down, names across, numbers in it.
        title: What it shows.
        unit: Of the numbers.
        width_s: How long a bin is, in seconds.
    """
    if table.empty:
        _nothing(title)
        return
    shown = _largest(table.fillna(0)).sort_index()
    figure, axes = _figure(height_in=3.4)
    starts = mdates.date2num(list(shown.index))
    width_days = width_s / 86_400
    below = np.zeros(len(shown))
    for colour, name in zip(COLOURS, shown.columns, strict=False):
        heights = shown[name].to_numpy(dtype=float)
        axes.bar(
            starts,
            heights,
            width=0.94 * width_days,
            align="edge",
            bottom=below,
            color=colour,
            label=_label(name),
        )
        below += heights
    lacking = max(0, _FEWEST_BINS - len(shown)) / 2
    axes.set_xlim(starts.min() - lacking * width_days, starts.max() + (1 + lacking) * width_days)
    axes.grid(visible=False, axis="x")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    figure.legend(loc="outside lower left", ncols=3)
    _time_axis(axes)
    _finish(figure, axes, title, x="UTC", y=unit)


def funnel(steps: pd.Series[int], title: str, unit: str) -> None:
    """Draw how many are left after each step, and which share of the step before they are.

    Args:
        steps: How many came so far, by step, in order.
        title: What it shows.
        unit: Who is counted.
    """
    numbers = [int(each) for each in steps]
    shares = ["", *(f" · {after / max(before, 1):.0%}" for before, after in pairwise(numbers))]
    figure, axes = _figure(height_in=0.8 + 0.5 * len(numbers))
    most = max([*numbers, 1])
    centred = [(most - number) / 2 for number in numbers]
    axes.barh(_labels(steps.index), numbers, left=centred, color=COLOURS[0], height=0.8)
    for place, (number, share) in enumerate(zip(numbers, shares, strict=True)):
        is_wide = number > most / 4
        axes.annotate(
            f"{number:,}{share}",
            (most / 2 if is_wide else (most + number) / 2, place),
            xytext=(0 if is_wide else 6, 0),
            textcoords="offset points",
            ha="center" if is_wide else "left",
            va="center",
            color="white" if is_wide else INK,
            fontweight="bold",
        )
    axes.invert_yaxis()
    axes.set_xlim(0, most)
    axes.grid(visible=False)
    axes.set_xticks([])
    for side in ("bottom", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)
    _finish(figure, axes, title, x=f"{unit}; share of the step before")


def distributions(groups: Mapping[str, pd.Series[float]], title: str, unit: str) -> None:
    """Draw a box a group: half of its values in the box, nine in ten between the whiskers.

    Args:
        groups: Values by the name of their group.
        title: What it shows.
        unit: Of the values.
    """
    filled = {name: values.dropna() for name, values in groups.items() if values.notna().any()}
    if not filled:
        _nothing(title)
        return
    figure, axes = _figure(height_in=1.0 + 0.4 * len(filled))
    axes.boxplot(
        [values.to_numpy(dtype=float) for values in filled.values()],
        orientation="horizontal",
        whis=(5, 95),
        widths=0.6,
        showfliers=False,
        patch_artist=True,
        tick_labels=[f"{_label(name)}  (n = {len(each):,})" for name, each in filled.items()],
        boxprops={"facecolor": COLOURS[4], "edgecolor": INK, "linewidth": 0.8},
        medianprops={"color": INK, "linewidth": 2},
        whiskerprops={"color": INK},
        capprops={"color": INK},
    )
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    _finish(figure, axes, title, x=unit)


def durations(table: pd.DataFrame, title: str) -> None:
    """Draw a line a name from its median to its 99th percentile, on a logarithmic axis.

    Args:
        table: Names down; its first column holds medians, its second 99th percentiles, in seconds.
        title: What it shows.
    """
    if table.empty:
        _nothing(title)
        return
    ordered = table.sort_values(table.columns[1])
    # A logarithm knows no zero.
    medians, highest = (ordered[name].clip(lower=0.5) for name in ordered.columns[:2])
    figure, axes = _figure(height_in=1.2 + 0.26 * len(ordered))
    places = np.arange(len(ordered))
    axes.hlines(places, medians, highest, color=FAINT, linewidth=3, zorder=1)
    axes.scatter(medians, places, s=34, color=COLOURS[0], label="median", zorder=2)
    axes.scatter(highest, places, s=34, color=COLOURS[5], label="99th percentile", zorder=2)
    axes.set_xscale("log")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(list(_DURATIONS), list(_DURATIONS.values()))
    axes.set_xlim(float(medians.min()) / 2, float(highest.max()) * 2)
    axes.set_yticks(places, _labels(ordered.index))
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.margins(y=0.03)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    _finish(figure, axes, title)


def shares(values: pd.Series[float], title: str) -> None:
    """Draw how full each bar is, from 0 to 100 %.

    Args:
        values: A share from 0 to 1 for each name.
        title: What it shows.
    """
    if values.empty:
        _nothing(title)
        return
    figure, axes = _figure(height_in=0.8 + 0.27 * len(values))
    labels = _labels(values.index)
    numbers = [float(each) for each in values]
    axes.barh(labels, [1.0] * len(numbers), color=FAINT, height=0.72)
    drawn = axes.barh(labels, numbers, color=COLOURS[2], height=0.72)
    axes.bar_label(drawn, [f"{each:.0%}" for each in numbers], padding=4, color=INK)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.08)
    axes.margins(y=0.01)
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    _finish(figure, axes, title)


def _nothing(title: str) -> None:
    """Say that there is nothing to draw, which is good news of errors."""
    figure, axes = _figure(height_in=1.0)
    axes.set_axis_off()
    axes.text(0, 0.5, "nothing in this period", va="center", transform=axes.transAxes)
    _finish(figure, axes, title)


def _figure(height_in: float) -> tuple[Figure, Axes]:
    figure, axes = plt.subplots(figsize=(WIDTH_IN, height_in))
    return figure, axes


def _finish(figure: Figure, axes: Axes, title: str, *, x: str = "", y: str = "") -> None:
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    plt.show()
    plt.close(figure)


def _time_axis(axes: Axes) -> None:
    locator = mdates.AutoDateLocator(minticks=3, maxticks=12)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))


def _largest(table: pd.DataFrame) -> pd.DataFrame:
    """The columns with the largest sums, the others together as one, if colours do not suffice."""
    if table.shape[1] <= len(COLOURS):
        return table
    order = list(table.sum().sort_values(ascending=False).index)
    shown, others = order[: len(COLOURS) - 1], order[len(COLOURS) - 1 :]
    return table[shown].assign(others=table[others].sum(axis="columns"))


def _labels(names: pd.Index) -> list[str]:
    return [_label(name) for name in cast("Sequence[object]", list(names))]


def _label(name: object) -> str:
    """A name on one line, without what a font has no glyph for."""
    text = "".join(each if each.isprintable() and each < _FIRST_RARE else "?" for each in str(name))
    return text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…"


def _number(value: float) -> str:
    if value == int(value) or abs(value) >= _WHOLE_FROM:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2g}"
