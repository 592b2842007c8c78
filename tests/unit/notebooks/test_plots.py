"""The plots of the notebooks: what they say is on them, also of nothing and of hostile names."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

FOLDER: Final = Path(__file__).parents[3] / "notebooks"
HOUR_S: Final = 3600
START: Final = pd.Timestamp("2026-11-22T08:00Z")
HOSTILE: Final = "$\\frac{1}{0}$ \x1b[2J \U0001f525 <b>\u202e"


@pytest.fixture
def plots(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module, as a notebook beside it imports it, drawing for nobody."""
    monkeypatch.setattr(sys, "path", [str(FOLDER), *sys.path])
    plt.switch_backend("Agg")
    module = import_module("plots")
    before = dict(plt.rcParams)
    module.use_style()
    yield module
    plt.rcParams.update(before)
    plt.close("all")
    sys.modules.pop("plots")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All texts of the figures that were shown, once each figure can be drawn."""
    texts: list[str] = []

    def show() -> None:
        figure: Any = plt.gcf()
        figure.canvas.draw()
        texts.extend(each.get_text() for each in figure.findobj(Text))

    monkeypatch.setattr(plt, "show", show)
    return texts


def over_time(*names: str) -> pd.DataFrame:
    """A number an hour and name."""
    return pd.DataFrame(
        {START: [3.0] * len(names), START + pd.Timedelta(hours=2): [1.0] * len(names)},
        index=list(names),
    )


def numbers(**values: float) -> pd.Series[float]:
    return pd.Series(values, dtype=float)


NOTHING: Final[dict[str, Callable[[Any], None]]] = {
    "bars": lambda plots: plots.bars(numbers(), "Title", "events"),
    "heat map": lambda plots: plots.heat_map(pd.DataFrame(), "Title", "events", width_s=HOUR_S),
    "stacked bars": lambda plots: plots.stacked_bars(
        pd.DataFrame(), "Title", "events", width_s=HOUR_S
    ),
    "distributions": lambda plots: plots.distributions({"a": numbers()}, "Title", "s"),
    "durations": lambda plots: plots.durations(pd.DataFrame({"m": [], "p": []}), "Title"),
    "shares": lambda plots: plots.shares(numbers(), "Title"),
}


@pytest.mark.parametrize("plot", NOTHING)
def test_where_there_is_nothing_the_plot_says_so(
    plots: ModuleType, drawn: list[str], plot: str
) -> None:
    NOTHING[plot](plots)
    assert {"Title", "nothing in this period"} <= set(drawn)
    assert plt.get_fignums() == []


SOMETHING: Final[dict[str, Callable[[Any, str], None]]] = {
    "bars": lambda plots, name: plots.bars(pd.Series({name: 1234.0}), "Title", "events"),
    "heat map": lambda plots, name: plots.heat_map(
        over_time(name, "other"), "Title", "events", width_s=HOUR_S
    ),
    "stacked bars": lambda plots, name: plots.stacked_bars(
        over_time(name, "other").T, "Title", "events", width_s=HOUR_S
    ),
    "funnel": lambda plots, name: plots.funnel(pd.Series({name: 4, "b": 0}), "Title", "learners"),
    "distributions": lambda plots, name: plots.distributions(
        {name: pd.Series([1.0, 2.0])}, "Title", "s"
    ),
    "durations": lambda plots, name: plots.durations(
        pd.DataFrame({"m": [0.0], "p": [7200.0]}, index=[name]), "Title"
    ),
    "shares": lambda plots, name: plots.shares(pd.Series({name: 0.5}), "Title"),
}


@pytest.mark.parametrize("plot", SOMETHING)
def test_a_name_from_outside_is_text_that_every_font_has(
    plots: ModuleType, drawn: list[str], plot: str
) -> None:
    SOMETHING[plot](plots, HOSTILE)
    assert any("$\\frac{1}{0}$ ?[2J ? <b>?" in each for each in drawn)
    assert plt.get_fignums() == []


def test_bars_have_their_numbers(plots: ModuleType, drawn: list[str]) -> None:
    plots.bars(numbers(lesson=1234, app=2.5, story=0.04), "Events", "events")
    assert {"lesson", "app", "story", "1,234", "2.5", "0.04", "Events", "events"} <= set(drawn)


def test_a_funnel_tells_the_share_of_the_step_before(plots: ModuleType, drawn: list[str]) -> None:
    plots.funnel(pd.Series({"opened": 200, "started": 50, "paid": 0}), "Funnel", "learners")
    assert {"200", "50 · 25%", "0 · 0%"} <= set(drawn)


def test_more_names_than_colours_are_told_together(plots: ModuleType, drawn: list[str]) -> None:
    names = [f"code-{number}" for number in range(12)]
    table = over_time(*names).T
    table["code-11"] *= 10
    plots.stacked_bars(table, "Errors", "records", width_s=HOUR_S)
    told = [each for each in drawn if each.startswith("code-")]
    assert len(told) == 7
    assert "code-11" in told
    assert "others" in drawn


def test_shares_are_told_in_percent(plots: ModuleType, drawn: list[str]) -> None:
    plots.shares(numbers(course_id=0.714), "Filled")
    assert "71%" in drawn


@pytest.mark.parametrize(
    ("span", "width_s", "name"),
    [
        (timedelta(minutes=50), 60, "minute"),
        (timedelta(hours=1, minutes=30), 300, "5 minutes"),
        (timedelta(days=3), 3600, "hour"),
        (timedelta(days=7), 10_800, "3 hours"),
        (timedelta(days=400), 86_400, "day"),
        (timedelta(0), 60, "minute"),
    ],
)
def test_bins_suit_the_span(plots: ModuleType, span: timedelta, width_s: int, name: str) -> None:
    first = datetime(2026, 11, 22, tzinfo=UTC)
    assert plots.bin_width_s(first, first + span) == width_s
    assert plots.bin_name(width_s) == name
