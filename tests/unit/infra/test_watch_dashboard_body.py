"""The dashboard's body: its structure is such as CloudWatch takes, whatever the contract."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import pytest

from firelake.contract.events import EventContract
from firelake.infra.config import LakeConfig
from firelake.infra.config_sections import DeliveryConfig
from firelake.infra.naming import Names
from firelake.infra.watch.dashboard import dashboard_body
from tests.helpers.contracts import LEARNING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAMES = Names("firelake", "dev", "111122223333", "us-east-1")
START = date(2026, 1, 1)
CONFIG = LakeConfig(start_date=START)
CONTRACT = LEARNING

# The page on the structure of the body, and CloudWatch's quotas:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
BODY = {"start", "end", "periodOverride", "widgets", "variables"}
WIDGET = {"type", "x", "y", "width", "height", "properties"}
REQUIRED = {"text": {"markdown"}, "alarm": {"alarms"}, "metric": {"metrics", "region"}}
OPTIONAL = {
    "text": {"background"},
    "alarm": {"sortBy", "states", "title"},
    "metric": {"annotations", "legend", "liveData", "period", "setPeriodToTimeRange"}
    | {"sparkline", "stacked", "stat", "title", "view", "yAxis"},
}
VIEWS = {"timeSeries", "singleValue", "gauge", "bar", "pie", "table"}
LINE_OPTIONS = {"color", "expression", "id", "label", "period", "stat", "visible", "yAxis"}
MARK_OPTIONS = {"color", "fill", "label", "value", "visible", "yAxis"}
STATS = {"Average", "Maximum", "Minimum", "SampleCount", "Sum", "p50", "p99"}


def problems(body: dict[str, Any]) -> Iterator[str]:
    """What CloudWatch would refuse, or would not show as it is meant."""
    widgets: list[dict[str, Any]] = body["widgets"]
    metric_count = sum(len(each["properties"].get("metrics", ())) for each in widgets)
    yield from failing(
        (set(body) <= BODY, "unknown member of the body"),
        (body["periodOverride"] in {"auto", "inherit"}, "periodOverride is auto or inherit"),
        (len(widgets) <= 500, "more than 500 widgets"),
        (metric_count <= 2500, "more than 2500 metrics"),
    )
    taken: set[tuple[int, int]] = set()
    titles: set[str] = set()
    for widget in widgets:
        yield from widget_problems(widget)
        covered = cells(widget)
        title = widget["properties"].get("title", widget["properties"].get("markdown"))
        yield from failing(
            (not covered & taken, "two widgets overlap"),
            (title not in titles, f"{title} stands twice"),
        )
        taken |= covered
        titles.add(title)


def failing(*checks: tuple[bool, str]) -> Iterator[str]:
    return (problem for holds, problem in checks if not holds)


def cells(widget: dict[str, Any]) -> set[tuple[int, int]]:
    return {
        (x, y)
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    }


def widget_problems(widget: dict[str, Any]) -> Iterator[str]:
    kind, properties = widget["type"], widget["properties"]
    yield from failing(
        (set(widget) == WIDGET, "members of a widget"),
        (1 <= widget["width"] <= 24, "width is out of bounds"),
        (1 <= widget["height"] <= 1000, "height is out of bounds"),
        (widget["x"] >= 0 and widget["x"] + widget["width"] <= 24, "outside of the grid"),
        (widget["y"] >= 0, "above the grid"),
    )
    if kind not in REQUIRED:
        yield f"no widget is a {kind}"
    elif not REQUIRED[kind] <= set(properties) <= REQUIRED[kind] | OPTIONAL[kind]:
        yield f"properties of a {kind} widget"
    elif kind == "alarm":
        arns: list[str] = properties["alarms"]
        yield from failing(
            (1 <= len(arns) <= 100, "an alarm widget has 1 to 100 alarms"),
            (all(arn.startswith("arn:aws:cloudwatch:") for arn in arns), "an alarm is no ARN"),
        )
    elif kind == "metric":
        yield from metric_problems(properties)


def metric_problems(properties: dict[str, Any]) -> Iterator[str]:
    lines: list[list[Any]] = properties["metrics"]
    sides: set[str] = set(properties.get("yAxis", {"left": {}}))
    marks: list[dict[str, Any]] = properties.get("annotations", {}).get("horizontal", [])
    yield from failing(
        (properties.get("view", "timeSeries") in VIEWS, "unknown view"),
        (properties.get("period", 300) % 60 == 0, "a period is a multiple of 60"),
        (1 <= len(lines) <= 500, "a widget has 1 to 500 metrics"),
        (sides <= {"left", "right"}, "unknown axis"),
        (all(set(mark) <= MARK_OPTIONS for mark in marks), "unknown option of an annotation"),
        (all({"label", "value"} <= set(mark) for mark in marks), "an annotation without a value"),
    )
    for line in lines:
        yield from line_problems(line, sides)


def line_problems(line: list[Any], sides: set[str]) -> Iterator[str]:
    *metric, options = line
    if not isinstance(options, dict) or "label" not in options:
        yield "a line without a label"
        return
    given = cast("dict[str, Any]", options)
    is_expression = "expression" in given
    yield from failing(
        (set(given) <= LINE_OPTIONS, "unknown option of a line"),
        (given.get("yAxis", "left") in sides, "a line on an axis that is not there"),
        (not is_expression or not metric, "an expression has no metric"),
        (
            is_expression or (len(metric) % 2 == 0 and 4 <= len(metric) <= 62),
            "a metric is namespace, name and pairs of dimensions",
        ),
        (is_expression or given.get("stat") in STATS, "unknown statistic"),
    )


def contract_of(count: int) -> EventContract:
    return EventContract(1, {}, {}, tuple(f"type_{number:03}" for number in range(count)))


@pytest.mark.parametrize(
    ("config", "contract"),
    [
        pytest.param(CONFIG, CONTRACT, id="shipped-contract"),
        pytest.param(
            LakeConfig(start_date=START, delivery=DeliveryConfig(accept_partition_overflow=True)),
            contract_of(1),
            id="one-type",
        ),
        pytest.param(CONFIG, contract_of(99), id="as-many-lines-as-a-graph-has"),
        pytest.param(CONFIG, contract_of(555), id="as-many-types-as-partitions-may-be"),
    ],
)
def test_cloudwatch_takes_the_body(config: LakeConfig, contract: EventContract) -> None:
    assert list(problems(dashboard_body(NAMES, config, contract))) == []


def put(path: str, value: Any) -> Callable[[dict[str, Any]], None]:  # noqa: ANN401 -- any JSON value
    """A mistake: a value at a path such as `widgets.0.x`."""

    def spoil(body: dict[str, Any]) -> None:
        at: Any = body
        *parents, last = (int(name) if name.isdigit() else name for name in path.split("."))
        for name in parents:
            at = at[name]
        at[last] = value

    return spoil


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (put("periodOverride", "never"), "periodOverride is auto or inherit"),
        (put("theme", "dark"), "unknown member of the body"),
        (put("widgets.0.colour", 1), "members of a widget"),
        (put("widgets.0.x", 1), "outside of the grid"),
        (put("widgets.0.y", -1), "above the grid"),
        (put("widgets.0.width", 0), "width is out of bounds"),
        (put("widgets.0.height", 0), "height is out of bounds"),
        (put("widgets.1.y", 1), "two widgets overlap"),
        (put("widgets.0.type", "poem"), "no widget is a poem"),
        (put("widgets.0.properties.title", "x"), "properties of a text widget"),
        (put("widgets.1.properties.title", "Alarms"), "Alarms stands twice"),
        (put("widgets.1.properties.view", "cake"), "unknown view"),
        (put("widgets.1.properties.period", 90), "a period is a multiple of 60"),
        (put("widgets.1.properties.metrics", []), "a widget has 1 to 500 metrics"),
        (put("widgets.1.properties.yAxis", {"top": {}}), "unknown axis"),
        (put("widgets.1.properties.metrics.0", ["A", "X", "N", "x"]), "a line without a label"),
        (
            put("widgets.1.properties.metrics.0", ["A", "X", "N", {"label": "x"}]),
            "a metric is namespace, name and pairs of dimensions",
        ),
        (put("widgets.1.properties.metrics.0.4.stat", "Mean"), "unknown statistic"),
        (put("widgets.1.properties.metrics.0.4.size", 3), "unknown option of a line"),
        (put("widgets.1.properties.metrics.0.4.expression", "1"), "an expression has no metric"),
        (
            put("widgets.1.properties.metrics.0.4.yAxis", "right"),
            "a line on an axis that is not there",
        ),
        (
            put("widgets.1.properties.annotations", {"horizontal": [{"label": "x"}]}),
            "an annotation without a value",
        ),
        (put("widgets.4.properties.alarms", ["x"]), "an alarm is no ARN"),
        (put("widgets.4.properties.alarms", []), "an alarm widget has 1 to 100 alarms"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_the_check_of_the_body_finds_mistakes(
    spoil: Callable[[dict[str, Any]], None], problem: str
) -> None:
    body: dict[str, Any] = json.loads(json.dumps(dashboard_body(NAMES, CONFIG, CONTRACT)))
    spoil(body)
    assert problem in set(problems(body))


def test_the_body_of_the_shipped_contract_stays_small() -> None:
    assert len(json.dumps(dashboard_body(NAMES, CONFIG, CONTRACT))) < 30_000
