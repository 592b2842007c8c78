"""What the report's SQL counts in raw/ and errors/: events on lines, packed, and over several."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from firelake.contract.layout import Granularity
from firelake.health.report.findings import Gap
from firelake.health.report.questions import Questions, failed_of, sent_of
from tests.helpers.contracts import LEARNING
from tests.unit.catalog.duckdb_lake import DuckdbLake
from tests.unit.health.report.report_findings import SPAN, hour

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.health.report.findings import Part
    from firelake.health.report.questions import Row

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
EVENT = {"event_uuid": "a", "text": '}{ ["', "page": {"n": [1, {"m": 2}]}}
LINE = json.dumps(EVENT)
SPREAD = {indent: json.dumps(EVENT, indent=indent) for indent in (0, 2, "\t")}
WRAPPED = LINE.replace(", ", ",\r\n")


def asked() -> Questions:
    return Questions(
        database="a_lake",
        granularity=Granularity.DAY,
        contract=LEARNING,
        span=SPAN,
        lateness_days=7,
        lag_days=14,
    )


def answered(stored: DuckdbLake, sql: str, names: tuple[str, ...]) -> list[Row]:
    rows = stored.query(sql, NOW)
    return [dict(zip(names, (str(value) for value in row), strict=True)) for row in rows]


def sent(*raw: str) -> Part[Mapping[datetime, int]]:
    """What is told of objects of one hour, each read by its lines."""
    stored = DuckdbLake()
    lines = [line for text in raw for line in text.splitlines()]
    stored.insert(
        "events_raw", [{"record": line, "dt": "2026-11-22", "hour": "08"} for line in lines]
    )
    names = ("dt", "hour", "event_count", "opening_count", "closing_count")
    return sent_of(answered(stored, asked().sent(), names))


def failed(*records: str) -> int:
    stored = DuckdbLake()
    arrived_ms = round(hour(8).timestamp() * 1000)
    stored.insert(
        "events_errors",
        [
            {
                "rawdata": base64.b64encode(record.encode()).decode(),
                "arrivaltimestamp": arrived_ms,
                "type": "processing-failed",
                "dt": "2026-11-22",
            }
            for record in records
        ],
    )
    names = ("type", "arrival_hour", "event_count", "blank_count")
    found = failed_of(answered(stored, asked().failed(), names))
    assert set(found) == {("processing-failed", hour(8))}
    return sum(found.values())


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        pytest.param([LINE] * 3, 3, id="lines"),
        pytest.param([LINE + LINE, f"{LINE} {LINE}"], 4, id="packed"),
        pytest.param([LINE, "", "no JSON", "[1]", '{"cut": [1, "x', LINE], 5, id="no events"),
        pytest.param(['{"text": "\\"}"}', '{"text": "{"}'], 2, id="brackets in texts"),
        pytest.param(['{"event_uuid": "canary-1"}', LINE], 1, id="canaries"),
    ],
)
def test_events_on_lines_are_counted(raw: list[str], count: int) -> None:
    assert sent(*raw) == {hour(8): count}


@pytest.mark.parametrize("spread", [*SPREAD.values(), WRAPPED], ids=["0", "2", "tab", "wrapped"])
@pytest.mark.parametrize("between", ["\n", ""], ids=["lines", "nothing between"])
def test_events_over_several_lines_are_a_gap_and_no_number(spread: str, between: str) -> None:
    found = sent(between.join([LINE, spread, spread]))
    assert isinstance(found, Gap)
    assert found.why.startswith("raw/ is read by lines, and holds events that are spread over")
    assert "2026-11-22 08:00" in found.why


@pytest.mark.parametrize(
    ("records", "count"),
    [
        pytest.param([LINE, LINE + LINE, f"{LINE}\n{LINE}\n"], 5, id="lines and packed"),
        pytest.param([*SPREAD.values(), WRAPPED], 4, id="over several lines"),
        pytest.param([SPREAD[2] + "\n" + SPREAD[0], WRAPPED + SPREAD[2]], 4, id="several such"),
        pytest.param(["", "\n", " \t\r\n", LINE], 4, id="nothing in it"),
        pytest.param(
            ['"canary-1" is no JSON', '{"event_uuid": "canary-1"}', LINE], 1, id="canaries"
        ),
        pytest.param(["no JSON", "x\n\ny", "\xff"], 4, id="no JSON"),
    ],
)
def test_failed_events_are_counted_however_they_are_spelled(records: list[str], count: int) -> None:
    assert failed(*records) == count
