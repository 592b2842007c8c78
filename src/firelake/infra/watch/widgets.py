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

Stat = Literal["Sum", "Average", "Maximum", "p50", "p99"]


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


@dataclass(frozen=True, slots=True)
class Mark:
    """A horizontal line at a value that means something, such as an alarm's threshold."""

    label: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Metrics over time.

    Attributes:
        lines: At most 500, which is CloudWatch's limit of a widget.
        right_unit: Name of the right axis, where a line is on it.
        marks: Values to draw across, on the left axis.
        is_stacked: Whether the lines are parts of a whole.
        period_s: Length of a period in seconds.
    """

    title: str
    lines: tuple[Line, ...]
    unit: str
    right_unit: str = ""
    marks: tuple[Mark, ...] = ()
    is_stacked: bool = False
    period_s: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Metrics as one number each.

    Attributes:
        is_of_whole_range: Whether a number is of the whole time on screen, or the newest one.
    """

    title: str
    lines: tuple[Line, ...]
    is_of_whole_range: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Markdown."""

    markdown: str


@dataclass(frozen=True, slots=True)
class AlarmStates:
    """The states of alarms.

    Attributes:
        alarm_arns: At most 100, which is CloudWatch's limit of a widget.
    """

    title: str
    alarm_arns: tuple[str, ...]


Widget = Graph | Numbers | Text | AlarmStates


@dataclass(frozen=True, slots=True)
class Row:
    """Widgets side by side, of equal width.

    Attributes:
        widgets: One to four, so that their widths fill the grid's 24 columns.
    """

    height: int
    widgets: tuple[Widget, ...]


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
    for row in rows:
        width = GRID_COLUMNS // len(row.widgets)
        for column, widget in enumerate(row.widgets):
            kind, properties = _render(widget, region)
            placed.append(
                {
                    "type": kind,
                    "x": column * width,
                    "y": y,
                    "width": width,
                    "height": row.height,
                    "properties": properties,
                }
            )
        y += row.height
    return placed


def _render(widget: Widget, region: str) -> tuple[str, dict[str, object]]:
    match widget:
        case Text():
            return "text", {"markdown": widget.markdown}
        case AlarmStates():
            return "alarm", {"title": widget.title, "alarms": list(widget.alarm_arns)}
        case Numbers():
            return "metric", {
                "title": widget.title,
                "region": region,
                "view": "singleValue",
                "metrics": [_line(line) for line in widget.lines],
                "period": 300,
                "setPeriodToTimeRange": widget.is_of_whole_range,
            }
        case Graph():
            return "metric", _graph(widget, region)


def _graph(graph: Graph, region: str) -> dict[str, object]:
    axes: dict[str, object] = {"left": {"label": graph.unit, "min": 0, "showUnits": False}}
    if graph.right_unit:
        axes["right"] = {"label": graph.right_unit, "min": 0, "showUnits": False}
    properties: dict[str, object] = {
        "title": graph.title,
        "region": region,
        "view": "timeSeries",
        "stacked": graph.is_stacked,
        "metrics": [_line(line) for line in graph.lines],
        "period": graph.period_s,
        "yAxis": axes,
    }
    if graph.marks:
        properties["annotations"] = {
            "horizontal": [{"label": mark.label, "value": mark.value} for mark in graph.marks]
        }
    return properties


def _line(line: Line) -> list[object]:
    options: dict[str, object] = {"label": line.label}
    if line.is_on_right_axis:
        options["yAxis"] = "right"
    if isinstance(line.source, str):
        return [{"expression": line.source, **options}]
    dimensions = [text for pair in line.source.dimensions for text in pair]
    return [line.source.namespace, line.source.name, *dimensions, {"stat": line.stat, **options}]
