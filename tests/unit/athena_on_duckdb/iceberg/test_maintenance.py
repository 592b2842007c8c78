"""OPTIMIZE joins small files, and VACUUM deletes what nothing names any more."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.statements import iceberg_maintenance

if TYPE_CHECKING:
    from tests.unit.athena_on_duckdb.iceberg.account import Account

_DAY_MS = 86_400_000


@pytest.fixture
def logs(account: Account) -> Account:
    account.run(
        "CREATE TABLE logs (kind string, n bigint) PARTITIONED BY (kind)"
        " LOCATION 's3://lake/logs/' TBLPROPERTIES ('table_type'='ICEBERG')"
    )
    for n in range(5):
        more = ", ('b', 9)" if n else ""
        account.run(f"INSERT INTO logs VALUES ('a', {n}){more}")  # noqa: S608 - made here
    # Far from when its objects were written.
    account.now_ms = time.time_ns() // 1_000_000 + 1000 * _DAY_MS
    return account


def test_five_small_files_of_a_partition_become_one_and_four_stay(logs: Account) -> None:
    logs.run("OPTIMIZE logs REWRITE DATA USING BIN_PACK")
    count = 'SELECT partition.kind, file_count, record_count FROM "logs$partitions" ORDER BY 1'
    assert logs.rows(count) == [("a", 1, 5), ("b", 4, 4)]
    assert logs.rows("SELECT kind, sum(n) FROM logs GROUP BY kind ORDER BY 1") == [
        ("a", 10),
        ("b", 36),
    ]


def test_the_threshold_and_the_condition_say_what_is_optimized(logs: Account) -> None:
    logs.run("ALTER TABLE logs SET TBLPROPERTIES ('optimize_rewrite_data_file_threshold'='2')")
    logs.run("OPTIMIZE logs REWRITE DATA USING BIN_PACK WHERE kind = 'b'")
    count = 'SELECT partition.kind, file_count FROM "logs$partitions" ORDER BY 1'
    assert logs.rows(count) == [("a", 5), ("b", 1)]
    with pytest.raises(QueryError, match="conditions on partition columns: n"):
        logs.run("OPTIMIZE logs REWRITE DATA USING BIN_PACK WHERE n = 1")


def test_optimize_rewrites_so_many_partitions_and_says_that_there_are_more(
    logs: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(iceberg_maintenance, "_MOST_PARTITIONS", 1)
    logs.run("ALTER TABLE logs SET TBLPROPERTIES ('optimize_rewrite_data_file_threshold'='2')")
    count = 'SELECT sum(file_count), count(*) FROM "logs$partitions"'
    assert logs.rows(count) == [(9, 2)]

    with pytest.raises(QueryError, match="ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED: Processed 1 part"):
        logs.run("OPTIMIZE logs REWRITE DATA USING BIN_PACK")
    assert logs.rows(count) in ([(5, 2)], [(6, 2)])

    logs.run("OPTIMIZE logs REWRITE DATA USING BIN_PACK")
    assert logs.rows(count) == [(2, 2)]


def test_vacuum_leaves_the_objects_of_the_newest_snapshot_alone(logs: Account) -> None:
    logs.run("OPTIMIZE logs REWRITE DATA USING BIN_PACK")
    logs.run("DELETE FROM logs WHERE n = 3")
    logs.objects["s3://lake/logs/data/left-by-a-killed-statement.parquet"] = b""
    logs.run("ALTER TABLE logs SET TBLPROPERTIES ('vacuum_max_metadata_files_to_keep'='1')")
    logs.run("VACUUM logs")
    named = {path for (path,) in logs.rows('SELECT file_path FROM "logs$files"')}
    assert set(logs.data_files("logs")) == named
    assert logs.rows('SELECT count(*) FROM "logs$snapshots"') == [(1,)]
    assert logs.rows("SELECT count(*), sum(n) FROM logs") == [(8, 43)]
    metadata = [each for each in logs.objects if each.endswith(".metadata.json")]
    assert len(metadata) == 2


def test_vacuum_keeps_what_is_young_and_as_many_snapshots_as_it_is_told(logs: Account) -> None:
    logs.now_ms -= 1000 * _DAY_MS
    before = dict(logs.objects)
    logs.run("VACUUM logs")
    assert logs.objects == before
    logs.run("ALTER TABLE logs SET TBLPROPERTIES ('vacuum_min_snapshots_to_keep'='3')")
    logs.now_ms += 1000 * _DAY_MS
    logs.run("VACUUM logs")
    assert logs.rows('SELECT count(*) FROM "logs$snapshots"') == [(3,)]


def test_vacuum_deletes_a_thousand_objects_and_says_that_there_are_more(logs: Account) -> None:
    for number in range(1_500):
        logs.objects[f"s3://lake/logs/data/orphan-{number}.parquet"] = b""

    with pytest.raises(QueryError, match="ICEBERG_VACUUM_MORE_RUNS_NEEDED: Removed 1000 files"):
        logs.run("VACUUM logs")
    logs.run("VACUUM logs")

    named = {path for (path,) in logs.rows('SELECT file_path FROM "logs$files"')}
    assert set(logs.data_files("logs")) == named


def test_a_statement_on_a_table_of_another_kind_is_refused(logs: Account) -> None:
    logs.run("CREATE EXTERNAL TABLE plain (a string) STORED AS PARQUET LOCATION 's3://lake/plain/'")
    for statement in (
        "VACUUM plain",
        "OPTIMIZE plain REWRITE DATA USING BIN_PACK",
        "DELETE FROM plain",
        "UPDATE plain SET a = 'x'",
        "MERGE INTO plain USING logs ON true WHEN MATCHED THEN DELETE",
        "ALTER TABLE plain DROP COLUMN a",
    ):
        with pytest.raises(QueryError, match=r"NOT_SUPPORTED: .* only Iceberg tables"):
            logs.run(statement)
