"""Metrics: lines of the embedded metric format, exactly as CloudWatch reads them."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Protocol

import pytest

from firelake.contract.reasons import Reason
from firelake.transform.metrics import publish
from firelake.transform.tally import Tally


class Published(Protocol):
    """Publishes a tally and gives the lines that came out."""

    def __call__(self, tally: Tally, *, has_types: bool = False) -> list[dict[str, Any]]: ...


COUNTS = (
    "EventsReceived",
    "EventsDelivered",
    "EventsDuplicate",
    "EventsInvalid",
    "EventsUnregistered",
)


@pytest.fixture
def published(capsys: pytest.CaptureFixture[str]) -> Published:
    """Publishes a tally and gives the lines that came out."""

    def lines_of(tally: Tally, *, has_types: bool = False) -> list[dict[str, Any]]:
        publish(tally, "firelake-dev", has_types=has_types)
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return lines_of


def tally() -> Tally:
    return Tally(
        records=9,
        received=12,
        delivered=Counter({"lesson": 5, "unregistered": 2}),
        duplicate=3,
        invalid=2,
        unregistered=2,
        reasons=Counter({Reason.FIELD_TYPE: 2, Reason.TOO_LATE: 1}),
        age_max_s=30.5,
        age_mean_s=10.25,
    )


def test_a_batch_has_a_line_of_counts_and_ages(
    published: Published,
) -> None:
    line = published(tally())[0]
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Firelake"
    assert directive["Dimensions"] == [["service"]]
    assert {each["Name"]: each["Unit"] for each in directive["Metrics"]} == {
        **dict.fromkeys(COUNTS, "Count"),
        "EventAgeMax": "Seconds",
        "EventAgeMean": "Seconds",
    }
    assert {name: line[name] for name in (*COUNTS, "EventAgeMax", "EventAgeMean")} == {
        "EventsReceived": [12.0],
        "EventsDelivered": [7.0],
        "EventsDuplicate": [3.0],
        "EventsInvalid": [2.0],
        "EventsUnregistered": [2.0],
        "EventAgeMax": [30.5],
        "EventAgeMean": [10.25],
    }
    assert line["service"] == "firelake-dev"


def test_each_type_and_each_reason_has_a_line_of_its_own(
    published: Published,
) -> None:
    lines = published(tally(), has_types=True)[1:]
    assert [{key: value for key, value in line.items() if key != "_aws"} for line in lines] == [
        {"event_type": "lesson", "service": "firelake-dev", "EventsDelivered": [5.0]},
        {"event_type": "unregistered", "service": "firelake-dev", "EventsDelivered": [2.0]},
        {"reason": "field_type", "service": "firelake-dev", "EventsInvalid": [2.0]},
        {"reason": "too_late", "service": "firelake-dev", "EventsInvalid": [1.0]},
    ]
    dimensions = [line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] for line in lines]
    assert [[sorted(names) for names in each] for each in dimensions] == [
        [["event_type", "service"]],
        [["event_type", "service"]],
        [["reason", "service"]],
        [["reason", "service"]],
    ]


def test_types_have_no_line_unless_they_are_asked_for(published: Published) -> None:
    """CloudWatch bills each of them as a metric."""
    lines = published(tally())[1:]
    assert [(each.get("event_type"), each.get("reason")) for each in lines] == [
        (None, "field_type"),
        (None, "too_late"),
    ]


def test_every_line_is_of_the_embedded_metric_format(
    published: Published,
) -> None:
    for line in published(tally(), has_types=True):
        assert isinstance(line["_aws"]["Timestamp"], int)
        for directive in line["_aws"]["CloudWatchMetrics"]:
            assert len(directive["Metrics"]) <= 100
            for names in directive["Dimensions"]:
                assert len(names) <= 30
                assert all(isinstance(line[name], str) and line[name] for name in names)
            for metric in directive["Metrics"]:
                assert all(isinstance(value, float) for value in line[metric["Name"]])


def test_a_batch_without_valid_events_has_no_age(
    published: Published,
) -> None:
    (line,) = published(Tally(records=2, received=2, invalid=2))
    assert "EventAgeMax" not in line
    assert "EventAgeMean" not in line
    assert line["EventsInvalid"] == [2.0]


def test_an_empty_batch_counts_nothing(
    published: Published,
) -> None:
    (line,) = published(Tally())
    assert {name: line[name] for name in COUNTS} == {key: [0.0] for key in COUNTS}


def test_one_batch_says_nothing_of_the_one_before(
    published: Published,
) -> None:
    published(tally())
    (line,) = published(Tally(records=1, received=1, invalid=1))
    assert line["EventsReceived"] == [1.0]
    assert line["EventsDelivered"] == [0.0]
