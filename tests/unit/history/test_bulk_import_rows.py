"""Rows of a table are judged by SQL as the function judges the events that they stand for."""

from __future__ import annotations

import io
import json
import re
import time
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from firelake.contract.layout import Granularity
from firelake.history.backfill.rows import RowFiles, columns_of
from firelake.history.bulk_import.mapping import BY_NAME
from firelake.history.bulk_import.rows import ROWS as JUDGED
from firelake.history.bulk_import.rows import column, judged_rows
from firelake.transform.events import EventReader, RecordPosition
from tests.helpers.athena_engines import running_engine
from tests.unit.history.imported_lake import MOMENT, ImportedLake, arrow_table
from tests.unit.history.imported_rows import (
    COLUMNS,
    CONTRACT,
    ROWS,
    SCHEMA,
    Row,
    event_of,
    plain_json,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from athena_on_duckdb.engine import Engine
    from firelake.transform.events import ValidEvent

FIELD: Final = re.compile(r"[.\[]")
FILES: Final = RowFiles(CONTRACT, columns_of(CONTRACT))
READER: Final = EventReader(CONTRACT, lateness_days=None, granularity=Granularity.DAY)
POSITION: Final = RecordPosition("backfill:x:0", int(MOMENT.now_s * 1000))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("imports")
    with running_engine(folder, lambda: time.time_ns() // 1_000_000) as made:
        yield made


@pytest.fixture(scope="module")
def lake(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> ImportedLake:
    return ImportedLake(engine, tmp_path_factory.mktemp("files"))


def judged(lake: ImportedLake, rows: list[Row]) -> list[dict[str, Any]]:
    """What SQL makes of rows, in their order: the lake's columns, faults and verdict."""
    for number, row in enumerate(rows):
        row["number"] = number
    lake.put_table("t", COLUMNS, {"": arrow_table(SCHEMA, rows)})
    statements = lake.statements(CONTRACT, "db.t", BY_NAME)
    wanted = {**dict(statements.columns()), "p": "p", "verdict": "verdict"}
    found = lake.rows(
        f"WITH {judged_rows(statements.plan, CONTRACT, Granularity.DAY, MOMENT)}"  # noqa: S608 -- ours
        f" SELECT {', '.join(wanted.values())} FROM {JUDGED}"
        f" ORDER BY {column(statements.plan, 'number')}"
    )
    return [dict(zip(wanted, row, strict=True)) for row in found]


def by_backfill(event: ValidEvent) -> dict[str, Any]:
    """The row of an event in the file that backfill makes of it."""
    file = io.BytesIO()
    FILES.write(file, event.event_type, [(event.row + b"\n", None)])
    table = cast("Any", pq).read_table(io.BytesIO(file.getvalue()))
    (row,) = table.to_pylist()
    return {**row, "event_type": event.event_type, "dt": event.dt}


def assert_same(row: Row, found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert found.keys() - {"p", "verdict"} == expected.keys()
    for name in expected.keys() - {"stream_position", "extras"}:
        assert found[name] == expected[name], (name, found[name], expected[name])
    assert re.fullmatch("backfill:[0-9a-f]{32}:0#0", found["stream_position"])
    extras = json.loads(expected["extras"] or "{}")
    # What stays in `extras` stays as its column has it: with members that are null, and texts.
    structs = {name: json.loads(plain_json(row[name])) for name in ("item", "items")}
    extras |= {name: each for name, each in structs.items() if name in extras}
    assert json.loads(found["extras"] or "{}") == extras


@settings(
    max_examples=8,
    # An example takes seconds, whose shrinking minutes.
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
@given(rows=st.lists(ROWS, min_size=1, max_size=12))
def test_sql_judges_a_row_as_the_function_judges_its_event(
    lake: ImportedLake, rows: list[Row]
) -> None:
    for row, found in zip(rows, judged(lake, rows), strict=True):
        text, problems = event_of(row)
        reading = READER.read(text.encode(), POSITION)
        problems |= {
            f"{each.reason.value}:{FIELD.split(each.path)[0]}" for each in reading.problems
        }
        assert set(found["p"].split()) == problems, text
        if problems:
            assert found["verdict"] == "invalid"
        else:
            (event,) = reading.events
            is_closed = event.created_at_s < MOMENT.closed_before_s
            assert found["verdict"] == ("valid" if is_closed else "later")
            assert_same(row, found, by_backfill(event))
