"""What CloudWatch takes of lines of logs; the first one follows its page on the format."""

from __future__ import annotations

import json

import pytest

from firelake.local.emulator.drawn_metrics import EmbeddedMetric, embedded_metrics

LINE = {
    "_aws": {
        "Timestamp": 1574109732004,
        "CloudWatchMetrics": [
            {
                "Namespace": "lambda-function-metrics",
                "Dimensions": [["functionVersion"], []],
                "Metrics": [
                    {"Name": "time", "Unit": "Milliseconds", "StorageResolution": 60},
                    {"Name": "calls"},
                ],
            }
        ],
    },
    "functionVersion": "$LATEST",
    "time": 100,
    "calls": [1.0, 2.5],
    "requestId": "989ffbf8-9ace-4817-a57c-e4dd734019ee",
}


def test_a_line_gives_each_metric_by_each_set_of_dimensions() -> None:
    assert [*embedded_metrics(json.dumps(LINE))] == [
        EmbeddedMetric("lambda-function-metrics", name, dimensions, 1574109732.004, unit, values)
        for dimensions in ({"functionVersion": "$LATEST"}, {})
        for name, unit, values in (("time", "Milliseconds", [100]), ("calls", "None", [1.0, 2.5]))
    ]


@pytest.mark.parametrize(
    "line",
    [
        "START RequestId: 989ffbf8 Version: 1",
        '{"level":"INFO","message":"batch"}',
        '{"_aws": {"Timestamp": 1, "CloudWatchMetrics": [',
        '{"_aws": "none"}',
        json.dumps({name: value for name, value in LINE.items() if name != "time"}),
        json.dumps({name: value for name, value in LINE.items() if name != "functionVersion"}),
        json.dumps('"_aws"'),
    ],
    ids=["text", "another", "cut", "no metadata", "no value", "no dimension", "no object"],
)
def test_a_line_that_is_not_in_the_format_gives_nothing(line: str) -> None:
    assert [*embedded_metrics(line)] == []
