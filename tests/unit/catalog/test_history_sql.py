"""The statements of the move: what they say, and what they compute."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from firelake.catalog.erasures import Hiding
from firelake.catalog.errors import SqlTextError
from firelake.catalog.history_sql import (
    add_columns_statement,
    compact_statement,
    copy_statements,
    covered_statement,
    create_statement,
    missing_statement,
    period_of_partition,
    scattered_statement,
    snapshot_statement,
    vacuum_statement,
)
from tests.unit.catalog.duckdb_lake import DuckdbLake

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
COLUMNS = ("event_uuid", "event_name", "created_at", "stream_position", "amount")
NOTHING_ERASED = Hiding("a_lake")
KEPT = "SELECT event_uuid, stream_position FROM a_lake.events_history"


def row(
    uuid: str,
    position: str = "s:1:0#0",
    path: str = "one",
    event_type: str = "ping",
    dt: str = "2026-11-02",
) -> dict[str, object]:
    return {
        "event_uuid": uuid,
        "event_name": "ping",
        "created_at": 1_793_613_600.25,
        "stream_position": position,
        "event_type": event_type,
        "dt": dt,
        "$path": path,
    }


@pytest.fixture
def stored() -> DuckdbLake:
    made = DuckdbLake()
    made.insert(
        "events",
        [
            row("a", "s:2:0#0", "one"),
            row("a", "s:1:0#0", "two"),
            row("b", path="two"),
            row("b", path="three", event_type="unregistered"),
            row("late", path="one", dt="2026-11-03"),
        ],
    )
    return made


def copied(stored: DuckdbLake, *event_types: str) -> list[tuple[str, str]]:
    for sql in copy_statements(NOTHING_ERASED, COLUMNS, "2026-11-02", event_types):
        stored.insert_rows_of(sql)
    return sorted(stored.query(KEPT, NOW))


def test_a_copy_takes_each_event_of_a_period_once_the_first_position_first(
    stored: DuckdbLake,
) -> None:
    assert copied(stored, "ping") == [("a", "s:1:0#0"), ("b", "s:1:0#0")]


def test_a_copy_that_is_repeated_takes_what_came_since_alone(stored: DuckdbLake) -> None:
    copied(stored, "ping")
    stored.insert("events", [row("c", "s:9:0#0")])

    assert copied(stored, "ping", "unregistered") == [
        ("a", "s:1:0#0"),
        ("b", "s:1:0#0"),
        ("b", "s:1:0#0"),
        ("c", "s:9:0#0"),
    ]


def test_an_insert_opens_no_more_partitions_than_athena_writes_at_once() -> None:
    types = [f"type_{number}" for number in range(150)]

    statements = list(copy_statements(NOTHING_ERASED, COLUMNS, "2026-11-02", types))

    assert [sql.count("'type_") // 2 for sql in statements] == [100, 50]


def of_now(sql: str) -> str:
    """A question about a snapshot, put to a table that has none."""
    assert sql.count(" FOR VERSION AS OF 7 ") == 1
    return sql.replace(" FOR VERSION AS OF 7 ", " ")


def test_what_history_lacks_is_counted_by_rows(stored: DuckdbLake) -> None:
    question = of_now(missing_statement(NOTHING_ERASED, "2026-11-01", "2026-11-03", "7"))
    assert stored.query(question, NOW) == [(4,)]

    copied(stored, "ping")
    assert stored.query(question, NOW) == [(1,)]

    copied(stored, "unregistered")
    assert stored.query(question, NOW) == [(0,)]


def test_only_a_file_of_which_history_has_every_row_is_covered(stored: DuckdbLake) -> None:
    copied(stored, "ping")
    stored.insert("events", [row("new", path="two")])

    question = of_now(covered_statement(NOTHING_ERASED, "2026-11-02", "7"))
    assert stored.query(question, NOW) == [("one",)]


def test_history_has_nothing_before_its_first_snapshot(stored: DuckdbLake) -> None:
    copied(stored, "ping", "unregistered")

    assert stored.query(covered_statement(NOTHING_ERASED, "2026-11-02", ""), NOW) == []
    question = missing_statement(NOTHING_ERASED, "2026-11-01", "2026-11-03", "")
    assert stored.query(question, NOW) == [(4,)]


def test_the_table_is_partitioned_as_events_is() -> None:
    assert create_statement(
        "a_lake", "s3://a-bucket/", {"event_uuid": "string", "amount": "decimal(12,2)"}
    ) == (
        "CREATE TABLE IF NOT EXISTS `a_lake`.`events_history` (\n"
        "`event_uuid` string,\n`amount` decimal(12,2),\n`event_type` string,\n`dt` string\n)\n"
        "PARTITIONED BY (`event_type`, `dt`)\nLOCATION 's3://a-bucket/history/'\n"
        "TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet',"
        " 'write_compression' = 'zstd', 'optimize_rewrite_data_file_threshold' = '2',"
        " 'optimize_rewrite_delete_file_threshold' = '1',"
        " 'vacuum_max_snapshot_age_seconds' = '432000')"
    )


def test_the_snapshot_of_now_is_asked_of_its_branch() -> None:
    assert snapshot_statement("a_lake") == (
        'SELECT CAST(snapshot_id AS varchar) FROM "a_lake"."events_history$refs"'
        " WHERE name = 'main'"
    )


def test_partitions_with_small_files_are_compacted_a_hundred_at_once() -> None:
    assert scattered_statement("a_lake", "2026-11-03", "2026-11-01/ping") == (
        "SELECT partition.dt || '/' || partition.event_type"
        ' FROM "a_lake"."events_history$partitions"'
        " WHERE partition.dt || '/' || partition.event_type > '2026-11-01/ping'"
        " AND file_count > total_size / 402653184"
        " + CASE WHEN partition.dt < '2026-11-03' THEN 1 ELSE 24 END ORDER BY 1 LIMIT 100"
    )
    assert period_of_partition("2026-11-02/ping") == "2026-11-02"
    assert compact_statement(["2026-11-02/ping", "2026-11-02/pong"]) == (
        "OPTIMIZE events_history REWRITE DATA USING BIN_PACK"
        " WHERE dt = '2026-11-02' AND event_type IN ('ping', 'pong')"
    )
    assert vacuum_statement() == "VACUUM events_history"


def test_columns_that_came_later_are_added() -> None:
    assert add_columns_statement("a_lake", {"tags": "array<string>", "score": "double"}) == (
        "ALTER TABLE `a_lake`.`events_history` ADD COLUMNS (`tags` array<string>, `score` double)"
    )


def test_a_value_ends_no_text_and_a_name_no_quotes() -> None:
    (sql,) = copy_statements(NOTHING_ERASED, ["a"], "2026-11-02", ["o'clock"])
    assert "IN ('o''clock')" in sql

    with pytest.raises(SqlTextError):
        covered_statement(Hiding('a"lake'), "2026-11-02", "7")
    with pytest.raises(SqlTextError):
        missing_statement(NOTHING_ERASED, "2026\n", "2026-11-03", "7")
    with pytest.raises(ValueError, match="invalid literal"):
        covered_statement(NOTHING_ERASED, "2026-11-02", "7; 8")
