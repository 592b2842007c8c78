"""The widgets of a CloudWatch dashboard and their places on its grid.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.infra.watch.metrics import Metric
    from firelake.infra.watch.spec import AlarmSpec

GRID_COLUMNS: Final = 24
_METRIC: Final = "metric"

Stat = Literal["Sum", "Average", "Maximum", "p50", "p99"]


@dataclass(frozen=True, slots=True)
class Widget:
    """A widget, by CloudWatch's name of its kind and with its properties but the Region."""

    kind: str
    properties: dict[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a graph.

    Attributes:
        label: Name for people.
        source: A metric, or a search expression where the dimensions are not known beforehand.
        stat: How the data points of a period become one.
        is_on_right_axis: Whether it has another unit than the lines of the left axis.
    """

    label: str
    source: Metric | str
    stat: Stat = "Sum"
    is_on_right_axis: bool = False

    @property
    def rendered(self) -> list[object]:
        """The line as CloudWatch takes it."""
        options: dict[str, object] = {"label": self.label}
        if self.is_on_right_axis:
            options["yAxis"] = "right"
        if isinstance(self.source, str):
            return [{"expression": self.source, **options}]
        dimensions = [text for pair in self.source.dimensions for text in pair]
        described = {"stat": self.stat, **options}
        return [self.source.namespace, self.source.name, *dimensions, described]


@dataclass(frozen=True, slots=True)
class Mark:
    """A horizontal line at a value that means something, such as an alarm's threshold."""

    label: str
    value: float


def graph(  # noqa: PLR0913 -- what CloudWatch lets one choose
    title: str,
    unit: str,
    *lines: Line,
    right_unit: str = "",
    marks: Sequence[Mark] = (),
    is_stacked: bool = False,
    period_s: int = 300,
) -> Widget:
    """Returns metrics over time.

    Args:
        lines: At most 500, which is CloudWatch's limit of a widget.
        right_unit: Name of the right axis, where a line is on it.
        marks: Values to draw across, on the left axis.
        is_stacked: Whether the lines are parts of a whole.
        period_s: Length of a period in seconds.
    """
    units = {"left": unit, **({"right": right_unit} if right_unit else {})}
    properties: dict[str, object] = {
        "title": title,
        "view": "timeSeries",
        "stacked": is_stacked,
        "metrics": [line.rendered for line in lines],
        "period": period_s,
        "yAxis": {
            side: {"label": label, "min": 0, "showUnits": False} for side, label in units.items()
        },
    }
    if marks:
        properties["annotations"] = {
            "horizontal": [{"label": mark.label, "value": mark.value} for mark in marks]
        }
    return Widget(_METRIC, properties)


def numbers(title: str, *lines: Line, is_of_whole_range: bool) -> Widget:
    """Returns metrics as one number each.

    Args:
        is_of_whole_range: Whether a number is of the whole time on screen, or the newest one.
    """
    properties: dict[str, object] = {
        "title": title,
        "view": "singleValue",
        "metrics": [line.rendered for line in lines],
        "period": 300,
        "setPeriodToTimeRange": is_of_whole_range,
    }
    return Widget(_METRIC, properties)


def text(markdown: str) -> Widget:
    """Returns a text in Markdown."""
    return Widget("text", {"markdown": markdown})


def alarm_states(title: str, alarm_arns: list[str]) -> Widget:
    """Returns the states of at most 100 alarms, which is CloudWatch's limit of a widget."""
    return Widget("alarm", {"title": title, "alarms": alarm_arns})


@dataclass(frozen=True, slots=True)
class Row:
    """Widgets side by side, of equal width: one to four, so that they fill the grid's columns."""

    widgets: tuple[Widget, ...]
    height: int


def row(*widgets: Widget, height: int = 6) -> Row:
    """Returns widgets side by side, as high as graphs are unless told otherwise."""
    return Row(widgets, height)


def alarm_marks(specs: Sequence[AlarmSpec], key: str) -> tuple[Mark, ...]:
    """Draw the threshold of an alarm; nothing where the stack has no such alarm."""
    return tuple(Mark("alarm", each.condition.threshold) for each in specs if each.key == key)


def place(rows: Sequence[Row], region: str) -> list[dict[str, object]]:
    """Lay rows below each other and give the dashboard body's widgets.

    Args:
        region: Where the metrics are.
    """
    placed: list[dict[str, object]] = []
    y = 0
    for each in rows:
        width = GRID_COLUMNS // len(each.widgets)
        for column, widget in enumerate(each.widgets):
            properties = widget.properties
            if widget.kind == _METRIC:
                properties = {"title": properties["title"], "region": region, **properties}
            placed.append(
                {
                    "type": widget.kind,
                    "x": column * width,
                    "y": y,
                    "width": width,
                    "height": each.height,
                    "properties": properties,
                }
            )
        y += each.height
    return placed
