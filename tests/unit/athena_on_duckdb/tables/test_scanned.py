"""The bytes that a query is billed for, and that the lake's layout makes them few."""

# ruff: noqa: S608 -- the SQL is the tests' own

from __future__ import annotations

import weakref
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.athena_on_duckdb.tables.fake_lake import LINES
from tests.unit.athena_on_duckdb.tables.shipped_lake import DATABASE, DAY, shipped_lake

if TYPE_CHECKING:
    from athena_on_duckdb.engine import Engine
    from tests.unit.athena_on_duckdb.tables.conftest import Asked

_arrow = cast("Any", pa)
_parquet = cast("Any", pq)


def fill(asked: Asked) -> dict[tuple[str, int], int]:
    """Ten row groups of ten rows: n from 0 to 99, word in the same order; gives their bytes."""
    columns = {"n": "bigint", "word": "string", "ratio": "double", "day": "date", "at": "timestamp"}
    asked.lake.add_table("t", columns)
    start = date(2026, 1, 1)
    rows = _arrow.table(
        {
            "n": list(range(100)),
            "word": [f"w{n:02d}" for n in range(100)],
            "ratio": [None if n < 50 else n / 100 for n in range(100)],
            "day": [start + timedelta(n) for n in range(100)],
            "at": _arrow.array(
                [datetime(2026, 1, 1) + timedelta(n) for n in range(100)],  # noqa: DTZ001 -- as Athena's
                _arrow.timestamp("ms"),
            ),
        }
    )
    asked.lake.put_parquet("t/a.parquet", rows, row_group_size=10)
    metadata = _parquet.read_metadata(_arrow.BufferReader(asked.lake.contents["t/a.parquet"]))
    return {
        (name, group): metadata.row_group(group).column(at).total_compressed_size
        for at, name in enumerate(("n", "word", "ratio", "day", "at"))
        for group in range(10)
    }


@pytest.mark.parametrize(
    ("sql", "columns", "groups"),
    [
        pytest.param("SELECT sum(n) FROM t", "n", range(10), id="one column"),
        pytest.param("SELECT * FROM t", "n word ratio day at", range(10), id="all columns"),
        pytest.param("SELECT count(*) FROM t", "", range(10), id="none"),
        pytest.param("SELECT n FROM t WHERE word = 'w55'", "n word", [5], id="equal"),
        pytest.param("SELECT n FROM t WHERE n >= 95 OR n < 5", "n", [0, 9], id="or"),
        pytest.param("SELECT n FROM t WHERE n BETWEEN 18 AND 21", "n", [1, 2], id="between"),
        pytest.param("SELECT 1 FROM t WHERE word IN ('w10', 'w99')", "word", [1, 9], id="in"),
        pytest.param("SELECT 1 FROM t WHERE ratio > 0.85", "ratio", [8, 9], id="decimal"),
        pytest.param("SELECT 1 FROM t WHERE ratio IS NULL", "ratio", range(5), id="null"),
        pytest.param("SELECT 1 FROM t WHERE day = DATE '2026-01-15'", "day", [1], id="a day"),
        pytest.param(
            "SELECT 1 FROM t WHERE at < TIMESTAMP '2026-01-11 00:00:00'", "at", [0], id="a moment"
        ),
        pytest.param("SELECT 1 FROM t WHERE 20 > n", "n", [0, 1], id="turned"),
        pytest.param("SELECT 1 FROM t WHERE n > -1", "n", range(10), id="below zero"),
        pytest.param("SELECT 1 FROM t WHERE n + 1 = 3", "n", range(10), id="arithmetic"),
        pytest.param("SELECT n FROM t LIMIT 15", "n", [0, 1], id="any rows are enough"),
        pytest.param("SELECT n FROM t WHERE n > 5 LIMIT 1", "n", range(10), id="not any rows"),
    ],
)
def test_only_columns_and_row_groups_that_matter_are_billed(
    asked: Asked, sql: str, columns: str, groups: list[int]
) -> None:
    sizes = fill(asked)
    expected = sum(sizes[name, group] for name in columns.split() for group in groups)
    assert asked.scanned(sql) == expected


def test_files_of_text_are_billed_whole_as_they_are_stored(asked: Asked) -> None:
    asked.lake.add_table("raw", {"a": "string", "b": "string"}, serde=LINES)
    asked.lake.put_lines("raw/x.gz", ["a\x01b"] * 1000, is_gzip=True)
    assert asked.scanned("SELECT a FROM raw WHERE b = 'c'") == len(asked.lake.contents["raw/x.gz"])


def test_a_table_is_billed_once_for_each_place_that_reads_it(asked: Asked) -> None:
    sizes = fill(asked)
    whole = sum(size for (name, _), size in sizes.items() if name == "n")
    assert asked.scanned("SELECT n FROM t UNION ALL SELECT n FROM t") == 2 * whole


def test_one_type_one_day_one_column_is_a_fiftieth_of_the_same_question_on_raw(
    engine: Engine, asked: Asked
) -> None:
    lake = shipped_lake(4000)
    asked = type(asked)(engine, lake.fake, DATABASE)
    one_day = f"event_type = 'lesson' AND dt = '{DAY}'"
    raw = f"""
        SELECT count(DISTINCT json_extract_scalar(record, '$.user_id')) FROM events_raw
        WHERE dt = '{DAY}' AND json_extract_scalar(record, '$.event_name') LIKE 'lesson:%'
    """
    of_table = f"SELECT count(DISTINCT user_id) FROM events WHERE {one_day}"
    of_unique = f"SELECT count(DISTINCT user_id) FROM events_unique WHERE {one_day}"
    of_event = f"SELECT count(DISTINCT user_id) FROM event_lesson__started WHERE dt = '{DAY}'"
    assert asked.rows(raw) == asked.rows(of_table) == asked.rows(of_unique)
    raw_bytes = asked.scanned(raw)
    assert 50 * asked.scanned(of_table) <= raw_bytes
    # To tell copies apart, the views read ids and positions too: the columns that compress least.
    assert 10 * asked.scanned(of_unique) <= raw_bytes
    assert 10 * asked.scanned(of_event) <= raw_bytes
    for sql in (of_table, of_unique, of_event):
        asked.result(sql)
        assert asked.lake.listed == [f"events/event_type=lesson/dt={DAY}/"]


def test_of_a_footer_is_kept_what_is_asked_for_and_not_all_that_it_takes_in_memory(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[weakref.ref[Any]] = []
    opened = _parquet.read_metadata

    def noted(*given: Any) -> Any:  # noqa: ANN401 -- as pyarrow's own
        found = opened(*given)
        read.append(weakref.ref(found))
        return found

    fill(asked)
    monkeypatch.setattr(pq, "read_metadata", noted)
    question = "SELECT n FROM t WHERE word = 'w55' AND n > 50"
    first = asked.scanned(question)
    count = len(read)

    assert asked.scanned(question) == first
    # The footer, and the bounds of both columns when they were first asked for.
    assert (count, len(read)) == (3, 3)
    assert [each() for each in read] == [None, None, None]
